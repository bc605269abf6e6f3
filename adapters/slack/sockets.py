"""Keeps Socket Mode connections open: two at a time, each rebuilt when it is cut, wedged or asked to make room.

The SDK's own reconnecting is switched off, because it leaves gaps (a failed reconnect after `disconnect` is not tried
again, a cut is noticed at the next ping): here a new connection is open before an old one is closed. Source: Slack,
docs.slack.dev, *Using Socket Mode*: up to ten connections, each delivery to one of them.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.calls import Calls, quiet

CONNECTIONS = 2
"""One goes on while the other is refreshed."""

LOOK_SECONDS = 0.1
CONNECT_SECONDS = 10.0
WAIT_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Before each further attempt to connect; the last one again and again."""

CLOSE_SECONDS = 1.0
ACKNOWLEDGE_SECONDS = 3.0

GRACE_SECONDS = 2.0
"""How long a connection that was replaced stays, so that what it delivered can be acknowledged on it."""

_log = logging.getLogger("tacit.slack")


class Client(SocketModeClient):
    """A connection that asks to be replaced instead of reconnecting by itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.wants_replacing = asyncio.Event()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Slack asked for a new connection, or this one is cut."""
        self.wants_replacing.set()


class Sockets:
    """The connections of one app.

    Args:
        app: bolt's app, which takes each delivery.
        app_token: `xapp-…`.
        calls: the Web API.
        ping_seconds: how often a connection is tried.
    """

    def __init__(self, app: AsyncApp, app_token: str, calls: Calls, *, ping_seconds: float) -> None:
        self._app, self._token, self._calls, self._ping = app, app_token, calls, ping_seconds
        self._open: set[Client] = set()
        self._live: set[Client] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Task[Any]] = set()

    @property
    def is_connected(self) -> bool:
        """Whether at least one connection is open."""
        return bool(self._live)

    async def run(self, *, stopping: Callable[[], None]) -> None:
        """Keeps the connections open until cancelled; calls `stopping`, acknowledges what is under way, closes them."""
        keepers = [asyncio.create_task(self._keep(number)) for number in range(CONNECTIONS)]
        try:
            await asyncio.gather(*keepers)
        finally:
            stopping()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=ACKNOWLEDGE_SECONDS)
            for task in (*keepers, *self._closing):
                task.cancel()
            await asyncio.gather(*keepers, *self._closing, return_exceptions=True)
            await asyncio.gather(*map(self._close, tuple(self._open)))

    async def _keep(self, number: int) -> None:
        old: Client | None = None
        while True:
            client = await self._connected(number)
            if old is not None:
                self._retire(old)
            self._live.add(client)
            try:
                await self._until_it_wants_replacing(client)
            finally:
                self._live.discard(client)
            _log.info("socket %s is replaced", number)
            old = client

    async def _connected(self, number: int) -> Client:
        tries = 0
        while True:
            await asyncio.sleep(WAIT_SECONDS[min(tries, len(WAIT_SECONDS) - 1)])
            client = Client(app_token=self._token, logger=quiet(), web_client=self._calls.web, ping_interval=self._ping)
            client.socket_mode_request_listeners.append(self._handle)
            self._open.add(client)
            try:
                client.wss_uri = await asyncio.wait_for(client.issue_new_wss_url(), CONNECT_SECONDS)
                await asyncio.wait_for(client.connect(), CONNECT_SECONDS)  # type: ignore[no-untyped-call]
            except Exception as error:
                reason = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
                _log.warning("socket %s can't connect: %s", number, reason)
                await self._close(client)
                tries += 1
            else:
                return client

    async def _until_it_wants_replacing(self, client: Client) -> None:
        while not client.wants_replacing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(client.wants_replacing.wait(), LOOK_SECONDS)
            if not await client.is_connected():
                return

    async def _handle(self, client: Any, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            response = await run_async_bolt_app(self._app, request)
            await send_async_response(client, request, response, 0.0)
        except Exception as error:  # not acknowledged: Slack delivers it again, and the SDK would log what it holds
            _log.warning("a delivery was not acknowledged: %s", type(error).__name__)
        finally:
            self._under_way.discard(task)

    def _retire(self, client: Client) -> None:
        async def later() -> None:
            await asyncio.sleep(GRACE_SECONDS)
            await self._close(client)

        task = asyncio.create_task(later())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close(self, client: Client) -> None:
        self._open.discard(client)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(client.close(), CLOSE_SECONDS)  # type: ignore[no-untyped-call]
        left = [client.message_processor, client.current_session_monitor, client.message_receiver]
        for task in filter(None, left):
            task.cancel()
        await asyncio.gather(*filter(None, left), return_exceptions=True)
        with contextlib.suppress(Exception):
            await client.aiohttp_client_session.close()

"""A small app made of nothing but the real SDK, for the tests of the loopback itself."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from loopback_slack import LoopbackSlack
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class SmallApp:
    """Acknowledges what it gets, with `answer` where it is set; `on` is awaited before that.

    Attributes:
        got: every request, in order.
        silent: how many of the next requests it does not acknowledge.
    """

    def __init__(self, slack: LoopbackSlack) -> None:
        self.slack = slack
        self.web = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        self.got: list[SocketModeRequest] = []
        self.silent = 0
        self.answer: Json | None = None
        self.on: Callable[[Json], Awaitable[None]] | None = None
        self._sockets: list[SocketModeClient] = []

    async def connect(self, ping_interval: float = 0.05) -> SocketModeClient:
        """Opens one more socket."""
        client = SocketModeClient(self.slack.app_token, web_client=self.web, ping_interval=ping_interval)
        client.socket_mode_request_listeners.append(self._take)
        await client.connect()
        self._sockets.append(client)
        await self.slack.connected(len(self._sockets))
        return client

    async def close(self) -> None:
        """Closes all sockets."""
        for client in self._sockets:
            tasks = [client.message_processor, client.message_receiver, client.current_session_monitor]
            await client.close()
            await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    async def settled(self) -> None:
        """The app has nothing to do after it acknowledged."""

    @property
    def events(self) -> list[Json]:
        """The events that it got."""
        return [request.payload["event"] for request in self.got if request.type == "events_api"]

    @property
    def last(self) -> Json:
        """The payload that it got last."""
        return dict(self.got[-1].payload)

    async def _take(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.got.append(request)
        if self.silent:
            self.silent -= 1
            return
        if self.on is not None:
            await self.on(request.payload)
        takes = request.accepts_response_payload
        payload = self.answer if takes else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))


def words(text: str) -> Json:
    """A plain text."""
    return {"type": "plain_text", "text": text}


def button(id: str, label: str, **more: str) -> Json:
    """A button."""
    return {"type": "button", "action_id": id, "text": words(label), **more}


def actions(*elements: Json) -> list[Json]:
    """A block of buttons."""
    return [{"type": "actions", "elements": list(elements)}]


def rich(*elements: Json) -> list[Json]:
    """A block of rich text in one section."""
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def modal(*blocks: Json) -> Json:
    """A modal."""
    title, submit = words("Keep a tip"), words("Keep it")
    return {"type": "modal", "callback_id": "save", "title": title, "submit": submit, "blocks": list(blocks)}


def line(name: str, **more: Any) -> Json:
    """An input of one line of at most ten characters."""
    element = {"type": "plain_text_input", "action_id": "v", "max_length": 10}
    return {"type": "input", "block_id": name, "label": words("Title"), "element": element, **more}


async def code_of(call: Any) -> str:
    """The error code that a call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])

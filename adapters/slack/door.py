"""Where Slack's deliveries come in: bolt checks them, each is acknowledged in time, and none is left half done.

An acknowledgement waits for the handler, so that what was acknowledged is done, but never longer than
`ACKNOWLEDGED_SECONDS`; a form's answer may take until just before Slack gives up. Source: Slack, docs.slack.dev,
*Events API* and *Handling user interaction*: three seconds.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.port import FieldErrors, FormSubmitted, Message, PlatformRefused, Receive, Returned, Section, escape
from adapters.slack import inbound, outbound
from adapters.slack.calls import quiet, remember
from adapters.slack.markup import Json
from adapters.slack.sockets import Sockets

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

ACKNOWLEDGED_SECONDS = 0.1
FORM_SECONDS = 2.5
STOP_SECONDS = 3.0
BODY_BYTES = 1_000_000
"""The longest request that is read. Slack's own are far below: a message holds 40,000 characters."""

EVENTS_PATH = "/slack/events"

_log = logging.getLogger("tacit.slack")


class Door(AsyncMiddleware):
    """Takes what bolt let in. After bolt's check of signatures, before anything else of bolt's."""

    def __init__(self, platform: "SlackPlatform") -> None:
        self._platform = platform
        self._receive: Receive | None = None
        self._app: AsyncApp | None = None
        self._sockets: Sockets | None = None
        self._under_way: set[asyncio.Task[Returned]] = set()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._is_closing, self._stopped_at = False, 0.0

    @property
    def routes(self) -> tuple[Route, ...]:
        """The address for signed HTTP, to be mounted beside the pages; none where sockets are used."""
        if self._platform.settings.app_token:
            return ()
        return (Route(EVENTS_PATH, self._request, methods=["POST"]),)

    @property
    def is_open(self) -> bool:
        """Whether deliveries come in: a socket is open, or signed requests are answered."""
        if self._app is None or self._is_closing:
            return False
        return self._sockets is None or self._sockets.is_connected

    async def open(self, receive: Receive) -> None:
        """Lets deliveries in until cancelled."""
        settings = self._platform.settings
        self._receive, self._is_closing = receive, False
        self._app = AsyncApp(
            token=settings.bot_token,
            signing_secret=settings.signing_secret or None,
            client=self._platform.calls.web,
            logger=quiet(),
            request_verification_enabled=not settings.app_token,  # a socket is Slack's own
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            before_authorize=self,
        )
        if settings.app_token:
            calls, ping = self._platform.calls, settings.ping_seconds
            self._sockets = Sockets(self._app, settings.app_token, calls, ping_seconds=ping)
            await self._sockets.run(stopping=self._stop)
        else:
            await asyncio.Event().wait()

    async def close(self) -> None:
        """Takes nothing more and finishes what was taken, within `STOP_SECONDS`."""
        self._stop()
        if self._under_way:
            left = self._stopped_at + STOP_SECONDS - asyncio.get_running_loop().time()
            _, late = await asyncio.wait(self._under_way, timeout=max(left, 0))
            for task in late:
                task.cancel()
        self._app = self._receive = None

    async def idle(self) -> None:
        """Waits until everything that was accepted is handled."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Takes one delivery, whose signature bolt has checked; what is the bot's own is dropped when it is read."""
        payload: Json = req.body
        if payload.get("type") == "url_verification":
            return await next()
        if self._receive is None or self._is_closing:
            return BoltResponse(status=503, body="")  # not acknowledged: Slack delivers it again
        if not self._is_ours(payload):
            _log.warning("dropped a delivery of another workspace, type=%s", _kind(payload))
            return BoltResponse(status=200, body="")
        is_form = payload.get("type") == "view_submission"
        task = asyncio.create_task(self._take(payload, self._receive))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.sleep(0)  # what is only counted is done by now
        if not task.done():
            await asyncio.wait((task,), timeout=FORM_SECONDS if is_form else ACKNOWLEDGED_SECONDS)
        if is_form and not task.done():
            task.add_done_callback(lambda done: self._tell_late(done, payload))
        returned = task.result() if is_form and task.done() and not task.cancelled() else None
        if isinstance(returned, FieldErrors):
            fields = ((payload["view"].get("state") or {}).get("values") or {}).keys()
            return BoltResponse(status=200, body=outbound.errors(returned, list(fields)))
        return BoltResponse(status=200, body="")

    async def _take(self, payload: Json, receive: Receive) -> Returned:
        try:
            if "event" in payload:
                self._platform.directory.learn(payload["event"])
            event = inbound.read(payload, await self._platform.known(payload))
        except Exception as error:  # whatever is wrong with it, it is not said: it holds what somebody wrote
            _log.warning("dropped a malformed delivery, type=%s error=%s", _kind(payload), type(error).__name__)
            return None
        if event is None or event.key in self._seen or self._platform.directory.is_bot(event.who.id):
            return None
        remember(self._seen, event.key, None)
        try:
            return await self._platform.hand_over(event, receive)
        except Exception as error:  # `receive` never raises; if it does, nothing of it is said
            _log.error("failed to hand over type=%s error=%s", _kind(payload), type(error).__name__)
            return None

    def _tell_late(self, done: "asyncio.Task[Returned]", payload: Json) -> None:
        """Says what was wrong with a form that Slack would not wait for."""
        returned = None if done.cancelled() else done.result()
        if not isinstance(returned, FieldErrors):
            return
        task: asyncio.Task[Any] = asyncio.create_task(self._tell_errors(payload, returned))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _tell_errors(self, payload: Json, errors: FieldErrors) -> None:
        event = inbound.read(payload, await self._platform.known(payload))
        if isinstance(event, FormSubmitted):
            words = "\n".join(errors.errors.values())
            message = Message(words[:300], [Section(escape(words))])
            try:
                await self._platform.send(await self._platform.open_room([event.who]), message)
            except PlatformRefused as refused:
                _log.warning("late errors of a form were not told: %s", refused.reason)

    def _is_ours(self, payload: Json) -> bool:
        try:
            teams = [payload.get("team_id"), payload.get("context_team_id"), (payload.get("team") or {}).get("id")]
            teams += [each.get("team_id") for each in payload.get("authorizations") or ()]
            teams.append((payload.get("view") or {}).get("app_installed_team_id"))
        except AttributeError:
            return False
        return self._platform.space.id in teams

    def _stop(self) -> None:
        if not self._is_closing:
            self._is_closing, self._stopped_at = True, asyncio.get_running_loop().time()

    async def _request(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > BODY_BYTES:
            _log.warning("refused a request: its length")
            return Response(status_code=413 if length.isdigit() else 411)
        if self._app is None:
            return Response(status_code=503)
        if not request.headers.get("x-slack-request-timestamp", "").isdecimal():
            _log.warning("refused a request: its time")
            return Response(status_code=401)
        try:
            response = await AsyncSlackRequestHandler(self._app).handle(request)
        except Exception as error:  # a body that cannot be read, whoever sent it
            _log.warning("refused a request: %s", type(error).__name__)
            return Response(status_code=400)
        if response.status_code == 401:
            _log.warning("refused a request: its signature or its time")
        return response


def _kind(payload: Any) -> str:
    event = payload.get("event")
    inner = event.get("type") if isinstance(event, dict) else ""
    return str(inner or payload.get("type") or "command")[:40]

"""The browser front's server: pages and pictures out, what people do in, updates as server-sent events.

It has no logic of its own: each action is one call of the people's side, each answer a view of the world. There are no
passwords, so it is for one's own machine; see `adapters.room.guard`.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.room import deeds, view
from adapters.room.feed import Feed
from adapters.room.guard import Guard
from adapters.room.people import NotPossible, PeopleSide

BODY_BYTES = 256_000
"""How much a browser may send at once."""

STATIC = Path(__file__).parent / "static"

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

logger = logging.getLogger(__name__)


def application(
    platform: PeopleSide, *, title: str = "Tacit", pass_time: bool = True, hosts: Collection[str] = ()
) -> Starlette:
    """Builds the front of one room.

    Args:
        platform: the room.
        title: what stands at the top of the page.
        pass_time: whether people may let time pass.
        hosts: host names (without port) under which it is reached besides localhost.

    Returns:
        The application. `application.state.feed.close()` ends the open streams; so does closing the platform.
    """
    feed = Feed(platform)
    front = _Front(platform, feed, title=title, pass_time=pass_time)
    routes = [
        Route("/", front.page),
        Route("/api/state", front.state),
        Route("/api/earlier", front.earlier),
        Route("/api/events", front.events),
        Route("/api/do/{deed}", front.do, methods=["POST"]),
        Route("/files/{message}/{place:int}", front.file),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    handlers: dict[Any, Any] = {HTTPException: _missing, NotPossible: _not_possible, Exception: _failed}
    app = Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(Guard, hosts=tuple(hosts))])
    app.state.feed = feed
    return app


class _Front:
    """The handlers of one room."""

    def __init__(self, platform: PeopleSide, feed: Feed, *, title: str, pass_time: bool) -> None:
        self._platform = platform
        self._feed = feed
        self._title = title
        self._pass_time = pass_time

    async def page(self, _request: Request) -> Response:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def state(self, request: Request) -> Response:
        viewer = self._viewer(request)
        if viewer:
            self._platform.play(viewer)
        answer = view.state(self._platform, viewer)
        answer |= {"position": self._feed.position, "title": self._title, "pass_time": self._pass_time}
        return _answer(answer)

    async def earlier(self, request: Request) -> Response:
        viewer = self._viewer(request)
        channel = self._platform.world.channels.get(request.query_params.get("channel", ""))
        if not viewer or channel is None or not channel.holds(viewer):
            raise NotPossible("That room is not there, or not yours to enter.")
        return _answer(view.page(self._platform, viewer, channel.id, request.query_params.get("before", "")))

    async def events(self, request: Request) -> Response:
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        ending = anyio.Event()
        stream = self._stream(self._viewer(request), after, ending)
        return EventSourceResponse(stream, ping=20, shutdown_event=ending, shutdown_grace_period=1)

    async def do(self, request: Request) -> Response:
        deed = deeds.TABLE.get(request.path_params["deed"])
        if deed is None or (deed is deeds.pass_time and not self._pass_time):
            raise NotPossible("That can't be done here.")
        body = await _body(request)
        try:
            returned = await deed(self._platform, body)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            logger.warning("a deed could not be read: %s", type(error).__name__)
            raise NotPossible("I couldn't read that. Reload the page, and it should work.") from error
        return _answer(returned or {})

    async def file(self, request: Request) -> Response:
        message = self._platform.world.messages.get(request.path_params["message"])
        place = request.path_params["place"]
        viewer = self._viewer(request)
        if message is None or not self._platform.world.visible(message, viewer) or place >= len(message.files):
            raise NotPossible("That file is gone.")
        file = message.files[place]
        picture = file.media_type in view.PICTURES
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
            "Cache-Control": "private, max-age=3600",
        }
        kind = file.media_type if picture else "application/octet-stream"
        return Response(file.content, media_type=kind, headers=headers)

    async def _stream(self, viewer: str, after: str, ending: anyio.Event) -> AsyncIterator[ServerSentEvent]:
        closing = asyncio.create_task(self._close_when(ending))
        try:
            async for position, update in self._feed.updates(viewer, after):
                yield ServerSentEvent(json.dumps(update), id=position)
        finally:
            closing.cancel()

    async def _close_when(self, ending: anyio.Event) -> None:
        await ending.wait()
        self._feed.close()

    def _viewer(self, request: Request) -> str:
        person = self._platform.world.people.get(request.query_params.get("as", ""))
        return person.id if person and not person.left else ""


async def _body(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise NotPossible("I couldn't read that. Reload the page, and it should work.")
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > BODY_BYTES:
            raise NotPossible("That is more than I can take at once.")
    try:
        value = json.loads(content)
    except ValueError as error:
        raise NotPossible("I couldn't read that. Reload the page, and it should work.") from error
    return value if isinstance(value, dict) else {}


def _answer(value: Any) -> JSONResponse:
    return JSONResponse(value, headers={"Cache-Control": "no-store"})


def _not_possible(_request: Request, error: NotPossible) -> Response:
    return JSONResponse({"error": str(error)}, status_code=409)


def _missing(_request: Request, error: HTTPException) -> Response:
    return JSONResponse({"error": "There is nothing at this address."}, status_code=error.status_code)


def _failed(_request: Request, error: Exception) -> Response:
    logger.error("the room's front failed: %s", type(error).__name__)
    sentence = "That didn't work, and it's my fault, not yours. Nothing was lost."
    return JSONResponse({"error": sentence}, status_code=500)

"""The pages as one ASGI application: who may enter which, and what is said where something cannot be done."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.port import PlatformRefused
from bot.errors import Refusal, report, report_refusal
from bot.services import Services, account_from
from bot.web import door
from bot.web.drawing import STATIC, Drawing
from bot.web.guard import Guard
from bot.web.keys import Keys
from bot.web.routes import ROUTES, Row
from bot.web.visit import PREFIX, Reckoners, Visit, Whom
from bot.words import Words
from knowledge.store import StoreUnavailable, sign_ins

_log = logging.getLogger("tacit.web")


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the pages are reached and what they are made with.

    Attributes:
        address: scheme and host under which browsers reach them.
        secret: signs what browsers keep.
        look: the folder with what the room's look is made of.
    """

    address: str
    secret: str
    look: Path


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages, as routes of an application under `PREFIX`; `close` is called before the store closes."""

    routes: list[BaseRoute]
    close: Callable[[], Awaitable[None]]


def site(services: Services, doors: Doors) -> Pages:
    """Builds the pages."""
    keys = Keys(doors.secret, is_secure=doors.address.startswith("https://"))
    front = _Front(services, keys, doors.look)
    routes: list[Any] = [
        Mount("/static", _Kept(directory=STATIC)),
        Mount("/look", _Kept(directory=doors.look)),
        *(Route(row.path, front.endpoint(row), methods=[row.method]) for row in ROUTES),
    ]
    handlers: dict[Any, Any] = {HTTPException: front.missing, Exception: front.failed}
    guard = Middleware(Guard, address=doors.address, whose=keys.whose)
    app = Starlette(routes=routes, exception_handlers=handlers, middleware=[guard])
    return Pages([Route(PREFIX, _to_overview), Mount(PREFIX, app)], front.close)


async def _to_overview(request: Request) -> Response:
    return RedirectResponse(f"{PREFIX}/", status_code=308)


class _Kept(StaticFiles):
    """Files of ours, whose addresses change with them: browsers may keep them for a year."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class _Front:
    """What all pages of one process share."""

    def __init__(self, services: Services, keys: Keys, look: Path) -> None:
        self._services, self._keys = services, keys
        self._drawing = Drawing(PREFIX, look)
        self._reckoners = Reckoners()

    async def close(self) -> None:
        """Leaves off what is being worked out."""
        await self._reckoners.close()

    def endpoint(self, row: Row) -> Callable[[Request], Awaitable[Response]]:
        """The way into one page or action: whoever may not enter is told what they can do instead."""

        async def enter(request: Request) -> Response:
            try:
                return await self._enter(row, request)
            except ClientDisconnect:
                return self._outside(request, "web.too_long", 413)
            except StoreUnavailable as error:
                _log.error("store unavailable: %s", error)
                return self._outside(request, "web.store_unavailable", 503)

        return enter

    async def _enter(self, row: Row, request: Request) -> Response:
        if row.outside is not None:
            way = door.Door(self._services, self._drawing, self._keys, request)
            return await row.outside(way)
        visit = await self._visit(request)
        if visit is None:
            _log.info("refused page=%s: nobody is signed in", row.path)
            return self._outside(request, "web.sign_in_first", 401)
        if row.whom is Whom.COORDINATORS and not visit.is_core:
            _log.warning("refused page=%s: for coordinators", row.path)
            return visit.show("refusal.html", status=403, key="web.only_coordinators", values={})
        assert row.handler is not None
        try:
            return await row.handler(visit)
        except Refusal as refusal:
            _log.info("refused page=%s because=%s", row.path, refusal.key)
            return visit.show("refusal.html", status=409, key=refusal.key, values=refusal.values)
        except PlatformRefused as refused:
            report_refusal(refused, "web", _log)
            key = f"common.platform.{refused.reason}"
            return visit.show("refusal.html", status=409, key=key, values={"what": refused.detail})
        except (StoreUnavailable, HTTPException, ClientDisconnect):
            raise
        except Exception as error:
            code = report(error, f"page {row.path}", _log)
            return visit.show("refusal.html", status=500, key="common.failed", values={"code": code})

    async def _visit(self, request: Request) -> Visit | None:
        """The visit of whoever is signed in; None where nobody is."""
        kept = self._keys.read_session(request)
        if kept is None:
            return None
        community, secret = kept
        now, store = self._services.clock(), self._services.store
        async with store.read(community, now) as work:
            found = await sign_ins.find_session(work, secret)
        if found is None:
            return None
        who, is_time = found
        if is_time:
            async with store.write(community, now) as work:
                await sign_ins.note_seen(work, secret)
        context = await self._services.context(community)
        context = self._services.for_member(context, who.member, account_from(who.account, who.member.name))
        return Visit(request, context, self._drawing, self._keys, secret, self._reckoners)

    async def missing(self, request: Request, error: HTTPException) -> Response:
        """Nothing is at an address, or nothing that can be done in that way."""
        key = "web.wrong_way" if error.status_code == 405 else "web.nothing_here"
        return self._outside(request, key, error.status_code)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Something went wrong before anybody was known."""
        code = report(error, "pages", _log)
        return self._outside(request, "common.failed", 500, code=code)

    def _outside(self, request: Request, key: str, status: int, **values: Any) -> Response:
        page = self._drawing.draw_outside("outside.html", Words(), request, key=key, values=values)
        return HTMLResponse(page, status)

"""Signing in by a one-time link, and out again.

The link is shown first and used by a button, so that whatever looks at links in chats does not use it up.
"""

import logging
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.services import Services
from bot.web.drawing import Drawing
from bot.web.keys import Keys
from bot.web.visit import PREFIX, Visit
from bot.words import Words
from knowledge.store import communities, sign_ins

_log = logging.getLogger("tacit.web")


@dataclass(frozen=True, slots=True)
class Door:
    """A request of whoever is not signed in, or need not be."""

    services: Services
    drawing: Drawing
    keys: Keys
    request: Request

    def show(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Answers with a page."""
        return HTMLResponse(self.drawing.draw_outside(template, Words(), self.request, **values), status)


def link_path(community: int, secret: str) -> str:
    """The path of a one-time link, from the address of the pages on."""
    return f"{PREFIX}/in/{community}.{secret}"


async def ask(door: Door) -> Response:
    """The page of a one-time link: whom it signs in to what, and a button."""
    found = named(door.request)
    if found is None:
        return door.show("outside.html", status=410, key="web.link_over", values={})
    community, secret = found
    async with door.services.store.read(community, door.services.clock()) as work:
        member = await sign_ins.whose_link(work, secret)
        name = await communities.name_of(work) if member is not None else ""
    if member is None:
        return door.show("outside.html", status=410, key="web.link_over", values={})
    return door.show("sign_in.html", name=member.name, community=name)


async def sign_in(door: Door) -> Response:
    """The button: the link is used, and whoever was signed in here before is not any more."""
    found = named(door.request)
    if found is None:
        return door.show("outside.html", status=410, key="web.link_over", values={})
    community, link = found
    secret = secrets.token_urlsafe(32)
    async with door.services.store.write(community, door.services.clock()) as work:
        begun = await sign_ins.begin_session(work, link, secret)
    if begun is None:
        _log.warning("refused a sign-in: its link is over, or none")
        return door.show("outside.html", status=410, key="web.link_over", values={})
    before = door.keys.read_session(door.request)
    if before is not None:
        async with door.services.store.write(before[0], door.services.clock()) as work:
            await sign_ins.end_session(work, before[1])
    _log.info("signed in community=%d", community)
    response = RedirectResponse(f"{PREFIX}/", status_code=303)
    door.keys.put_session(response, community, secret)
    return response


async def sign_out(visit: Visit) -> Response:
    """Signs this browser out."""
    async with visit.context.write() as work:
        await sign_ins.end_session(work, visit.secret)
    return _out(visit, "signed out")


async def sign_out_everywhere(visit: Visit) -> Response:
    """Signs every browser of theirs out, and lets links that are on their way sign in no more."""
    async with visit.context.write() as work:
        await sign_ins.end_sessions_of(work, visit.context.who)
    return _out(visit, "signed out everywhere")


async def is_out(door: Door) -> Response:
    """The page after signing out."""
    return door.show("outside.html", key="web.signed_out", values={})


def _out(visit: Visit, how: str) -> Response:
    community = visit.context.community
    _log.info("%s community=%d", how, community)
    response = RedirectResponse(f"{PREFIX}/out", status_code=303)
    response.headers["Clear-Site-Data"] = '"cache"'
    visit.keys.drop_session(response)
    return response


def named(request: Request) -> tuple[int, str] | None:
    """The community and the secret in the path of a link or a feed; None where they are not there."""
    community, _, secret = request.path_params["link"].partition(".")
    is_number = community.isascii() and community.isdigit() and len(community) <= 9
    return (int(community), secret) if is_number and 20 <= len(secret) <= 100 else None

"""One request of somebody: who they are, what they ask for, and the ways to answer them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import Any, TypeAlias
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.port import Message
from bot.feature import Context
from bot.features.review.rules import Numbers
from bot.web.drawing import Drawing
from bot.web.keys import Keys
from bot.web.reckoning import Reckoner
from bot.web.report_drawn import Drawn
from knowledge.store import members
from knowledge.store.levels import Shown
from knowledge.store.tips import HIGHEST_NUMBER
from knowledge.zones import zone_of

MOST_FIELDS = 200
"""Fields that a form sends at most; the longest of ours has fewer than forty (ours)."""

PREFIX = "/pages"

REVIEWED = timedelta(minutes=2)
"""What needs a look is looked for anew after so long, or when somebody settles any of it (ours)."""


@dataclass(frozen=True, slots=True)
class Fared:
    """How newcomers of the last quarter fared, and how many show them round; None where too few are to be told of."""

    numbers: Numbers | None
    companions: int | None


@dataclass(frozen=True, slots=True)
class Reckoners:
    """What works out what takes long, a sort of page each."""

    reports: Reckoner[Drawn] = field(default_factory=Reckoner)
    levels: Reckoner[Shown] = field(default_factory=Reckoner)
    newcomers: Reckoner[Fared] = field(default_factory=Reckoner)
    reviews: Reckoner[Message] = field(default_factory=lambda: Reckoner(kept=REVIEWED, an_hour=120))

    async def close(self) -> None:
        """Leaves off all that is being worked out."""
        for each in (self.reports, self.levels, self.newcomers, self.reviews):
            await each.close()


class Whom(IntEnum):
    """For whom a page or an action is; each also for those after it."""

    ANYBODY = 0
    MEMBERS = 1
    COORDINATORS = 2


@dataclass(frozen=True, slots=True)
class Undo:
    """How something is taken back: the address under `PREFIX` that is posted to, and what is posted."""

    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a member who is signed in.

    Attributes:
        request: what came.
        context: what handlers in chat have too; its member is the one who is signed in.
        drawing: makes pages of templates.
        keys: signs what browsers keep.
        secret: of their session.
        reckoners: what takes long to work out, for all visits.
    """

    request: Request
    context: Context
    drawing: Drawing
    keys: Keys
    secret: str
    reckoners: Reckoners

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that times are shown in."""
        member = self.context.member
        return zone_of(member.time_zone if member else "", self.context.options.time_zone)

    @property
    def is_core(self) -> bool:
        """Whether a coordinator is looking."""
        return self.context.member is not None and self.context.member.is_core

    @property
    def is_part(self) -> bool:
        """Whether only a part of the page is asked for, by the script on it."""
        return self.request.headers.get("hx-request") == "true"

    def asked(self, name: str, *, longest: int = 400) -> str:
        """What stands in the address under a name, at most so many characters; an empty text where nothing does."""
        return self.request.query_params.get(name, "").replace("\0", "").strip()[:longest]

    def number(self, name: str, *, otherwise: int = 0, most: int = 10_000) -> int:
        """A whole number in the address, 0 to `most`."""
        said = self.asked(name, longest=9)
        return min(int(said), most) if said.isascii() and said.isdigit() else otherwise

    @property
    def here(self) -> int:
        """The number in the path, such as 12 in `/pages/tips/12`."""
        return min(int(self.request.path_params["number"]), HIGHEST_NUMBER)

    async def who_counts(self) -> str:
        """Changes when somebody is forgotten or is to be counted no more: what was worked out before is not shown."""
        async with self.context.read() as work:
            return await members.who_counts(work)

    async def fields(self) -> dict[str, str]:
        """What a form sent; of several under one name the last."""
        return dict(await self.all_fields())

    async def all_fields(self) -> list[tuple[str, str]]:
        """What a form sent, in its order."""
        return await fields_of(self.request)

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Answers with a page; what was done before it is said at its top, once."""
        said = self.keys.read_said(self.request)
        page = self.drawing.draw(template, self.context, zone=self.zone, said=said, request=self.request, **values)
        response = HTMLResponse(page, status_code=status)
        if said is not None:
            self.keys.drop_said(response)
        return response

    def go(self, path: str, key: str = "", undo: Undo | None = None, **values: Any) -> Response:
        """Answers an action with the way to a page, on which the sentence under `key` is said, with an undo."""
        response = RedirectResponse(f"{PREFIX}{path}", status_code=303)
        if key:
            way = {"path": undo.path, "fields": dict(undo.fields)} if undo is not None else None
            self.keys.put_said(response, {"key": key, "values": values, "undo": way})
        return response


async def fields_of(request: Request) -> list[tuple[str, str]]:
    """What a form sent, in its order; nothing where it is no form. NUL characters are left out."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return []
    body = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
    return [(name, value.replace("\0", "").replace("\r\n", "\n")) for name, value in pairs]


Handler: TypeAlias = Callable[[Visit], Awaitable[Response]]

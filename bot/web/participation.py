"""Participation: how many of us stand at which level, over the months, by practice and by place; nobody by name.

It is open to every member. To be at the edge is a good way to take part, and the page says so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from starlette.responses import Response

from bot.web.reckoning import Progress, Reckoning, Wanted
from bot.web.visit import Visit
from bot.words import Words
from knowledge.store import Store, levels, published
from knowledge.store.levels import SORTS, Row, Shown


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row with what it is called on the page."""

    label: str
    row: Row


async def shown(visit: Visit) -> Response:
    """`/participation?by=place`: as it was when the last month ended, or how far the counting is."""
    found, by = await _find(visit), visit.asked("by")
    by = by if by in SORTS else SORTS[0]
    if not visit.is_part:
        return _page(visit, found, by)
    if found.is_over:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    return visit.show("participation_progress.html", found=found, by=by)


async def anew(visit: Visit) -> Response:
    """*Try again*, where it failed."""
    await _find(visit, anew=True)
    return visit.go("/participation")


def _page(visit: Visit, found: Reckoning[Shown], by: str) -> Response:
    told = found.found
    words = visit.context.words
    groups = told.groups.get(by, ()) if told is not None else ()
    months = told.months if told is not None else ()
    return visit.show(
        "participation.html",
        found=found,
        by=by,
        sorts=SORTS,
        levels=levels.LEVELS,
        months=[Labelled(_called(words, row.name), row) for row in months],
        groups=[Labelled(row.name or words.line("web.participation.everybody_else"), row) for row in groups],
    )


def _called(words: Words, name: str) -> str:
    """A month by its name; the one that goes on by the day on which it was counted."""
    if len(name) > len("2026-11"):
        return words.line("web.participation.on", day=words.day(datetime.fromisoformat(name)))
    return words.month(datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC))


async def _find(visit: Visit, *, anew: bool = False) -> Reckoning[Shown]:
    context = visit.context
    wanted = Wanted(context.community, "", f"until {context.now:%Y-%m-%d} {await visit.who_counts()}", is_past=True)
    make = partial(_make, context.store, context.community, context.now)
    return visit.reckoners.levels.find(wanted, make, who=context.who, now=context.now, anew=anew)


async def _make(store: Store, community: int, now: datetime, progress: Progress) -> Shown:
    async with store.write(community, now) as work:
        lines = {"practice": await published.practices(work), "place": await published.places(work)}
    async with store.read(community, now) as work:
        counted = await levels.count(work, lines, progress)
    async with store.write(community, now) as work:
        return await levels.show(work, counted, lines)

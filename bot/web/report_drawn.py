"""A report with all that its page shows: pictures by practice and by place, tables that say the same, files to keep.

Everything is made at once, since what it is taken from is too large to be kept.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.port import File
from bot.feature import Context
from bot.features.reports import pictures, reading
from bot.features.reports.rules import Period, Report
from bot.features.reports.sides import By, LineTold, Side, told_across
from bot.words import Words
from knowledge.network import network_of
from knowledge.pictures.matrix import Compared
from knowledge.store.network import Read

MEASURED, STEP = 0.6, 0.1
"""How much of the work is done when the report is measured, and how much more with every picture (ours)."""


@dataclass(frozen=True, slots=True)
class DrawnBy:
    """What is told by practice, or by place; a picture is None where there is too little for it."""

    lines: list[LineTold]
    map: File | None
    matrix: File | None
    compared: Compared | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report, drawn in one language.

    Attributes:
        period: what it tells of.
        told: the report; None where there is too little to tell, and then there is nothing else.
        trends: month by month.
        sheet: one page to print.
        by: what is told by practice and by place.
    """

    period: Period
    told: Report | None = None
    trends: File | None = None
    sheet: File | None = None
    by: Mapping[By, DrawnBy] = field(default_factory=dict)

    def picture(self, name: str, by: By) -> File | None:
        """The picture of a name: `map`, `trends` or `matrix`."""
        if self.told is None or name == "trends":
            return self.trends
        return self.by[by].map if name == "map" else self.by[by].matrix


async def draw(context: Context, period: Period, progress: reading.Progress) -> Drawn:
    """Measures and draws, beside the event loop."""
    found = await reading.report_of(
        context.store,
        context.community,
        context.now,
        context.options,
        period,
        progress=lambda done: progress(MEASURED * done),
    )
    if found is None:
        return Drawn(period)
    told, read = found
    sides = await reading.sides_of(context.store, context.community, context.now, read)
    words, by = context.words, dict[By, DrawnBy]()
    for name, side in sides.items():
        by[name] = await asyncio.to_thread(_draw_by, words, read, side)
        progress(MEASURED + STEP * len(by))
    trends = await asyncio.to_thread(pictures.trends_of, words, told)
    progress(MEASURED + STEP * 3)
    sheet = await asyncio.to_thread(pictures.sheet_of, words, told, read, side=sides[By.PRACTICE])
    return Drawn(period, told, trends, sheet, by)


def _draw_by(words: Words, read: Read, side: Side) -> DrawnBy:
    matrix = pictures.matrix_by(words, read, side)
    file, compared = matrix if matrix is not None else (None, None)
    lines = told_across(network_of(read.ties, len(read.people)), side)
    return DrawnBy(lines, pictures.map_by(words, read, side), file, compared)

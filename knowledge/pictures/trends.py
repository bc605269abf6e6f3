"""How things went month by month: how much was lateral, how many had ties, how long a question waited.

Months whose ties were worked out from the flow of the talk are drawn hollow, and no line joins them with months whose
ties are known: the two are counted in different ways, so a step between them means nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from knowledge.pictures.groups import FEWEST
from knowledge.pictures.legend import ROW, SIZE, Entry, draw_legend, draw_title, rows_of
from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.picture import Form, Page, Picture, pictured
from knowledge.pictures.style import Look, plain, shortened, width_of

PAGE = Page("trends", width=432, height=504, dots=200)

MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one month.

    Attributes:
        value: the figure; None where it is not known or must not be shown.
        low, high: how far it could be otherwise; None where that is not known.
        beside: what it is compared with, such as what chance would give, or last year's.
        is_inferred: whether the month's ties were worked out from the flow of the talk.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    beside: float | None = None
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Trends:
    """What trends are drawn of; all are of the same length, a month each, oldest first.

    Attributes:
        months: as they are written below, such as "Mar 2026".
        share: lateral share of ties, 0 to 1.
        people: people with a tie; fewer than `FEWEST` are not shown.
        hours: hours to the first answer, 0 or more.

    Raises:
        ValueError: if the lengths differ, or there is no month.
    """

    months: Sequence[str]
    share: Sequence[Point]
    people: Sequence[Point]
    hours: Sequence[Point]

    def __post_init__(self) -> None:
        if not len(self.months) == len(self.share) == len(self.people) == len(self.hours):
            raise ValueError("months are not as many in each")
        if not self.months:
            raise ValueError("there is no month")


@dataclass(frozen=True, slots=True)
class TrendWords:
    """The words of trends.

    Attributes:
        title: above all; empty for none.
        share, people, hours: above each.
        band: beside the band of what is uncertain.
        beside: beside the line of what is compared with.
        inferred: beside the hollow mark.
    """

    title: str
    share: str
    people: str
    hours: str
    band: str
    beside: str
    inferred: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and the month that it is of, as it is written."""

    month: str
    value: float


@dataclass(frozen=True, slots=True)
class TrendShown:
    """What one trend shows; the figures are None where no month has one.

    Attributes:
        first, last: of the first and the last month that have a figure.
        highest, lowest: the first such months of equals.
        missing: months without a figure.
        inferred: months whose ties were worked out from the flow of the talk.
    """

    first: Figure | None
    last: Figure | None
    highest: Figure | None
    lowest: Figure | None
    missing: int
    inferred: int


@dataclass(frozen=True, slots=True)
class TrendsShown:
    """What trends show: each by itself."""

    share: TrendShown
    people: TrendShown
    hours: TrendShown


@dataclass(frozen=True, slots=True)
class _Panel:
    """One trend on the page.

    Attributes:
        box: where its lines go.
        ticks: figures at the side, from 0 to the highest that has room.
        written: how a figure is written.
        colour: of its line.
    """

    box: Box
    ticks: Sequence[float]
    written: Callable[[float], str]
    colour: str

    def x(self, month: int, months: int) -> float:
        return self.box.left + self.box.width * (month + 0.5) / months

    def y(self, value: float) -> float:
        return self.box.bottom + self.box.height * min(max(value, 0.0), self.ticks[-1]) / self.ticks[-1]


def trends(of: Trends, words: TrendWords, *, form: Form = Form.PNG, look: Look = Look.LIGHT) -> Picture[TrendsShown]:
    """Draws the trends by themselves."""
    return pictured(PAGE, lambda pen: draw_trends(pen, pen.page.inset(MARGIN), of, words), form=form, look=look)


def draw_trends(pen: Pen, box: Box, of: Trends, words: TrendWords, *, size: float = SIZE) -> TrendsShown:
    """Draws the trends within a box, one below another, and tells what they show; see `trends`."""
    of = replace(of, people=[_of_enough(each) for each in of.people])
    rows = rows_of(_meanings(pen, of, words), box.width, size)
    room = draw_title(pen, box, words.title, size * 1.4)
    below = ROW * len(rows) + 1.8 * size + 4
    height = (room.height - below) / 3
    for number, (points, title) in enumerate(_series(of, words)):
        part = Box(room.left, room.top - height * (number + 1), room.width, height)
        _draw_panel(pen, part, points, plain(title), number=number, size=size)
    _draw_months(pen, Box(room.left, room.bottom + ROW * len(rows) + 4, room.width, 1.8 * size), of.months, size)
    draw_legend(pen, rows, box.left, room.bottom + ROW * len(rows), size)
    return TrendsShown(*(_shown(of.months, points) for points, _ in _series(of, words)))


def _series(of: Trends, words: TrendWords) -> list[tuple[Sequence[Point], str]]:
    return [(of.share, words.share), (of.people, words.people), (of.hours, words.hours)]


def _of_enough(point: Point) -> Point:
    return point if point.value is None or point.value >= FEWEST else Point(None, is_inferred=point.is_inferred)


def _shown(months: Sequence[str], points: Sequence[Point]) -> TrendShown:
    known = [Figure(month, point.value) for month, point in zip(months, points, strict=True) if point.value is not None]
    return TrendShown(
        first=known[0] if known else None,
        last=known[-1] if known else None,
        highest=max(known, key=lambda each: each.value, default=None),
        lowest=min(known, key=lambda each: each.value, default=None),
        missing=len(months) - len(known),
        inferred=sum(each.is_inferred for each in points),
    )


def _draw_panel(pen: Pen, part: Box, points: Sequence[Point], title: str, *, number: int, size: float) -> None:
    pen.text(part.left, part.top - size, shortened(title, part.width, size, bold=True), size, bold=True)
    written = (_percent, _whole, _whole)[number]
    ticks = (0.0, 0.5, 1.0) if not number else _ticks(points)
    side = _side(size)
    box = Box(part.left + side, part.bottom + 0.9 * size, part.width - 2 * side, part.height - 3.1 * size)
    panel = _Panel(box, ticks, written, pen.colours.series[number])
    for tick in ticks:
        pen.line([box.left, box.right], [panel.y(tick)] * 2, colour=pen.colours.grid, width=0.8)
        pen.text(
            box.left - 5,
            panel.y(tick),
            written(tick),
            size - 1,
            colour=pen.colours.muted,
            ha="right",
            va="center_baseline",
        )
    _draw_points(pen, panel, points, radius=0.26 * size)
    _draw_last(pen, panel, points, size)


def _side(size: float) -> float:
    return width_of("100 %", size, bold=True) + 8


def _percent(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")


def _whole(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _ticks(points: Sequence[Point]) -> tuple[float, ...]:
    """0, the half and a round figure that nothing exceeds."""
    found = [value for each in points for value in (each.value, each.high, each.beside) if value is not None]
    highest, top = max([*found, 1.0]), 1.0
    while top < highest:
        top *= 10
    round_top = min(each * top / 10 for each in (1, 2, 3, 4, 5, 6, 8, 10) if each * top / 10 >= highest)
    return (0.0, round_top / 2, round_top)


def _draw_points(pen: Pen, panel: _Panel, points: Sequence[Point], *, radius: float) -> None:
    count = len(points)
    for run in _runs(points, lambda each: each.low is not None and each.high is not None):
        xs = [panel.x(month, count) for month, _ in run]
        low, high = ([panel.y(getattr(each, end) or 0.0) for _, each in run] for end in ("low", "high"))
        if len(run) == 1:
            xs, low, high = [xs[0] - radius, xs[0] + radius], low * 2, high * 2
        pen.band(xs, low, high, colour=panel.colour)
    for run in _runs(points, lambda each: each.beside is not None):
        xs, ys = [panel.x(month, count) for month, _ in run], [panel.y(each.beside or 0.0) for _, each in run]
        pen.line(xs, ys, colour=pen.colours.muted, width=1.3, dashes="--")
    for run in _runs(points, lambda each: each.value is not None):
        xs, ys = [panel.x(month, count) for month, _ in run], [panel.y(each.value or 0.0) for _, each in run]
        is_inferred = run[0][1].is_inferred
        pen.line(xs, ys, colour=panel.colour, width=1.8, dashes=":" if is_inferred else "-")
        fill = pen.colours.page if is_inferred else panel.colour
        pen.marks(xs, ys, mark="o", radius=radius, fill=fill, edge=panel.colour, edge_width=1.3)


def _runs(points: Sequence[Point], has: Callable[[Point], bool]) -> Iterator[list[tuple[int, Point]]]:
    """Months in a row that have a figure and are counted in the same way, with their numbers."""
    for (known, _), run in groupby(enumerate(points), key=lambda pair: (has(pair[1]), pair[1].is_inferred)):
        if known:
            yield list(run)


def _draw_last(pen: Pen, panel: _Panel, points: Sequence[Point], size: float) -> None:
    """Writes the last figure beside its mark."""
    known = [(month, each.value) for month, each in enumerate(points) if each.value is not None]
    if known:
        month, value = known[-1]
        x = panel.x(month, len(points)) + 7
        pen.text(x, panel.y(value), panel.written(value), size, colour=pen.colours.ink, bold=True, va="center_baseline")


def _draw_months(pen: Pen, box: Box, months: Sequence[str], size: float) -> None:
    """Writes as many months as have room, counted back from the last."""
    side = _side(size)
    step_width = (box.width - 2 * side) / len(months)
    texts = [plain(each) for each in months]
    widest = max(width_of(each, size - 1) for each in texts) + 8
    every = max(int(-(-widest // step_width)), 1)
    for month in range(len(months) - 1, -1, -every):
        x = box.left + side + step_width * (month + 0.5)
        half = width_of(texts[month], size - 1) / 2
        x = min(max(x, box.left + half), box.right - half)
        pen.text(x, box.bottom + 0.4 * size, texts[month], size - 1, colour=pen.colours.muted, ha="center")


def _meanings(pen: Pen, of: Trends, words: TrendWords) -> list[Entry]:
    """The legend: only what is drawn."""
    points = [*of.share, *of.people, *of.hours]
    found = []
    if any(each.low is not None and each.high is not None for each in points):
        found.append(Entry(partial(_draw_band, pen), words.band))
    if any(each.beside is not None for each in points):
        found.append(Entry(partial(_draw_dashes, pen), words.beside))
    if any(each.is_inferred for each in points):
        found.append(Entry(partial(_draw_hollow, pen), words.inferred))
    return found


def _draw_band(pen: Pen, x: float, y: float) -> None:
    pen.band([x - 7, x + 7], [y - 4, y - 4], [y + 4, y + 4], colour=pen.colours.series[0])


def _draw_dashes(pen: Pen, x: float, y: float) -> None:
    pen.line([x - 7, x + 7], [y, y], colour=pen.colours.muted, width=1.3, dashes="--")


def _draw_hollow(pen: Pen, x: float, y: float) -> None:
    pen.line([x - 7, x + 7], [y, y], colour=pen.colours.series[0], width=1.8, dashes=":")
    pen.marks([x], [y], mark="o", radius=2.6, fill=pen.colours.page, edge=pen.colours.series[0], edge_width=1.3)

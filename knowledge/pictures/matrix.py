"""Who has ties with whom by practice or by place, beside what chance would give: a table of ratios in colours.

Only what is published already is handed in: a cell without a figure is hatched, and nothing of it is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import cos, log2, radians, sin

from knowledge.pictures.legend import ROW, SIZE, Entry, draw_legend, draw_title, rows_of
from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.picture import Form, Page, Picture, pictured
from knowledge.pictures.style import Colours, Look, mixed, named, over, plain, shortened, width_of, wrapped

PAGE = Page("matrix", width=432, height=468, dots=200)

MARGIN = 12.0

MOST = 12
"""Rows and columns at most: so many can be read on a phone (ours, by looking). Those with most ties are drawn."""

FEWEST_EXPECTED = 5.0
"""Ties that are expected in a cell whose ratio is told, at least.

Source: Cochran, *The χ² test of goodness of fit*, Annals of Mathematical Statistics 23(3), 1952.
"""

FARTHEST = 4.0
"""The ratio from which colours are the same, and one by it (ours)."""

_SLANT = 40.0


@dataclass(frozen=True, slots=True)
class Compared:
    """Ties from group to group as they may be shown.

    Attributes:
        names: of the groups, in the order of rows and columns.
        observed: ties from the row's group to the column's; None where too few to show. Shape (groups, groups).
        expected: what chance would give, 0 or more; the same shape, None where it must not be shown either.
        has_counts: whether the ties are written below the ratios.

    Raises:
        ValueError: if the shapes differ.
    """

    names: Sequence[str]
    observed: Sequence[Sequence[float | None]]
    expected: Sequence[Sequence[float | None]]
    has_counts: bool = True

    def __post_init__(self) -> None:
        for table in (self.observed, self.expected):
            if [len(row) for row in table] != [len(self.names)] * len(self.names):
                raise ValueError("the table is not of groups by groups")

    def ratio(self, row: int, column: int) -> float | None:
        """Observed / expected; None where hidden, or where fewer than `FEWEST_EXPECTED` are expected."""
        observed, expected = self.observed[row][column], self.expected[row][column]
        if observed is None or expected is None or expected < FEWEST_EXPECTED:
            return None
        return observed / expected


@dataclass(frozen=True, slots=True)
class MatrixWords:
    """The words of a matrix.

    Attributes:
        title: above it; empty for none.
        by: above the rows: who acts.
        to: above the columns: towards whom.
        hidden: beside the hatched sign: too few to show.
        unsure: beside the empty sign: too few to compare.
        fewer, more: at the ends of the scale.
    """

    title: str
    by: str
    to: str
    hidden: str
    unsure: str
    fewer: str
    more: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups, who acts and towards whom, as they are drawn, and observed / expected."""

    by: str
    to: str
    ratio: float


@dataclass(frozen=True, slots=True)
class MatrixShown:
    """What a matrix shows.

    Attributes:
        groups: the names that are drawn.
        left_out: groups that had no room.
        strongest: of pairs of two groups the one with most ties for what chance would give; None where none is told.
        emptiest: the one with fewest.
        within_more: groups that have more ties within themselves than chance would give.
        within: groups of whom that can be told.
        hidden: cells with too few to show.
        unsure: cells with too few to compare.
    """

    groups: tuple[str, ...]
    left_out: int
    strongest: Pair | None
    emptiest: Pair | None
    within_more: int
    within: int
    hidden: int
    unsure: int


def matrix(
    compared: Compared, words: MatrixWords, *, form: Form = Form.PNG, look: Look = Look.LIGHT
) -> Picture[MatrixShown]:
    """Draws the matrix by itself."""
    return pictured(PAGE, lambda pen: draw_matrix(pen, pen.page.inset(MARGIN), compared, words), form=form, look=look)


def draw_matrix(pen: Pen, box: Box, compared: Compared, words: MatrixWords, *, size: float = SIZE) -> MatrixShown:
    """Draws the matrix within a box and tells what it shows; see `matrix`."""
    left_out = max(len(compared.names) - MOST, 0)
    compared = _largest(compared)
    names = [named(each) for each in compared.names]
    rows = rows_of(_meanings(pen, compared, words), box.width, size)
    room = draw_title(pen, box, words.title, size * 1.4)
    foot = ROW * len(rows) + 2.6 * size
    table = _table(Box(room.left, room.bottom + foot, room.width, room.height - foot), names, words=words, size=size)
    _draw_names(pen, room, table, names, words=words, size=size)
    for row in range(len(names)):
        for column in range(len(names)):
            _draw_cell(pen, _cell(table, len(names), row, column), compared, (row, column), size)
    _draw_scale(pen, Box(room.left, room.bottom + ROW * len(rows) + 4, room.width, 1.4 * size), words, size)
    draw_legend(pen, rows, room.left, room.bottom + ROW * len(rows), size)
    return _shown(compared, names, left_out)


def _largest(compared: Compared) -> Compared:
    """The `MOST` groups with most ties that are shown, in their order."""
    count = len(compared.names)
    if count <= MOST:
        return compared
    told = [
        sum((compared.observed[one][other] or 0) + (compared.observed[other][one] or 0) for other in range(count))
        for one in range(count)
    ]
    kept = sorted(sorted(range(count), key=lambda each: (-told[each], each))[:MOST])
    observed, expected = (
        [[table[row][column] for column in kept] for row in kept] for table in (compared.observed, compared.expected)
    )
    return replace(compared, names=[compared.names[each] for each in kept], observed=observed, expected=expected)


def _shown(compared: Compared, names: Sequence[str], left_out: int) -> MatrixShown:
    every = [(row, column) for row in range(len(names)) for column in range(len(names))]
    told = [(*cell, ratio) for cell in every if (ratio := compared.ratio(*cell)) is not None]
    pairs = [Pair(names[row], names[column], ratio) for row, column, ratio in told if row != column]
    within = [ratio for row, column, ratio in told if row == column]
    hidden = sum(compared.observed[row][column] is None for row, column in every)
    return MatrixShown(
        groups=tuple(names),
        left_out=left_out,
        strongest=max(pairs, key=lambda each: each.ratio, default=None),
        emptiest=min(pairs, key=lambda each: each.ratio, default=None),
        within_more=sum(each > 1 for each in within),
        within=len(within),
        hidden=hidden,
        unsure=len(every) - len(told) - hidden,
    )


def _table(room: Box, names: Sequence[str], *, words: MatrixWords, size: float) -> Box:
    """The box of the cells: what the names leave, with cells no higher than wide."""
    widest = max((width_of(shortened(each, _widest(room), size), size) for each in names), default=0.0)
    axes = max(width_of(each, size - 1) for each in _axes(words)) + 8
    left = max(widest + 8, min(axes, _widest(room)))
    slant = max(widest * sin(radians(_SLANT)), 1.4 * size) + 2.2 * size
    beyond = widest * cos(radians(_SLANT))
    count = max(len(names), 1)
    width = room.width - left - max(beyond - (room.width - left) / count / 2, 0.0)
    height = min(room.height - slant, 1.3 * width, count * 64.0)
    return Box(room.left + left, room.top - slant - height, min(width, count * 76.0), height)


def _axes(words: MatrixWords) -> tuple[str, str]:
    return f"{plain(words.to)} \u2192", f"{plain(words.by)} \u2193"


def _widest(room: Box) -> float:
    """Of a name, in points."""
    return max(room.width * 0.27, 78.0)


def _draw_names(pen: Pen, room: Box, table: Box, names: Sequence[str], *, words: MatrixWords, size: float) -> None:
    """Names of rows on the left, of columns slanted above, and what rows and columns are."""
    for number, name in enumerate(names):
        cell = _cell(table, len(names), number, number)
        lines = wrapped(name, _widest(room), size, lines=2 if cell.height >= 2.6 * size else 1)
        for place, line in enumerate(lines):
            y = cell.bottom + cell.height / 2 + 1.25 * size * ((len(lines) - 1) / 2 - place)
            pen.text(table.left - 6, y, line, size, ha="right", va="center_baseline")
        text, x = shortened(name, _widest(room), size), cell.left + cell.width / 2 - 3
        pen.text(x, table.top + 4, text, size, rotation=_SLANT, rotation_mode="anchor")
    for text, y in zip(_axes(words), (room.top - size, table.top + 6), strict=True):
        text = shortened(text, table.left - room.left - 4, size - 1)
        pen.text(room.left, y, text, size - 1, colour=pen.colours.muted)


def _cell(table: Box, count: int, row: int, column: int) -> Box:
    width, height = table.width / count, table.height / count
    return Box(table.left + width * column, table.top - height * (row + 1), width, height)


def _draw_cell(pen: Pen, cell: Box, compared: Compared, place: tuple[int, int], size: float) -> None:
    observed, ratio = compared.observed[place[0]][place[1]], compared.ratio(*place)
    if observed is None:
        pen.box(cell, fill=pen.colours.page, edge=pen.colours.muted, hatch="////")
    else:
        fill = pen.colours.page if ratio is None else colour_of(ratio, pen.colours)
        pen.box(cell, fill=fill)
        _draw_figures(pen, cell, (ratio, observed if compared.has_counts else None), over(fill), size)
    pen.box(cell, fill="none", edge=pen.colours.grid)


def _draw_figures(pen: Pen, cell: Box, figures: tuple[float | None, float | None], colour: str, size: float) -> None:
    """The ratio, and below it the count where there is one and room for it."""
    ratio, observed = figures
    middle = cell.left + cell.width / 2
    has_room = observed is not None and cell.height >= 2.7 * size
    y = cell.bottom + cell.height / 2 + (0.6 * size if has_room else 0)
    largest = min(size, cell.width / 3.2, cell.height * 0.8)
    text = "\u2013" if ratio is None else f"{ratio:.1f}\u00d7"
    pen.text(middle, y, text, largest, colour=colour, bold=ratio is not None, ha="center", va="center_baseline")
    if has_room:
        below = min(size - 1.5, largest)
        pen.text(middle, y - 1.35 * size, f"{observed:.0f}", below, colour=colour, ha="center", va="center_baseline")


def colour_of(ratio: float, colours: Colours) -> str:
    """The colour of a ratio, 0 or more: even at 1, and as far to either side for so many times more or fewer."""
    away = log2(min(max(ratio, 1 / FARTHEST), FARTHEST)) / log2(FARTHEST)
    return mixed(colours.even, colours.more if away > 0 else colours.fewer, abs(away))


def _draw_scale(pen: Pen, box: Box, words: MatrixWords, size: float) -> None:
    """A strip of colours from fewer to more, with the ratios at which they are."""
    steps = 48
    fewer, more = (shortened(plain(each), (box.width - 90) / 2, size) for each in (words.fewer, words.more))
    left = box.left + width_of(fewer, size) + 8
    strip = Box(left, box.bottom, min(box.right - width_of(more, size) - 8 - left, 150.0), box.height)
    for step in range(steps):
        ratio = FARTHEST ** (2 * (step + 0.5) / steps - 1)
        x = strip.left + strip.width * step / steps
        pen.box(Box(x, strip.bottom, strip.width / steps + 0.3, strip.height), fill=colour_of(ratio, pen.colours))
    y = strip.bottom + strip.height / 2
    pen.text(box.left, y, fewer, size, va="center_baseline")
    pen.text(strip.right + 8, y, more, size, va="center_baseline")
    for place, text, ratio in ((0.1, "\u00bc\u00d7", 0.25), (0.5, "1", 1.0), (0.9, "4\u00d7", 4.0)):
        colour = over(colour_of(ratio, pen.colours))
        pen.text(strip.left + strip.width * place, y, text, size - 1, colour=colour, ha="center", va="center_baseline")


def _meanings(pen: Pen, compared: Compared, words: MatrixWords) -> list[Entry]:
    cells = [(row, column) for row in range(len(compared.names)) for column in range(len(compared.names))]
    hidden = [compared.observed[row][column] is None for row, column in cells]
    unsure = [compared.ratio(*cell) is None and not out for cell, out in zip(cells, hidden, strict=True)]
    found = [Entry(partial(_draw_hatched, pen), words.hidden)] if any(hidden) else []
    return [*found, Entry(partial(_draw_dash, pen), words.unsure)] if any(unsure) else found


def _draw_hatched(pen: Pen, x: float, y: float) -> None:
    pen.box(Box(x - 6, y - 5, 14, 10), fill=pen.colours.page, edge=pen.colours.muted, hatch="////")


def _draw_dash(pen: Pen, x: float, y: float) -> None:
    pen.text(x, y, "\u2013", SIZE, ha="center", va="center_baseline")

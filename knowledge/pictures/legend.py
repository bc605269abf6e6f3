"""The lines under a picture that say what its marks mean, and the words above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.style import plain, shortened, width_of, wrapped

SIZE = 10.0
"""Of the type in points, on a page that a phone shows at about its own size."""

TITLE = 14.0

ROW = 17.0
"""Height of a row in points."""

_SIGN = 18.0
_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning: a function that draws its sign around a place, and the words."""

    draw: Callable[[float, float], None]
    text: str


def rows_of(entries: Sequence[Entry], width: float, size: float = SIZE) -> list[list[Entry]]:
    """The entries in rows that are no wider than so many points; an entry too wide is cut."""
    rows: list[list[Entry]] = []
    left = 0.0
    for each in entries:
        text = shortened(plain(each.text), width - _SIGN, size)
        needed = _SIGN + width_of(text, size) + _GAP
        if not rows or needed - _GAP > left:
            rows.append([])
            left = width
        rows[-1].append(Entry(each.draw, text))
        left -= needed
    return rows


def draw_legend(pen: Pen, rows: Sequence[Sequence[Entry]], left: float, top: float, size: float = SIZE) -> None:
    """Draws rows downwards from a place."""
    for number, row in enumerate(rows):
        x, y = left, top - ROW * (number + 0.5)
        for each in row:
            each.draw(x + _SIGN / 2 - 3, y)
            pen.text(x + _SIGN, y, each.text, size, va="center_baseline")
            x += _SIGN + width_of(each.text, size) + _GAP


def draw_title(pen: Pen, box: Box, title: str, size: float = TITLE) -> Box:
    """Writes a title of at most two lines at the top of a box; gives what is left of it below."""
    lines = wrapped(plain(title), box.width, size, lines=2, bold=True)
    for number, line in enumerate(lines):
        pen.text(box.left, box.top - size * (1.0 + 1.3 * number), line, size, bold=True)
    used = size * (1.3 * len(lines) + 0.4) if lines else 0.0
    return Box(box.left, box.bottom, box.width, box.height - used)

"""How pictures look, and how words become fit to be drawn: colours, marks, sizes of type, lengths of lines. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import emoji

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FAMILY = "DejaVu Sans"
"""The typeface, which comes with matplotlib, so that pictures are the same on every machine."""

UNKNOWN_SIGN = "\u25a1"
"""A white square, drawn for each letter that the typeface does not have."""

CUT = "\u2026"

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Colours of groups, which also the colour-blind tell apart; those farthest apart in lightness come first.

Source: Okabe & Ito, *Color Universal Design*, 2008, jfly.uni-koeln.de/color. Their black is left to lines and rings.
"""

MARKS = ("o", "s", "^", "D", "v", "P", "X")
"""Shapes of groups, in matplotlib's letters, one for each colour: neither has to be seen to tell two groups apart."""

MARK_SIZES = (1.0, 0.9, 1.12, 0.88, 1.12, 1.12, 1.1)
"""What each shape is enlarged by so that all seem equally large (ours, by looking)."""

OTHER_MARK = "o"

LONGEST = 600

_JOINER = "\u200c"
_MARKS_IN_A_ROW = 2
_SPACE = re.compile(r"\s+")


class Look(StrEnum):
    """Whether a picture is for a light page or a dark one."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a look, in #rrggbb.

    Attributes:
        page: behind everything.
        ink: words, rings, and lines that matter.
        muted: words beside, axes.
        lateral, with_core: ties between lateral members, and with a core member.
        other: marks of nobody's group.
        grid: lines behind a trend, and between cells.
        series: lines of trends.
        more, fewer, even: the ends and the middle of a scale from fewer to more than expected.
    """

    page: str
    ink: str
    muted: str
    lateral: str
    with_core: str
    other: str
    grid: str
    series: tuple[str, str, str]
    more: str
    fewer: str
    even: str


COLOURS = {
    Look.LIGHT: Colours(
        page="#FFFFFF",
        ink="#1A1A1A",
        muted="#595959",
        lateral="#3C4650",
        with_core="#C6CDD4",
        other="#B4B4B4",
        grid="#E3E3E3",
        series=("#0072B2", "#009E73", "#D55E00"),
        more="#B34A00",
        fewer="#005F99",
        even="#F5F5F2",
    ),
    Look.DARK: Colours(
        page="#15191E",
        ink="#F2F2F2",
        muted="#B3B9C0",
        lateral="#B9C2CB",
        with_core="#4A5560",
        other="#7D8790",
        grid="#333B43",
        series=("#56B4E9", "#2FC59A", "#F08A3C"),
        more="#F08A3C",
        fewer="#4BA9E8",
        even="#2A3037",
    ),
}
"""Ours. Lateral ties are the dark ones (light on a dark page): they are what is asked about, and ties with the core are
many and lie across everything, so that what pales is what hangs on the core."""


def plain(text: str) -> str:
    """A text as it can be drawn, on one line: without emoji and control signs, an unknown letter as `UNKNOWN_SIGN`.

    Of a text longer than any line, the first `LONGEST` signs are taken.

    Direction overrides go too, so that a name cannot turn the words after it. Of marks that are put over a letter two
    are kept. An empty text stays empty, and one that was only emoji becomes so.
    """
    known, kept, marks = _letters(), [], 0
    for sign in unicodedata.normalize("NFC", _SPACE.sub(" ", emoji.replace_emoji(text[:LONGEST], ""))).strip():
        kind = unicodedata.category(sign)
        if kind[0] == "C" and kind not in ("Cn", "Co") and sign != _JOINER:
            continue
        marks = marks + 1 if kind == "Mn" else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(sign if ord(sign) in known else UNKNOWN_SIGN)
    return _SPACE.sub(" ", "".join(kept)).strip()


def named(text: str) -> str:
    """A name as it can be drawn, and `UNKNOWN_SIGN` where nothing of it can."""
    return plain(text) or UNKNOWN_SIGN


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a plain text is, in points, at a size in points."""
    font = _font(bold)
    font.set_size(size, 72)
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64


def shortened(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """A plain text no wider than so many points, cut with an ellipsis where it must be."""
    if width_of(text, size, bold=bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_of(text[:middle].rstrip() + CUT, size, bold=bold) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + CUT


def wrapped(text: str, width: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """A plain text in at most so many lines of at most so many points; what has no room is cut with an ellipsis."""
    words = text.split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        taken = 1
        while taken < len(words) and width_of(" ".join(words[: taken + 1]), size, bold=bold) <= width:
            taken += 1
        found.append(shortened(" ".join(words[:taken]), width, size, bold=bold))
        words = words[taken:]
    return [*found, shortened(" ".join(words), width, size, bold=bold)] if words else found


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two, from the first (share 0) to the second (share 1)."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in parts)


def over(colour: str) -> str:
    """Black or white, whichever is read better on a colour.

    Source: W3C, *Web Content Accessibility Guidelines 2.2*, relative luminance; at 0.179 both contrasts are equal.
    """
    linear = [(each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4) for each in _parts(colour)]
    return "#000000" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179 else "#FFFFFF"


def _parts(colour: str) -> Sequence[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """All letters that both weights of the typeface have."""
    return frozenset(_font(False).get_charmap()) & frozenset(_font(True).get_charmap())


def _font(bold: bool) -> "FT2Font":
    from matplotlib import font_manager

    return font_manager.get_font(_path(bold))


@lru_cache(maxsize=2)
def _path(bold: bool) -> str:
    from matplotlib import get_data_path

    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"

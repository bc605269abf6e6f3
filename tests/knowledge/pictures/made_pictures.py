"""Made communities, words for pictures, and a pen that writes down what it would draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np

from knowledge.network.ties import Network, People, Ties, network_of
from knowledge.pictures.map import Mapped, MapWords
from knowledge.pictures.matrix import Compared, MatrixWords
from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.style import COLOURS, Look, width_of
from knowledge.pictures.trends import Point, Trends, TrendWords

PRACTICES = ("Nurses", "Physiotherapists", "Doctors", "Porters", "Therapists", "Clerks", "Patients", "Cooks", "Others")

MAP_WORDS = MapWords("Who has ties", "everybody else", "the core group", "lateral", "through", "no tie yet", "a circle")
TREND_WORDS = TrendWords("How it went", "Share", "People", "Hours", "likely", "by chance", "worked out")
MATRIX_WORDS = MatrixWords("By practice", "who", "whom", "too few to show", "too few to compare", "fewer", "more")

ODD_NAMES = (
    "",
    "   ",
    "\U0001fa7a",
    "\U0001f469\u200d\u2695\ufe0f nurses",
    "看護師",
    "אחיות",
    "ممرضات",
    "\u202eevil",
    "$\\frac{1}{0}$",
    "a_b^c",
    "<script>alert('x')</script>",
    '"quoted" & <b>bold</b>',
    "Z" + "\u0301" * 300,
    "W" * 500,
    "two\nlines\tand \x00 \x1b[31m control",
    "word " * 100,
)


def tied(pairs: Sequence[tuple[int, int]], people: int) -> Network:
    """The network of these ties, each once."""
    by, to = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return network_of(Ties(by, to, np.zeros(len(pairs), np.int8), np.zeros(len(pairs), "datetime64[s]")), people)


def drawn_pairs(people: int, ties: int, seed: int = 0) -> list[tuple[int, int]]:
    """Ties by chance."""
    chance = np.random.default_rng(seed)
    return [(int(one), int(other)) for one, other in chance.integers(0, people, (ties, 2))]


def community(
    people: int,
    pairs: Sequence[tuple[int, int]],
    groups: Sequence[int],
    core: Sequence[int] = (),
    names: Sequence[str] = PRACTICES,
) -> Mapped:
    """A community with these ties, practices and core members."""
    codes = np.array(groups, dtype=np.int64)
    is_core = np.zeros(people, dtype=np.bool_)
    is_core[list(core)] = True
    return Mapped(tied(pairs, people), People(is_core, codes, codes), codes, names)


def forty() -> Mapped:
    """Forty people of five practices, eight each."""
    return community(40, drawn_pairs(37, 90), [each % 5 for each in range(40)], core=(0, 1, 2))


def year(months: int = 12) -> Trends:
    """A year: the first four months worked out, the seventh without a share, and all that may stand beside."""
    shares = [Point(0.4 + each / 40, 0.3, 0.8, 0.5, each < 4) for each in range(months)]
    shares[6] = Point(None)
    return Trends(
        [f"{each + 1}/26" for each in range(months)],
        shares,
        [Point(float(20 + each % 5), is_inferred=each < 4) for each in range(months)],
        [Point(1.5 * each, is_inferred=each < 4) for each in range(months)],
    )


def three_practices() -> Compared:
    """Three practices: one cell hidden, one with too few expected."""
    return Compared(
        ("Nurses", "Doctors", "Porters"),
        ((40.0, 5.0, None), (30.0, 20.0, 7.0), (1.0, 3.0, 12.0)),
        ((20.0, 10.0, None), (10.0, 20.0, 10.0), (10.0, 2.0, 24.0)),
    )


@dataclass(frozen=True)
class Mark:
    """A mark that was drawn, with the shape and colours of its row."""

    x: float
    y: float
    mark: str
    radius: float
    fill: str
    edge: str


class Recorder(Pen):
    """A pen that draws nothing and remembers everything."""

    def __init__(self, width: float = 432, height: float = 468, look: Look = Look.LIGHT) -> None:
        super().__init__(None, COLOURS[look], Box(0, 0, width, height))  # type: ignore[arg-type]
        self.texts: list[tuple[str, Box]] = []
        self.every_line: list[tuple[str, list[tuple[float, float]]]] = []
        self.every_mark: list[Mark] = []
        self.boxes: list[tuple[Box, str, str]] = []
        self.many: list[tuple[str, int]] = []

    def text(
        self, x: float, y: float, text: str, size: float, *, colour: str = "", bold: bool = False, **more: Any
    ) -> None:
        width, turn = width_of(text, size, bold=bold), radians(more.get("rotation", 0))
        left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[more.get("ha", "left")]
        bottom = y if more.get("va", "baseline") == "baseline" else y - 0.4 * size
        self.texts.append((text, Box(left, bottom, width * cos(turn), width * sin(turn) + 0.75 * size * cos(turn))))

    def line(
        self, xs: Sequence[float], ys: Sequence[float], *, colour: str, width: float = 1.0, dashes: str = "-"
    ) -> None:
        self.every_line.append((dashes, list(zip(xs, ys, strict=True))))

    def lines(self, ends: Any, *, colour: str, width: Any, alpha: float = 1.0) -> None:
        self.many.append((colour, len(ends)))

    def band(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], *, colour: str) -> None:
        assert len(xs) == len(low) == len(high) > 1

    def marks(
        self, xs: Any, ys: Any, *, mark: str, radius: float, fill: str, edge: str, edge_width: float = 0.6
    ) -> None:
        for x, y in zip(np.atleast_1d(xs), np.atleast_1d(ys), strict=True):
            self.every_mark.append(Mark(float(x), float(y), mark, radius, fill, edge))

    def box(self, box: Box, *, fill: str, edge: str = "none", hatch: str = "", alpha: float = 1.0) -> None:
        self.boxes.append((box, fill, hatch))

    def words(self) -> list[str]:
        """All texts, in the order in which they were written."""
        return [text for text, _ in self.texts]

    def outside(self) -> list[str]:
        """Texts that reach over the edge of the page."""
        return [text for text, box in self.texts if not self.page.holds(box)]

    def overlapping(self) -> list[tuple[str, str]]:
        """Pairs of texts that lie over each other; slanted ones are left to the eye."""
        flat = [(text, box) for text, box in self.texts if box.height < 20]
        return [(one, other) for n, (one, a) in enumerate(flat) for other, b in flat[:n] if a.overlaps(b)]

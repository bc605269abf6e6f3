"""A pen: draws lines, marks and words at places in points, from the lower left corner of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from knowledge.pictures.style import FAMILY, Colours, width_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the page, in points (1/72 inch), `y` upwards."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height

    def inset(self, by: float) -> "Box":
        """The same without a margin of so many points."""
        return Box(self.left + by, self.bottom + by, self.width - 2 * by, self.height - 2 * by)

    def overlaps(self, other: "Box") -> bool:
        """Whether the two have more than an edge in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: "Box") -> bool:
        """Whether the other lies inside, to a thousandth of a point."""
        across = self.left <= other.left + 1e-3 and other.right <= self.right + 1e-3
        return across and self.bottom <= other.bottom + 1e-3 and other.top <= self.top + 1e-3


class Pen:
    """Draws on axes whose units are points. What is drawn later lies above."""

    def __init__(self, axes: "Axes", colours: Colours, page: Box) -> None:
        self._axes = axes
        self._above = 1.0
        self.colours = colours
        self.page = page

    def text(
        self, x: float, y: float, text: str, size: float, *, colour: str = "", bold: bool = False, **more: Any
    ) -> None:
        """Writes a plain text with its baseline at `y`; `ha`, `va` and `rotation` are matplotlib's."""
        self._axes.text(
            x,
            y,
            text,
            fontsize=size,
            color=colour or self.colours.ink,
            fontweight="bold" if bold else "normal",
            family=FAMILY,
            parse_math=False,
            zorder=self._next(),
            **{"va": "baseline", **more},
        )

    def line(
        self, xs: Sequence[float], ys: Sequence[float], *, colour: str, width: float = 1.0, dashes: str = "-"
    ) -> None:
        """Draws through points."""
        self._axes.plot(xs, ys, color=colour, linewidth=width, linestyle=dashes, zorder=self._next())

    def lines(self, ends: Any, *, colour: str, width: float | Sequence[float], alpha: float = 1.0) -> None:
        """Draws many straight lines at once; `ends` is of shape (lines, 2, 2)."""
        from matplotlib.collections import LineCollection

        if len(ends):
            drawn = LineCollection(ends, colors=colour, linewidths=width, alpha=alpha, zorder=self._next())
            drawn.set_capstyle("round")
            self._axes.add_collection(drawn, autolim=False)

    def band(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], *, colour: str) -> None:
        """Fills between two lines."""
        self._axes.fill_between(xs, low, high, color=colour, alpha=0.25, linewidth=0, zorder=self._next())

    def marks(
        self, xs: Any, ys: Any, *, mark: str, radius: float, fill: str, edge: str, edge_width: float = 0.6
    ) -> None:
        """Draws marks of one shape, about `radius` points from middle to edge; a fill of "none" leaves a ring."""
        self._axes.scatter(
            xs,
            ys,
            s=(2 * radius) ** 2,
            marker=mark,
            c=fill,
            edgecolors=edge,
            linewidths=edge_width,
            zorder=self._next(),
        )

    def box(self, box: Box, *, fill: str, edge: str = "none", hatch: str = "", alpha: float = 1.0) -> None:
        """Fills a box, or hatches it in the colour of its edge."""
        from matplotlib.patches import Rectangle

        patch = Rectangle((box.left, box.bottom), box.width, box.height, facecolor=fill, edgecolor=edge, linewidth=0.8)
        patch.set_alpha(alpha)
        patch.set_zorder(self._next())
        if hatch:
            patch.set_hatch(hatch)
        self._axes.add_patch(patch)

    def label(self, box: Box, text: str, size: float) -> None:
        """Writes a text in the middle of a box of the page's colour, so that it is read above what lies there."""
        self.box(box, fill=self.colours.page, alpha=0.86)
        self.text(box.left + box.width / 2, box.bottom + box.height / 2, text, size, ha="center", va="center_baseline")

    def _next(self) -> float:
        self._above += 1.0
        return self._above


def label_size(text: str, size: float) -> tuple[float, float]:
    """Width and height in points of the box that `Pen.label` needs."""
    return width_of(text, size) + 5.0, size * 1.45

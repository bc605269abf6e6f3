"""A picture as bytes beside what it shows, and how one is made: the page, and its file as PNG, SVG or PDF."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.style import COLOURS, FAMILY, Look
from knowledge.pictures.vector import inlined

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Shown = TypeVar("Shown")

MOST_BYTES = 400_000
"""What a PNG may weigh (ours: it opens at once on a phone without Wi-Fi)."""

COLOURS_OF_PNG = (256, 64, 16)
"""How many colours a PNG has: the first that is light enough (ours, by looking; the last is for thousands of ties)."""

_drawing = Lock()
"""matplotlib's settings are the process's: one picture is drawn at a time, and leaves them as they were."""


class Form(StrEnum):
    """In which form a picture is made, by its media type."""

    PNG = "image/png"
    SVG = "image/svg+xml"
    PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Picture(Generic[Shown]):
    """A picture.

    Attributes:
        name: of the file, with its ending.
        content: the file.
        form: what it is; its value is the media type.
        alternative: what it shows, as values for the sentence that stands in its place.
    """

    name: str
    content: bytes
    form: Form
    alternative: Shown

    @property
    def media_type(self) -> str:
        """Such as `image/png`."""
        return self.form.value


@dataclass(frozen=True, slots=True)
class Page:
    """What a picture is drawn on.

    Attributes:
        name: of the file, without its ending.
        width, height: in points (1/72 inch).
        dots: pixels to an inch, for PNG.
    """

    name: str
    width: float
    height: float
    dots: int


def pictured(page: Page, draw: Callable[[Pen], Shown], *, form: Form, look: Look) -> Picture[Shown]:
    """Makes a picture of what `draw` draws; the same drawing gives the same bytes. May be called from any thread."""
    import matplotlib
    from matplotlib.figure import Figure

    with _drawing, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": page.name, "font.family": FAMILY})
        matplotlib.rcParams.update({"hatch.linewidth": 0.7, "path.simplify": False})
        figure = Figure(figsize=(page.width / 72, page.height / 72), facecolor=COLOURS[look].page)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, page.width), ylim=(0, page.height))
        axes.set_axis_off()
        shown = draw(Pen(axes, COLOURS[look], Box(0, 0, page.width, page.height)))
        content = _saved(figure, page, form)
    return Picture(f"{page.name}.{form.name.lower()}", content, form, shown)


def _saved(figure: "Figure", page: Page, form: Form) -> bytes:
    match form:
        case Form.PNG:
            return _png(figure, page)
        case Form.SVG:
            without = {"Date": None, "Creator": None, "Format": None, "Type": None}
            return inlined(_bytes(figure, format="svg", metadata=without), page.name)
        case Form.PDF:
            without = {"CreationDate": None, "Creator": None, "Producer": None}
            return _bytes(figure, format="pdf", metadata=without)


def _png(figure: "Figure", page: Page) -> bytes:
    """The PNG with few colours, which in a drawing the eye does not tell from all of them, at a fifth of the bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(figure)
    figure.set_dpi(page.dots)
    canvas.draw()
    whole = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    for colours in COLOURS_OF_PNG:
        few = whole.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.putpalette(_with_page(few.getpalette() or [], int(np.asarray(few)[0, 0]), np.asarray(whole)[0, 0].tolist()))
        found = BytesIO()
        few.save(found, "PNG", dpi=(page.dots, page.dots))
        if len(found.getvalue()) <= MOST_BYTES:
            break
    return found.getvalue()


def _with_page(colours: list[int], corner: int, page: list[int]) -> list[int]:
    """The palette with the very colour of the page, which is that of the corner."""
    return [*colours[: 3 * corner], *page, *colours[3 * corner + 3 :]]


def _bytes(figure: "Figure", **how: Any) -> bytes:
    found = BytesIO()
    figure.savefig(found, facecolor=figure.get_facecolor(), **how)
    return found.getvalue()

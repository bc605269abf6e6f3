"""One page for a wall or a mail: what changed in words, the map, the trends and the matrix, on A4 upright."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.pictures.legend import draw_title
from knowledge.pictures.map import Mapped, MapShown, MapWords, draw_map
from knowledge.pictures.matrix import Compared, MatrixShown, MatrixWords, draw_matrix
from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.picture import Form, Page, Picture, pictured
from knowledge.pictures.style import Look, plain, wrapped
from knowledge.pictures.trends import Trends, TrendsShown, TrendWords, draw_trends

PAGE = Page("sheet", width=595.3, height=841.9, dots=150)
"""A4. Source: ISO 216 (210 by 297 mm)."""

MARGIN = 34.0

TITLE, SENTENCE, SMALL = 19.0, 11.0, 8.5

MOST_SENTENCES = 6
"""Sentences above the pictures (ours: a page that says more is not read)."""

LINES = 10
"""Lines that these have together."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page is made of; the matrix or the trends may be missing, and their room is then left to the other."""

    mapped: Mapped
    trends: Trends | None
    compared: Compared | None


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The words of the page.

    Attributes:
        title: of the page, such as the name of the community.
        period: what time it is of.
        sentences: what changed, the most important first.
        foot: what it does not know, in two lines.
        map, trends, matrix: those of the pictures.
    """

    title: str
    period: str
    sentences: Sequence[str]
    foot: str
    map: MapWords
    trends: TrendWords
    matrix: MatrixWords


@dataclass(frozen=True, slots=True)
class SheetShown:
    """What the page shows: the sentences that had room, as they are drawn, and what each picture shows."""

    sentences: tuple[str, ...]
    map: MapShown
    trends: TrendsShown | None
    matrix: MatrixShown | None


def sheet(
    of: Sheet, words: SheetWords, *, form: Form = Form.PNG, look: Look = Look.LIGHT, seed: int = 0
) -> Picture[SheetShown]:
    """Draws the page.

    Raises:
        ValueError: if there is nobody.
    """
    return pictured(PAGE, lambda pen: _draw(pen, of, words, seed), form=form, look=look)


def _draw(pen: Pen, of: Sheet, words: SheetWords, seed: int) -> SheetShown:
    room = draw_title(pen, pen.page.inset(MARGIN), words.title, TITLE)
    pen.text(room.left, room.top - SENTENCE, plain(words.period), SENTENCE, colour=pen.colours.muted)
    room, sentences = _draw_sentences(pen, _lower(room, 2.0 * SENTENCE), words.sentences)
    room = _draw_foot(pen, room, plain(words.foot))
    has_more = of.trends is not None or of.compared is not None
    below = Box(room.left, room.bottom, room.width, room.height * 0.45 if has_more else 0.0)
    above = Box(room.left, below.top + 10, room.width, room.height - below.height - 16)
    pen.line([room.left, room.right], [room.top, room.top], colour=pen.colours.grid)
    shown = draw_map(pen, above, of.mapped, words.map, seed=seed)
    left, right = _halves(below) if of.trends and of.compared else (below, below)
    return SheetShown(
        sentences,
        shown,
        draw_trends(pen, left, of.trends, words.trends, size=SMALL) if of.trends else None,
        draw_matrix(pen, right, of.compared, words.matrix, size=SMALL) if of.compared else None,
    )


def _lower(box: Box, by: float) -> Box:
    return Box(box.left, box.bottom, box.width, box.height - by)


def _halves(box: Box) -> tuple[Box, Box]:
    width = (box.width - 18) / 2
    return Box(box.left, box.bottom, width, box.height), Box(box.right - width, box.bottom, width, box.height)


def _draw_sentences(pen: Pen, room: Box, sentences: Sequence[str]) -> tuple[Box, tuple[str, ...]]:
    """Writes the sentences, as many as have room; gives what is left below, and these."""
    done, drawn = 0, []
    for sentence in [text for text in map(plain, sentences) if text][:MOST_SENTENCES]:
        lines = wrapped(sentence, room.width - 12, SENTENCE, lines=4)
        if done + len(lines) > LINES:
            break
        pen.text(room.left, room.top - SENTENCE * (1.0 + 1.4 * done), "\u2022", SENTENCE)
        for line in lines:
            pen.text(room.left + 12, room.top - SENTENCE * (1.0 + 1.4 * done), line, SENTENCE)
            done += 1
        drawn.append(sentence)
    return _lower(room, SENTENCE * (1.4 * done + 0.6)), tuple(drawn)


def _draw_foot(pen: Pen, room: Box, text: str) -> Box:
    lines = wrapped(text, room.width, SMALL, lines=2)
    for number, line in enumerate(reversed(lines)):
        pen.text(room.left, room.bottom + 1.35 * SMALL * number, line, SMALL, colour=pen.colours.muted)
    used = 1.35 * SMALL * len(lines) + 8 if lines else 0.0
    return Box(room.left, room.bottom + used, room.width, room.height - used)

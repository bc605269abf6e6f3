"""The map of a network: who has ties with whom, by practice or by place, and what hangs on the core group.

Nobody is larger than anybody else, and nobody is named but who is handed in by name, with their consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np

from knowledge.network.components import components
from knowledge.network.shares import is_lateral, without
from knowledge.network.ties import UNKNOWN, Network, People, Whole
from knowledge.pictures.bubbles import draw_bubbles
from knowledge.pictures.groups import Groups, shown
from knowledge.pictures.labels import placed
from knowledge.pictures.layout import MOST_PEOPLE, Layout, laid_out
from knowledge.pictures.legend import ROW, Entry, draw_legend, draw_title, rows_of
from knowledge.pictures.pen import Box, Pen
from knowledge.pictures.picture import Form, Page, Picture, pictured
from knowledge.pictures.style import MARK_SIZES, MARKS, OTHER_MARK, PALETTE, Look, mixed, plain, shortened

PAGE = Page("map", width=432, height=468, dots=200)
"""Six inches wide: a phone shows it at about its own size, so that type of 10 points is read."""

MARGIN = 12.0

LABEL_SIZE = 9.0

MOST_LABELS = 12
"""Names on a map (ours: few, so that each is read)."""


class DrawnAs(StrEnum):
    """What one mark is: a person, or where there are more than `MOST_PEOPLE` a whole group."""

    PEOPLE = "people"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a map is drawn of.

    Attributes:
        network: who has ties with whom.
        people: who they are.
        groups: the code of each member's practice or place, or `UNKNOWN`; shape (people,).
        names: of the codes.
        labels: names of a few members, who agreed to be named on it, by number.
        as_groups: whether groups are drawn though there is room for each of the people.
    """

    network: Network
    people: People
    groups: Whole
    names: Sequence[str]
    labels: Mapping[int, str] = field(default_factory=dict)
    as_groups: bool = False


@dataclass(frozen=True, slots=True)
class MapWords:
    """The words on a map.

    Attributes:
        title: above it; empty for none.
        other: for those whose group is not shown.
        core: beside the ring of the core group.
        lateral: beside the line between two lateral members.
        with_core: beside the line with the core group.
        alone: above the strip of those without a tie.
        group: beside the circle of a group, where groups are drawn: that it is as large as it has people.
    """

    title: str
    other: str
    core: str
    lateral: str
    with_core: str
    alone: str
    group: str


@dataclass(frozen=True, slots=True)
class MapShown:
    """What a map shows.

    Attributes:
        drawn_as: what one mark is.
        people: how many there are.
        core: how many of them are of the core group.
        pairs: pairs with a tie.
        lateral_pairs: of them both lateral.
        parts: parts of two people or more that hang together.
        alone: people without a tie.
        largest: people in the largest part; 0 where nobody has a tie.
        largest_without_core: the most who would still hang together without the core group.
        groups: the names of groups that are shown by themselves.
        has_others: whether there are people in none of them.
        labels: the names that are on it.
    """

    drawn_as: DrawnAs
    people: int
    core: int
    pairs: int
    lateral_pairs: int
    parts: int
    alone: int
    largest: int
    largest_without_core: int
    groups: tuple[str, ...]
    has_others: bool
    labels: tuple[str, ...]


def network_map(
    mapped: Mapped, words: MapWords, *, form: Form = Form.PNG, look: Look = Look.LIGHT, seed: int = 0
) -> Picture[MapShown]:
    """Draws the map by itself.

    Raises:
        ValueError: if there is nobody.
    """
    return pictured(
        PAGE, lambda pen: draw_map(pen, pen.page.inset(MARGIN), mapped, words, seed=seed), form=form, look=look
    )


def draw_map(pen: Pen, box: Box, mapped: Mapped, words: MapWords, *, seed: int = 0) -> MapShown:
    """Draws the map within a box and tells what it shows; see `network_map`."""
    groups = shown(mapped.groups, mapped.names, mapped.labels)
    has_room = len(mapped.people) <= MOST_PEOPLE and not mapped.as_groups
    drawn_as = DrawnAs.PEOPLE if has_room else DrawnAs.GROUPS
    rows = rows_of(_meanings(pen, groups, words, drawn_as), box.width)
    room = draw_title(pen, box, words.title)
    frame = Box(room.left, room.bottom + ROW * len(rows) + 6, room.width, room.height - ROW * len(rows) - 6)
    labels: tuple[str, ...] = ()
    if drawn_as is DrawnAs.PEOPLE:
        labels = _draw_people(pen, frame, mapped, groups, words=words, seed=seed)
    else:
        draw_bubbles(pen, frame, mapped.network, mapped.people, groups=groups, other=words.other)
    draw_legend(pen, rows, box.left, room.bottom + ROW * len(rows))
    return _shown(mapped, groups, drawn_as, labels)


def _shown(mapped: Mapped, groups: Groups, drawn_as: DrawnAs, labels: tuple[str, ...]) -> MapShown:
    network, is_core = mapped.network, mapped.people.is_core
    sizes = np.bincount(components(network))
    return MapShown(
        drawn_as=drawn_as,
        people=len(mapped.people),
        core=int(is_core.sum()),
        pairs=len(network),
        lateral_pairs=int(is_lateral(network, mapped.people).sum()),
        parts=int((sizes > 1).sum()),
        alone=int((sizes == 1).sum()),
        largest=int(sizes[sizes > 1].max(initial=0)),
        largest_without_core=without(network, is_core).largest,
        groups=groups.names,
        has_others=groups.others > 0,
        labels=labels,
    )


def _meanings(pen: Pen, groups: Groups, words: MapWords, drawn_as: DrawnAs) -> list[Entry]:
    """The legend: groups, others, core, lines; only what the map has need of."""
    found = []
    if drawn_as is DrawnAs.PEOPLE:
        for number, name in enumerate(groups.names):
            found.append(Entry(partial(_draw_mark, pen, number, radius=5.0), name))
        if groups.names and groups.others:
            found.append(Entry(partial(_draw_mark, pen, UNKNOWN, radius=5.0), words.other))
        found.append(Entry(partial(_draw_ring, pen, radius=4.0), words.core))
    else:
        found.append(Entry(partial(_draw_mark, pen, UNKNOWN, radius=7.0), words.group))
    return [
        *found,
        Entry(partial(_draw_sample, pen, pen.colours.lateral, 2.2), words.lateral),
        Entry(partial(_draw_sample, pen, pen.colours.with_core, 2.2), words.with_core),
    ]


def _draw_people(
    pen: Pen, frame: Box, mapped: Mapped, groups: Groups, *, words: MapWords, seed: int
) -> tuple[str, ...]:
    """Draws ties, then marks, then names; gives the names."""
    layout = laid_out(mapped.network, frame, seed=seed, words=ROW)
    _draw_ties(pen, mapped, layout)
    for number in [UNKNOWN, *range(len(groups.names))]:
        x, y = layout.places[groups.of == number].T
        _draw_mark(pen, number, x, y, radius=layout.radius)
    x, y = layout.places[mapped.people.is_core].T
    _draw_ring(pen, x, y, radius=layout.radius)
    _draw_strip(pen, layout, words)
    few = dict(sorted(mapped.labels.items())[:MOST_LABELS])
    labels = placed(few, layout.places, layout.radius + 2, frame, LABEL_SIZE)
    for box, text in labels:
        pen.label(box, text, LABEL_SIZE)
    return tuple(text for _, text in labels)


def _draw_ties(pen: Pen, mapped: Mapped, layout: Layout) -> None:
    """Ties with the core first and pale, lateral ones above them and dark; the thinner, the more there are."""
    network = mapped.network
    ends = np.stack([layout.places[network.one], layout.places[network.other]], axis=1)
    ours = is_lateral(network, mapped.people)
    width = float(np.clip(18.0 / max(len(network), 1) ** 0.5, 0.45, 1.5))
    pen.lines(ends[~ours], colour=pen.colours.with_core, width=width)
    pen.lines(ends[ours], colour=pen.colours.lateral, width=width, alpha=0.75 if len(network) < 300 else 0.55)


def _draw_strip(pen: Pen, layout: Layout, words: MapWords) -> None:
    if layout.strip:
        text = shortened(plain(words.alone), layout.strip.width, LABEL_SIZE)
        pen.text(layout.strip.left + 2, layout.strip.top + 4, text, LABEL_SIZE, colour=pen.colours.muted)


def _draw_mark(pen: Pen, number: int, x: Any, y: Any, *, radius: float) -> None:
    """Marks of a group, by its number, or of those in none."""
    named = number != UNKNOWN
    fill = PALETTE[number] if named else pen.colours.other
    pen.marks(
        x,
        y,
        mark=MARKS[number] if named else OTHER_MARK,
        radius=radius * (MARK_SIZES[number] if named else 0.8),
        fill=fill,
        edge=mixed(fill, "#000000", 0.4),
    )


def _draw_ring(pen: Pen, x: Any, y: Any, *, radius: float) -> None:
    pen.marks(x, y, mark="o", radius=radius + 2.2, fill="none", edge=pen.colours.ink, edge_width=1.5)


def _draw_sample(pen: Pen, colour: str, width: float, x: float, y: float) -> None:
    pen.line([x - 7, x + 7], [y, y], colour=colour, width=width)

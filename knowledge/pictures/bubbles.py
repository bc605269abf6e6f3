"""A network of many people as groups: a bubble for each, and how many ties there are between them.

What is drawn of a group is rounded, so that no two pictures tell that one person came or went.
"""

import numpy as np

from knowledge.network.shares import is_lateral
from knowledge.network.ties import UNKNOWN, Flags, Floats, Network, People, Whole
from knowledge.pictures.groups import FEWEST, Groups
from knowledge.pictures.layout import around
from knowledge.pictures.pen import Box, Pen, label_size
from knowledge.pictures.style import PALETTE, plain, wrapped

LABEL_SIZE = 10.0

WIDEST_TIE = 11.0
"""Of a line between two groups, in points (ours)."""

_WIDEST_NAME = 112.0
_UNDER = 2 * 1.45 * LABEL_SIZE + 3


def draw_bubbles(pen: Pen, frame: Box, network: Network, people: People, *, groups: Groups, other: str) -> None:
    """Draws the groups on a ring, as large as they have people, and the ties between them.

    A line is as wide as there are pairs between two groups, pale; within it the lateral ones, dark.

    Args:
        pen: draws.
        frame: the room there is.
        network: who has ties with whom.
        people: who they are.
        groups: of the people.
        other: the name of those who are in none.
    """
    names = [*groups.names, *([plain(other)] if groups.others >= FEWEST else [])]
    of = np.where(groups.of == UNKNOWN, len(groups.names), groups.of)
    every, lateral = (_between(network, of, len(names), flags) for flags in (None, is_lateral(network, people)))
    places, radii = _ring(np.bincount(of, minlength=len(names))[: len(names)], every, frame)
    _draw_lines(pen, places, every, lateral)
    for number, place in enumerate(places):
        colour = PALETTE[number] if number < len(groups.names) else pen.colours.other
        edge = pen.colours.page
        pen.marks([place[0]], [place[1]], mark="o", radius=radii[number], fill=colour, edge=edge, edge_width=1.5)
    for name, place, radius in zip(names, places, radii, strict=True):
        _draw_name(pen, frame, name, (float(place[0]), float(place[1]), float(radius)))


def _between(network: Network, of: Whole, count: int, chosen: Flags | None) -> Floats:
    """Pairs between any two groups, in whole fives; shape (groups, groups), symmetric, 0 within a group.

    Five pairs between two groups are of five people or more.
    """
    one, other = (of[each] if chosen is None else of[each[chosen]] for each in (network.one, network.other))
    found = np.zeros((count, count))
    inside = (one < count) & (other < count) & (one != other)
    np.add.at(found, (one[inside], other[inside]), 1)
    both: Floats = FEWEST * np.floor((found + found.T) / FEWEST)
    return both


def _ring(people: Whole, every: Floats, frame: Box) -> tuple[Floats, Floats]:
    """Places of the bubbles on a ring, those with most ties side by side, and their radii, in points."""
    first = int(np.argmax(people))
    order = [first, *(each for each in np.argsort(-people, kind="stable").tolist() if each != first)]
    order = [order[place] for place in around(every[np.ix_(order, order)])]
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(order)) / max(len(order), 1)
    rounded = np.maximum(np.round(people / FEWEST), 1)
    share = np.sqrt(rounded / rounded.max())
    reach = np.array([frame.width, frame.height - _UNDER]) / 2
    largest = float(reach.min()) * min(0.3, 0.62 * np.sin(np.pi / max(len(order), 2)))
    ring = (reach - [max(largest, _WIDEST_NAME / 2), largest]) * (len(order) > 1)
    places = np.zeros((len(people), 2))
    places[order] = np.stack([np.cos(angle), np.sin(angle)], axis=1) * ring
    middle = [frame.left + frame.width / 2, frame.bottom + (frame.height + _UNDER) / 2]
    return places + middle, share * largest


def _draw_lines(pen: Pen, places: Floats, every: Floats, lateral: Floats) -> None:
    one, other = np.nonzero(np.triu(every))
    ends = np.stack([places[one], places[other]], axis=1)
    widest = max(float(every.max(initial=0)), 1.0)
    for counts, colour in ((every, pen.colours.with_core), (lateral, pen.colours.lateral)):
        width = WIDEST_TIE * counts[one, other] / widest
        drawn = width > 0.05
        pen.lines(ends[drawn], colour=colour, width=np.maximum(width[drawn], 0.4).tolist())


def _draw_name(pen: Pen, frame: Box, name: str, bubble: tuple[float, float, float]) -> None:
    """In at most two lines below the bubble, within the frame."""
    x, y, radius = bubble
    for number, line in enumerate(wrapped(name, _WIDEST_NAME, LABEL_SIZE, lines=2)):
        width, height = label_size(line, LABEL_SIZE)
        left = float(np.clip(x - width / 2, frame.left, frame.right - width))
        pen.label(Box(left, y - radius - 2 - height * (number + 1), width, height), line, LABEL_SIZE)

"""Where everybody stands on a map of the network: parts that do not hang together lie apart, side by side. Pure.

Within a part the distance between two members is as far as it can be the number of ties on the way between them.
Everybody is drawn equally large, since size would be a ranking. The same network and seed give the same places, in
whatever order the ties came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.network.components import components
from knowledge.network.ties import Floats, Network, Whole
from knowledge.pictures.cells import divided, shelved
from knowledge.pictures.pen import Box

MOST_PEOPLE = 400
"""How many people can be told apart on a phone's screen, and laid out in a second or so (ours, by looking)."""

LARGEST_RADIUS, SMALLEST_RADIUS = 7.5, 1.5
"""Of a mark, in points (ours: the largest looks like a mark, the smallest is still seen)."""

SMALL_SHARES = (0.06, 0.03, 0.0)
"""Parts of at most this share of the people stand on shelves below the large ones; the first that leaves these half of
the room is taken (ours)."""

ROUNDS = 150
"""Steps of the layout at most; it mostly stands still after fifty."""

STILL = 1e-4
"""By which share the energy must fall, or the layout stands still (Gansner, Koren & North, 2004)."""

_STRETCH = 1.6
"""What a part is stretched by, one way, at most, to fill its cell (ours)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Places on a page, in points.

    Attributes:
        places: of the middle of each member's mark; shape (people, 2).
        radius: of a mark; no two overlap.
        part: the number of each member's part, as of `components`; shape (people,).
        cells: the box of each part of two or more, by the number of the part; no two overlap.
        strip: the box of those without a tie; None where everybody has one.
    """

    places: Floats
    radius: float
    part: Whole
    cells: dict[int, Box]
    strip: Box | None


def laid_out(network: Network, frame: Box, *, seed: int, words: float = 0.0) -> Layout:
    """Gives everybody of a network a place within a frame.

    Args:
        network: of `MOST_PEOPLE` at most, or the time grows with the cube of their number.
        frame: the room there is.
        seed: for places that nothing else decides.
        words: points kept free above the strip of those without a tie.

    Raises:
        ValueError: if nobody is in the network.
    """
    if not network.people:
        raise ValueError("there is nobody to lay out")
    part = components(network)
    sizes = np.bincount(part)
    radius = float(np.clip(0.19 * np.sqrt(frame.width * frame.height / len(part)), SMALLEST_RADIUS, LARGEST_RADIUS))
    places = np.zeros((network.people, 2))
    alone = np.flatnonzero(sizes[part] == 1)
    places[alone], strip = _strip(alone, frame, radius)
    used = strip.height + words if strip else 0.0
    room = Box(frame.left, frame.bottom + used, frame.width, frame.height - used)
    by_size = np.lexsort((np.arange(len(sizes)), -sizes)).tolist()
    cells = _cells([each for each in by_size if sizes[each] > 1], sizes, room, radius)
    for number, cell in cells.items():
        members = np.flatnonzero(part == number)
        places[members] = _within(_shape(network, members, seed), cell, radius)
    return Layout(places, min(_apart(places, radius), _seen(network, places)), part, cells, strip)


def _cells(parts: Sequence[int], sizes: Whole, room: Box, radius: float) -> dict[int, Box]:
    """The cell of each part of two or more: large ones share out the room, small ones stand on shelves below them."""
    if not parts:
        return {}
    for share in SMALL_SHARES:
        large = [each for each in parts if sizes[each] > share * sizes.sum()]
        small = parts[len(large) :]
        shelves = shelved([_natural(int(sizes[each]), radius) for each in small], room)
        height = max((box.top for box in shelves), default=room.bottom) - room.bottom
        if large and height <= room.height / 2:
            break
    above = Box(room.left, room.bottom + height, room.width, room.height - height)
    divisions = divided([float(sizes[each]) for each in large], above)
    return dict(zip(large, divisions, strict=True)) | dict(zip(small, shelves, strict=True))


def _natural(people: int, radius: float) -> tuple[float, float]:
    """Width and height of a small part's cell."""
    side = radius * (4.0 + 5.0 * (people**0.5 - 1))
    return (side * 1.3, side) if people == 2 else (side, side)


def _strip(alone: Whole, frame: Box, radius: float) -> tuple[Floats, Box | None]:
    """Places of those without a tie, shape (alone, 2), in rows at the foot of the frame, and the box of these."""
    if not len(alone):
        return np.zeros((0, 2)), None
    step = min(3.2 * radius, (frame.width * frame.height / len(alone)) ** 0.5 * 0.9)
    in_row = max(int(frame.width // step), 1)
    rows = -(-len(alone) // in_row)
    number = np.arange(len(alone))
    x = frame.left + step * (number % in_row + 0.5)
    y = frame.bottom + step * (rows - number // in_row - 0.5)
    return np.stack([x, y], axis=1), Box(frame.left, frame.bottom, frame.width, rows * step)


def _shape(network: Network, members: Whole, seed: int) -> Floats:
    """Places of the members of a connected part, in no unit, their longest way along the first axis."""
    if len(members) == 2:
        return np.array([[0.0, 0.0], [1.0, 0.0]])
    number = np.full(network.people, -1)
    number[members] = np.arange(len(members))
    inside = number[network.one] >= 0
    one, other = number[network.one[inside]], number[network.other[inside]]
    far = distances(len(members), one, other)
    places = _settled(far, _begun(far, np.random.default_rng(seed)))
    places = places - places.mean(axis=0)
    _, _, ways = np.linalg.svd(places, full_matrices=False)
    turned: Floats = places @ ways.T
    return turned


def distances(people: int, one: Whole, other: Whole) -> Floats:
    """How far any two members of a connected part are apart; shape (people, people).

    A tie is the shorter the more partners the two have in common, from 0.5 (all) to near 1 (few), so that those who are
    much among themselves lie together. O(people³), each step for all pairs at once.

    Source: Floyd, *Algorithm 97: Shortest path*, Communications of the ACM 5(6), 1962. That ties in dense places are
    shortened by the share of common partners is ours, after the `subset` model of Graphviz's neato.
    """
    tied = np.eye(people)
    tied[one, other] = tied[other, one] = 1.0
    common = tied @ tied
    degrees = tied.sum(axis=1)
    alike = common / (degrees[:, None] + degrees[None, :] - common)
    far = np.where(tied > 0, 1.0 - 0.5 * alike, np.inf)
    np.fill_diagonal(far, 0.0)
    for way in range(people):
        np.minimum(far, far[:, way, None] + far[None, way, :], out=far)
    return far


def _begun(far: Floats, chance: np.random.Generator) -> Floats:
    """Places to begin with: classical scaling, and a little chance where it leaves two in one place.

    Source: Torgerson, *Multidimensional scaling*, Psychometrika 17, 1952.
    """
    squares = far**2
    middle = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, ways = np.linalg.eigh(-middle / 2)
    ways = ways[:, -2:] * np.sign(ways[np.abs(ways[:, -2:]).argmax(axis=0), [-2, -1]])
    begun: Floats = ways * np.sqrt(np.maximum(values[-2:], 1e-9)) + chance.normal(0.0, 0.02, (len(far), 2))
    return begun


def _settled(far: Floats, places: Floats) -> Floats:
    """Lets springs between all members settle, each as long as the two should be apart, weak between the far apart.

    The energy, sum over pairs of (distance - wanted)² / wanted², falls in each round: no step length, no cooling.

    Source: Kamada & Kawai, *An algorithm for drawing general undirected graphs*, Information Processing Letters 31,
    1989 (the springs); Gansner, Koren & North, *Graph drawing by stress majorization*, LNCS 3383, 2004 (the rounds).
    """
    count = len(far)
    wanted = far + np.eye(count)
    pull = wanted**-2.0 * (1 - np.eye(count))
    inverse = np.linalg.inv(np.diag(pull.sum(axis=1)) - pull + 1 / count)
    energy = np.inf
    for _ in range(ROUNDS):
        apart = np.maximum(_between(places), 1e-9)
        before, energy = energy, float((pull * (apart - far) ** 2).sum())
        if before - energy < STILL * energy:
            break
        push = pull * far / apart
        np.fill_diagonal(push, 0.0)
        places = inverse @ (places * push.sum(axis=1)[:, None] - push @ places)
    return places


def _between(places: Floats) -> Floats:
    x, y = places.T
    across, up = x[:, None] - x, y[:, None] - y
    apart: Floats = np.sqrt(across * across + up * up)
    return apart


def _within(shape: Floats, cell: Box, radius: float) -> Floats:
    """A part's places within its cell, along its longer side, and then so far apart that no marks overlap."""
    room = cell.inset(min(1.8 * radius, 0.25 * min(cell.width, cell.height)))
    if room.height > room.width:
        shape = shape[:, ::-1]
    low, high = shape.min(axis=0), shape.max(axis=0)
    size = np.maximum(high - low, 1e-9)
    scale = np.array([room.width, room.height]) / size
    scale = np.minimum(scale, _STRETCH * scale.min())
    if len(shape) == 2:
        scale = np.minimum(scale, 7 * radius / size.max())
    middle = np.array([room.left + room.width / 2, room.bottom + room.height / 2])
    return _spread(middle + (shape - (low + high) / 2) * scale, room, 2.5 * radius)


def _spread(places: Floats, room: Box, gap: float) -> Floats:
    """Pushes apart who is nearer than the gap, round by round, within the room."""
    low, high = np.array([room.left, room.bottom]), np.array([room.right, room.top])
    for _ in range(120):
        apart = _between(places) + 1e-9
        np.fill_diagonal(apart, gap)
        if float(apart.min()) >= 0.98 * gap:
            break
        push = np.maximum(gap / apart - 1.0, 0.0)
        places = np.clip(places + 0.4 * (places * push.sum(axis=1)[:, None] - push @ places), low, high)
    return places


def _seen(network: Network, places: Floats) -> float:
    """The radius at which of nine ties in ten a third is seen between the marks."""
    if not len(network):
        return np.inf
    ties = places[network.one] - places[network.other]
    return float(np.quantile(np.hypot(ties[:, 0], ties[:, 1]), 0.1)) / 3


def _apart(places: Floats, radius: float) -> float:
    """The radius, smaller where two places are nearer than two of it."""
    if len(places) < 2:
        return radius
    apart = _between(places)
    np.fill_diagonal(apart, np.inf)
    return min(radius, 0.48 * float(apart.min()))


def around(weights: NDArray[np.float64]) -> list[int]:
    """An order of groups on a circle in which those with most ties stand side by side; begins with the first.

    Args:
        weights: between groups, symmetric; shape (groups, groups).
    """
    left = set(range(1, len(weights)))
    order = [0] if len(weights) else []
    while left:
        order.append(max(left, key=lambda each: (weights[order[-1], each], -each)))
        left.remove(order[-1])
    return order

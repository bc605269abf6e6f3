"""How room on a page is shared out: by area, or on shelves. Pure."""

from collections.abc import Sequence

from knowledge.pictures.pen import Box


def divided(weights: Sequence[float], room: Box) -> list[Box]:
    """Divides a room into cells whose areas are as the weights, as near to squares as it goes; none overlap.

    Source: Bruls, Huizing & van Wijk, *Squarified treemaps*, Data Visualization 2000.

    Args:
        weights: above 0, the largest first.
        room: what is divided.
    """
    cells: list[Box] = []
    left, rest = room, sum(weights)
    place = 0
    while place < len(weights):
        taken = 1
        while place + taken < len(weights) and _worst(weights[place : place + taken + 1], left, rest) <= _worst(
            weights[place : place + taken], left, rest
        ):
            taken += 1
        row = weights[place : place + taken]
        cells += _row(row, left, sum(row) / rest)
        left = _without(left, sum(row) / rest)
        rest -= sum(row)
        place += taken
    return cells


def _worst(row: Sequence[float], room: Box, rest: float) -> float:
    """How far the worst cell of a row would be from a square, 1 or more."""
    area = room.width * room.height / rest
    side = min(room.width, room.height)
    total = sum(row) * area
    return max(max(side**2 * each * area / total**2, total**2 / (side**2 * each * area)) for each in row)


def _row(row: Sequence[float], room: Box, share: float) -> list[Box]:
    """Cells along the shorter side."""
    cells, done, total = [], 0.0, sum(row)
    for each in row:
        if room.width >= room.height:
            height = room.height * each / total
            cells.append(Box(room.left, room.top - done - height, room.width * share, height))
            done += height
        else:
            width = room.width * each / total
            cells.append(Box(room.left + done, room.top - room.height * share, width, room.height * share))
            done += width
    return cells


def _without(room: Box, share: float) -> Box:
    if room.width >= room.height:
        gone = room.width * share
        return Box(room.left + gone, room.bottom, room.width - gone, room.height)
    return Box(room.left, room.bottom, room.width, room.height * (1 - share))


def shelved(sizes: Sequence[tuple[float, float]], room: Box) -> list[Box]:
    """Puts boxes on shelves from left to right, the first above and the last on the floor of the room; none overlap.

    They may reach above the room where they are many.

    Args:
        sizes: width and height of each, the highest first; none wider than the room.
        room: where.
    """
    shelves: list[list[int]] = []
    filled = room.width
    for place, (width, _) in enumerate(sizes):
        if filled + width > room.width + 1e-9:
            shelves.append([])
            filled = 0.0
        shelves[-1].append(place)
        filled += width
    found: dict[int, Box] = {}
    bottom = room.bottom
    for shelf in reversed(shelves):
        left, height = room.left, max(sizes[place][1] for place in shelf)
        for place in shelf:
            found[place] = Box(left, bottom, *sizes[place])
            left += sizes[place][0]
        bottom += height
    return [found[place] for place in range(len(sizes))]

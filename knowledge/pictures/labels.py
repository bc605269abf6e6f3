"""Where names stand beside marks, so that none lies over another. Pure."""

from collections.abc import Mapping

import numpy as np

from knowledge.network.ties import Floats
from knowledge.pictures.pen import Box, label_size
from knowledge.pictures.style import plain, shortened

WIDEST = 96.0
"""Of a label, in points (ours)."""

_WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


def placed(labels: Mapping[int, str], places: Floats, radius: float, frame: Box, size: float) -> list[tuple[Box, str]]:
    """A box for each label, beside its mark, within the frame and over no other label; who finds no room has none.

    Of the eight spots around a mark the one is taken that covers the fewest marks, the first of equals.

    Args:
        labels: names by member.
        places: of all marks; shape (people, 2).
        radius: of a mark.
        frame: where labels may stand.
        size: of the type, in points.
    """
    found: list[tuple[Box, str]] = []
    for member, name in sorted(labels.items()):
        text = shortened(plain(name), WIDEST, size)
        if not text:
            continue
        spots = [_spot(places[member], radius + 2.0, way, label_size(text, size)) for way in _WAYS]
        free = [box for box in spots if frame.holds(box) and not any(box.overlaps(other) for other, _ in found)]
        if free:
            found.append((min(free, key=lambda box: _covered(box, places, radius)), text))
    return found


def _spot(place: Floats, off: float, way: tuple[int, int], size: tuple[float, float]) -> Box:
    across, up = way
    reach = off * (0.75 if across and up else 1.0)
    left = place[0] - size[0] / 2 + across * (reach + size[0] / 2)
    bottom = place[1] - size[1] / 2 + up * (reach + size[1] / 2)
    return Box(float(left), float(bottom), *size)


def _covered(box: Box, places: Floats, radius: float) -> int:
    low = np.array([box.left - radius, box.bottom - radius])
    high = np.array([box.right + radius, box.top + radius])
    return int(((places > low) & (places < high)).all(axis=1).sum())

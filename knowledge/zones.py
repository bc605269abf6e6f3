"""Time zones by their IANA names, as people and platforms write them."""

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1_000)
def zone_of(*names: str) -> ZoneInfo:
    """The first of `names` that is a time zone; UTC where none is."""
    for name in names:
        if is_zone(name):
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        return bool(name) and ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):  # not found, no name of a file, a folder
        return False

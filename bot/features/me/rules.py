"""Decisions of `/me`: which time zone is meant. Pure."""

from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz

NEAR_ZONES = 3
"""Zones that are suggested where there is none of that name."""

NEAR = 60
"""How alike (0 to 100) what was typed and a zone's name or city have to be (ours; `Londn` and `London` are 91)."""


def zone_named(typed: str) -> str | None:
    """The time zone of this name, in whatever case and with spaces, as it is written; None where there is none."""
    wanted = _bare(typed)
    return next((name for name in _zones() if _bare(name) == wanted), None)


def zones_like(typed: str) -> list[str]:
    """The time zones that may have been meant, the likeliest first."""
    wanted = _bare(typed)
    alike = {name: max(fuzz.ratio(wanted, each) for each in (_bare(name), _city(name))) for name in _zones()}
    near = [name for name, score in alike.items() if score >= NEAR]
    return sorted(near, key=lambda name: (-alike[name], name))[:NEAR_ZONES]


@cache
def _zones() -> tuple[str, ...]:
    """All zones that have a place in their name; the others are kept for old programs. Source: iana.org, *tz*."""
    named = (name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")))
    return (*sorted(named), "UTC")


def _bare(name: str) -> str:
    return "_".join(name.replace("_", " ").split()).casefold()


def _city(name: str) -> str:
    return _bare(name.rpartition("/")[2])

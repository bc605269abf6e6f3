"""Which time zone somebody means, and which they may have meant."""

from zoneinfo import available_timezones

import pytest

from bot.features.me.rules import NEAR_ZONES, zone_named, zones_like


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        (" europe/london ", "Europe/London"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("London", None),
        ("Etc/GMT+3", None),
        ("../Europe/London", None),
        ("", None),
    ],
)
def test_a_zone_is_known_by_its_name(typed: str, zone: str | None) -> None:
    assert zone_named(typed) == zone


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("London", "Europe/London"),
        ("Londn", "Europe/London"),
        ("new york", "America/New_York"),
        ("Europe/Londres", "Europe/London"),
        ("sao paulo", "America/Sao_Paulo"),
    ],
)
def test_a_zone_that_is_misspelt_is_suggested(typed: str, first: str) -> None:
    assert zones_like(typed)[0] == first


def test_what_is_like_nothing_suggests_nothing() -> None:
    assert zones_like("xqzxqzxqzxqzxqzxqz") == []


def test_only_zones_that_there_are_are_suggested() -> None:
    near = zones_like("Europe/B")
    assert len(near) <= NEAR_ZONES and set(near) <= available_timezones()

"""When jobs are due: in the community's own time, over both changes of the clocks, once for each local time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.times import DAYS, When, period_of
from knowledge.zones import is_zone, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS = When(hour=9, minute=0, day="mon", grace=timedelta(hours=6))

zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)
moments = st.integers(1_735_689_600, 1_830_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
whens = st.builds(
    When,
    hour=st.one_of(st.none(), st.integers(0, 23)),
    minute=st.integers(0, 59),
    day=st.sampled_from(["", *DAYS]),
    grace=st.integers(1, 24).map(lambda hours: timedelta(hours=hours)),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_nine_on_mondays_stays_nine_over_both_changes() -> None:
    moment, local = utc("2026-10-01T00:00"), []
    for _ in range(30):
        moment = MONDAYS.next_after(moment, BERLIN)
        local.append(moment.astimezone(BERLIN))
    assert {(each.strftime("%a %H:%M")) for each in local} == {"Mon 09:00"}
    assert {each.utcoffset() for each in local} == {timedelta(hours=1), timedelta(hours=2)}
    assert {late - early for early, late in pairwise(local)} == {timedelta(days=7)}


def test_the_hour_that_comes_twice_is_one_occasion() -> None:
    nightly = When(hour=2, minute=30)
    first = nightly.next_after(utc("2026-10-24T12:00"), BERLIN)
    again = nightly.next_after(first, BERLIN)
    assert (first, again) == (utc("2026-10-25T00:30"), utc("2026-10-25T01:30"))
    assert period_of(first, BERLIN) == period_of(again, BERLIN) == "2026-10-25T02:30"


def test_what_is_due_in_the_hour_that_is_left_out_comes_right_after_it() -> None:
    nightly = When(hour=2, minute=30)
    spring = nightly.next_after(utc("2026-03-28T12:00"), BERLIN)
    assert spring == utc("2026-03-29T01:30") and period_of(spring, BERLIN) == "2026-03-29T03:30"
    assert nightly.next_after(spring, BERLIN) == utc("2026-03-30T00:30")


@pytest.mark.parametrize(
    ("hours_late", "found"), [(0, True), (2, True), (6, True), (7, False), (24 * 21 + 2, True), (24 * 21 + 7, False)]
)
def test_what_was_missed_is_made_good_within_the_grace_and_the_newest_only(hours_late: int, found: bool) -> None:
    due = utc("2026-11-02T08:00")
    newest = MONDAYS.newest(due + timedelta(hours=hours_late), BERLIN)
    assert (newest is not None) is found
    assert newest is None or newest >= due + timedelta(hours=hours_late) - MONDAYS.grace


@given(whens, zones, moments)
def test_times_go_forward_and_none_is_left_out(when: When, zone: ZoneInfo, moment: datetime) -> None:
    first = when.next_after(moment, zone)
    second = when.next_after(first, zone)
    assert moment < first < second <= first + timedelta(days=7, hours=2)
    assert when.next_after(first - timedelta(seconds=1), zone) == first
    newest = when.newest(first, zone)
    assert newest == first, "what is due right now is never missed"
    assert when.newest(second - timedelta(seconds=1), zone) in (first, None)


@given(whens, zones, moments)
def test_a_local_time_is_the_one_that_was_asked_for(when: When, zone: ZoneInfo, moment: datetime) -> None:
    found = when.next_after(moment, zone)
    local = found.astimezone(zone)
    wall = local.replace(tzinfo=None)
    before = (found - timedelta(hours=3)).astimezone(zone).replace(tzinfo=None)
    is_after_a_gap = wall - before > timedelta(hours=3)
    if not is_after_a_gap:
        assert local.minute == when.minute and when.hour in (None, local.hour)
        assert not when.day or DAYS[local.weekday()] == when.day


def test_communities_are_spread_over_the_hour_and_chosen_times_are_kept() -> None:
    minutes = {When().spread(f"{number}:capture.requests").minute for number in range(500)}
    assert minutes == set(range(60))
    assert MONDAYS.spread("7:digest.post") == MONDAYS


@pytest.mark.parametrize("wrong", [{"hour": 24}, {"minute": 60}, {"day": "monday"}, {"day": "0"}])
def test_a_time_that_does_not_exist_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a day from mon to sun"):
        When(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("Europe/Berlin", True),
        ("Pacific/Kiritimati", True),
        ("UTC", True),
        ("Europe/Atlantis", False),
        ("", False),
        ("../../etc/passwd", False),
        ("/etc/passwd", False),
        ("Europe", False),
        ("europe/berlin\0", False),
        ("x" * 5000, False),
    ],
)
def test_a_zone_that_does_not_exist_is_none(name: str, good: bool) -> None:
    assert is_zone(name) is good
    assert zone_of(name, "Asia/Tokyo").key == (name if good else "Asia/Tokyo")
    assert zone_of(name).key == (name if good else "UTC")

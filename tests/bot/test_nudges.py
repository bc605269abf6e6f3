"""Whether somebody may be sent something unasked: budget, quiet hours, pauses, switches, less where it is ignored."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nudges import Nudge, decide, quiet_until
from knowledge.models import DigestPace, Member
from knowledge.store.communities import Options
from knowledge.store.notices import Unasked

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
OPTIONS = Options()


def somebody(**given: Any) -> Member:
    return Member(id=1, community_id=1, name="Ann", joined_at=NOON, **given)


def got(*days_ago: float, answered: bool = True) -> list[Unasked]:
    return [Unasked("requests", NOON - timedelta(days=each), answered) for each in sorted(days_ago)]


def test_two_a_week_and_then_it_waits_until_the_older_one_is_a_week_old() -> None:
    assert decide(somebody(), Nudge.REQUESTS, got(1), OPTIONS, NOON).may
    held = decide(somebody(), Nudge.REQUESTS, got(1, 3), OPTIONS, NOON)
    assert (held.may, held.why, held.until) == (False, "budget", NOON + timedelta(days=4))
    assert decide(somebody(), Nudge.REQUESTS, got(1, 8), OPTIONS, NOON).may


def test_a_member_s_own_number_counts_before_the_community_s() -> None:
    assert decide(somebody(nudges_a_week=3), Nudge.REQUESTS, got(1, 3), OPTIONS, NOON).may
    assert decide(somebody(nudges_a_week=1), Nudge.REQUESTS, got(1), OPTIONS, NOON).why == "budget"
    off = decide(somebody(nudges_a_week=0), Nudge.REQUESTS, (), OPTIONS, NOON)
    assert (off.may, off.why, off.until) == (False, "off", None)
    assert decide(somebody(), Nudge.REQUESTS, got(1, 3), Options(nudges_a_week=5), NOON).may


def test_what_nobody_waits_for_leaves_the_last_one_to_what_somebody_waits_for() -> None:
    assert decide(somebody(), Nudge.THANKS, got(), OPTIONS, NOON).may
    assert decide(somebody(), Nudge.THANKS, got(1), OPTIONS, NOON).why == "budget"
    assert decide(somebody(), Nudge.LOOKS, got(1), OPTIONS, NOON).why == "budget"
    assert decide(somebody(), Nudge.QUESTIONS, got(1), OPTIONS, NOON).may


@pytest.mark.parametrize("nudge", list(Nudge))
def test_every_sort_has_its_switch(nudge: Nudge) -> None:
    others: dict[Nudge, dict[str, Any]] = {
        Nudge.DIGEST: {"digest": DigestPace.NEVER},
        Nudge.COMPANIONS: {"shows_round": False},
    }
    off = others.get(nudge, {f"takes_{nudge}": False})
    verdict = decide(somebody(**off), nudge, (), OPTIONS, NOON)
    assert (verdict.may, verdict.why, verdict.until) == (False, "off", None)


@pytest.mark.parametrize("nudge", list(Nudge))
def test_a_pause_ends_by_itself(nudge: Nudge) -> None:
    paused = somebody(paused_until=NOON + timedelta(days=5), digest=DigestPace.WEEKLY, shows_round=True)
    assert decide(paused, nudge, (), OPTIONS, NOON).until == NOON + timedelta(days=5)
    assert decide(paused, nudge, (), OPTIONS, NOON + timedelta(days=5)).may


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        ("Europe/London", "2026-03-04T19:59", None),
        ("Europe/London", "2026-03-04T20:00", "2026-03-05T08:00"),
        ("Europe/London", "2026-03-05T07:59", "2026-03-05T08:00"),
        ("Europe/London", "2026-03-05T08:00", None),
        ("Pacific/Kiritimati", "2026-03-04T06:00", "2026-03-04T18:00"),  # UTC+14: eight in the evening
        ("Pacific/Kiritimati", "2026-03-03T18:00", None),  # eight in the morning of the 4th
        ("Etc/GMT+12", "2026-03-04T12:00", "2026-03-04T20:00"),  # UTC-12: midnight
        ("Nowhere/Atall", "2026-03-04T20:00", "2026-03-05T08:00"),  # then the community's zone counts
        ("Europe/London", "2026-03-28T22:00", "2026-03-29T07:00"),  # clocks go forward that night
    ],
)
def test_quiet_hours_are_those_of_whoever_gets_it(zone: str, at: str, until: str | None) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None
    assert quiet_until(somebody(time_zone=zone), OPTIONS, now) == wanted
    assert decide(somebody(time_zone=zone), Nudge.OFFERS, (), OPTIONS, now).may, "who just wrote is awake"


def test_a_digest_of_one_s_own_is_chosen_and_so_not_counted() -> None:
    reader = somebody(digest=DigestPace.DAILY)
    assert decide(reader, Nudge.DIGEST, got(1, 2, 3, answered=False), OPTIONS, NOON).may
    assert decide(reader, Nudge.DIGEST, (), OPTIONS, NOON + timedelta(hours=9)).why == "quiet"
    own = [Unasked("digest", NOON - timedelta(days=each), answered=False) for each in range(6)]
    assert decide(reader, Nudge.REQUESTS, own, OPTIONS, NOON).may


def test_a_community_may_have_no_quiet_hours_or_other_ones() -> None:
    midnight = NOON + timedelta(hours=12)
    assert quiet_until(somebody(), Options(quiet_from=0, quiet_until=0), midnight) is None
    assert quiet_until(somebody(), Options(quiet_from=12, quiet_until=14), NOON) == NOON + timedelta(hours=2)


def test_what_is_ignored_comes_less_often_until_something_is_done_with_the_bot() -> None:
    def wait(*days: float) -> int | None:
        verdict = decide(somebody(nudges_a_week=7), Nudge.REQUESTS, got(*days, answered=False), OPTIONS, NOON)
        return None if verdict.until is None else (verdict.until - NOON).days

    assert wait(3) is None
    assert wait(1, 3) is None, "who got it yesterday has not ignored it yet"
    assert wait(3, 10) == 4
    assert wait(3, 10, 20) == 11
    assert wait(3, 10, 20, 30) == 25
    assert wait(3, *range(10, 55, 5)) == 53
    mixed = [*got(3, 10, answered=False), *got(20, 30, answered=True), *got(40, answered=False)]
    verdict = decide(somebody(nudges_a_week=7), Nudge.REQUESTS, mixed, OPTIONS, NOON)
    assert verdict.until == NOON + timedelta(days=4)


@given(
    st.lists(st.tuples(st.floats(0, 60), st.booleans()), max_size=30),
    st.sampled_from(list(Nudge)),
    st.integers(0, 5),
    st.integers(0, 24 * 14),
    st.sampled_from(["", "Pacific/Kiritimati", "Europe/Berlin", "America/St_Johns", "Not/AZone"]),
)
def test_whatever_came_before_it_is_within_the_budget_and_waits_have_an_end(
    before: list[tuple[float, bool]], nudge: Nudge, most: int, hours: int, zone: str
) -> None:
    now = NOON + timedelta(hours=hours)
    sent = sorted(
        (Unasked("requests", now - timedelta(days=days), done) for days, done in before), key=lambda each: each.at
    )[::-1]
    member = somebody(nudges_a_week=most, time_zone=zone, digest=DigestPace.DAILY)
    verdict = decide(member, nudge, sent, OPTIONS, now)
    lately = [each for each in sent if each.at > now - timedelta(days=7)]
    if nudge not in (Nudge.OFFERS, Nudge.DIGEST) and (len(lately) >= most or not 8 <= _hour(member, now) < 20):
        assert not verdict.may
    if not verdict.may:
        assert verdict.why
        assert verdict.until is None or now < verdict.until <= now + timedelta(weeks=8, days=1)
    for _ in range(5):  # whoever waits until then, and asks again, is let through before long
        if verdict.may or verdict.until is None:
            break
        verdict = decide(member, nudge, sent, OPTIONS, verdict.until)
    assert verdict.may or verdict.until is None


def _hour(member: Member, now: datetime) -> int:
    try:
        zone = ZoneInfo(member.time_zone or OPTIONS.time_zone)
    except KeyError:
        zone = ZoneInfo(OPTIONS.time_zone)
    return now.astimezone(zone).hour

"""What a report says: of which time, what changed, what may be said as a number, and what could be tried. Pure.

Nobody is ranked, no group of fewer than five is shown, and no number stands without what it means. A report must not
read "core bad, lateral good": early on a core that carries much is normal. Source: theory.md, section 2.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from knowledge.network.activity import FEWEST, Activity, Voice
from knowledge.store.happened import Happened

DAYS = 30
"""What a report tells of, where no time is named: a month, and the month before it to compare with."""

LONGEST_DAYS = 400
"""The longest time that a report tells of: ties are kept one by one for so long."""

CHANGE = 0.05
"""A share that moved by less than this says nothing changed (ours: half a tenth, which is how it is shown)."""

TOO_FEW_TIES = 20
"""With fewer ties there is nothing to tell yet (ours)."""

RESTS_ON_CORE = 0.5
"""From this share of ties on that run through the core group it is said that much rests on it (ours)."""

HEARD_LESS = 0.5
"""Whose share of the talk is below this part of their share of the people is heard less (ours)."""

SUGGESTIONS = 3
"""Suggestions of a report, at most. Source: product.md, section 5."""

MINUTES_PER_DEED = {"tips": 4.0, "confirmations": 0.5, "questions": 2.0, "answers": 5.0}
"""What people spend on each, in minutes (ours, by trying; an estimate of what the community costs)."""


class Suggested(StrEnum):
    """What could be tried, each tied to a figure and a lesson of theory.md.

    Attributes:
        SHARE_THE_CORE: much runs through the core (section 5, after Aveling 2017).
        ANSWER_EACH_OTHER: few questions are answered by peers (section 1).
        HEAR_THEM: a practice is heard far less than it has people (section 5, lesson 4).
        GO_ACROSS: ties stay within practices or places more than chance would give (section 5, lesson 5).
        MEET: nobody met lately (section 3).
        LOOK_AT_TIPS: many tips were checked by nobody for long (section 1, lesson 8).
    """

    SHARE_THE_CORE = "share_the_core"
    ANSWER_EACH_OTHER = "answer_each_other"
    HEAR_THEM = "hear_them"
    GO_ACROSS = "go_across"
    MEET = "meet"
    LOOK_AT_TIPS = "look_at_tips"


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when, aware UTC; `until` is not in it."""

    since: datetime
    until: datetime

    @property
    def before(self) -> "Period":
        """The time before it that is as long."""
        return Period(self.since - (self.until - self.since), self.since)


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report is written from.

    Attributes:
        period: what it tells of.
        now: what was measured; `before`: of the time before, None where there was too little.
        happened: what happened beside ties.
        practices: names of practices by code.
        channels: how many channels something was counted in.
        uncounted: how many chose not to be counted.
    """

    period: Period
    now: Activity
    before: Activity | None
    happened: Happened
    practices: tuple[str, ...] = ()
    channels: int = 0
    uncounted: int = 0


def period_named(text: str, now: datetime, zone: ZoneInfo) -> Period | None:
    """The time that `90 days`, `6 weeks`, `quarter`, `year` or `2026-10` names; the last month for nothing.

    None where something else was meant, or it is longer than `LONGEST_DAYS`.
    """
    said = " ".join(text.lower().split())
    words = {"": DAYS, "month": DAYS, "quarter": 91, "year": 365, "week": 7}
    found = re.fullmatch(r"(?:last )?(\d{1,3}) ?(days?|weeks?|months?)", said)
    days = words.get(said.removeprefix("last ").strip())
    if found:
        days = int(found[1]) * {"d": 1, "w": 7, "m": 30}[found[2][0]]
    if days is not None:
        return Period(now - timedelta(days=days), now) if 1 <= days <= LONGEST_DAYS else None
    month = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", said)
    if month is None:
        return None
    since = datetime(int(month[1]), int(month[2]), 1, tzinfo=zone)
    following = (since + timedelta(days=32)).replace(day=1)
    return Period(since, min(following, now)) if since < now else None


def is_too_little(activity: Activity) -> bool:
    """Whether there is nothing to tell yet: few people, or few ties."""
    return activity.people - activity.core < FEWEST or activity.lateral.ties < TOO_FEW_TIES


def in_ten(share: float) -> int:
    """A share as so many in ten."""
    return round(share * 10)


def through_core(activity: Activity) -> float:
    """The share of ties that run through the core group, 0 to 1."""
    return 1 - (activity.lateral.share_of_ties or 0.0)


def opening(report: Report) -> str:
    """How the report opens: whether more, less or as much runs through the core group as before, or just how much."""
    if report.before is None:
        return "first"
    change = through_core(report.now) - through_core(report.before)
    return "same" if abs(change) < CHANGE else "more" if change > 0 else "less"


def alone_without_core(activity: Activity) -> int:
    """How many lateral people who have ties would have none, were the core group away."""
    left = activity.without_core
    return left.connected_before - left.connected


def heard_less(report: Report) -> Voice | None:
    """The practice that is heard least for how many it has, where that is much less; never all small ones together."""
    named = [each for each in report.now.voices if each.code >= 0 and each.share_of_members > 0]
    least = min(named, key=lambda each: each.share_of_talk / each.share_of_members, default=None)
    if least is None or least.share_of_talk >= HEARD_LESS * least.share_of_members:
        return None
    return least


def stays_within(activity: Activity) -> bool:
    """Whether ties stay within practices or places more than chance would give."""
    sides = (activity.across_practices, activity.across_places)
    return any(each is not None and each.z is not None and each.z < -2 for each in sides)


def hours_spent(happened: Happened) -> int:
    """An estimate of the hours that all of it took; what people talked is not counted."""
    minutes: float = sum(getattr(happened, name) * each for name, each in MINUTES_PER_DEED.items())
    return round((minutes + happened.minutes_met) / 60)


def suggestions(report: Report) -> list[Suggested]:
    """What could be tried, at most three, those first that most people would feel."""
    now, happened = report.now, report.happened
    by_peers = now.answers.lateral_share
    found = [
        (through_core(now) >= RESTS_ON_CORE and now.core > 0, Suggested.SHARE_THE_CORE),
        (heard_less(report) is not None, Suggested.HEAR_THEM),
        (now.answers.asked >= FEWEST and (by_peers is None or by_peers < 0.5), Suggested.ANSWER_EACH_OTHER),
        (stays_within(now), Suggested.GO_ACROSS),
        (happened.meetups == 0, Suggested.MEET),
        (happened.live > 0 and happened.stale * 3 > happened.live, Suggested.LOOK_AT_TIPS),
    ]
    return [each for holds, each in found if holds][:SUGGESTIONS]

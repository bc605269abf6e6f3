"""What a report says: of which time, what changed, what may be said as a number, and what could be tried. Pure.

Nobody is ranked, no group of fewer than five is shown, and no number stands without what it means. A report must not
read "core bad, lateral good": early on a core that carries much is normal. Source: theory.md, section 2.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from knowledge.network.activity import FEWEST, Activity, Voice, Waiting
from knowledge.network.uncertain import Interval
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

COUNTED_ALIKE = 0.2
"""Two times are compared where the shares of inferred exchanges differ by less than this (ours)."""

INFERRED_ERROR = 0.06
"""How far the lateral share of inferred exchanges can be off, besides chance. Source: docs/adr/0022."""

WAITS_MORE = 1.5
"""A practice's questions wait longer where this many times the usual share of them has no answer (ours)."""

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
class MonthTold:
    """One month of a trend.

    Attributes:
        since: its first moment, by UTC.
        share: the lateral share of ties, 0 to 1, and between what it could lie; None where there is too little.
        people: who had ties, or None where there is too little.
        hours: until half of the questions had an answer; None where half had none, or fewer than five people asked.
        inferred: the share of ties that were inferred, 0 to 1.
    """

    since: datetime
    share: float | None
    between: Interval | None
    people: int | None
    hours: float | None
    inferred: float


class Part(StrEnum):
    """How much of a number of people may be said: fewer than five are shown neither as part nor as what is left."""

    ALL = "all"
    MOST = "most"
    SOME = "some"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report is written from.

    Attributes:
        name: of the community.
        period: what it tells of.
        now: what was measured; `before`: of the time before, None where there was too little.
        happened: what happened beside ties.
        practices: names of practices by code.
        channels: how many channels something was counted in.
        uncounted: how many chose not to be counted.
        inferred: the share of ties that were inferred from the flow of the talk, 0 to 1; `inferred_before` of the time
            before.
        is_old: whether some of it is so long ago that what was asked in rooms is not kept.
        trend: month by month up to this time, oldest first; empty where only this time was looked at.
    """

    name: str
    period: Period
    now: Activity
    before: Activity | None
    happened: Happened
    practices: tuple[str, ...] = ()
    channels: int = 0
    uncounted: int = 0
    inferred: float = 0.0
    inferred_before: float = 0.0
    is_old: bool = False
    trend: tuple[MonthTold, ...] = ()


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


def part_of(count: int, whole: int) -> Part:
    """What may be said of so many of them: `SOME` with both numbers, else in words. `whole` is 5 or more."""
    if count in (0, whole):
        return Part.ALL if count else Part.NONE
    if count < FEWEST:
        return Part.FEW
    return Part.MOST if whole - count < FEWEST else Part.SOME


def in_ten(share: float) -> int:
    """A share as so many in ten."""
    return round(share * 10)


def through_core(activity: Activity) -> float:
    """The share of ties that run through the core group, 0 to 1."""
    return 1 - (activity.lateral.share_of_ties or 0.0)


def opening(report: Report) -> str:
    """How the report opens: whether more, less or as much runs through the core group as before, or just how much.

    Where nobody is known to be of the core group it opens with that; a time that was counted in another way, with more
    or fewer exchanges inferred, is not compared.
    """
    if not report.now.core:
        return "no_core"
    if report.before is None or not report.before.core:
        return "first"
    if abs(report.inferred - report.inferred_before) > COUNTED_ALIKE:
        return "otherwise"
    change = through_core(report.now) - through_core(report.before)
    as_said = {in_ten(through_core(each)) for each in (report.now, report.before)}
    return "same" if abs(change) < CHANGE or len(as_said) == 1 else "more" if change > 0 else "less"


def between(report: Report) -> tuple[float, float] | None:
    """Between what the share that runs through the core group could lie, by chance and where exchanges are inferred."""
    found = report.now.lateral_between
    if found is None:
        return None
    error = INFERRED_ERROR * report.inferred
    return max(1 - found.high - error, 0.0), min(1 - found.low + error, 1.0)


def months_alike(report: Report) -> list[MonthTold]:
    """The months of which a share is told, as far back as they were counted in the same way as the last of them."""
    told = [each for each in report.trend if each.share is not None]
    return list(takewhile(lambda each: abs(each.inferred - told[-1].inferred) <= COUNTED_ALIKE, reversed(told)))[::-1]


def waits_longer(report: Report) -> Waiting | None:
    """The practice whose questions wait much more than all do; five or more wait, of five people or more."""
    answers = report.now.answers
    usual = 1 - answers.answered / answers.asked if answers.asked else 0.0
    first = next(iter(report.now.waiting), None)
    if first is None or first.open < FEWEST or first.open / first.asked < WAITS_MORE * usual:
        return None
    return first


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

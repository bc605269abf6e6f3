"""The one place that decides whether somebody may be sent something unasked, now.

Everything unasked shares one budget, keeps the quiet hours of whoever gets it, waits while they pause, and comes less
often when it is ignored. Each sort can be switched off. The outbox asks here before it sends a notice that names its
sort, the router before a listener that speaks unasked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from knowledge.models import DigestPace, Member
from knowledge.store import Work, members, notices
from knowledge.store.communities import Options
from knowledge.store.notices import Unasked
from knowledge.zones import zone_of

WEEK = timedelta(days=7)

LOOKED_BACK = timedelta(days=60)
"""How far back it is looked whether somebody ignores what they get."""

TIME_TO_ANSWER = timedelta(days=2)
"""What came more lately is not ignored yet: people work in shifts (ours)."""

IGNORED_BEFORE_LESS = 2
"""So many in a row without anything done with the bot since: then comes less (ours)."""

LONGEST_WAIT_WEEKS = 8
"""The longest wait between two for somebody who ignores them; it doubles from one week (ours)."""


class Nudge(StrEnum):
    """Sorts of what is sent unasked. Each is a switch of the member's, most of them `takes_<sort>`.

    A digest has a pace instead, and who shows newcomers round said so.
    """

    REQUESTS = "requests"
    QUESTIONS = "questions"
    OFFERS = "offers"
    LOOKS = "looks"
    THANKS = "thanks"
    STEPS = "steps"
    NEWCOMERS = "newcomers"
    MEETUPS = "meetups"
    COMPANIONS = "companions"
    DIGEST = "digest"


CHOSEN = frozenset({Nudge.DIGEST, Nudge.COMPANIONS})
"""Sorts that somebody said yes to themself: they are not counted, and keep only pause and quiet hours."""

LEAVES_ONE = frozenset({Nudge.LOOKS, Nudge.THANKS})
"""Sorts that nobody waits for: they leave the last of the week to those that somebody waits for."""

AT_ONCE = frozenset({Nudge.OFFERS})
"""Sorts that answer what somebody just wrote where they wrote it: they are there, so only pause and switch count."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be sent now; else why not (one word), and when to ask again (None: never)."""

    may: bool
    why: str = ""
    until: datetime | None = None


def decide(member: Member, nudge: Nudge, sent: Sequence[Unasked], options: Options, now: datetime) -> Verdict:
    """Decides whether `member` may be sent a `nudge` now.

    Args:
        member: who would get it.
        nudge: what sort it is.
        sent: what they were sent unasked in `LOOKED_BACK`, newest first.
        options: the community's numbers.
        now: aware UTC.
    """
    most = options.nudges_a_week if member.nudges_a_week is None else member.nudges_a_week
    counted = nudge not in AT_ONCE | CHOSEN
    if not _takes(member, nudge) or (most <= 0 and counted):
        return Verdict(False, "off")
    if member.paused_until is not None and now < member.paused_until:
        return Verdict(False, "paused", member.paused_until)
    later = [("quiet", quiet_until(member, options, now) if nudge not in AT_ONCE else None)]
    if counted:
        before = [each for each in sent if each.nudge not in CHOSEN]
        later.append(("budget", _budget_until(max(most - (nudge in LEAVES_ONE), 1), before, now)))
        later.append(("ignored", _ignored_until(before, now)))
    waits = [(until, why) for why, until in later if until is not None]
    if not waits:
        return Verdict(True)
    until, why = max(waits)
    return Verdict(False, why, until)


async def may_i(work: Work, member: int, nudge: Nudge, options: Options, *, notice: int | None = None) -> Verdict:
    """Decides whether a member may be sent a nudge now; two that ask at once, for one member, wait for each other."""
    found = await members.find_member(work, member, lock=True)
    if found is None or found.left_at is not None:
        return Verdict(False, "left")
    sent = await notices.unasked_since(work, member, work.now - LOOKED_BACK, but=notice)
    return decide(found, nudge, sent, options, work.now)


def quiet_until(member: Member, options: Options, now: datetime) -> datetime | None:
    """When the quiet hours of somebody end, in their own zone; None where it is not quiet now."""
    if options.quiet_from == options.quiet_until:
        return None
    zone = zone_of(member.time_zone, options.time_zone)
    local = now.astimezone(zone)
    starts, ends = time(options.quiet_from), time(options.quiet_until)
    over_midnight = starts > ends
    is_quiet = (local.time() >= starts or local.time() < ends) if over_midnight else starts <= local.time() < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and local.time() >= starts else 0)
    return max(datetime.combine(day, ends, zone).astimezone(UTC), now + timedelta(minutes=1))


def _takes(member: Member, nudge: Nudge) -> bool:
    if nudge is Nudge.DIGEST:
        return member.digest is not DigestPace.NEVER
    if nudge is Nudge.COMPANIONS:
        return member.shows_round
    return bool(getattr(member, f"takes_{nudge}"))


def _budget_until(most: int, sent: Sequence[Unasked], now: datetime) -> datetime | None:
    lately = sorted(each.at for each in sent if each.at > now - WEEK)
    return lately[-most] + WEEK if len(lately) >= most else None


def _ignored_until(sent: Sequence[Unasked], now: datetime) -> datetime | None:
    seen = [each for each in sent if each.at <= now - TIME_TO_ANSWER]
    ignored = next((count for count, each in enumerate(seen) if each.answered), len(seen))
    if ignored < IGNORED_BEFORE_LESS:
        return None
    weeks = min(2 ** (ignored - IGNORED_BEFORE_LESS), LONGEST_WAIT_WEEKS)
    until = seen[0].at + weeks * WEEK
    return until if until > now else None

"""Decisions of meetups: what a problem is called, who may do what with one, and when it is settled. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.models import Guest, Meetup, MeetupState, Member, Origin, Reply
from knowledge.store.meetups import UNDER_WAY, Past, ends_at
from knowledge.store.members import member_id
from knowledge.tips import shorten

PROBLEM_LENGTH = 140
"""Characters of a problem in a line."""

DETAIL_LENGTH = 1_500
"""Characters that are kept of a longer problem."""

LENGTHS_MINUTES = (30, 15, 45, 60)
"""How long a meetup may last, the usual one first: short, so that busy people can come. Source: theory.md, 3."""

QUORUM = 3
"""People who must be able to come, the host among them, for a time to be booked (ours: fewer is a conversation)."""

STILL_A_MEETUP = 2
"""Fewer people than this are no meetup any more."""

INVITED_AT_MOST = 7
"""Guests beside the host. Source: product.md, section 3 (4 to 8 people)."""

SEATS = 12
"""People who may come, those among them who join by themselves (ours: more is no conversation)."""

WAKING_HOURS = (8, 20)
"""Local hours in which people can meet where the community has no quiet hours (ours: what others have)."""

POLL_LASTS = timedelta(days=2)
"""So long times are chosen; a day and more lies between that and the first of them."""

SETTLED_WITHIN = timedelta(minutes=75)
"""A poll that is over is settled within so long: the job that does it comes each hour."""

REPLACED_AFTER = timedelta(days=1)
"""Whose invitation could not be delivered for so long is left in peace, and somebody else is asked (ours)."""

HOST_ANSWERS_WITHIN = timedelta(days=3)
"""So long it is waited for somebody who was asked whether they would host (ours)."""

HOSTS_ASKED = 3
"""People who are asked, one after another, whether they would host a hot problem; then it becomes a thread (ours)."""

DRAFT_LASTS = timedelta(days=7)
"""After so long a meetup that its host never sent off is let go of (ours)."""

GATHERS_FOR = timedelta(days=3)
"""So long an open table takes people."""

TABLE_FROM = 8
"""Members from whom on an open table is offered (ours: half of them may come)."""

BEFORE = (timedelta(days=1), timedelta(minutes=10))
"""When who comes is reminded. Source: product.md, section 3."""

AFTER = timedelta(minutes=5)
"""So long after its end it is asked what came of it."""

HELD_AFTER = timedelta(days=14)
"""So long after a quick win it is asked whether it held. Source: issue 8 ("a fortnight later")."""

LOOKED_BACK = timedelta(weeks=12)
"""How far back it counts who was invited and who hosted (ours)."""

WINS_SHOWN = 2
"""Quick wins that an invitation shows, at most."""

WINS_FROM = timedelta(weeks=8)
"""How old they may be."""

LISTED = 4
"""Meetups that a list shows, at most: each has buttons."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to meet about.

    Attributes:
        problem: one line.
        detail: all of it, where it is longer than that.
        minutes: how long it lasts.
        place: where, in their words; empty for the room's own way to talk.
        times: when, aware UTC; empty where the bot offers some.
    """

    problem: str
    detail: str = ""
    minutes: int = LENGTHS_MINUTES[0]
    place: str = ""
    times: tuple[datetime, ...] = ()


def problem_in(text: str) -> tuple[str, str]:
    """What a problem is called in one line, and all of it where that is longer (else empty)."""
    line = " ".join(text.split())
    if len(line) <= PROBLEM_LENGTH:
        return line.removesuffix("."), ""
    first = line.split(". ")[0].rstrip(".")
    return shorten(first, PROBLEM_LENGTH), shorten(text.strip(), DETAIL_LENGTH)


def is_over(meetup: Meetup, now: datetime) -> bool:
    """Whether nothing can be changed of it any more."""
    if meetup.state is MeetupState.BOOKED:
        return now >= ends_at(meetup)
    return meetup.state not in UNDER_WAY


def let_go_of_draft(meetup: Meetup, now: datetime) -> None:
    """Lets go of what its host does not send off: a hot problem is somebody else's then, at the next look."""
    if meetup.origin is Origin.HOT:
        meetup.state, meetup.host_id, meetup.settles_at = MeetupState.ASKING, None, now
    else:
        meetup.state, meetup.settles_at = MeetupState.CANCELLED, None


def may_change(meetup: Meetup, member: Member) -> bool:
    """Whether somebody may move or cancel it: its host, or a coordinator."""
    return member.is_core or meetup.host_id == member.id


def everybody_said(guests: Sequence[Guest]) -> bool:
    """Whether all who were invited said whether they come."""
    return all(each.reply is not Reply.NONE for each in guests if each.invited_at is not None)


def hosts_for(
    people: Sequence[Member], touched: Mapping[int, int], past: Past, now: datetime, *, without: Collection[int] = ()
) -> list[Member]:
    """Orders those who may be asked to host a problem: lateral members who touched it, who hosted least first.

    Args:
        people: everybody who is here.
        touched: how much each had to do with the problem, by member id.
        past: what they did with meetups before.
        now: aware UTC.
        without: members who must not be asked.
    """
    open_to = [
        each
        for each in people
        if each.id in touched
        and each.id not in without
        and each.takes_meetups
        and not each.is_core
        and not (each.paused_until is not None and each.paused_until > now)
    ]
    return sorted(
        open_to, key=lambda each: (past.hosted.get(member_id(each), 0), -touched[member_id(each)], member_id(each))
    )

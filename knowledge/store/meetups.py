"""Meetups, whom they are for, the times that may be chosen and who can make them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import and_, col, func, or_, select

from knowledge.models import Guest, Meetup, MeetupState, MeetupTime, MeetupVote, Reply
from knowledge.store import communities
from knowledge.store.engine import write_once
from knowledge.store.work import Work

LIVE = (MeetupState.GATHERING, MeetupState.POLLING, MeetupState.BOOKED)
"""States in which others can join."""

UNDER_WAY = (MeetupState.ASKING, MeetupState.DRAFTED, *LIVE)
"""States in which it is not over."""


@dataclass(frozen=True, slots=True)
class Past:
    """What members did with meetups before.

    Attributes:
        met: for two members (the smaller id first) when they last met.
        last_met: when each was last at one.
        invited: how many invitations each got lately.
        hosted: how many each hosted, or was asked to host, lately.
        strain: how near to the edge of their day the last one was that each came to, 0 to 1.
    """

    met: Mapping[tuple[int, int], datetime]
    last_met: Mapping[int, datetime]
    invited: Mapping[int, int]
    hosted: Mapping[int, int]
    strain: Mapping[int, float]


async def propose(work: Work, problem: str, *, state: MeetupState, **values: Any) -> Meetup:
    """Writes down a meetup about a problem; `values` are other columns of `Meetup`."""
    row = Meetup(
        community_id=work.community,
        number=await communities.next_meetup_number(work),
        problem=problem,
        state=state,
        created_at=work.now,
        **values,
    )
    work.session.add(row)
    await work.session.flush()
    return row


async def find_meetup(work: Work, number: int, *, lock: bool = False) -> Meetup | None:
    """Finds a meetup by its number; with `lock`, who else asks so waits until this work is over."""
    query = select(Meetup).where(Meetup.community_id == work.community, Meetup.number == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.exec(query)).first()


async def of_id(work: Work, id: int) -> Meetup | None:
    """Finds a meetup by id."""
    query = select(Meetup).where(Meetup.community_id == work.community, Meetup.id == id)
    return (await work.session.exec(query)).first()


async def meetups_in(work: Work, *states: MeetupState) -> list[Meetup]:
    """Lists the meetups in these states: those that have a time by it, then the others, the oldest first."""
    query = select(Meetup).where(Meetup.community_id == work.community, col(Meetup.state).in_(states))
    order = (col(Meetup.starts_at).is_(None), col(Meetup.starts_at), col(Meetup.id))
    return list((await work.session.exec(query.order_by(*order))).all())


async def due_meetups(work: Work) -> list[Meetup]:
    """Lists the meetups of which something is to be settled now: a poll, a question to a host, one that is over."""
    waits = and_(
        col(Meetup.state).in_((MeetupState.ASKING, MeetupState.DRAFTED, MeetupState.GATHERING, MeetupState.POLLING)),
        col(Meetup.settles_at) <= work.now,
    )
    is_on = and_(col(Meetup.state) == MeetupState.BOOKED, col(Meetup.starts_at) <= work.now)
    query = select(Meetup).where(Meetup.community_id == work.community, or_(waits, is_on))
    return list((await work.session.exec(query.order_by(col(Meetup.id)))).all())


async def last_began(work: Work) -> datetime | None:
    """Says when the newest meetup was booked for or proposed, of all that were not called off."""
    alive = col(Meetup.state).not_in((MeetupState.CANCELLED, MeetupState.THREAD))
    newest = func.max(func.coalesce(Meetup.starts_at, Meetup.created_at))
    query = select(newest).where(Meetup.community_id == work.community, alive)
    found: datetime | None = (await work.session.exec(query)).one()
    return found


async def evidence_of(work: Work, since: datetime) -> list[frozenset[str]]:
    """Lists what made problems hot ones since then, so that none is proposed twice."""
    query = select(Meetup.evidence).where(Meetup.community_id == work.community, Meetup.created_at > since)
    return [frozenset(each) for each in (await work.session.exec(query)).all() if each]


async def guests_of(work: Work, meetup: int, *replies: Reply) -> list[Guest]:
    """Lists who is invited to a meetup or comes, in the order in which they were written down; of these replies."""
    query = select(Guest).where(Guest.community_id == work.community, Guest.meetup_id == meetup)
    if replies:
        query = query.where(col(Guest.reply).in_(replies))
    return list((await work.session.exec(query.order_by(col(Guest.id)))).all())


async def find_guest(work: Work, meetup: int, member: int) -> Guest | None:
    """Finds what is noted of a member and a meetup."""
    query = select(Guest).where(Guest.community_id == work.community, Guest.meetup_id == meetup)
    return (await work.session.exec(query.where(Guest.member_id == member))).first()


async def guest_for(work: Work, meetup: int, member: int) -> Guest:
    """Finds what is noted of a member and a meetup, or begins it.

    Raises:
        NoResultFound: there is no such meetup.
    """
    await _must_be_here(work, meetup)
    await write_once(work.session, Guest(community_id=work.community, meetup_id=meetup, member_id=member))
    found = await find_guest(work, meetup, member)
    assert found is not None
    return found


async def invite(work: Work, meetup: int, member: int, because: str) -> Guest:
    """Notes that a member is invited, and why; who was invited before keeps what they said."""
    guest = await guest_for(work, meetup, member)
    if guest.invited_at is None:
        guest.invited_at, guest.because = work.now, because
    await work.session.flush()
    return guest


async def note_reply(work: Work, meetup: int, member: int, reply: Reply) -> Guest:
    """Notes what a member said to a meetup. Who passes has no time that suits."""
    guest = await guest_for(work, meetup, member)
    guest.reply, guest.replied_at = reply, work.now
    if reply is Reply.PASSES:
        await _unvote(work, meetup, member)
    await work.session.flush()
    return guest


async def set_times(work: Work, meetup: int, times: Sequence[datetime]) -> None:
    """Says which times may be chosen; what was said of earlier ones goes.

    Raises:
        NoResultFound: there is no such meetup.
    """
    await _must_be_here(work, meetup)
    gone = (col(MeetupTime.community_id) == work.community, col(MeetupTime.meetup_id) == meetup)
    await work.session.exec(delete(MeetupTime).where(*gone))
    for position, starts_at in enumerate(times):
        work.session.add(
            MeetupTime(community_id=work.community, meetup_id=meetup, position=position, starts_at=starts_at)
        )
    await work.session.flush()


async def times_of(work: Work, meetup: int) -> list[datetime]:
    """Lists the times that may be chosen, by position."""
    return [each.starts_at for each in await _times(work, meetup)]


async def votes_of(work: Work, meetup: int) -> list[set[int]]:
    """Gives, for each time by position, whom it suits."""
    times = await _times(work, meetup)
    query = select(MeetupVote.time_id, MeetupVote.member_id).where(MeetupVote.community_id == work.community)
    found: dict[int | None, set[int]] = {each.id: set() for each in times}
    for time, member in (await work.session.exec(query.where(col(MeetupVote.time_id).in_(found)))).all():
        found[time].add(member)
    return [found[each.id] for each in times]


async def vote(work: Work, meetup: int, position: int, member: int) -> bool:
    """Notes that a time suits a member, or no more where it did; False where there is no such time."""
    time = next((each for each in await _times(work, meetup) if each.position == position), None)
    if time is None or time.id is None:
        return False
    row = MeetupVote(community_id=work.community, time_id=time.id, member_id=member)
    if not await write_once(work.session, row):
        taken = (col(MeetupVote.time_id) == time.id, col(MeetupVote.member_id) == member)
        await work.session.exec(delete(MeetupVote).where(*taken, col(MeetupVote.community_id) == work.community))
    return True


async def past(work: Work, *, met_since: datetime, since: datetime) -> Past:
    """Reads what members did with meetups before: whom they met after `met_since`, all else after `since`."""
    there = select(Guest.meetup_id, Guest.member_id, Guest.was_there_at, Guest.strain).where(
        Guest.community_id == work.community, col(Guest.was_there_at).is_not(None)
    )
    met: dict[tuple[int, int], datetime] = {}
    last_met: dict[int, datetime] = {}
    strain: dict[int, float] = {}
    at_table: dict[int, list[int]] = {}
    for meetup, member, at, tired in (await work.session.exec(there.order_by(col(Guest.was_there_at)))).all():
        assert at is not None
        if at > met_since:
            met |= {(min(member, other), max(member, other)): at for other in at_table.get(meetup, ())}
            at_table.setdefault(meetup, []).append(member)
        last_met[member], strain[member] = at, tired
    return Past(met, last_met, await _invited(work, since), await _hosted(work, since), strain)


async def is_hosting(work: Work, member: int) -> list[Meetup]:
    """Lists the meetups under way that a member hosts."""
    query = select(Meetup).where(Meetup.community_id == work.community, Meetup.host_id == member)
    return list((await work.session.exec(query.where(col(Meetup.state).in_(UNDER_WAY)))).all())


async def count_coming(work: Work, meetups: Collection[int]) -> dict[int, int]:
    """Counts who comes to each of these meetups."""
    query = select(Guest.meetup_id, func.count()).where(Guest.community_id == work.community)
    query = query.where(Guest.reply == Reply.COMES, col(Guest.meetup_id).in_(meetups)).group_by(col(Guest.meetup_id))
    return dict((await work.session.exec(query)).all())


def ends_at(meetup: Meetup) -> datetime:
    """When a booked meetup ends."""
    assert meetup.starts_at is not None
    return meetup.starts_at + timedelta(minutes=meetup.minutes)


def meetup_id(meetup: Meetup) -> int:
    """The id of a meetup that has been written."""
    assert meetup.id is not None
    return meetup.id


async def _must_be_here(work: Work, meetup: int) -> None:
    """Refuses a meetup of another community: nothing is written to it."""
    (await work.session.exec(select(Meetup.id).where(Meetup.community_id == work.community, Meetup.id == meetup))).one()


async def _times(work: Work, meetup: int) -> Sequence[MeetupTime]:
    query = select(MeetupTime).where(MeetupTime.community_id == work.community, MeetupTime.meetup_id == meetup)
    return (await work.session.exec(query.order_by(col(MeetupTime.position)))).all()


async def _unvote(work: Work, meetup: int, member: int) -> None:
    times = [each.id for each in await _times(work, meetup)]
    theirs = (col(MeetupVote.time_id).in_(times), col(MeetupVote.member_id) == member)
    await work.session.exec(delete(MeetupVote).where(*theirs, col(MeetupVote.community_id) == work.community))


async def _invited(work: Work, since: datetime) -> Counter[int]:
    query = select(Guest.member_id).where(Guest.community_id == work.community, col(Guest.invited_at) > since)
    return Counter((await work.session.exec(query)).all())


async def _hosted(work: Work, since: datetime) -> Counter[int]:
    """Counts how often each hosted, an open table's tables too, or was asked whether they would."""
    hosts = select(Meetup.host_id).where(Meetup.community_id == work.community, Meetup.created_at > since)
    asked = select(Guest.member_id).join(Meetup, col(Meetup.id) == Guest.meetup_id)
    asked = asked.where(Guest.community_id == work.community, col(Guest.asked_to_host_at) > since)
    asked = asked.where(col(Meetup.host_id).is_distinct_from(Guest.member_id))
    found = Counter(each for each in (await work.session.exec(hosts)).all() if each is not None)
    return found + Counter((await work.session.exec(asked)).all())

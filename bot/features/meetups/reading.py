"""Reads what is shown of meetups, and what it takes to choose whom they are for."""

from collections.abc import Sequence

from adapters.port import Room
from bot.errors import Refusal
from bot.feature import Context
from bot.features.meetups import rules
from bot.features.meetups.shown import Poll, Shown
from knowledge.meeting_times import Attendee
from knowledge.models import Guest, Meetup, Member, Reply
from knowledge.store import Work, communities, meetups, members, quick_wins
from knowledge.store.communities import Options
from knowledge.store.meetups import Past, meetup_id
from knowledge.store.members import member_id
from knowledge.zones import zone_of


async def shown(context: Context, work: Work, meetup: Meetup, *, with_wins: bool = False) -> Shown:
    """A meetup with the names that are shown of it."""
    guests = await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)
    wins = await quick_wins.shown_wins(work, work.now - rules.WINS_FROM) if with_wins else []
    wins = [each for each in wins if each.meetup_id != meetup.id][: rules.WINS_SHOWN]
    ids = {meetup.host_id or 0, *(each.member_id for each in guests), *(each.member_id for each in wins)}
    people = await members.find_members(work, ids)
    host = people.get(meetup.host_id or 0)
    coming = [people[each.member_id] for each in guests if each.member_id in people]
    coming.sort(key=lambda each: each.id != meetup.host_id)
    return Shown(
        meetup=meetup,
        host=host.name if host is not None else "",
        room=await _room_name(work, meetup.room),
        people=[each.name for each in coming],
        wins=[(each, people[each.member_id].name if each.member_id in people else "") for each in wins],
        zone=zone_of(context.member.time_zone if context.member else "", context.options.time_zone),
    )


async def poll_of(work: Work, meetup: Meetup, member: int) -> Poll:
    """The times that may be chosen, with how many each suits and which suit the reader."""
    votes = await meetups.votes_of(work, meetup_id(meetup))
    mine = frozenset(at for at, who in enumerate(votes) if member in who)
    return Poll(await meetups.times_of(work, meetup_id(meetup)), [len(each) for each in votes], mine)


async def open_meetup(work: Work, number: int, *, lock: bool = True) -> Meetup:
    """Finds a meetup that is under way.

    Raises:
        Refusal: there is none of this number, or it is over.
    """
    meetup = await meetups.find_meetup(work, number, lock=lock)
    if meetup is not None and meetup.merged_into is not None:
        meetup = await meetups.find_meetup(work, meetup.merged_into, lock=lock)
    if meetup is None:
        raise Refusal("meetups.no_such", number=number)
    if rules.is_over(meetup, work.now):
        raise Refusal("meetups.is_over")
    return meetup


async def attendees(
    work: Work, options: Options, host: int | None, people: Sequence[int], past: Past
) -> list[Attendee]:
    """Who is to be able to come, the host first, with the hours in which they are awake."""
    found = await members.find_members(work, {*people, *([host] if host is not None else [])})
    order = sorted(found.values(), key=lambda each: (each.id != host, member_id(each)))
    return [attendee(each, options, past) for each in order]


def attendee(member: Member, options: Options, past: Past) -> Attendee:
    """A member with the hours outside the community's quiet ones, in their own zone."""
    zone = zone_of(member.time_zone, options.time_zone)
    strain = past.strain.get(member_id(member), 0.0)
    never_quiet = options.quiet_from == options.quiet_until
    starts, ends = rules.WAKING_HOURS if never_quiet else (options.quiet_until, options.quiet_from)
    return Attendee(member_id(member), zone, starts, ends, strain)


async def past(work: Work) -> Past:
    """What members did with meetups before, as far back as it counts."""
    return await meetups.past(work, met_since=work.now - rules.LOOKED_BACK, since=work.now - rules.LOOKED_BACK)


async def announced_in(work: Work, options: Options, room: Room | None, space: str) -> str:
    """The key of the channel where it is announced: the chosen, else where it was proposed, else the digest's."""
    chosen = next((key for key in options.meetup_rooms if key.startswith(f"{space}:")), "")
    if chosen:
        return chosen
    if room is not None and not room.direct and room.space.key == space:
        await communities.remember_channel(work, room.key, room.name)
        return room.key
    return next((key for key in options.digest_rooms if key.startswith(f"{space}:")), "")


async def planned(work: Work, meetup: Meetup) -> list[Guest]:
    """Who would be invited, as long as nobody is."""
    guests = await meetups.guests_of(work, meetup_id(meetup), Reply.NONE)
    return [each for each in guests if each.invited_at is None and each.because and each.asked_to_host_at is None]


async def coming_up(work: Work) -> list[Meetup]:
    """Lists the meetups that others can join, those with a time first."""
    return [each for each in await meetups.meetups_in(work, *meetups.LIVE) if not rules.is_over(each, work.now)]


async def _room_name(work: Work, key: str) -> str:
    if not key:
        return ""
    return next((each.name for each in await communities.channels(work) if each.key == key), "")

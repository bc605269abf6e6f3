"""Whom a meetup is for: who touched its problem, who is missing, and who may be asked now."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.port import plain
from bot.feature import Context
from bot.features.meetups import reading, rules
from bot.nudges import LOOKED_BACK, Nudge, decide
from knowledge import matching
from knowledge.matching import Candidate, Guest, Invited
from knowledge.models import Meetup, Member
from knowledge.problems import nearest
from knowledge.store import Work, meetups, members, notices, signals, ties, tips
from knowledge.store.communities import Options
from knowledge.store.meetups import Past, meetup_id
from knowledge.store.members import member_id
from knowledge.tips import who_touched

NEAR = 0.45
"""Score (0 to 1) from which a tip is about a problem (ours, by looking)."""

TIES_SINCE = timedelta(days=182)
"""Who acted towards whom in so long has a tie (ours: half a year)."""

REACHED_WITHIN = timedelta(days=1)
"""Who can't be asked within so long, because of how much they get, is not chosen (ours)."""


async def same_problem(context: Context, text: str, others: Sequence[Meetup]) -> Meetup | None:
    """The meetup among these that is about the same problem as a text, if any."""
    named = [each for each in others if each.problem]
    texts = [each.detail or each.problem for each in named]
    if not texts:
        return None
    encoded = await context.library.encoded([plain(text), *texts])
    async with context.read() as work:
        ordinary = await context.library.ordinary(work)
    index = nearest(plain(text), texts, encoded, ordinary)
    return named[index] if index is not None else None


async def touched_by(context: Context, meetup: Meetup) -> dict[int, int]:
    """Who touched a meetup's problem, and how much: asked about it, wrote or used what is near it."""
    text = plain(meetup.detail or meetup.problem)
    if not text:
        return {}
    found = await context.library.search(context.community, text, context.now)
    near = [hit.id for hit in found.hits if hit.score >= NEAR]
    async with context.read() as work:
        people = Counter(await signals.people_behind(work, meetup.evidence))
        for known in await tips.find_tips(work, near):
            people.update(member for member, _ in who_touched(known))
    return dict(people)


async def whom_to_invite(
    context: Context, work: Work, meetup: Meetup, touched: Mapping[int, int], *, without: Collection[int] = ()
) -> list[Invited]:
    """Chooses whom the host invites, each with why; nobody who wants no invitations, or could not be asked in time."""
    past = await reading.past(work)
    people = await _who_may_be_asked(work, context.options, meetup)
    pairs = await ties.tied_pairs(work, work.now - TIES_SINCE)
    degree = Counter(member for pair in pairs for member in pair)
    host = await members.find_member(work, meetup.host_id) if meetup.host_id is not None else None
    if host is None:
        return []
    candidates = []
    for each in people:
        if each.id != meetup.host_id and each.id not in without:
            guest, id = guest_of(each, past, work.now), member_id(each)
            candidates.append(
                Candidate(
                    id,
                    guest.practice,
                    guest.place,
                    guest.is_core,
                    guest.absent_weeks,
                    touched=id in touched,
                    invited_lately=past.invited.get(id, 0),
                    ties_count=degree[id],
                )
            )
    met = {pair: (work.now - at) / timedelta(weeks=1) for pair, at in past.met.items()}
    return matching.invite(
        guest_of(host, past, work.now),
        candidates,
        ties=pairs,
        met=met,
        chance=context.random,
        at_most=rules.INVITED_AT_MOST,
    )


def guest_of(member: Member, past: Past, now: datetime) -> Guest:
    """A member as `knowledge.matching` knows those who come."""
    last = past.last_met.get(member_id(member))
    weeks = (now - last) / timedelta(weeks=1) if last is not None else None
    return Guest(member_id(member), member.practice.casefold(), member.place.casefold(), member.is_core, weeks)


async def _who_may_be_asked(work: Work, options: Options, meetup: Meetup) -> list[Member]:
    """Members of the meetup's space (of any, where it is behind a link) who can be sent one more thing now."""
    people = [each for each in await members.list_members(work) if each.takes_meetups]
    if not meetup.place.startswith(("http://", "https://")):
        here = await members.accounts_in(work, meetup.space)
        people = [each for each in people if each.id in here]
    gone = {each.member_id for each in await meetups.guests_of(work, meetup_id(meetup)) if each.invited_at}
    sent = await notices.unasked_of(work, [member_id(each) for each in people], work.now - LOOKED_BACK)
    return [
        each for each in people if each.id not in gone and _is_reached(each, sent[member_id(each)], options, work.now)
    ]


def _is_reached(member: Member, sent: Sequence[notices.Unasked], options: Options, now: datetime) -> bool:
    verdict = decide(member, Nudge.MEETUPS, sent, options, now)
    return verdict.may or (verdict.until is not None and verdict.until <= now + REACHED_WITHIN)

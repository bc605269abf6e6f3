"""Ties: one member acting towards another. Who, whom, how, where and when; never what was said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, distinct, func, or_, select

from knowledge.models import Account, Asking, Member, Tie, TieKind, TieMonth
from knowledge.store.engine import add_once, write_once
from knowledge.store.forgotten import forgotten_among
from knowledge.store.members import add_member, find_members, member_id
from knowledge.store.work import Work

KEPT_DAYS = 400
"""A tie is kept so long, and then as a count of its month (ours: a year, and the month to compare it with)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A tie as it was seen: accounts by their keys, with the names that they go by (which may be empty)."""

    once: str
    kind: TieKind
    from_account: str
    to_account: str
    channel: str
    at: datetime
    from_name: str = ""
    to_name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put to a room, as it was seen: by whom (an account's key), where and when."""

    once: str
    account: str
    channel: str
    at: datetime
    name: str = ""


def inferred(
    message: str, who: str, whom: Sequence[str], channel: str, at: datetime, name: str = "", names: Sequence[str] = ()
) -> list[Seen]:
    """Ties to those whom a message answers without saying so, the surest first.

    They are told apart by their place, not by whom: where the same message is looked at again and something else is
    inferred, what was written before stays, and nobody is answered twice by it.
    """
    named = [*names, *[""] * (len(whom) - len(names))]
    return [
        Seen(f"{message}:{TieKind.INFERRED}:{place}", TieKind.INFERRED, who, to, channel, at, name, to_name)
        for place, (to, to_name) in enumerate(zip(whom, named, strict=True))
        if to != who
    ]


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many ties were counted: of one's own, and of others towards one."""

    own: int
    of_others: int


async def note_ties(work: Work, seen: Sequence[Seen], asked: Sequence[Asked] = ()) -> None:
    """Writes ties and questions down, each once; those of people who are not counted or were forgotten are left out."""
    seen = await _not_counted_before(work, seen)
    names: dict[str, str] = {}
    for each in seen:
        for key, name in ((each.from_account, each.from_name), (each.to_account, each.to_name)):
            names[key] = names.get(key) or name
    for asking in asked:
        names[asking.account] = names.get(asking.account) or asking.name
    members = {key: member_id(each) for key, each in (await _members(work, names)).items() if each.is_counted}
    rows = [
        {
            "community_id": work.community,
            "from_id": members[each.from_account],
            "to_id": members[each.to_account],
            "kind": each.kind,
            "channel": each.channel,
            "once": each.once,
            "at": each.at,
        }
        for each in seen
        if each.from_account in members and each.to_account in members
    ]
    await add_once(work.session, Tie, rows)
    await add_askings(work, [(members[each.account], each) for each in asked if each.account in members])


async def add_askings(work: Work, asked: Sequence[tuple[int, Asked]]) -> None:
    """Writes down that members asked; what is older than ties are kept is left out."""
    after = work.now - timedelta(days=KEPT_DAYS)
    rows = [
        {"community_id": work.community, "asker_id": member, "channel": each.channel, "once": each.once, "at": each.at}
        for member, each in asked
        if each.at > after
    ]
    await add_once(work.session, Asking, rows)


async def note_welcomed(work: Work, companion: int, newcomer: int, *, once: str) -> None:
    """Notes that a companion shows a newcomer round; what the two say to each other is nowhere counted."""
    found = await find_members(work, [companion, newcomer])
    if len(found) == 2 and all(each.is_counted for each in found.values()):
        tie = Tie(
            community_id=work.community,
            from_id=companion,
            to_id=newcomer,
            kind=TieKind.WELCOMED,
            channel="",
            once=once,
            at=work.now,
        )
        await write_once(work.session, tie)


async def note_met(work: Work, one: int, others: Collection[int], *, once: str) -> None:
    """Notes that a member met others, each way; what they talked about is nowhere noted.

    Args:
        work: the piece of work.
        one: a member.
        others: whom they met.
        once: what tells this meeting from every other.
    """
    found = await find_members(work, [one, *others])
    for other in sorted(set(others) - {one}):
        if all(member in found and found[member].is_counted for member in (one, other)):
            for whose, whom in ((one, other), (other, one)):
                tie = Tie(
                    community_id=work.community,
                    from_id=whose,
                    to_id=whom,
                    kind=TieKind.MET,
                    channel="",
                    once=f"{once}:{whose}:{whom}",
                    at=work.now,
                )
                await write_once(work.session, tie)


async def tied_pairs(work: Work, since: datetime) -> set[tuple[int, int]]:
    """Gives the pairs of members of whom one acted towards the other since then, the smaller id first."""
    query = select(Tie.from_id, Tie.to_id).where(Tie.community_id == work.community, col(Tie.at) > since).distinct()
    return {(min(pair), max(pair)) for pair in (await work.session.exec(query)).all()}


async def list_ties(work: Work) -> list[Tie]:
    """Lists every tie of the community, oldest first."""
    query = select(Tie).where(Tie.community_id == work.community).order_by(col(Tie.at), col(Tie.id))
    return list((await work.session.exec(query)).all())


async def voices(work: Work, since: datetime) -> dict[str, int]:
    """Counts how many members acted towards others in each channel since then, by its key."""
    people = func.count(distinct(Tie.from_id))
    query = select(Tie.channel, people).where(Tie.community_id == work.community, col(Tie.at) > since)
    return dict((await work.session.exec(query.group_by(col(Tie.channel)))).all())


async def tallied(work: Work, member: int) -> Tallied:
    """Says how many ties of a member are kept one by one: those of the last `KEPT_DAYS`."""
    after = work.now - timedelta(days=KEPT_DAYS)
    lately = select(func.count()).where(Tie.community_id == work.community, col(Tie.at) > after)
    own = (await work.session.exec(lately.where(Tie.from_id == member))).one()
    of_others = (await work.session.exec(lately.where(Tie.to_id == member))).one()
    return Tallied(own, of_others)


async def let_go_of_ties(work: Work, member: int) -> None:
    """Deletes every tie from or to a member, old months too, and that they asked in rooms."""
    for table in (Tie, TieMonth):
        theirs = or_(col(table.from_id) == member, col(table.to_id) == member)
        await work.session.exec(delete(table).where(col(table.community_id) == work.community, theirs))
    asked = delete(Asking).where(col(Asking.community_id) == work.community, col(Asking.asker_id) == member)
    await work.session.exec(asked)


async def _not_counted_before(work: Work, seen: Sequence[Seen]) -> Sequence[Seen]:
    """Leaves out old ties of channels and months that are counted already: what tells them apart is gone."""
    before = work.now - timedelta(days=KEPT_DAYS)
    if all(each.at >= before for each in seen):
        return seen
    query = select(TieMonth.month, TieMonth.channel).where(TieMonth.community_id == work.community).distinct()
    counted = set((await work.session.exec(query)).all())
    return [each for each in seen if each.at >= before or (month_of(each.at), each.channel) not in counted]


def month_of(moment: datetime) -> str:
    """The month of a moment by UTC, such as `2026-03`."""
    return f"{moment.astimezone(UTC):%Y-%m}"


async def _members(work: Work, names: dict[str, str]) -> dict[str, Member]:
    """The people behind accounts, made at first sight; those who were forgotten are left out."""
    found = await _known(work, names)
    new = [key for key in names if key not in found]
    gone = await forgotten_among(work, new)
    for key in new:
        if key not in gone:
            found[key] = await add_member(work, key, names[key])
    return found


async def _known(work: Work, accounts: Collection[str]) -> dict[str, Member]:
    query = select(Account, Member).join(Member, col(Member.id) == Account.member_id)
    query = query.where(Account.community_id == work.community, col(Account.key).in_(accounts))
    return {account.key: member for account, member in (await work.session.exec(query)).all()}

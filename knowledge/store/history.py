"""Ties from a chat's history: written in batches, each counted once, however often and wherever the reading stops.

What is recent is kept tie by tie, under the same `once` as live events have. What is older than ties are kept goes
straight into the counts of its month, where nothing tells one tie from another: so it is noted in the same transaction
how far each channel was read, and months of a channel that were counted before the history came are left out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col, select

from knowledge.models import Account, ImportPart, Member, Tie, TieKind, TieMonth
from knowledge.store.engine import add_once
from knowledge.store.forgotten import forgotten_among, of_name
from knowledge.store.members import member_id
from knowledge.store.retention import add_to_months, roll_up
from knowledge.store.ties import KEPT_DAYS, Asked, Seen, add_askings, month_of
from knowledge.store.work import Work

MARGIN_DAYS = 2
"""So much earlier than other ties do those of a history become counts: the retention must not meanwhile make counts of
what an import that takes long writes one by one (ours)."""

AT_ONCE = 500
"""Keys that one statement asks for."""


class NotKept(StrEnum):
    """Why a tie is not counted, in words that a number follows."""

    FORGOTTEN = "ties of people who asked to be forgotten"
    NOT_COUNTED = "ties of people who don't want to be counted"
    SAME = "ties between two accounts of one person"
    MONTHS = "ties of months that were counted before"


@dataclass(frozen=True, slots=True)
class Told:
    """A message without its text: what it shows of ties, and where it stands.

    Attributes:
        channel: key of the channel.
        number: its place among the messages of the channel in its source, from 1.
        author: key of the account that wrote it.
        name: what they go by; may be empty.
        at: when, aware.
        ties: what it shows.
        gone: keys of those accounts in it that are no longer in the chat.
        asked: the question that it puts to its room.
    """

    channel: str
    number: int
    author: str
    name: str
    at: datetime
    ties: tuple[Seen, ...] = ()
    gone: tuple[str, ...] = ()
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class _Who:
    id: int
    is_counted: bool
    since: datetime


@dataclass(slots=True)
class Written:
    """What became of some messages: how many were new; ties written one by one, or as counts; people who are new."""

    messages: int = 0
    ties: int = 0
    in_months: int = 0
    people: int = 0
    not_kept: Counter[NotKept] = field(default_factory=Counter)


async def counted_months(work: Work) -> set[tuple[str, str]]:
    """Lists the channels and months of which ties are counted; before, what is past its time becomes such counts.

    To be asked once, before the first message is written.
    """
    while await roll_up(Work(work.session, work.community, work.now + timedelta(days=MARGIN_DAYS))):
        pass
    query = select(TieMonth.channel, TieMonth.month).where(TieMonth.community_id == work.community).distinct()
    return set((await work.session.exec(query)).all())


async def counted_before(work: Work, source: str) -> set[tuple[str, str]]:
    """Lists the channels and months of which ties were counted before a history came."""
    query = select(ImportPart).where(ImportPart.community_id == work.community, ImportPart.source == source)
    return {(part.part, month) for part in (await work.session.exec(query)).all() for month in part.counted}


async def looked_at(work: Work, source: str, again: str) -> dict[str, int]:
    """Lists the channels of a history that were read a second time to their end, with their messages.

    `source` names what was read the first time, `again` the second.
    """
    query = select(ImportPart).where(ImportPart.community_id == work.community)
    rows = (await work.session.exec(query.where(col(ImportPart.source).in_((source, again))))).all()
    whole = {row.part: row.done for row in rows if row.source == source}
    return {row.part: row.done for row in rows if row.source == again and row.done >= whole.get(row.part, 0)}


async def is_of_another(work: Work, space: str) -> bool:
    """Whether people of a space are already another community's."""
    query = select(Account.key).where(Account.community_id != work.community)
    query = query.where(col(Account.key).startswith(f"{space}:", autoescape=True))
    return (await work.session.exec(query.limit(1))).first() is not None


async def write_history(
    work: Work, source: str, told: Sequence[Told], counted: Collection[tuple[str, str]] = ()
) -> Written:
    """Writes what some messages show, and how far their channels were read; what was read before is passed over.

    Args:
        work: the piece of work; `now` is the same for the whole history.
        source: the history's digest.
        told: the messages, those of a channel in their order.
        counted: what `counted_months` gave.
    """
    parts = await _parts(work, source, {each.channel for each in told}, counted)
    new = [each for each in told if each.number > parts[each.channel].done]
    written = Written(messages=len(new))
    if new:
        people = await _people(work, new, written)
        kept = list(_kept(new, people, written))
        await _write(work, kept, {channel: set(part.counted) for channel, part in parts.items()}, written)
        askers = ((people.get(each.author), each.asked) for each in new if each.asked)
        await add_askings(work, [(who.id, asked) for who, asked in askers if who is not None and who.is_counted])
        for each in new:
            parts[each.channel].done = each.number
            parts[each.channel].done_at = work.now
        await work.session.flush()
    return written


async def _parts(
    work: Work, source: str, channels: Collection[str], counted: Collection[tuple[str, str]]
) -> dict[str, ImportPart]:
    found: dict[str, ImportPart] = {}
    for some in _in_parts(sorted(channels)):
        query = select(ImportPart).where(ImportPart.community_id == work.community, ImportPart.source == source)
        rows = (await work.session.exec(query.where(col(ImportPart.part).in_(some)))).all()
        found |= {row.part: row for row in rows}
    for channel in sorted(set(channels) - set(found)):
        months = sorted(month for which, month in counted if which == channel)
        found[channel] = ImportPart(
            community_id=work.community, source=source, part=channel, done=0, counted=months, done_at=work.now
        )
    work.session.add_all(found.values())
    return found


async def _people(work: Work, told: Sequence[Told], written: Written) -> dict[str, _Who]:
    """The people behind accounts, made at first sight, as here since then; those who were forgotten are left out."""
    names: dict[str, str] = {}
    since: dict[str, datetime] = {}
    for each in told:
        for key, name in _accounts(each):
            names[key] = names.get(key) or name
            since[key] = min(each.at, since.get(key, work.now))
    found = await _known(work, names)
    unknown = {key: name for key, name in names.items() if key not in found}
    forgotten = await _forgotten(work, unknown)
    gone = {key for each in told for key in each.gone}
    new = {
        key: Member(
            community_id=work.community,
            name=name or key.rsplit(":", 1)[-1],
            joined_at=since[key],
            left_at=work.now if key in gone else None,
        )
        for key, name in unknown.items()
        if key not in forgotten
    }
    written.people += len(new)
    earliest: dict[int, datetime] = {}
    for key, at in since.items():
        if key in found and at < found[key].since:
            earliest[found[key].id] = min(at, earliest.get(found[key].id, at))
    await _here_since(work, earliest)
    return found | await _add(work, new)


async def _here_since(work: Work, since: Mapping[int, datetime]) -> None:
    """Members of whom something earlier is read were here earlier: rooms come one after another, not by time."""
    if since:
        earlier = update(Member).where(
            col(Member.id) == bindparam("member"), col(Member.community_id) == work.community
        )
        rows = [{"member": id, "at": at} for id, at in since.items()]
        await (await work.session.connection()).execute(earlier.values(joined_at=bindparam("at")), rows)


def _accounts(told: Told) -> Iterator[tuple[str, str]]:
    yield told.author, told.name
    for tie in told.ties:
        yield tie.from_account, tie.from_name
        yield tie.to_account, tie.to_name


async def _known(work: Work, accounts: Iterable[str]) -> dict[str, _Who]:
    found: dict[str, _Who] = {}
    for some in _in_parts(sorted(accounts)):
        query = select(Account.key, Account.member_id, Member.is_counted, Member.joined_at)
        query = query.join(Member, col(Member.id) == Account.member_id).where(Account.community_id == work.community)
        rows = (await work.session.exec(query.where(col(Account.key).in_(some)))).all()
        found |= {key: _Who(id, is_counted, since) for key, id, is_counted, since in rows}
    return found


async def _forgotten(work: Work, names: Mapping[str, str]) -> set[str]:
    """Who was forgotten, by account; by name too where the account is nothing but a name."""
    gone = await forgotten_among(work, names)
    by_name = {key: of_name(name) for key, name in names.items() if key.startswith("import:") and name}
    unnamed = await forgotten_among(work, set(by_name.values()))
    return gone | {key for key, name in by_name.items() if name in unnamed}


async def _add(work: Work, new: Mapping[str, Member]) -> dict[str, _Who]:
    work.session.add_all(new.values())
    await work.session.flush()
    work.session.add_all(
        Account(
            key=key,
            community_id=work.community,
            member_id=member_id(member),
            name=member.name,
            left_at=member.left_at,
        )
        for key, member in new.items()
    )
    await work.session.flush()
    return {key: _Who(member_id(member), member.is_counted, member.joined_at) for key, member in new.items()}


def _kept(told: Sequence[Told], people: Mapping[str, _Who], written: Written) -> Iterator[dict[str, Any]]:
    for tie in (tie for each in told for tie in each.ties):
        by, to = people.get(tie.from_account), people.get(tie.to_account)
        if by is None or to is None:
            written.not_kept[NotKept.FORGOTTEN] += 1
        elif not (by.is_counted and to.is_counted):
            written.not_kept[NotKept.NOT_COUNTED] += 1
        elif by.id == to.id:
            written.not_kept[NotKept.SAME] += 1
        else:
            ends = {"from_id": by.id, "to_id": to.id}
            yield {**ends, "kind": tie.kind, "channel": tie.channel, "once": tie.once, "at": tie.at}


async def _write(
    work: Work, kept: Sequence[dict[str, Any]], counted: Mapping[str, Collection[str]], written: Written
) -> None:
    before = work.now - timedelta(days=KEPT_DAYS - MARGIN_DAYS)
    recent = [{**each, "community_id": work.community} for each in kept if each["at"] >= before]
    months: Counter[tuple[str, int, int, TieKind, str]] = Counter()
    for each in kept:
        if each["at"] < before:
            month = month_of(each["at"])
            if month in counted[each["channel"]]:
                written.not_kept[NotKept.MONTHS] += 1
            else:
                months[month, each["from_id"], each["to_id"], each["kind"], each["channel"]] += 1
    written.ties += len(recent)
    written.in_months += months.total()
    await add_once(work.session, Tie, recent)
    await add_to_months(work, months)


def _in_parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))

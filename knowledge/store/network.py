"""What a report on lateral activity is taken from: the people who may be counted, their ties, and what was asked.

Ties that were seen are rows; that somebody said how another's tip went, and that somebody answered a question, is read
from where it stands anyway. Nobody's words are read, and whoever is not counted is in none of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlmodel import col, or_, select

from knowledge.models import Confirmation, Consent, Member, Outcome, Question, Tie, TieKind, TieMonth, TipAuthor
from knowledge.network import Asked, People, Ties, coded
from knowledge.store.ties import month_of
from knowledge.store.work import Work

AT_ONCE = 50_000
"""Rows that are read in one go."""

KINDS = (*TieKind, "confirmation", "answer")
"""How one member acts towards another; a tie's kind is its place here."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read; members are numbers from 0, in the order of `ids`.

    Attributes:
        ids: member ids; `names` and `joined_at` go with them.
        people: who is of the core group, and of which practice and place.
        practices: the name of each code of a practice; `places` of a place.
        is_here: whether each is still here.
        ties: who acted towards whom, by `KINDS`.
        asked: questions that were put to the community, with who answered first.
        channels: how many channels something was counted in.
        uncounted: how many are here and chose not to be counted.
    """

    ids: np.ndarray
    names: tuple[str, ...]
    joined_at: np.ndarray
    people: People
    practices: tuple[str, ...]
    places: tuple[str, ...]
    is_here: np.ndarray
    ties: Ties
    asked: Asked
    channels: int
    uncounted: int


async def read_network(work: Work, since: datetime, until: datetime) -> Read:
    """Reads what is counted from `since` to before `until`."""
    members = await _members(work, since, until)
    ids = np.array([each.id for each in members], np.int64)
    practices, practice_names = coded([" ".join(each.practice.split()).casefold() for each in members])
    places, place_names = coded([" ".join(each.place.split()).casefold() for each in members])
    core = np.array([each.is_core for each in members], np.bool_)
    rows, channels = await _ties(work, since, until)
    return Read(
        ids=ids,
        names=tuple(each.name for each in members),
        joined_at=np.array([_moment(each.joined_at) for each in members], "datetime64[s]"),
        people=People(core, practices, places),
        practices=practice_names,
        places=place_names,
        is_here=np.array([each.left_at is None for each in members], np.bool_),
        ties=_only_known(ids, rows),
        asked=await _asked(work, ids, since, until),
        channels=channels,
        uncounted=await _uncounted(work),
    )


@dataclass(frozen=True, slots=True)
class Mirror:
    """What the report counts of one member: people they have ties with, ties of theirs, and ties towards them."""

    partners: int = 0
    given: int = 0
    received: int = 0


async def counted_of(work: Work, member: int, since: datetime) -> Mirror:
    """What the report that looks back to `since` counts of a member, by the same rules."""
    people = await _members(work, since, work.now)
    ids = np.array([each.id for each in people], np.int64)
    rows, _ = await _ties(work, since, work.now, of=member)
    known, place = _only_known(ids, rows), np.searchsorted(ids, member)
    given, received = known.by == place, known.to == place
    counts = known.counts if known.counts is not None else np.ones(len(known), np.int32)
    partners = len({*known.to[given].tolist(), *known.by[received].tolist()})
    return Mirror(partners, int(counts[given].sum()), int(counts[received].sum()))


async def _members(work: Work, since: datetime, until: datetime) -> list[Member]:
    """Those who may be counted and were here at any time of it."""
    query = select(Member).where(Member.community_id == work.community, col(Member.is_counted).is_(True))
    query = query.where(Member.joined_at < until, or_(col(Member.left_at).is_(None), col(Member.left_at) >= since))
    return list((await work.session.exec(query.order_by(col(Member.id)))).all())


async def _ties(work: Work, since: datetime, until: datetime, *, of: int | None = None) -> tuple[np.ndarray, int]:
    """Rows of (by, to, kind, at, count), and the number of channels; `of` one member, or everybody."""
    channels: set[str] = set()
    pieces: list[list[tuple[int, int, int, int, int]]] = []
    columns: Any = (Tie.from_id, Tie.to_id, Tie.kind, Tie.at, Tie.channel)
    query: Any = select(*columns).where(Tie.community_id == work.community)
    query = query.where(col(Tie.at) >= since, col(Tie.at) < until)
    if of is not None:
        query = query.where(or_(col(Tie.from_id) == of, col(Tie.to_id) == of))
    code = {kind: place for place, kind in enumerate(KINDS)}
    result = await (await work.session.connection()).stream(query.execution_options(yield_per=AT_ONCE))
    async for rows in result.partitions(AT_ONCE):
        pieces.append([(by, to, code[kind], int(at.timestamp()), 1) for by, to, kind, at, _ in rows])
        channels.update(row[4] for row in rows)
    months = select(TieMonth).where(TieMonth.community_id == work.community)
    months = months.where(TieMonth.month >= month_of(since), TieMonth.month < month_of(until))
    if of is not None:
        months = months.where(or_(col(TieMonth.from_id) == of, col(TieMonth.to_id) == of))
    for row in (await work.session.exec(months)).all():
        at = datetime.strptime(f"{row.month}-15", "%Y-%m-%d").replace(tzinfo=UTC)
        pieces.append([(row.from_id, row.to_id, code[row.kind], int(at.timestamp()), row.count)])
        channels.add(row.channel)
    derived = [*await _confirmations(work, since, until), *await _answers(work, since, until)]
    pieces.append([row for row in derived if of is None or of in row[:2]])
    found = [np.array(piece, np.int64) for piece in pieces if piece]
    return (np.concatenate(found) if found else np.zeros((0, 5), np.int64)), len(channels - {""})


async def _confirmations(work: Work, since: datetime, until: datetime) -> Iterator[tuple[int, int, int, int, int]]:
    """A member's word on a tip is a tie to those who found what works, once each, where they let their names stand."""
    query = select(Confirmation.member_id, TipAuthor.member_id, Confirmation.at).join(
        TipAuthor, col(TipAuthor.tip_id) == col(Confirmation.tip_id)
    )
    query = query.where(Confirmation.community_id == work.community, TipAuthor.community_id == work.community)
    query = query.where(col(Confirmation.at) >= since, col(Confirmation.at) < until, TipAuthor.part == "works")
    query = query.where(col(TipAuthor.consent).in_((Consent.OWN, Consent.YES)), col(TipAuthor.named).is_(True))
    query = query.where(Confirmation.outcome != Outcome.NOT_HERE)
    rows = (await work.session.exec(query)).all()
    kind = KINDS.index("confirmation")
    return ((by, to, kind, int(at.timestamp()), 1) for by, to, at in rows if to is not None)


async def _answers(work: Work, since: datetime, until: datetime) -> Iterator[tuple[int, int, int, int, int]]:
    """An answer is a tie to the asker, where they asked with their name."""
    query = select(Question.answerer_id, Question.asker_id, Question.answered_at)
    query = query.where(Question.community_id == work.community, col(Question.named).is_(True))
    query = query.where(col(Question.answered_at) >= since, col(Question.answered_at) < until)
    rows = (await work.session.exec(query)).all()
    kind = KINDS.index("answer")
    known = ((by, to, at) for by, to, at in rows if by is not None and to is not None and at is not None)
    return ((by, to, kind, int(at.timestamp()), 1) for by, to, at in known)


def _only_known(ids: np.ndarray, rows: np.ndarray) -> Ties:
    """The ties between those who may be counted, with members as places in `ids`."""
    by, by_known = _places(ids, rows[:, 0])
    to, to_known = _places(ids, rows[:, 1])
    kept = by_known & to_known & (by != to)
    return Ties(
        by=by[kept].astype(np.int32),
        to=to[kept].astype(np.int32),
        kind=rows[kept, 2].astype(np.int8),
        at=rows[kept, 3].astype("datetime64[s]"),
        counts=rows[kept, 4].astype(np.int32),
    )


def _places(ids: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return places, ids[places] == wanted


async def _asked(work: Work, ids: np.ndarray, since: datetime, until: datetime) -> Asked:
    query = select(Question.asker_id, Question.answerer_id, Question.posted_at, Question.answered_at)
    query = query.where(Question.community_id == work.community, Question.post != "")
    query = query.where(col(Question.posted_at) >= since, col(Question.posted_at) < until)
    rows: Any = (await work.session.exec(query.order_by(col(Question.id)))).all()
    asker, asker_known = _places(ids, np.array([row[0] or 0 for row in rows], np.int64))
    answerer, answerer_known = _places(ids, np.array([row[1] or 0 for row in rows], np.int64))
    return Asked(
        asker=np.where(asker_known, asker, -1),
        answerer=np.where(answerer_known, answerer, -1),
        at=np.array([_moment(row[2]) for row in rows], "datetime64[s]"),
        answered_at=np.array([_moment(row[3]) for row in rows], "datetime64[s]"),
    )


async def _uncounted(work: Work) -> int:
    query = select(Member.id).where(Member.community_id == work.community, col(Member.is_counted).is_(False))
    return len((await work.session.exec(query.where(col(Member.left_at).is_(None)))).all())


def _moment(at: datetime | None) -> np.datetime64:
    return np.datetime64("NaT") if at is None else np.datetime64(int(at.timestamp()), "s")

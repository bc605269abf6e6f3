"""What a report on lateral activity is taken from: the people who may be counted, their ties, and what was asked.

Ties that were seen are rows; that somebody said how another's tip went, and that somebody answered a question, is read
from where it stands anyway. Nobody's words are read, and whoever is not counted is in none of it.

There may be millions of rows, so they are read as numbers, a few thousand at a time.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import BigInteger, case, literal
from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select

from knowledge.models import (
    Asking,
    Confirmation,
    Consent,
    Member,
    Newcomer,
    Outcome,
    Question,
    Tie,
    TieKind,
    TieMonth,
    TipAuthor,
)
from knowledge.network import UNKNOWN, Asked, Moments, People, Ties, coded
from knowledge.store.numbers import SECOND, Numbers, in_pieces, microseconds, numbers_in_pieces, together
from knowledge.store.published import plainly
from knowledge.store.ties import month_of
from knowledge.store.work import Work

_NONE = -1
"""Stands for nobody and for no moment where only numbers are read."""

_COLUMNS: tuple[Any, ...] = (np.int32, np.int32, np.int8, "datetime64[s]", np.int32)
"""What the columns of `Ties` are made of: there may be millions of ties, so each is as narrow as it can be."""

KINDS = (*TieKind, "confirmation", "answer")
"""How one member acts towards another; a tie's kind is its place here."""


ANSWERS = (TieKind.REPLY, TieKind.MENTION, TieKind.QUOTE, TieKind.INFERRED)
"""What turns to somebody who asked, and may be the answer."""

ANSWERED_WITHIN = timedelta(days=3)
"""Whoever turns to the asker later talks of something else (ours)."""

Month: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read; members are numbers from 0, in the order of `ids`.

    Attributes:
        ids: member ids; `joined_at` goes with them, and `names` where they were asked for.
        people: who is of the core group, and of which practice and place.
        practices: the name of each code of a practice; `places` of a place.
        is_here: whether each is still here.
        is_new: who came on the way in, in this time.
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
    is_new: np.ndarray
    ties: Ties
    asked: Asked
    channels: int
    uncounted: int

    @property
    def inferred(self) -> float:
        """The share of ties that were inferred, 0 to 1; 0 where there are none."""
        return share_inferred(self.ties)


def share_inferred(ties: Ties) -> float:
    """The share of ties that were inferred from the flow of the talk, 0 to 1; 0 where there are none."""
    is_inferred = ties.kind == KINDS.index(TieKind.INFERRED)
    counts = ties.counts if ties.counts is not None else np.ones(len(ties), np.int32)
    return float(counts[is_inferred].sum() / counts.sum()) if len(ties) else 0.0


async def read_network(work: Work, since: datetime, until: datetime, *, with_names: bool = False) -> Read:
    """Reads what is counted from `since` to before `until`; people's names only where they are asked for."""
    pieces: list[Numbers] = []
    practices, places, names = dict[str, int](), dict[str, int](), list[str]()
    columns: Any = [col(Member.id), microseconds(work.session, Member.joined_at)]
    columns += [col(Member.is_core), col(Member.left_at).is_(None), col(Member.practice), col(Member.place)]
    columns += [col(Member.name)] if with_names else []
    query = select(*columns).where(*_counted(work, since, until)).order_by(col(Member.id))
    async for rows in in_pieces(work.session, query):
        *plain, practice, place = zip(*(row[:6] for row in rows), strict=True)
        pieces.append(np.array([*plain, _numbered(practice, practices), _numbered(place, places)], np.int64))
        names += [row[6] for row in rows] if with_names else []
    ids, joined_at, is_core, is_here, practice_of, place_of = together(pieces, 6)
    practice_codes, practice_names = coded([plainly(each) for each in practices])
    place_codes, place_names = coded([plainly(each) for each in places])
    return Read(
        ids=ids,
        names=tuple(names),
        joined_at=_moments(joined_at),
        people=People(is_core.astype(np.bool_), practice_codes[practice_of], place_codes[place_of]),
        practices=practice_names,
        places=place_names,
        is_here=is_here.astype(np.bool_),
        is_new=np.isin(ids, await _newcomers(work, since, until)),
        ties=await _ties(work, ids, since, until),
        asked=await _asked(work, ids, since, until),
        channels=await _channels(work, since, until),
        uncounted=await _uncounted(work),
    )


async def read_months(work: Work, months: Iterable[Month]) -> AsyncIterator[tuple[People, Ties, Asked]]:
    """Reads month after month, from when until when, for a trend: all people who may be counted, whenever they came."""
    query = select(col(Member.id), col(Member.is_core)).where(Member.community_id == work.community)
    query = query.where(col(Member.is_counted)).order_by(col(Member.id))
    ids, is_core = together([each async for each in numbers_in_pieces(work.session, query)], 2)
    unknown = np.full(len(ids), UNKNOWN, np.int8)
    people = People(is_core.astype(np.bool_), unknown, unknown)
    for since, until in months:
        yield people, await _ties(work, ids, since, until), await _asked(work, ids, since, until)


@dataclass(frozen=True, slots=True)
class Mirror:
    """What the report counts of one member.

    Attributes:
        partners: people they have ties with.
        given: ties of theirs; `received`: towards them; `inferred`: of both those that were inferred.
        asked: questions that they put to everybody, in rooms or through the bot.
    """

    partners: int = 0
    given: int = 0
    received: int = 0
    inferred: int = 0
    asked: int = 0


async def counted_of(work: Work, member: int, since: datetime) -> Mirror:
    """What the report that looks back to `since` counts of a member, by the same rules."""
    query = select(col(Member.id)).where(*_counted(work, since, work.now)).order_by(col(Member.id))
    (ids,) = together([each async for each in numbers_in_pieces(work.session, query)], 1)
    known, place = await _ties(work, ids, since, work.now, of=member), np.searchsorted(ids, member)
    given, received = known.by == place, known.to == place
    counts = known.counts if known.counts is not None else np.ones(len(known), np.int32)
    partners = len({*known.to[given].tolist(), *known.by[received].tolist()})
    return Mirror(
        partners=partners,
        given=int(counts[given].sum()),
        received=int(counts[received].sum()),
        inferred=int(counts[known.kind == KINDS.index(TieKind.INFERRED)].sum()),
        asked=await _count_asked(work, member, since) if _places(ids, np.array([member]))[1].any() else 0,
    )


async def _count_asked(work: Work, member: int, since: datetime) -> int:
    put = select(func.count()).where(Question.community_id == work.community, Question.asker_id == member)
    put = put.where(Question.post != "", col(Question.posted_at) >= since, col(Question.posted_at) < work.now)
    in_rooms = select(func.count()).where(Asking.community_id == work.community, Asking.asker_id == member)
    in_rooms = in_rooms.where(col(Asking.at) >= since, col(Asking.at) < work.now)
    return (await work.session.exec(put)).one() + (await work.session.exec(in_rooms)).one()


def _counted(work: Work, since: datetime, until: datetime) -> Sequence[Any]:
    """Members who may be counted and were here at any time of it."""
    was_here = or_(col(Member.left_at).is_(None), col(Member.left_at) >= since)
    return Member.community_id == work.community, col(Member.is_counted), col(Member.joined_at) < until, was_here


def _numbered(words: Iterable[str], known: dict[str, int]) -> list[int]:
    """A number for each word, in the order in which they came; new ones join those that are known."""
    return [known.setdefault(word, len(known)) for word in words]


async def _ties(work: Work, ids: Numbers, since: datetime, until: datetime, *, of: int | None = None) -> Ties:
    """The ties between those who may be counted, with members as places in `ids`; `of` one member, or everybody."""
    found = tuple(bytearray() for _ in _COLUMNS)
    queries = [_seen(work, since, until), _confirmations(work, since, until), _answers(work, since, until)]
    for query in [*queries, *await _months(work, since, until)]:
        by, to = list(query.selected_columns)[:2]
        wanted = query if of is None else query.where(or_(by == of, to == of))
        async for rows in numbers_in_pieces(work.session, wanted.where(by.is_not(None), to.is_not(None))):
            for grown, column in zip(found, _only_known(ids, rows), strict=True):
                grown += column.tobytes()
    by, to, kind, at, counts = (np.frombuffer(grown, kind) for grown, kind in zip(found, _COLUMNS, strict=True))
    return Ties(by, to, kind, at, counts if (counts != 1).any() else None)


def _seen(work: Work, since: datetime, until: datetime) -> Any:
    """Asks for ties that were seen; like those below, for (by, to, kind, at, count), all of them numbers."""
    columns: Any = (Tie.from_id, Tie.to_id, _code(Tie.kind), microseconds(work.session, Tie.at), literal(1))
    return select(*columns).where(*_seen_within(work, since, until))


def _confirmations(work: Work, since: datetime, until: datetime) -> Any:
    """A member's word on a tip is a tie to those who found what works, once each, where they let their names stand."""
    at, kind = microseconds(work.session, Confirmation.at), literal(KINDS.index("confirmation"))
    columns: Any = (Confirmation.member_id, TipAuthor.member_id, kind, at, literal(1))
    query = select(*columns).join_from(Confirmation, TipAuthor, col(TipAuthor.tip_id) == col(Confirmation.tip_id))
    query = query.where(Confirmation.community_id == work.community, TipAuthor.community_id == work.community)
    query = query.where(col(Confirmation.at) >= since, col(Confirmation.at) < until, TipAuthor.part == "works")
    query = query.where(col(TipAuthor.consent).in_((Consent.OWN, Consent.YES)), col(TipAuthor.named).is_(True))
    return query.where(Confirmation.outcome != Outcome.NOT_HERE)


def _answers(work: Work, since: datetime, until: datetime) -> Any:
    """An answer is a tie to the asker, where they asked with their name."""
    at, kind = microseconds(work.session, Question.answered_at), literal(KINDS.index("answer"))
    columns: Any = (Question.answerer_id, Question.asker_id, kind, at, literal(1))
    query = select(*columns).where(Question.community_id == work.community, col(Question.named).is_(True))
    return query.where(col(Question.answered_at) >= since, col(Question.answered_at) < until)


async def _months(work: Work, since: datetime, until: datetime) -> list[Any]:
    """Asks for what was counted by months, for each month in a query; it stands in the middle of its month."""
    known = select(TieMonth.month).where(*_months_within(work, since, until)).distinct()
    found = []
    for month in (await work.session.exec(known)).all():
        middle = datetime.strptime(f"{month}-15", "%Y-%m-%d").replace(tzinfo=UTC)
        at = literal(int(middle.timestamp()) * SECOND, BigInteger)
        columns: Any = (TieMonth.from_id, TieMonth.to_id, _code(TieMonth.kind), at, TieMonth.count)
        found.append(select(*columns).where(TieMonth.community_id == work.community, TieMonth.month == month))
    return found


def _code(kind: Any) -> Any:
    return case({each: place for place, each in enumerate(TieKind)}, value=kind)


def _seen_within(work: Work, since: datetime, until: datetime) -> Sequence[Any]:
    return Tie.community_id == work.community, col(Tie.at) >= since, col(Tie.at) < until


def _months_within(work: Work, since: datetime, until: datetime) -> Sequence[Any]:
    months = (TieMonth.month >= month_of(since), TieMonth.month < month_of(until))
    return TieMonth.community_id == work.community, *months


def _only_known(ids: Numbers, rows: Numbers) -> list[np.ndarray]:
    """The columns of ties between those who may be counted, with members as places in `ids`."""
    by, by_known = _places(ids, rows[0])
    to, to_known = _places(ids, rows[1])
    kept = by_known & to_known & (by != to)
    columns = (by, to, rows[2], rows[3] // SECOND, rows[4])
    return [column[kept].astype(kind) for column, kind in zip(columns, _COLUMNS, strict=True)]


def _places(ids: Numbers, wanted: Numbers) -> tuple[np.ndarray, np.ndarray]:
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return places, ids[places] == wanted


async def _asked(work: Work, ids: Numbers, since: datetime, until: datetime) -> Asked:
    """What was put to everybody through the bot, and what was asked in rooms."""
    pieces = [each async for each in numbers_in_pieces(work.session, _put(work, since, until))]
    in_rooms = _asked_in_rooms(work, since, until)
    pieces += [_in_time(each) async for each in numbers_in_pieces(work.session, in_rooms)]
    askers, answerers, at, answered_at = together(pieces, 4)
    asker, asker_known = _places(ids, askers)
    answerer, answerer_known = _places(ids, answerers)
    return Asked(
        asker=np.where(asker_known, asker, -1),
        answerer=np.where(answerer_known, answerer, -1),
        at=_moments(at),
        answered_at=np.where(answered_at == _NONE, np.datetime64("NaT"), _moments(answered_at)),
    )


def _put(work: Work, since: datetime, until: datetime) -> Any:
    """Asks for (asker, answerer, asked at, answered at) of what was put to everybody through the bot."""
    moments = [microseconds(work.session, each) for each in (Question.posted_at, Question.answered_at)]
    columns: Any = [func.coalesce(each, _NONE) for each in (Question.asker_id, Question.answerer_id, *moments)]
    query = select(*columns).where(Question.community_id == work.community, Question.post != "")
    within = (col(Question.posted_at) >= since, col(Question.posted_at) < until)
    return query.where(*within).order_by(col(Question.id))


def _asked_in_rooms(work: Work, since: datetime, until: datetime) -> Any:
    """The same of questions in rooms: answered by whoever turned to the asker first in that room, and not in thanks."""
    answer = aliased(Tie)
    later = select(Tie.id).where(Tie.community_id == work.community, Tie.to_id == Asking.asker_id)
    later = later.where(Tie.channel == Asking.channel, col(Tie.kind).in_(ANSWERS), col(Tie.at) >= col(Asking.at))
    first = later.order_by(col(Tie.at), col(Tie.id)).limit(1).correlate(Asking).scalar_subquery()
    moments = [microseconds(work.session, each) for each in (Asking.at, answer.at)]
    columns: Any = [func.coalesce(each, _NONE) for each in (Asking.asker_id, answer.from_id, *moments)]
    query = select(*columns).select_from(Asking).outerjoin(answer, col(answer.id) == first)
    within = (col(Asking.at) >= since, col(Asking.at) < until)
    return query.where(Asking.community_id == work.community, *within).order_by(col(Asking.id))


def _in_time(rows: Numbers) -> Numbers:
    """Questions as unanswered whose answer came too late to be one."""
    rows = rows.copy()
    rows[1::2, rows[3] - rows[2] > ANSWERED_WITHIN // timedelta(microseconds=1)] = _NONE
    return rows


async def _newcomers(work: Work, since: datetime, until: datetime) -> Sequence[int]:
    query = select(Newcomer.member_id).where(Newcomer.community_id == work.community)
    return (await work.session.exec(query.where(col(Newcomer.began_at) >= since, col(Newcomer.began_at) < until))).all()


async def _channels(work: Work, since: datetime, until: datetime) -> int:
    """In how many channels ties were seen or counted."""
    seen = select(Tie.channel).where(*_seen_within(work, since, until)).distinct()
    counted = select(TieMonth.channel).where(*_months_within(work, since, until)).distinct()
    found = {channel for query in (seen, counted) for channel in (await work.session.exec(query)).all()}
    return len(found - {""})


async def _uncounted(work: Work) -> int:
    query = select(func.count()).where(Member.community_id == work.community, col(Member.is_counted).is_(False))
    return (await work.session.exec(query.where(col(Member.left_at).is_(None)))).one()


def _moments(since_1970: Numbers) -> Moments:
    """Moments in whole seconds, from microseconds."""
    return (since_1970 // SECOND).astype("datetime64[s]")

"""Pairs: a newcomer and a companion who shows them round, from being named to each other until one has enough."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, or_, select

from knowledge.models import Member, Pair, PairState
from knowledge.store.engine import write_once
from knowledge.store.work import Work

OPEN_STATES = (PairState.NAMED, PairState.ASKED, PairState.AGREED)
"""States in which a companion has a newcomer on their hands, or may have soon."""

WAITING_STATES = (PairState.NAMED, PairState.ASKED, PairState.PASSED)
"""States that say nothing of whether the companion answers."""

COUNTED_DAYS = 182
"""What somebody did as a companion counts so long when the next is chosen: half a year (ours)."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a companion has on their hands.

    Attributes:
        open: newcomers now, or maybe soon.
        lately: newcomers for whom they were asked in the last half-year, whatever came of it.
        silent: of these, how many in a row and last they left without a word.
    """

    open: int = 0
    lately: int = 0
    silent: int = 0


async def companions(work: Work) -> list[Member]:
    """Lists those who said that they show newcomers round and are here."""
    query = select(Member).where(Member.community_id == work.community, col(Member.left_at).is_(None))
    return list(
        (await work.session.exec(query.where(col(Member.shows_round).is_(True)).order_by(col(Member.id)))).all()
    )


async def loads(work: Work) -> dict[int, Load]:
    """Says how much each companion has on their hands."""
    after = work.now - timedelta(days=COUNTED_DAYS)
    query = select(Pair.companion_id, Pair.state).where(Pair.community_id == work.community, Pair.at > after)
    found: dict[int, Load] = {}
    for companion, state in (await work.session.exec(query.order_by(col(Pair.at), col(Pair.id)))).all():
        load = found.get(companion, Load())
        silent = load.silent + 1 if state is PairState.LAPSED else load.silent if state in WAITING_STATES else 0
        found[companion] = Load(
            load.open + (state in OPEN_STATES), load.lately + (state is not PairState.PASSED), silent
        )
    return found


async def pairs_of(work: Work, newcomers: Collection[int]) -> dict[int, list[Pair]]:
    """Lists the pairs of newcomers, the newest first, by newcomer."""
    query = select(Pair).where(Pair.community_id == work.community, col(Pair.newcomer_id).in_(newcomers))
    found: dict[int, list[Pair]] = {newcomer: [] for newcomer in newcomers}
    for row in (await work.session.exec(query.order_by(col(Pair.id).desc()))).all():
        found[row.newcomer_id].append(row)
    return found


async def shown_round_by(work: Work, companion: int) -> list[Pair]:
    """Lists the newcomers that a companion has on their hands, the oldest first."""
    query = select(Pair).where(Pair.community_id == work.community, Pair.companion_id == companion)
    return list((await work.session.exec(query.where(col(Pair.state).in_(OPEN_STATES)).order_by(col(Pair.id)))).all())


async def find_pair(work: Work, pair: int) -> Pair | None:
    """Finds a pair by id."""
    return (await work.session.exec(select(Pair).where(Pair.community_id == work.community, Pair.id == pair))).first()


async def name_companion(work: Work, newcomer: int, companion: int) -> Pair:
    """Notes that a newcomer is told of a companion; the two are never brought together twice."""
    row = Pair(
        community_id=work.community, newcomer_id=newcomer, companion_id=companion, began_at=work.now, at=work.now
    )
    await write_once(work.session, row)
    query = select(Pair).where(Pair.community_id == work.community, Pair.newcomer_id == newcomer)
    return (await work.session.exec(query.where(Pair.companion_id == companion))).one()


async def change_pair(work: Work, pair: Pair, state: PairState, *, room: str = "", thread: str = "") -> None:
    """Notes where two are with each other; `room` and `thread` say where they talk."""
    pair.state, pair.at = state, work.now
    if room:
        pair.room, pair.thread = room, thread
    await work.session.flush()


async def unsettled(work: Work) -> list[Pair]:
    """Lists the pairs that are not over, the oldest first."""
    query = select(Pair).where(Pair.community_id == work.community, col(Pair.state).in_(OPEN_STATES))
    return list((await work.session.exec(query.order_by(col(Pair.id)))).all())


async def note_spoke(work: Work, member: int, room: str, thread: str, at: datetime) -> None:
    """Notes that one of two wrote in the conversation that was opened for them; not what."""
    query = select(Pair).where(Pair.community_id == work.community, Pair.state == PairState.AGREED, Pair.room == room)
    query = query.where(
        col(Pair.thread).in_(("", thread)), or_(Pair.newcomer_id == member, Pair.companion_id == member)
    )
    pair = (await work.session.exec(query)).first()
    if pair is not None and pair.newcomer_id == member:
        pair.newcomer_spoke_at = at
    elif pair is not None:
        pair.companion_spoke_at = at
    await work.session.flush()


def pair_mark(pair: Pair) -> str:
    """What tells a pair from every other, also from one whose id it has because that one is gone."""
    return f"{pair.id}:{pair.began_at:%Y-%m-%dT%H:%M:%S}"


def pair_id(pair: Pair) -> int:
    """The id of a pair that has been written."""
    assert pair.id is not None
    return pair.id

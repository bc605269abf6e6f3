"""Newcomers: who is on the way in, which steps they were offered and took, and numbers of it for coordinators."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from knowledge.models import Account, FirstWord, Member, Newcomer, Step, StepState, StepTaken, WayState
from knowledge.store.engine import write_once
from knowledge.store.work import FORGET, Work

HEARD_DAYS = 90
"""For so long after somebody came their first words in a room are listened for (ours)."""


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many newcomers took a step, and how many were offered it."""

    taken: int
    offered: int


async def begin_way(work: Work, member: int, *, look_at: datetime) -> bool:
    """Begins somebody's way in; False where it was begun before, however long ago."""
    row = Newcomer(community_id=work.community, member_id=member, began_at=work.now, look_at=look_at)
    begun = await write_once(work.session, row)
    work.session.info[FORGET] = True
    return begun


async def find_newcomer(work: Work, member: int) -> Newcomer | None:
    """Finds how far somebody is on the way in; None for who never was new here."""
    query = select(Newcomer).where(Newcomer.community_id == work.community, Newcomer.member_id == member)
    return (await work.session.exec(query)).first()


async def due_newcomers(work: Work, *, since: datetime, limit: int = 300) -> list[tuple[Newcomer, Member]]:
    """Lists newcomers who came since then and for whom it is to be looked now, the longest due first."""
    query = select(Newcomer, Member).join(Member, col(Member.id) == col(Newcomer.member_id))
    query = query.where(Newcomer.community_id == work.community, Newcomer.began_at > since)
    query = query.where(Newcomer.look_at <= work.now, col(Member.left_at).is_(None))
    rows = await work.session.exec(query.order_by(col(Newcomer.look_at), col(Newcomer.id)).limit(limit))
    return [(newcomer, member) for newcomer, member in rows.all()]


async def on_the_way(work: Work) -> set[int]:
    """Lists the members who are on the way in now."""
    query = select(Newcomer.member_id).where(Newcomer.community_id == work.community)
    return set((await work.session.exec(query.where(Newcomer.state == WayState.GOING))).all())


async def change_way(work: Work, member: int, **changes: Any) -> None:
    """Changes somebody's way in: `state`, `look_at`, `named_at`."""
    row = await find_newcomer(work, member)
    if row is not None:
        for name, value in changes.items():
            setattr(row, name, value)
        await work.session.flush()


async def named_since(work: Work, since: datetime) -> list[tuple[Member, datetime]]:
    """Lists newcomers who are here and agreed since then that others are told, with when, the newest first."""
    query = select(Member, Newcomer.named_at).join(Newcomer, col(Newcomer.member_id) == col(Member.id))
    query = query.where(Newcomer.community_id == work.community, col(Newcomer.named_at) > since)
    query = query.where(col(Member.left_at).is_(None)).order_by(col(Newcomer.named_at).desc(), col(Member.id))
    return [(member, named_at) for member, named_at in (await work.session.exec(query)).all() if named_at is not None]


async def steps_of(work: Work, members: Collection[int]) -> dict[int, dict[Step, StepTaken]]:
    """Gives the steps that members were offered or took, by member."""
    query = select(StepTaken).where(StepTaken.community_id == work.community, col(StepTaken.member_id).in_(members))
    found: dict[int, dict[Step, StepTaken]] = {member: {} for member in members}
    for row in (await work.session.exec(query)).all():
        found[row.member_id][Step(row.step)] = row
    return found


async def note_step(work: Work, member: int, step: Step, state: StepState) -> StepTaken:
    """Notes where a step is; one that is offered counts as offered once more."""
    row = (await steps_of(work, [member]))[member].get(step)
    if row is None:
        row = StepTaken(community_id=work.community, member_id=member, step=step, state=state, at=work.now)
        work.session.add(row)
    row.state, row.at = state, work.now
    row.times += state is StepState.OFFERED
    await work.session.flush()
    return row


async def describe_step(work: Work, member: int, step: Step, **about: Any) -> None:
    """Notes what a step that was offered is about: `because`, `tip_id`, `about`."""
    row = (await steps_of(work, [member]))[member].get(step)
    if row is not None:
        for name, value in about.items():
            setattr(row, name, value)
        await work.session.flush()


async def awaited(work: Work) -> tuple[frozenset[str], frozenset[str]]:
    """Gives the accounts whose first words in a room are still to come, and the rooms where some wait for an answer."""
    after = work.now - timedelta(days=HEARD_DAYS)
    came = select(Newcomer.member_id).where(Newcomer.community_id == work.community, Newcomer.began_at > after)
    spoke = select(FirstWord.member_id).where(FirstWord.community_id == work.community, FirstWord.at > after)
    silent = set((await work.session.exec(came)).all()) - set((await work.session.exec(spoke)).all())
    keys = select(Account.key).where(Account.community_id == work.community, col(Account.member_id).in_(silent))
    rooms = select(FirstWord.room).where(FirstWord.community_id == work.community, col(FirstWord.settled_at).is_(None))
    new_here = (await work.session.exec(keys)).all() if silent else ()
    return frozenset(new_here), frozenset((await work.session.exec(rooms)).all())


async def count_steps(work: Work, since: datetime) -> tuple[int, dict[Step, StepCount]]:
    """Counts who came since then, and of these how many were offered and took each step."""
    came = select(Newcomer.member_id).where(Newcomer.community_id == work.community, Newcomer.began_at > since)
    query = select(StepTaken).where(StepTaken.community_id == work.community, col(StepTaken.member_id).in_(came))
    rows = (await work.session.exec(query)).all()
    total = (await work.session.exec(select(func.count()).select_from(came.subquery()))).one()
    return total, {step: _count([row for row in rows if row.step == step]) for step in Step}


def _count(rows: Sequence[StepTaken]) -> StepCount:
    taken = sum(row.state is StepState.TAKEN for row in rows)
    return StepCount(taken, sum(row.times > 0 for row in rows))

"""Tips that look alike, and of which a coordinator said that they are not the same."""

from collections.abc import Collection

from sqlmodel import col, or_, select

from knowledge.models import NotSame, Tip, TipState
from knowledge.store.engine import write_once
from knowledge.store.known import form_of, tags_of, tip_id
from knowledge.store.work import Work
from knowledge.tips import TipForm


async def changed_lately(work: Work, *, at_most: int) -> list[tuple[int, int, TipForm]]:
    """Lists (id, change, parts) of the live tips that changed last, the newest change first."""
    query = select(Tip).where(Tip.community_id == work.community, Tip.state == TipState.LIVE)
    rows = (await work.session.exec(query.order_by(col(Tip.changed).desc()).limit(at_most))).all()
    tags = await tags_of(work, [tip_id(row) for row in rows])
    return [(tip_id(row), row.changed, form_of(row, tags.get(tip_id(row), ()))) for row in rows]


async def note_not_same(work: Work, one: int, other: int) -> None:
    """Notes that two tips (ids) are not the same; saying it twice changes nothing."""
    first, second = sorted((one, other))
    await write_once(work.session, NotSame(community_id=work.community, first_id=first, second_id=second, at=work.now))


async def take_back_not_same(work: Work, one: int, other: int) -> None:
    """Takes back that two tips are not the same."""
    first, second = sorted((one, other))
    query = select(NotSame).where(NotSame.community_id == work.community)
    row = (await work.session.exec(query.where(NotSame.first_id == first, NotSame.second_id == second))).first()
    if row is not None:
        await work.session.delete(row)


async def not_same(work: Work, tips: Collection[int]) -> set[tuple[int, int]]:
    """Lists the pairs that are not the same and of which one is among `tips` (ids), the lower id first."""
    query = select(NotSame.first_id, NotSame.second_id).where(NotSame.community_id == work.community)
    query = query.where(or_(col(NotSame.first_id).in_(tips), col(NotSame.second_id).in_(tips)))
    return set((await work.session.exec(query)).all())

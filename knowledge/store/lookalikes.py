"""Tips that look alike, and of which a coordinator said that they are not the same."""

from collections.abc import Collection

from sqlmodel import col, or_, select

from knowledge.models import NotSame
from knowledge.store.engine import write_once
from knowledge.store.work import Work


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

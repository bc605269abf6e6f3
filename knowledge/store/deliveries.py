"""What platforms delivered, so that a repeat is dropped and a crash half-way is made good by the next repeat."""

from datetime import timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select, update

from knowledge.models import Delivery, JobRun
from knowledge.store.work import Work

HANDLING_SECONDS = 60
"""After this long without an end, a handler is taken to have died with its process (platforms want an answer in 3)."""


async def take_delivery(work: Work, key: str) -> bool:
    """Claims an event. False where it was handled, or is being handled now, by any process."""
    row = Delivery(key=key, community_id=work.community, at=work.now)
    if await _insert_once(work, row):
        return True
    stale = (
        update(Delivery)
        .where(col(Delivery.key) == key, col(Delivery.community_id) == work.community)
        .where(col(Delivery.done_at).is_(None), col(Delivery.at) < work.now - timedelta(seconds=HANDLING_SECONDS))
        .values(at=work.now)
    )
    return bool((await work.session.exec(stale)).rowcount)


async def finish_delivery(work: Work, key: str) -> None:
    """Notes that an event was handled, well or not: it is not handled again."""
    query = select(Delivery).where(Delivery.key == key, Delivery.community_id == work.community)
    row = (await work.session.exec(query)).first()
    if row is not None:
        row.done_at = work.now


async def claim_run(work: Work, job: str, period: str) -> bool:
    """Claims one run of a scheduled job. Whoever gets True, runs it; everybody else gets False."""
    return await _insert_once(work, JobRun(community_id=work.community, job=job, period=period, at=work.now))


async def _insert_once(work: Work, row: Delivery | JobRun) -> bool:
    values = {name: value for name, value in row.model_dump().items() if value is not None}
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(type(row)).values(**values).on_conflict_do_nothing()
    return bool((await work.session.exec(statement)).rowcount)

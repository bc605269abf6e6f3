"""What platforms delivered, so that a repeat is dropped and a crash half-way is made good by the next repeat."""

from datetime import timedelta

from sqlmodel import col, select, update

from knowledge.models import Delivery
from knowledge.store.engine import write_once
from knowledge.store.work import Work

HANDLING_SECONDS = 60
"""After this long without an end, a handler is taken to have died with its process (platforms want an answer in 3)."""


async def take_delivery(work: Work, key: str) -> bool:
    """Claims an event. False where it was handled, or is being handled now, by any process."""
    if await write_once(work.session, Delivery(key=key, community_id=work.community, at=work.now)):
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

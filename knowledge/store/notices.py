"""The outbox's rows: what is owed to members, written in the transaction that makes it so."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from knowledge.models import Notice, NoticeState
from knowledge.store.work import Store, Work

TRIES = 8
"""After so many tries a notice is dropped; with `WAITS_SECONDS` that is most of two days."""

WAITS_SECONDS = (0, 30, 120, 600, 3_600, 14_400, 43_200, 86_400)
"""How long to wait before each further try."""


async def owe(work: Work, name: str, member: int, subject: dict[str, Any], *, once: str) -> None:
    """Owes a member a notice. The same `once` is never owed twice."""
    query = select(Notice).where(Notice.community_id == work.community, Notice.once == once)
    if (await work.session.exec(query)).first() is None:
        work.session.add(
            Notice(
                community_id=work.community, name=name, member_id=member, subject=subject, once=once, due_at=work.now
            )
        )
        await work.session.flush()


async def communities_with_due(store: Store, now: datetime) -> list[int]:
    """Lists the communities that owe somebody something now."""
    async with store.session(reading=True) as session:
        query = select(Notice.community_id).where(Notice.state == NoticeState.PENDING, Notice.due_at <= now).distinct()
        return list((await session.exec(query)).all())


async def due_notices(work: Work, *, limit: int = 50) -> list[Notice]:
    """Lists what is due, oldest first."""
    query = (
        select(Notice)
        .where(Notice.community_id == work.community, Notice.state == NoticeState.PENDING, Notice.due_at <= work.now)
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit)
    )
    return list((await work.session.exec(query)).all())


async def take_notice(work: Work, notice: int) -> Notice | None:
    """Takes a due notice for one try; no other process takes it before its next try is due."""
    query = select(Notice).where(Notice.id == notice, Notice.community_id == work.community).with_for_update()
    row = (await work.session.exec(query)).first()
    if row is None or row.state is not NoticeState.PENDING or row.due_at > work.now:
        return None
    row.tries += 1
    row.due_at = work.now + timedelta(seconds=WAITS_SECONDS[min(row.tries, len(WAITS_SECONDS) - 1)])
    return row


async def settle_notice(work: Work, notice: int, *, sent: bool) -> None:
    """Notes that a notice was sent, or will not be."""
    query = select(Notice).where(Notice.id == notice, Notice.community_id == work.community)
    row = (await work.session.exec(query)).first()
    if row is not None:
        row.state = NoticeState.SENT if sent else NoticeState.DROPPED
        row.sent_at = work.now if sent else None


async def last_sent(work: Work, name: str, member: int) -> datetime | None:
    """Says when a member was last owed a notice of this name."""
    query = (
        select(Notice.due_at)
        .where(Notice.community_id == work.community, Notice.name == name, Notice.member_id == member)
        .order_by(col(Notice.due_at).desc())
        .limit(1)
    )
    return (await work.session.exec(query)).first()


async def was_met(work: Work, member: int) -> bool:
    """Whether a member was sent anything before: at first meeting the bot says what it is."""
    query = select(Notice.id).where(
        Notice.community_id == work.community, Notice.member_id == member, Notice.state == NoticeState.SENT
    )
    return (await work.session.exec(query.limit(1))).first() is not None

"""How long things are kept: what is old goes, a piece at a time, so that nobody waits long for a sweep.

Old ties become a count of their month. Tips, questions and what members said stay until somebody deletes them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select

from knowledge.models import (
    Asking,
    AuditEntry,
    BrowserSession,
    Delivery,
    FirstWord,
    ImportPart,
    JobRun,
    LinkCode,
    Notice,
    NoticeState,
    Pair,
    SignIn,
    Tie,
    TieKind,
    TieMonth,
)
from knowledge.store.engine import is_postgresql
from knowledge.store.sign_ins import LONGEST
from knowledge.store.ties import KEPT_DAYS, month_of
from knowledge.store.work import Work

DELIVERY_DAYS = 30
"""Keys of handled events and of job runs are kept so long: no platform delivers again, no grace lasts longer (ours)."""

RECORD_DAYS = 400
"""So long it is kept what was sent to whom (ours: what a year is compared with)."""

AT_MOST = 5_000
"""Rows that one sweep takes away, so that SQLite's other writers wait for a moment only (ours)."""

IN_ONE_STATEMENT = 1_000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows went, by table; `is_more` where another sweep would find more."""

    rows: dict[str, int]
    is_more: bool


async def sweep(work: Work, *, at_most: int = AT_MOST) -> Swept:
    """Takes away what is older than it may be; never touches what still counts for anybody's week."""
    left = at_most
    gone: dict[str, int] = {"tie": await roll_up(work, at_most=left)}
    left -= gone["tie"]
    records, deliveries, ties = (work.now - timedelta(days=days) for days in (RECORD_DAYS, DELIVERY_DAYS, KEPT_DAYS))
    settled = col(Notice.state).in_((NoticeState.SENT, NoticeState.DROPPED))
    old: Sequence[tuple[type[SQLModel], Any, Any]] = (
        (Delivery, col(Delivery.key), col(Delivery.at) < deliveries),
        (JobRun, col(JobRun.id), col(JobRun.at) < deliveries),
        (Notice, col(Notice.id), settled & (col(Notice.due_at) < records)),
        (Asking, col(Asking.id), col(Asking.at) < ties),
        (FirstWord, col(FirstWord.id), col(FirstWord.at) < records),
        (Pair, col(Pair.id), col(Pair.at) < records),
        (ImportPart, col(ImportPart.id), col(ImportPart.done_at) < records),
        (LinkCode, col(LinkCode.digest), col(LinkCode.expires_at) < work.now),
        (SignIn, col(SignIn.digest), col(SignIn.expires_at) < work.now),
        (BrowserSession, col(BrowserSession.digest), col(BrowserSession.begun_at) < work.now - LONGEST),
        (AuditEntry, col(AuditEntry.id), col(AuditEntry.at) < records),
    )
    for table, key, is_old in old:
        query = select(key).where(table.community_id == work.community, is_old).limit(left)  # type: ignore[attr-defined]
        keys = (await work.session.exec(query)).all() if left > 0 else []
        await _delete(work, table, key, keys)
        gone[table.__name__.lower()] = len(keys)
        left -= len(keys)
    return Swept(gone, left <= 0)


async def roll_up(work: Work, *, at_most: int = AT_MOST) -> int:
    """Makes the oldest ties that are past their time counts of their months; says how many went."""
    query = select(Tie).where(Tie.community_id == work.community, Tie.at < work.now - timedelta(days=KEPT_DAYS))
    old = (await work.session.exec(query.order_by(col(Tie.at), col(Tie.id)).limit(at_most))).all()
    counts = Counter((month_of(tie.at), tie.from_id, tie.to_id, tie.kind, tie.channel) for tie in old)
    await add_to_months(work, counts)
    await _delete(work, Tie, col(Tie.id), [tie.id for tie in old])
    return len(old)


async def add_to_months(work: Work, counts: Mapping[tuple[str, int, int, TieKind, str], int]) -> None:
    """Adds counts to those of months: by month (`2026-03`), who, towards whom, how and in which channel."""
    names = ("month", "from_id", "to_id", "kind", "channel")
    rows = [
        {**dict(zip(names, which, strict=True)), "community_id": work.community, "count": count}
        for which, count in counts.items()
    ]
    if rows:
        insert: Any = (postgresql.insert if is_postgresql(work.session) else sqlite.insert)(TieMonth)
        added = {"count": TieMonth.count + insert.excluded.count}
        adding = insert.on_conflict_do_update(index_elements=["community_id", *names], set_=added)
        await (await work.session.connection()).execute(adding, rows)


async def _delete(work: Work, table: type[SQLModel], key: Any, keys: Sequence[Any]) -> None:
    for start in range(0, len(keys), IN_ONE_STATEMENT):
        some = key.in_(keys[start : start + IN_ONE_STATEMENT])
        await work.session.exec(delete(table).where(table.community_id == work.community, some))  # type: ignore[attr-defined]

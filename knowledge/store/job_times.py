"""When each job of each community is due next, and which runs were claimed.

What is due is asked from rows, by time: a tick costs what is due, not what exists.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, or_, select

from knowledge.models import Community, JobRun, JobTime
from knowledge.store.engine import write_once
from knowledge.store.work import Store, Work

FAR = timedelta(days=8)
"""Nothing is due later than a week: a row that says so was written while a clock was wrong, and is looked at anew."""


async def due_jobs(store: Store, now: datetime, *, limit: int = 500) -> list[JobTime]:
    """Lists what is due now in any community, longest due first."""
    async with store.session(reading=True) as session:
        query = select(JobTime).where(or_(col(JobTime.next_at) <= now, col(JobTime.next_at) > now + FAR))
        return list((await session.exec(query.order_by(col(JobTime.next_at), col(JobTime.id)).limit(limit))).all())


async def newest_community(store: Store) -> int:
    """The highest id of a community; 0 where there is none."""
    async with store.session(reading=True) as session:
        return (await session.exec(select(func.max(Community.id)))).one() or 0


async def add_jobs(work: Work, jobs: Sequence[str]) -> None:
    """Notes jobs of the community that are not known yet, to be looked at now."""
    rows = [{"community_id": work.community, "job": job, "rule": "", "next_at": work.now} for job in jobs]
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    if rows:
        await work.session.exec(insert(JobTime).values(rows).on_conflict_do_nothing())


async def take_job(work: Work, job: str) -> JobTime | None:
    """Gives a job's row to this work alone; None where it is not due any more."""
    query = select(JobTime).where(JobTime.community_id == work.community, JobTime.job == job).with_for_update()
    row = (await work.session.exec(query.execution_options(populate_existing=True))).first()
    return None if row is None or work.now < row.next_at <= work.now + FAR else row


async def set_next(work: Work, job: str, *, rule: str, at: datetime) -> None:
    """Notes when a job is due next, and what that was worked out from."""
    row = update(JobTime).where(col(JobTime.community_id) == work.community, col(JobTime.job) == job)
    await work.session.exec(row.values(rule=rule, next_at=at))


async def ask_again(work: Work) -> None:
    """Has every job of the community looked at now, because what its times are worked out from has changed."""
    rows = update(JobTime).where(col(JobTime.community_id) == work.community, col(JobTime.next_at) > work.now)
    await work.session.exec(rows.values(next_at=work.now))


async def begin_from(store: Store, now: datetime) -> None:
    """Lets every job begin with its next time: what was due before, some process may have done after a backup."""
    async with store.session() as session:
        await session.exec(update(JobTime).values(rule="", next_at=now))


async def claim_run(work: Work, job: str, period: str) -> bool:
    """Claims one run of a job. Whoever gets True, runs it in this same piece of work; everybody else gets False."""
    return await write_once(work.session, JobRun(community_id=work.community, job=job, period=period, at=work.now))

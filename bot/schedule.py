"""Runs the features' jobs once at every time that they are due, whatever crashes and however many processes tick.

A tick asks which rows are due. For each it claims the occasion, by its local time, lets the job write what it has to
write, and notes when it is due next: all in one transaction, so that a job whose process dies was never begun and one
that is done is never done again. A job only writes; what it has to say it owes to the outbox.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from bot.errors import report
from bot.feature import Context, Job
from bot.logs import speaking_of
from bot.metrics import count_job
from bot.services import Services
from bot.times import When, period_of
from knowledge.models import JobTime
from knowledge.store import StoreUnavailable, communities, job_times
from knowledge.zones import zone_of

AGAIN = timedelta(minutes=5)
"""A job that failed is run again after so long, as long as it is within its grace."""

_log = logging.getLogger("tacit.schedule")


class Schedule:
    """Ticks.

    Args:
        services: what contexts are made of.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._jobs = {
            f"{feature.name}.{route.name}": route
            for feature in services.features
            for route in feature.routes
            if isinstance(route, Job)
        }
        self._newest = 0

    async def tick(self) -> None:
        """Runs every job that is due. Never raises."""
        try:
            await self._know_new_communities()
            for row in await job_times.due_jobs(self._services.store, self._services.clock()):
                if row.job in self._jobs:
                    with speaking_of(community=row.community_id, job=row.job):
                        await self._tick_job(row)
        except Exception as error:
            report(error, "tick", _log)

    async def _know_new_communities(self) -> None:
        store, now = self._services.store, self._services.clock()
        newest = await job_times.newest_community(store)
        if newest != self._newest:
            for community, _ in await communities.list_communities(store):
                if community > self._newest:
                    async with store.write(community, now) as work:
                        await job_times.add_jobs(work, list(self._jobs))
            self._newest = newest

    async def _tick_job(self, row: JobTime) -> None:
        context = await self._services.context(row.community_id)
        try:
            if await self._run_if_due(context, row.job):
                count_job(row.job, "done")
        except StoreUnavailable as error:
            _log.warning("job waits name=%s: %s", row.job, error)
            count_job(row.job, "waits")
        except Exception as error:
            report(error, f"job {row.job}", _log)
            count_job(row.job, "failed")
            await self._try_again(context, row)

    async def _run_if_due(self, context: Context, name: str) -> bool:
        job = self._jobs[name]
        async with context.write() as work:
            row = await job_times.take_job(work, name)
            if row is None:
                return False
            options = await communities.options(work)
            when = self._when(job, context, name)
            zone = zone_of(options.time_zone)
            rule = when.rule(zone)
            due = when.newest(context.now, zone) if row.rule == rule else None
            await job_times.set_next(work, name, rule=rule, at=when.next_after(context.now, zone))
            if due is None or not await job_times.claim_run(work, name, period_of(due, zone)):
                return False
            await job.run(replace(context, options=options, due=due), work)
            return True

    async def _try_again(self, context: Context, row: JobTime) -> None:
        """Has a job that failed run again soon, within its grace; then it waits for its next time."""
        zone = zone_of(context.options.time_zone)
        when = self._when(self._jobs[row.job], context, row.job)
        soon = context.now + AGAIN
        later = when.next_after(context.now, zone)
        async with context.write() as work:
            at = min(soon, later) if when.newest(soon, zone) else later
            await job_times.set_next(work, row.job, rule=when.rule(zone), at=at)

    def _when(self, job: Job, context: Context, name: str) -> When:
        when = job.when if isinstance(job.when, When) else job.when(context.options)
        return when.spread(f"{context.community}:{name}")

"""Runs the features' jobs once in every period, whatever crashes and however many processes tick.

A tick asks which hour, day and week it is in the community's time zone and claims each job's run for it; whoever
inserts the claim, runs it. Work that is due is found from rows, so a run that was missed is made good by the next.
"""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import report
from bot.feature import Job, Period
from bot.services import Services
from knowledge.store import communities, deliveries

_log = logging.getLogger("tacit.schedule")


class Schedule:
    """Ticks.

    Args:
        services: what contexts are made of.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._jobs = [
            (f"{feature.name}.{route.name}", route)
            for feature in services.features
            for route in feature.routes
            if isinstance(route, Job)
        ]

    async def tick(self) -> None:
        """Runs every job whose period has no run yet. Never raises."""
        try:
            for community, _ in await communities.list_communities(self._services.store):
                await self._tick_community(community)
        except Exception as error:
            report(error, "tick", _log)

    async def _tick_community(self, community: int) -> None:
        context = await self._services.context(community)
        local = context.now.astimezone(ZoneInfo(context.options.time_zone))
        for name, job in self._jobs:
            async with context.write() as work:
                claimed = await deliveries.claim_run(work, name, _period(job.every, local))
            if claimed:
                try:
                    await job.run(context)
                except Exception as error:
                    report(error, f"job {name}", _log)


def _period(every: Period, local: datetime) -> str:
    forms = {"hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d", "week": "%G-W%V"}
    return local.strftime(forms[every])

"""When a job is due: a rule in the community's own time, and the moments that it gives. Pure.

A moment is known by its local time (`2026-10-25T02:30`): when clocks go back, the hour that comes twice is one
occasion; when they go forward, what was due in the hour that is left out comes right after it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class When:
    """How often and when a job is due.

    Attributes:
        hour: 0 to 23, or None for every hour.
        minute: 0 to 59, or None for any: the schedule spreads communities over the hour.
        day: one of `DAYS`, or empty for every day.
        grace: how long after its time a run that was missed is still made good; of several, the newest only.
    """

    hour: int | None = None
    minute: int | None = None
    day: str = ""
    grace: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if self.day not in ("", *DAYS) or not 0 <= (self.hour or 0) <= 23 or not 0 <= (self.minute or 0) <= 59:
            raise ValueError("a day from mon to sun, an hour from 0 to 23, a minute from 0 to 59")

    def spread(self, name: str) -> "When":
        """The same with a minute of its own where none was chosen, so that not all is due at once."""
        minute = crc32(name.encode()) % 60 if self.minute is None else self.minute
        return When(self.hour, minute, self.day, self.grace)

    def rule(self, zone: ZoneInfo) -> str:
        """The rule as one text: two that differ give other moments."""
        return f"{self.day or 'daily'} {'*' if self.hour is None else self.hour}:{self.minute} {zone.key}"

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first moment after `moment`, aware UTC."""
        hour = "*" if self.hour is None else self.hour
        trigger = CronTrigger(day_of_week=self.day or "*", hour=hour, minute=self.minute or 0, timezone=zone)
        found = trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
        assert found is not None, "a rule without a year has a next moment"
        return datetime.fromtimestamp(found.timestamp(), UTC)

    def newest(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The newest moment up to `now` that is within the grace, if any."""
        newest = None
        moment = now - self.grace - timedelta(microseconds=1)
        while (moment := self.next_after(moment, zone)) <= now:
            newest = moment
        return newest


HOURLY = When()
DAILY = When(hour=9, grace=timedelta(hours=12))


def period_of(moment: datetime, zone: ZoneInfo) -> str:
    """The local time of a moment, by which it is known."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")

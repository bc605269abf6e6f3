"""Of which time a report is asked for: the last days, a month, or from one day to another. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.features.reports.reading import months_before
from bot.features.reports.rules import DAYS, LONGEST_DAYS, Period, period_named
from bot.features.reports.sides import By

SHORTEST_DAYS = 7
"""The shortest time that the page tells of (ours: what is said of a day is about single people)."""

FIRST_YEAR = 2000
"""Nothing that is counted is older. Source: `bot.features.reports.rules.period_named`."""

LAST = (DAYS, 91, 365)
"""Days that are offered: a month, a quarter, a year."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen.

    Attributes:
        by: by what pictures tell people apart.
        fields: the time as it stands in an address.
        period: the time; None where it can't be told of, and then `error` is the key of the sentence that says why.
        is_past: whether it is over.
    """

    by: By
    fields: Mapping[str, str]
    period: Period | None
    error: str = ""
    is_past: bool = False

    @property
    def query(self) -> str:
        """The time in an address, without by what."""
        return urlencode(self.fields)


def chosen_from(given: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Chosen:
    """What an address or a form asks for; the last month for nothing."""
    by = By.PLACE if given.get("by") == By.PLACE else By.PRACTICE
    names = next((each for each in (("month",), ("since", "until"), ("days",)) if any(map(given.get, each))), ("days",))
    fields = {name: given.get(name, "")[:10] for name in names} if any(map(given.get, names)) else {"days": str(DAYS)}
    period = _period(fields, now, zone)
    if period is None:
        return Chosen(by, fields, None, "web.report.no_such_time")
    days = (period.until - period.since) / timedelta(days=1)
    if days > LONGEST_DAYS + 0.1:
        return Chosen(by, fields, None, "web.report.too_long")
    if days < SHORTEST_DAYS - 0.1:  # a week in which clocks go forward is an hour shorter
        return Chosen(by, fields, None, "web.report.too_short")
    return Chosen(by, fields, period, is_past="days" not in fields and period.until < now)


def months_offered(now: datetime) -> Sequence[datetime]:
    """The first moments of the months of a trend, the newest first."""
    return [since for since, _ in reversed(months_before(now))]


def _period(fields: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Period | None:
    if "month" in fields:
        return period_named(fields["month"], now, zone) if fields["month"][:2] == "20" else None
    if "days" in fields:
        said = fields["days"]
        return (
            Period(now - timedelta(days=int(said)), now)
            if said.isascii() and said.isdigit() and len(said) < 5
            else None
        )
    try:
        first, last = (date.fromisoformat(fields[name]) for name in ("since", "until"))
    except ValueError:
        return None
    if not FIRST_YEAR <= first.year <= last.year < FIRST_YEAR + 100 or first > last:
        return None
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return Period(since, min(until, now)) if since < now else None

"""The moment that somebody names in their own words ("Thursday 3pm", "24.11. 15 Uhr"). Pure; the clock is handed in.

What is understood is a guess: whoever asks shows it in full and lets the person confirm it. So this refuses what can be
read in two ways sooner than to guess, and takes the time of day out itself: only the day is left to dateparser, which
takes "15 Uhr" for the year 2115, "may" for a day, "next week monday" for nothing and "a week from today" for last week.

Hours are of the person's own zone. A date without a year, and a weekday, is the next one; "next Friday" is so too, for
people do not agree on which it is. An hour of one figure from 1 to 6 is in the afternoon ("at 3", "3:30"; "03:30" is at
night). "1/12" is two days of the year in English, and refused. There are tables of words for English, German, French
and Spanish; in other languages the days are understood, and times as 15:00. All this is ours.
"""

import re
import unicodedata
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

LONGEST = 100
"""Characters of what somebody names, at most; what is longer is a message and no date (ours)."""

TOO_FAR = timedelta(days=548)
"""Nobody plans further ahead (18 months). Source: issue 8."""

AFTERNOON_UNTIL = 6
"""An hour of one figure up to this is in the afternoon (ours)."""

FAR_DAYS = 4_000
"""Days from today within which a moment is worked out at all, so that no year is out of range (ours)."""


class DateProblem(StrEnum):
    """Why no moment can be told.

    Attributes:
        PAST: it is not after now.
        TOO_FAR: it is more than `TOO_FAR` ahead.
        UNCLEAR: no day is understood, more than one, or one that does not exist.
        NO_TIME: the day is clear, but not the time of day.
    """

    PAST = "past"
    TOO_FAR = "too_far"
    UNCLEAR = "unclear"
    NO_TIME = "no_time"


class Shift(StrEnum):
    """What a clock change did to the time that was named.

    Attributes:
        NONE: nothing.
        FORWARD: clocks skip that time on that day: it is as much later as they skip.
        FIRST: it comes twice on that day: the first is meant.
    """

    NONE = ""
    FORWARD = "forward"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Named:
    """The moment that was named, aware UTC, and what a clock change did to it; to be confirmed by who named it."""

    at: datetime
    shift: Shift = Shift.NONE


_LEAD = r"(?:\b(?:at|by|um|ab|gegen|vers|a\ las?|las)\s+|[@à]\s*)"
_HOUR = r"(?<![\d.:/-])(?P<hour>\d{1,2})"
CLOCKS = tuple(
    re.compile(pattern, re.VERBOSE | re.ASCII)
    for pattern in (
        rf"{_LEAD}? (?:\b12\s+)? \b(?P<noon>noon|midday|mittags?|midi|mediod[ií]a)\b",
        rf"{_LEAD}? \b(?P<part>half|quarter)\ (?P<side>past|to)\ (?P<hour>\d{{1,2}})\b (?:\s*(?P<half>[ap])\.?m\b\.?)?",
        rf"{_LEAD}? {_HOUR} (?:[:.](?P<minute>\d\d))? \s* (?P<half>[ap])\.?\ ?m\b\.?",
        rf"{_LEAD}? {_HOUR} \s?[:h]\s? (?P<minute>\d\d) (?::00)? (?![\d:]) (?:\s*(?:uhr|h)\b)?",
        rf"{_LEAD}? {_HOUR} \.(?P<minute>\d\d) \s*(?:uhr|h)\b",
        rf"{_LEAD}? {_HOUR} \s*(?:o'?clock|uhr|heures?|horas?|h)\b (?:\s*(?P<minute>\d\d)\b)?",
        rf"{_LEAD} {_HOUR} \b (?![.:/]|-\d)",
    )
)
"""How a time of day is written, the surest first."""

LATE = re.compile(
    r"\b(?:(?:in the |at )?(?:afternoon|evening|night)|nachmittags?|abends?|(?:de|por) la (?:tarde|noche)"
    r"|(?:de )?l'après-midi|(?:du )?soir)\b"
)
EARLY = re.compile(r"\b(?:(?:in the )?morning|vormittags?|morgens|früh|(?:du )?matin|(?:de|por) la mañana)\b")
"""Words for the half of the day; they say which hour is meant, and no time by themselves."""

NEXT_WEEK = re.compile(
    r"\b(?:of )?(?:next week|(?:in der )?(?:nächsten?|kommenden?) woche|(?:de )?(?:la )?semaine prochaine"
    r"|(?:de )?la (?:próxima semana|semana (?:que viene|próxima)))\b"
)
THIS_WEEK = re.compile(r"\b(?:of )?(?:this week|(?:in )?dieser? woche|cette semaine|esta semana)\b")
THIS = frozenset({"this", "diesen", "diese", "dieser", "ce", "este", "esta"})
NEXT = frozenset(
    {"next", "coming", "nächste", "nächsten", "nächster", "nächstes", "kommende", "kommenden", "prochain", "prochaine"}
    | {"próximo", "próxima", "viene", "this coming", "que viene"}
)
WEEKS = re.compile(r"\b(?:weeks?|fortnight|wochen?|semaines?|semanas?)\b")
FILLERS = frozenset({"on", "the", "den", "dem", "der", "am", "um", "le", "el", "la", "at", "for", "-"})
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

NUMERIC = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})t?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.?(?: ?(?P<year>\d{4}|(?<=\.)\d\d))?", re.ASCII),
)
EITHER_WAY = re.compile(r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})(?:[/-](?P<year>\d{4}|\d\d))?", re.ASCII)
ELAPSED = re.compile(
    r"in (?P<amount>\d{1,4}|half an?|an?|einer|une|una) ?"
    r"(?:(?P<hours>hours?|hrs?|h|stunden?|heures?|horas?)|minutes?|mins?|minuten?|minutos?)",
    re.ASCII,
)


def moment_named(text: str, *, now: datetime, zone: ZoneInfo, language: str = "en") -> Named | DateProblem:
    """Understands the one moment that a text names, or says why it does not.

    Args:
        text: what somebody wrote, up to `LONGEST` characters; anything else in it makes it unclear.
        now: aware.
        zone: in which hours and days are meant, unless the text says UTC or GMT, or an offset in ISO 8601.
        language: ISO 639-1 code of their language; English is understood as well, and alone where it is not known.
    """
    words, now = _plain(text), now.astimezone(UTC)
    elapsed = ELAPSED.fullmatch(words)
    if elapsed:
        return _judged(Named(now + _lasting(elapsed)), now)
    if re.fullmatch(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::00)?(?:z|[+-]\d\d:\d\d)", words, re.ASCII):
        return _whole(words, now)
    words, is_utc = re.subn(r"(?<=[\dm]) ?(?:utc|gmt)\b", "", words)
    where: tzinfo = UTC if is_utc else zone
    rest, clocks = _clocks(words)
    today = now.astimezone(where).date()
    if len(clocks) == 1 and not _bare(rest):
        return _next_at(clocks[0], now, where)
    day = _day(_bare(rest), today, language) if len(clocks) < 2 and None not in clocks else None
    if day is None:
        return DateProblem.UNCLEAR
    if abs(day - today) > timedelta(days=FAR_DAYS):
        return DateProblem.PAST if day < today else DateProblem.TOO_FAR
    return _judged(_placed(day, clocks[0], where), now) if clocks and clocks[0] else _timeless(day, today)


def _plain(text: str) -> str:
    """The text in small letters with single spaces, numbers in figures; empty where it is too long."""
    small = unicodedata.normalize("NFKC", text).casefold() if len(text) <= LONGEST else ""
    words = " ".join(small.replace("’", "'").replace(",", " ").split()).rstrip(" !?;")
    words = re.sub(r"\btonight\b", "today evening", words)
    words = re.sub(r"\bthis (?=morning|afternoon|evening)", "today ", words)
    words = re.sub(r"^(.+) from (?:now|today)\b", r"in \1", words)
    for number, word in enumerate(NUMBERS, 1):
        words = re.sub(rf"\b{word}\b", str(number), words)
    words = re.sub(r"(?<![:.\d])(1[0-2]|[1-9]) in the morning\b", r"\1 am", words)
    return re.sub(r"(?<![:.\d])(1[0-2]|[1-9]) (?:in the (?:afternoon|evening)|at night)\b", r"\1 pm", words)


def _lasting(elapsed: re.Match[str]) -> timedelta:
    amount = elapsed["amount"]
    number = int(amount) if amount.isdecimal() else 0.5 if amount.startswith("half") else 1
    return timedelta(hours=number) if elapsed["hours"] else timedelta(minutes=number)


def _whole(words: str, now: datetime) -> Named | DateProblem:
    try:
        return _judged(Named(datetime.fromisoformat(words.upper()).astimezone(UTC)), now)
    except (ValueError, OverflowError):  # no such day, or none that UTC has
        return DateProblem.UNCLEAR


def _clocks(words: str) -> tuple[str, list[time | None]]:
    """What is left of the words without the times of day in them, and these; None is one that no clock shows."""
    rest, is_late = LATE.subn(" ", words)
    rest, is_early = EARLY.subn(" ", rest)
    found = []
    for pattern in CLOCKS:
        for match in pattern.finditer(rest):
            found.append(_time({"half": None, **match.groupdict()}, bool(is_late), bool(is_early)))
        rest = pattern.sub(" ", rest)
    return rest, found


def _time(parts: dict[str, str | None], is_late: bool, is_early: bool) -> time | None:
    if parts.get("noon"):
        return time(12)
    written, half = parts["hour"] or "", parts["half"]
    hour, minute = int(written), int(parts.get("minute") or 0)
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + 12 * (half == "p")
    elif hour < 12 and (is_late or (not is_early and len(written) == 1 and 1 <= hour <= AFTERNOON_UNTIL)):
        hour += 12
    if parts.get("part"):
        minute = (30 if parts["part"] == "half" else 15) * (1 if parts["side"] == "past" else -1)
        hour, minute = (hour - 1) % 24 if minute < 0 else hour, minute % 60
    is_contrary = (is_early and hour >= 12) or (is_late and hour < 12)
    return time(hour, minute) if hour < 24 and minute < 60 and not is_contrary else None


def _bare(words: str) -> str:
    """The words without what only joins them, at either end."""
    left = words.strip(" ;!?–").split()
    while left and left[0] in FILLERS:
        left.pop(0)
    while left and left[-1] in FILLERS:
        left.pop()
    return " ".join(left)


def _day(words: str, today: date, language: str) -> date | None:
    """The day that is named; None where it is none, or where weekday and date do not agree."""
    names = _weekdays(language)
    weekdays = [word for word in words.split() if word.rstrip(".") in names]
    if not weekdays:
        return _date(words, today, language)
    if len(weekdays) > 1:
        return None
    weekday = names[weekdays[0].rstrip(".")]
    rest = _bare(" ".join(word for word in words.split() if word != weekdays[0]))
    monday = today - timedelta(days=today.weekday())
    if NEXT_WEEK.fullmatch(rest) or THIS_WEEK.fullmatch(rest):
        return monday + timedelta(days=weekday + (7 if NEXT_WEEK.fullmatch(rest) else 0))
    if not rest or rest in NEXT or rest in THIS:
        first = today if rest in THIS else today + timedelta(days=1)
        return first + timedelta(days=(weekday - first.weekday()) % 7)
    day = _date(rest, today, language)
    if day is not None and WEEKS.search(rest):
        return day + timedelta(days=weekday - day.weekday())
    return day if day is not None and day.weekday() == weekday else None


@lru_cache(maxsize=100)
def _weekdays(language: str) -> dict[str, int]:
    """Weekdays (0 is Monday) by their names, short names and beginnings, in small letters, that are no month's."""
    from babel.core import UnknownLocaleError
    from babel.dates import get_day_names, get_month_names

    found: dict[str, int] = {}
    for each in {language, "en"}:
        try:
            names, short = get_day_names("wide", locale=each), get_day_names("abbreviated", locale=each)
            months = [name.casefold() for name in get_month_names("wide", locale=each).values()]
        except (UnknownLocaleError, ValueError):
            continue
        for number, name in names.items():
            beginnings = [name.casefold()[:length] for length in range(3, len(name) + 1)]
            for word in (*beginnings, short[number].casefold().rstrip(".")):
                if not any(month.startswith(word) for month in months):
                    found[word] = number
    return found


def _date(words: str, today: date, language: str) -> date | None:
    for pattern in NUMERIC:
        if match := pattern.fullmatch(words):
            return _dated(match["year"], int(match["month"]), int(match["day"]), today)
    if match := EITHER_WAY.fullmatch(words):
        first, second = int(match["first"]), int(match["second"])
        if language == "en" and first <= 12 and second <= 12 and first != second:
            return None
        is_month_first = second > 12
        month, day = (first, second) if is_month_first else (second, first)
        return _dated(match["year"], month, day, today)
    return _understood(words, today, language)


def _dated(year: str | None, month: int, day: int, today: date) -> date | None:
    """The date, or the next one where no year is given; None where there is none."""
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else range(today.year, today.year + 9)
    for each in years:
        try:
            found = date(each, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _understood(words: str, today: date, language: str) -> date | None:
    """The day as dateparser understands it; None where a number in the words is neither its day nor how far it is.

    A bare number, "next month" and the like are no days either, though dateparser takes them for one.
    """
    if not words or words.isdecimal() or not (NEXT | THIS).isdisjoint(words.split()):
        return None
    found = _quietly(lambda: _parsed(words, datetime.combine(today, time()), language))
    if found is None or found.tzinfo is not None or found.time() != time():
        return None
    day, numbers = found.date(), {int(number) for number in re.findall(r"\d+", words)}
    if today.day in numbers and (day.year - today.year, day.month, day.day) == (1, today.month, today.day):
        day = day if day.year in numbers else today
    days, months = abs((day - today).days), abs(12 * (day.year - today.year) + day.month - today.month)
    return day if numbers <= {day.day, day.year, days, days / 7, months} else None


def _parsed(words: str, base: datetime, language: str) -> datetime | None:
    from dateparser import parse

    settings = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "future",
        "REQUIRE_PARTS": ["day"],
        "PARSERS": ["relative-time", "absolute-time"],
    }
    for languages in ([language, "en"], ["en"]):
        try:
            found: datetime | None = parse(words, languages=languages, settings=settings)
        except (ValueError, OverflowError):  # a language that it does not know, or a year out of range
            continue
        return found
    return None


def _quietly(call: Callable[[], datetime | None]) -> datetime | None:
    """Without the warnings of `strptime` about days without a year, which dateparser completes itself."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Parsing dates involving a day of month", category=DeprecationWarning)
        return call()


def _next_at(clock: time | None, now: datetime, where: tzinfo) -> Named | DateProblem:
    if clock is None:
        return DateProblem.UNCLEAR
    today = now.astimezone(where).date()
    moments = (_placed(today + timedelta(days=days), clock, where) for days in (0, 1, 2))
    return next((named for named in moments if named.at > now), DateProblem.UNCLEAR)


def _placed(day: date, clock: time, where: tzinfo) -> Named:
    local = datetime.combine(day, clock)
    first, second = (local.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(where).replace(tzinfo=None) != local:
        return Named(first, Shift.FORWARD)
    return Named(first, Shift.FIRST if first != second else Shift.NONE)


def _judged(named: Named, now: datetime) -> Named | DateProblem:
    if named.at <= now:
        return DateProblem.PAST
    return DateProblem.TOO_FAR if named.at - now > TOO_FAR else named


def _timeless(day: date, today: date) -> DateProblem:
    if day < today:
        return DateProblem.PAST
    return DateProblem.TOO_FAR if day - today > TOO_FAR else DateProblem.NO_TIME

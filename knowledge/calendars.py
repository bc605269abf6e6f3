"""Calendar files of meetups, which people put into their own calendar. Pure; the moment of writing is handed in.

A meetup is one event with a UID that stays for ever. A change is the same event with a higher SEQUENCE, a cancellation
too, with the method CANCEL. Times are in UTC: every calendar shows them in its owner's zone, on both sides of a clock
change, and no zone's rules have to be in the file.

Nobody is named: no ATTENDEE and no ORGANIZER. The standard asks for an ORGANIZER where a METHOD is; that is the address
of a person, and any other would be one to which Outlook offers to answer. Files without one are imported as well, but
a calendar may leave the event where a file that cancels it is opened, so whoever sends one says it in words too.

Source: RFC 5545 (the format; 3.1 folding, 3.3.11 escaping, 3.8.4.7 UID, 3.8.7.4 SEQUENCE), RFC 5546 (3.2.1 PUBLISH,
3.2.5 CANCEL) and RFC 7986 (NAME of a calendar). What is imported: Outlook, [MS-OXCICAL] and [MS-STANOICAL]; Google
Calendar, help page "Import events to Google Calendar" and "Events: import" of its API (an event is known by its UID);
Apple, Calendar User Guide, "Import or export calendars". None of the three was tried by us: two parsers were.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event, vText

PRODUCT = "-//Tacit//Meetups//EN"
"""What wrote the file. Source: RFC 5545, 3.7.3 (a formal public identifier)."""

PUBLISHED = "PUBLISH"
CANCELLED = "CANCEL"

UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""What no text of a calendar may hold, or no file can. Source: RFC 5545, 3.1 (CONTROL), and RFC 3629 (surrogates)."""

LINE_ENDS = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
"""What some reader takes for the end of a line (ours: those of Python's `splitlines`)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A meetup as a calendar shows it.

    Attributes:
        uid: the same for ever, letters, figures and `-_.@`, so that a change finds the event.
        sequence: 0 at first, higher with every change and with the cancellation.
        stamped_at: aware, when this version was written.
        starts_at: aware, to the second.
        minutes: how long it takes, at least 1.
        summary: its name in the calendar, one line.
        description: what else is known, several lines.
        location: where it is, one line.
        url: of a page about it, http or https; empty where there is none.
        is_cancelled: whether it will not take place.
        reminders: how long before the beginning the calendar reminds, each longer than zero; none in a cancellation.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    minutes: int
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    is_cancelled: bool = False
    reminders: tuple[timedelta, ...] = ()

    def __post_init__(self) -> None:
        """Refuses what no calendar understands.

        Raises:
            ValueError: the UID, the sequence, a moment without a zone, the length, the address or a reminder is wrong.
        """
        is_good = (
            re.fullmatch(r"[\w.@-]{1,255}", self.uid, re.ASCII)
            and self.sequence >= 0
            and self.stamped_at.tzinfo
            and self.starts_at.tzinfo
            and self.minutes >= 1
            and re.fullmatch(r"(https?://[!-~]+)?", self.url)
            and all(before > timedelta() for before in self.reminders)
        )
        if not is_good:
            raise ValueError("no calendar understands this entry")


def calendar_file(entry: Entry) -> bytes:
    """One meetup, its change or its cancellation as the bytes of an `.ics` file, UTF-8.

    The type to send it with is `text/calendar; charset=utf-8; method=` and the method, PUBLISH or CANCEL.
    """
    calendar = _calendar(CANCELLED if entry.is_cancelled else PUBLISHED)
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def calendar_feed(entries: Sequence[Entry], name: str) -> bytes:
    """Several meetups as one calendar to subscribe to, the earliest first; what is cancelled stays in it, marked so.

    Args:
        entries: of each UID only that with the highest sequence is taken.
        name: what the calendar is called.
    """
    latest = {entry.uid: entry for entry in sorted(entries, key=lambda entry: entry.sequence)}
    calendar = _calendar(PUBLISHED)
    calendar.add("name", _escaped(_line(name)))
    calendar.add("x-wr-calname", _escaped(_line(name)))
    for entry in sorted(latest.values(), key=lambda entry: (entry.starts_at, entry.uid)):
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.astimezone(UTC))
    starts = entry.starts_at.astimezone(UTC)
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=entry.minutes))
    event.add("summary", _escaped(_line(entry.summary)))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for name, text in (("description", _text(entry.description)), ("location", _line(entry.location))):
        if text:
            event.add(name, _escaped(text))
    if entry.url:
        event.add("url", entry.url)
    for before in () if entry.is_cancelled else entry.reminders:
        event.add_component(_alarm(before, entry))
    return event


def _alarm(before: timedelta, entry: Entry) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _escaped(_line(entry.summary)))
    alarm.add("trigger", -before)
    return alarm


def _text(text: str) -> str:
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", text)).strip()


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _escaped(text: str) -> "vText":
    """A text that is written as the standard says: icalendar 7.3 takes a backslash and an N for the end of a line."""
    from icalendar import vText

    class Text(vText):
        __slots__ = ()

        def to_ical(self) -> bytes:
            return re.sub(r"([\\;,])", r"\\\1", str(self)).replace("\n", r"\n").encode("utf-8")

    return Text(text)

"""Calendar files: two parsers that know nothing of each other read the same out of them, whatever people wrote."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.calendars import Entry, calendar_feed, calendar_file

ENTRY = Entry(
    uid="meetup-7@tacit",
    sequence=0,
    stamped_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
    starts_at=datetime(2026, 11, 24, 15, tzinfo=ZoneInfo("Europe/Berlin")),
    minutes=45,
    summary="Lids, seals; and what leaks",
    description="No agenda.\nOne problem: C:\\new, \\n, and „quotes“ 😀",
    location="Huddle; #pumps, second floor",
    url="https://chat.example/pumps?a=1,2;b",
    reminders=(timedelta(days=1), timedelta(minutes=10)),
)

SIGNS = (
    ",",
    ";",
    ":",
    "\\",
    "\\n",
    "\\N",
    "n",
    '"',
    "^n",
    "%0A",
    " ",
    "\t",
    "<b>",
    "é",
    "e\u0301",
    "ß",
    "日",
    "漢字" * 9,
)
ODD = ("😀", "👩\u200d🔧", "\u200f", "\ufeff", "\x00", "\x07", "\x1c", "\x7f", "\ud800", "a" * 80)
LINE_ENDS = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028")
PROPERTIES = ("END:VEVENT", "\nATTENDEE:mailto:a@b.example", "BEGIN:VALARM", "\r\nMETHOD:REQUEST")
NASTY = st.lists(st.sampled_from(SIGNS + ODD + LINE_ENDS + PROPERTIES), max_size=12).map("".join)
TEXTS = NASTY | st.text(max_size=60)


def the_event(content: bytes) -> icalendar.Event:
    """The one event that icalendar finds."""
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def other_event(content: bytes) -> Any:
    """The one event that vobject finds, in a calendar that it calls valid."""
    calendar = vobject.readOne(content.decode("utf-8"))
    assert calendar.validate(raiseException=True)
    (event,) = calendar.vevent_list
    return event


def test_a_file_says_all_that_the_standard_asks_for() -> None:
    lines = calendar_file(ENTRY).decode("utf-8").replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert {
        "VERSION:2.0",
        "PRODID:-//Tacit//Meetups//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "UID:meetup-7@tacit",
        "SEQUENCE:0",
        "DTSTAMP:20261119T100000Z",
        "DTSTART:20261124T140000Z",
        "DTEND:20261124T144500Z",
        "STATUS:CONFIRMED",
        r"SUMMARY:Lids\, seals\; and what leaks",
        r"DESCRIPTION:No agenda.\nOne problem: C:\\new\, \\n\, and „quotes“ 😀",
        r"LOCATION:Huddle\; #pumps\, second floor",
        "URL:https://chat.example/pumps?a=1,2;b",
        "TRIGGER:-P1D",
        "TRIGGER:-PT10M",
    } <= set(lines)
    assert lines.count("BEGIN:VALARM") == 2


def test_what_is_empty_is_left_out() -> None:
    content = calendar_file(replace(ENTRY, description="", location=" \n", url="", reminders=()))
    for name in (b"DESCRIPTION", b"LOCATION", b"URL", b"VALARM"):
        assert name not in content


@settings(deadline=None)
@given(summary=TEXTS, description=TEXTS, location=TEXTS)
def test_two_parsers_read_what_was_written(summary: str, description: str, location: str) -> None:
    content = calendar_file(replace(ENTRY, summary=summary, description=description, location=location))
    event, other = the_event(content), other_event(content)
    for name in ("summary", "description", "location"):
        ours, theirs = str(event.get(name, "")), getattr(other, name).value if hasattr(other, name) else ""
        assert ours == theirs
    assert str(event.get("summary")) == " ".join(shown(summary).split())
    assert str(event.get("description", "")) == shown(description)
    assert str(event.get("location", "")) == " ".join(shown(location).split())


def shown(text: str) -> str:
    """A text by the rules of the standard, found another way: whatever ends a line is one `\\n`, controls are gone."""
    ends = "\r\x0b\x0c\x85\u2028\u2029"
    lines = "".join("\n" if sign in ends else sign for sign in text.replace("\r\n", "\n"))
    gone = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\ufeff", "\ufffe", "\uffff"} - {"\n", "\t"}
    return "".join(sign for sign in lines if sign not in gone and not "\ud800" <= sign <= "\udfff").strip()


@settings(deadline=None)
@given(summary=TEXTS, description=TEXTS)
def test_no_text_adds_a_property_or_breaks_a_line(summary: str, description: str) -> None:
    content = calendar_file(replace(ENTRY, summary=summary, description=description))
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")  # a fold never cuts a sign in two
    names = {line.split(b":")[0].split(b";")[0] for line in content.replace(b"\r\n ", b"").split(b"\r\n")}
    plain = {line.split(b":")[0] for line in calendar_file(ENTRY).replace(b"\r\n ", b"").split(b"\r\n")}
    assert names <= plain


def test_nobody_is_named() -> None:
    content = calendar_file(ENTRY).upper()
    for name in (b"ATTENDEE", b"ORGANIZER", b"MAILTO", b"CONTACT"):
        assert name not in content


def clock(*parts: int) -> datetime:
    """What a clock on the wall shows, in whatever zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


BOTH_SIDES = [
    ("Europe/London", clock(2026, 10, 24, 15), 14),
    ("Europe/London", clock(2026, 10, 26, 15), 15),
    ("America/New_York", clock(2027, 3, 13, 9), 14),
    ("America/New_York", clock(2027, 3, 15, 9), 13),
    ("Asia/Kathmandu", clock(2026, 11, 24, 14, 45), 9),
    ("Australia/Lord_Howe", clock(2026, 10, 3, 20, 30), 10),
    ("Australia/Lord_Howe", clock(2026, 10, 5, 20), 9),
]


@pytest.mark.parametrize(("zone", "local", "hour"), BOTH_SIDES)
def test_times_are_right_on_both_sides_of_a_clock_change(zone: str, local: datetime, hour: int) -> None:
    starts = local.replace(tzinfo=ZoneInfo(zone))
    content = calendar_file(replace(ENTRY, starts_at=starts))
    expected = starts.astimezone(UTC)
    assert expected.hour == hour
    for event in (the_event(content), other_event(content)):
        begins = event["dtstart"].dt if isinstance(event, icalendar.Event) else event.dtstart.value
        assert begins == expected and begins.utcoffset() == timedelta()
        assert begins.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
    assert b"VTIMEZONE" not in content and b"TZID" not in content


def test_a_meeting_over_the_change_is_as_long_as_it_is() -> None:
    """From 00:30 until 01:30 by the clock, of which an hour comes twice: two hours in all, so 120 minutes are asked."""
    starts = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("Europe/London"))
    event = other_event(calendar_file(replace(ENTRY, starts_at=starts, minutes=120)))
    assert event.dtend.value - event.dtstart.value == timedelta(hours=2)
    assert event.dtend.value.astimezone(ZoneInfo("Europe/London")).hour == 1


def test_a_change_and_a_cancellation_are_the_same_event_later_on() -> None:
    moved = replace(ENTRY, sequence=1, starts_at=ENTRY.starts_at + timedelta(days=1))
    off = replace(moved, sequence=2, is_cancelled=True)
    files = [calendar_file(each) for each in (ENTRY, moved, off)]
    events = [the_event(each) for each in files]
    others = [other_event(each) for each in files]
    assert {str(each["uid"]) for each in events} | {each.uid.value for each in others} == {"meetup-7@tacit"}
    assert [int(each["sequence"]) for each in events] == [int(each.sequence.value) for each in others] == [0, 1, 2]
    assert [str(each["status"]) for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[1]["dtstart"].dt - events[0]["dtstart"].dt == timedelta(days=1)
    methods = [str(icalendar.Calendar.from_ical(each)["method"]) for each in files]
    assert methods == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [vobject.readOne(each.decode()).method.value for each in files] == methods


def test_what_is_cancelled_reminds_nobody() -> None:
    assert b"VALARM" not in calendar_file(replace(ENTRY, is_cancelled=True))


def test_a_feed_holds_the_newest_of_each_event() -> None:
    later = replace(ENTRY, uid="meetup-8@tacit", starts_at=ENTRY.starts_at + timedelta(days=3), is_cancelled=True)
    newest = replace(ENTRY, sequence=3, summary="Moved")
    content = calendar_feed([later, newest, ENTRY], "Pumps, seals; lids\nand more")
    calendar = icalendar.Calendar.from_ical(content)
    for name in (b"NAME", b"X-WR-CALNAME"):
        assert b"\r\n" + name + rb":Pumps\, seals\; lids and more" in content
    assert str(calendar["method"]) == "PUBLISH"
    found = [(str(each["uid"]), str(each["summary"]), str(each["status"])) for each in calendar.walk("VEVENT")]
    assert found == [
        ("meetup-7@tacit", "Moved", "CONFIRMED"),
        ("meetup-8@tacit", "Lids, seals; and what leaks", "CANCELLED"),
    ]
    assert [each.uid.value for each in vobject.readOne(content.decode()).vevent_list] == [row[0] for row in found]


def test_a_feed_of_nothing_is_a_calendar() -> None:
    assert list(icalendar.Calendar.from_ical(calendar_feed([], "Pumps")).walk("VEVENT")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": ""},
        {"uid": "a b"},
        {"uid": "a\r\nX:1"},
        {"uid": "é"},
        {"sequence": -1},
        {"minutes": 0},
        {"url": "javascript:alert(1)"},
        {"url": "https://a.example/\r\nATTENDEE:x"},
        {"url": "https://a.example/\n"},
        {"url": "https://a.example/a b"},
        {"starts_at": clock(2026, 11, 24, 15)},
        {"stamped_at": clock(2026, 11, 24, 15)},
        {"reminders": (timedelta(),)},
    ],
    ids=str,
)
def test_what_no_calendar_understands_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no calendar understands"):
        replace(ENTRY, **wrong)


def test_the_zone_of_the_moments_does_not_matter() -> None:
    away = timezone(timedelta(hours=-9, minutes=-30))
    moved = replace(ENTRY, starts_at=ENTRY.starts_at.astimezone(away), stamped_at=ENTRY.stamped_at.astimezone(away))
    assert calendar_file(moved) == calendar_file(ENTRY)

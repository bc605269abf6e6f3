"""A meetup with all that can be said of it, and the phrases that several messages share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.port import Markdown, Text
from adapters.port.limits import LINK_URL, SUMMARY
from bot import cards
from bot.features.meetups import rules
from bot.words import Words
from knowledge.models import Meetup, Origin, QuickWin, Showing
from knowledge.tips import shorten

NAMES = 8
"""People who are named in a line, at most."""

DETAIL = 600
"""Characters of what else was said of a problem."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A meetup with what is shown of it.

    Attributes:
        meetup: itself.
        host: the host's name; empty where there is none.
        room: the name of the room where it is announced; may be empty.
        people: names of those who come, the host among them.
        wins: the last quick wins that may be shown, each with the name to show (may be empty).
        zone: the reader's time zone, for labels.
    """

    meetup: Meetup
    host: str = ""
    room: str = ""
    people: Sequence[str] = ()
    wins: Sequence[tuple[QuickWin, str]] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Poll:
    """The times that may be chosen, how many each suits, and which of them (by position) suit the reader."""

    times: Sequence[datetime]
    counts: Sequence[int]
    mine: frozenset[int] = frozenset()


def about(words: Words, shown: Shown) -> dict[str, str | int]:
    """What every sentence about a meetup may say: problem, host, how long, number."""
    return {
        "problem": line(words, shown),
        "host": shown.host or words.line("meetups.somebody"),
        "minutes": words.line("meetups.minutes", count=shown.meetup.minutes),
        "number": shown.meetup.number,
    }


def line(words: Words, shown: Shown) -> str:
    """What it is about, in one line; an open table is about whatever people bring."""
    is_table = shown.meetup.origin is Origin.OPEN_TABLE
    return shown.meetup.problem or words.line("meetups.open_table" if is_table else "meetups.a_meetup")


def summary(words: Words, key: str, shown: Shown, **values: object) -> str:
    """The sentence under `key` as a message's summary."""
    return shorten(words.line(key, **about(words, shown), **values), SUMMARY)


def detail(shown: Shown) -> Text:
    """What else was said of the problem, as a quotation below a sentence."""
    return ("\n", str(cards.quote(shown.meetup.detail, DETAIL))) if shown.meetup.detail else ()


def where(words: Words, shown: Shown) -> Text:
    """Where it is: the host's own words or link, else the way to talk that the room has."""
    place = shown.meetup.place
    if place.startswith(("http://", "https://")):
        return words("meetups.where_link", link=Markdown(f"[{_site(place)}]({place})"))
    if place:
        return words("meetups.where_place", place=place)
    platform = shown.meetup.space.partition(":")[0]
    key = f"meetups.where_{platform}" if platform in ("slack", "discord") else "meetups.where_room"
    return words(key, room=shown.room) if shown.room else words("meetups.where_host")


def room(words: Words, shown: Shown) -> str:
    """The room where it is announced, as people write it."""
    return f"#{shown.room}" if shown.room else words.line("meetups.the_room")


def win(words: Words, one: QuickWin, name: str) -> Text:
    """A quick win in one line of a list, with its name where its teller chose so."""
    text = shorten(" ".join(one.text.split()), rules.PROBLEM_LENGTH)
    if one.showing is Showing.NAMED and name:
        return ("- ", *words("meetups.win_named", text=text, name=name))
    return ("- ", *words("meetups.win_unnamed", text=text))


def joined(lines: Sequence[Text], between: str = "\n") -> Text:
    """Texts one below the other; empty ones are left out."""
    kept = [each for each in lines if each]
    return tuple(span for at, each in enumerate(kept) for span in ((between,) if at else ()) + tuple(each))


def is_address(link: str) -> bool:
    """Whether a text can stand behind a link button."""
    return link.startswith(("http://", "https://")) and len(link) <= LINK_URL


def _site(link: str) -> str:
    host = link.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    return "".join(sign for sign in host if sign.isalnum() or sign in ".-:")[:60] or "link"

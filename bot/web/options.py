"""What a community may choose for itself, as fields of a page: what may be said, and how it is read. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.times import DAYS
from knowledge.search.lexical import STEMMERS, UNSPACED
from knowledge.store.communities import Options
from knowledge.zones import is_zone

MOST_NUDGES = 7
"""The most that may be sent unasked to somebody in a week: one a day (ours)."""

MOST_MONTHS = 36
"""Tips that nobody checks are looked at within three years (ours)."""

MOST_QUIET_WEEKS = 26
"""An open table is offered within half a year (ours)."""

LANGUAGES = tuple(sorted({*STEMMERS, *UNSPACED, "bg", "cs", "he", "hi", "id", "pl", "uk", "vi"}))
"""Languages that may be chosen: those with rules for search, and some more whose words are taken as they stand."""

EMOJI = re.compile(r":?([\w+'-]{1,60}):?")
"""The name of an emoji, as chats write it, with or without its colons."""


class NotPossible(Exception):
    """A field can't be what it says; `key` is the sentence that says what can."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Sort:
    """How an option is shown and read.

    Attributes:
        how: `text`, `number`, `choice`, `several` or `switch`.
        read: what came back -> the option's value.
        choices: what may be chosen; of numbers, those that may be said.
    """

    how: str
    read: Callable[[Sequence[str], Collection[str]], Any]
    choices: Sequence[str] = ()


def _last(said: Sequence[str]) -> str:
    return said[-1].strip() if said else ""


def _emoji(said: Sequence[str], known: Collection[str]) -> str:
    found = EMOJI.fullmatch(_last(said).casefold())
    if found is None:
        raise NotPossible("web.settings.no_emoji")
    return found[1]


def _zone(said: Sequence[str], known: Collection[str]) -> str:
    if not is_zone(_last(said)):
        raise NotPossible("web.settings.no_zone")
    return _last(said)


def _one(said: Sequence[str], known: Collection[str]) -> str:
    if _last(said) not in known:
        raise NotPossible("web.settings.not_among")
    return _last(said)


def _number(said: Sequence[str], known: Collection[str]) -> int:
    return int(_one(said, known))


def _several(said: Sequence[str], known: Collection[str]) -> list[str]:
    if not set(filter(None, said)) <= set(known):
        raise NotPossible("web.settings.not_among")
    return list(dict.fromkeys(filter(None, said)))


def _at_least_one(said: Sequence[str], known: Collection[str]) -> list[str]:
    chosen = _several(said, known)
    if not chosen:
        raise NotPossible("web.settings.one_at_least")
    return chosen


def _one_in_each_space(said: Sequence[str], known: Collection[str]) -> list[str]:
    chosen = _several(said, known)
    spaces = [key.rpartition(":")[0] for key in chosen]
    if len(set(spaces)) < len(spaces):
        raise NotPossible("web.settings.one_in_each")
    return chosen


def _room_or_none(said: Sequence[str], known: Collection[str]) -> str:
    return _one(said, known) if _last(said) else ""


def _switch(said: Sequence[str], known: Collection[str]) -> bool:
    return "on" in said


def _numbers(first: int, last: int) -> tuple[str, ...]:
    return tuple(map(str, range(first, last + 1)))


ROOMS = ("rooms",)
"""What stands for the rooms that the bot was invited to, which every community has of its own."""

SORTS: Mapping[str, Sort] = {
    "languages": Sort("several", _at_least_one, LANGUAGES),
    "time_zone": Sort("text", _zone),
    "quiet_from": Sort("choice", _number, _numbers(0, 23)),
    "quiet_until": Sort("choice", _number, _numbers(0, 23)),
    "nudges_a_week": Sort("choice", _number, _numbers(0, MOST_NUDGES)),
    "keep_emoji": Sort("text", _emoji),
    "solved_emoji": Sort("text", _emoji),
    "sure_in_ten": Sort("choice", _number, _numbers(1, 9)),
    "look_after_months": Sort("choice", _number, _numbers(1, MOST_MONTHS)),
    "digest_day": Sort("choice", _one, DAYS),
    "digest_hour": Sort("choice", _number, _numbers(0, 23)),
    "digest_rooms": Sort("several", _one_in_each_space, ROOMS),
    "questions_channel": Sort("choice", _room_or_none, ("", *ROOMS)),
    "offers_in": Sort("several", _several, ROOMS),
    "meetup_rooms": Sort("several", _one_in_each_space, ROOMS),
    "meetup_quiet_weeks": Sort("choice", _number, _numbers(0, MOST_QUIET_WEEKS)),
    "report_rooms": Sort("several", _several, ROOMS),
    "welcomes": Sort("switch", _switch),
}
"""Every option that the page of settings has."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "community": ("languages", "time_zone", "quiet_from", "quiet_until", "nudges_a_week"),
    "digest": ("digest_day", "digest_hour", "digest_rooms"),
    "tips": ("keep_emoji", "solved_emoji", "sure_in_ten", "look_after_months"),
    "questions": ("questions_channel", "offers_in"),
    "meetups": ("meetup_rooms", "meetup_quiet_weeks"),
    "report": ("report_rooms",),
    "welcome": ("welcomes",),
}
"""The parts of the page, and the options in each, in their order."""


def read(
    section: str, fields: Sequence[tuple[str, str]], rooms: Collection[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a part of the page says: the options by name, and the keys of what is wrong with others, by name."""
    chosen: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name in SECTIONS[section]:
        sort = SORTS[name]
        said = [value for field, value in fields if field == name]
        try:
            chosen[name] = sort.read(said, choices_of(sort, rooms))
        except NotPossible as problem:
            wrong[name] = problem.key
    return chosen, wrong


def choices_of(sort: Sort, rooms: Collection[str]) -> list[str]:
    """What may be chosen, with the rooms of this community in their place."""
    return [choice for each in sort.choices for choice in (rooms if each in ROOMS else (each,))]


def value_of(options: Options, name: str) -> Any:
    """An option as a database keeps it: lists for what is several."""
    value = getattr(options, name)
    return sorted(value) if isinstance(value, frozenset) else list(value) if isinstance(value, tuple) else value


def in_order(before: Options, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, in which languages that were chosen before stay first: the first is the one that I speak."""
    found = dict(chosen)
    if "languages" in found:
        kept = [each for each in before.languages if each in found["languages"]]
        found["languages"] = [*kept, *(each for each in found["languages"] if each not in kept)]
    return found


def changed(before: Options, after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What would be different: name -> (as it was, as it would be)."""
    pairs = {name: (value_of(before, name), value) for name, value in after.items()}
    return {name: pair for name, pair in pairs.items() if _comparable(pair[0]) != _comparable(pair[1])}


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value

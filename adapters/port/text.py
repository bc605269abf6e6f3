"""Text that can be sent: a small Markdown subset, with people and times as values.

The subset is CommonMark's **bold**, _italic_, `code`, fenced code, > quotes, - lists, 1. lists and [links](https://…);
adapters escape everything else. A mention is a `Mention` and never a string, so nobody's words can call everyone; a
time is a `When`, which each reader sees in their own time zone.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from adapters.port.inbound import Account


class Markdown(str):
    """A text that is already in the subset, and is put into sentences as it stands instead of being escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, shown by name; on platforms that notify, this one person is notified."""

    account: Account


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's own time zone with its weekday. `at` is aware."""

    at: datetime


Span: TypeAlias = str | Mention | When
Text: TypeAlias = tuple[Span, ...]
"""Markdown strings, mentions and times in reading order."""


def as_text(value: Text | str) -> Text:
    """Gives `value` as a `Text`: a string of Markdown becomes its only span, an empty one becomes no span."""
    if isinstance(value, str):
        return (value,) if value else ()
    return value


def escape(words: str) -> str:
    """Escapes `words` so that they show as they are, whatever Markdown signs they hold.

    Line breaks become spaces: what is escaped is a name, a title or a phrase inside a sentence.
    """
    return _NUMBERED.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", " ".join(words.split())))


def plain(text: Text | str) -> str:
    """Gives `text` as plain words without signs, for previews, notifications and search."""
    words = "".join(_span_words(span) for span in as_text(text))
    words = _LINK.sub(r"\1", words)
    words = _MARKS.sub("", words)
    return _ESCAPED.sub(r"\1", words).strip()


def _span_words(span: Span) -> str:
    if isinstance(span, Mention):
        return f"@{span.account.name}"
    if isinstance(span, When):
        return f"{span.at:%a %d %b, %H:%M} UTC"
    return span


_SIGNS = re.compile(r"([\\`*_~\[\]<>&#|!]|(?<=^)[-+>])")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")
_LINK = re.compile(r"(?<!\\)\[([^\]\n]{1,400})\]\([^)\s]{1,600}\)")
_MARKS = re.compile(r"(?<!\\)(\*\*|__|```|`|(?<![\w\\])_(?=\S)|(?<=\S)_(?!\w)|(?m:^> ?))")
_ESCAPED = re.compile(r"\\([\\`*_~\[\]<>&#|!\-+.)])")

"""What may need a look, as plain values: read by `reading`, shown in chat and on the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.features.review.rules import Doubt, Numbers
from knowledge.tips import Uses


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A newcomer whose first words nobody answered. `word` is their id, `message` the key of what they wrote."""

    word: int
    name: str
    at: datetime
    is_seen: bool
    message: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that nobody answered. `name` is its asker's where they asked with it; `post` its message's key."""

    number: int
    topic: str
    name: str
    at: datetime
    post: str


@dataclass(frozen=True, slots=True)
class Silent:
    """A draft whose authors were asked twice and said nothing yet; never its words.

    `room` is the name of the channel that it came from, empty where it came from none that is known. `may_ask` says
    whether one of them may be asked once more.
    """

    number: int
    names: tuple[str, ...]
    room: str
    since: datetime
    may_ask: bool


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A tip that needs a look: why, how it went for others, and when somebody last checked it."""

    number: int
    title: str
    why: Doubt
    uses: Uses
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Alike:
    """Two tips that say nearly the same: their numbers and titles, the lower number first."""

    number: int
    title: str
    other: int
    other_title: str


@dataclass(frozen=True, slots=True)
class Hot:
    """A problem that several ran into: `label` says about what, `key` is one of its signals' (`question:12`)."""

    key: str
    label: str


Item: TypeAlias = LeftAlone | Unanswered | Silent | Doubtful | Alike | Hot


@dataclass(frozen=True, slots=True)
class Review:
    """All that needs a look, the most useful first, and how newcomers fared; None where too few came."""

    items: tuple[Item, ...]
    numbers: Numbers | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, as a sentence of the catalogue. *Undo* takes back the audit trail's `entry`; 0 where it cannot."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    entry: int = 0


def did(key: str, entry: int = 0, **values: Any) -> Done:
    """What was done, with the values of its sentence."""
    return Done(key, values, entry)

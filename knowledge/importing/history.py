"""A chat's history as it is read: messages one by one, who wrote them, and what was left out and why. Pure.

Ids are the chat's own here; `History.space` makes keys of them, the same that live events have. A message's text is
there while it is looked at and is written nowhere.
"""

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, TypeAlias

from knowledge.importing.reading import BrokenLine, UnreadableFile

LONGEST_ID = 200
"""Characters that an id or a name may have (ours; the longest of a chat's own have 32)."""


class LeftOut(StrEnum):
    """Why something of a history is not counted, in words that a number follows."""

    BOTS = "messages of bots"
    NOTICES = "notices of the chat, such as that somebody joined"
    PRIVATE = "private conversations"
    AGAIN = "messages that are there twice"
    UNKNOWN = "answers to messages that the export does not have before them"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as an export knows them; `name` may be empty."""

    name: str
    is_bot: bool = False
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji on a message, and the ids of who put it there."""

    emoji: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """Something that somebody wrote in a channel, as it stood when it was exported.

    Attributes:
        id: what tells it from the others in its room.
        room: the channel's id, without a thread.
        author: the id of who wrote it.
        at: when, aware.
        text: what; for whoever looks at it now, never to be kept.
        thread: the id of the message that began its thread; empty where it is in none, or began it.
        reply_to: the id of the message that it answers, where the chat says so.
        answers: the id of whose message it answers, where the export says so itself.
        reactions: who reacted to it.
        mentions: the ids of whom it mentions.
        quotes: the ids of whose messages it quotes, where the export says so itself.
        quote_of: room and id of a message that it passes on.
    """

    id: str
    room: str
    author: str
    at: datetime
    text: str = ""
    thread: str = ""
    reply_to: str = ""
    answers: str = ""
    reactions: tuple[Reaction, ...] = ()
    mentions: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    quote_of: tuple[str, str] | None = None


Read: TypeAlias = Message | BrokenLine


@dataclass
class History(ABC):
    """One export. Reading it again from the start gives the same messages in the same order.

    Attributes:
        space: the key of the space that it is from, such as `slack:T1`.
        digest: of its content and its space: the same for the same export.
        size: how many bytes there are to be read.
        done: how many were read.
        people: who is in it, by their id; those of a Discord or neutral export are known once they were read.
        left_out: what was passed over, and how often.
    """

    space: str
    digest: str
    size: int
    done: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def messages(self) -> Iterator[Read]:
        """Reads it from the start: the messages of one room in their order, and lines that hold none."""
        self.done = 0
        self.left_out.clear()
        return self._messages()

    @abstractmethod
    def _messages(self) -> Iterator[Read]: ...


def pieces_of_rooms(messages: Iterator[Read]) -> Iterator[tuple[str, Iterator[Message]]]:
    """Gives the messages room by room, in their order: where an inference of who is answered can look at them.

    A room comes in one piece where the export has it so, as those of Slack and Discord do, else in several.
    """
    whole = (each for each in messages if isinstance(each, Message))
    return groupby(whole, key=lambda message: message.room)


def clean(value: Any) -> str:
    """Gives an id or a name as text that every database takes, on one line, and no longer than it may be."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return " ".join(text.replace("\0", "").split())[:LONGEST_ID]


def space_named(given: str, platform: str, found: str) -> str:
    """The key of a space: as it was named, with or without its platform, or as it was found in the export.

    Raises:
        UnreadableFile: what was named is no key, or nothing was named and nothing found.
    """
    key = given if ":" in given else f"{platform}:{given or found}"
    if not re.fullmatch(r"[a-z]+:[^:\s]+", key):
        said = f"{given!r} is no name of a space" if given else "This export doesn't say which space it is from"
        raise UnreadableFile(f"{said}. Name it with --space, such as --space {platform}:T0123.")
    return key

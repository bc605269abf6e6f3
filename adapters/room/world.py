"""The room's state: people, channels and messages, as the fold of small JSON events.

Every change is one event handed to `World.apply`; the same events in the same order give the same world, ids included.
The world knows who may see what; it does not know the bot, the browser or the clock.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from adapters.port import File, Message
from adapters.room.codec import from_json

BOT = "tacit"
"""The bot's id among the people of the room."""

Event: TypeAlias = Mapping[str, Any]
"""One change: `kind`, `at` (ISO 8601) and what the kind needs."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room. `closed_direct_messages` means that the bot cannot write to them directly."""

    id: str
    name: str
    practice: str = ""
    place: str = ""
    time_zone: str = ""
    joined_at: datetime | None = None
    left: bool = False
    closed_direct_messages: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk. `kind` is `channel`, `direct` or `group`; a channel without `members` is open to all."""

    id: str
    name: str = ""
    topic: str = ""
    kind: str = "channel"
    members: frozenset[str] = frozenset()

    def holds(self, id: str) -> bool:
        """Says whether the person (or the bot) `id` is in here."""
        return id in self.members or (self.kind == "channel" and not self.members)


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message as it stands.

    Attributes:
        thread: the id of the thread's first message; empty for a message that is in no thread or begins one.
        author: a person's id, or `BOT`.
        text: Markdown as a person typed it, with people as `@id`; empty for the bot.
        said: what the bot said; None for people.
        reactions: emoji name -> ids of who put it there, first one first.
        only: the id of the one person who sees it; empty where everybody in the channel does.
    """

    id: str
    channel: str
    author: str
    at: datetime
    text: str = ""
    said: Message | None = None
    thread: str = ""
    only: str = ""
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edited: bool = False
    deleted: bool = False

    @property
    def root(self) -> str:
        """The id of the message that begins this one's thread: possibly its own."""
        return self.thread or self.id

    @property
    def files(self) -> tuple[File, ...]:
        """The files that hang on it."""
        return self.said.files if self.said else ()


class World:
    """Everything in the room. Change it by `apply` alone.

    Attributes:
        messages: in the order in which they were written.
        once: key of a send -> the id of its message (empty for one that only one person sees).
        passed: how far the room's clock is ahead.
        played: ids of the people whom somebody at a browser is, or was.
        sequence: how many events were applied.
    """

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, RoomMessage] = {}
        self.once: dict[str, str] = {}
        self.passed = timedelta()
        self.played: set[str] = set()
        self.sequence = 0
        self._numbered = 0
        self._in_channel: dict[str, list[str]] = {}
        self._in_thread: dict[str, list[str]] = {}

    def apply(self, event: Event) -> None:
        """Makes one change.

        Raises:
            KeyError: the event's kind, or somebody or something that it names, is not known.
        """
        _CHANGES[event["kind"]](self, event)
        self.sequence += 1

    def next_message_id(self) -> str:
        """The id that the next message gets."""
        return f"m{self._numbered + 1}"

    def next_channel_id(self, kind: str) -> str:
        """The id that the next channel of `kind` gets."""
        number = len(self.channels) + 1
        return f"{kind}-{number}"

    def visible(self, message: RoomMessage, person: str) -> bool:
        """Says whether `person` (an id, or `BOT`) may see `message`; one that is deleted can be seen to be so."""
        if message.only and (message.only != person or message.deleted):
            return False
        return self.channels[message.channel].holds(person)

    def is_between(self, channel: str, person: str) -> bool:
        """Says whether a channel is the direct conversation of `person` (an id, or `BOT`) with one other."""
        known = self.channels[channel]
        return known.kind == "direct" and person in known.members

    def channels_of(self, person: str) -> Iterator[Channel]:
        """Gives the channels that `person` is in."""
        return (channel for channel in self.channels.values() if channel.holds(person))

    def messages_in(self, channel: str) -> Iterator[RoomMessage]:
        """Gives the messages of a channel, those in its threads included, in order."""
        return (self.messages[id] for id in self._in_channel.get(channel, ()))

    def replies(self, root: str) -> Iterator[RoomMessage]:
        """Gives the messages of a thread after its first one, in order."""
        return (self.messages[id] for id in self._in_thread.get(root, ()))

    def conversation(self, members: frozenset[str]) -> Channel | None:
        """Finds the direct or group conversation of exactly these people."""
        return next((c for c in self.channels.values() if c.kind != "channel" and c.members == members), None)

    def _person_joined(self, event: Event) -> None:
        self.people[event["id"]] = Person(
            event["id"],
            event["name"],
            practice=event.get("practice", ""),
            place=event.get("place", ""),
            time_zone=event.get("time_zone", ""),
            joined_at=datetime.fromisoformat(event["at"]),
            closed_direct_messages=event.get("closed_direct_messages", False),
        )

    def _person_left(self, event: Event) -> None:
        self._change_person(event["id"], left=True)

    def _person_changed(self, event: Event) -> None:
        self._change_person(event["id"], **event["changes"])

    def _change_person(self, id: str, **changes: Any) -> None:
        self.people[id] = replace(self.people[id], **changes)

    def _channel_opened(self, event: Event) -> None:
        self.channels[event["id"]] = Channel(
            event["id"], event["name"], event["topic"], event["channel_kind"], frozenset(event["members"])
        )

    def _posted(self, event: Event) -> None:
        said = event.get("said")
        message = RoomMessage(
            event["id"],
            event["channel"],
            event["author"],
            datetime.fromisoformat(event["at"]),
            text=event.get("text", ""),
            said=from_json(said) if said else None,
            thread=event.get("thread", ""),
            only=event.get("only", ""),
        )
        self.messages[message.id] = message
        self._numbered += 1
        self._in_channel.setdefault(message.channel, []).append(message.id)
        if message.thread:
            self._in_thread.setdefault(message.thread, []).append(message.id)
        if once := event.get("once"):
            self.once[once] = "" if message.only else message.id

    def _held_back(self, event: Event) -> None:
        """What stands in the log for a message that only one person saw: its number stays taken, its words are gone."""
        if event["takes_number"]:
            self._numbered += 1
        if once := event.get("once"):
            self.once[once] = ""

    def _edited(self, event: Event) -> None:
        said = event.get("said")
        self._change(event["id"], text=event.get("text", ""), said=from_json(said) if said else None, edited=True)

    def _deleted(self, event: Event) -> None:
        self._change(event["id"], text="", said=None, reactions={}, deleted=True)

    def _reacted(self, event: Event) -> None:
        reactions = self.messages[event["id"]].reactions
        who = reactions.get(event["emoji"], ())
        if event["who"] not in who:
            self._change(event["id"], reactions={**reactions, event["emoji"]: (*who, event["who"])})

    def _unreacted(self, event: Event) -> None:
        emoji = event["emoji"]
        reactions = dict(self.messages[event["id"]].reactions)
        reactions[emoji] = tuple(id for id in reactions.get(emoji, ()) if id != event["who"])
        self._change(event["id"], reactions={name: who for name, who in reactions.items() if who})

    def _change(self, id: str, **changes: Any) -> None:
        self.messages[id] = replace(self.messages[id], **changes)

    def _time_passed(self, event: Event) -> None:
        self.passed += timedelta(seconds=event["seconds"])

    def _played(self, event: Event) -> None:
        self.played.add(event["who"])

    def _acted(self, event: Event) -> None:
        """Something that changes nothing here (a button, a command); counted, so that its key is used once."""


_CHANGES: Mapping[str, Callable[[World, Event], None]] = {
    "person_joined": World._person_joined,
    "person_left": World._person_left,
    "person_changed": World._person_changed,
    "channel_opened": World._channel_opened,
    "posted": World._posted,
    "held_back": World._held_back,
    "edited": World._edited,
    "deleted": World._deleted,
    "reacted": World._reacted,
    "unreacted": World._unreacted,
    "time_passed": World._time_passed,
    "played": World._played,
    "acted": World._acted,
}

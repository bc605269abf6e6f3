"""What people did, as values: who, where, and the events that a platform hands to the bot.

An adapter drops the bot's own events and those of other bots; everything else that the bot may care about arrives
as one of these. Text is the Markdown subset of `adapters.port.text`, with people written as `@name` and the mention of
the bot itself taken out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Space:
    """One Slack workspace, Discord server or browser room that is connected to a community."""

    platform: str
    id: str

    @property
    def key(self) -> str:
        """The space as one text, such as `slack:T1`."""
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Account:
    """A person as one space knows them. Two accounts are equal when space and id are; the name is only shown."""

    space: Space
    id: str
    name: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """The account as one text, such as `slack:T1:U2`."""
        return f"{self.space.key}:{self.id}"


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, a direct conversation, or a thread in one of them (`thread_id` is the id of its first message).

    `name` is the channel's, without a sign before it, where the platform says it; it is only shown. `direct` is true
    for a conversation that is no channel: with the bot alone or with a few people.
    """

    space: Space
    channel_id: str
    thread_id: str = ""
    name: str = field(default="", compare=False)
    direct: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """The channel as one text, without the thread, such as `slack:T1:C3`."""
        return f"{self.space.key}:{self.channel_id}"

    @property
    def channel(self) -> "Room":
        """The channel itself, without the thread."""
        return replace(self, thread_id="")


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message is: enough to read, edit, delete, link to or answer it."""

    room: Room
    id: str

    @property
    def key(self) -> str:
        """The message as one text, such as `room:demo:general:m7`."""
        return f"{self.room.key}:{self.id}"

    @property
    def thread(self) -> Room:
        """The thread that this message stands in or could start."""
        return replace(self.room, thread_id=self.room.thread_id or self.id)


@dataclass(frozen=True, slots=True)
class Trigger:
    """The opaque, short-lived right to answer an interaction.

    Attributes:
        token: what the platform gave; meaningful to its adapter only.
        expires_at: aware UTC; after it the platform refuses the answer.
    """

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji on a message and who put it there. `emoji` is a short name without colons, such as `bulb`."""

    emoji: str
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A message as it stands on the platform now.

    Attributes:
        private: whether only one person sees it.
        quotes: whose messages it passes on, where the platform says so.
    """

    ref: MessageRef
    author: Account
    at: datetime
    text: str
    by_bot: bool = False
    private: bool = False
    file_names: tuple[str, ...] = ()
    mentions: tuple[Account, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    quotes: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """Somebody wrote.

    Attributes:
        to_bot: true for a direct message and where the bot is mentioned.
        direct: whether it was written where no channel is, with the bot alone or with a few people.
        answers: whose message this answers (in a thread, who began it), where the platform says so.
    """

    key: str
    at: datetime
    who: Account
    post: Post
    to_bot: bool = False
    direct: bool = False
    answers: Account | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """Somebody changed what they wrote; `post` is how it stands now."""

    key: str
    at: datetime
    who: Account
    post: Post


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message is gone. `who` is its author where the platform says so; else its id is empty."""

    key: str
    at: datetime
    who: Account
    message: MessageRef


@dataclass(frozen=True, slots=True)
class ReactionAdded:
    """Somebody put an emoji on a message. `author` is who wrote it, where that is known and not the bot."""

    key: str
    at: datetime
    who: Account
    message: MessageRef
    emoji: str
    author: Account | None = None


@dataclass(frozen=True, slots=True)
class ReactionRemoved:
    """Somebody took an emoji back."""

    key: str
    at: datetime
    who: Account
    message: MessageRef
    emoji: str
    author: Account | None = None


@dataclass(frozen=True, slots=True)
class CommandUsed:
    """Somebody used a slash command. `text` is everything after its name, stripped."""

    key: str
    at: datetime
    who: Account
    room: Room
    name: str
    text: str
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class ShortcutUsed:
    """Somebody chose a message action. `post` is the message as it stands."""

    key: str
    at: datetime
    who: Account
    shortcut: str
    post: Post
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """Somebody pressed a button. `button` is its id; `message` the message that carries it."""

    key: str
    at: datetime
    who: Account
    button: str
    message: MessageRef
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class FormSubmitted:
    """Somebody sent a form.

    Attributes:
        form: the id of the form as it was opened.
        room: where the person was when the form was opened.
        values: field name -> what was entered; a tuple of option values or account ids for fields that take several.
    """

    key: str
    at: datetime
    who: Account
    room: Room
    form: str
    values: Mapping[str, str | tuple[str, ...]]
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody joined the space.

    Attributes:
        time_zone: an IANA name, or empty where the platform does not say.
        is_guest: whether they are a guest of the space rather than one of its members.
    """

    key: str
    at: datetime
    who: Account
    time_zone: str = ""
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Somebody left the space."""

    key: str
    at: datetime
    who: Account


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody opened the bot's own page, where the platform has one."""

    key: str
    at: datetime
    who: Account
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is typing the argument of a command and would like suggestions."""

    key: str
    at: datetime
    who: Account
    room: Room
    command: str
    text: str


Inbound: TypeAlias = (
    MessagePosted
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | CommandUsed
    | ShortcutUsed
    | ButtonPressed
    | FormSubmitted
    | MemberJoined
    | MemberLeft
    | HomeOpened
    | Typing
)

"""What stands in the loopback workspace: people, conversations, messages, views and files. Plain state, no network."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

TEAM, APP, BOT_USER, BOT_ID, SLACKBOT = "T1", "A1", "UTACIT", "BTACIT", "USLACKBOT"


@dataclass
class User:
    """Somebody, or a bot, in the workspace. `handle` is the short name; `id` is Slack's.

    Attributes:
        team: whose they are; another workspace's people come in by shared channels.
        teams: with one organisation's several workspaces, those that they are in.
    """

    id: str
    handle: str
    real_name: str
    display_name: str = ""
    tz: str = ""
    locale: str = "en-US"
    bot_id: str = ""
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    team: str = TEAM
    teams: tuple[str, ...] = ()
    closed_direct_messages: bool = False

    @property
    def is_bot(self) -> bool:
        """Whether an app speaks through this user."""
        return bool(self.bot_id)


@dataclass
class Conversation:
    """A place to talk. `kind` is `channel`, `group`, `im` or `mpim`; `open_to_all` holds everybody who joins."""

    id: str
    name: str
    kind: str
    members: set[str]
    open_to_all: bool = False
    archived: bool = False
    created: int = 0


@dataclass
class UserGroup:
    """People under one handle. `enabled` is false once an admin put it away."""

    id: str
    handle: str
    name: str
    users: set[str] = field(default_factory=set)
    enabled: bool = True


@dataclass
class StoredFile:
    """An uploaded file."""

    id: str
    name: str
    user: str
    size: int
    alt_text: str = ""
    title: str = ""
    content: bytes | None = None
    shared: bool = False


@dataclass
class Note:
    """A message as it stands. `only` is the one user who sees an ephemeral one; `author` is a user id."""

    ts: str
    channel: str
    author: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    only: str = ""
    subtype: str = ""
    bot_id: str = ""
    files: list[StoredFile] = field(default_factory=list)
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    deleted: bool = False
    extra: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The message's id: its ts, which no other message of the workspace has."""
        return self.ts

    @property
    def is_reply(self) -> bool:
        """Whether it stands in somebody's thread and not in the channel."""
        return bool(self.thread_ts) and self.thread_ts != self.ts and self.subtype != "thread_broadcast"


@dataclass
class View:
    """A view in front of one person: an open modal or their home tab."""

    id: str
    user: str
    content: Json
    hash: str
    root: str = ""
    previous: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    entered: Json = field(default_factory=dict)


class World:
    """Everything in the workspace. `now` gives the loopback's time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last_second = self._in_second = self._made = 0
        self._in_channel: dict[str, list[Note]] = {}
        self._in_thread: dict[str, list[Note]] = {}
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.has_usergroups = True
        self.messages: dict[str, Note] = {}
        self.files: dict[str, StoredFile] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._handles: dict[str, str] = {}
        self._private: dict[frozenset[str], str] = {}
        self.add_user(User(SLACKBOT, "slackbot", "Slackbot", "Slackbot"))
        self.add_user(User(BOT_USER, "tacit", "Tacit", "", bot_id=BOT_ID))

    def next_ts(self) -> str:
        """A time stamp that is later than every one before it."""
        second = max(int(self._now().timestamp()), self._last_second)
        self._in_second = self._in_second + 1 if second == self._last_second else 1
        self._last_second = second
        return f"{second}.{self._in_second:06d}"

    def next_id(self, prefix: str) -> str:
        """An id that was not given before, such as `V0000000A`."""
        self._made += 1
        return f"{prefix}{self._made:08X}"

    def user_id(self, who: str) -> str:
        """The Slack id of somebody by id or handle; for somebody unknown the id they would get."""
        if who in self.users:
            return who
        return self._handles.get(who) or self._free(f"U{_letters(who)}", self.users)

    def conversation_id(self, channel: str) -> str:
        """The Slack id of a conversation by id or name; for an unknown one the id that it would get."""
        if channel in self.conversations:
            return channel
        found = next((each.id for each in self.conversations.values() if each.name == channel), "")
        return found or self._free(f"C{_letters(channel)}", self.conversations)

    def add_user(self, user: User) -> None:
        """Lets somebody in, into all conversations that are open to all."""
        self.users[user.id] = user
        self._handles[user.handle] = user.id
        for each in self.conversations.values():
            if each.open_to_all:
                each.members.add(user.id)

    def add_conversation(self, conversation: Conversation) -> None:
        """Opens a conversation."""
        conversation.created = int(self._now().timestamp())
        self.conversations[conversation.id] = conversation

    def between(self, members: set[str]) -> Conversation:
        """Finds or opens the private conversation of exactly these users, the bot being one or not."""
        if known := self._private.get(frozenset(members)):
            return self.conversations[known]
        others = sorted(members - {BOT_USER})
        kind = "im" if len(members) <= 2 else "mpim"
        prefix = "D" if kind == "im" else "G"
        id = self._free(prefix + "".join(other[1:] for other in others)[:40], self.conversations)
        name = "" if kind == "im" else "mpdm-" + "--".join(self.users[each].handle for each in others) + "-1"
        self.add_conversation(Conversation(id, name, kind, set(members)))
        self._private[frozenset(members)] = id
        return self.conversations[id]

    def add_message(self, note: Note) -> Note:
        """Puts a message up."""
        self.messages[note.ts] = note
        self._in_channel.setdefault(note.channel, []).append(note)
        if note.thread_ts:
            self._in_thread.setdefault(note.thread_ts, []).append(note)
        return note

    def in_channel(self, channel: str) -> Iterator[Note]:
        """The messages of a conversation that stand, in order, ephemeral ones too."""
        return (note for note in self._in_channel.get(channel, ()) if not note.deleted)

    def replies(self, root: str) -> list[Note]:
        """The messages of a thread after its first one that stand and everybody sees, in order."""
        return [note for note in self._in_thread.get(root, ()) if not note.deleted and not note.only]

    def visible(self, note: Note, user: str) -> bool:
        """Whether this user can see a message."""
        is_member = user in self.conversations[note.channel].members
        return not note.deleted and is_member and note.only in ("", user)

    def history(self, channel: str) -> list[Note]:
        """What anybody can read again of a conversation outside its threads, in order."""
        return [note for note in self.in_channel(channel) if not note.only and not note.is_reply]

    def handle(self, user: str) -> str:
        """The short name of a user."""
        return self.users[user].handle if user in self.users else user

    @staticmethod
    def _free(id: str, taken: dict[str, Any]) -> str:
        number = 1
        while (found := id if number == 1 else f"{id}{number}") in taken:
            number += 1
        return found


@dataclass
class Trigger:
    """The right to open one view within three seconds."""

    id: str
    user: str
    channel: str
    expires_at: datetime
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer an interaction five times within thirty minutes."""

    token: str
    user: str
    channel: str
    expires_at: datetime
    original: str = ""
    uses: int = 0


class Interactions:
    """The triggers and response urls that were given out."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self._world, self._now = world, now
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}

    def trigger(self, user: str, channel: str = "") -> str:
        """Gives out a trigger id."""
        number = self._world.next_id("")
        id = f"{int(number, 16)}.{int(self._now().timestamp())}.{hashlib.sha256(number.encode()).hexdigest()[:32]}"
        self.triggers[id] = Trigger(id, user, channel, self._now() + timedelta(seconds=3))
        return id

    def response_url(self, user: str, channel: str, original: str = "") -> str:
        """Gives out the token of a response url; `original` is the message that the interaction came from."""
        token = self._world.next_id("R")
        self.response_urls[token] = ResponseUrl(token, user, channel, self._now() + timedelta(minutes=30), original)
        return token


def _letters(words: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", words.upper()) or "X"

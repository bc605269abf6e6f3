"""What Discord's servers hold: simcord's own state, and beside it what simcord leaves out.

Added: threads as Discord begins them (once for each message, with a changed message and a first line), threads that are
archived by time and opened again by a message, conversations that the bot is not in, closed direct messages.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
from simcord.backend import Backend, serializers
from simcord.backend.access import channel_accessible
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel, Message
from simcord.enums import MessageType

BOT_NAME = "Tacit"
HAS_THREAD = 1 << 5
LOADING = 1 << 7
SAID = (MessageType.DEFAULT, MessageType.REPLY, MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND)
"""Kinds of messages that somebody wrote; all others are lines that Discord writes."""


class WorldClock:
    """The time in the stand-in: that of `clock`, and what was let pass since."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self.passed = clock, timedelta()

    @property
    def elapsed(self) -> float:
        """Seconds that were let pass."""
        return self.passed.total_seconds()

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self._clock() + self.passed

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self.passed += timedelta(seconds=seconds)


class World(Backend):
    """Users, channels, messages, interactions. Ids are numbers here.

    Attributes:
        hidden: conversations between people -> who is in them; for the bot they are not there.
        closed: who takes no direct messages.
    """

    clock: WorldClock  # type: ignore[assignment]

    def __init__(self, clock: WorldClock) -> None:
        super().__init__(clock=clock)  # type: ignore[arg-type]
        self.bot_user.name = BOT_NAME
        self.hidden: dict[int, frozenset[int]] = {}
        self.closed: set[int] = set()

    def can_enter(self, user: int, channel: int) -> bool:
        """Whether somebody (or the bot) sees a channel, thread or conversation."""
        if channel in self.hidden:
            return user in self.hidden[channel]
        return channel_accessible(self, channel, user, history=True)

    def find_message(self, id: int) -> Message | None:
        """Finds a message wherever it stands."""
        return next((inside[id] for inside in self.messages.values() if id in inside), None)

    def create_thread(self, parent_id: int, name: str, owner_id: int, **more: Any) -> Channel:
        """Begins a thread; from a message only once, as Discord does."""
        root = more.get("message_id")
        if root is None:
            return super().create_thread(parent_id, name, owner_id, **more)
        if root in self.channels:
            raise BackendError(400, 160004, "A thread has already been created for this message")
        thread = super().create_thread(parent_id, name, owner_id, **{**more, "broadcast": False})
        self.announce_thread_create(thread)
        self._mark_root(self.get_message(parent_id, root), thread)
        return thread

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        """Stores a message; one in an archived thread opens the thread again."""
        channel = self.get_channel(message.channel_id)
        if channel.thread_metadata and channel.thread_metadata.archived:
            self._archive(channel, archived=False)
        return super().commit_message(message, broadcast=broadcast)

    def archive_idle_threads(self) -> None:
        """Archives every thread in which nothing was said for as long as it says."""
        for channel in list(self.channels.values()):
            about = channel.thread_metadata
            if about is None or about.archived:
                continue
            last = discord.utils.snowflake_time(channel.last_message_id or channel.id)
            if last + timedelta(minutes=about.auto_archive_duration) <= self.clock.now():
                self._archive(channel, archived=True)

    def _archive(self, thread: Channel, *, archived: bool) -> None:
        changes = {"archived": archived, "archive_timestamp": self.now_iso()}
        self.edit_channel(thread.id, {}, thread_metadata=changes)

    def _mark_root(self, root: Message, thread: Channel) -> None:
        root.flags |= HAS_THREAD
        changed = {**serializers.message_payload(self, root), "thread": dict(serializers.thread_payload(self, thread))}
        self.emit("MESSAGE_UPDATE", changed)
        first = self.prepare_message(thread.id, root.author_id, "-", message_type=MessageType.THREAD_STARTER_MESSAGE)
        first.content = ""
        first.reference = {"channel_id": str(root.channel_id), "message_id": str(root.id)}
        self.commit_message(first)
        thread.message_count = 0

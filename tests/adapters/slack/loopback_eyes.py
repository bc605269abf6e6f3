"""What people see in the loopback, and the loopback's ids as values of the port."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import loopback_reading as reading
from loopback_forms import SlackForm, as_form
from loopback_slack import LoopbackSlack
from loopback_world import BOT_USER, TEAM, Note, View, World

from adapters.port import Account, MessageRef, Room, Space
from adapters.room import BOT, NotPossible

SPACE = Space("slack", TEAM)
Settle = Callable[[], Awaitable[None]]


class ShownButton(NamedTuple):
    """A button: its action id and its label."""

    id: str
    label: str


class ShownLink(NamedTuple):
    """A button that opens an address."""

    url: str
    label: str


@dataclass(frozen=True)
class Seen:
    """A message as somebody sees it. `author` is a short id, `BOT` for the bot; `id` is the message's ts."""

    id: str
    author: str
    channel: str
    thread: str
    at: datetime
    text: str
    private: bool


class PeopleEyes:
    """What people see. Every `who` is a short id (`ann`) or Slack's (`UANN`); channels likewise."""

    def __init__(self, slack: LoopbackSlack, settle: Settle) -> None:
        self.slack = slack
        self._settle = settle
        self._aliases: dict[str, str] = {}

    @property
    def world(self) -> World:
        """The workspace's state; `world.messages[id].channel` is where a message is."""
        return self.slack.world

    def clock(self) -> datetime:
        """The workspace's time, aware UTC."""
        return self.slack.clock()

    def user(self, who: str) -> str:
        """The Slack id of somebody."""
        return self.world.user_id(BOT_USER if who == BOT else who)

    def channel(self, channel: str) -> str:
        """The Slack id of a conversation."""
        return self._aliases.get(channel) or self.world.conversation_id(channel)

    def account(self, who: str) -> Account:
        """Somebody as the port knows them."""
        id = self.user(who)
        return Account(SPACE, id, self._name(id))

    def room(self, channel: str, thread: str = "") -> Room:
        """A conversation, or a thread in it, as the port knows it."""
        id = self.channel(channel)
        known = self.world.conversations.get(id)
        if known is None:
            return Room(SPACE, id, thread)
        return Room(SPACE, id, thread, known.name, direct=known.kind in ("im", "mpim"))

    def reference(self, message: str) -> MessageRef:
        """Where a message is, as the port knows it."""
        note = self.world.messages[message]
        thread = note.thread_ts if note.thread_ts != note.ts else ""
        return MessageRef(self.room(note.channel, thread), note.ts)

    def channel_of(self, message: str) -> str:
        """The channel that a message stands in."""
        return self.world.messages[message].channel

    def messages_seen_by(self, who: str, channel: str = "") -> tuple[Seen, ...]:
        """What somebody can see, oldest first, in one conversation or everywhere."""
        id, only = self.user(who), self.channel(channel) if channel else ""
        notes = [note for note in self.world.messages.values() if only in ("", note.channel)]
        return tuple(self._seen(note) for note in notes if self.world.visible(note, id))

    def words_of(self, message: str) -> str:
        """Every word that can be seen in a message, plain, buttons and files included."""
        note = self.world.messages[message]
        said = reading.words(note.blocks, self._name) if note.blocks else reading.mrkdwn_words(note.text, self._name)
        files = [line for file in note.files for line in (file.title or file.name, file.alt_text) if line]
        return "\n".join([*([said] if said else []), *files])

    def buttons_of(self, message: str) -> list[ShownButton]:
        """The buttons of a message, those that open an address left out, in reading order."""
        return [ShownButton(each.id, each.label) for each in self._buttons(message) if not each.url]

    def links_of(self, message: str) -> list[ShownLink]:
        """The buttons of a message that open an address, in reading order."""
        return [ShownLink(each.url, each.label) for each in self._buttons(message) if each.url]

    def notified(self, message: str) -> set[str]:
        """The users that a message notifies: ids, and `*everyone*` for `@here` and the like."""
        note = self.world.messages[message]
        return reading.mentioned(note.text, note.blocks)

    def home_words(self, who: str) -> str:
        """Every word on somebody's home tab; empty where nothing was published."""
        view = self.world.homes.get(self.user(who))
        return reading.words(view.content["blocks"], self._name) if view else ""

    def home_buttons(self, who: str) -> list[ShownButton]:
        """The buttons of somebody's home tab, those that open an address left out."""
        view = self.world.homes.get(self.user(who))
        found = reading.buttons(view.content["blocks"]) if view else []
        return [ShownButton(each.id, each.label) for each in found if not each.url]

    def open_form_of(self, who: str) -> SlackForm | None:
        """The modal on top in front of somebody, as a form, if any."""
        view = self._view(who)
        return as_form(view, self.account) if view else None

    def _view(self, who: str) -> View | None:
        stack = self.world.modals.get(self.user(who), [])
        return stack[-1] if stack else None

    def _buttons(self, message: str) -> list[reading.SeenButton]:
        return reading.buttons(self.world.messages[message].blocks)

    def _seen(self, note: Note) -> Seen:
        author = BOT if note.author == BOT_USER else self.world.handle(note.author)
        thread = note.thread_ts if note.thread_ts != note.ts else ""
        at = datetime.fromtimestamp(float(note.ts), UTC)
        return Seen(note.ts, author, note.channel, thread, at, note.text, bool(note.only))

    def _name(self, user: str) -> str:
        known = self.world.users.get(user)
        return (known.display_name or known.real_name) if known else user

    def _visible(self, who: str, message: str) -> Note:
        note = self.world.messages.get(message)
        if note is None or not self.world.visible(note, self._member(who)):
            raise NotPossible("That message is gone.")
        return note

    def _member(self, who: str) -> str:
        known = self.world.users.get(self.user(who))
        if known is None or known.deleted:
            raise NotPossible("Nobody of that name is in the room.")
        return known.id

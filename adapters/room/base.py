"""What both sides of the room stand on: its world, its clock, its log, and its values as the port's values."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from adapters.port import (
    Account,
    Inbound,
    MessageRef,
    Post,
    Reaction,
    Receive,
    Returned,
    Room,
    Space,
    Surface,
    Trigger,
)
from adapters.room import reading
from adapters.room.codec import Json
from adapters.room.forms import OpenForm
from adapters.room.log import Log
from adapters.room.world import BOT, Event, RoomMessage, World

FORM_SECONDS = 3
"""How long a form may be opened after an interaction. Source: Slack, docs.slack.dev, *Modals*: trigger_id expires."""

ANSWER_SECONDS = 15 * 60
"""How long an interaction may be answered. Source: Discord, *Receiving and Responding*: interaction tokens."""

Hook: TypeAlias = Callable[[datetime], Awaitable[None]]
"""Awaited with the room's new time after time was let pass."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Interaction:
    """What a trigger stands for: who acted and where. `opens_form` is false once used, and for a form just sent."""

    person: str
    room: Room
    at: datetime
    opens_form: bool


class RoomBase:
    """The world with its clock and log, and who listens.

    Args:
        space_id: the id of the room's space.
        folder: where the log is kept; None keeps everything in memory.
        now: the real time, aware.
        url: where the browser front is reached, for links; may be empty.
        bot_name: how the bot is called in the room.

    Raises:
        ValueError: the log in `folder` is damaged before its last line.
    """

    name = "room"

    def __init__(
        self,
        space_id: str = "demo",
        *,
        folder: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        url: str = "",
        bot_name: str = "Tacit",
    ) -> None:
        self.space = Space("room", space_id)
        self.world = World()
        self.url = url.rstrip("/")
        self.bot_name = bot_name
        self.surface: Surface | None = None
        self._now = now
        self._receive: Receive | None = None
        self._forms: dict[str, OpenForm] = {}
        self._interactions: dict[str, Interaction] = {}
        self._watchers: list[Callable[[Event], None]] = []
        self._hooks: list[Hook] = []
        self._log = Log(folder) if folder else None
        for event in self._log.read() if self._log else ():
            self.world.apply(event)

    def clock(self) -> datetime:
        """The room's time, aware UTC: the real one plus all that was let pass."""
        return (self._now() + self.world.passed).astimezone(UTC)

    def connect(self, surface: Surface, receive: Receive) -> None:
        """Hands every event from now on to `receive`."""
        self.surface, self._receive = surface, receive

    def watch(self, watcher: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `watcher` after each change, and with the kind `form` when somebody's form changes.

        Returns:
            The way to stop it.
        """
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def commit(self, kind: str, *, at: datetime | None = None, **fields: Any) -> str:
        """Makes one change of the world, writes it to the log, tells the watchers.

        Of a message that only one person sees the log holds no words: they may be what must not be kept.

        Args:
            kind: as `World.apply` knows it.
            at: when; the room's time unless given.
            fields: what the kind needs.

        Returns:
            A key that no other change of this room has.
        """
        event: Json = {"kind": kind, "at": (at or self.clock()).isoformat(), **fields}
        self.world.apply(event)
        if self._log:
            self._log.append(self._as_written(event))
        self._tell(event)
        return f"{self.space.key}:{self.world.sequence}-{self._now():%Y%m%d%H%M%S}"

    def play(self, person: str) -> None:
        """Notes that somebody at a browser is `person` from now on."""
        if person not in self.world.played:
            self.commit("played", who=person)

    def unplayed(self) -> tuple[str, ...]:
        """Gives the ids of the people who are here and whom nobody at a browser has ever been."""
        return tuple(id for id, each in self.world.people.items() if not each.left and id not in self.world.played)

    def told(self, person: str) -> tuple[RoomMessage, ...]:
        """Gives what the bot said to `person` in their direct conversation, oldest first."""
        talk = self.world.conversation(frozenset({person, BOT}))
        messages = self.world.messages_in(talk.id) if talk else ()
        return tuple(each for each in messages if each.author == BOT and not each.deleted)

    def close(self) -> None:
        """Closes the log and ends the streams of the browser front; a later change opens the log again."""
        self._tell({"kind": "closed"})
        if self._log:
            self._log.close()

    def account(self, id: str) -> Account:
        """The account of a person or of the bot; an id that is not known keeps its own as name."""
        person = self.world.people.get(id)
        name = self.bot_name if id == BOT else person.name if person else id
        return Account(self.space, id, name)

    def room(self, channel: str, thread: str = "") -> Room:
        """A place in the room as the port knows it."""
        known = self.world.channels.get(channel)
        if known is None:
            return Room(self.space, channel, thread)
        return Room(self.space, channel, thread, known.name, direct=known.kind != "channel")

    def reference(self, message: RoomMessage) -> MessageRef:
        """Where a message is, as the port knows it."""
        return MessageRef(self.room(message.channel, message.thread), message.id)

    def post(self, message: RoomMessage) -> Post:
        """A message as the port knows it."""
        text, mentioned = self._text_and_mentions(message)
        return Post(
            self.reference(message),
            self.account(message.author),
            message.at,
            text,
            by_bot=message.author == BOT,
            private=bool(message.only) or self.world.is_between(message.channel, BOT),
            file_names=tuple(file.name for file in message.files),
            mentions=tuple(self.account(id) for id in mentioned if id != BOT),
            reactions=tuple(Reaction(emoji, tuple(map(self.account, who))) for emoji, who in message.reactions.items()),
        )

    def open_form_of(self, person: str) -> OpenForm | None:
        """The form that stands open in front of `person`, if any."""
        return self._forms.get(person)

    def _text_and_mentions(self, message: RoomMessage) -> tuple[str, tuple[str, ...]]:
        if message.said is not None:
            return reading.said_as_markdown(message.said), ()
        names = {person.id: person.name for person in self.world.people.values()}
        return reading.typed_as_markdown(message.text, reading.mentionable(self.world, self.bot_name), names)

    def _mentions_bot(self, message: RoomMessage) -> bool:
        return BOT in self._text_and_mentions(message)[1]

    def _as_written(self, event: Json) -> Json:
        message = self.world.messages.get(event.get("id", ""))
        if event["kind"] not in _MESSAGE_CHANGES or message is None or not message.only:
            return event
        is_new = event["kind"] == "posted"
        return {"kind": "held_back", "at": event["at"], "takes_number": is_new, "once": event.get("once", "")}

    async def _deliver(self, event: Inbound) -> Returned:
        return await self._receive(event) if self._receive else None

    def _trigger(self, key: str, person: str, room: Room, *, opens_form: bool = True) -> Trigger:
        now = self.clock()
        self._interactions[key] = Interaction(person, room, now, opens_form)
        for old in list(self._interactions)[:-_INTERACTIONS_KEPT]:
            del self._interactions[old]
        return Trigger(key, now + timedelta(seconds=FORM_SECONDS))

    def _set_form(self, person: str, form: OpenForm | None) -> None:
        if form is None:
            self._forms.pop(person, None)
        else:
            self._forms[person] = form
        self._tell({"kind": "form", "person": person})

    def _tell(self, event: Event) -> None:
        for watcher in list(self._watchers):
            watcher(event)


_INTERACTIONS_KEPT = 1_000
_MESSAGE_CHANGES = frozenset({"posted", "edited", "deleted"})

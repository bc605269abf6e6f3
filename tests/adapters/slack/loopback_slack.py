"""The loopback Slack: one strict workspace on 127.0.0.1 that speaks the Web API, Socket Mode and signed HTTP.

async with LoopbackSlack(clock=clock) as slack:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple, Self

from loopback_delivery import Ack, Deliveries, Parcel
from loopback_errors import SlackError
from loopback_faults import Faults
from loopback_http import HttpSide
from loopback_payloads import callback, changed_event, deleted_event, mention_event, message_event, message_json
from loopback_payloads import reaction_event as reaction_json
from loopback_reading import mentioned
from loopback_socket import SocketSide
from loopback_web import Front
from loopback_world import BOT_ID, BOT_USER, SLACKBOT, Conversation, Interactions, Note, World

Json = dict[str, Any]

SCOPES = frozenset(
    f"{prefix}:{what}" for prefix in ("channels", "groups", "im", "mpim") for what in ("history", "read")
) | {
    "app_mentions:read",
    "chat:write",
    "commands",
    "files:write",
    "im:write",
    "metadata.message:read",
    "mpim:write",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
}
PREFIXES = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
"""Kind of a conversation -> how its scopes begin."""


class Call(NamedTuple):
    """One call of the Web API."""

    method: str
    args: Json


class LoopbackSlack:
    """One workspace with one app.

    Args:
        mode: `socket` or `http`.
        clock: the time, aware; `time_passed` is added to it.
        scopes: what the app was granted.
        events_url: where the app listens in `http`; may be set later.
        subscriptions: the bot events of the app's manifest, such as `message.channels`; all of them unless given.
        retry_delays: real seconds before each retry of an event.
        ack_seconds: how long the app may take to acknowledge.
        reconnect_seconds: how long a delivery waits for a socket to be there.

    Attributes:
        calls: every authorized call of the Web API, in order, refused ones too.
        acks: every acknowledgement.
        violations: what no app should send; a test asserts that there are none.
        deliver_twice: whether each event is delivered twice.
        refuse_connections: how many of the next `apps.connections.open` fail.
    """

    def __init__(
        self,
        mode: str = "socket",
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        scopes: Iterable[str] = SCOPES,
        events_url: str = "",
        subscriptions: Iterable[str] | None = None,
        retry_delays: tuple[float, ...] = (0.0, 0.05, 0.1),
        ack_seconds: float = 3.0,
        reconnect_seconds: float = 15.0,
    ) -> None:
        self.mode, self.scopes, self.events_url = mode, set(scopes), events_url
        self.subscriptions = None if subscriptions is None else set(subscriptions)
        self.bot_token, self.app_token, self.signing_secret = "xoxb-loopback", "xapp-1-A1-loopback", "loopback-secret"
        self.verification_token = "loopback-verification"
        self._clock, self.time_passed = clock, timedelta()
        self.calls: list[Call] = []
        self._writing = asyncio.Event()
        self.acks: list[Ack] = []
        self.violations: list[str] = []
        self.faults = Faults()
        self.refuse_connections = 0
        self.world = World(self.clock)
        self.interactions = Interactions(self.world, self.clock)
        self.sockets = SocketSide(ack_seconds, reconnect_seconds, self.world.next_id, self.acks, self.violations)
        self._http = HttpSide(ack_seconds, self.signing_secret, lambda: self.events_url, self.acks)
        self.deliveries = Deliveries(self.sockets if mode == "socket" else self._http, retry_delays)
        self._front = Front(self)

    @property
    def url(self) -> str:
        """Where the loopback is, without a slash at the end."""
        return self._front.url

    @property
    def api_url(self) -> str:
        """The base url for `AsyncWebClient`."""
        return f"{self.url}/api/"

    @property
    def deliver_twice(self) -> bool:
        """Whether each event is delivered twice."""
        return self.deliveries.twice

    @deliver_twice.setter
    def deliver_twice(self, value: bool) -> None:
        self.deliveries.twice = value

    @property
    def failures(self) -> list[str]:
        """What could not be delivered, such as `operation_timeout /tip`."""
        return self.deliveries.failures

    def clock(self) -> datetime:
        """The workspace's time, aware UTC."""
        return (self._clock() + self.time_passed).astimezone(UTC)

    async def __aenter__(self) -> Self:
        await self._front.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes everything."""
        await self.deliveries.close()
        await self.sockets.close()
        await self._http.close()
        await self._front.stop()

    async def connected(self, count: int = 1, seconds: float = 15) -> None:
        """Waits until so many sockets of the app are open.

        Raises:
            NotAcked: they were not, after so many seconds.
        """
        await self.sockets.connected(count, seconds)

    @asynccontextmanager
    async def answered(self, seconds: float = 15) -> AsyncIterator[None]:
        """Waits, after what is done inside, until the bot wrote something more that stays."""

        def written() -> int:
            return sum(note.author == BOT_USER for note in self.world.messages.values())

        before = written()
        yield
        async with asyncio.timeout(seconds):
            while written() == before:
                self._writing.clear()
                await self._writing.wait()

    async def drop_sockets(self) -> None:
        """Cuts all sockets without a word."""
        await self.sockets.drop()

    async def refresh_sockets(self, grace: float = 1.0) -> None:
        """Tells all sockets to come anew, and closes those that have not gone after `grace` seconds."""
        await self.sockets.refresh(grace)

    async def verify_url(self) -> bool:
        """Asks the app at `events_url` for its challenge back, as Slack does when the address is set.

        Raises:
            NotAcked: it does not answer with 200.
        """
        asked = {"type": "url_verification", "token": self.verification_token, "challenge": self.world.next_id("ch")}
        said = await self._http.send(Parcel("events_api", asked))
        return bool(said) and asked["challenge"] in said.values()

    def tell(self, event: Json, scope: str) -> None:
        """Sends an event on its way, if the app subscribed to it and has the scope; an empty scope is always there."""
        kind = f"message.{scope.split(':')[0]}" if event["type"] == "message" else event["type"]
        is_wanted = self.subscriptions is None or kind in self.subscriptions
        if is_wanted and (not scope or scope in self.scopes):
            self.deliveries.emit(callback(self.world, event, self.verification_token))

    def need(self, scope: str) -> None:
        """Refuses what the app has not the scope for.

        Raises:
            SlackError: `missing_scope`.
        """
        if scope not in self.scopes:
            raise SlackError("missing_scope", scope, needed=scope, provided=",".join(sorted(self.scopes)))

    def new_call(self, method: str, args: Json) -> Call:
        """A call as it is noted."""
        return Call(method, args)

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Gives blocks the ids that Slack gives those that have none."""
        return with_ids(self.world, blocks)

    def scope_of(self, conversation: Conversation, what: str) -> str:
        """The scope for doing something (`history`, `read`) in a conversation."""
        return f"{PREFIXES[conversation.kind]}:{what}"

    def write(self, note: Note) -> Note:
        """Puts up a message and tells the app of it."""
        note.blocks = with_ids(self.world, note.blocks)
        self.world.add_message(note)
        self._writing.set()
        if conversation := self._overheard(note):
            self.tell(message_event(self.world, note), self.scope_of(conversation, "history"))
            is_typed = not note.bot_id and note.subtype != "channel_join" and conversation.kind != "im"
            if is_typed and BOT_USER in mentioned(note.text, note.blocks):
                self.tell(mention_event(self.world, note), "app_mentions:read")
        return note

    def new_note(self, channel: str, author: str, text: str, blocks: Iterable[Json] = (), **more: Any) -> Note:
        """A message with a ts of now; the bot's has its bot id."""
        if author == BOT_USER:
            more.setdefault("bot_id", BOT_ID)
        return Note(self.world.next_ts(), channel, author, text, deepcopy(list(blocks)), **more)

    def rewrite(self, note: Note, text: str, blocks: Iterable[Json], *, by: str = "", **extra: Any) -> None:
        """Changes a message; `by` is who edited it, empty where only its looks (`extra`) changed."""
        before = message_json(self.world, note)
        note.extra |= extra
        note.text, note.blocks = text, with_ids(self.world, deepcopy(list(blocks)))
        if by:
            note.edited = {"user": by, "ts": self.world.next_ts()}
        self._tell_changed(note, before)

    def erase(self, note: Note) -> None:
        """Deletes a message; one that has replies becomes a tombstone, as in Slack."""
        before = message_json(self.world, note)
        conversation = self._overheard(note)
        if not note.only and self.world.replies(note.ts):
            note.subtype, note.author, note.bot_id = "tombstone", SLACKBOT, ""
            note.text, note.blocks, note.files, note.reactions = "This message was deleted.", [], [], {}
            self._tell_changed(note, before)
            return
        note.deleted = True
        if conversation:
            self.tell(deleted_event(self.world, note, before), self.scope_of(conversation, "history"))

    def react(self, note: Note, user: str, name: str, *, on: bool = True) -> bool:
        """Puts an emoji on a message or takes it back; says whether that changed anything."""
        who = note.reactions.setdefault(name, [])
        if on == (user in who):
            return False
        if on:
            who.append(user)
        else:
            who.remove(user)
        if self._overheard(note):
            self.tell(reaction_json(self.world, note, user, name, on=on), "reactions:read")
        return True

    def _tell_changed(self, note: Note, before: Json) -> None:
        if conversation := self._overheard(note):
            self.tell(changed_event(self.world, note, before), self.scope_of(conversation, "history"))

    def _overheard(self, note: Note) -> Conversation | None:
        conversation = self.world.conversations[note.channel]
        return conversation if BOT_USER in conversation.members and not note.only else None


def with_ids(world: World, blocks: list[Json]) -> list[Json]:
    """Gives blocks the ids that Slack gives those that have none."""
    for block in blocks:
        block["block_id"] = block.get("block_id") or world.next_id("b")
        elements = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*elements, block.get("accessory"), block.get("element")]:
            if element:
                element.setdefault("action_id", world.next_id("a"))
    return blocks

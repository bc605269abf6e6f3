"""The verbs of the port on Slack."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from starlette.routing import Route

from adapters.port import (
    Account,
    Destination,
    Event,
    Form,
    Group,
    Message,
    MessageRef,
    Only,
    Part,
    PlatformRefused,
    Post,
    Profile,
    Receive,
    Refused,
    Returned,
    Room,
    Space,
    Surface,
    Trigger,
)
from adapters.port.inbound import HomeOpened, Inbound
from adapters.slack import inbound, outbound, triggers
from adapters.slack.calls import MESSAGES_A_SECOND, Calls, SlackSaysNo, remember
from adapters.slack.directory import Directory
from adapters.slack.door import Door
from adapters.slack.groups import Groups
from adapters.slack.markup import Json
from adapters.slack.sight import Sight
from adapters.slack.triggers import ACT, PAGE, Interaction


@dataclass(frozen=True)
class SlackSettings:
    """How to reach a workspace.

    Attributes:
        bot_token: `xoxb-…`, from *Install App*.
        app_token: `xapp-…` with `connections:write`; with it Socket Mode is used.
        signing_secret: for signed HTTP; used where there is no app token.
        api_url: the Web API's address; Slack's own where empty.
        messages_a_second: to one channel.
        ping_seconds: how often a socket is tried.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = ""
    messages_a_second: float = MESSAGES_A_SECOND
    ping_seconds: float = 5.0


class SlackPlatform:
    """One Slack workspace.

    Args:
        settings: tokens and addresses.
        clock: the time, aware UTC.
    """

    name = "slack"

    def __init__(self, settings: SlackSettings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.settings, self.clock = settings, clock
        self.space = Space("slack", "")
        self.bot = ""
        self._calls: Calls | None = None
        self._directory: Directory | None = None
        self._sight: Sight | None = None
        self._groups: Groups | None = None
        self._sent: OrderedDict[str, MessageRef | None] = OrderedDict()
        self._conversations: dict[str, Room] = {}
        self._on_home: dict[str, list[Message]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self.door = Door(self)

    @property
    def calls(self) -> Calls:
        """The Web API."""
        if self._calls is None:
            self._calls = Calls(
                self.settings.bot_token, self.settings.api_url, messages_a_second=self.settings.messages_a_second
            )
        return self._calls

    @property
    def directory(self) -> Directory:
        """Names of people and channels; after `identify`."""
        assert self._directory is not None, "identify() comes first"
        return self._directory

    async def identify(self) -> Space:
        """Asks Slack which workspace this is and who the bot is there.

        Raises:
            PlatformRefused: the token is not accepted, or Slack cannot be reached.
        """
        who = await self.calls.call("auth_test")
        self.space, self.bot = Space("slack", who["team_id"]), who["user_id"]
        self._directory = Directory(self.calls, self.space)
        self._sight = Sight(self.calls, self.space, self.clock)
        self._groups = Groups(self.calls, self._directory, self.space)
        return self.space

    @property
    def is_connected(self) -> bool:
        """Whether deliveries come in: a socket is open, or signed requests are answered."""
        return self.door.is_open

    def unheard(self) -> frozenset[Part]:
        """Nothing: here the bot hears everything where it is."""
        return frozenset()

    async def run(self, surface: Surface, receive: Receive) -> None:
        """Connects and hands each event to `receive` until cancelled; what was accepted is answered first."""
        if not self.space.id:
            await self.identify()
        try:
            await self.door.open(receive)
        finally:
            await self.door.close()

    async def close(self) -> None:
        """Closes every connection to the Web API; the next call opens them again."""
        if self._calls is not None:
            await self._calls.close()
            self._calls = None

    async def send(
        self,
        to: Destination,
        message: Message,
        *,
        answering: Trigger | None = None,
        once: str = "",
        tried_at: datetime | None = None,
    ) -> MessageRef | None:
        """Posts `message`; gives None for one that only one person sees in a channel."""
        if once and tried_at is not None:
            self.calls.look_for(once, tried_at)
        if not once:
            return await self._send(to, message, "", answering)
        try:
            async with self._locks.setdefault(once, asyncio.Lock()):
                if once not in self._sent:
                    remember(self._sent, once, await self._send(to, message, once, answering))
                return self._sent[once]
        finally:
            self._locks.pop(once, None)

    async def edit(self, message: MessageRef, new: Message, *, answering: Trigger | None = None) -> None:
        """Replaces a message of the bot; one that only one person sees only in answer to that person."""
        interaction = triggers.read(answering.token) if answering else Interaction()
        body = self._content(new)
        if interaction.home and message.room.channel_id == interaction.user:
            self._on_home.setdefault(interaction.user, []).append(new)
        elif interaction.ephemeral and message.id == interaction.message:
            if not await self.calls.respond(interaction.url, {"replace_original": True, **body}):
                raise PlatformRefused(Refused.GONE, message.id)
        else:
            try:
                await self.calls.call("chat_update", channel=message.room.channel_id, ts=message.id, **body)
            except PlatformRefused as refused:
                may_respond = refused.reason is Refused.NOT_IN_CHANNEL and interaction.message == message.id
                if not (may_respond and await self.calls.respond(interaction.url, {"replace_original": True, **body})):
                    raise

    async def delete(self, message: MessageRef) -> None:
        """Removes a message of the bot."""
        await self.calls.once("chat_delete", done="message_not_found", channel=message.room.channel_id, ts=message.id)

    async def react(self, message: MessageRef, emoji: str) -> None:
        """Puts the bot's emoji on a message; a second time changes nothing."""
        await self.calls.call(
            "reactions_add", fine="already_reacted", channel=message.room.channel_id, timestamp=message.id, name=emoji
        )

    async def open_form(self, trigger: Trigger, form: Form) -> None:
        """Opens a form, once for each interaction and within three seconds; not from a form that was just sent."""
        interaction = triggers.read(trigger.token)
        if not interaction.id:
            raise PlatformRefused(Refused.EXPIRED, "trigger")
        view = outbound.view(form, replace(interaction, id="").written())
        await self.calls.once("views_open", done="exchanged_trigger_id", trigger_id=interaction.id, view=view)

    async def open_room(self, accounts: Sequence[Account]) -> Room:
        """Opens (or finds) the private conversation of the bot with these people."""
        key = ",".join(sorted(account.id for account in accounts))
        if key not in self._conversations:
            opened = await self.calls.call("conversations_open", users=key)
            self._conversations[key] = Room(self.space, opened["channel"]["id"], direct=True)
        return self._conversations[key]

    async def read_message(self, message: MessageRef) -> Post | None:
        """Reads a message as it stands, or None where it is gone or not the bot's to read."""
        found = await self._find(message)
        return await self._post_of(found, message.room.channel_id) if found else None

    async def read_thread(self, message: MessageRef) -> tuple[Post, ...]:
        """Reads the thread that a message stands in, its first message first; what is gone is left out."""
        root = message.room.thread_id
        if not root:
            found = await self._find(message)
            if found is None:
                return ()
            root = found.get("thread_ts") or found["ts"]
        channel = message.room.channel_id
        try:
            thread = [
                each async for each in self.calls.pages("conversations_replies", "messages", channel=channel, ts=root)
            ]
        except PlatformRefused as refused:
            if refused.reason in (Refused.GONE, Refused.NOT_IN_CHANNEL):
                return ()
            raise
        return tuple([await self._post_of(each, channel) for each in thread if each.get("subtype") != "tombstone"])

    async def link(self, message: MessageRef) -> str:
        """The address that opens a message, or an empty text."""
        try:
            found = await self.calls.call("chat_getPermalink", channel=message.room.channel_id, message_ts=message.id)
        except (PlatformRefused, SlackSaysNo):
            return ""
        return str(found["permalink"])

    async def schedule_event(self, space: Space, event: Event, *, known: str = "") -> str:
        """Nothing: there is no calendar here."""
        return ""

    async def members(self, space: Space) -> tuple[Profile, ...]:
        """Everybody in the workspace who is not deactivated; bots are marked."""
        if space != self.space:
            return ()
        return await self.directory.everybody()

    async def may_see(self, account: Account, room: Room) -> bool:
        """Whether somebody may read what stands in a channel; guests, and all in a private one, as its members."""
        assert self._sight is not None, "identify() comes first"
        return await self._sight.may_see(account, room)

    async def groups(self, space: Space) -> tuple[Group, ...]:
        """User groups, and the channels that the bot is in."""
        assert self._groups is not None, "identify() comes first"
        return await self._groups.all() if space == self.space else ()

    async def people_in(self, group: str) -> tuple[Account, ...]:
        """The people in a user group or a channel, by its key."""
        assert self._groups is not None, "identify() comes first"
        return await self._groups.people_in(group)

    async def known(self, payload: Json) -> inbound.Known:
        """Finds the names that reading a payload needs."""
        people, channels = inbound.wanted(payload)
        names = await self.directory.names(people)
        rooms = await self.directory.rooms(channels)
        return inbound.Known(self.space, self.bot, self.clock(), names, rooms)

    async def hand_over(self, event: Inbound, receive: Receive) -> Returned:
        """Hands an event to the bot; a home tab on which something was done is drawn anew, with what came of it."""
        returned = await receive(event)
        trigger = getattr(event, "trigger", None)
        if trigger and triggers.read(trigger.token).home == ACT and returned is None:
            page = Interaction(home=PAGE).trigger(self.clock())
            await receive(HomeOpened(f"{event.key}:home", self.clock(), event.who, page))
        return returned

    @property
    def routes(self) -> tuple[Route, ...]:
        """Addresses to be served beside the pages: Slack's signed requests, where no sockets are used."""
        return self.door.routes

    async def idle(self) -> None:
        """Waits until everything that was accepted is handled."""
        await self.door.idle()

    async def _send(self, to: Destination, message: Message, once: str, answering: Trigger | None) -> MessageRef | None:
        match to:
            case Room():
                return await self._post(to, message, once, answering)
            case Account():
                return await self._post(await self.open_room([to]), message, once)
            case Only():
                return await self._send_to_one(to, message, once)

    async def _post(
        self, room: Room, message: Message, once: str, answering: Trigger | None = None
    ) -> MessageRef | None:
        interaction = triggers.read(answering.token) if answering else Interaction()
        content = self._content(message)
        if not room.channel_id.startswith(("C", "D", "G")):  # somebody's home tab
            room = await self.open_room([Account(self.space, room.channel_id)])
        try:
            ts = await self.calls.post(room.channel_id, room.thread_id, once or uuid4().hex, **content)
        except PlatformRefused as refused:
            if refused.reason is not Refused.NOT_IN_CHANNEL or interaction.channel != room.channel_id:
                raise
            in_public = {"response_type": "in_channel", "thread_ts": room.thread_id or None, **content}
            if not interaction.url or not await self.calls.respond(interaction.url, in_public):
                raise
            return None
        sent = MessageRef(room, ts)
        if once:
            remember(self._sent, once, sent)  # it stands there now, whatever becomes of its files
        await self._attach(room, message)
        return sent

    async def _attach(self, room: Room, message: Message) -> None:
        if not message.files:
            return
        await self.calls.once(
            "files_upload_v2",
            may_be_done=False,
            file_uploads=outbound.uploads(message),
            channel=room.channel_id,
            thread_ts=room.thread_id or None,
        )

    async def _send_to_one(self, to: Only, message: Message, once: str) -> MessageRef | None:
        interaction = triggers.read(to.trigger.token) if to.trigger else Interaction()
        if interaction.home:
            await self._show_on_home(to.account, message, interaction)
            if not message.files:
                return None
        is_direct = to.room is not None and await self._is_with_bot(to.room)
        if to.room is None or message.files or is_direct:
            direct = await self.open_room([to.account])
            is_same = to.room is not None and to.room.channel_id == direct.channel_id
            return await self._post(to.room if is_same and to.room else direct, message, once)
        ephemeral = {"response_type": "ephemeral", "replace_original": False, "thread_ts": to.room.thread_id or None}
        content = self._content(message)
        is_theirs = (interaction.user, interaction.channel) == (to.account.id, to.room.channel_id)
        if is_theirs and interaction.url and await self.calls.respond(interaction.url, {**ephemeral, **content}):
            return None
        try:
            place: Json = {"channel": to.room.channel_id, "thread_ts": to.room.thread_id or None}
            await self.calls.once("chat_postEphemeral", user=to.account.id, **place, **content)
        except PlatformRefused as refused:
            if refused.reason is not Refused.NOT_IN_CHANNEL:
                raise
            return await self._post(await self.open_room([to.account]), message, once)
        return None

    async def _show_on_home(self, account: Account, message: Message, interaction: Interaction) -> None:
        if interaction.home == ACT:
            self._on_home.setdefault(account.id, []).append(message)
            return
        came_of_it = [each for each in self._on_home.pop(account.id, []) if each != message]
        page = outbound.home(message, self.space, came_of_it)
        await self.calls.call("views_publish", user_id=account.id, view=page)

    async def _is_with_bot(self, room: Room) -> bool:
        return room.channel_id.startswith("D") and bool(await self.directory.rooms([room.channel_id]))

    async def _find(self, message: MessageRef) -> Json | None:
        """Finds a message; one in a thread that is not known is found by its own timestamp."""
        channel, ts, thread = message.room.channel_id, message.id, message.room.thread_id
        one: Json = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
        try:
            if not thread:
                page = await self.calls.call("conversations_history", limit=1, **one)
                found = _with_ts(page, ts)
                if found:
                    return found
            page = await self.calls.call("conversations_replies", ts=thread or ts, limit=10, **one)
        except PlatformRefused as refused:
            if refused.reason in (Refused.GONE, Refused.NOT_IN_CHANNEL):
                return None
            raise
        return _with_ts(page, ts)

    async def _post_of(self, message: Json, channel: str) -> Post:
        names = await self.directory.names(inbound.people_in(message))
        rooms = await self.directory.rooms([channel])
        return inbound.post_of(message, channel, inbound.Known(self.space, self.bot, self.clock(), names, rooms))

    def _content(self, message: Message) -> Json:
        return {"text": outbound.message_text(message), "blocks": outbound.message_blocks(message, self.space)}


def _with_ts(page: Json, ts: str) -> Json | None:
    messages = page.get("messages") or ()
    return next((each for each in messages if each["ts"] == ts and each.get("subtype") != "tombstone"), None)

"""The bot's side of the room: the verbs of `adapters.port.Platform`, refusing what a real platform refuses."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

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
    Room,
    Sort,
    Space,
    Surface,
    Trigger,
)
from adapters.room.base import ANSWER_SECONDS, Interaction
from adapters.room.codec import to_json
from adapters.room.forms import OpenForm
from adapters.room.people import PeopleSide
from adapters.room.world import BOT, RoomMessage


class RoomPlatform(PeopleSide):
    """A chat platform in memory, with an optional log on disk; see `RoomBase` for the arguments.

    A private conversation of people without the bot is as closed to it as on any platform: it neither hears nor
    reads nor writes there, except to answer whoever used one of its commands or actions in it.
    """

    @property
    def is_connected(self) -> bool:
        """Whether somebody listens."""
        return self._receive is not None

    def unheard(self) -> frozenset[Part]:
        """Nothing: here the bot hears everything where it is."""
        return frozenset()

    async def run(self, surface: Surface, receive: Receive) -> None:
        """Hands each event to `receive` until cancelled."""
        self.connect(surface, receive)
        try:
            await asyncio.Event().wait()
        finally:
            self._receive = None
            self.close()

    async def send(
        self,
        to: Destination,
        message: Message,
        *,
        answering: Trigger | None = None,
        once: str = "",
        tried_at: datetime | None = None,
    ) -> MessageRef | None:
        """Posts `message`; gives None for one that only one person sees in a channel.

        Raises:
            PlatformRefused: NOT_IN_CHANNEL, NO_DIRECT_MESSAGES, or GONE for a thread that is not there.
        """
        if once and once in self.world.once:
            return self._sent(self.world.once[once])
        match to:
            case Room():
                place = self._place(to, answering)
                return self._sent(self._post(place, message, once=once))
            case Account():
                return self._sent(self._post(self._direct(to), message, once=once))
            case Only():
                return self._send_to_one(to, message, once)

    async def edit(self, message: MessageRef, new: Message, *, answering: Trigger | None = None) -> None:
        """Replaces a message of the bot; one that only one person sees only in answer to that person.

        Raises:
            PlatformRefused: GONE, or MISSING_PERMISSION for somebody else's message.
        """
        found = self._own_message(message, answering)
        self.commit("edited", id=found.id, said=to_json(new))

    async def delete(self, message: MessageRef) -> None:
        """Removes a message of the bot.

        Raises:
            PlatformRefused: GONE, or MISSING_PERMISSION for somebody else's message.
        """
        found = self._own_message(message, None)
        self.commit("deleted", id=found.id)

    async def react(self, message: MessageRef, emoji: str) -> None:
        """Puts the bot's emoji on a message; a second time changes nothing.

        Raises:
            PlatformRefused: GONE.
        """
        found = self._readable(message)
        if BOT not in found.reactions.get(emoji, ()):
            self.commit("reacted", id=found.id, who=BOT, emoji=emoji)

    async def open_form(self, trigger: Trigger, form: Form) -> None:
        """Opens a form, once for each interaction and within three seconds.

        Raises:
            PlatformRefused: EXPIRED where the trigger is too old, used, or came from sending a form (Discord cannot
                open one form after another).
        """
        acted = self._interactions.get(trigger.token)
        if acted is None or not acted.opens_form or self.clock() > trigger.expires_at:
            raise PlatformRefused(Refused.EXPIRED, "trigger")
        self._interactions[trigger.token] = Interaction(acted.person, acted.room, acted.at, opens_form=False)
        opening = OpenForm(trigger.token, acted.person, acted.room, form, MappingProxyType({}))
        self._set_form(acted.person, opening)

    async def open_room(self, accounts: Sequence[Account]) -> Room:
        """Finds or opens the private conversation of the bot with these people.

        Raises:
            PlatformRefused: NO_DIRECT_MESSAGES where somebody left, or where the only one takes none.
        """
        if len(accounts) == 1:
            return self._direct(accounts[0])
        for account in accounts:
            if not self._is_here(account):
                raise PlatformRefused(Refused.NO_DIRECT_MESSAGES, account.id)
        return self.room(self._conversation(frozenset({BOT, *(account.id for account in accounts)})).id)

    async def read_message(self, message: MessageRef) -> Post | None:
        """Reads a message as it stands, or None where it is gone or not the bot's to read."""
        found = self._found(message)
        return self.post(found) if found else None

    async def read_thread(self, message: MessageRef) -> tuple[Post, ...]:
        """Reads the thread that a message stands in, its first message first; what is gone is left out."""
        known = self.world.messages.get(message.id)
        if known is None:
            return ()
        root = self.world.messages[known.root]
        thread = [root, *self.world.replies(root.id)]
        return tuple(self.post(each) for each in thread if self._is_readable(each))

    async def link(self, message: MessageRef) -> str:
        """The address that opens a message in the browser front, or an empty text where there is none."""
        return f"{self.url}/#{message.room.channel_id}/{message.id}" if self.url else ""

    async def may_see(self, account: Account, room: Room) -> bool:
        """Whether somebody may read what stands in a channel: its members, or anybody where it is open to all."""
        channel = self.world.channels.get(room.channel_id)
        if room.space != self.space or channel is None or channel.kind != "channel":
            return False
        return channel.holds(BOT) and channel.holds(account.id) and self._is_here(account)

    async def schedule_event(self, space: Space, event: Event, *, known: str = "") -> str:
        """Nothing: there is no calendar here."""
        return ""

    async def members(self, space: Space) -> tuple[Profile, ...]:
        """Everybody in the room, and the bot itself, marked as one."""
        if space != self.space:
            return ()
        people = [person for person in self.world.people.values() if not person.left]
        profiles = (Profile(self.account(person.id), person.time_zone) for person in people)
        return (*profiles, Profile(self.account(BOT), is_bot=True))

    async def groups(self, space: Space) -> tuple[Group, ...]:
        """The channels that the bot is in and not everybody."""
        if space != self.space:
            return ()
        found = [each for each in self.world.channels_of(BOT) if each.kind == "channel" and each.members]
        groups = [Group(self.room(each.id).key, each.name or each.id, Sort.CHANNEL, private=True) for each in found]
        return tuple(sorted(groups, key=lambda each: each.name))

    async def people_in(self, group: str) -> tuple[Account, ...]:
        """Whoever is in a channel.

        Raises:
            PlatformRefused: NOT_IN_CHANNEL, or GONE.
        """
        channel = self.world.channels.get(group.removeprefix(f"{self.space.key}:"))
        if channel is None or channel.kind != "channel" or not group.startswith(f"{self.space.key}:"):
            raise PlatformRefused(Refused.GONE, group)
        if not channel.holds(BOT):
            raise PlatformRefused(Refused.NOT_IN_CHANNEL, channel.id)
        people = [each for each in self.world.people.values() if channel.holds(each.id) and not each.left]
        return tuple(self.account(each.id) for each in people)

    def _send_to_one(self, to: Only, message: Message, once: str) -> MessageRef | None:
        if to.room is None:
            return self._sent(self._post(self._direct(to.account), message, once=once))
        place = self._place(to.room, to.trigger)
        if not self._is_here(to.account) or not self.world.channels[place.channel_id].holds(to.account.id):
            raise PlatformRefused(Refused.NOT_IN_CHANNEL, place.channel_id)
        return self._sent(self._post(place, message, only=to.account.id, once=once))

    def _post(self, room: Room, message: Message, *, only: str = "", once: str = "") -> str:
        id = self.world.next_message_id()
        self.commit(
            "posted",
            id=id,
            channel=room.channel_id,
            thread=room.thread_id,
            author=BOT,
            said=to_json(message),
            only=only,
            once=once,
        )
        return id

    def _sent(self, id: str) -> MessageRef | None:
        message = self.world.messages.get(id)
        return None if message is None or message.only else self.reference(message)

    def _place(self, room: Room, trigger: Trigger | None) -> Room:
        channel = self.world.channels.get(room.channel_id)
        if room.space != self.space or channel is None:
            raise PlatformRefused(Refused.NOT_IN_CHANNEL, room.channel_id)
        acted = self._answerable(trigger)
        if not channel.holds(BOT) and not (acted and acted.room.channel_id == channel.id):
            raise PlatformRefused(Refused.NOT_IN_CHANNEL, room.channel_id)
        if not room.thread_id:
            return room
        root = self.world.messages.get(room.thread_id)
        if root is None or root.deleted or root.channel != channel.id:
            raise PlatformRefused(Refused.GONE, room.thread_id)
        return self.room(channel.id, root.root)

    def _answerable(self, trigger: Trigger | None) -> Interaction | None:
        acted = self._interactions.get(trigger.token) if trigger else None
        if acted and self.clock() - acted.at <= timedelta(seconds=ANSWER_SECONDS):
            return acted
        return None

    def _direct(self, account: Account) -> Room:
        if not self._is_here(account) or self.world.people[account.id].closed_direct_messages:
            raise PlatformRefused(Refused.NO_DIRECT_MESSAGES, account.id)
        return self.room(self._conversation(frozenset({BOT, account.id})).id)

    def _is_here(self, account: Account) -> bool:
        person = self.world.people.get(account.id)
        return account.space == self.space and person is not None and not person.left

    def _own_message(self, reference: MessageRef, answering: Trigger | None) -> RoomMessage:
        found = self.world.messages.get(reference.id)
        acted = self._answerable(answering)
        if found is None or found.deleted or (found.only and not (acted and acted.person == found.only)):
            raise PlatformRefused(Refused.GONE, reference.id)
        if found.author != BOT:
            raise PlatformRefused(Refused.MISSING_PERMISSION, reference.id)
        return found

    def _readable(self, reference: MessageRef) -> RoomMessage:
        found = self._found(reference)
        if found is None:
            raise PlatformRefused(Refused.GONE, reference.id)
        return found

    def _found(self, reference: MessageRef) -> RoomMessage | None:
        found = self.world.messages.get(reference.id)
        return found if found and self._is_readable(found) else None

    def _is_readable(self, message: RoomMessage) -> bool:
        return not message.deleted and self.world.visible(message, BOT)

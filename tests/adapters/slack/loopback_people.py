"""The people's side of the loopback: everything that a person can do in Slack, named as in the room.

Each deed changes the workspace, delivers the events, awaits their acknowledgements, and then waits until the bot has
done all that it was given. What a person cannot do raises `NotPossible`.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

from loopback_composer import Names, compose
from loopback_payloads import user_json
from loopback_rooms import Rooms
from loopback_world import BOT_USER, Conversation, Note, StoredFile, User

from adapters.port import Option
from adapters.room import BOT, NotPossible, Person

Hook = Callable[[datetime], Awaitable[None]]
TIME_STEP = timedelta(hours=6)
"""Time is let pass in steps, so that what would have happened on the way happens then."""


class SlackPeople(Rooms):
    """What people do. Every `who` is a short id (`ann`) or Slack's (`UANN`)."""

    async def join(self, person: Person, **more: str | bool | tuple[str, ...]) -> None:
        """Lets somebody in, new or back again; of somebody who is in already only the profile changes.

        Args:
            person: who; the id becomes Slack's, such as `ann` -> `UANN`.
            more: fields of `User`, such as `locale`, `display_name`, `is_restricted`.
        """
        id = self.user(person.id)
        known = self.world.users.get(id)
        user = User(id, person.id, person.name, person.name, person.time_zone)
        user.closed_direct_messages = person.closed_direct_messages
        for name, value in more.items():
            setattr(user, name, value)
        self.world.add_user(user)
        self._tell_user("user_change" if known else "team_join", user)
        if not known:
            for each in self.world.conversations.values():
                if each.open_to_all and BOT_USER in each.members:
                    self._tell_member("member_joined_channel", each, id)
        await self.finish()

    async def leave(self, who: str) -> None:
        """Deactivates somebody; what they wrote stays."""
        user = self.world.users[self._member(who)]
        user.deleted = True
        self.world.modals.pop(user.id, None)
        for each in self.world.conversations.values():
            if each.kind in ("channel", "group"):
                each.members.discard(user.id)
        self._tell_user("user_change", user)
        await self.finish()

    def change_person(self, who: str, **changes: str | bool) -> None:
        """Changes parts of a profile: `name`, `time_zone`, or any field of `User`; the app hears of it soon."""
        user = self.world.users[self._member(who)]
        name = changes.pop("name", None)
        if name is not None:
            user.real_name = user.display_name = str(name)
        if "time_zone" in changes:
            user.tz = str(changes.pop("time_zone"))
        heard = name is not None or set(changes) - {"closed_direct_messages", "practice", "place"}
        for field, value in changes.items():
            setattr(user, field, value)
        if heard:
            self._tell_user("user_change", user)

    async def say(
        self, who: str, channel: str, text: str, thread: str = "", *, broadcast: bool = False, me: bool = False
    ) -> str:
        """Writes a message, into a thread where one of its messages is given; gives the new message's id.

        Args:
            who: a person.
            channel: where.
            text: Markdown, as `loopback_composer` takes it.
            thread: a message of the thread.
            broadcast: whether a reply is shown in the channel too.
            me: whether it is written by `/me`.

        Raises:
            NotPossible: the channel is not theirs, the thread is gone, or the text is empty or too long.
        """
        subtype = "thread_broadcast" if broadcast and thread else "me_message" if me else ""
        note = self._composed(who, channel, _checked(text), thread, subtype=subtype)
        self.slack.write(note)
        await self.finish()
        return note.ts

    async def add_file(
        self, who: str, channel: str, name: str, text: str = "", thread: str = "", *, alternative_text: str = ""
    ) -> str:
        """Shares a file, with or without words; gives the new message's id."""
        note = self._composed(who, channel, text, thread, subtype="file_share")
        note.files = [StoredFile(self.world.next_id("F"), name, note.author, 1, alternative_text, content=b"x")]
        note.extra |= {"upload": False, "display_as_bot": False}
        self.slack.write(note)
        await self.finish()
        return note.ts

    async def edit_message(self, who: str, message: str, text: str) -> None:
        """Changes what `who` wrote.

        Raises:
            NotPossible: the message is gone or not theirs, or the text is empty or too long.
        """
        note = self._own(who, message)
        new_text, blocks = compose(_checked(text), self._names(text))
        self.slack.rewrite(note, new_text, blocks, by=note.author)
        await self.finish()

    async def unfurl(self, message: str) -> None:
        """Lets Slack unfurl a link in a message: it changes, but nobody edited it."""
        note = self.world.messages[message]
        page = {"id": 1, "from_url": "https://example.org", "fallback": "A page"}
        self.slack.rewrite(note, note.text, note.blocks, attachments=[page])
        await self.finish()

    async def delete_message(self, who: str, message: str) -> None:
        """Deletes what `who` wrote; with replies to it, a tombstone stays.

        Raises:
            NotPossible: the message is gone or not theirs.
        """
        self.slack.erase(self._own(who, message))
        await self.finish()

    def dismiss(self, who: str, message: str) -> None:
        """Puts away a message that only `who` sees.

        Raises:
            NotPossible: it is gone, or others see it too.
        """
        note = self._visible(who, message)
        if not note.only:
            raise NotPossible("Only a message that nobody else sees can be put away.")
        note.deleted = True

    async def add_reaction(self, who: str, message: str, emoji: str) -> None:
        """Puts an emoji (a short name, such as `bulb`) on a message; once is enough."""
        await self._react(who, message, emoji, on=True)

    async def remove_reaction(self, who: str, message: str, emoji: str) -> None:
        """Takes an emoji of `who` back from a message."""
        await self._react(who, message, emoji, on=False)

    async def type_command(self, who: str, channel: str, line: str) -> tuple[Option, ...]:
        """Gives nothing: Slack suggests nothing while a command is typed."""
        self._inside(who, channel)
        return ()

    async def open_home(self, who: str, tab: str = "home") -> None:
        """Opens the bot's own page, or its `messages` tab."""
        user = self._member(who)
        im = self.world.between({user, BOT_USER})
        event = {"type": "app_home_opened", "user": user, "channel": im.id, "tab": tab}
        self.slack.tell(event | self._home_part(user, tab) | {"event_ts": self.world.next_ts()}, "")
        await self.finish()

    async def pass_time(self, span: timedelta) -> None:
        """Moves the clock ahead, a step at a time, and at each awaits whoever asked by `on_time_passed`.

        Raises:
            ValueError: `span` is negative.
        """
        if span < timedelta():
            raise ValueError("time only passes forwards")
        longest = max(TIME_STEP, span / 100)
        while span > timedelta():
            step = min(span, longest)
            span -= step
            self.slack.time_passed += step
            for hook in list(self._hooks):
                await hook(self.clock())
            await self.finish()

    def on_time_passed(self, hook: Hook) -> None:
        """Awaits `hook` with the new time whenever time was let pass."""
        self._hooks.append(hook)

    async def _react(self, who: str, message: str, emoji: str, *, on: bool) -> None:
        note = self._visible(who, message)
        if note.only or not re.fullmatch(r"[\w+'-]{1,60}(::skin-tone-[2-6])?", emoji):
            raise NotPossible("That cannot be put on this message.")
        self.slack.react(note, self._member(who), emoji, on=on)
        await self.finish()

    def _composed(self, who: str, channel: str, text: str, thread: str, *, subtype: str) -> Note:
        user, place = self._inside(who, channel)
        root = self._root(place, thread)
        words, blocks = compose(text, self._names(text)) if text.strip() else ("", [])
        more = {"client_msg_id": str(uuid4())}
        return self.slack.new_note(place.id, user, words, blocks, thread_ts=root, subtype=subtype, extra=more)

    def _names(self, text: str) -> Names:
        if "@" not in text and "#" not in text:
            return Names({})
        users = {BOT: BOT_USER}
        for user in self.world.users.values():
            if not user.deleted:
                shown = (user.real_name, user.display_name, user.handle, user.id)
                users |= {name.lower(): user.id for name in shown if name.strip()}
        channels = {each.name.lower(): each.id for each in self.world.conversations.values() if each.name}
        return Names(users, channels)

    def _root(self, place: Conversation, thread: str) -> str:
        if not thread:
            return ""
        note = self.world.messages.get(thread)
        if note is None or note.channel != place.id or note.only or note.deleted:
            raise NotPossible("That conversation is gone.")
        return note.thread_ts or note.ts

    def _own(self, who: str, message: str) -> Note:
        note = self._visible(who, message)
        if note.author != self._member(who):
            raise NotPossible("Only whoever wrote it can change it.")
        return note

    def _tell_user(self, kind: str, user: User) -> None:
        event = {"type": kind, "user": user_json(user), "cache_ts": 0, "event_ts": self.world.next_ts()}
        self.slack.tell(event, "users:read")


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise NotPossible("There is nothing in it yet.")
    if len(words) > 40_000:
        raise NotPossible("That is longer than 40000 characters. Two messages would do it.")
    return words

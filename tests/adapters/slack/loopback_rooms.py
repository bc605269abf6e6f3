"""What people do to conversations: open them, invite and remove, rename, archive; and what other apps say in them."""

from loopback_acts import Acts
from loopback_world import BOT_USER, SLACKBOT, TEAM, Conversation, User, UserGroup

from adapters.room import BOT


class Rooms(Acts):
    """Conversations. The deeds that are not awaited are heard of by the bot soon, at the next deed at the latest."""

    def open_channel(
        self,
        id: str,
        name: str = "",
        *,
        topic: str = "",
        members: tuple[str, ...] = (),
        private: bool = False,
        with_bot: bool = True,
    ) -> None:
        """Opens a channel, for all or for `members` only; does nothing where it is there already."""
        if self.channel(id) in self.world.conversations:
            return
        everybody = [user.id for user in self.world.users.values() if not user.is_bot and user.id != SLACKBOT]
        inside = {self.user(each) for each in members} or set(everybody)
        kind = "group" if private else "channel"
        channel = Conversation(self.channel(id), name or id, kind, inside, open_to_all=not members)
        self._aliases[id] = channel.id
        self.world.add_conversation(channel)
        if with_bot:
            channel.members.add(BOT_USER)
            self._tell_member("member_joined_channel", channel, BOT_USER)

    async def put_together(self, id: str, *who: str) -> str:
        """Makes a user group of exactly these people, or changes it so; gives its key."""
        group = self.world.usergroups.setdefault(f"S{id.upper()}", UserGroup(f"S{id.upper()}", id, id.capitalize()))
        group.users = {self.user(each) for each in who}
        await self.finish()
        return f"slack:{TEAM}:group:{group.id}"

    def open_direct(self, who: str, other: str = BOT) -> str:
        """Finds or opens the direct conversation of `who` with `other`, the bot unless given; gives its id."""
        return self.world.between({self._member(who), self._member(other)}).id

    def open_group(self, *who: str, with_bot: bool = True) -> str:
        """Finds or opens the group conversation of some people; gives its id."""
        return self.world.between({self._member(each) for each in who} | ({BOT_USER} if with_bot else set())).id

    async def invite(self, who: str, channel: str) -> None:
        """Lets somebody (or the bot) into a channel, with the line that Slack writes there."""
        user, place = self._member(who), self._place(channel)
        place.members.add(user)
        self.slack.write(
            self.slack.new_note(place.id, user, f"<@{user}> has joined the channel", subtype="channel_join", bot_id="")
        )
        if BOT_USER in place.members:
            self._tell_member("member_joined_channel", place, user)
        await self.finish()

    async def remove(self, who: str, channel: str) -> None:
        """Takes somebody (or the bot) out of a channel."""
        user, place = self._member(who), self._place(channel)
        heard = BOT_USER in place.members
        place.members.discard(user)
        if heard:
            self._tell_member("member_left_channel", place, user)
        if user == BOT_USER:
            self._tell_place("left", place, {"channel": place.id})
        await self.finish()

    async def rename_channel(self, channel: str, name: str) -> None:
        """Gives a channel another name."""
        place = self._place(channel)
        place.name = name
        about = {"id": place.id, "name": name, "name_normalized": name, "created": place.created}
        self._tell_place("rename", place, {"channel": about})
        await self.finish()

    async def archive_channel(self, channel: str) -> None:
        """Archives a channel."""
        place = self._place(channel)
        place.archived = True
        self._tell_place("archive", place, {"channel": place.id, "user": SLACKBOT})
        await self.finish()

    def add_app(self, id: str, name: str) -> str:
        """Installs another app; gives the Slack id of its bot."""
        user = User(self.user(id), id, name, bot_id=f"B{self.user(id)[1:]}")
        self.world.add_user(user)
        return user.id

    async def app_says(self, app: str, channel: str, text: str, thread: str = "", *, classic: bool = False) -> str:
        """Lets another app write `text` (mrkdwn), a `classic` one as `bot_message`; gives the message's id."""
        user, place = self.world.users[self.user(app)], self._place(channel)
        subtype = "bot_message" if classic else ""
        note = self.slack.new_note(place.id, user.id, text, thread_ts=thread, bot_id=user.bot_id, subtype=subtype)
        self.slack.write(note)
        await self.finish()
        return note.ts

    def _place(self, channel: str) -> Conversation:
        return self.world.conversations[self.channel(channel)]

    def _tell_place(self, what: str, place: Conversation, event: dict[str, object]) -> None:
        if place.kind == "channel" or BOT_USER in place.members or what == "left":
            named = {"type": f"{place.kind}_{what}", **event, "event_ts": self.world.next_ts()}
            self.slack.tell(named, self.slack.scope_of(place, "read"))

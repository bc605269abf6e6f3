"""What the loopback holds: users, servers, channels, threads, messages, as Discord writes them down.

Every id is a text. Who changes it says so to `emit`, which hands each event to the connections.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gateway_permissions as permissions
import gateway_shapes as shapes
from gateway_errors import UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, UNKNOWN_USER, Refusal

Json = dict[str, Any]
Emit = Callable[[str, str, Json], None]
"""Takes an event: its name, the server's id or an empty text, and what it says."""

BOT, APPLICATION = "1000000000000000001", "1000000000000000002"
FIRST_GUILD = 150_000_000_000
"""Milliseconds of the first server's id; each further server lies one after, so on the next shard."""


@dataclass
class Guild:
    """A server. `members` are without their users; `events` are those that are scheduled."""

    id: str
    name: str
    owner: str
    roles: dict[str, Json] = field(default_factory=dict)
    members: dict[str, Json] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)
    bot_role: str = ""


class World:
    """Everything there is.

    Attributes:
        grants: the privileged intents that the application has, of `presences`, `members` and `message_content`.
        closed: ids of those who take no direct messages.
        commands: where (a server's id, or an empty text for all) -> the application's commands there.
    """

    def __init__(self) -> None:
        self.bot = shapes.user(BOT, "tacit", "Tacit", bot=True)
        self.users: dict[str, Json] = {BOT: self.bot}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, dict[str, Json]] = {}
        self.thread_members: dict[str, set[str]] = {}
        self.commands: dict[str, list[Json]] = {}
        self.grants = {"members", "message_content"}
        self.closed: set[str] = set()
        self.emit: Emit = lambda event, guild, data: None

    def add_guild(self, name: str = "The ward") -> Guild:
        """Adds a server with the bot in it."""
        id = str(FIRST_GUILD + len(self.guilds) << 22)
        found = Guild(id, name, owner="0", bot_role=shapes.new_id())
        found.roles[id] = shapes.role(id, "@everyone", permissions.USUAL)
        found.roles[found.bot_role] = shapes.role(found.bot_role, "Tacit", permissions.USUAL, bot=BOT)
        found.members[BOT] = shapes.member(roles=(found.bot_role,))
        self.guilds[id] = found
        return found

    def add_user(self, name: str, shown: str = "", *, bot: bool = False) -> Json:
        """Adds a user who is in no server."""
        made = shapes.user(shapes.new_id(), name, shown, bot=bot)
        self.users[made["id"]] = made
        return made

    def add_channel(
        self, guild: Guild, name: str, type: int = shapes.TEXT, *, members: Sequence[str] | None = None
    ) -> Json:
        """Adds a channel that everybody sees, or only `members` (user names) and the bot."""
        ids = [] if members is None else [BOT, *(self.user(each)["id"] for each in members)]
        seen = str(permissions.bits("view_channel"))
        rules = [{"id": id, "type": 1, "allow": seen, "deny": "0"} for id in ids]
        rules += [{"id": guild.id, "type": 0, "allow": "0", "deny": seen}] if ids else []
        made = shapes.channel(shapes.new_id(), guild.id, name, type, rules)
        self.channels[made["id"]] = made
        return made

    def direct(self, user: str) -> Json:
        """The bot's conversation with somebody."""
        known = (each for each in self.channels.values() if each["type"] == shapes.DIRECT)
        found = next((each for each in known if each["recipients"][0]["id"] == user), None)
        if found is None:
            found = shapes.direct(shapes.new_id(), self.user(user))
            self.channels[found["id"]] = found
        return found

    def user(self, id: str) -> Json:
        """A user by id or user name.

        Raises:
            Refusal: there is nobody.
        """
        found = self.users.get(id) or next((each for each in self.users.values() if each["username"] == id), None)
        if found is None:
            raise Refusal(UNKNOWN_USER)
        return found

    def guild(self, id: str) -> Guild:
        """A server.

        Raises:
            Refusal: there is none that the bot is in.
        """
        found = self.guilds.get(id)
        if found is None or BOT not in found.members:
            raise Refusal(UNKNOWN_GUILD)
        return found

    def channel(self, id: str) -> Json:
        """A channel or thread by id or name.

        Raises:
            Refusal: there is none.
        """
        found = self.channels.get(id) or next((each for each in self.channels.values() if each.get("name") == id), None)
        if found is None:
            raise Refusal(UNKNOWN_CHANNEL)
        return found

    def message(self, channel: str, id: str) -> Json:
        """A message.

        Raises:
            Refusal: there is none.
        """
        found = self.messages.get(channel, {}).get(id)
        if found is None:
            raise Refusal(UNKNOWN_MESSAGE)
        return found

    def home(self, channel: Json) -> Json:
        """The channel whose permissions hold: a thread's parent, else itself."""
        return self.channels[channel["parent_id"]] if channel["type"] in permissions.THREADS else channel

    def allowed(self, user: str, channel: Json) -> int:
        """What somebody may do in a channel, thread or conversation."""
        if channel["type"] == shapes.DIRECT:
            return permissions.ALL
        guild = self.guilds.get(channel["guild_id"])
        found = permissions.allowed(guild, user, self.home(channel)) if guild else 0
        is_let_in = user in self.thread_members.get(channel["id"], ()) or found & permissions.bits("manage_threads")
        return 0 if channel["type"] == shapes.PRIVATE_THREAD and not is_let_in else found

    def sees(self, channel: Json, user: str = BOT) -> bool:
        """Whether somebody sees a channel."""
        return bool(self.allowed(user, channel) & permissions.bits("view_channel"))

    def full_member(self, guild: Guild, user: str) -> Json:
        """A member with the user."""
        return {**guild.members[user], "user": self.users[user]}

"""The loopback Discord of the tests as a server under load; the one place that knows where the tests have it."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from time import monotonic
from typing import TypeAlias

from bench.programs import ROOT, Program, free_port
from bench.results import Json, Missing

sys.path[:0] = [str(ROOT / "tests" / "adapters" / "discord")]
try:
    import gateway_deeds as deeds
    import gateway_shapes as shapes
    from gateway_interactions import Interaction
    from gateway_server import GatewayServer
    from gateway_world import BOT
except ImportError as error:
    raise Missing(f"The loopback Discord of the tests cannot be used here ({error}).") from error

__all__ = ["GatewayServer", "Talk", "Ties", "opened", "settings", "until_connected", "used", "wrote_in_answer"]

PEOPLE, CHANNELS = 60, 20
ANSWERS, MENTIONS = 0.5, 0.1
"""Shares of messages that answer somebody, and that mention somebody else."""

LATEST = 200
"""An answer is to one of so many messages."""

START_SECONDS = 120.0

Ties: TypeAlias = set[tuple[str, str, str]]
"""What messages show: (message, kind, whom)."""


class Talk:
    """What the members of a server say, and the ties that it shows.

    Args:
        server: a loopback with one server.
        lines: what is said.

    Attributes:
        ties: of everything that was said since they were last taken.
        said: messages since then.
        unheard: those among them that were said while the gateway knew no session.
    """

    def __init__(self, server: GatewayServer, lines: Sequence[str]) -> None:
        self.server, self.ties = server, set[tuple[str, str, str]]()
        self.said = self.unheard = 0
        self._lines, self._roots = lines, list[Json]()
        self._chance = Random(11)  # noqa: S311 - the same talk each time
        self._guild = next(iter(server.world.guilds.values()))
        self._people = [each for each in self._guild.members if each != BOT]
        self._channels = [each for each in server.world.channels.values() if each.get("guild_id") == self._guild.id]

    def take_ties(self) -> Ties:
        """Gives the ties so far, and counts anew."""
        taken, self.ties = self.ties, set()
        self.said = self.unheard = 0
        return taken

    def tell(self) -> None:
        """Lets a message reach the app over the gateway only; nobody can read it later."""
        channel, who, text, mentioned, root = self._next()
        whom = [mentioned] * bool(mentioned) + ([root["author"]["id"]] if root else [])  # who is answered is pinged
        made = shapes.message(
            shapes.new_id(),
            channel["id"],
            self.server.world.users[who],
            text,
            mentions=[{**self.server.world.users[each], "member": self._guild.members[each]} for each in whom],
            **_about(root),
        )
        self._note(made, mentioned, root)
        about = {"guild_id": self._guild.id, "member": self._guild.members[who]}
        self.server.hub.send_raw("MESSAGE_CREATE", {**made, **about})

    def say(self) -> None:
        """Writes a message as people do: it is told to the app, and stands in the channel's history."""
        channel, who, text, mentioned, root = self._next()
        self.unheard += not self.server.hub.sessions
        self._note(deeds.post(self.server.world, channel, who, text, **_about(root)), mentioned, root)

    def _next(self) -> tuple[Json, str, str, str, Json | None]:
        """Where, who, what, who is mentioned (nobody where empty), and what it answers."""
        chance = self._chance
        answers = self._roots and chance.random() < ANSWERS
        root = chance.choice(self._roots) if answers else None
        channel = self.server.world.channels[root["channel_id"]] if root else chance.choice(self._channels)
        others = [each for each in self._people if root is None or each != root["author"]["id"]]
        who, whom = chance.sample(others, 2)
        mentioned = whom if chance.random() < MENTIONS else ""
        line = chance.choice(self._lines)
        return channel, who, f"<@{whom}> {line}" if mentioned else line, mentioned, root

    def _note(self, made: Json, mentioned: str, root: Json | None) -> None:
        self.said += 1
        if root is None:
            self._roots = [*self._roots[1 - LATEST :], made]
        else:
            self.ties.add((made["id"], "reply", root["author"]["id"]))
        if mentioned:
            self.ties.add((made["id"], "mention", mentioned))


@asynccontextmanager
async def opened() -> AsyncIterator[GatewayServer]:
    """Opens a Discord with one server, its members and channels."""
    async with GatewayServer() as server:
        guild = server.world.add_guild()
        for number in range(CHANNELS):
            server.world.add_channel(guild, f"channel{number}")
        for number in range(PEOPLE):
            await server.people.join(
                f"member{number}", f"Member {number}", nick=f"M{number}" if number % 3 == 0 else ""
            )
        yield server


def settings(server: GatewayServer) -> dict[str, str]:
    """What an app needs to reach it, as variables of its environment."""
    addresses = {"DISCORD_API_URL": server.api_url, "DISCORD_GATEWAY_URL": server.gateway_url}
    return {"DISCORD_TOKEN": server.token, **addresses, "PORT": str(free_port())}


async def until_connected(server: GatewayServer, program: Program, *, has_commands: bool) -> None:
    """Waits until an app listens.

    Args:
        server: where.
        program: the app.
        has_commands: whether it writes slash commands when it does.

    Raises:
        Missing: it ended, or does not listen after two minutes.
    """
    deadline = monotonic() + START_SECONDS
    while program.is_running and monotonic() < deadline:
        try:
            await server.until(lambda: server.world.commands.get("") if has_commands else server.hub.live, 0.5)
            await program.until_idle()
            return
        except TimeoutError:
            pass
    raise Missing(f"It does not listen: {' / '.join(program.said()[-5:])}")


def used(interaction: Interaction) -> bool:
    """Whether the bot answered a command."""
    return bool(interaction.answers) and not interaction.is_waiting


def wrote_in_answer(server: GatewayServer, message: str) -> bool:
    """Whether the bot wrote into the thread of a message."""
    inside = server.world.messages.get(message, {}).values()
    return any(each["author"]["id"] == BOT and each["type"] == 0 for each in inside)


def _about(root: Json | None) -> Json:
    """What a message says about the one that it answers."""
    if root is None:
        return {}
    about = {"type": 0, "message_id": root["id"], "channel_id": root["channel_id"]}
    return {"type": deeds.REPLY, "message_reference": about, "referenced_message": deeds.shown(root)}

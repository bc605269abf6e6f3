"""The gateway: what of the world's events reaches one client, and in which form.

simcord knows the intents; here is what it leaves out: the bot hears nothing from where it may not look, servers are
first announced as unavailable, and an event can come twice.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import discord
from discord_desk import Desk
from discord_world import World
from simcord.backend import serializers
from simcord.gateway import FakeGateway, FakeWebSocket

Json = dict[str, Any]
PEOPLE = ("MESSAGE_", "GUILD_MEMBER_", "INTERACTION_")
"""Events that may come twice when a connection is resumed."""


class Socket(FakeWebSocket):
    """The client's end of the gateway."""

    def __init__(self, world: World, gateway: FakeGateway) -> None:
        super().__init__(world, gateway)
        self.closed = asyncio.Event()

    async def close(self, code: int = 1000) -> None:
        await super().close(code)
        self.closed.set()


class Line:
    """One client's connection. `twice` says whether what people do arrives twice."""

    def __init__(self, desk: Desk, client: discord.Client) -> None:
        self._world, self._desk = desk.world, desk
        self._gateway = FakeGateway(desk.world, client._connection)
        self.socket = Socket(desk.world, self._gateway)
        self.twice = False

    def begin(self) -> None:
        """Says who the bot is and in which servers, as after IDENTIFY."""
        guilds = list(self._world.guilds.values())
        self._gateway.feed(
            "READY",
            {
                "v": 10,
                "user": dict(serializers.user_payload(self._world.bot_user)),
                "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
                "session_id": "session",
                "resume_gateway_url": "wss://discord.invalid",
                "shard": [0, 1],
                "application": {"id": str(self._world.application_id), "flags": 0},
            },
        )
        for each in guilds:
            self.hear("GUILD_CREATE", serializers.guild_create_payload(self._world, each))

    def hear(self, event: str, payload: Mapping[str, Any]) -> None:
        """Takes an event of the world, and hands it on where the client is told of it."""
        if not self.socket.open or not self._may_hear(event, payload):
            return
        if event == "INTERACTION_CREATE":
            self._desk.began[int(payload["id"])] = time.monotonic()
        for _ in range(2 if self.twice and event.startswith(PEOPLE) else 1):
            self._gateway.feed(event, self._completed(event, dict(payload)))

    def _may_hear(self, event: str, payload: Mapping[str, Any]) -> bool:
        name = "channel_id" if event.startswith(("MESSAGE_", "TYPING_")) else "id"
        if not event.startswith(("MESSAGE_", "TYPING_", "THREAD_")) or event == "THREAD_DELETE":
            return True
        return self._world.can_enter(self._world.bot_user.id, int(payload[name]))

    def _completed(self, event: str, payload: Json) -> Json:
        """Adds what Discord says and simcord does not."""
        match event:
            case "GUILD_CREATE":
                threads = [each for each in payload["threads"] if not each["thread_metadata"]["archived"]]
                mine = {"tags": {"bot_id": str(self._world.bot_user.id)}}
                roles = [{**each, **(mine if each["managed"] else {})} for each in payload["roles"]]
                return {**payload, "threads": threads, "roles": roles}
            case "MESSAGE_UPDATE":
                return {**self._membership(payload), **payload}
            case "MESSAGE_REACTION_ADD":
                message = self._world.find_message(int(payload["message_id"]))
                return {**payload, **({"message_author_id": str(message.author_id)} if message else {})}
            case _:
                return payload

    def _membership(self, payload: Json) -> Json:
        guild = self._world.guilds.get(int(payload.get("guild_id", 0)))
        member = guild.members.get(int(payload["author"]["id"])) if guild else None
        if guild is None or member is None:
            return {}
        return {"member": serializers.member_payload(self._world, guild, member, with_user=False)}

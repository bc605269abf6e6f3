"""The gateway's protocol: HELLO, IDENTIFY, RESUME, heartbeats, member chunks, and closing where a client errs.

Source: Discord, discord-api-docs, *Gateway*, *Opcodes and status codes*.
"""

from typing import Any

import gateway_intents as intents
from aiohttp import WSMsgType, web
from gateway_connection import Connection, read
from gateway_hello import guild_create, guilds_of, ready
from gateway_hub import INVALID_SESSION, Hub
from gateway_session import Session, packed
from gateway_shapes import new_id
from gateway_world import World

Json = dict[str, Any]
HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, MEMBERS, HELLO, ACK = 1, 2, 3, 4, 6, 8, 10, 11
UNKNOWN_OP, BAD_FRAME, NOT_YET, BAD_TOKEN, TWICE = 4001, 4002, 4003, 4004, 4005
BAD_SEQUENCE, TOO_FAST, BAD_SHARD, MUST_SHARD, BAD_VERSION, BAD_INTENTS, NOT_GRANTED = (
    4007,
    4008,
    4010,
    4011,
    4012,
    4013,
    4014,
)
CHUNK = 1000
"""Members in one answer."""


class Gateway:
    """The server's side of all sockets.

    Args:
        hub: what is told.
        token: the bot's.

    Attributes:
        url: the address.
        interval: milliseconds between two heartbeats.
        must_shard: whether a client without shards is refused.
    """

    def __init__(self, hub: Hub, token: str) -> None:
        self.hub, self.token = hub, token
        self.url, self.interval, self.must_shard = "", 41_250, False

    @property
    def world(self) -> World:
        """What there is."""
        return self.hub.world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one socket until it closes."""
        await self.hub.open.wait()
        self.hub.handshakes += 1
        self.hub.bell.ring()
        if self.hub.refusals:
            return web.Response(status=self.hub.refusals.pop(0), text="Bad Gateway")
        socket = web.WebSocketResponse(max_msg_size=4096, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.hub.connections.append(connection)
        try:
            await self._serve(connection)
        finally:
            self._forget(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        if connection.request.query.get("v") != "10":
            connection.close(BAD_VERSION)
        connection.say(HELLO, {"heartbeat_interval": self.interval, "_trace": []})
        async for message in connection.socket:
            frame = read(message.data) if message.type == WSMsgType.TEXT else None
            if frame is None:
                connection.close(BAD_FRAME)
                continue
            if connection.take(frame):
                self._take(connection, frame["op"], frame.get("d"))
            else:
                connection.close(TOO_FAST)

    def _forget(self, connection: Connection) -> None:
        session = connection.session
        if session is not None and not connection.is_left and connection.socket.close_code in (1000, 1001):
            self.hub.sessions.pop(session.id, None)  # a client that closes so wants no more of it
        connection.end()
        self.hub.connections.remove(connection)
        self.hub.bell.ring()

    def _take(self, connection: Connection, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            self.hub.heartbeats += 1
            if self.hub.acks:
                connection.say(ACK)
        elif op in (IDENTIFY, RESUME) and connection.session is not None:
            connection.close(TWICE)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            connection.close(NOT_YET)
        elif op == MEMBERS:
            self._chunk(connection.session, data)
        elif op not in (PRESENCE, VOICE):
            connection.close(UNKNOWN_OP)
        self.hub.bell.ring()

    def _identify(self, connection: Connection, data: Json) -> None:
        self.hub.identifies.append(data)
        if refused := self._refused(data):
            connection.close(refused)
            return
        number, of = data.get("shard") or (0, 1)
        session = Session(new_id(), (number, of), data["intents"], connection, identifies=data)
        connection.session = self.hub.sessions[session.id] = session
        session.tell("READY", packed(ready(self.world, session, self.url)))
        for guild in guilds_of(self.world, session):
            if session.intents & intents.GUILDS:
                session.tell("GUILD_CREATE", packed(guild_create(self.world, guild)))

    def _refused(self, data: Json) -> int:
        if data.get("token") != self.token:
            return BAD_TOKEN
        asked = data.get("intents")
        if not isinstance(asked, int) or asked & ~intents.KNOWN:
            return BAD_INTENTS
        shard = data.get("shard")
        if shard is None and self.must_shard:
            return MUST_SHARD
        if shard is not None and not (len(shard) == 2 and 0 <= shard[0] < shard[1]):
            return BAD_SHARD
        return 0 if intents.is_granted(asked, self.world.grants) else NOT_GRANTED

    def _resume(self, connection: Connection, data: Json) -> None:
        self.hub.resumes.append(data)
        session = self.hub.sessions.get(str(data.get("session_id")))
        if data.get("token") != self.token:
            connection.close(BAD_TOKEN)
        elif session is None:
            connection.say(INVALID_SESSION, False)
        elif not isinstance(data.get("seq"), int) or data["seq"] > session.sequence:
            connection.close(BAD_SEQUENCE)
        else:
            self._go_on(connection, session, data["seq"])

    def _go_on(self, connection: Connection, session: Session, sequence: int) -> None:
        if session.connection is not None:
            session.connection.cut()
        connection.session, session.connection = session, connection
        for frame in session.since(sequence):
            connection.put(frame)
        session.tell("RESUMED", packed({"_trace": []}))

    def _chunk(self, session: Session, asked: Json) -> None:
        guild = self.world.guild(str(asked["guild_id"]))
        members = [self.world.full_member(guild, id) for id in guild.members]
        if asked.get("user_ids"):
            wanted = {str(id) for id in asked["user_ids"]}
            members = [each for each in members if each["user"]["id"] in wanted]
        elif asked.get("query"):
            members = [each for each in members if each["user"]["username"].startswith(asked["query"])]
        members = members[: asked.get("limit") or None]
        parts = [members[at : at + CHUNK] for at in range(0, len(members), CHUNK)] or [[]]
        for number, part in enumerate(parts):
            chunk = {"guild_id": guild.id, "members": part, "chunk_index": number, "chunk_count": len(parts)}
            session.tell("GUILD_MEMBERS_CHUNK", packed({**chunk, "not_found": [], "nonce": asked.get("nonce")}))

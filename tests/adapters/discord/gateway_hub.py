"""All sessions and sockets of the gateway: each event goes to whoever may hear it, unless a test lets it be lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import gateway_intents as intents
from gateway_bell import Bell
from gateway_connection import Connection
from gateway_session import Session, packed
from gateway_world import BOT, World

Json = dict[str, Any]
RECONNECT, INVALID_SESSION = 7, 9


class Hub:
    """What connects the world with the bot.

    Attributes:
        sessions: those that can be resumed.
        connections: open sockets.
        identifies: what each IDENTIFY said, in order.
        resumes: what each RESUME said, in order.
        open: handshakes wait until it is set.
        refusals: statuses that the next handshakes are answered with.
        acks: whether heartbeats are acknowledged.
        twice: whether each event is told twice.
    """

    def __init__(self, world: World, bell: Bell) -> None:
        self.world, self.bell = world, bell
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.handshakes = self.heartbeats = 0
        self.open = asyncio.Event()
        self.open.set()
        self.refusals: list[int] = []
        self.acks, self.twice = True, False

    @property
    def live(self) -> list[Session]:
        """Sessions with a socket."""
        return [each for each in self.sessions.values() if each.connection is not None]

    def emit(self, event: str, guild: str, data: Json) -> None:
        """Tells an event to every session that may hear it."""
        if not self._is_seen(event, data):
            return
        bodies: dict[bool, bytes] = {}
        for session in self.sessions.values():
            if not session.holds(guild) or not intents.hears(session.intents, event, direct=not guild):
                continue
            full = not event.startswith("MESSAGE_") or self._gets_content(session, event, data)
            if full not in bodies:
                bodies[full] = packed(data if full else intents.without_content(data))
            for _ in range(2 if self.twice else 1):
                session.tell(event, bodies[full])

    def _is_seen(self, event: str, data: Json) -> bool:
        if event in ("THREAD_CREATE", "THREAD_UPDATE"):
            return self.world.sees(data)
        if not event.startswith(("MESSAGE_", "TYPING_")):
            return True
        channel = self.world.channels.get(data["channel_id"])
        return channel is None or self.world.sees(channel)

    def _gets_content(self, session: Session, event: str, data: Json) -> bool:
        is_words = event in ("MESSAGE_CREATE", "MESSAGE_UPDATE")
        return not is_words or bool(session.intents & intents.CONTENT) or intents.has_content(data, BOT)

    async def flush(self) -> None:
        """Waits until everything was sent that can be."""
        await asyncio.gather(*(each.flush() for each in self.connections))

    async def drop(self, code: int | None = None) -> None:
        """Ends all sockets, without a word or by a close code, and waits until they are gone."""
        cut = list(self.connections)
        for each in cut:
            if code is None:
                each.cut()
            else:
                each.close(code)
        await self._gone(cut)

    @asynccontextmanager
    async def away(self, code: int | None = None) -> AsyncIterator[None]:
        """Ends all sockets, and lets no handshake through until the block ends."""
        self.open.clear()
        try:
            await self.drop(code)
            yield
        finally:
            self.open.set()

    async def ask_to_reconnect(self) -> None:
        """Sends op 7, and waits until the sockets are gone."""
        await self._tell_all(RECONNECT, None)

    async def invalidate(self, *, resumable: bool) -> None:
        """Sends op 9, and waits until the sockets are gone; a session that is not resumable ends."""
        if not resumable:
            self.sessions.clear()
        await self._tell_all(INVALID_SESSION, resumable)

    def expire_sessions(self) -> None:
        """Forgets all sessions; what happens until the next one begins is told to nobody."""
        for each in list(self.connections):
            each.cut()
        self.sessions.clear()

    def send_raw(self, event: str, data: Any) -> None:
        """Tells an event as it stands to all sessions, whatever is wrong with it."""
        for session in self.sessions.values():
            session.tell(event, packed(data))

    async def _tell_all(self, op: int, data: Any) -> None:
        told = list(self.connections)
        for each in told:
            each.say(op, data)
        await self._gone(told)

    async def _gone(self, old: list[Connection]) -> None:
        await self.bell.until(lambda: not set(old) & set(self.connections))

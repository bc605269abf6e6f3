"""Socket Mode: the server's side of up to ten web sockets of one app."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from aiohttp import WSMsgType, web
from loopback_delivery import Ack, NotAcked, Parcel
from loopback_world import APP

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One open socket. `draining` means that it was told to go and gets nothing more."""

    socket: web.WebSocketResponse
    request: web.Request
    draining: bool = False
    waiting: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Sent:
    parcel: Parcel
    at: float
    answer: "asyncio.Future[Any]"


class SocketSide:
    """All sockets of the app, and what was sent over them and is not acknowledged yet."""

    def __init__(
        self,
        ack_seconds: float,
        reconnect_seconds: float,
        new_id: Callable[[str], str],
        acks: list[Ack],
        violations: list[str],
    ) -> None:
        self.was_heard = False
        self.connections: list[Connection] = []
        self.tickets: set[str] = set()
        self._ack_seconds, self._reconnect_seconds, self._new_id = ack_seconds, reconnect_seconds, new_id
        self._acks, self._violations = acks, violations
        self._sent: dict[str, _Sent] = {}
        self._turn = 0
        self._changed = asyncio.Event()

    def ticket(self) -> str:
        """Gives out the right to open one socket."""
        ticket = self._new_id("ticket-")
        self.tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one socket until it closes."""
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=408, text="no such ticket")
        self.tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        connection = Connection(socket, request)
        try:
            await self._serve(connection)
        finally:
            self._forget(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        hello = {"type": "hello", "num_connections": len(self.connections), "connection_info": {"app_id": APP}}
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        await connection.socket.send_json(hello | {"debug_info": debug})
        self.was_heard = True
        self._tell()
        async for message in connection.socket:
            if message.type == WSMsgType.TEXT:
                self._acknowledged(message.data)

    def _acknowledged(self, text: str) -> None:
        try:
            answer = json.loads(text)
            sent = self._sent.get(answer["envelope_id"])
        except (ValueError, TypeError, KeyError):
            self._violations.append(f"an acknowledgement that is none: {text[:200]}")
            return
        if sent is None:
            self._violations.append(f"an acknowledgement of what was not sent, or is acknowledged: {text[:200]}")
            return
        del self._sent[answer["envelope_id"]]
        self._acks.append(Ack(sent.parcel.kind, sent.parcel.key, monotonic() - sent.at, answer.get("payload")))
        if not sent.answer.done():
            sent.answer.set_result(answer.get("payload"))

    def _forget(self, connection: Connection) -> None:
        self.connections.remove(connection)
        for envelope_id in connection.waiting:
            sent = self._sent.get(envelope_id)
            if sent and not sent.answer.done():
                sent.answer.set_exception(NotAcked("connection_lost"))
        self._tell()

    async def send(self, parcel: Parcel) -> Any:
        """Sends a parcel over the next open connection and waits for its acknowledgement.

        Raises:
            NotAcked: there is no connection, it closed, or no acknowledgement came in time.
        """
        connection = await self._next_connection()
        envelope_id = self._new_id("envelope-")
        answer = asyncio.get_running_loop().create_future()
        self._sent[envelope_id] = _Sent(parcel, monotonic(), answer)
        connection.waiting.add(envelope_id)
        try:
            await connection.socket.send_json(_envelope(envelope_id, parcel))
            return await asyncio.wait_for(answer, self._ack_seconds)
        except TimeoutError:
            raise NotAcked("timeout") from None
        except ConnectionError:
            raise NotAcked("connection_lost") from None
        finally:
            connection.waiting.discard(envelope_id)

    async def _next_connection(self) -> Connection:
        await self.connected(1, self._reconnect_seconds)
        ready = [each for each in self.connections if not each.draining]
        self._turn += 1
        return ready[self._turn % len(ready)]

    async def connected(self, count: int, seconds: float) -> None:
        """Waits until so many sockets are open.

        Raises:
            NotAcked: they were not, after so many seconds.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._ready() < count:
                    await self._changed.wait()
        if self._ready() < count:
            raise NotAcked("no_connection")

    def _ready(self) -> int:
        return sum(not each.draining for each in self.connections)

    async def drop(self) -> None:
        """Cuts all sockets without a word, and waits until they are gone here."""
        cut = list(self.connections)
        for connection in cut:
            connection.draining = True  # it gets nothing more
            if connection.request.transport is not None:
                connection.request.transport.abort()
        await self._gone(cut)

    async def refresh(self, grace: float) -> None:
        """Tells all sockets to come anew, and closes those that have not gone after `grace` seconds."""
        old = list(self.connections)
        for connection in old:
            connection.draining = True
            await connection.socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._gone(old)
        for connection in set(old) & set(self.connections):
            await connection.socket.close()
        await self._gone(old)

    async def _gone(self, old: list[Connection]) -> None:
        while set(old) & set(self.connections):
            await self._changed.wait()

    async def close(self) -> None:
        """Closes all sockets."""
        for connection in list(self.connections):
            connection.draining = True
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _envelope(envelope_id: str, parcel: Parcel) -> dict[str, Any]:
    takes_answer = parcel.type == "slash_commands" or parcel.kind == "view_submission"
    envelope = {
        "envelope_id": envelope_id,
        "type": parcel.type,
        "payload": parcel.payload,
        "accepts_response_payload": takes_answer,
    }
    if parcel.type != "events_api":
        return envelope
    return {**envelope, "retry_attempt": parcel.attempt, "retry_reason": parcel.reason}

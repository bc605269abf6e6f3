"""One web socket of the gateway: frames go out in order, compressed as was asked for, and cut on command."""

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from aiohttp import web
from gateway_session import Session, packed

SENDS, SENDS_SECONDS = 120, 60
"""Frames that a client may send in so many seconds. Source: Discord, discord-api-docs, *Gateway*."""


class Connection:
    """A socket. `is_left` says that the server ended it.

    Args:
        socket: the server's end, prepared.
        request: what it began with.

    Attributes:
        session: which one it carries.
        received: frames of the client, in order.
    """

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket, self.request = socket, request
        self.session: Session | None = None
        self.is_left = False
        self.received: list[dict[str, Any]] = []
        self._received_at: deque[float] = deque(maxlen=SENDS)
        self._squeeze = _squeezer(request.query.get("compress", ""))
        self._waiting: asyncio.Queue[bytes | int] = asyncio.Queue()
        self._writing = asyncio.create_task(self._write())

    def take(self, frame: dict[str, Any]) -> bool:
        """Notes a frame of the client; False where it sends too many."""
        now, full = time.monotonic(), len(self._received_at) == SENDS
        is_too_fast = full and now - self._received_at[0] < SENDS_SECONDS
        self._received_at.append(now)
        self.received.append(frame)
        return not is_too_fast

    def put(self, frame: bytes) -> None:
        """Lets a frame be sent."""
        self._waiting.put_nowait(frame)

    def say(self, op: int, data: Any = None) -> None:
        """Lets a frame without a number be sent."""
        self.put(packed({"op": op, "d": data, "t": None, "s": None}))

    def close(self, code: int) -> None:
        """Closes after what is still to be sent."""
        self.is_left = True
        self._waiting.put_nowait(code)

    async def flush(self) -> None:
        """Waits until everything was sent."""
        await self._waiting.join()

    def cut(self) -> None:
        """Ends it without a word."""
        self.end()
        if self.request.transport is not None:
            self.request.transport.abort()

    def end(self) -> None:
        """Sends nothing more."""
        if self.session is not None and self.session.connection is self:
            self.session.connection = None
        self._writing.cancel()
        while not self._waiting.empty():
            self._waiting.get_nowait()
            self._waiting.task_done()

    async def _write(self) -> None:
        while True:
            item = await self._waiting.get()
            try:
                await self._send(item)
            finally:
                self._waiting.task_done()

    async def _send(self, item: bytes | int) -> None:
        with suppress(ConnectionError, RuntimeError):
            if isinstance(item, int):
                await self.socket.close(code=item)
            elif self._squeeze is None:
                await self.socket.send_str(item.decode())
            else:
                await self.socket.send_bytes(self._squeeze(item))


def read(text: str) -> dict[str, Any] | None:
    """Reads a frame of the client; None where it is none."""
    with suppress(ValueError):
        frame = json.loads(text)
        return frame if isinstance(frame, dict) and isinstance(frame.get("op"), int) else None
    return None


def _squeezer(way: str) -> Callable[[bytes], bytes] | None:
    """How frames are compressed. Each ends at a flush. Source: Discord, discord-api-docs, *Gateway*, compression."""
    if way == "zlib-stream":
        deflate = zlib.compressobj(1)
        return lambda frame: deflate.compress(frame) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if way == "zstd-stream":
        zstandard: Any = import_module("zstandard")  # only where the client has it
        pack = zstandard.ZstdCompressor().compressobj()
        return lambda frame: bytes(pack.compress(frame) + pack.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
    return None

"""A session of the gateway: what it was told, in order, so that it can be told again after a break.

Source: Discord, discord-api-docs, *Gateway* (sequence numbers, RESUME).
"""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 20_000
"""Events that a session keeps to be told again."""


@dataclass(eq=False)
class Session:
    """What outlives a socket.

    Attributes:
        id: by which it is resumed.
        shard: which shard it is, of how many.
        intents: what it asked for.
        connection: the socket that it has now.
        sequence: the number of its latest event.
        identifies: how it said who it is.
    """

    id: str
    shard: tuple[int, int]
    intents: int
    connection: Any = None
    sequence: int = 0
    identifies: dict[str, Any] = field(default_factory=dict)
    told: "deque[tuple[int, bytes]]" = field(default_factory=lambda: deque(maxlen=KEPT))

    def tell(self, event: str, body: bytes) -> None:
        """Numbers an event, keeps it, and sends it where there is a socket."""
        self.sequence += 1
        frame = b'{"op":0,"t":"%b","s":%d,"d":%b}' % (event.encode(), self.sequence, body)
        self.told.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.put(frame)

    def since(self, sequence: int) -> list[bytes]:
        """What was told after an event."""
        return [frame for number, frame in self.told if number > sequence]

    def holds(self, guild: str) -> bool:
        """Whether a server's events (direct ones where empty) come here."""
        number, of = self.shard
        return (int(guild) >> 22) % of == number if guild else number == 0


def packed(data: Any) -> bytes:
    """Gives something as it is sent."""
    return json.dumps(data, separators=(",", ":")).encode()

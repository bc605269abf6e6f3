"""What the tests of the room share: a small surface, a bot that only listens, and two people."""

from datetime import UTC, datetime

from adapters.port import Answer, Command, Inbound, Returned, Shortcut, Surface
from adapters.room import Person, RoomPlatform

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

SURFACE = Surface(
    (
        Command("keep", "", "", "Open a short form.", Answer.FORM),
        Command("keep", "*", "text", "Keep what you write.", Answer.PRIVATE),
        Command("keep", "show", "number", "Show one.", Answer.PRIVATE, completes=True),
    ),
    (Shortcut("capture:keep", "Keep as know-how", Answer.FORM),),
    {},
    {},
)


class Listener:
    """Notes every event and returns what it was told to."""

    def __init__(self) -> None:
        self.received: list[Inbound] = []
        self.returns: Returned = None

    async def __call__(self, event: Inbound) -> Returned:
        self.received.append(event)
        return self.returns


async def populate(platform: RoomPlatform) -> None:
    await platform.join(Person("ann", "Ann Reed", "nurse", "ward 4", "Europe/London"))
    await platform.join(Person("bob", "Bob Hale", "porter", "site wide"))
    platform.open_channel("general", topic="Everything")

"""The room: a chat platform of our own, in memory, with a browser front and no account.

It is where stories are told in tests, and where somebody new to the project tries everything. `RoomPlatform` has the
bot's side (the verbs of the port) and the people's side (`say`, `press`, `submit` …); `application` is the front.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from adapters.room.forms import OpenForm
from adapters.room.people import NotPossible
from adapters.room.platform import RoomPlatform
from adapters.room.web import STATIC, application
from adapters.room.world import BOT, Channel, Person, RoomMessage, World

__all__ = [
    "BOT",
    "STATIC",
    "Channel",
    "NotPossible",
    "OpenForm",
    "Person",
    "RoomMessage",
    "RoomPlatform",
    "World",
    "application",
    "build",
]


def build(
    space_id: str = "demo",
    *,
    folder: Path | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    url: str = "",
) -> RoomPlatform:
    """Builds a room: in memory, or with its log in `folder`, from which it goes on where it was.

    Raises:
        ValueError: the log in `folder` is damaged before its last line.
    """
    return RoomPlatform(space_id, folder=folder, now=now, url=url)

"""A room with two people, a bot that only listens, and a clock that stands still."""

import pytest
from lived_in import NOW, SURFACE, Listener, populate

from adapters.room import RoomPlatform


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def room(listener: Listener) -> RoomPlatform:
    platform = RoomPlatform(now=lambda: NOW, url="http://localhost:8000")
    await populate(platform)
    platform.connect(SURFACE, listener)
    return platform

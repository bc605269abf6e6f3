"""A server with Ann and Bob in it, and an ear that hears what the platform hears."""

import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from discord.gateway import KeepAliveHandler
from discord_ear import Ear, server
from discord_stage import Stage


@pytest.fixture
def ear() -> Ear:
    """Notes every event."""
    return Ear()


@pytest.fixture
async def stage(ear: Ear) -> AsyncIterator[Stage]:
    """The platform, connected; at the end nothing may have been sent that Discord would not have taken."""
    async with server(ear) as stage:
        yield stage
        assert stage.violations == []


@pytest.fixture(autouse=True)
def _no_heart_beats_on() -> Iterator[None]:
    """No connection's heartbeat outlives its client."""
    yield
    beating = [each for each in threading.enumerate() if isinstance(each, KeepAliveHandler)]
    assert [each.name for each in beating if not each._stop_ev.is_set()] == []

"""A server with Ann and Bob in it, and an ear that hears what the platform hears."""

from collections.abc import AsyncIterator

import pytest
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

"""The ward that stories happen in."""

import pytest
from telling import HERE, START, Teller, Ward

from adapters.port import Inbound, Returned
from adapters.room import RoomPlatform
from bot.wiring import build
from knowledge.search import Encoder
from knowledge.store import Store, communities


@pytest.fixture
async def ward(store: Store, encoder_if_built: Encoder | None) -> Ward:
    """A ward with a channel and nobody in it yet; the bot listens."""
    room = RoomPlatform("demo", now=lambda: START, url="http://127.0.0.1:8000")
    room.open_channel(HERE)
    room.open_channel("general")
    bot = build(store, encoder_if_built, room, clock=room.clock)
    community = await communities.open_community(store, "The ward", START)
    async with store.write(community, START) as work:
        await communities.connect_space(work, room.space.key)

    async def receive(event: Inbound) -> Returned:
        returned = await bot.receive(event)
        await bot.idle()
        return returned

    room.connect(bot.router.surface, receive)

    async def tick(now: object) -> None:
        await bot.tick()

    room.on_time_passed(tick)
    return Ward(room, bot, store, community)


@pytest.fixture
async def ravi(ward: Ward) -> Teller:
    """A nurse on ward 4."""
    return await ward.welcomes("Ravi")


@pytest.fixture
async def ben(ward: Ward) -> Teller:
    """A porter."""
    return await ward.welcomes("Ben", "porter", "ward 6")


@pytest.fixture
async def lena(ward: Ward) -> Teller:
    """A physiotherapist in the community team."""
    return await ward.welcomes("Lena", "physiotherapist", "community team")


@pytest.fixture
async def maeve(ward: Ward) -> Teller:
    """One of the core group."""
    return await ward.welcomes("Maeve", "nurse", "ward 4", core=True)

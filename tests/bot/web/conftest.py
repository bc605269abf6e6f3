"""The pages of two communities."""

from collections.abc import AsyncIterator, Callable

import pytest
from web.pages_stage import Stage, set_up

from knowledge.store import Store


@pytest.fixture
def database(make_database: Callable[..., str]) -> str:
    """A SQLite file: pages ask the store for everything, and the store's tests run on each database."""
    return make_database("sqlite")


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """The pages, and nobody signed in yet."""
    stage = await set_up(store)
    yield stage
    for pages in stage.built:
        await pages.close()

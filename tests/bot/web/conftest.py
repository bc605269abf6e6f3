"""The pages of two communities."""

from collections.abc import AsyncIterator, Callable

import pytest
from web.pages_stage import Stage, set_up

from knowledge.store import Store


@pytest.fixture
def database(request: pytest.FixtureRequest, make_database: Callable[..., str]) -> str:
    """A SQLite file unless a test names another: pages ask the store, and the store's tests run on each database."""
    return make_database(getattr(request, "param", "sqlite"))


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """The pages, and nobody signed in yet."""
    stage = await set_up(store)
    yield stage
    for pages in stage.built:
        await pages.close()

"""What several tests of the store share."""

import pytest
from waldo import fill

from knowledge.store import Store


@pytest.fixture
async def community(store: Store) -> int:
    """A community in which Waldo did everything that there is to do."""
    return await fill(store)

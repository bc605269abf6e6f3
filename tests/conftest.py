"""What many tests share: a migrated database to copy, the sentence encoder where it is built."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.migrations import migrate
from knowledge.search import Encoder, is_built
from knowledge.store import Store

ROOT = Path(__file__).parent.parent
MODEL = Path(os.environ.get("TACIT_TEST_MODEL", ROOT / "data" / "model"))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"

    async def make() -> None:
        store = Store(f"sqlite:///{path}")
        await migrate(store)
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def store(empty_database: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A store on a file of its own."""
    path = tmp_path / "tacit.db"
    shutil.copy(empty_database, path)
    opened = Store(f"sqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def encoder_if_built() -> Encoder | None:
    """The sentence encoder, or None where nobody built it."""
    return Encoder.load(MODEL) if is_built(MODEL) else None


@pytest.fixture
def encoder(encoder_if_built: Encoder | None) -> Encoder:
    """The sentence encoder; skips where nobody built it."""
    if encoder_if_built is None:
        pytest.skip(f"no sentence encoder in {MODEL}: ./tacit model builds it (once, with network)")
    return encoder_if_built

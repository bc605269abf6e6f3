"""What many tests share: an empty database to copy, of each kind; the sentence encoder where it is built."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres import DATABASES, Server, find_programs
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge.migrations import migrate
from knowledge.search import Encoder, is_built
from knowledge.store import Store, work
from knowledge.store.engine import open_engine

ROOT = Path(__file__).parent.parent
MODEL = Path(os.environ.get("TACIT_TEST_MODEL", ROOT / "data" / "model"))


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Has all stores of a run share the statements that were compiled: each would take a third of its test's time."""
    dialects: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def open_sharing(url: str) -> AsyncEngine:
        engine = open_engine(url)
        known = dialects.setdefault(engine.dialect.name, engine.dialect)
        if known.server_version_info is None:  # it was never connected
            dialects[engine.dialect.name] = engine.dialect
        else:
            engine.sync_engine.dialect = known
        engine.sync_engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(work, "open_engine", open_sharing)
        yield


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for this run; it is started where a test asks for it."""
    running = Server(find_programs())
    try:
        running.start()
        yield running
    finally:
        running.remove()


@pytest.fixture(scope="session")
def postgresql_database(server: Server) -> str:
    """The name of a PostgreSQL database with all tables, to be emptied for each test."""
    name = server.make()
    asyncio.run(_migrated(server.url(name)))
    return name


@pytest.fixture
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Makes databases of the test's own and gives their URLs: with all tables and no rows, or `bare` without tables."""
    bare_ones: list[str] = []

    def make(kind: str, *, bare: bool = False) -> str:
        if kind == "sqlite":
            path = tmp_path / ("bare.db" if bare else "tacit.db")
            if not bare:
                shutil.copy(request.getfixturevalue("empty_file"), path)
            return f"sqlite:///{path}"
        server: Server = request.getfixturevalue("server")
        if bare:
            bare_ones.append(server.make())
            return server.url(bare_ones[-1])
        server.empty(request.getfixturevalue("postgresql_database"))
        return server.url(request.getfixturevalue("postgresql_database"))

    yield make
    for name in bare_ones:
        request.getfixturevalue("server").drop(name)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, make_database: Callable[..., str]) -> str:
    """The URL of an empty database; a test that asks for it, or for `store`, runs on each kind."""
    return make_database(request.param)


@pytest.fixture(params=DATABASES)
def bare_database(request: pytest.FixtureRequest, make_database: Callable[..., str]) -> str:
    """The URL of a database without any table, of each kind."""
    return make_database(request.param, bare=True)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """A store on a database of its own."""
    opened = Store(database)
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


async def _migrated(url: str) -> None:
    store = Store(url)
    await migrate(store)
    await store.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs what takes longest first (it says so by a timeout of its own), so that all workers end about together."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)

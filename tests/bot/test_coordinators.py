"""`./tacit core`: the operator names the first coordinator, sees them all, and takes somebody out."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import app
from knowledge.migrations import migrate
from knowledge.store import Store, audit, communities, core, members, notices

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LEADS = "slack:T1:group:S1"


class Typed:
    """Types commands; gives the exit code, what goes to standard output, and what beside it."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'tacit.db'}"

    def __call__(self, *words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, words)
        return done.exit_code, done.stdout, " ".join(done.stderr.split())


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    monkeypatch.setenv("TACIT_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(logs, "configure", lambda *given, **more: None)
    for name in ("DATABASE_URL", "TACIT_CONFIG", "TACIT_COMMUNITY"):
        monkeypatch.delenv(name, raising=False)
    typed = Typed(tmp_path)
    asyncio.run(_fill(typed.url))
    yield typed


async def _fill(url: str) -> None:
    store = Store(url)
    await migrate(store)
    community = await communities.open_community(store, "Ward", NOW)
    async with store.write(community, NOW) as work:
        for name in ("Ann", "Ben", "Cy"):
            await members.add_member(work, f"slack:T1:U{name.upper()}", name)
        await members.mark_left(work, "slack:T1:UCY")
        await core.set_groups(work, [LEADS], by=None)
    await store.close()


def test_the_first_one_is_named_and_all_are_listed(typed: Typed) -> None:
    assert typed("core") == (0, "Nobody coordinates yet. Name the first one: ./tacit core add NAME.\n", "")
    assert typed("core", "add", "Ann") == (0, "Ann\n", "")
    assert typed("core", "add", "slack:T1:UBEN", "--community", "Ward")[1] == "Ann\nBen\n"
    code, said, _ = typed("core", "--json")
    assert code == 0 and json.loads(said) == [
        {"name": "Ann", "accounts": ["slack:T1:UANN"], "by": ""},
        {"name": "Ben", "accounts": ["slack:T1:UBEN"], "by": ""},
    ]
    assert json.loads(typed("core", "remove", "Ann", "--json")[1])[0]["name"] == "Ben"

    async def look() -> None:
        store = Store(typed.url)
        async with store.read(1, datetime.now(UTC)) as work:
            did = [(each.did, each.by) for each in await audit.trail(work, did="core")]
            assert did[:3] == [("core.removed", ""), ("core.added", ""), ("core.added", "")]
            assert [each.name for each in await notices.due_notices(work)] == ["core.named"] * 2
        await store.close()

    asyncio.run(look())


def test_what_cannot_be_done_is_said_in_a_sentence(typed: Typed) -> None:
    code, said, beside = typed("core", "add", "Zoe")
    assert (code, said) == (1, "") and "no name that exactly one member goes by" in beside
    assert "Cy isn't here any more." in typed("core", "add", "Cy")[2]
    typed("core", "add", "Ann")
    code, said, beside = typed("core", "remove", "Ann")
    assert (code, said) == (1, "") and "Nobody else who is here coordinates." in beside
    assert typed("core", "remove", "Ben")[1] == "Ann\n"


def test_who_coordinates_by_a_group_is_listed_with_it_and_stays(typed: Typed) -> None:
    async def sync() -> None:
        store = Store(typed.url)
        async with store.write(1, NOW) as work:
            await core.sync_group(work, LEADS, {"slack:T1:UBEN": "Ben"})
        await store.close()

    asyncio.run(sync())
    assert typed("core")[1] == f"Ben, by {LEADS}\n"
    code, said, beside = typed("core", "remove", "Ben")
    assert (code, said) == (1, "") and f"coordinates by {LEADS}" in beside

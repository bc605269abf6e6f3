"""The commands about one person: forgetting them, and everything that is held about them."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from knowledge.migrations import migrate
from knowledge.store import Store, communities, members, notices, questions, tips
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEN = "slack:T1:UBEN"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a community in which Ben gave a tip, and asked something in a room."""

    async def fill() -> None:
        store = Store(f"sqlite:///{tmp_path / 'tacit.db'}")
        await migrate(store)
        community = await communities.open_community(store, "The ward", NOW)
        async with store.write(community, NOW) as work:
            ben = members.member_id(await members.add_member(work, BEN, "Ben"))
            for name in ("UANN1", "UANN2"):
                await members.add_member(work, f"slack:T1:{name}", "Ann")
            tip = await tips.keep_tip(work, TipForm("Ring the lift."), kept_by=ben)
            await tips.add_author(work, tip, ben)
            await tips.publish_tip(work, tip, by=ben)
            asked = await questions.write_question(work, ben, Asked("How do I lift?", "slack:T1:C1"))
            await questions.open_question(work, asked.number, named=True)
            await questions.note_post(work, asked.number, "slack:T1:C1:1.1", "slack:T1:C1")
        await store.close()

    asyncio.run(fill())
    monkeypatch.setenv("TACIT_DATA", str(tmp_path))
    monkeypatch.setenv("TACIT_MODEL", "none")
    return tmp_path


def types(*words: str, says: str = "") -> Result:
    """Types a command."""
    return CliRunner().invoke(app, [*words], input=says)


def owed(folder: Path) -> list[str]:
    """The messages in rooms that are owed an edit."""

    async def read() -> list[str]:
        store = Store(f"sqlite:///{folder / 'tacit.db'}")
        async with store.read(1, datetime.now(UTC)) as work:
            found = [each.edits for each in await notices.due_notices(work)]
        await store.close()
        return found

    return asyncio.run(read())


def test_somebody_is_forgotten_by_their_account(folder: Path) -> None:
    done = types("forget", BEN, "--yes", "--json")
    assert done.exit_code == 0, done.output
    counts = json.loads(done.stdout)
    assert (counts["tips_kept"], counts["questions"], counts["accounts"], counts["rooms"]) == (1, 1, 1, 1)
    assert owed(folder) == ["slack:T1:C1:1.1"]
    assert "UBEN" not in (folder / "tacit.db").read_bytes().decode("latin-1")
    assert types("forget", BEN, "--yes").exit_code == 1


def test_or_by_their_name_with_their_tips(folder: Path) -> None:
    done = types("forget", "Ben", "--delete-tips", "--yes")
    assert "1 are gone" in done.stdout and "The running bot cleans them" in done.stdout
    assert "Ring the lift" not in types("export", "tips").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("forget", "Ann", "--yes"), "no name that exactly one member goes by"),
        (("forget", "slack:T1:UNOBODY", "--yes"), "There is no account 'slack:T1:UNOBODY'"),
        (("forget", BEN), "Nobody is there to say yes"),
        (("forget", BEN, "--yes", "--community", "Elsewhere"), "There is no community 'Elsewhere'"),
        (("export", "member", "Ann"), "no name that exactly one member goes by"),
    ],
)
def test_bad_input_is_one_clear_sentence(folder: Path, words: tuple[str, ...], says: str) -> None:
    done = types(*words)
    assert done.exit_code == 1
    assert says in " ".join(done.output.split())


def test_everything_that_is_held_is_exported(folder: Path) -> None:
    held = json.loads(types("export", "member", "Ben").stdout)
    assert held["member"][0]["name"] == "Ben" and held["account"][0]["key"] == BEN
    assert held["question"][0]["text"] == "How do I lift?"
    to = folder / "ben.json"
    assert types("export", "member", BEN, "--to", str(to)).exit_code == 0
    assert json.loads(to.read_text(encoding="utf-8")) == held

"""`./tacit report` and `./tacit ties`, on a community whose talk is known."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import lateral
from bot.__main__ import app
from knowledge.migrations import migrate
from knowledge.models import TieKind
from knowledge.store import Store, communities, members, ties
from knowledge.store.ties import Seen

NOW = datetime.now(UTC)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """A data folder with a community of two coordinators and ten members who talk through them."""
    monkeypatch.setenv("TACIT_DATA", str(tmp_path))
    monkeypatch.setenv("TACIT_MODEL", "none")
    for name in ("DATABASE_URL", "TACIT_CONFIG", "TACIT_COMMUNITY"):
        monkeypatch.delenv(name, raising=False)
    lateral.run(_fill(f"sqlite:///{tmp_path / 'tacit.db'}"))
    yield CliRunner()


async def _fill(url: str) -> None:
    store = Store(url)
    await migrate(store)
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for n in range(12):
            member = await members.add_member(work, f"slack:T1:U{n}", f"Member {n}", joined_at=NOW - timedelta(days=99))
            await members.set_core(work, members.member_id(member), is_core=n < 2)
        pairs = [(n, n % 2) for n in range(2, 12)] + [(n % 2, n) for n in range(2, 12)] + [(2, 3)]
        at = NOW - timedelta(days=2)
        seen = [
            Seen(f"{one}-{other}", TieKind.REPLY, f"slack:T1:U{one}", f"slack:T1:U{other}", "slack:T1:C1", at)
            for one, other in pairs
        ]
        await ties.note_ties(work, seen)
    await store.close()


def test_the_report_is_printed_in_plain_words(terminal: CliRunner) -> None:
    done = terminal.invoke(app, ["report"])
    assert done.exit_code == 0, done.output
    assert "Nearly all exchanges went through the core group" in done.stdout
    assert "nearly nobody would have someone here they talk with" in done.stdout


def test_the_report_s_figures_are_data(terminal: CliRunner) -> None:
    figures = json.loads(terminal.invoke(app, ["report", "--json"]).stdout)
    assert figures["lateral_share"] == pytest.approx(1 / 21)
    assert figures["people"] == 12 and figures["ties"] == 21 and figures["returned"] == pytest.approx(20 / 21)
    few = ("core", "connected_without_core", "carriers", "newcomers", "questions")
    assert all(figures[name] is None for name in few)


def test_ties_are_listed_with_how_often(terminal: CliRunner) -> None:
    rows = [json.loads(line) for line in terminal.invoke(app, ["ties", "--json"]).stdout.splitlines()]
    assert {"from": "Member 2", "to": "Member 3", "kind": "reply", "count": 1} in rows
    assert len(rows) == 21


def test_a_day_that_is_none_is_said_to_be_none(terminal: CliRunner) -> None:
    done = terminal.invoke(app, ["ties", "--since", "yesterday"])
    assert done.exit_code == 1 and "write it as 2026-10-01" in done.output
    done = terminal.invoke(app, ["report", "--since", "2026-10-02", "--until", "2026-10-01"])
    assert done.exit_code == 1 and "before --until" in done.output


def test_the_map_goes_to_a_folder_with_what_it_shows(terminal: CliRunner, tmp_path: Path) -> None:
    assert terminal.invoke(app, ["report", "--png", str(tmp_path / "pictures")]).exit_code == 0
    assert (tmp_path / "pictures" / "map.png").read_bytes().startswith(b"\x89PNG")
    said = (tmp_path / "pictures" / "map.png.txt").read_text("utf-8")
    assert "12 people, the core group among them." in said
    assert "12 hang together; without the core group nearly nobody would" in said
    assert (tmp_path / "pictures" / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert "Nearly all exchanges" in (tmp_path / "pictures" / "sheet.png.txt").read_text("utf-8")


def test_the_report_and_ties_go_to_files(terminal: CliRunner, tmp_path: Path) -> None:
    ties, told = tmp_path / "ties.csv", tmp_path / "report.md"
    assert terminal.invoke(app, ["export", "ties", "--format", "csv", "--to", str(ties)]).exit_code == 0
    assert terminal.invoke(app, ["export", "report", "--to", str(told)]).exit_code == 0
    heading, *rows = csv.reader(ties.read_text("utf-8").splitlines())
    assert heading == ["from", "to", "kind", "count"] and ["Member 2", "Member 3", "reply", "1"] in rows
    assert "## Who talks with whom\n\n" in told.read_text("utf-8")
    printed = terminal.invoke(app, ["export", "report", "--format", "json"]).stdout
    assert json.loads(printed)["people"] == 12
    table = terminal.invoke(app, ["export", "ties", "--format", "markdown"]).stdout
    assert table.startswith("| from | to | kind | count |\n|---|---|---|---|\n") and len(rows) == 21
    for what in ("ties", "report"):
        refused = terminal.invoke(app, ["export", what, "--format", "docx"])
        assert refused.exit_code == 1 and "I can't write docx" in refused.output

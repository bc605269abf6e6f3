"""A backup is whole and readable, and can be put back: nothing is lost on the way, and nobody forgotten comes back."""

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from knowledge import backup, dumps
from knowledge.backup import Restored, back_up, restore
from knowledge.dumps import NotPossible
from knowledge.migrations import _config, form_of, forms
from knowledge.store import Store, communities, members
from knowledge.store.filing import NewTip, publish_new
from knowledge.store.forget import forget_member
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


def nothing(done: int, of_all: int) -> None:
    """Whoever does not look how far it is."""


async def fill(url: str, *names: str) -> None:
    """A community in which each of these people has a tip."""
    store = Store(url)
    known = await communities.list_communities(store)
    community = known[0][0] if known else await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for name in names:
            member = members.member_id(await members.member_of(work, f"slack:T1:{name}", name))
            await publish_new(work, [NewTip(TipForm(works=f"{name} warms the line."), member=member)])
    await store.close()


async def people_in(url: str) -> set[str]:
    """Who is known."""
    store = Store(url)
    ((community, _),) = await communities.list_communities(store)
    async with store.read(community, NOW) as work:
        found = {each.name for each in await members.list_members(work)}
    await store.close()
    return found


async def forget(url: str, name: str) -> None:
    store = Store(url)
    ((community, _),) = await communities.list_communities(store)
    async with store.write(community, LATER) as work:
        member = members.member_id(await members.member_of(work, f"slack:T1:{name}", name))
        await forget_member(work, member, keep_tips=False)
    await store.close()


async def put_back(url: str, file: Path) -> Restored:
    return await restore(url, file, LATER, progress=nothing)


async def newest(url: str) -> bool:
    store = Store(url)
    form = await form_of(store)
    await store.close()
    return form.found == form.newest


def file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def content_of(file: Path) -> bytes:
    return file.read_bytes()


def written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@pytest.fixture
def make_database(request: pytest.FixtureRequest, make_database) -> Any:
    """Makes databases that nobody is connected to, not even the server's own keeper."""

    def make(kind: str, *, bare: bool = False) -> str:
        url: str = make_database(kind, bare=bare)
        if kind == "postgresql":
            keeper = request.getfixturevalue("server")._connections.pop(make_url(url).database, None)
            if keeper is not None:
                keeper.close()
        return url

    return make


@pytest.fixture
def sqlite(make_database) -> str:
    """The URL of an empty SQLite database."""
    url: str = make_database("sqlite")
    return url


@pytest.fixture
def postgresql(make_database) -> str:
    """The URL of an empty PostgreSQL database."""
    url: str = make_database("postgresql")
    return url


async def test_what_is_put_back_is_what_was_there(database: str, file: Path) -> None:
    await fill(database, "Ann", "Ben")
    size = back_up(database, file, force=False, progress=nothing)
    assert size == len(content_of(file)) > 1_000
    await fill(database, "Cem")
    done = await put_back(database, file)
    assert await people_in(database) == {"Ann", "Ben"} and await newest(database)
    assert done.kept is not None and done.kept.is_file() and (done.forgotten, done.knows_forgotten) == (0, True)


async def test_what_was_there_before_can_be_put_back_too(database: str, file: Path) -> None:
    await fill(database, "Ann")
    back_up(database, file, force=False, progress=nothing)
    await fill(database, "Ben")
    kept = (await put_back(database, file)).kept
    assert kept is not None
    again = (await put_back(database, kept)).kept
    assert await people_in(database) == {"Ann", "Ben"}
    assert again is not None and again != kept and kept.is_file()


async def test_whoever_was_forgotten_since_is_forgotten_again(database: str, file: Path) -> None:
    await fill(database, "Ann", "Ben")
    back_up(database, file, force=False, progress=nothing)
    await forget(database, "Ben")
    assert (await put_back(database, file)).forgotten == 1
    assert await people_in(database) == {"Ann"}
    assert (await put_back(database, file)).forgotten == 1
    assert await people_in(database) == {"Ann"}


async def test_a_backup_goes_into_an_empty_place(database: str, make_database, file: Path) -> None:
    await fill(database, "Ann")
    back_up(database, file, force=False, progress=nothing)
    empty: str = make_database(database.partition(":")[0], bare=True)
    done = await put_back(empty, file)
    assert await people_in(empty) == {"Ann"} and await newest(empty)
    assert (done.kept, done.forgotten, done.knows_forgotten) == (None, 0, True)


async def test_a_backup_is_for_its_owner_only(database: str, file: Path) -> None:
    await fill(database, "Ann")
    back_up(database, file, force=False, progress=nothing)
    assert mode_of(file) == 0o600
    kept = (await put_back(database, file)).kept
    assert kept is not None and mode_of(kept) == 0o600
    assert sorted(each.name for each in file.parent.iterdir() if each.name.startswith(".")) == []


def test_a_file_is_replaced_only_where_that_is_asked_for(database: str, file: Path) -> None:
    file.write_text("mine")
    with pytest.raises(NotPossible, match=r"is there already.*--force"):
        back_up(database, file, force=False, progress=nothing)
    assert file.read_text() == "mine"
    back_up(database, file, force=True, progress=nothing)
    assert file.read_bytes()[:5] in (b"SQLit", b"PGDMP")


@pytest.mark.parametrize("where", ["no-such-folder/x.backup", "."])
def test_a_place_that_is_none_is_said(database: str, tmp_path: Path, where: str) -> None:
    with pytest.raises(NotPossible, match=r"There is no folder|is a folder"):
        back_up(database, tmp_path / where, force=True, progress=nothing)


async def test_what_is_no_backup_is_refused(database: str, file: Path) -> None:
    await fill(database, "Ann")
    with pytest.raises(NotPossible, match="is not there"):
        await put_back(database, file)
    for content in (b"", b"some words", b"SQLite format 3\0 and then nothing", b"PGDMP and then nothing"):
        with pytest.raises(NotPossible, match=r"backup|damaged|pg_restore"):
            await put_back(database, written(file, content))
    with closing(sqlite3.connect(file.with_name("other.db"))) as other:
        other.execute("CREATE TABLE note (words)")
    with pytest.raises(NotPossible, match="no backup of"):
        await put_back(database, file.with_name("other.db"))
    assert await people_in(database) == {"Ann"}


async def test_a_backup_of_the_other_kind_is_refused(sqlite: str, postgresql: str, file: Path) -> None:
    for one, other in ((sqlite, postgresql), (postgresql, sqlite)):
        back_up(one, file, force=True, progress=nothing)
        with pytest.raises(NotPossible, match="PostgreSQL"):
            await put_back(other, file)


async def test_a_backup_of_a_newer_tacit_is_refused(database: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(database, "Ann")
    back_up(database, file, force=False, progress=nothing)
    monkeypatch.setattr(backup, "forms", lambda: forms()[1:])
    with pytest.raises(NotPossible, match=f"newer Tacit .*{forms()[0]}"):
        await put_back(database, file)


async def test_nothing_is_put_back_while_somebody_uses_it(database: str, file: Path) -> None:
    await fill(database, "Ann")
    back_up(database, file, force=False, progress=nothing)
    await fill(database, "Ben")
    running = Store(database)
    await communities.list_communities(running)
    with pytest.raises(NotPossible, match="Stop it first"):
        await put_back(database, file)
    await running.close()
    assert await people_in(database) == {"Ann", "Ben"}
    await put_back(database, file)
    assert await people_in(database) == {"Ann"}


def leases_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as opened:
        return int(opened.execute("SELECT count(*) FROM lease").fetchone()[0])


async def test_a_running_database_is_backed_up_as_it_is_at_one_moment(
    sqlite: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sqlite, "Ann")
    monkeypatch.setattr(backup, "PAGES_AT_ONCE", 1)
    writer = sqlite3.connect(file_of(sqlite), check_same_thread=False)
    seen: list[tuple[int, int]] = []

    def write(done: int, of_all: int) -> None:
        seen.append((done, of_all))
        writer.execute("INSERT INTO lease (name, holder, beat_at) VALUES (?, '', '2026-03-02')", (f"l{len(seen)}",))
        writer.commit()

    back_up(sqlite, file, force=False, progress=write)
    writer.close()
    done = [each for each, _ in seen]
    assert len(seen) > 50 and done == sorted(done) and seen[-1][0] == seen[-1][1]
    assert (leases_in(file), leases_in(file_of(sqlite))) == (0, len(seen))


async def test_a_backup_that_fails_leaves_nothing_and_what_was_there(
    sqlite: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sqlite, "Ann")
    written(file, b"the one of last week")

    def fails(copy: Path) -> None:
        raise NotPossible("The copy is damaged.")

    monkeypatch.setattr(backup, "_read_through", fails)
    with pytest.raises(NotPossible, match="damaged"):
        back_up(sqlite, file, force=True, progress=nothing)
    assert content_of(file) == b"the one of last week"
    assert not file.with_name(f".{file.name}.part").exists()


async def test_a_database_that_is_damaged_is_put_aside(sqlite: str, file: Path) -> None:
    await fill(sqlite, "Ann")
    back_up(sqlite, file, force=False, progress=nothing)
    file_of(sqlite).write_bytes(b"no database at all" * 1_000)
    done = await put_back(sqlite, file)
    assert await people_in(sqlite) == {"Ann"}
    assert done.kept is not None and done.kept.read_bytes().startswith(b"no database")
    assert not done.knows_forgotten


async def test_what_breaks_off_leaves_the_database_as_it_was(
    database: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(database, "Ann")
    back_up(database, file, force=False, progress=nothing)
    await fill(database, "Ben")

    def fails(*arguments: object) -> None:
        raise NotPossible("No space is left.")

    monkeypatch.setattr(backup if database.startswith("sqlite") else dumps, "_read_through", fails, raising=False)
    if database.startswith("postgresql"):
        call = dumps._call
        monkeypatch.setattr(
            dumps,
            "_call",
            lambda url, name, *given: fails() if "--clean" in given and str(file) in given else call(url, name, *given),
        )
    with pytest.raises(NotPossible, match="No space is left"):
        await put_back(database, file)
    assert await people_in(database) == {"Ann", "Ben"}


async def test_an_older_backup_is_brought_to_the_newest_form(bare_database: str, file: Path) -> None:
    await bring_to(bare_database, forms()[1])
    back_up(bare_database, file, force=False, progress=nothing)
    assert (await put_back(bare_database, file)).knows_forgotten and await newest(bare_database)
    await fill(bare_database, "Ann")
    assert (await put_back(bare_database, file)).kept and await newest(bare_database)
    await fill(bare_database, "Ben")
    assert await people_in(bare_database) == {"Ben"}


async def bring_to(url: str, form: str) -> None:
    """Brings a database without tables to an older form."""
    from alembic import command

    def work(connection: Any) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, form)

    store = Store(url)
    async with store.session() as session:
        await (await session.connection()).run_sync(work)
    await store.close()


SCRIPT = """#!/bin/sh
echo "$@" > "{folder}/said"
echo "password=$PGPASSWORD" >> "{folder}/said"
echo "pg_dump: error: FATAL: no, hidden one" >&2
exit 1
"""


def test_the_password_goes_by_the_environment_alone(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "pg_dump"
    script.write_text(SCRIPT.format(folder=tmp_path))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    url = "postgres://tacit:hidden%20one@db.example.org:5433/tacit?sslmode=require"
    with pytest.raises(NotPossible, match=r"pg_dump says: .*no, …$"):
        back_up(url, file, force=False, progress=nothing)
    arguments, password = (tmp_path / "said").read_text().splitlines()
    assert "hidden" not in arguments and password == "password=hidden one"
    assert "--dbname=postgresql://tacit@db.example.org:5433/tacit?sslmode=require" in arguments
    assert not file.exists()


def test_a_tool_that_is_not_there_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotPossible, match=r"I need pg_dump.*apt install postgresql-client"):
        back_up("postgresql://tacit@db.example.org/tacit", file, force=False, progress=nothing)


def test_there_is_nothing_to_back_up_yet(tmp_path: Path, file: Path) -> None:
    with pytest.raises(NotPossible, match="There is no database yet"):
        back_up(f"sqlite:///{tmp_path}/none.db", file, force=False, progress=nothing)
    assert not file.exists() and not (tmp_path / "none.db").exists()


def test_the_database_is_not_backed_up_into_itself(sqlite: str) -> None:
    with pytest.raises(NotPossible, match="is the database itself"):
        back_up(sqlite, file_of(sqlite), force=True, progress=nothing)

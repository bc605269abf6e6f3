"""Copies of the database that can be put back while nobody is in doubt what they hold.

A backup is one file. SQLite's is made by its online backup, while Tacit runs and writes; PostgreSQL's by its own tools
(`knowledge.dumps`). Putting one back keeps the database that it replaces, brings the restored one to the newest form,
and forgets again whoever asked to be forgotten since the backup was made.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from knowledge import dumps
from knowledge.dumps import NotPossible
from knowledge.migrations import forms, migrate
from knowledge.store import Store, StoreUnavailable, async_url, job_times, notices, sign_ins
from knowledge.store.forget import forget_again
from knowledge.store.forgotten import Tombstones, add_tombstones, read_tombstones

PAGES_AT_ONCE = 2_000
"""Pages that are copied between two signs of progress: 8 MB (ours)."""

ALONE_SECONDS = 1.0
"""How long restoring waits for others to leave the database."""

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did.

    Attributes:
        kept: where the database is that was replaced; None where there was none.
        forgotten: how many people were forgotten again.
        knows_forgotten: whether the replaced database could be asked who was forgotten since.
    """

    kept: Path | None
    forgotten: int
    knows_forgotten: bool


def back_up(url: str, target: Path, *, force: bool, progress: Progress) -> int:
    """Writes a backup and reads it through; gives its size in bytes.

    Args:
        url: the database's address.
        target: the file to write; it is there whole or not at all.
        force: whether a file that is there is replaced.
        progress: told how much is done.

    Raises:
        NotPossible: with a sentence that says why.
    """
    file = _sqlite_file(url)
    _refuse_target(target, file, force=force)
    partial = target.with_name(f".{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        if file is None:
            dumps.dump(url, partial)
        else:
            partial.touch(mode=0o600)
            _copy(_existing(file, "There is no database yet: "), partial, progress)
            _read_through(partial)
        _settle_on_disk(partial)
        partial.replace(target)
    except OSError as error:
        raise NotPossible(f"{target} can't be written ({error.strerror}).") from error
    except sqlite3.Error as error:
        raise NotPossible(f"The database can't be copied to {target} ({error}).") from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


async def restore(url: str, source: Path, now: datetime, *, progress: Progress) -> Restored:
    """Puts a backup in the database's place; the one that is there is kept, and nobody may use it meanwhile.

    Args:
        url: the database's address.
        source: what `back_up` wrote.
        now: when people are forgotten again, aware UTC.
        progress: told how much is done.

    Raises:
        NotPossible: with a sentence that says why; the database is as it was.
    """
    _existing(source)
    file = _sqlite_file(url)
    if file is None:
        return await _restore_dump(url, source, now)
    try:
        _refuse_source(source)
        return await _restore_file(file, source, now, progress)
    except OSError as error:
        raise NotPossible(f"{file} can't be replaced ({error.strerror}). It is as it was.") from error
    except (sqlite3.Error, StoreUnavailable) as error:
        raise NotPossible(f"{source} can't be restored ({error}). The database is as it was.") from error


async def _restore_file(file: Path, source: Path, now: datetime, progress: Progress) -> Restored:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.restoring")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        _copy(source, partial, progress)
        with _alone_with(file) as old:
            kept = _put_aside(file, old)
            tombstones = None if kept is None else await _tombstones(f"sqlite:///{kept}")
            forgotten = await _bring_up(f"sqlite:///{partial}", tombstones, now)
            _read_through(partial)
            if old is None:
                partial.replace(file)
            else:
                with closing(_opened(partial)) as new:
                    new.backup(old)
    finally:
        for left in ("", "-wal", "-shm"):
            partial.with_name(partial.name + left).unlink(missing_ok=True)
    return Restored(kept, forgotten, knows_forgotten=kept is None or tombstones is not None)


async def _restore_dump(url: str, source: Path, now: datetime) -> Restored:
    dumps.refuse_unless_known(source, forms())
    store = Store(url)
    try:
        await dumps.refuse_unless_alone(store)
        tombstones = await _tombstones(url)
        kept = _free_name(source.with_name(f"{source.name}.before-restore"))
        is_kept = await dumps.keep(store, url, kept)
        try:
            await dumps.put_back(store, url, source)
        except NotPossible as error:
            if is_kept:
                await dumps.put_back(store, url, kept)
            raise NotPossible(f"{error} The database is as it was.") from error
        forgotten = await _bring_up(url, tombstones, now)
    finally:
        await store.close()
    return Restored(kept if is_kept else None, forgotten, knows_forgotten=not is_kept or tombstones is not None)


async def _tombstones(url: str) -> Tombstones | None:
    """Reads who was forgotten; None where the database cannot say, because it is damaged."""
    store = Store(url)
    try:
        async with store.session(reading=True) as session:
            connection = await session.connection()
            may_be = await connection.run_sync(lambda each: inspect(each).has_table("forgotten"))
        return await read_tombstones(store) if may_be else Tombstones((), ())
    except (StoreUnavailable, DBAPIError):
        return None
    finally:
        await store.close()


async def _bring_up(url: str, tombstones: Tombstones | None, now: datetime) -> int:
    """Brings a restored database to the newest form, and forgets again; says how many people."""
    store = Store(url)
    try:
        await migrate(store)
        if tombstones is not None:
            await add_tombstones(store, tombstones)
        await notices.look_before_saying(store)
        await sign_ins.end_every_session(store)
        await job_times.begin_from(store, now)
        return await forget_again(store, now)
    finally:
        await store.close()


@contextmanager
def _alone_with(file: Path) -> Iterator[sqlite3.Connection | None]:
    """Opens the database so that nobody else can; None where there is none, or none that can be read."""
    if not file.exists():
        yield None
        return
    with closing(_opened(file, wait=ALONE_SECONDS)) as old:
        try:
            for step in ("PRAGMA journal_mode=DELETE", "PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT"):
                old.execute(step).fetchall()
        except sqlite3.OperationalError as error:
            raise NotPossible(f"Something uses {file} now, such as a running Tacit. Stop it first.") from error
        except sqlite3.DatabaseError:  # it is no database any more
            yield None
            return
        yield old


def _put_aside(file: Path, old: sqlite3.Connection | None) -> Path | None:
    """Keeps the database that is replaced; gives where."""
    if not file.exists():
        return None
    kept = _free_name(file.with_name(f"{file.name}.before-restore"))
    if old is None:
        for left in ("", "-wal", "-shm"):
            with_left = file.with_name(file.name + left)
            if with_left.exists():
                with_left.rename(kept.with_name(kept.name + left))
        return kept
    kept.touch(mode=0o600)
    with closing(_opened(kept)) as copy:
        old.backup(copy)
    return kept


def _copy(source: Path, target: Path, progress: Progress) -> None:
    """Copies a database as it is at this moment into an empty file; who writes meanwhile is neither seen nor held up.

    The read transaction keeps the moment: without it each write of another process begins the copy anew, for ever.
    Source: sqlite.org, *SQLite Backup API*, and our trial.
    """
    with closing(_opened(source)) as there, closing(_opened(target)) as here:
        there.execute("BEGIN")
        there.execute("SELECT count(*) FROM sqlite_master").fetchone()
        there.backup(here, pages=PAGES_AT_ONCE, progress=lambda _, left, of_all: progress(of_all - left, of_all))
        here.execute("PRAGMA journal_mode=DELETE").fetchall()


def _read_through(file: Path) -> None:
    with closing(_opened(file)) as copy:
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    if found != "ok":
        raise NotPossible("The copy is damaged, and so is the database that it was made from, or the disk.")


def _opened(file: Path, *, wait: float = 5.0) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=wait, isolation_level=None)


def _sqlite_file(url: str) -> Path | None:
    parsed = make_url(async_url(url))
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def _existing(file: Path, before: str = "") -> Path:
    if not file.is_file():
        raise NotPossible(f"{before}{file} is not there.")
    return file


def _refuse_target(target: Path, file: Path | None, *, force: bool) -> None:
    if not target.parent.is_dir():
        raise NotPossible(f"There is no folder {target.parent}.")
    if target.is_dir():
        raise NotPossible(f"{target} is a folder. Name a file, such as {target / 'tacit.backup'}.")
    if file is not None and target.exists() and file.exists() and target.samefile(file):
        raise NotPossible(f"{target} is the database itself. Name another file.")
    if target.exists() and not force:
        raise NotPossible(f"{target} is there already. Name another file, or replace it with --force.")


def _refuse_source(source: Path) -> None:
    with source.open("rb") as stream:
        beginning = stream.read(16)
    if beginning.startswith(dumps.BEGINNING):
        raise NotPossible(f"{source} is a backup of PostgreSQL. Set DATABASE_URL to a PostgreSQL database.")
    form = ""
    if beginning == b"SQLite format 3\0":
        _read_through_source(source)
        form = _form_in(source)
    if not form:
        raise NotPossible(f"{source} is no backup of Tacit.")
    if form not in forms():
        raise NotPossible(f"{source} was made by a newer Tacit (its form is {form}). Update Tacit first.")


def _read_through_source(source: Path) -> None:
    try:
        with closing(_opened(source)) as copy:
            is_whole = copy.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        is_whole = False
    if not is_whole:
        raise NotPossible(f"{source} is damaged.")


def _form_in(file: Path) -> str:
    try:
        with closing(_opened(file)) as copy:
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return ""
    return str(row[0]) if row else ""


def _free_name(wanted: Path) -> Path:
    """A name that nothing has yet: what was kept before is not replaced."""
    names = (wanted.with_name(f"{wanted.name}-{number}") for number in range(2, 10_000))
    return next(each for each in (wanted, *names) if not each.exists())


def _settle_on_disk(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())

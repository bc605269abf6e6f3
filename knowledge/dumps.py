"""Backups of a PostgreSQL database, by PostgreSQL's own tools; the password goes to them by the environment alone.

What calls them, and what happens before and after, is `knowledge.backup`.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, inspect, select, table, text
from sqlalchemy.engine import URL, make_url

from knowledge.models import metadata
from knowledge.store import Store, async_url

BEGINNING = b"PGDMP"
"""What a file in pg_dump's custom format begins with."""

_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (?!DATA )(\S+) (\S+) ", re.MULTILINE)
"""A table in a dump's table of contents. Source: postgresql.org, *pg_restore*, option `--list`."""

_VERSIONS = "alembic_version"


class NotPossible(Exception):
    """A backup cannot be made, or not be put back; the message is a sentence that says why and what to do."""


def dump(url: str, target: Path) -> None:
    """Writes everything that a database holds to a file that only its owner may read.

    Raises:
        NotPossible: pg_dump is not there, or says no.
    """
    target.touch(mode=0o600)
    _call(url, "pg_dump", "--format=custom", f"--file={target}", f"--dbname={_without_password(url)}")
    _call(url, "pg_restore", "--list", str(target))


def refuse_unless_known(source: Path, forms: Sequence[str]) -> None:
    """Looks whether a file is a backup of Tacit that this version knows.

    Raises:
        NotPossible: it is not.
    """
    with source.open("rb") as stream:
        if stream.read(len(BEGINNING)) != BEGINNING:
            raise NotPossible(f"{source} is no backup of a PostgreSQL database.")
    if _VERSIONS not in _tables_in(source):
        raise NotPossible(f"{source} is no backup of Tacit.")
    rows = _call("", "pg_restore", "--data-only", f"--table={_VERSIONS}", "--file=-", str(source))
    form = (re.findall(r"^COPY .*\n(\S+)$", rows, re.MULTILINE) or [""])[0]
    if form not in forms:
        raise NotPossible(f"{source} was made by a newer Tacit (its form is {form}). Update Tacit first.")


async def refuse_unless_alone(store: Store) -> None:
    """Looks whether anybody else is connected as the same user.

    Raises:
        NotPossible: somebody is.
        StoreUnavailable: the database is away.
    """
    activity = table("pg_stat_activity", schema="pg_catalog")
    query = select(func.count()).select_from(activity)
    query = query.where(text("datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"))
    async with store.session(reading=True) as session:
        others = (await (await session.connection()).execute(query)).scalar_one()
    if others:
        raise NotPossible("Something uses the database now, such as a running Tacit. Stop it first.")


async def keep(store: Store, url: str, target: Path) -> bool:
    """Writes what is there to a file before it is replaced; False where there is nothing of Tacit's."""
    if not await _tables_of(store):
        return False
    dump(url, target)
    return True


async def put_back(store: Store, url: str, source: Path) -> None:
    """Replaces the tables by those of a backup, all or none.

    Tables that are younger than the backup go first: they would stand in the way of those that the restored ones are
    brought up with.

    Raises:
        NotPossible: pg_restore is not there, or says no.
    """
    younger = await _tables_of(store) - _tables_in(source)
    async with store.session() as session:
        connection = await session.connection()
        for name in sorted(younger):
            await connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
    await store.close()
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _call(url, "pg_restore", *options, f"--dbname={_without_password(url)}", str(source))


async def _tables_of(store: Store) -> set[str]:
    async with store.session(reading=True) as session:
        connection = await session.connection()
        there = await connection.run_sync(lambda each: set(inspect(each).get_table_names()))
    return there & {*metadata.tables, _VERSIONS}


def _tables_in(source: Path) -> set[str]:
    return {name for _, name in _TABLE.findall(_call("", "pg_restore", "--list", str(source)))}


def _call(url: str, name: str, *arguments: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise NotPossible(
            f"I need {name}, one of PostgreSQL's own tools, and it is not there. "
            "On Debian and Ubuntu: apt install postgresql-client. On macOS: brew install libpq."
        )
    password = (make_url(url).password or "") if url else ""
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command = [program, "--no-password", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        said = _first_line(done.stderr, str(password)).removeprefix(f"{name}: error: ")
        raise NotPossible(f"{name} says: {said}")
    return done.stdout


def _without_password(url: str) -> str:
    given = make_url(async_url(url)).difference_update_query(["password"])
    bare = URL.create("postgresql", given.username, None, given.host, given.port, given.database, given.query)
    return bare.render_as_string(hide_password=False)


def _first_line(said: str, password: str) -> str:
    line = next((each.strip() for each in said.splitlines() if each.strip()), "nothing")
    return line.replace(password, "…") if password else line

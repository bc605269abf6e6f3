"""A PostgreSQL server of the tests' own: made in a folder for a while, heard on a socket in it, gone at the end.

Nothing is asked of the machine but that the server's programs are there; a server that runs on it already is let be.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

DATABASES = tuple(os.environ.get("TACIT_TEST_DATABASES", "sqlite postgresql").split())
"""The kinds of database that tests run on."""

MISSING = (
    "no PostgreSQL server: apt-get install postgresql (Debian, Ubuntu) or brew install postgresql;"
    " TACIT_TEST_DATABASES=sqlite leaves these tests out"
)
START_SECONDS = 30
USER = "tacit"

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "jit": "off",
    "deadlock_timeout": "100ms",
}
"""Nothing outlives a crash, and nobody but the tests can ask it anything."""

EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(name::regclass, 1, false);
    END LOOP;
END $$
"""
"""Deletes all rows, asking no foreign key, and has every number begin again."""


class Server:
    """One server with a folder of its own; `url` names a database of it."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="tacit-postgresql-"))
        self._data = str(self._folder / "data")
        self._process: subprocess.Popen[bytes] | None = None
        self._connections: dict[str, psycopg.Connection[tuple[Any, ...]]] = {}
        self._numbers = count(1)
        if os.geteuid() == 0:
            os.chown(self._folder, *_nobody())
        options = ("-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        command = [str(programs / "initdb"), "-D", self._data, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder, **_as_whom())

    def start(self) -> None:
        """Starts it, and comes back when it answers."""
        settings = {**SETTINGS, "unix_socket_directories": str(self._folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*_dies_with_us(), str(self._programs / "postgres"), "-D", self._data, *options]
        log = self._folder / "said.log"
        with log.open("ab") as said:
            self._process = subprocess.Popen(command, stdout=said, stderr=said, cwd=self._folder, **_as_whom())
        end = time.monotonic() + START_SECONDS
        while not self._connections:
            try:
                self._connected("postgres")
            except psycopg.OperationalError:
                assert self._process.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.02)

    def stop(self) -> None:
        """Stops it, whoever is connected; what was committed is kept."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Stops it and takes its folder away."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """How the store is told of a database."""
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Says something to the server itself."""
        found = self._connected(database).execute(statement.encode())
        return found.fetchall() if found.description else []

    def make(self) -> str:
        """Makes a database without tables; gives its name.

        It sorts as a language does and not by code points, as most installations do.
        """
        name = f"test_{next(self._numbers)}"
        is_new = self._connected("postgres").info.server_version >= 150_000
        of_a_language = " LOCALE_PROVIDER icu ICU_LOCALE 'en-GB'" if is_new else ""
        self.ask(f"CREATE DATABASE {name} TEMPLATE template0{of_a_language}")
        return name

    def empty(self, database: str) -> None:
        """Takes every row out of a database, as if it had just been made; much quicker than to make one."""
        self.cut_off(database)
        self.ask(EMPTY, database)

    def drop(self, database: str) -> None:
        """Drops a database, whoever is connected to it."""
        self.ask(f"DROP DATABASE {database} WITH (FORCE)")

    def cut_off(self, database: str) -> int:
        """Ends every connection of others to a database; gives how many there were."""
        others = f"datname = '{database}' AND application_name <> '{USER}'"
        return len(self.ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))

    def _connected(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        if database not in self._connections:
            opened = psycopg.connect(self.url(database), autocommit=True, application_name=USER)
            self._connections[database] = opened
        return self._connections[database]


def find_programs() -> Path:
    """Where the server's programs are; skips the test where they are not, and fails it in CI."""
    if "postgresql" not in DATABASES:
        pytest.skip("TACIT_TEST_DATABASES leaves PostgreSQL out")
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))[::-1]
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


def _as_whom() -> dict[str, Any]:
    """The server refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    user, group = _nobody()
    return {"user": user, "group": group, "extra_groups": ()}


def _nobody() -> tuple[int, int]:
    found = pwd.getpwnam("nobody")
    return found.pw_uid, found.pw_gid


def _dies_with_us() -> list[str]:
    """What goes before a command so that it does not outlive a test run that is killed."""
    return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []

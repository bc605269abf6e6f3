"""What every command shares: how it reads the settings, runs its work, and fails with one sentence."""

import asyncio
import logging
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from sqlalchemy.exc import ProgrammingError

from adapters.port import PlatformRefused
from bot import logs
from bot.errors import report
from config.settings import Settings, SettingsError, read_settings
from knowledge.dumps import NotPossible
from knowledge.importing import reading
from knowledge.migrations import MadeByNewer
from knowledge.store import Store, StoreUnavailable, communities

console = Console(stderr=True, highlight=False)
"""For people; data goes to standard output."""

CommunityOption = Annotated[str, typer.Option("--community", help="The community's name, where there are several.")]
ToOption = Annotated[Path | None, typer.Option("--to", help="A file; the screen otherwise.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_log = logging.getLogger("tacit.terminal")

UNREACHED = {
    "password authentication failed": "The database doesn't accept the user or the password in DATABASE_URL.",
    "no password supplied": "The database wants a password, and DATABASE_URL has none.",
    "failed to resolve host": "The host in DATABASE_URL is not known.",
    "could not translate host": "The host in DATABASE_URL is not known.",
    "connection refused": "Nobody answers at the host and port in DATABASE_URL. Does PostgreSQL run there?",
    "no such file or directory": "Nobody answers at the place that DATABASE_URL names. Does PostgreSQL run there?",
    "timeout expired": "The host in DATABASE_URL doesn't answer. Is it the right one, and may this machine reach it?",
    'role "': "There is no such user as the one in DATABASE_URL.",
    'database "': "There is no such database as the one in DATABASE_URL.",
}
"""What PostgreSQL and its driver say where a database is not reached, and what is said of it here. The first counts."""


def settings_with(**given: Any) -> Settings:
    """Reads the settings; what was given on the command line wins."""
    try:
        return read_settings(**given)
    except SettingsError as error:
        fail(str(error))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a command's work to its end; what people can mend becomes one sentence, and warnings go beside its data."""
    logs.configure(sys.stderr, as_json=False, level="warning")
    return _run(work)


def run_for_long(work: Coroutine[Any, Any, Any], settings: Settings) -> None:
    """Runs what goes on until it is stopped, and logs to standard output: as JSON unless somebody looks at it there.

    Of what was not expected only the kind and the place are shown.
    """
    as_json = settings.logs == "json" or (not settings.logs and not sys.stdout.isatty())
    logs.configure(sys.stdout, as_json=as_json, level=settings.log_level)
    try:
        _run(work)
    except typer.Exit:
        raise
    except Exception as error:
        fail(f"Tacit stopped, and it's its own fault. The log says where, by the code {report(error, 'run', _log)}.")


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except StoreUnavailable as error:
        fail(of_database(error))
    except MadeByNewer as error:
        fail(f"A newer version of Tacit made this database (its form is {error}). Update Tacit, or restore a backup.")
    except (SettingsError, NotPossible, reading.UnreadableFile) as error:
        fail(str(error))
    except ProgrammingError as error:
        if "connection option" not in str(error.orig):
            raise
        fail(f"The setting DATABASE_URL is wrong: PostgreSQL says {error.orig}.")
    except PlatformRefused as refused:
        fail(f"The chat doesn't accept its token ({refused.detail}). Run ./tacit check: it says what to mend.")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def of_database(error: StoreUnavailable) -> str:
    """Says in a sentence why the database is not reached; no password is in it."""
    said = str(error).lower()
    known = next((sentence for words, sentence in UNREACHED.items() if words in said), "")
    return known or f"The database cannot be written ({error}). Nothing was half-written."


async def community_named(store: Store, settings: Settings, name: str, *, make: bool) -> int:
    """Finds the community that a command is about: the one that is named, else the only one; `make`s it if need be."""
    name = name or settings.community
    known = await communities.list_communities(store)
    named = [id for id, each in known if each == name]
    if named:
        return named[0]
    if not name and len(known) == 1:
        return known[0][0]
    if make and (name or not known):
        return await communities.open_community(store, name or "Our community", datetime.now(UTC))
    names = ", ".join(each for _, each in known)
    if name:
        return fail(f"There is no community {name!r}. There is: {names or 'none yet'}.")
    return fail(
        f"Name one with --community: {names}." if known else "There is nothing here yet; import tips or run the bot."
    )


def write_out(text: str, to: Path | None) -> None:
    """Writes to a file, or to the screen."""
    if to is None:
        sys.stdout.write(text)
    else:
        to.write_text(text, encoding="utf-8", newline="")


def fail(sentence: str) -> NoReturn:
    """Says what is the matter, and ends the command as failed."""
    console.print(sentence, style="bold", markup=False)
    raise typer.Exit(1)

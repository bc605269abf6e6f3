"""Commands for whoever looks after an installation: backups and putting them back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bot.terminal import console, fail, run, settings_with
from knowledge import backup as copies
from knowledge.dumps import NotPossible

UNITS = ("bytes", "kB", "MB", "GB", "TB")


def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup is written.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Back up the database to one file, while Tacit runs. Example: ./tacit backup tacit-monday.backup."""
    try:
        with _progress("Copying") as tell:
            size = copies.back_up(settings_with().database, file, force=force, progress=tell)
    except NotPossible as error:
        fail(str(error))
    typer.echo(f"The database is backed up in {file} ({readable(size)}), and the copy was read through.")


def restore(file: Annotated[Path, typer.Argument(help="What ./tacit backup wrote.")]) -> None:
    """Put a backup in the database's place; stop Tacit first. Example: ./tacit restore tacit-monday.backup."""
    with _progress("Restoring") as tell:
        done = run(copies.restore(settings_with().database, file, datetime.now(UTC), progress=tell))
    typer.echo(f"The database is as it was when {file} was made, in the newest form.")
    if done.kept is not None:
        typer.echo(f"What was there before is kept in {done.kept}. Delete it when you no longer need it.")
    if done.forgotten:
        people = "One person" if done.forgotten == 1 else f"{done.forgotten} people"
        typer.echo(
            f"{people} who asked to be forgotten since then {'is' if done.forgotten == 1 else 'are'} forgotten again."
        )
    if not done.knows_forgotten:
        console.print(
            "The database that was there is damaged and can't say who asked to be forgotten since. "
            "Whoever did has to be forgotten again.",
            style="bold",
        )


def readable(size: int) -> str:
    """A number of bytes as people say it: 12.3 MB."""
    amount, unit = float(size), 0
    while amount >= 1_000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1_000, unit + 1
    return f"{amount:.0f} {UNITS[unit]}" if unit == 0 else f"{amount:.1f} {UNITS[unit]}"


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Shows a bar on a terminal, and goes when the work is done."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, of_all: shown.update(task, completed=done, total=of_all)

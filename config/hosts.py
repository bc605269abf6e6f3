"""What kind of machine this is: the operator's own, or a host that gives a port and throws its disk away.

Pure: it is handed the environment. What to say of it to whom is left to the command line.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from config.settings import Settings

MARKS = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "RAILWAY_PROJECT_ID": "Railway",
    "RAILWAY_ENVIRONMENT": "Railway",
    "FLY_APP_NAME": "Fly.io",
    "K_SERVICE": "Cloud Run",
    "CF_INSTANCE_GUID": "Cloud Foundry",
}
"""Variables that these hosts set by themselves in what they run, and nobody else does. Source: their documentation."""

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - who is reached from outside listens there
THIS_MACHINE = "127.0.0.1"


def is_writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or in the one that it would be made in."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def host_of(environment: Mapping[str, str]) -> str:
    """Names the host that this runs on; an empty text on a machine of one's own."""
    return next((name for mark, name in MARKS.items() if environment.get(mark)), "")


def listens_on(settings: Settings, environment: Mapping[str, str]) -> str:
    """The address to listen on: every one where somebody outside has to reach it, else this machine's own."""
    return EVERY_ADDRESS if settings.url or host_of(environment) else THIS_MACHINE


def lost_at_restart(
    settings: Settings, environment: Mapping[str, str], *, may_write: Callable[[Path], bool] = is_writable
) -> str:
    """Says what a host will throw away, and what to do about it, in a few lines; an empty text where nothing is lost.

    Args:
        settings: where the database and the data folder are.
        environment: the process's.
        may_write: whether files can be made in a folder.
    """
    host = host_of(environment)
    named = "data" in settings.model_fields_set
    kept = settings.data.absolute() if named and may_write(settings.data) else None
    lost = [
        *_lost_database(settings.sqlite_file, kept),
        *([f"what was said in the room ({settings.data})"] if not settings.has_chats and kept is None else []),
    ]
    if not host or not lost:
        return ""
    why = f"TACIT_DATA names {settings.data}, which can't be written.\n" if named and kept is None else ""
    return (
        f"{host.upper()} THROWS THIS DISK AWAY, at every deployment and at most restarts.\n{why}"
        f"Lost with it: {'; '.join(lost)}.\n"
        "To keep it, set DATABASE_URL=postgresql://… to a PostgreSQL database,\n"
        "or mount a disk that stays and name its folder by TACIT_DATA."
    )


def _lost_database(file: Path | None, kept: Path | None) -> list[str]:
    if file is None or (kept is not None and file.absolute().is_relative_to(kept)):
        return []
    return [f"every tip, question and member (the database is the file {file})"]

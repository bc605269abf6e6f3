"""Looks at everything that the settings name, and says what is in place and what to mend. The database stays as it is.

What is looked at on a chat is the chat's own matter (`adapters/*/checking.py`).
"""

import os
from dataclasses import dataclass

from bot import wiring
from bot.terminal import of_database
from config.hosts import lost_at_restart
from config.settings import Settings
from knowledge.migrations import form_of
from knowledge.store import StoreUnavailable, communities


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and what to mend; `is_warning` where it works and may be a mistake."""

    what: str
    ok: bool
    says: str
    is_warning: bool = False

    @property
    def mark(self) -> str:
        """What stands before it on a terminal."""
        return "look" if self.is_warning else "ok  " if self.ok else "mend"


async def check(settings: Settings) -> list[Finding]:
    """Looks at the settings, the disk, the database, the sentence encoder and the chats."""
    found = [Finding("settings", True, f"data in {settings.data}")]
    lost = lost_at_restart(settings, os.environ)
    if lost:
        found.append(Finding("disk", True, " ".join(lost.split()), is_warning=True))
    found += [await _database(settings), _encoder(settings)]
    return [*found, *(Finding(*each) for each in await wiring.check_chats(settings))]


async def _database(settings: Settings) -> Finding:
    try:
        store = wiring.open_store(settings)
    except StoreUnavailable as error:
        return Finding("database", False, of_database(error))
    try:
        form = await form_of(store)
        if not form.is_known:
            says = f"{form.server}; a newer version of Tacit made it (form {form.found}). Update Tacit."
        elif form.found != form.newest:
            now = f"its form is {form.found}" if form.found else "it is empty"
            how = f"./tacit migrate brings it to the newest form, {form.newest}; so does run."
            says = f"{form.server} reached; {now}. {how}"
        else:
            names = ", ".join(name for _, name in await communities.list_communities(store))
            says = f"{form.server} reached, and up to date; communities: {names or 'none yet'}"
        return Finding("database", form.is_known, says)
    except StoreUnavailable as error:
        return Finding("database", False, of_database(error))
    finally:
        await store.close()


def _encoder(settings: Settings) -> Finding:
    said: list[str] = []
    encoder = wiring.get_encoder(settings, said.append)
    if encoder is not None:
        return Finding("sentence encoder", True, encoder.name)
    if settings.model_folder is None:
        return Finding("sentence encoder", True, "none wanted; search goes by words alone")
    return Finding("sentence encoder", False, " ".join(said))

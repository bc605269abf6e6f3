"""A data folder with a store full of tips, made once and kept under the system's folder for temporary files."""

import hashlib
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import texts
from bench.programs import ROOT
from bench.results import tell
from bot import wiring
from config.settings import Settings, read_settings
from knowledge.importing.reading import ReadTip
from knowledge.importing.tips import import_tips
from knowledge.store import Store, communities

MODEL = ROOT / "data" / "model"


def model() -> str:
    """The folder of the sentence encoder, or `none`."""
    return str(MODEL) if (MODEL / "encoder.json").is_file() else "none"


async def data_folder(to: Path, count: int) -> None:
    """Fills `to` with a store of so many tips, ready to be searched."""
    rows = texts.tips(count)
    kept = Path(tempfile.gettempdir()) / f"tacit-bench-{_digest(rows)}"
    if not kept.is_dir():
        making = kept.with_name(f"{kept.name}-{os.getpid()}")
        try:
            await _fill(making, rows)
            making.rename(kept)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(kept, to, dirs_exist_ok=True)


async def _fill(folder: Path, rows: list[ReadTip]) -> None:
    settings = read_settings(data=folder, model=model())
    tell(f"Preparing a store of {len(rows)} tips; with the sentence encoder this takes minutes, once.")
    async with wiring.opened_store(settings) as store:
        now = datetime.now(UTC)
        community = await communities.open_community(store, "The bench", now)
        await import_tips(store, community, rows, now)
        await _encode(store, settings, community, now)


async def _encode(store: Store, settings: Settings, community: int, now: datetime) -> None:
    def progress(done: int, of_all: int) -> None:
        if done % 1_024 == 0 or done == of_all:
            tell(f"Encoded {done} of {of_all}.")

    library = wiring.build(store, wiring.get_encoder(settings, tell)).services.library
    await library.refresh(community, now, progress)


def _digest(rows: list[ReadTip]) -> str:
    seen = hashlib.sha256()
    for row in rows:
        seen.update(f"{row.external_id}\0{row.form}\0".encode())
    for file in sorted(MODEL.glob("*")) if model() != "none" else ():
        seen.update(f"{file.name}\0{file.stat().st_size}\0".encode())
    if model() != "none":
        seen.update((MODEL / "encoder.json").read_bytes())
    return seen.hexdigest()[:16]

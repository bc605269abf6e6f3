"""Writes tips from a file into the store; running it again updates by the name that they have elsewhere.

It brings nobody back who was forgotten: their tips come without their name, or not at all where they wanted them gone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from knowledge.guard import scan
from knowledge.importing.reading import BrokenLine, ReadTip
from knowledge.store import Store, Work, members, tips
from knowledge.store.filing import NewTip, publish_new
from knowledge.store.forgotten import forgotten_among, of_name, of_tip
from knowledge.store.members import member_id
from knowledge.tips import search_text

BATCH = 200
"""Tips that are written in one transaction."""


@dataclass(slots=True)
class Imported:
    """What an import did: how many tips were new, changed and the same; broken lines; lines that look personal.

    `left_out` are those whose author asked to be forgotten, and that they go.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    left_out: int = 0
    broken: list[BrokenLine] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)


async def import_tips(
    store: Store,
    community: int,
    rows: Iterable[ReadTip | BrokenLine],
    now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Imported:
    """Writes tips as published; `progress` is told how many lines are done.

    Raises:
        StoreUnavailable: the database is locked, full or cannot be written; what was written before stays.
    """
    imported = Imported()
    done = 0
    for batch in _batches(rows):
        imported.broken += [row for row in batch if isinstance(row, BrokenLine)]
        good = [row for row in batch if isinstance(row, ReadTip)]
        imported.personal += [row.where for row in good if scan(f"{row.form.title}\n{search_text(row.form)}")]
        async with store.write(community, now) as work:
            await _write(work, good, imported)
        done += len(batch)
        progress(done)
    return imported


async def _write(work: Work, rows: Sequence[ReadTip], imported: Imported) -> None:
    existing = await tips.find_imported(work, [row.external_id for row in rows if row.external_id])
    existing |= await _exported_from_here(work, [row for row in rows if row.external_id not in existing])
    known = {each.id: each for each in await tips.find_tips(work, list(existing.values()))}
    gone = await forgotten_among(work, {of_tip(row.external_id) for row in rows if row.external_id})
    nobody = await forgotten_among(work, {of_name(row.author) for row in rows if row.author})
    new: dict[str, NewTip] = {}
    for place, row in enumerate(rows):
        id = existing.get(row.external_id) if row.external_id else None
        if id is None and of_tip(row.external_id) in gone:
            imported.left_out += 1
        elif id is None:
            author = row.author if of_name(row.author) not in nobody else ""
            new[row.external_id or f"\0{place}"] = await _new(work, row, author)
        elif id in known and known[id].form == row.form:
            imported.same += 1
        else:
            await tips.revise_tip(work, id, row.form, by=None)
            imported.changed += 1
    await publish_new(work, list(new.values()))
    imported.new += len(new)


async def _exported_from_here(work: Work, rows: Sequence[ReadTip]) -> dict[str, int]:
    """Tips that an export named `tip-12` after their number: the same where number and title agree."""
    found: dict[str, int] = {}
    for row in rows:
        number = row.external_id.removeprefix("tip-")
        if number != row.external_id and number.isdigit() and len(number) < 10:
            known = await tips.find_tip(work, int(number))
            if known is not None and not known.external_id and known.form.title == row.form.title:
                found[row.external_id] = known.id
    return found


async def _new(work: Work, row: ReadTip, author: str) -> NewTip:
    member = await members.find_by_name(work, author) if author else None
    return NewTip(row.form, row.external_id, author, member_id(member) if member else None)


def _batches(rows: Iterable[ReadTip | BrokenLine]) -> Iterator[Sequence[ReadTip | BrokenLine]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch

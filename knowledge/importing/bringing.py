"""Brings a chat's history into the store, as ties. It goes on where it stopped, and a second time it adds nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from knowledge.importing.history import History, LeftOut
from knowledge.importing.inferred import inferred_in
from knowledge.importing.reading import BrokenLine, UnreadableFile
from knowledge.importing.ties_of import told_in
from knowledge.models import TieKind
from knowledge.store import Store, communities
from knowledge.store.history import (
    NotKept,
    Told,
    Written,
    counted_before,
    counted_months,
    is_of_another,
    looked_at,
    write_history,
)

BATCH = 2_000
"""Messages that are written in one transaction, at the most."""

BATCH_OF_TIES = 5_000
"""Ties after which a batch is full, however few messages show them."""

NAMED = 20
"""Broken lines that are named; the others are counted."""


@dataclass(slots=True)
class Brought:
    """What an import of history did.

    Attributes:
        messages: how many were read, those that were here before too.
        new: how many of them were not here before.
        rooms: in how many channels.
        authors: how many people wrote them.
        people: how many members are new by it.
        ties: how many ties are kept one by one.
        in_months: how many are kept as counts of their month.
        since: when the first of them was written, and `until` the last; None where there are none.
        left_out: what was passed over and why.
        broken: the first lines that could not be read, `broken_lines` of them in all.
    """

    messages: int = 0
    new: int = 0
    rooms: int = 0
    authors: int = 0
    people: int = 0
    ties: int = 0
    in_months: int = 0
    since: datetime | None = None
    until: datetime | None = None
    left_out: Counter[LeftOut | NotKept] = field(default_factory=Counter)
    broken: list[BrokenLine] = field(default_factory=list)
    broken_lines: int = 0


async def bring_history(
    store: Store,
    community: int,
    history: History,
    now: datetime,
    *,
    progress: Callable[[int, int], None] = lambda done, messages: None,
) -> Brought:
    """Writes the ties of a history.

    Args:
        store: the database.
        community: whose history it is.
        history: what is read, from its start.
        now: aware UTC; it is the same for the whole import.
        progress: is told after each batch how many bytes and how many messages were read.

    Raises:
        UnreadableFile: the space is another community's, or the file ends in the middle.
        StoreUnavailable: the database is locked, full or cannot be written; what was written before stays.
    """
    counted = await _begun(store, community, history.space, now)
    brought = Brought()
    rooms: set[str] = set()
    authors: set[str] = set()
    for batch in _batches(_good(told_in(history), brought)):
        async with store.write(community, now) as work:
            written = await write_history(work, history.digest, batch, counted)
        _add_up(brought, batch, written)
        rooms |= {each.channel for each in batch}
        authors |= {each.author for each in batch}
        progress(history.done, brought.messages)
    brought.rooms, brought.authors = len(rooms), len(authors)
    brought.left_out.update(history.left_out)
    return brought


async def infer_answers(
    store: Store,
    community: int,
    history: History,
    now: datetime,
    *,
    progress: Callable[[int, int], None] = lambda done, inferred: None,
) -> int:
    """Writes whom messages answer without saying so, in rooms that talk without threads; gives how many ties.

    It is for after `bring_history`, and takes longer. Rooms that were looked at to their end are passed over.

    Args:
        store: the database.
        community: whose history it is.
        history: what is read a second time, from its start.
        now: aware UTC, as it was for `bring_history`.
        progress: is told after each batch how many bytes were read and how many ties were written.

    Raises:
        UnreadableFile: the file ends in the middle.
        StoreUnavailable: the database is locked, full or cannot be written; what was written before stays.
    """
    source = f"{history.digest}:{TieKind.INFERRED}"
    async with store.read(community, now) as work:
        counted = await counted_before(work, history.digest)
        done = await looked_at(work, history.digest, source)
    inferred = 0
    for batch in _batches(inferred_in(history, done)):
        async with store.write(community, now) as work:
            written = await write_history(work, source, batch, counted)
        inferred += written.ties + written.in_months
        progress(history.done, inferred)
    return inferred


async def _begun(store: Store, community: int, space: str, now: datetime) -> set[tuple[str, str]]:
    async with store.write(community, now) as work:
        try:
            if await is_of_another(work, space):
                raise ValueError
            if not space.startswith("import:"):
                await communities.connect_space(work, space)
        except ValueError:
            sentence = f"{space} belongs to another community here. Name that one with --community"
            raise UnreadableFile(f"{sentence}, or this space otherwise with --space.") from None
        return await counted_months(work)


def _good(told: Iterator[Told | BrokenLine], brought: Brought) -> Iterator[Told]:
    for each in told:
        if isinstance(each, Told):
            yield each
        else:
            brought.broken_lines += 1
            if len(brought.broken) < NAMED:
                brought.broken.append(each)


def _batches(told: Iterator[Told]) -> Iterator[list[Told]]:
    batch: list[Told] = []
    ties = 0
    for each in told:
        batch.append(each)
        ties += len(each.ties)
        if len(batch) >= BATCH or ties >= BATCH_OF_TIES:
            yield batch
            batch, ties = [], 0
    if batch:
        yield batch


def _add_up(brought: Brought, batch: list[Told], written: Written) -> None:
    brought.messages += len(batch)
    brought.new += written.messages
    brought.people += written.people
    brought.ties += written.ties
    brought.in_months += written.in_months
    brought.left_out.update(written.not_kept)
    moments = [each.at for each in batch]
    brought.since = min(moments) if brought.since is None else min(brought.since, *moments)
    brought.until = max(moments) if brought.until is None else max(brought.until, *moments)

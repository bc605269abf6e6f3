"""The community's tips as something to ask: keeps a search index for each community in step with the store.

The database is the truth. Each process holds one index for each community in memory, built on first use; before each
question the community's change is asked for and only what changed is applied, so a new tip is found at once by every
process. Vectors are kept in the store; what is missing is encoded off the event loop.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import NamedTuple, TypeVar

import numpy as np

from knowledge.models import TipState
from knowledge.problems import Earlier
from knowledge.search import (
    Completer,
    Document,
    Encoded,
    Encoder,
    Found,
    Hit,
    Index,
    pack,
    pack_pieces,
    pack_states,
    shift_by,
    shifted,
    unpack,
    whole,
)
from knowledge.store import Store, StoreUnavailable, Work, communities, lookalikes, questions, tips, vectors
from knowledge.store.vectors import Vectors
from knowledge.tips import TipForm, search_text

ENCODED_AT_ONCE = 64
"""Tips whose vectors are made and written in one go, so that a stop loses little."""

ORDINARY = 500
"""Tips that say what is ordinary in a community. Source: docs/adr/0020 (some hundred are enough)."""

READ_AT_ONCE = 2_000
"""Tips that are read from the store and indexed in one go."""

COMPARED = 60
"""Tips that are compared with all others, those that changed last (ours)."""

COMPARING_SECONDS = 0.25
"""After so long the rest of them is left for the next time: somebody waits (ours)."""

SETTLED_AFTER = 2.0
"""After so many seconds without a change an index lets go of what only changes need (ours)."""

Progress = Callable[[int, int], None]

_Read = TypeVar("_Read")


class Library:
    """Finds tips. One for each process.

    Args:
        store: where the tips are.
        encoder: makes sentence vectors; without one, only words are compared.
    """

    def __init__(self, store: Store, encoder: Encoder | None) -> None:
        self._store = store
        self.encoder = encoder
        self._shelves: dict[int, _Shelf] = {}
        self._alike: dict[int, dict[int, _Compared]] = {}
        self._settling: set[asyncio.Future[None]] = set()

    async def search(self, community: int, question: str, now: datetime, *, limit: int = 10) -> Found:
        """Finds the tips that answer a question, best first, and how sure to be, as the community's votes have it."""
        shelf = await self.refresh(community, now)
        encoder = self.encoder

        async def read_states(ids: Sequence[int]) -> dict[int, bytes]:
            assert encoder is not None
            async with self._store.read(community, now) as work:
                return await vectors.read_states(work, ids, encoder.name)

        found = await asyncio.to_thread(
            shelf.index.search,
            question,
            encode=encoder.encode if encoder else None,
            read_states=_from_a_thread(read_states),
            limit=limit,
        )
        if found.evidence is None:
            return found
        shift = await self._shift(community, now)
        return replace(
            found,
            confidence=shifted(found.confidence, shift),
            confidence_of_shown=shifted(found.confidence_of_shown, shift),
        )

    async def _shift(self, community: int, now: datetime) -> float:
        """Gives how far the community's votes shift the confidence."""

        async def read() -> float:
            async with self._store.read(community, now) as work:
                return shift_by(await questions.votes(work))

        found: float = await self._store.remember(("votes", community), read)
        return found

    async def similar(self, community: int, form: TipForm, now: datetime, *, limit: int = 3) -> tuple[Hit, ...]:
        """Finds live tips that say nearly the same as a new one."""
        shelf = await self.refresh(community, now)
        new = _Text(form, search_text(form))
        made = None if self.encoder is None else await asyncio.to_thread(_made_of, self.encoder, new)
        title, text = (made.title, made.text) if made else (None, None)

        async def read_texts(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
            async with self._store.read(community, now) as work:
                return {each.id: (each.form.title, search_text(each.form)) for each in await tips.find_tips(work, ids)}

        return await asyncio.to_thread(
            shelf.index.similar,
            form.title,
            new.text,
            _from_a_thread(read_texts),
            title_vector=title,
            text_vector=text,
            limit=limit,
        )

    async def alike(self, community: int, now: datetime) -> list[tuple[int, int]]:
        """Lists pairs of live tips (ids) that say nearly the same, the lower id first, each once, the newest first.

        The tips that changed last are compared with all. What was found is kept as long as neither changes, so that
        only what changed is compared again.
        """
        async with self._store.read(community, now) as work:
            lately = await lookalikes.changed_lately(work, at_most=COMPARED)
        before = self._alike.get(community, {})
        kept = {id: before[id] for id, change, _ in lately if id in before and before[id].change == change}
        until = monotonic() + COMPARING_SECONDS
        for id, change, form in lately:
            if id not in kept and monotonic() < until:
                hits = await self.similar(community, form, now, limit=4)  # one of them is the tip itself
                kept[id] = _Compared(change, lately[0][1], tuple(hit.id for hit in hits if hit.id != id))
        self._alike[community] = kept
        changes = {id: change for id, change, _ in lately}
        pairs = [
            (min(id, other), max(id, other))
            for id in changes
            if id in kept
            for other in kept[id].others
            if changes.get(other, 0) <= kept[id].seen
        ]
        return list(dict.fromkeys(pairs))

    async def encoded(self, texts: Sequence[str]) -> list[Encoded] | None:
        """Takes in texts off the event loop, in their order; None without an encoder."""
        encoder = self.encoder
        return None if encoder is None else await asyncio.to_thread(lambda: [encoder.encode(each) for each in texts])

    async def ordinary(self, work: Work) -> Earlier | None:
        """What the community's newest tips say of what is ordinary there; None without an encoder, or without tips."""
        if self.encoder is None:
            return None
        rows = await vectors.newest_vectors(work, self.encoder.name, at_most=ORDINARY)
        if not rows:
            return None
        vectors_of = np.stack([unpack(text)[: self.encoder.dimension] for text, _ in rows])
        return Earlier(vectors_of, [pieces for _, pieces in rows])

    async def complete(self, community: int, typed: str, now: datetime, *, limit: int = 25) -> list[int]:
        """Gives the ids of the live tips whose titles fit what somebody is typing, best first."""
        shelf = await self.refresh(community, now)
        return await asyncio.to_thread(shelf.titles.find, typed, limit=limit)

    async def tags(self, community: int, now: datetime) -> list[str]:
        """Lists the tags of live tips, in order."""
        shelf = await self.refresh(community, now)
        if shelf.known_tags is None:
            shelf.known_tags = sorted({tag for tags in shelf.tags.values() for tag in tags})
        return shelf.known_tags

    async def refresh(self, community: int, now: datetime, progress: Progress | None = None) -> "_Shelf":
        """Brings the index of a community up to date; `progress` is told (done, of all) as tips are encoded."""
        languages = (await communities.options_now(self._store, community, now)).languages
        shelf = self._shelves.get(community)
        if shelf is None or shelf.languages != languages:
            shelf = self._shelves[community] = self._empty_shelf(languages)
        async with self._store.read(community, now) as work:
            change = await communities.last_change(work)
        if shelf.change < change:
            async with shelf.lock:
                await self._apply(shelf, community, now, progress)
            self._settle_later(shelf, community, now)
        return shelf

    async def settle(self, community: int, now: datetime) -> None:
        """Lets go of what only changes need, and fills an index afresh that is worn by changes.

        It is called some time after the last change; answers are given meanwhile.
        """
        shelf = self._shelves[community]
        await asyncio.to_thread(shelf.settle)
        if shelf.index.worn:
            fresh = self._empty_shelf(shelf.languages)
            await self._apply(fresh, community, now, None)
            await asyncio.to_thread(fresh.settle)
            self._shelves[community] = fresh

    async def _settle_if_it_can(self, community: int, now: datetime) -> None:
        # Where the store is away, the next change brings another time to settle.
        with suppress(StoreUnavailable):
            await self.settle(community, now)

    def _settle_later(self, shelf: "_Shelf", community: int, now: datetime) -> None:
        def settle() -> None:
            task = asyncio.ensure_future(self._settle_if_it_can(community, now))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

        if shelf.timer is not None:
            shelf.timer.cancel()
        shelf.timer = asyncio.get_running_loop().call_later(SETTLED_AFTER, settle)

    def _empty_shelf(self, languages: tuple[str, ...]) -> "_Shelf":
        return _Shelf(languages, self.encoder.words if self.encoder else frozenset())

    async def _apply(self, shelf: "_Shelf", community: int, now: datetime, progress: Progress | None) -> None:
        """Reads what changed, and indexes it while the next is read."""
        done, after, indexing = 0, shelf.change, None
        try:
            while True:
                async with self._store.read(community, now) as work:
                    changed = await tips.changed_since(work, after, limit=READ_AT_ONCE)
                if not changed:
                    break
                live = {id: _Text(form, search_text(form)) for id, _, state, form in changed if state is TipState.LIVE}
                gone = [id for id, _, state, _ in changed if state is not TipState.LIVE]
                last = changed[-1][1]
                made = await self._made_between(community, after, last, live, now, progress, done)
                if indexing is not None:
                    await indexing
                indexing = asyncio.create_task(asyncio.to_thread(shelf.apply, live, made, gone, last))
                after = last
                done += len(live)
        finally:
            if indexing is not None:
                await indexing

    async def _made_between(
        self,
        community: int,
        after: int,
        last: int,
        live: Mapping[int, "_Text"],
        now: datetime,
        progress: Progress | None,
        done: int,
    ) -> dict[int, Vectors]:
        """Gives what the encoder makes of tips, as it was kept or made anew."""
        if self.encoder is None or not live:
            return {}
        async with self._store.read(community, now) as work:
            kept = await vectors.read_vectors(work, after, last, self.encoder.name)
        ready = {id: kept[id] for id, text in live.items() if id in kept and kept[id].digest == text.digest}
        missing = [id for id in live if id not in ready]
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            batch = missing[start : start + ENCODED_AT_ONCE]
            fresh = {id: await asyncio.to_thread(_made_of, self.encoder, live[id]) for id in batch}
            async with self._store.write(community, now) as work:
                await vectors.write_vectors(work, self.encoder.name, fresh)
            ready |= fresh
            if progress is not None:
                progress(done + start + len(batch), done + len(missing))
        return ready


class _Shelf:
    """The index of one community, and how far it is in step."""

    def __init__(self, languages: tuple[str, ...], everyday_words: frozenset[str]) -> None:
        self.languages = languages
        self.index = Index(languages, everyday_words=everyday_words)
        self.titles = Completer()
        self.tags: dict[int, tuple[str, ...]] = {}
        self.known_tags: list[str] | None = None
        self.change = 0
        self.lock = asyncio.Lock()
        self.timer: asyncio.TimerHandle | None = None

    def settle(self) -> None:
        """Lets go of what only changes need."""
        self.titles.settle()
        self.index.settle()

    def apply(self, live: Mapping[int, "_Text"], made: Mapping[int, Vectors], gone: Sequence[int], change: int) -> None:
        """Takes in what changed up to a change."""
        self.index.put(_document(id, text, made.get(id)) for id, text in live.items())
        self.index.remove(gone)
        for id, text in live.items():
            self.titles.put(id, text.form.title or text.form.works)
            self.tags[id] = text.form.tags
        for id in gone:
            self.titles.remove(id)
            self.tags.pop(id, None)
        self.change = change
        self.known_tags = None


class _Compared(NamedTuple):
    """What a tip looked like when it was compared: its own change, the newest seen then, and the tips it is like."""

    change: int
    seen: int
    others: tuple[int, ...]


class _Text(NamedTuple):
    """A tip's parts, and the text beside its title that is searched."""

    form: TipForm
    text: str

    @property
    def digest(self) -> str:
        """Tells whether what was made of a text is still of the same text."""
        return hashlib.sha256(f"{self.form.title}\0{self.text}".encode()).hexdigest()[:24]


def _made_of(encoder: Encoder, text: _Text) -> Vectors:
    title = text.form.title
    encoded = encoder.encode(whole(title, text.text))
    return Vectors(
        text.digest,
        pack(encoder.encode(title).vector) if title else None,
        pack(encoded.vector),
        pack_pieces(encoded.pieces),
        pack_states(encoded.states),
    )


def _document(id: int, text: _Text, made: Vectors | None) -> Document:
    title = text.form.title
    if made is None:
        return Document(id, title, text.text)
    return Document(id, title, text.text, made.title, made.text, made.pieces)


def _from_a_thread(read: Callable[[Sequence[int]], Awaitable[_Read]]) -> Callable[[Sequence[int]], _Read]:
    """Lets a thread that searches read from the store, which belongs to the event loop."""
    loop = asyncio.get_running_loop()

    async def reading(ids: Sequence[int]) -> _Read:
        return await read(ids)

    return lambda ids: asyncio.run_coroutine_threadsafe(reading(ids), loop).result()

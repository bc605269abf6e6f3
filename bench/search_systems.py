"""The systems that are measured side by side, all in memory and all asked alike. Heavy libraries load where used.

Every alternative indexes title and text as one text, which is how each is used plainly. FTS5 and tantivy are asked for
any of the question's words without the same stop words, so neither wins by its list.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from knowledge.search import Document, Encoded

TACIT, FTS5, TANTIVY, ENCODER, BM25S = "Tacit", "FTS5", "tantivy", "encoder", "bm25s"
SYSTEMS = (TACIT, FTS5, TANTIVY, ENCODER, BM25S)
TITLES = "encoder, titles"
"""The encoder with a vector for each title too, for quality alone: the greater cosine counts, as in Tacit."""

WITH_ENCODER = (TACIT, ENCODER)

LIMIT = 10
"""Tips that are asked for."""

AT_ONCE = 1_000
"""Tips that Tacit is given in one go, as at its start."""

MEMORY_BYTES = 15_000_000
"""What tantivy's writer may hold, which is its least and what Tacit gives it."""

FIRST_ROWS = 1_024
"""Rows of the encoder's matrix to begin with; it doubles when they are used up."""

Encode: TypeAlias = "Callable[[str], Encoded]"

ReadStates: TypeAlias = Callable[[Sequence[int]], Mapping[int, bytes]]
"""The states of tips' word pieces by number, read from wherever they are kept."""


class Tip(NamedTuple):
    """What is found: a number, a title (may be empty), a text, and what the encoder makes of them.

    That is unit vectors of the title and of both together, and the different word pieces of both together.
    """

    id: int
    title: str
    text: str
    title_vector: "np.ndarray | None" = None
    whole_vector: "np.ndarray | None" = None
    pieces: bytes | None = None

    @property
    def whole(self) -> str:
        """Title and text as one text."""
        return f"{self.title}\n{self.text}".strip()


class System(Protocol):
    """Something that finds tips."""

    def fill(self, tips: Iterable[Tip]) -> None:
        """Takes the tips that it begins with; they are found from then on."""

    def search(self, question: str) -> list[int]:
        """Gives the numbers of the tips that fit a question, best first, ten at most."""


@runtime_checkable
class Growing(System, Protocol):
    """One that takes a new tip without indexing all tips anew."""

    def add(self, tip: Tip) -> None:
        """Takes one more; it is found from then on."""


def installed() -> list[str]:
    """The systems whose libraries are here; bm25s is none of Tacit's and may be missing."""
    return [name for name in SYSTEMS if name != BM25S or find_spec("bm25s")]


def open_system(
    name: str, encode: Encode, read_states: ReadStates, words: frozenset[str], fillers: frozenset[str]
) -> System:
    """Opens a system, empty.

    Args:
        name: one of `SYSTEMS`, or `TITLES`.
        encode: encodes a question.
        read_states: reads the states of tips' word pieces, which Tacit keeps in its store.
        words: those that Tacit never corrects.
        fillers: Tacit's own words that say nothing of a question's subject, for the alternatives too.
    """
    match name:
        case "Tacit":
            return _Tacit(encode, read_states, words)
        case "encoder":
            return _Encoder(encode)
        case "encoder, titles":
            return _Encoder(encode, with_titles=True)
        case "FTS5":
            return _Fts5(fillers)
        case "tantivy":
            return _Tantivy(fillers)
        case _:
            return _Bm25s()


class _Tacit:
    """Tacit's index, as its library fills and asks it."""

    def __init__(self, encode: Encode, read_states: ReadStates, words: frozenset[str]) -> None:
        from knowledge.search import Index

        self._index, self._encode, self._read_states = Index(everyday_words=words), encode, read_states

    def fill(self, tips: Iterable[Tip]) -> None:
        rest: Iterator[Tip] = iter(tips)
        while some := [self._document(tip) for tip in islice(rest, AT_ONCE)]:
            self._index.put(some)
        self._index.settle()

    def add(self, tip: Tip) -> None:
        self._index.put([self._document(tip)])

    def _document(self, tip: Tip) -> "Document":
        from knowledge.search import Document, pack

        title, whole = (None if each is None else pack(each) for each in (tip.title_vector, tip.whole_vector))
        return Document(tip.id, tip.title, tip.text, title, whole, tip.pieces)

    def search(self, question: str) -> list[int]:
        found = self._index.search(question, encode=self._encode, read_states=self._read_states, limit=LIMIT)
        return [hit.id for hit in found.hits]


class _Fts5:
    """SQLite's full-text search: Porter's stems, any of the words, bm25."""

    def __init__(self, fillers: frozenset[str]) -> None:
        self._fillers = fillers
        self._base = sqlite3.connect(":memory:")
        self._base.execute("create virtual table tip using fts5(words, tokenize = 'porter unicode61')")

    def fill(self, tips: Iterable[Tip]) -> None:
        self._base.executemany("insert into tip(rowid, words) values(?, ?)", ((tip.id, tip.whole) for tip in tips))
        self._base.commit()

    def add(self, tip: Tip) -> None:
        self.fill([tip])

    def search(self, question: str) -> list[int]:
        any_of = " OR ".join(f'"{word}"' for word in _words(question, self._fillers))
        found = self._base.execute("select rowid from tip where tip match ? order by rank limit ?", (any_of, LIMIT))
        return [int(id) for (id,) in found] if any_of else []


class _Tantivy:
    """tantivy: its English stems, any of the words, bm25. The writer stays open once tips come one by one."""

    def __init__(self, fillers: frozenset[str]) -> None:
        import tantivy

        self._fillers = fillers
        self._new = tantivy.Document
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", fast=True)
        schema.add_text_field("words", tokenizer_name="en_stem", index_option="freq")
        self._index = tantivy.Index(schema.build())
        self._index.config_reader("manual")
        self._writer: Any = None

    def fill(self, tips: Iterable[Tip]) -> None:
        writer = self._index.writer(MEMORY_BYTES, 1)
        for tip in tips:
            writer.add_document(self._new(id=tip.id, words=tip.whole))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def add(self, tip: Tip) -> None:
        self._writer = self._writer or self._index.writer(MEMORY_BYTES, 1)
        self._writer.add_document(self._new(id=tip.id, words=tip.whole))
        self._writer.commit()
        self._index.reload()

    def search(self, question: str) -> list[int]:
        any_of = self._index.parse_query(" ".join(f'"{word}"' for word in _words(question, self._fillers)), ["words"])
        searcher = self._index.searcher()
        hits = searcher.search(any_of, LIMIT, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return [int(id) for id in ids if id is not None]


class _Encoder:
    """The vectors alone: one float32 matrix, multiplied with the question's vector; titles may have rows too."""

    def __init__(self, encode: Encode, *, with_titles: bool = False) -> None:
        self._encode, self._with_titles = encode, with_titles
        self._ids: list[int] = []
        self._rows: Any = None

    def fill(self, tips: Iterable[Tip]) -> None:
        for tip in tips:
            self.add(tip)

    def add(self, tip: Tip) -> None:
        self._append(tip.id, tip.whole_vector)
        if self._with_titles and tip.title:
            self._append(tip.id, tip.title_vector)

    def _append(self, id: int, vector: "np.ndarray | None") -> None:
        import numpy as np

        given = np.asarray(vector, np.float32)
        if self._rows is None:
            self._rows = np.zeros((FIRST_ROWS, len(given)), np.float32)
        if len(self._ids) == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[len(self._ids)] = given
        self._ids.append(id)

    def search(self, question: str) -> list[int]:
        import numpy as np

        cosines = self._rows[: len(self._ids)] @ self._encode(question).vector
        best = np.argpartition(-cosines, min(2 * LIMIT, len(cosines)) - 1)[: 2 * LIMIT]
        return list(dict.fromkeys(self._ids[row] for row in best[np.argsort(-cosines[best])]))[:LIMIT]


class _Bm25s:
    """bm25s with its English stop words, and with Snowball's stems where PyStemmer is there.

    It indexes all tips anew for a new one.
    """

    def __init__(self) -> None:
        self._library = import_module("bm25s")
        self._stemmer = import_module("Stemmer").Stemmer("english") if find_spec("Stemmer") else None
        self._ids: list[int] = []

    def fill(self, tips: Iterable[Tip]) -> None:
        texts = []
        for tip in tips:
            self._ids.append(tip.id)
            texts.append(tip.whole)
        self._index = self._library.BM25()
        self._index.index(self._tokens(texts), show_progress=False)

    def search(self, question: str) -> list[int]:
        count = min(LIMIT, len(self._ids))
        rows, _ = self._index.retrieve(self._tokens([question]), k=count, show_progress=False)
        return [self._ids[row] for row in rows[0]]

    def _tokens(self, texts: list[str]) -> Any:
        return self._library.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)


def _words(question: str, fillers: frozenset[str]) -> list[str]:
    """The different words of a question without fillers; all of them where nothing else is left."""
    words = list(dict.fromkeys(re.findall(r"\w+", question.lower())))
    return [word for word in words if word not in fillers] or words

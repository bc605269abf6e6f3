"""`duplicates`: how well a new tip that says the same as a known one is noticed at capture, and how often wrongly.

A new text is checked against a store twice: with its duplicates there, and with them taken out, when any hit is a
false alarm; what counts is the first hit, which is what people are shown first (`duplicates_pairs` says who judged).
Beside what Tacit ships, by meaning and words and by words alone, stand thresholds around its own, and alternatives that
see the same texts: the cosine alone, rapidfuzz's token_set_ratio, and FTS5's best hit, as it is and where its bm25 has
a good part of what the new text would have itself.

"right" is the share of first hits that are duplicates when one is there; "right of 1 in 10" the same when nine of ten
new texts have none, which is nearer to life. The intervals hold 95 % of 1,000 draws of the new texts; where nothing was
wrong in n texts they are empty, and 3 / n is still possible.
"""

import re
import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any, NamedTuple, TypeAlias
from unittest.mock import patch

import numpy as np
from rapidfuzz import fuzz, process, utils

from bench.duplicates_pairs import COLUMNS, MQP, SHARES, New, Store, Tip, read_stores
from bench.results import Json, Table, machine, spread, tell
from bench.search_sets import DRAWS, KeptVectors, open_encoder
from knowledge.search import Document, Index, index, pack, whole
from knowledge.search.index import DUPLICATE_COSINE, DUPLICATE_OVERLAP, DUPLICATE_TITLE_COSINE
from knowledge.search.lexical import ENGLISH_FILLERS

TACIT, BY_WORDS, WORDS, COSINE, TITLES, TOKENS, FTS5 = (
    "Tacit", "Tacit, words alone", "words", "cosine", "titles", "token_set_ratio", "FTS5",
)  # fmt: skip
"""What gives a best hit with a score. The first two keep silent below Tacit's thresholds, the others have none."""

SYSTEMS: dict[str, dict[str, float]] = {
    TACIT: {TACIT: 0},
    BY_WORDS: {BY_WORDS: 0},
    f"cosine alone from {DUPLICATE_COSINE}": {COSINE: DUPLICATE_COSINE},
    "token_set_ratio from 90": {TOKENS: 90},
    "FTS5's best hit": {FTS5: 0},
    "FTS5's best hit from .7 of its own": {FTS5: 0.7},
}
"""Name -> whose hits count, and from which score on; the best of those that do is the answer."""

COSINES = tuple(hundredth / 100 for hundredth in range(76, 94, 2))
OVERLAPS = tuple(tenth / 20 for tenth in range(8, 19))

LEAST_OVERLAP = 0.3
"""Overlaps that are looked at at all."""

RARE = 0.1
"""The share of new texts with a duplicate, nearer to life than one each."""

FILLERS = frozenset(ENGLISH_FILLERS.split())

SCORE, RIGHT, ALIKE = range(3)
Best: TypeAlias = tuple[float, bool, bool]
"""The score of a first hit, whether it is a duplicate, whether it is a judged look-alike."""

NONE: Best = (-1.0, False, False)
Hit: TypeAlias = tuple[int, float] | None
Found: TypeAlias = dict[str, np.ndarray]
"""By what gives hits: float, shape (states, new texts, 3): duplicates there or not; what `Best` says."""


class _Vectors(NamedTuple):
    """Unit vectors of a title, where there is one, and of the whole."""

    title: np.ndarray | None
    whole: np.ndarray


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--new", type=int, default=1_000, help="new texts of each set, at most")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    stores, encoder = read_stores(chosen.new), open_encoder()
    vectors = KeptVectors(encoder)
    vectors.prepare(text for store in stores for text in store.texts())
    result: Json = {"benchmark": "duplicates", **machine(), "stores": {}, "ms": {}}
    for name in dict.fromkeys(store.name for store in stores):
        parts = [_Checks(store, vectors, encoder.words) for store in stores if store.name == name]
        tell(f"Checking {sum(len(part.store.new) for part in parts)} new texts: {name}.")
        found = _together([part.all() for part in parts])
        asked = _thresholds(titles=any(title for title, _ in parts[0].store.tips))
        result["stores"][name] = {
            "tips": "/".join(str(size) for size in dict.fromkeys(len(part.store.tips) for part in parts)),
            "new": len(found[TACIT][0]),
            "shares": {table: _counted_all(found, rows, COLUMNS[name]) for table, rows in asked.items()},
        }
        checks = parts[0].seconds
        result["ms"][name] = {each: spread(one for part in parts for one in part.seconds[each]) for each in checks}
    texts = [new.tip[1] for new in stores[0].new[:100]]
    result["ms"][MQP]["encoding the new text"] = spread([_timed(encoder.encode, text)[1] for text in texts])
    return result


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    shown = []
    for name, store in result["stores"].items():
        about = f"{name}: {store['new']} new texts, {store['tips']} tips"
        shown += [(f"{about}; {table}, % (95 %)", _table(rows)) for table, rows in store["shares"].items()]
    for name, rows in result["ms"].items():
        columns = ("count", "p50", "p95", "max")
        of = [(each, *(row[column] for column in columns)) for each, row in rows.items()]
        shown.append((f"One check, ms: {name}, {result['stores'][name]['tips']} tips", [("", *columns), *of]))
    return [*shown, ("Notes", [("", ""), *((each, result[each]) for each in ("cores", "load_before"))])]


def _thresholds(*, titles: bool) -> dict[str, dict[str, dict[str, float]]]:
    """Gives the rows of each table, as `SYSTEMS` does; of titles only where there are some."""
    shipped = {WORDS: DUPLICATE_OVERLAP, COSINE: DUPLICATE_COSINE, TITLES: DUPLICATE_TITLE_COSINE}
    of_titles = {f"Tacit, titles from {least}": {**shipped, TITLES: least} for least in COSINES}
    return {
        "systems": SYSTEMS,
        "cosines": {f"Tacit, cosine from {least}": {**shipped, COSINE: least} for least in COSINES},
        "overlaps": {f"words alone from {least}": {WORDS: least} for least in OVERLAPS},
        **({"titles": of_titles} if titles else {}),
    }


class _Checks:
    """A store, and everything that checks new texts against it; `seconds` is what a check took, by what gave hits."""

    def __init__(self, store: Store, vectors: KeptVectors, words: frozenset[str]) -> None:
        self.store = store
        self.seconds: dict[str, list[float]] = {}
        self._known = vectors
        made = [self._vectors(tip) for tip in store.tips]
        self._documents = [
            Document(place, *tip, None if title is None else pack(title), pack(of_whole))
            for place, (tip, (title, of_whole)) in enumerate(zip(store.tips, made, strict=True))
        ]
        self._words = words
        self._index = self._filled()
        self._wholes = np.stack([each.whole for each in made])
        self._titles = np.stack([np.zeros_like(each.whole) if each.title is None else each.title for each in made])
        self._texts = [utils.default_process(whole(*tip)) for tip in store.tips]
        self._base = sqlite3.connect(":memory:")
        self._base.execute("create virtual table tip using fts5(words, tokenize = 'porter unicode61')")
        self._base.executemany(
            "insert into tip(rowid, words) values(?, ?)", enumerate(whole(*tip) for tip in store.tips)
        )

    def all(self) -> Found:
        """Checks all new texts, with their duplicates there and then without; makes the columns of what was found."""
        there = [self._one(new) for new in self.store.new]
        has_duplicates = any(new.right for new in self.store.new)
        states = [there, [self._one(new, gone=True) for new in self.store.new] if has_duplicates else there]
        return {name: np.array([[row[name] for row in rows] for rows in states], float) for name in states[0][0]}

    def _one(self, new: New, *, gone: bool = False) -> dict[str, Best]:
        without = new.itself | (new.right if gone else frozenset())
        self._index.remove(without)
        found = {}
        for name, check in self._all_checks().items():
            hit, seconds = _timed(check, new.tip, self._vectors(new.tip), sorted(without))
            found[name] = NONE if hit is None else (hit[1], hit[0] in new.right, hit[0] in new.wrong)
            if not gone:
                self.seconds.setdefault(name, []).append(seconds)
        self._index.put(self._documents[place] for place in without)
        if self._index.worn:
            self._index = self._filled()
        return found

    def _filled(self) -> Index:
        filled = Index(everyday_words=self._words)
        filled.put(self._documents)
        return filled

    def _all_checks(self) -> dict[str, Callable[[Tip, _Vectors, Sequence[int]], Hit]]:
        return {
            TACIT: lambda tip, vectors, _: self._similar(tip, vectors),
            BY_WORDS: lambda tip, _, __: self._similar(tip),
            WORDS: lambda tip, _, __: self._overlap(tip),
            COSINE: lambda _, vectors, without: _nearest(self._wholes, vectors.whole, without),
            TITLES: lambda _, vectors, without: _nearest(self._titles, vectors.title, without),
            TOKENS: lambda tip, _, without: self._tokens(whole(*tip), without),
            FTS5: lambda tip, _, without: self._fts5(whole(*tip), without),
        }

    def _vectors(self, tip: Tip) -> _Vectors:
        return _Vectors(self._known.one(tip[0]).vector if tip[0] else None, self._known.one(whole(*tip)).vector)

    def _similar(self, tip: Tip, vectors: _Vectors | None = None) -> Hit:
        title, of_whole = (None if each is None else pack(each) for each in vectors or (None, None))
        hits = self._index.similar(*tip, self._read_texts, title_vector=title, text_vector=of_whole)
        return (hits[0].id, hits[0].score) if hits else None

    def _read_texts(self, ids: Sequence[int]) -> dict[int, Tip]:
        return {id: self.store.tips[id] for id in ids}

    def _overlap(self, tip: Tip) -> Hit:
        """What Tacit finds by words with a lower threshold; the only way to see the overlaps below its own."""
        with patch.object(index, "DUPLICATE_OVERLAP", LEAST_OVERLAP):
            return self._similar(tip)

    def _tokens(self, text: str, without: Sequence[int]) -> Hit:
        texts: list[str | None] = list(self._texts)
        for place in without:
            texts[place] = None
        best = process.extractOne(utils.default_process(text), texts, scorer=fuzz.token_set_ratio, processor=None)
        return None if best is None else (best[2], best[1])

    def _fts5(self, text: str, without: Sequence[int]) -> Hit:
        """Gives FTS5's best hit, and its bm25 over what the new text has itself."""
        words = dict.fromkeys(re.findall(r"\w+", text.lower()))
        any_of = " OR ".join(f'"{word}"' for word in words if word not in FILLERS)
        if not any_of:
            return None
        itself, most = len(self._texts), len(without) + 2
        self._base.execute("insert into tip(rowid, words) values(?, ?)", (itself, text))
        asked = "select rowid, rank from tip where tip match ? order by rank limit ?"
        scores = dict(self._base.execute(asked, (any_of, most)).fetchall())
        self._base.execute("delete from tip where rowid = ?", (itself,))
        own = scores.pop(itself, None)
        best = next((place for place in scores if place not in set(without)), None)
        return None if best is None else (best, scores[best] / own if own else 1.0)


def _nearest(known: np.ndarray, vector: np.ndarray | None, without: Sequence[int]) -> Hit:
    if vector is None:
        return None
    cosines = known @ vector
    cosines[list(without)] = -1
    best = int(cosines.argmax())
    return best, float(cosines[best])


def _timed(call: Callable[..., Any], *given: object) -> tuple[Any, float]:
    began = perf_counter()
    return call(*given), perf_counter() - began


def _together(parts: Sequence[Found]) -> Found:
    return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}


def _answers(found: Found, least: Mapping[str, float]) -> np.ndarray:
    """Gives the first hits of those that reach their threshold; the score is -1 where none does."""
    each = np.stack([found[name] for name in least])
    each[..., SCORE][each[..., SCORE] < np.array(list(least.values()))[:, None, None]] = -1
    best = each[..., SCORE].argmax(axis=0)
    return np.asarray(np.take_along_axis(each, best[None, ..., None], axis=0)[0])


def _counted_all(found: Found, rows: Mapping[str, Mapping[str, float]], columns: Sequence[str]) -> Json:
    """Gives some shares of each row."""
    counted = {row: _counted(_answers(found, least)) for row, least in rows.items()}
    return {row: {column: shares[column] for column in columns} for row, shares in counted.items()}


def _counted(answers: np.ndarray) -> Json:
    """Gives each share as [value, from, to]; None where there is nothing to share."""
    called = answers[..., SCORE] >= 0
    right = called[0] & (answers[0, :, RIGHT] > 0)
    alike = called[1] & (answers[1, :, ALIKE] > 0)
    columns = np.stack([called[0], right, called[1], alike, np.ones(len(right))]).astype(float)
    drawn = np.random.default_rng(17).integers(len(right), size=(DRAWS, len(right)))
    draws = _shares(np.stack([column[drawn].sum(axis=1) for column in columns]))
    found: Json = {}
    for (name, value), of_draws in zip(_shares(columns.sum(axis=1)).items(), draws.values(), strict=True):
        known = of_draws[~np.isnan(of_draws)]
        ends = np.percentile(known, (2.5, 97.5)) if len(known) else ()
        found[name] = None if np.isnan(value) else [round(float(each), 4) for each in (value, *ends)]
    return found


def _shares(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Gives the shares; `sums`: called, right, called without a duplicate, those that are look-alikes, new texts."""
    called, right, alarms, alike, of_all = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        of_rare = RARE * right / (RARE * called + (1 - RARE) * alarms)
        shares = (right / called, of_rare, right / of_all, alarms / of_all, alike / of_all)
    return dict(zip(SHARES, shares, strict=True))


def _table(rows: Mapping[str, Json]) -> list[Sequence[object]]:
    return [("", *next(iter(rows.values()))), *((name, *map(_written, row.values())) for name, row in rows.items())]


def _written(share: Iterable[float] | None) -> str | None:
    """Writes a share and its interval in percent."""
    if share is None:
        return None
    value, low, high = (f"{100 * each:.1f}" for each in share)
    return f"{value} ({low}..{high})"

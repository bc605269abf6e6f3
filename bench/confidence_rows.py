"""First hits to judge the confidence by: what speaks for each, whether it is right, and how much it weighs.

Six public sets are asked, all of their tips and seeded samples of them, with the index that Tacit uses. In HINT3 (chat
bots of three shops, and what people really asked them) a question's right tips are those of its class; the titles there
name the class and are left out. FeedbackQA is there once more with its passages cut to the length of a tip, which only
fits look at.

Some questions have no answer in the store: those of other sets; those of HINT3 that no class fits; and, hardest of all,
those whose right tips were taken out, while everything else about their subject is still there. The three shops can
answer some of each other's questions, so none is asked another's. A question that finds nothing leaves no first hit to
judge, which happens by words: shares are then of the questions that find something.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple

import numpy as np

from bench.results import tell
from bench.search_sets import KeptVectors, lines, right_answers
from knowledge.search import Document, Encoder, Index, pack, whole
from knowledge.search.index import Encode

FEEDBACKQA = "feedbackqa"
HINT3 = ("hint3-curekart", "hint3-powerplay11", "hint3-sofmattress")
NAMES = (FEEDBACKQA, "mqp", "scifact", *HINT3)

CUT_TO = 160
"""Characters of a passage of FeedbackQA that is cut."""

KINDS = ANSWERABLE, ELSEWHERE, OUTSIDE, TAKEN_OUT = "answerable", "elsewhere", "outside", "taken out"
"""Kinds of questions: with a right tip in the store; of another set; of this set, without a right tip anywhere; of this
set, with right tips that are not in the store."""

ELSEWHERES = 80
"""Questions from each of the other sets."""

WHOLE = 0
"""The size that stands for all tips of a set."""

SMALL = {1: (100, 1), 3: (50, 3), 10: (20, 8), 30: (10, 16), 100: (5, 32)}
"""Tips of a small store -> how often they are drawn, and how many questions of each kind are then asked."""

SIZES = {WHOLE: 0.5, **dict.fromkeys(SMALL, 0.1)}
"""Size of a store -> its part of a set's weight."""

MEANING, WORDS = "by meaning", "by words"
"""How first hits are found."""


class Row(NamedTuple):
    """One first hit: set, cut or not, tips in the store, kind of question, what speaks for it, whether it is right."""

    set: str
    cut: bool
    size: int
    kind: str
    signs: Mapping[str, float]
    right: bool


class Rows(NamedTuple):
    """Rows as columns; `signs` is float, shape (rows, signs), all others are of shape (rows,)."""

    set: np.ndarray
    cut: np.ndarray
    size: np.ndarray
    kind: np.ndarray
    signs: np.ndarray
    right: np.ndarray

    def where(self, chosen: np.ndarray) -> "Rows":
        """Gives the chosen rows; `chosen` is bool, shape (rows,)."""
        return Rows(*(column[chosen] for column in self))


class _Question(NamedTuple):
    """A question, and the places of its right tips, of which there may be none."""

    text: str
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Set:
    """A set's tips as (title, text), and its questions: those with right tips, and those without."""

    name: str
    tips: list[tuple[str, str]]
    judged: list[_Question]
    outside: list[_Question]
    cut: bool = False

    def texts(self) -> Iterator[str]:
        """Every text of which a vector is wanted."""
        for title, text in self.tips:
            yield from (title, whole(title, text)) if title else (whole(title, text),)


def gather(vectors: KeptVectors, encoder: Encoder) -> dict[str, list[Row]]:
    """Asks every set, by meaning and by words.

    Raises:
        Missing: A set is not there.
    """
    sets = [_read(name) for name in NAMES]
    sets.append(replace(sets[0], tips=[(title, text[:CUT_TO]) for title, text in sets[0].tips], cut=True))
    vectors.prepare(text for each in sets for text in each.texts())
    found: dict[str, list[Row]] = {MEANING: [], WORDS: []}
    encode = cache(encoder.encode)
    for each in sets:
        tell(f"Asking {each.name}{', its texts cut' if each.cut else ''}.")
        chance = Random(each.name)  # noqa: S311 - the same each time
        others = [other for other in sets if not other.cut and _is_elsewhere(each.name, other.name)]
        elsewhere = [
            _Question(text, frozenset()) for other in others for text, _ in chance.sample(other.judged, ELSEWHERES)
        ]
        asking = _Asking(each, elsewhere, vectors, encode, encoder.words)
        asking.whole()
        for size, (draws, questions) in SMALL.items():
            for _ in range(draws):
                asking.small(chance, size, questions)
        for how, rows in asking.found.items():
            found[how] += rows
    return found


def _is_elsewhere(name: str, other: str) -> bool:
    """Whether one set answers nothing of another; the three shops do answer some of each other's questions."""
    return other != name and not {name, other} <= set(HINT3)


def columns(rows: Sequence[Row]) -> tuple[list[str], Rows]:
    """Gives the names of the signs, and the rows as columns."""
    names = list(rows[0].signs)
    signs = np.array([[row.signs[name] for name in names] for row in rows])
    sets, cut, size, kind, _, right = (np.array(column) for column in zip(*rows, strict=True))
    return names, Rows(sets, cut, size, kind, signs, right.astype(float))


def weights(rows: Rows, shares: Mapping[str, float]) -> np.ndarray:
    """What each row counts for: float, shape (rows,), of sum 1.

    Every set counts alike, and so do its versions, whole and cut; in each, all tips count as much as all small stores,
    and these count alike; in each store half of the weight lies on answerable questions.

    Args:
        rows: The rows.
        shares: How the other half is shared among the kinds of questions that are there; other kinds count nothing.
    """
    found = np.zeros(len(rows.right))
    for name in NAMES:
        versions = [(rows.set == name) & (rows.cut == cut) for cut in np.unique(rows.cut[rows.set == name])]
        for version, (size, part) in product(versions, SIZES.items()):
            store = version & (rows.size == size)
            there = [kind for kind in shares if (store & (rows.kind == kind)).any()]
            unanswerable = sum(shares[kind] for kind in there)
            for kind in (ANSWERABLE, *there):
                chosen = store & (rows.kind == kind)
                share = 1.0 if kind == ANSWERABLE else shares[kind] / unanswerable
                found[chosen] = share * part / len(versions) / chosen.sum()
    return np.asarray(found / found.sum())


class _Asking:
    """One set that is asked; `found` are the rows so far."""

    def __init__(
        self, asked: _Set, elsewhere: Sequence[_Question], vectors: KeptVectors, encode: Encode, words: frozenset[str]
    ) -> None:
        self.found: dict[str, list[Row]] = {MEANING: [], WORDS: []}
        self._set, self._elsewhere, self._encode, self._words = asked, elsewhere, encode, words
        self._documents = [_document(place, *tip, vectors) for place, tip in enumerate(asked.tips)]
        self._states = [vectors.one(whole(*tip)).states for tip in asked.tips]

    def whole(self) -> None:
        """Asks all questions with all tips there; then those of the set again, each without its right tips."""
        index = self._index(range(len(self._documents)))
        self._ask(index, WHOLE, ANSWERABLE, self._set.judged)
        self._ask(index, WHOLE, OUTSIDE, self._set.outside)
        self._ask(index, WHOLE, ELSEWHERE, self._elsewhere)
        by_right: dict[frozenset[int], list[_Question]] = {}
        for question in self._set.judged:
            by_right.setdefault(question.right, []).append(question)
        for right, questions in by_right.items():
            index.remove(right)
            self._ask(index, WHOLE, TAKEN_OUT, questions)
            # The index does not forget which word pieces it counted, so they must not be counted again.
            index.put(replace(self._documents[id], pieces=None) for id in right)

    def small(self, chance: Random, size: int, count: int) -> None:
        """Asks so many questions of each kind with a sample of tips there, half of which answer some question."""
        judged = self._set.judged
        answers = [chance.choice(sorted(each.right)) for each in chance.sample(judged, min(size, len(judged)))]
        tips = set(list(dict.fromkeys(answers))[: (size + 1) // 2])
        while len(tips) < size:
            tips.add(chance.randrange(len(self._documents)))
        index = self._index(sorted(tips))
        kinds = {
            ANSWERABLE: [each for each in judged if each.right & tips],
            TAKEN_OUT: [each for each in judged if not each.right & tips],
            OUTSIDE: self._set.outside,
            ELSEWHERE: self._elsewhere,
        }
        for kind, questions in kinds.items():
            self._ask(index, size, kind, chance.sample(questions, min(count, len(questions))))

    def _index(self, ids: Sequence[int]) -> Index:
        index = Index(everyday_words=self._words)
        index.put(self._documents[id] for id in ids)
        return index

    def _read_states(self, ids: Sequence[int]) -> dict[int, bytes]:
        return {id: self._states[id] for id in ids}

    def _ask(self, index: Index, size: int, kind: str, questions: Sequence[_Question]) -> None:
        for text, right in questions:
            for how, encode in ((MEANING, self._encode), (WORDS, None)):
                found = index.search(text, encode=encode, read_states=self._read_states, limit=1)
                if found.evidence:
                    is_right = found.hits[0].id in right
                    row = Row(self._set.name, self._set.cut, size, kind, found.evidence.signs, is_right)
                    self.found[how].append(row)


def _document(id: int, title: str, text: str, vectors: KeptVectors) -> Document:
    title_vector = pack(vectors.one(title).vector) if title else None
    made = vectors.one(whole(title, text))
    return Document(id, title, text, title_vector, pack(made.vector), made.pieces)


def _read(name: str) -> _Set:
    tips = lines(name, "corpus")
    places = {tip["id"]: place for place, tip in enumerate(tips)}
    right = {question: frozenset(map(places.__getitem__, found)) for question, found in right_answers(name).items()}
    asked = [_Question(row["text"], right.get(row["id"], frozenset())) for row in lines(name, "queries")]
    judged, outside = ([each for each in asked if bool(each.right) == there] for there in (True, False))
    return _Set(name, [("" if name in HINT3 else tip["title"], tip["text"]) for tip in tips], judged, outside)

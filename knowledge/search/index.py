"""One community's documents, searched by words and by meaning at once.

The two views are fused by adding scores: max(cosine of the whole, cosine of the title) + 0.3 * BM25 / best BM25 of
this question. The best are looked at once more, word piece by word piece. Unknown words of the question are corrected
before all this. What the first look needs is in memory; keeping the index in step with what is stored is left to the
caller.

Source of the recipe: the project's measurements on FeedbackQA, the medical question pairs and SciFact; adding scores
instead of ranks and the vector of the title brought nDCG@10 from .747 to .782 (paired bootstrap +.035, 95 % of it in
.026 to .044), the second look .009 more (.004 to .014).
"""

import ctypes
import math
import sys
import threading
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.search.confidence import Evidence, confidence, confidence_of_shown, standing
from knowledge.search.correct import Corrector
from knowledge.search.dense import TITLES, WHOLES, Dense, Packed, unpack
from knowledge.search.lexical import MOST_TERMS, Lexical
from knowledge.search.pieces import LOOKED_AT_AGAIN, PIECES_SHARE, Encoded, Rarity, likeness

LEXICAL_SHARE = 0.3
"""What the best match by words adds to a cosine. Source: as for the recipe; the weight is flat from .3 to .5."""

LEXICAL_CANDIDATES = 300
"""Documents that the lexical view brings to the fusion. Source: as for the recipe; 300 instead of 100 brings .002."""

COSINE_STAND_IN = 0.5
"""The cosine taken for the best match by words when that document has no vector (yet): a little less than right answers
have. Source: the project's measurements, medians .59 on SciFact, .61 on FeedbackQA, .81 on the medical pairs."""

SHOWN_TOGETHER = 3
"""Hits that an answer shows, at most."""

CLOSE_BEHIND = 0.13
"""A further hit is shown with the first when its score, 0 to 1, is at most this much below; ours, by looking."""

SAME_ANSWER_COSINE = 0.8
"""From here on two documents are taken to say the same when the runner-up is looked for. The confidence was fitted with
it."""

RIVALS = 20
"""The best documents, which the first hit stands out of or not; the confidence was fitted with it."""

DUPLICATE_COSINE = 0.84
"""From here on a new document is called a duplicate of another. Source: `bench/duplicates.py`, the medical question
pairs, 500 doctors' rewrites among 3,043 questions with as many look-alikes: of what is called a duplicate 98 % are
rewrites of the same question, 40 % of the rewrites are called so, and so are 2 % of the texts without one (.80: 97, 53
and 7 %; .90: 99, 17 and 0.4 %)."""

DUPLICATE_TITLE_COSINE = 0.84
"""The same for titles alone, which is how a short tip meets a long one. Source: as above, 500 abstracts of SciFact, no
two of the same paper: titles alone stop 5 % of them (.80: 8 %)."""

DUPLICATE_OVERLAP = 0.75
"""The same for the words alone: the share, weighted by rarity, of stems that both have among those that either has.
Source: as above, 100 and 4 % (.5: 93 and 21 %): words alone find little more than copies."""

DUPLICATE_CANDIDATES = 20
"""Documents whose words are compared with a new one's."""

LONGEST_QUESTION = 2_000
"""Characters of a question that are read: more than the encoder's 256 tokens."""

Encode = Callable[[str], Encoded]
"""What an encoder makes of a text."""

ReadTexts = Callable[[Sequence[int]], Mapping[int, tuple[str, str]]]
"""Title and text of documents, by id."""

ReadStates = Callable[[Sequence[int]], Mapping[int, bytes]]
"""The states of documents' word pieces (`pieces.pack_states`), by id; those that have none are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What is searched: a title (may be empty), a text, and their vectors where an encoder is there.

    `text_vector` is that of `whole(title, text)`, and `pieces` its different word pieces, from `pack_pieces`. Vectors
    are unit vectors, kept small by `dense.pack`.
    """

    id: int
    title: str
    text: str
    title_vector: Packed | None = None
    text_vector: Packed | None = None
    pieces: bytes | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, and how well it matches: 0 to 1."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        question: As it was asked.
        corrected: As it was understood.
        hits: Best first.
        confidence: The probability, 0 to 1, that the first hit answers the question.
        confidence_of_shown: The probability, 0 to 1, that one of the hits that an answer shows does.
        evidence: What it rests on before any votes; None where there is no hit.
    """

    question: str
    corrected: str
    hits: tuple[Hit, ...]
    confidence: float = 0.0
    confidence_of_shown: float = 0.0
    evidence: Evidence | None = None


def whole(title: str, text: str) -> str:
    """The text whose vector is a document's `text_vector`."""
    return f"{title}\n{text}".strip()


class Index:
    """The documents of one community. Safe to share between threads."""

    def __init__(self, languages: Sequence[str] = ("en",), *, everyday_words: Container[str] = frozenset()) -> None:
        """Start empty.

        Args:
            languages: ISO 639-1 codes of the languages that the community writes in, the main one first.
            everyday_words: Words in small letters that are never corrected, whether or not a document has them.
        """
        self._lexical = Lexical(languages)
        self._dense = Dense()
        self._corrector = Corrector(self._lexical.stem, self._lexical.has, everyday_words)
        self._rarity = Rarity()
        self._gone = 0
        self._lock = threading.RLock()
        self._changing = threading.Lock()

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self._lexical)

    @property
    def worn(self) -> bool:
        """Whether so much was replaced or taken out that another index should be filled in its place."""
        return self._lexical.worn

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, or replace those with the same id; found from now on.

        Raises:
            ValueError: A vector has another dimension than those before it; nothing was changed.
        """
        with self._changing, self._lock:
            latest = {document.id: document for document in documents}
            titles = [document.title_vector for document in latest.values()]
            self._dense.put(list(latest), titles, [document.text_vector for document in latest.values()])
            texts = {id: (_clean(document.title), _clean(document.text)) for id, document in latest.items()}
            fresh = self._lexical.change(texts, ())
            self._corrector.add(whole(*texts[id]) for id in fresh)
            pieces = (latest[id].pieces for id in fresh)
            self._rarity.count(each for each in pieces if each is not None)

    def remove(self, ids: Iterable[int]) -> None:
        """Take documents out; unknown ids are passed over."""
        with self._changing, self._lock:
            gone = {id for id in ids if id in self._lexical}
            for id in gone:
                self._dense.remove(id)
            self._lexical.change({}, gone)
            self._gone += len(gone)

    def settle(self) -> None:
        """Let go of what only changes need, some time after the last one. Searches go on meanwhile."""
        with self._changing:
            with self._lock:
                self._lexical.commit()
            self._lexical.settle()
        _give_memory_back()

    def search(
        self, question: str, *, encode: Encode | None, read_states: ReadStates | None = None, limit: int = 10
    ) -> Found:
        """Find the documents that answer a question. Never fails for what the question says.

        Args:
            question: Any text; the first 2,000 characters are read.
            encode: The encoder that made the documents' vectors; None searches by words alone.
            read_states: Reads the states of documents' word pieces for the second look; None leaves it out.
            limit: The most hits to return.

        Raises:
            ValueError: The encoder's vectors have another dimension than the documents'.
        """
        asked = _clean(question[:LONGEST_QUESTION]).strip()
        with self._lock:
            corrected = self._corrector.correct(asked)
        if not len(self) or not any(character.isalnum() for character in corrected):
            return Found(question, corrected, ())
        # Encoding takes most of the time and needs nothing of the index: others may search meanwhile.
        encoded = None if encode is None else encode(corrected)
        with self._lock:
            gone = self._gone
            scores = self._score(corrected, None if encoded is None else encoded.vector)
        if encoded is not None:
            scores = self._look_again(scores, encoded, read_states)
        with self._lock:
            if self._gone != gone:
                scores = self._still_there(scores)
            hits = _best(scores, limit)
            evidence = self._evidence(corrected, scores, hits[0].id, encoded) if hits else None
        if evidence is None:
            return Found(question, corrected, ())
        return Found(question, corrected, hits, confidence(evidence), confidence_of_shown(evidence), evidence)

    def similar(
        self,
        title: str,
        text: str,
        read_texts: ReadTexts,
        *,
        title_vector: Packed | None = None,
        text_vector: Packed | None = None,
        limit: int = 3,
    ) -> tuple[Hit, ...]:
        """Find documents that say the same as a new one. Silence is likelier than a wrong alarm.

        By meaning, a document is a duplicate from `DUPLICATE_COSINE` on, by its title from `DUPLICATE_TITLE_COSINE`; by
        words, which also find what has no vector, from `DUPLICATE_OVERLAP` on.

        Args:
            title: Of the new document; may be empty.
            text: Of the new document.
            read_texts: Reads the documents whose words are compared with the new one's.
            title_vector: Unit vector of the title, compared with titles; stands in where `text_vector` is missing and
                there is no text.
            text_vector: Unit vector of `whole(title, text)`.
            limit: The most hits to return.

        Returns:
            Duplicates, the likeliest first; the score is the cosine or the overlap, whichever is greater.
        """
        new = _clean(whole(title, text))
        vector = title_vector if text_vector is None and not text.strip() else text_vector
        with self._lock:
            like = list(self._lexical.search(new, DUPLICATE_CANDIDATES))
        texts = read_texts(like) if like else {}
        with self._lock:
            found = self._overlaps(new, texts)
            if vector is not None:
                self._add_from(found, vector, WHOLES, DUPLICATE_COSINE)
            if title_vector is not None:
                self._add_from(found, title_vector, TITLES, DUPLICATE_TITLE_COSINE)
        hits = [Hit(id, round(min(score, 1.0), 6)) for id, score in found.items()]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit])

    def _add_from(self, found: dict[int, float], vector: Packed, kind: int, least: float) -> None:
        """Add the documents whose title or whole has at least such a cosine."""
        asked = unpack(vector)
        rows = self._dense.nearest(asked, (kind,))
        for row, cosine in zip(rows, self._dense.cosines(asked, rows, (kind,)), strict=True):
            if cosine >= least:
                id = int(self._dense.ids[row])
                found[id] = max(found.get(id, 0.0), float(cosine))

    def _overlaps(self, text: str, others: Mapping[int, tuple[str, str]]) -> dict[int, float]:
        """Those of some documents that share nearly all their words with a text."""
        stems = set(self._lexical.stems(text))
        found = {}
        for id, texts in others.items():
            theirs = set(self._lexical.stems(_clean(whole(*texts))))
            overlap = self._weight(stems & theirs) / (self._weight(stems | theirs) or 1.0)
            if overlap >= DUPLICATE_OVERLAP:
                found[id] = overlap
        return found

    def _weight(self, stems: Iterable[str]) -> float:
        # The order of a set differs from run to run, and with it the last digit of a sum.
        return math.fsum(self._lexical.rarity(stem) for stem in stems)

    def _score(self, question: str, vector: np.ndarray | None) -> "_Scores":
        """Look at the documents that either view brings, in both."""
        lexical = self._lexical.search(question, LEXICAL_CANDIDATES)
        best = max(lexical.values(), default=1.0)
        by_words = np.fromiter((self._dense.row(id) for id in lexical), np.int64, len(lexical))
        by_meaning = self._dense.nearest(vector) if vector is not None else np.zeros(0, np.int64)
        rows = np.union1d(by_meaning, by_words)
        words = np.zeros(len(rows), np.float32)
        words[np.searchsorted(rows, by_words)] = np.fromiter(lexical.values(), np.float32, len(lexical)) / best
        ids = self._dense.ids[rows]
        if vector is None:
            return _Scores(ids, words, np.full(len(rows), np.nan, np.float32), words)
        cosines = self._dense.cosines(vector, rows)
        likeness = np.where(np.isnan(cosines), COSINE_STAND_IN * words, cosines)
        return _Scores(ids, words, cosines, (likeness + LEXICAL_SHARE * words) / (1 + LEXICAL_SHARE))

    def _look_again(self, scores: "_Scores", asked: Encoded, read_states: ReadStates | None) -> "_Scores":
        """Compare the best documents by their word pieces.

        One that has none is taken to be like the least of them; where none has any, cosines stand in.
        """
        best = np.argsort(-scores.fused, kind="stable")[:LOOKED_AT_AGAIN]
        states = read_states(scores.ids[best].tolist()) if read_states else {}
        with self._lock:
            weights = self._rarity.weights(asked.pieces)
        found = likeness(asked, weights, [states.get(id, b"") for id in scores.ids[best].tolist()])
        if np.isnan(found).all():
            found = np.clip(scores.fused * (1 + LEXICAL_SHARE) - LEXICAL_SHARE * scores.words, 0, 1)[best]
        found[np.isnan(found)] = np.nanmin(found, initial=1.0)
        fused = scores.fused * (1 + LEXICAL_SHARE)
        fused[best] += PIECES_SHARE * found
        return replace(scores, fused=fused / (1 + LEXICAL_SHARE + PIECES_SHARE))

    def _still_there(self, scores: "_Scores") -> "_Scores":
        """The scores of documents that nobody took out meanwhile."""
        there = np.fromiter((id in self._lexical for id in scores.ids.tolist()), bool, len(scores.ids))
        if there.all():
            return scores
        return _Scores(scores.ids[there], scores.words[there], scores.cosines[there], scores.fused[there])

    def _evidence(self, question: str, scores: "_Scores", first: int, encoded: Encoded | None) -> Evidence:
        """Gather what speaks for the first hit."""
        place = int(np.flatnonzero(scores.ids == first)[0])
        if encoded is None or math.isnan(scores.cosines[place]):
            return self._evidence_by_words(question, first)
        best = np.argsort(-scores.fused, kind="stable")[:RIVALS]
        rivals = self._others(scores, place, best)
        shown = [at for at in best[:SHOWN_TOGETHER] if scores.fused[at] >= scores.fused[place] - CLOSE_BEHIND]
        return Evidence(
            cosine=float(scores.cosines[place]),
            standing=standing(scores.fused[[place]], scores.fused[rivals]),
            together=standing(scores.fused[shown], scores.fused[rivals[~np.isin(rivals, shown)]]),
            pieces=len(encoded.pieces),
        )

    def _evidence_by_words(self, question: str, first: int) -> Evidence:
        asked = self._lexical.stems(question)[:MOST_TERMS]
        matched = self._weight(self._lexical.held_by(first, asked))
        return Evidence(
            coverage=matched / (self._weight(asked) or 1.0),
            matched_rarity=matched,
            documents=len(self),
            stems=len(asked),
        )

    def _others(self, scores: "_Scores", place: int, best: np.ndarray) -> np.ndarray:
        """Those of the best that say something else than the one in a place: near-duplicates of it are no rivals."""
        others = best[best != place]
        likeness = self._dense.likeness(int(scores.ids[place]), scores.ids[others])
        return np.asarray(others[likeness < SAME_ANSWER_COSINE])


@dataclass(frozen=True, slots=True)
class _Scores:
    """The documents that were looked at: shares of the best BM25, cosines (NaN unknown), both together."""

    ids: np.ndarray
    words: np.ndarray
    cosines: np.ndarray
    fused: np.ndarray


def _best(scores: _Scores, limit: int) -> tuple[Hit, ...]:
    """The best documents; of equals, the older."""
    fused = np.clip(scores.fused, 0, 1)
    count = min(limit, len(fused))
    if count <= 0:
        return ()
    least = np.partition(fused, len(fused) - count)[len(fused) - count]
    top = np.flatnonzero((fused >= least - 1e-6) & (fused > 0))
    # The last digits of a product depend on where a row lies in memory; they must not order equals.
    hits = [Hit(int(scores.ids[place]), round(float(fused[place]), 6)) for place in top]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit])


def _clean(text: str) -> str:
    """Drop lone surrogates, which are no text, and write the same characters in the same way."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8")).replace("\u0130", "i")


def _give_memory_back() -> None:
    """Asks glibc for what it keeps of memory that was freed, after much was indexed; elsewhere there is no need."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)

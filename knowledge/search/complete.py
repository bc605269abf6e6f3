"""Suggestions while somebody types: what begins like the words so far, typing errors forgiven.

A typed word stands for itself, for every word that begins with it, and, where nothing does, for words whose beginning
is one or two edits away. Its first letter is taken to be right, which keeps the words to compare few.
"""

import re
import threading
import unicodedata
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import islice
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.search.correct import SHORTEST_WORD, TWO_ERRORS_FROM

WORDS_FOR_ONE = 200
"""Words that one beginning stands for, at most."""

LOOKED_AT = 2_000
"""Texts that are weighed for one typed line; of more than that, the newest."""

_WORD = re.compile(r"[^\W_]+")

EXACT, BEGINS, NEAR = 1.0, 0.9, 0.6
"""What a typed word counts for by how it fits (ours)."""


class Completer:
    """Short texts, each by a number; a higher number is newer. Safe to share between threads."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        self._ordered: list[str] | None = []
        self._new: dict[int, str] = {}
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, number: int, text: str) -> None:
        """Takes a text, or another one for a number that is known. Its words are looked at when they are wanted."""
        with self._lock:
            self.remove(number)
            self._texts[number] = self._new[number] = text

    def remove(self, number: int) -> None:
        """Lets a text go; one that is not known changes nothing."""
        with self._lock:
            text = self._texts.pop(number, None)
            if text is None or self._new.pop(number, None) is not None:
                return
            for word in _words(text):
                holding = self._holding[word]
                del holding[bisect_left(holding, number)]
                if not holding:
                    del self._holding[word]
                    self._ordered = None

    def settle(self) -> None:
        """Looks at the words of new texts; whoever finds first does so too."""
        with self._lock:
            for number, text in self._new.items():
                for word in _words(text):
                    if word not in self._holding:
                        self._ordered = None
                    insort(self._holding[word], number)
            self._new.clear()

    def find(self, typed: str, *, limit: int = 25) -> list[int]:
        """Gives the numbers of the texts that fit what was typed, best first; the newest where nothing was typed."""
        words = _words(typed)
        with self._lock:
            self.settle()
            return self._fitting(words, limit) if words else nlargest(limit, self._texts)

    def _fitting(self, words: Sequence[str], limit: int) -> list[int]:
        fits = [dict(self._standing_for(word)) for word in words]
        weights: defaultdict[int, float] = defaultdict(float)
        for each in fits:
            best: dict[int, float] = {}
            for word, weight in each.items():
                holding = self._holding[word]
                rare = weight * log(1 + len(self._texts) / len(holding))
                for number in holding[-LOOKED_AT:]:
                    best[number] = max(rare, best.get(number, 0.0))
            for number, weight in best.items():
                weights[number] += weight
        return nlargest(limit, weights, key=lambda number: (weights[number], -len(self._texts[number]), number))

    def _standing_for(self, typed: str) -> Iterator[tuple[str, float]]:
        """Gives the known words that a typed one may stand for, with how well each fits."""
        ordered = self._in_order()
        start = bisect_left(ordered, typed)
        begins = [word for word in islice(ordered, start, start + WORDS_FOR_ONE) if word.startswith(typed)]
        for word in begins:
            yield word, EXACT if word == typed else BEGINS
        if not begins and len(typed) >= SHORTEST_WORD:
            near = self._near(typed, ordered)
            yield from ((word, NEAR) for word in near)

    def _near(self, typed: str, ordered: list[str]) -> list[str]:
        first, after = typed[0], chr(ord(typed[0]) + 1)
        same_letter = ordered[bisect_left(ordered, first) : bisect_left(ordered, after)]
        edits = 2 if len(typed) >= TWO_ERRORS_FROM else 1
        found: dict[str, float] = {}
        for length in (len(typed) - 1, len(typed), len(typed) + 1):
            beginnings = list(dict.fromkeys(word[:length] for word in same_letter))
            for beginning, distance, _ in process.extract(
                typed, beginnings, scorer=OSA.distance, score_cutoff=edits, limit=WORDS_FOR_ONE
            ):
                found[beginning] = min(distance, found.get(beginning, distance))
        near: dict[str, None] = {}
        for beginning in sorted(found, key=lambda each: found[each]):
            start = bisect_left(ordered, beginning)
            near |= dict.fromkeys(w for w in islice(ordered, start, start + WORDS_FOR_ONE) if w.startswith(beginning))
        return list(near)[:WORDS_FOR_ONE]

    def _in_order(self) -> list[str]:
        if self._ordered is None:
            self._ordered = sorted(self._holding)
        return self._ordered


def _words(text: str) -> list[str]:
    """The different words and numbers of a text, case and accents folded."""
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return list(dict.fromkeys(_WORD.findall(text.casefold())))

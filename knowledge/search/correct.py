"""Mistyped words of a question, mended from the words that the community itself uses.

A word that the community does not know becomes the nearest one that it does. Measured on three public sets, this wins
back nearly all that typing errors cost, and costs nothing without them. Finding answers is left to `index`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_WORD = 4
"""Letters. Shorter words have too many neighbours. Source: the project's measurements on FeedbackQA, the medical
question pairs and SciFact."""

TWO_ERRORS_FROM = 8
"""Letters from which a word may be two edits away instead of one. Source: as for `SHORTEST_WORD`."""

LONGEST_WORD = 40
"""Letters. Longer runs are no words that anybody mistyped."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0010ffff]")
"""Thai, Lao, Burmese, Khmer, and all from the CJK radicals on: a run of letters there is no word."""

_CHUNK = re.compile(r"[^\s-]+")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = "".join(sign if sign.isalpha() else " " for sign in map(chr, range(128)))
_CODE = re.compile(r"[\d_@/\\#:=<>{}()\[\]]|\w\.\w")

ALWAYS_RIGHT = frozenset(
    [
        "wont",
        "dont",
        "cant",
        "isnt",
        "doesnt",
        "didnt",
        "wasnt",
        "arent",
        "havent",
        "hasnt",
        "couldnt",
        "wouldnt",
        "shouldnt",
        "youre",
        "theyre",
        "whats",
        "thats",
        "wheres",
        "whos",
        "theres",
        "ive",
        "youve",
        "weve",
        "wifi",
        "email",
        "login",
        "laptop",
        "ipad",
        "whatsapp",
    ]
)
"""Ordinary words that no vocabulary of word pieces holds: contractions as people type them, and things of today."""


class Corrector:
    """The community's vocabulary: every word that its documents ever had, of which those count that some still has."""

    def __init__(
        self, stem: Callable[[str], str], has: Callable[[str], bool], everyday_words: Container[str] = frozenset()
    ) -> None:
        """Start with no words.

        Args:
            stem: Maps a word in small letters to its stem, or to nothing where it is a stop word.
            has: Says whether any document has a stem. A word is known when a document has its stem.
            everyday_words: Words in small letters that are right even if the community has never used them.
        """
        self._stem, self._has = stem, has
        self._everyday_words = everyday_words
        self._uses: Counter[str] = Counter()
        self._buckets: dict[tuple[int, str], list[str]] = {}

    def __len__(self) -> int:
        """How many different words there ever were."""
        return len(self._uses)

    def add(self, texts: Iterable[str]) -> None:
        """Learn the words of documents."""
        known = len(self._uses)
        for text in texts:
            self._uses.update(set(words_of(text)))
        for word in islice(reversed(self._uses), len(self._uses) - known):  # the new ones
            for key in _keys(word, len(word)):
                self._buckets.setdefault(key, []).append(word)

    def correct(self, question: str) -> str:
        """Replace every unknown word by the nearest known one, where there is one near enough.

        Near is one edit (insertion, deletion, replacement or two neighbours swapped), from eight letters on two; of
        several, the nearest, then the one that is used most. Numbers, codes, addresses and abbreviations in capitals
        stay.

        Returns:
            The question, unchanged but for those words, which come back in small letters.
        """
        shouted = question.isupper()
        return _CHUNK.sub(lambda chunk: self._correct_chunk(chunk[0], shouted), question)

    def _correct_chunk(self, chunk: str, shouted: bool) -> str:
        if _CODE.search(chunk.strip(".,;:!?()[]\"'")):
            return chunk
        return _WORD.sub(lambda word: self._correct_word(word[0], shouted), unicodedata.normalize("NFC", chunk))

    def _correct_word(self, written: str, shouted: bool) -> str:
        word = written.lower()
        if not SHORTEST_WORD <= len(word) <= LONGEST_WORD or _UNSPACED.match(word[-1]):
            return written
        if (written.isupper() and not shouted) or self._knows(word):
            return written
        return self._nearest(word) or written

    def _knows(self, word: str) -> bool:
        return word in self._everyday_words or word in ALWAYS_RIGHT or self._is_there(word)

    def _is_there(self, word: str) -> bool:
        """Whether a document still has a word's stem; of stop words no document is asked."""
        stem = self._stem(word)
        return not stem or self._has(stem)

    def _nearest(self, word: str) -> str | None:
        distance = 2 if len(word) >= TWO_ERRORS_FROM else 1
        near = sorted((edits, -self._uses[candidate], candidate) for candidate, edits in self._near(word, distance))
        return next((candidate for _, _, candidate in near if self._is_there(candidate)), None)

    def _near(self, word: str, distance: int) -> Iterator[tuple[str, float]]:
        """Known words within a distance.

        Only words that share the first letter or the last two are compared, and lengths within the distance: one edit
        always leaves one of the two alone, and eighty thousand words become a few thousand.
        """
        for length in range(len(word) - distance, len(word) + distance + 1):
            for key in _keys(word, length):
                bucket = self._buckets.get(key)
                if bucket:
                    found = process.extract(word, bucket, scorer=OSA.distance, score_cutoff=distance, limit=None)
                    yield from ((candidate, edits) for candidate, edits, _ in found)


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters; numbers are left out."""
    if text.isascii():
        return text.lower().translate(_ASCII_LETTERS).split()  # as below, in a third of the time
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _keys(word: str, length: int) -> tuple[tuple[int, str], tuple[int, str]]:
    """The two buckets that a word of a length would be in. The hyphen keeps first letters and endings apart."""
    return (length, word[0]), (length, "-" + word[-2:])

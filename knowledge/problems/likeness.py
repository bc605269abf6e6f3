"""Texts placed so that those about one problem lie close together, and groups of them.

What a community always talks about says nothing of a problem: in a shop for mattresses "mattress" is in every question,
and all of them lie close for an encoder. So the word pieces of a text are weighed by how rare they are in this
community, and what its texts have in common is taken away. Where there is no encoder, runs of letters are compared.

Source of the parts: S. Arora, Y. Liang and T. Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017
(rare words weigh more, the common part goes); that the community's own texts say what is common, and the figures, are
the project's: `./tacit bench problems`, docs/adr/0020.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.search.lexical import ENGLISH_FILLERS
from knowledge.search.pieces import OTHERS, Encoded, Rarity, pack_pieces

ALIKE = 0.22
"""Mean likeness, -1 to 1, from which two groups are about one problem. Source: `./tacit bench problems`, the stored
questions of three shops; flat from .20 to .27."""

SAME = 0.40
"""Likeness from which two texts alone are said to be about one problem. Source: the same shops and their live messages;
45 of 100 texts are so near to another about their subject, and 6 of 100 to one of five that are not."""

ALIKE_BY_WORDS, SAME_BY_WORDS = 0.12, 0.35
"""The same where there is no encoder. Source: as above; flat from .10 to .15, and 31 and 7 of 100."""

DOUBT = 40
"""So many texts that have nothing in common are taken to be there too: a few do not yet say what is common (ours)."""

COMMON = 0.15
"""The mean cosine of two texts of one community that are about different problems. Source: the three shops of HINT3,
.15 in each of them."""

SHORTEST_RUN, LONGEST_RUN = 3, 5
"""Letters that are compared at a time where there is no encoder; they bridge word forms and typing errors."""

_FILLERS = frozenset(ENGLISH_FILLERS.split())
_WORD = re.compile(r"[^\W_]+")
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """What a community's other texts say of what is ordinary there: its tips, its earlier questions.

    Attributes:
        vectors: of each text, from the encoder that the others are from; float32, shape (texts, dimension).
        pieces: its different word pieces, from `search.pack_pieces`.
    """

    vectors: np.ndarray
    pieces: Sequence[bytes]

    @classmethod
    def of(cls, texts: Iterable[Encoded]) -> Self:
        """What texts that were just encoded say."""
        given = list(texts)
        vectors = np.array([each.vector for each in given], np.float32)
        return cls(vectors, [pack_pieces(each.pieces) for each in given])


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Texts with a place each.

    Attributes:
        rows: float32, shape (texts, dimension), of length 1, or 0 where a text says nothing; their products are
            likenesses.
        alike: the mean likeness from which two groups are about one problem.
        same: the likeness from which two texts alone are.
    """

    rows: np.ndarray
    alike: float
    same: float


def place(texts: Sequence[str], encoded: Sequence[Encoded] | None = None, earlier: Earlier | None = None) -> Placed:
    """Places texts by their meaning, or by their words where there is no encoder.

    Args:
        texts: as they were written.
        encoded: what the encoder makes of each, in the same order; None where there is none.
        earlier: other texts of the community; the more the better, up to some hundreds.

    Raises:
        ValueError: There is not one encoded text for each text.
    """
    if encoded is None or not texts:
        return Placed(_by_words(texts), ALIKE_BY_WORDS, SAME_BY_WORDS)
    if len(encoded) != len(texts):
        raise ValueError(f"There are {len(texts)} texts and {len(encoded)} of them are encoded.")
    known = [Earlier.of(encoded), *([earlier] if earlier is not None and len(earlier.vectors) else [])]
    rarity = Rarity()
    rarity.count(pieces for each in known for pieces in each.pieces)
    count = sum(len(each.vectors) for each in known)
    middle = sum(each.vectors.sum(axis=0) for each in known) / np.float32(count + DOUBT)
    rows = _of_length_one(np.array([_weighed(each, rarity) for each in encoded], np.float32) - middle)
    # What is common is taken away in part only where few texts say what it is, and the rest makes all texts alike.
    left = COMMON * (DOUBT / (count + DOUBT)) ** 2
    return Placed(rows, ALIKE + left, SAME + left)


def group(placed: Placed) -> list[list[int]]:
    """Groups texts: the two groups that are most alike become one, for as long as they are alike enough.

    How alike two groups are is the mean over all pairs of their texts (average linkage), so one text between two
    problems does not make them one. Takes about a tenth of a second for 500 texts.

    Returns:
        Their numbers, ascending within a group; groups by their first.
    """
    means = (placed.rows @ placed.rows.T).astype(np.float64)
    np.fill_diagonal(means, -np.inf)
    groups = {number: [number] for number in range(len(means))}
    while len(groups) > 1:
        one, other = (int(each) for each in np.unravel_index(means.argmax(), means.shape))
        if means[one, other] < placed.alike:
            break
        share = len(groups[other]) / (len(groups[one]) + len(groups[other]))
        means[one] = means[:, one] = (1 - share) * means[one] + share * means[other]
        means[other] = means[:, other] = -np.inf
        groups[one] += groups.pop(other)
    return sorted(sorted(each) for each in groups.values())


def _weighed(text: Encoded, rarity: Rarity) -> np.ndarray:
    """The mean of a text's pieces, the rare ones weighing more; its vector where there are none or none is rare."""
    mean = rarity.weights(text.pieces) @ text.states
    return np.asarray(mean / np.linalg.norm(mean)) if mean.any() else text.vector


def _by_words(texts: Sequence[str]) -> np.ndarray:
    """Runs of letters, the rare ones weighing more; float32, shape (texts, runs)."""
    counts = [_runs(text) for text in texts]
    with_run = Counter(run for each in counts for run in each)
    places = {run: number for number, run in enumerate(sorted(with_run))}
    rows = np.zeros((len(texts), len(places)), np.float32)
    for row, each in zip(rows, counts, strict=True):
        row[[places[run] for run in each]] = np.log1p(list(each.values()))
    rare = np.log((2 * OTHERS + len(texts)) / (OTHERS + np.array([with_run[run] for run in places])))
    return _of_length_one(rows * rare.astype(np.float32))


def _runs(text: str) -> Counter[str]:
    words = [word for word in _WORD.findall(text[:_LONGEST_TEXT].lower()) if word not in _FILLERS]
    return Counter(
        f" {word} "[start : start + length]
        for word in words
        for length in range(SHORTEST_RUN, LONGEST_RUN + 1)
        for start in range(len(word) + 3 - length)
    )


def _of_length_one(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)

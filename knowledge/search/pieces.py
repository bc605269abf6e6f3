"""A second look at the first documents: each word piece of a question beside the word pieces of a document.

One vector for a whole text blurs what it says; the states that the encoder computes for each of its word pieces do not.
A piece of the question is compared with the piece of the document that is nearest to it, and rare pieces weigh more. Of
a document's states only the signs are kept, 48 bytes a piece, and not here: whoever keeps the documents keeps them.

Source of the method: O. Khattab and M. Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized
Late Interaction over BERT", 2020 (MaxSim). Source of its figures: the project's measurements, docs/adr/0011 and 0012.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

LOOKED_AT_AGAIN = 20
"""The best documents of the first look, which are looked at again."""

PIECES_SHARE = 0.8
"""What the likeness of pieces adds to a cosine; the weight is flat from .6 to 1.2."""

OTHERS = 5
"""Documents that every piece is taken to be in beside those that are counted, out of twice as many: with few documents
all pieces weigh nearly alike, and an ordinary word that none of them has does not outweigh the rest."""

_SIGN_TO_COSINE = math.sqrt(math.pi / 2)
"""The mean size of a component is this much smaller than its root mean square, were components normally distributed."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A text as an encoder sees it.

    Attributes:
        vector: Of the whole text; float32, shape (dimension,), of length 1.
        pieces: The numbers of its word pieces, those without letter or digit left out; uint32, shape (pieces,).
        states: What the encoder makes of each of them in its place; float32, shape (pieces, dimension).
    """

    vector: np.ndarray
    pieces: np.ndarray
    states: np.ndarray


def pack_states(states: np.ndarray) -> bytes:
    """Keeps the signs of states, an eighth of a byte each, row by row."""
    return np.packbits(states > 0, axis=1).tobytes()


def pack_pieces(pieces: np.ndarray) -> bytes:
    """Keeps the numbers of the different word pieces, uint32 in machine order."""
    return np.unique(pieces).tobytes()


class Rarity:
    """How rare word pieces are among the documents.

    Documents are counted when they come and not taken back when they go or change: what this weighs moves with the
    logarithm of a count.
    """

    def __init__(self) -> None:
        self._documents = 0
        self._with = np.zeros(0, np.int32)

    def count(self, documents: Iterable[bytes]) -> None:
        """Counts documents by their different word pieces, from `pack_pieces`."""
        given = list(documents)
        if given:
            pieces = np.frombuffer(b"".join(given), np.uint32)
            found = np.bincount(pieces, minlength=len(self._with)).astype(np.int32)
            found[: len(self._with)] += self._with
            self._with = found
            self._documents += len(given)

    def weights(self, pieces: np.ndarray) -> np.ndarray:
        """What each piece of a question counts for: its inverse document frequency, as a share of their sum.

        Returns:
            float32, shape (pieces,), never below 0; all 0 where every piece is in every document.
        """
        known = np.zeros(len(pieces), np.int32)
        inside = pieces < len(self._with)
        known[inside] = self._with[pieces[inside]]
        rare = np.maximum(np.log((2 * OTHERS + self._documents) / (OTHERS + known)), 0)
        return np.asarray(rare / (rare.sum() or 1), np.float32)


def likeness(asked: Encoded, weights: np.ndarray, documents: Sequence[bytes]) -> np.ndarray:
    """How like the pieces of documents are to those of a question.

    Args:
        asked: The question.
        weights: Of its pieces, from `Rarity.weights`.
        documents: The states of each document, from `pack_states`; those without any are not likened.

    Returns:
        About a cosine for each document, float32, 0 to 1; NaN where there was nothing to compare.
    """
    found = np.full(len(documents), np.nan, np.float32)
    dimension = asked.states.shape[1]
    width = -(-dimension // 8)
    there = [place for place, states in enumerate(documents) if states and len(states) % width == 0]
    heavy = weights > 0
    if not there or not heavy.any():
        return found
    bits = np.frombuffer(b"".join(documents[place] for place in there), np.uint8).reshape(-1, width)
    signs = np.unpackbits(bits, axis=1, count=dimension).astype(np.float32)
    signs *= 2
    signs -= 1
    states = asked.states[heavy]
    lengths = np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
    cosines = (states * (_SIGN_TO_COSINE / math.sqrt(dimension) / lengths)) @ signs.T
    starts = np.cumsum([0, *(len(documents[place]) // width for place in there[:-1])])
    found[there] = weights[heavy] @ np.maximum.reduceat(cosines, starts, axis=1)
    return np.clip(found, 0, 1)

"""What the tests of the search share: an encoder that needs no model, and an index of the invented tips."""

import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from knowledge.search import Document, Encoded, Index, pack, pack_pieces, pack_states, whole
from knowledge.search.index import Encode, ReadStates

from .tips import TIPS

DIRECTIONS = np.random.default_rng(1).standard_normal((1_000, 64)).astype(np.float32)


def hash_encode(text: str) -> Encoded:
    """Vectors of 64 numbers: every word points in a direction of its own, and a text to the sum of its words."""
    pieces = np.array([zlib.crc32(word.encode()) % 1_000 for word in re.findall(r"\w+", text.lower())], np.uint32)
    vector = DIRECTIONS[pieces].sum(axis=0)
    return Encoded(vector / max(float(np.linalg.norm(vector)), 1e-9), pieces, DIRECTIONS[pieces])


def documents(encode: Encode | None = None) -> list[Document]:
    """The invented tips, with vectors where there is an encoder."""
    return [document(id, title, text, encode) for id, (title, text) in TIPS.items()]


def document(id: int, title: str, text: str, encode: Encode | None = None) -> Document:
    """One tip, with vectors where there is an encoder."""
    if encode is None:
        return Document(id, title, text)
    encoded = encode(whole(title, text))
    title_vector = pack(encode(title).vector) if title else None
    return Document(id, title, text, title_vector, pack(encoded.vector), pack_pieces(encoded.pieces))


def states_of(documents: Iterable[Document], encode: Encode) -> ReadStates:
    """Reads the states of the word pieces of some tips."""
    kept = {each.id: pack_states(encode(whole(each.title, each.text)).states) for each in documents}
    return lambda ids: {id: kept[id] for id in ids if id in kept}


def filled(encode: Encode | None = None, **settings: Any) -> Index:
    """An index of the invented tips."""
    index = Index(**settings)
    index.put(documents(encode))
    return index


def read_texts(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Reads title and text of invented tips."""
    return {id: TIPS[id] for id in ids if id in TIPS}

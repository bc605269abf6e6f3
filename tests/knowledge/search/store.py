"""What the tests of the search share: an encoder that needs no model, and an index of the invented tips."""

import re
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from knowledge.search import Document, Index, whole

from .tips import TIPS

Encode = Callable[[str], np.ndarray]


def hash_encode(text: str) -> np.ndarray:
    """A unit vector of 64 numbers: every word points in a direction of its own, and a text to the sum of its words."""
    vector = np.zeros(64, np.float32)
    for word in re.findall(r"\w+", text.lower()):
        vector += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(64).astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def documents(encode: Encode | None = None) -> list[Document]:
    """The invented tips, with vectors where there is an encoder."""
    return [document(id, title, text, encode) for id, (title, text) in TIPS.items()]


def document(id: int, title: str, text: str, encode: Encode | None = None) -> Document:
    """One tip, with vectors where there is an encoder."""
    if encode is None:
        return Document(id, title, text)
    return Document(id, title, text, encode(title) if title else None, encode(whole(title, text)))


def filled(encode: Encode | None = None, **settings: Any) -> Index:
    """An index of the invented tips."""
    index = Index(**settings)
    index.put(documents(encode))
    return index

"""The search engine: a community's tips found again by words and by meaning, with a confidence.

`Index` is one community's documents in memory, `Completer` their titles while somebody types; `Encoder` turns texts
into the vectors that it compares; `fetch_and_build` makes the folder that `Encoder` loads. Nothing here knows a store
or a chat: whoever uses it keeps the index in step.
"""

from knowledge.search.complete import Completer
from knowledge.search.confidence import confidence_of_shown, shift_by, shifted
from knowledge.search.dense import pack, unpack
from knowledge.search.encoder import Encoder
from knowledge.search.index import CLOSE_BEHIND, SHOWN_TOGETHER, Document, Found, Hit, Index, whole
from knowledge.search.model import ModelUnavailable, fetch_and_build, is_built
from knowledge.search.pieces import Encoded, pack_pieces, pack_states

__all__ = [
    "CLOSE_BEHIND",
    "SHOWN_TOGETHER",
    "Completer",
    "Document",
    "Encoded",
    "Encoder",
    "Found",
    "Hit",
    "Index",
    "ModelUnavailable",
    "confidence_of_shown",
    "fetch_and_build",
    "is_built",
    "pack",
    "pack_pieces",
    "pack_states",
    "shift_by",
    "shifted",
    "unpack",
    "whole",
]

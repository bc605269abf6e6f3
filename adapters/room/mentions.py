"""Finding `@somebody` in what people type.

A mention is typed as `@` and an id or a name; the longest one that fits counts, so `@ben-2` is never `@ben`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """Where a mention stands in a text (`text[start:end]`) and whom it means."""

    start: int
    end: int
    id: str


def find(text: str, ids: Mapping[str, str]) -> Iterator[Found]:
    """Gives the mentions in `text`, in order.

    Args:
        text: what somebody typed.
        ids: what may stand after the sign, in lower case -> the id that it means.
    """
    by_length = sorted(ids, key=len, reverse=True)
    position = 0
    while sign := _SIGN.search(text, position):
        words = next((words for words in by_length if _stands_at(text, sign.end(), words)), "")
        position = sign.end() + len(words)
        if words:
            yield Found(sign.start(), position, ids[words])


def _stands_at(text: str, start: int, words: str) -> bool:
    end = start + len(words)
    return text[start:end].lower() == words and not _WORD.match(text, end)


_SIGN = re.compile(r"(?<![\w@.])@(?=\w)")
_WORD = re.compile(r"\w|[-.](?=\w)")

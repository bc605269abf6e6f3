"""Decisions about tips: what a command's argument means. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.search import Completer

PAGE = 5
"""Tips on one page of a list (with a button each and *more*, within the port's limits)."""

PURGE_AFTER_DAYS = 30
"""A deleted tip can be brought back for so many days; then it is gone for good."""


def number_in(text: str) -> int | None:
    """The tip number in `12`, `#12` or `12 into 7` (the first one), or None."""
    found = re.match(r"\s*#?(\d{1,9})\b", text)
    return int(found.group(1)) if found else None


def numbers_in(text: str) -> tuple[int, int] | None:
    """The two numbers in `12 into 7`, or None."""
    found = re.fullmatch(r"\s*#?(\d{1,9})\s*(?:into|in|with|to|->|→|,)?\s*#?(\d{1,9})\s*", text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def fitting(words: Sequence[str], typed: str) -> list[str]:
    """Chooses the words that somebody may be about to type, best first; all of them where nothing is typed yet."""
    if not typed.strip():
        return list(words)
    known = Completer()
    for number, word in enumerate(words):
        known.put(number, word)
    return [words[number] for number in known.find(typed, limit=len(words))]


def filter_for(text: str, words: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Says whether `text` names a tag, a practice or a place; an empty text filters nothing; None where unknown."""
    wanted = text.strip().lower()
    if not wanted:
        return {}
    as_tag = "-".join(wanted.lstrip("#").split())
    for kind in ("tag", "practice", "place"):
        for word in words[kind]:
            if word.lower() == (as_tag if kind == "tag" else wanted):
                return {kind: word}
    return None

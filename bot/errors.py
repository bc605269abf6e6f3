"""The kinds of failure that reach people, each in words.

`Refusal`: what was asked cannot be done, and what can be done instead; said privately. `PlatformRefused` (of
`adapters.port`): the platform said no; said to whoever can mend it. Anything else is logged once with a short code, and
the person gets an apology with that code, never the exception's text.
"""

import logging
import random
import traceback
from types import TracebackType
from typing import Any

from adapters.port import PlatformRefused, Refused
from bot.metrics import count_failure, count_refusal

FRAMES = 6
"""How many steps of a traceback a log line holds, from where it failed outwards."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_NAMES_NOBODY = (Refused.MISSING_PERMISSION, Refused.NOT_ACCEPTED, Refused.UNREACHABLE, Refused.EXPIRED)
"""Reasons whose detail is a permission, a token or a method; of the others it may be an account or a room."""


class Refusal(Exception):
    """Something that cannot be done, as a sentence of the catalogue.

    Args:
        key: the sentence's key; the feature's own, or one of `common`.
        values: what its placeholders stand for.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def report(error: BaseException, where: str, log: logging.Logger) -> str:
    """Logs and counts an unexpected error once, without any message text, and gives the code that people are told.

    Exception texts are left out, because they may hold what somebody wrote.
    """
    count_failure(where)
    code = "".join(random.choices(_LETTERS, k=4))  # noqa: S311 - a name for a log line, no secret
    kind, at = type(error).__name__, place_of(error.__traceback__)
    fields = {"code": code, "where": where, "error": kind}
    log.error("failed code=%s where=%s error=%s at=%s", code, where, kind, at, extra=fields)
    return code


def report_refusal(refused: PlatformRefused, platform: str, log: logging.Logger) -> None:
    """Logs and counts that a platform would not do something, without naming a person or a place."""
    count_refusal(platform, refused.reason)
    what = refused.detail if refused.reason in _NAMES_NOBODY else ""
    log.warning("refused platform=%s reason=%s detail=%s", platform, refused.reason, what)


def place_of(steps: TracebackType | None) -> str:
    """Says where something was raised, from there outwards: file, line and function, and no values."""
    return " < ".join(
        f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}:{frame.name}"
        for frame in reversed(traceback.extract_tb(steps)[-FRAMES:])
    )

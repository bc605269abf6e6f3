"""The kinds of failure that reach people, each in words.

`Refusal`: what was asked cannot be done, and what can be done instead; said privately. `PlatformRefused` (of
`adapters.port`): the platform said no; said to whoever can mend it. Anything else is logged once with a short code, and
the person gets an apology with that code, never the exception's text.
"""

import logging
import random
import traceback
from typing import Any

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


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
    """Logs an unexpected error once, without any message text, and gives the code that people are told.

    Exception texts are left out, because they may hold what somebody wrote.
    """
    code = "".join(random.choices(_LETTERS, k=4))  # noqa: S311 - a name for a log line, no secret
    frames = traceback.extract_tb(error.__traceback__)
    at = " < ".join(
        f"{frame.filename.rsplit('/', 3)[-1]}:{frame.lineno}:{frame.name}" for frame in reversed(frames[-6:])
    )
    log.error("failed code=%s where=%s error=%s at=%s", code, where, type(error).__name__, at)
    return code

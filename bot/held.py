"""Words that somebody has not decided to keep yet, in memory only, for a while.

What looks like personal data must not be stored before its author says so. It waits here, and is gone after an hour or
with the process.
"""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

KEPT_MINUTES = 60
"""How long words wait for a decision."""

AT_MOST = 2_000
"""How many wait at once; the oldest are let go first."""


class Held:
    """What waits for a decision: a token for each, and only the member who wrote it takes it back."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, tuple[int, datetime, Any]] = OrderedDict()

    def put(self, member: int, value: Any, now: datetime) -> str:
        """Holds `value` for a member; gives the token to ask for it with."""
        self._let_go(now)
        token = secrets.token_hex(8)
        self._waiting[token] = (member, now + timedelta(minutes=KEPT_MINUTES), value)
        return token

    def look(self, token: str, member: int, now: datetime) -> Any | None:
        """Gives what is held under `token` for this member, and goes on holding it."""
        self._let_go(now)
        owner, _, value = self._waiting.get(token, (None, now, None))
        return value if owner == member else None

    def take(self, token: str, member: int, now: datetime) -> Any | None:
        """Gives what is held under `token` for this member, once."""
        value = self.look(token, member, now)
        if value is not None:
            del self._waiting[token]
        return value

    def let_go_of(self, member: int) -> None:
        """Lets go of everything that waits for a member."""
        for token in [token for token, (owner, _, _) in self._waiting.items() if owner == member]:
            del self._waiting[token]

    def _let_go(self, now: datetime) -> None:
        while self._waiting:
            token, (_, until, _) = next(iter(self._waiting.items()))
            if until > now and len(self._waiting) < AT_MOST:
                return
            del self._waiting[token]

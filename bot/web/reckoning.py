"""What takes long to work out: begun beside the event loop, one at a time in a community, and kept for a while.

Who asks meanwhile is told how far it is. Nobody can have a server work without end: only a few wait at once, a member
may have only so much begun in an hour, and what is fresh is not worked out again.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Generic, TypeVar

from bot.errors import Refusal, report

T = TypeVar("T")
Progress = Callable[[float], None]
Make = Callable[[Progress], Awaitable[T]]

MOST = 24
"""Results that are kept at once (ours: some hundred kilobytes each)."""

KEPT, KEPT_OF_THE_PAST = timedelta(hours=1), timedelta(hours=6)
"""How long a result is kept; one on a time that is over for longer, since only who may be counted can change it (ours).
"""

FRESH = timedelta(minutes=1)
"""What is younger is not worked out again (ours)."""

WAITING = 3
"""How many wait in a community behind the one that is worked out (ours)."""

AN_HOUR = 40
"""How many a member may have begun in an hour (ours: every range that the page offers, twice)."""

_log = logging.getLogger("tacit.web")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be worked out: of which community, in whose language, and what; `is_past` where it hardly changes."""

    community: int
    language: str
    what: str
    is_past: bool = False


@dataclass(slots=True)
class Reckoning(Generic[T]):
    """One that was begun.

    Attributes:
        as_of: when it was asked for; what came later is not in it.
        done: how much of it is done, 0 to 1.
        found: the result; None before.
        code: under which its failure stands in the log; empty unless it failed.
        task: works it out.
    """

    as_of: datetime
    done: float = 0.0
    found: T | None = None
    code: str = ""
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether there is a result, or there will be none."""
        return self.found is not None or bool(self.code)

    def progress(self, done: float) -> None:
        """Notes how much is done; it never goes back."""
        self.done = max(self.done, min(done, 1.0))


class Reckoner(Generic[T]):
    """Works out, and keeps, in this process.

    Args:
        kept: how long a result is kept that is not of the past.
        an_hour: how many a member may have begun in an hour.
    """

    def __init__(self, *, kept: timedelta = KEPT, an_hour: int = AN_HOUR) -> None:
        self._kept, self._an_hour = kept, an_hour
        self._known: OrderedDict[Wanted, Reckoning[T]] = OrderedDict()
        self._turns: dict[int, asyncio.Lock] = {}
        self._begun: dict[tuple[int, int], deque[datetime]] = {}

    def find(self, wanted: Wanted, make: Make[T], *, who: int, now: datetime, anew: bool = False) -> Reckoning[T]:
        """Gives the one that is known, or begins it; `anew` where it is not fresh or failed.

        Raises:
            Refusal: too many wait, or `who` had too many begun.
        """
        known = self._known.get(wanted)
        if known is not None and not self._is_good(wanted, known, now, anew=anew):
            del self._known[wanted]
            known = None
        if known is None:
            known = self._begin(wanted, make, who=who, now=now)
        self._known.move_to_end(wanted)
        return known

    def drop(self, community: int) -> None:
        """Lets go of what is ready of a community: something in it has changed."""
        for wanted in [of for of, each in self._known.items() if of.community == community and each.is_over]:
            del self._known[wanted]

    async def close(self) -> None:
        """Leaves off what is being worked out: the store is about to close."""
        tasks = [each.task for each in self._known.values() if each.task is not None and not each.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _is_good(self, wanted: Wanted, known: Reckoning[T], now: datetime, *, anew: bool) -> bool:
        if not known.is_over:
            return True
        if known.code:
            return not anew
        kept = KEPT_OF_THE_PAST if wanted.is_past else self._kept
        return now - known.as_of < (FRESH if anew else kept)

    def _begin(self, wanted: Wanted, make: Make[T], *, who: int, now: datetime) -> Reckoning[T]:
        unfinished = sum(not each.is_over for of, each in self._known.items() if of.community == wanted.community)
        if unfinished > WAITING:
            raise Refusal("web.report.wait")
        self._count(wanted.community, who, now)
        begun = Reckoning[T](as_of=now)
        begun.task = asyncio.create_task(self._work(wanted, begun, make))
        self._known[wanted] = begun
        for old in [of for of, each in self._known.items() if each.is_over][: max(len(self._known) - MOST, 0)]:
            del self._known[old]
        return begun

    def _count(self, community: int, who: int, now: datetime) -> None:
        hour_ago = now - timedelta(hours=1)
        self._begun = {key: when for key, when in self._begun.items() if when[-1] > hour_ago}
        begun = self._begun.setdefault((community, who), deque())
        while begun and begun[0] <= hour_ago:
            begun.popleft()
        if len(begun) >= self._an_hour:
            raise Refusal("web.report.enough")
        begun.append(now)

    async def _work(self, wanted: Wanted, begun: Reckoning[T], make: Make[T]) -> None:
        async with self._turns.setdefault(wanted.community, asyncio.Lock()):
            began = perf_counter()
            try:
                begun.found = await make(begun.progress)
            except Exception as error:
                begun.code = report(error, "reckoning", _log)
            else:
                seconds = perf_counter() - began
                _log.info("reckoned community=%s seconds=%.1f", wanted.community, seconds)

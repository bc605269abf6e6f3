"""What operators and their machines ask of a process: does it live, can it work, and what has it counted.

`/health/live` says that the process answers. `/health/ready`, and `/health`, say whether it can work: the database
answers, the chats hear, and it does not stop. `/metrics` is for Prometheus. No answer holds a secret or a person.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.errors import report
from knowledge.store import Store, StoreUnavailable
from knowledge.store.job_times import newest_community
from knowledge.store.notices import backlog

DATABASE_SECONDS = 2.0
"""How long the database may take to answer (ours: a balancer asks every few seconds)."""

OUTBOX_SECONDS = 5.0
"""How old the outbox may be that is shown: however often it is asked, the database is asked so often at most (ours)."""

LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")

_log = logging.getLogger("tacit.health")

Trouble = Callable[[], str]
"""Says in a sentence what is the matter with a chat; an empty text where nothing is."""


class Health:
    """The health of one process.

    Args:
        store: the database.
        clock: the time, aware UTC.
        chats: what says what is the matter with each chat.
        is_open: whether `/metrics` is for everybody who reaches it by a local name.
        token: with it, `/metrics` is for whoever knows it; empty for nobody.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        chats: Mapping[str, Trouble],
        *,
        is_open: bool = True,
        token: str = "",
    ) -> None:
        self._store, self._clock, self._chats = store, clock, chats
        self._is_open, self._token = is_open, token
        self._asking: asyncio.Task[bool] | None = None
        self._outbox_at = float("-inf")
        self.is_stopping = False

    @property
    def routes(self) -> list[Route]:
        """The addresses, to be served before all others."""
        return [
            Route("/health/live", self._live),
            Route("/health/ready", self._ready),
            Route("/health", self._ready),
            Route("/metrics", self._metrics),
        ]

    def stop(self) -> None:
        """From now on it is not ready: whoever sends it work shall send it elsewhere."""
        self.is_stopping = True

    async def troubles(self) -> list[str]:
        """Says in a sentence each what keeps it from working; nothing where it can."""
        found = ["Tacit is stopping."] if self.is_stopping else []
        if not await self._database_answers():
            found.append(f"The database doesn't answer within {DATABASE_SECONDS:.0f} seconds.")
        return [*found, *filter(None, (trouble() for trouble in self._chats.values()))]

    async def _live(self, request: Request) -> Response:
        return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})

    async def _ready(self, request: Request) -> Response:
        troubles = await self.troubles()
        content = {"ready": not troubles, **({"because": troubles} if troubles else {})}
        return JSONResponse(content, 503 if troubles else 200, {"Cache-Control": "no-store"})

    async def _metrics(self, request: Request) -> Response:
        if not self._may_read(request):
            return PlainTextResponse("Not Found", 404)
        if monotonic() - self._outbox_at >= OUTBOX_SECONDS:
            self._outbox_at = monotonic()
            await self._look_at_outbox()
        return Response(metrics.exposition(), headers={"Content-Type": metrics.TEXT_FORMAT})

    def _may_read(self, request: Request) -> bool:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if self._token and kind.lower() == "bearer":
            return compare_digest(given.strip().encode(), self._token.encode())
        return self._is_open and request.url.hostname in LOCAL_NAMES

    async def _database_answers(self) -> bool:
        """Asks the database; who asks while it is being asked waits for the same answer."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_database())
        asked = self._asking
        await asyncio.wait((asked,), timeout=DATABASE_SECONDS)
        return asked.done() and not asked.cancelled() and asked.result()

    async def _ask_database(self) -> bool:
        try:
            await newest_community(self._store)
        except StoreUnavailable as error:
            _log.warning("the database doesn't answer: %s", error)
            return False
        except Exception as error:
            report(error, "health", _log)
            return False
        return True

    async def _look_at_outbox(self) -> None:
        now = self._clock()
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                owed = await backlog(self._store, now)
        except Exception as error:
            metrics.show_outbox(metrics.UNKNOWN, metrics.UNKNOWN)
            if not isinstance(error, StoreUnavailable | TimeoutError):
                report(error, "metrics", _log)
            return
        oldest = (now - owed.oldest).total_seconds() if owed.oldest else 0.0
        metrics.show_outbox(owed.due, oldest)

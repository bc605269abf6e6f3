"""Lets a test wait until something is so, without looking again and again."""

import asyncio
from collections.abc import Callable


class Bell:
    """Rings whenever something happened."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes whoever waits."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, done: Callable[[], object], seconds: float = 10) -> None:
        """Waits until `done` gives something true.

        Raises:
            TimeoutError: it did not in time.
        """
        async with asyncio.timeout(seconds):
            while not done():
                await self._rung.wait()

"""Handing events, commands and interactions to the app, with retries and acknowledgements, by whichever transport."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]


class NotAcked(Exception):
    """The app did not acknowledge. `reason` is Slack's retry reason; `final` means that it wants no retry."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


@dataclass(frozen=True)
class Ack:
    """One acknowledgement: of what (`kind`, `key`), after how many real seconds, and what came with it."""

    kind: str
    key: str
    seconds: float
    payload: Any


@dataclass(frozen=True)
class Parcel:
    """Something for the app.

    Attributes:
        type: `events_api`, `slash_commands` or `interactive`.
        payload: as the app gets it.
        attempt: 0, then counted up.
        reason: why it comes again.
    """

    type: str
    payload: Json
    attempt: int = 0
    reason: str = ""

    @property
    def kind(self) -> str:
        """What it is: the event's type, the command, or the interaction's type."""
        event = self.payload.get("event")
        return event["type"] if event else self.payload.get("command") or self.payload["type"]

    @property
    def key(self) -> str:
        """What names it: the event's id, or the trigger's."""
        return self.payload.get("event_id") or self.payload.get("trigger_id", "")


class Transport(Protocol):
    """How parcels reach the app. `was_heard` is true once an app was there to listen."""

    was_heard: bool

    async def send(self, parcel: Parcel) -> Any:
        """Hands a parcel over once; gives what the acknowledgement carries.

        Raises:
            NotAcked: nobody acknowledged in time.
        """


class Deliveries:
    """Everything that is on its way to the app.

    Attributes:
        failures: what was given up on, such as `operation_timeout /tip`.
        twice: whether each event is delivered twice.
    """

    def __init__(self, transport: Transport, retry_delays: tuple[float, ...]) -> None:
        self.transport = transport
        self.failures: list[str] = []
        self.twice = False
        self._retry_delays = retry_delays
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way."""
        return not self._tasks

    def emit(self, payload: Json) -> None:
        """Sends an event on its way; before an app first listened, it is lost, as in a workspace without the app."""
        if not self.transport.was_heard:
            return
        for _ in range(2 if self.twice else 1):
            self._start(self.event(payload))

    async def quiet(self) -> None:
        """Waits until nothing is on its way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def event(self, payload: Json) -> bool:
        """Delivers an event, with up to three retries; says whether it was acknowledged."""
        reason = ""
        for attempt in range(len(self._retry_delays) + 1):
            try:
                await self.transport.send(Parcel("events_api", payload, attempt, reason))
                return True
            except NotAcked as failure:
                reason = failure.reason
                if failure.final or attempt == len(self._retry_delays):
                    break
                if reason != "connection_lost":
                    await asyncio.sleep(self._retry_delays[attempt])
        self.failures.append(f"{reason} {payload['event']['type']}")
        return False

    async def interaction(self, type: str, payload: Json) -> Any:
        """Delivers a command or an interaction, once; gives what the acknowledgement carries.

        Raises:
            NotAcked: nobody acknowledged in time (`operation_timeout`).
        """
        parcel = Parcel(type, payload)
        try:
            return await self.transport.send(parcel)
        except NotAcked:
            self.failures.append(f"operation_timeout {parcel.kind}")
            raise NotAcked("operation_timeout") from None

    async def close(self) -> None:
        """Gives up what is on its way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

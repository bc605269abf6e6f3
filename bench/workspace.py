"""The loopback Slack of the tests as a workspace under load; the one place that knows where the tests have it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from adapters.slack.manifest import EVENTS
from bench.programs import ROOT, Program, free_port
from bench.results import Json, Missing

sys.path[:0] = [str(ROOT / "tests" / "adapters"), str(ROOT / "tests" / "adapters" / "slack")]
try:
    from loopback_delivery import NotAcked, Parcel, Transport
    from loopback_people import SlackPeople
    from loopback_slack import LoopbackSlack
    from loopback_world import BOT_USER, Note
except ImportError as error:
    raise Missing(f"The loopback Slack of the tests cannot be used here ({error}).") from error

__all__ = ["BOT_USER", "Crowd", "LoopbackSlack", "NotAcked", "Note", "Sent", "Watch", "opened", "until_connected"]

START_SECONDS = 120.0


@dataclass(slots=True)
class Sent:
    """One try to deliver something.

    Attributes:
        type: `events_api`, `slash_commands` or `interactive`.
        key: names the event or interaction; the same for all its tries.
        who: whose deed it is.
        ts: of the message that it is about, where it is one.
        connected: whether the app was there when it began.
        began: when, on the monotonic clock.
        ended: when it was acknowledged or given up.
        failed: why it failed, empty where it did not.
    """

    type: str
    key: str
    who: str
    ts: str
    connected: bool
    began: float
    ended: float = 0.0
    failed: str = "under way"


class Watch:
    """Stands before a transport and notes every try.

    Args:
        transport: what delivers.
        is_connected: says whether the app is there now.
        window: how many may be under way at once; as many as there are where 0.
    """

    def __init__(self, transport: Transport, is_connected: Callable[[], bool], window: int = 0) -> None:
        self.tries: list[Sent] = []
        self._transport, self._is_connected = transport, is_connected
        self._window = asyncio.Semaphore(window or 1_000_000)

    @property
    def was_heard(self) -> bool:
        """Whether an app was there to listen."""
        return bool(self._transport.was_heard)

    async def send(self, parcel: Parcel) -> Any:
        """Delivers a parcel once."""
        async with self._window:
            sent = Sent(parcel.type, parcel.key, *_about(parcel.payload), self._is_connected(), monotonic())
            self.tries.append(sent)
            try:
                answer = await self._transport.send(parcel)
                sent.failed = ""
            except NotAcked as failure:
                sent.failed = failure.reason
                raise
            finally:
                sent.ended = monotonic()
            return answer


class Crowd(SlackPeople):
    """People who wait for nothing: what they do is on its way when the call returns."""

    def __init__(self, slack: LoopbackSlack) -> None:
        super().__init__(slack, _nothing)

    async def finish(self) -> None:
        """Waits for nothing."""

    def said_by_bot(self) -> Iterable[Note]:
        """The messages that the bot wrote, deleted ones left out."""
        return (note for note in self.world.messages.values() if note.author == BOT_USER and not note.deleted)


@asynccontextmanager
async def opened(mode: str, *, window: int = 0) -> AsyncIterator[tuple[LoopbackSlack, Crowd, Watch]]:
    """Opens a workspace that tells an app what the bot's manifest subscribes to."""
    async with LoopbackSlack(mode, subscriptions=EVENTS) as slack:
        watch = Watch(slack.deliveries.transport, lambda: _is_connected(slack), window)
        slack.deliveries.transport = watch  # type: ignore[assignment, unused-ignore]
        yield slack, Crowd(slack), watch


def settings(slack: LoopbackSlack) -> dict[str, str]:
    """What an app needs to reach the workspace, as variables of its environment."""
    way = (
        {"SLACK_APP_TOKEN": slack.app_token}
        if slack.mode == "socket"
        else {"SLACK_SIGNING_SECRET": slack.signing_secret}
    )
    return {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url, "PORT": str(free_port()), **way}


async def until_connected(slack: LoopbackSlack, program: Program, port: str, sockets: int) -> None:
    """Waits until an app listens.

    Raises:
        Missing: it ended, or does not listen after two minutes.
    """
    deadline = monotonic() + START_SECONDS
    if slack.mode == "http":
        slack.events_url = f"http://127.0.0.1:{port}/slack/events"
    while program.is_running and monotonic() < deadline:
        try:
            if slack.mode == "socket":
                await slack.connected(sockets, 0.5)
                return
            if await slack.verify_url():
                return
        except NotAcked:
            pass
        await asyncio.sleep(0.2)
    raise Missing(f"It does not listen: {' / '.join(program.said()[-5:])}")


def _is_connected(slack: LoopbackSlack) -> bool:
    return slack.mode == "http" or any(not each.draining for each in slack.sockets.connections)


def _about(payload: Json) -> tuple[str, str]:
    """Who did it, and the timestamp of the message that it is about, where it is a message."""
    event = payload.get("event") or {}
    user = event.get("user") or payload.get("user_id") or payload.get("user") or ""
    return (user if isinstance(user, str) else user["id"]), event.get("ts", "")


async def _nothing() -> None:
    pass

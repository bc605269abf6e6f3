"""What changed, for each open browser: a stream of small updates that can be taken up again where it broke off."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from secrets import token_hex

from adapters.room import view
from adapters.room.codec import Json
from adapters.room.people import PeopleSide
from adapters.room.world import Event

CHANGES_KEPT = 5_000
"""How many changes a browser may have missed before it is told to begin anew."""

Update = tuple[str, Json]
"""The id to take up again from, and what the browser is told."""


class Feed:
    """The changes of one room since this process began."""

    def __init__(self, platform: PeopleSide) -> None:
        self._platform = platform
        self._run = token_hex(4)
        self._changes: deque[tuple[int, str, str]] = deque(maxlen=CHANGES_KEPT)
        self._first = platform.world.sequence
        self._listeners: set[asyncio.Event] = set()
        self._form_changes: dict[str, int] = {}
        self._closed = False
        platform.watch(self._note)

    @property
    def position(self) -> str:
        """The id of the latest change."""
        return f"{self._run}.{self._platform.world.sequence}"

    def close(self) -> None:
        """Ends every stream."""
        self._closed = True
        self._wake()

    async def updates(self, viewer: str, after: str) -> AsyncGenerator[Update, None]:
        """Gives what changes for `viewer` (an id) after the position `after`, until the feed is closed.

        Where that position is not known any more, the only update is `reset`: begin anew.
        """
        position = self._known(after)
        if position is None:
            yield self.position, {"kind": "reset"}
            return
        woken = asyncio.Event()
        self._listeners.add(woken)
        form_change = 0
        try:
            while not self._closed:
                woken.clear()
                latest, missed = self._platform.world.sequence, self._since(position)
                position = latest
                for update in missed:
                    for told in self._told(viewer, *update):
                        yield f"{self._run}.{position}", told
                if form_change != self._form_changes.get(viewer, 0):
                    form_change = self._form_changes.get(viewer, 0)
                    yield f"{self._run}.{position}", self._form(viewer)
                if not self._closed:
                    await woken.wait()
        finally:
            self._listeners.discard(woken)

    def _note(self, event: Event) -> None:
        kind = event["kind"]
        if kind == "closed":
            self._closed = True
        elif kind == "form":
            self._form_changes[event["person"]] = self._form_changes.get(event["person"], 0) + 1
        elif kind in _TOUCHED:
            self._changes.append((self._platform.world.sequence, _TOUCHED[kind], event.get("id", "")))
        self._wake()

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.set()

    def _known(self, position: str) -> int | None:
        run, _, number = position.partition(".")
        oldest = self._changes[0][0] if len(self._changes) == CHANGES_KEPT else self._first
        if run != self._run or not number.isdecimal() or int(number) < oldest:
            return None
        return int(number)

    def _since(self, position: int) -> list[tuple[str, str]]:
        touched = [(kind, id) for sequence, kind, id in self._changes if sequence > position]
        return list(dict.fromkeys(touched))

    def _told(self, viewer: str, kind: str, id: str) -> Iterator[Json]:
        world = self._platform.world
        if kind == "clock":
            yield {"kind": "clock", "now": self._platform.clock().isoformat()}
        elif kind == "person":
            yield {"kind": "person", "person": view.person(world.people[id])}
        elif kind == "channel" and world.channels[id].holds(viewer):
            yield {"kind": "channel", "channel": view.channel(world.channels[id])}
        elif kind == "message":
            message = world.messages[id]
            if world.visible(message, viewer):
                yield {"kind": "message", "message": view.message(self._platform, viewer, message)}
            elif message.only == viewer:
                yield {"kind": "gone", "id": id}

    def _form(self, viewer: str) -> Json:
        opened = self._platform.open_form_of(viewer)
        return {"kind": "form", "form": view.form(opened) if opened else None}


_TOUCHED = {
    "person_joined": "person",
    "person_left": "person",
    "person_changed": "person",
    "channel_opened": "channel",
    "posted": "message",
    "edited": "message",
    "deleted": "message",
    "reacted": "message",
    "unreacted": "message",
    "time_passed": "clock",
}

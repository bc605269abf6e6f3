"""A lively workspace: mostly talk, some reactions, and now and then somebody who wants an answer of the bot."""

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

from adapters.room import Person
from bench.workspace import BOT_USER, Crowd, Note

REGULARS, CHANNELS = 60, 20
WANTS = ("mention", "direct", "command", "mention", "direct", "command", "mention", "direct", "mention", "press")
"""What every twentieth deed is, in turn."""

EMOJI = ("thumbsup", "heart", "tada", "eyes", "joy", "pray", "white_check_mark")
RECENT = 200
BOT = f"<@{BOT_USER}>"


@dataclass(frozen=True, slots=True)
class Press:
    """A button that somebody can press: whose, on which message, and its id."""

    who: str
    message: str
    button: str


@dataclass(frozen=True, slots=True)
class Want:
    """Something that wants one answer: what, whose, where the answer will stand, and how many stood there before."""

    kind: str
    who: str
    place: tuple[str, str]
    before: int = 0


def plan(count: int) -> list[str]:
    """Gives the kinds of so many deeds, the same ones each time."""
    chance = Random(5)  # noqa: S311 - the same deeds each time
    ordinary = [chance.choices(("talk", "reaction"), (85, 10))[0] for _ in range(count)]
    for number, place in enumerate(range(10, count, 20)):
        ordinary[place] = WANTS[number % len(WANTS)]
    return ordinary


async def populate(crowd: Crowd, deeds: Sequence[str]) -> None:
    """Lets everybody in: those who talk, and one more for each deed that wants an answer."""
    for number in range(CHANNELS):
        crowd.open_channel(f"channel{number}")
    for number in range(REGULARS):
        await crowd.join(Person(f"regular{number}", f"Regular {number}"))
    for number in range(sum(deed in WANTS for deed in deeds) + 1):
        await crowd.join(Person(f"asker{number}", f"Asker {number}"))


class Traffic:
    """Does deeds in a workspace.

    Args:
        crowd: the people.
        lines: what they talk about.
        questions: what they ask.
        presses: buttons that may be pressed, each once; without any, a command is used instead.
    """

    def __init__(self, crowd: Crowd, lines: Sequence[str], questions: Sequence[str], presses: Sequence[Press]) -> None:
        self.wants: list[Want] = []
        self.latest_by = 0.0
        self._crowd, self._lines, self._questions = crowd, lines, questions
        self._presses = list(presses)
        self._chance = Random(7)  # noqa: S311 - the same deeds each time
        self._recent: deque[tuple[str, str]] = deque(maxlen=RECENT)
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, deeds: Sequence[str], rate: float) -> None:
        """Does each deed at its time, whatever the bot does; `latest_by` is how late one was begun at most."""
        began = monotonic()
        for number, deed in enumerate(deeds):
            wait = began + number / rate - monotonic()
            self.latest_by = max(self.latest_by, -wait)
            if wait > 0:
                await asyncio.sleep(wait)
            await self._do(deed)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _do(self, deed: str) -> None:
        match deed:
            case "reaction" if self._recent:
                _, message = self._chance.choice(self._recent)
                await self._crowd.add_reaction(self._regular(), message, self._chance.choice(EMOJI))
            case "mention":
                await self._ask_in_channel(self._next_asker())
            case "direct":
                await self._ask_directly(self._next_asker())
            case "press" if self._presses:
                self._press(self._presses.pop())
            case "command" | "press":
                self._use_command(self._next_asker())
            case _:
                await self._talk()

    async def _talk(self) -> None:
        line = self._chance.choice(self._lines)
        if self._chance.random() < 0.15:
            line = f"@{self._regular()} {line}"
        channel, thread = f"channel{self._chance.randrange(CHANNELS)}", ""
        if self._recent and self._chance.random() < 0.4:
            channel, thread = self._chance.choice(self._recent)
        message = await self._crowd.say(self._regular(), channel, line, thread)
        self._recent.append((channel, message))

    async def _ask_in_channel(self, who: str) -> None:
        channel = f"channel{len(self.wants) % CHANNELS}"
        message = await self._crowd.say(who, channel, f"@tacit {self._question()}")
        self.wants.append(Want("mention", who, ("thread", message)))

    async def _ask_directly(self, who: str) -> None:
        room = self._crowd.open_direct(who)
        await self._crowd.say(who, room, self._question())
        self.wants.append(Want("direct", who, ("room", room)))

    def _use_command(self, who: str) -> None:
        channel = f"channel{len(self.wants) % CHANNELS}"
        self.wants.append(Want("command", who, ("only", self._crowd.user(who))))
        self._beside(self._crowd.use_command(who, channel, f"/ask {self._question()}"))

    def _press(self, press: Press) -> None:
        room = self._crowd.open_direct(press.who)
        before = sum(note.channel == room for note in self._crowd.said_by_bot())
        self.wants.append(Want("press", press.who, ("room", room), before))
        self._beside(self._crowd.press(press.who, press.message, press.button))

    def _beside(self, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _regular(self) -> str:
        return f"regular{self._chance.randrange(REGULARS)}"

    def _next_asker(self) -> str:
        return f"asker{len(self.wants) + 1}"

    def _question(self) -> str:
        return self._questions[len(self.wants) % len(self._questions)]


def answers(crowd: Crowd, wants: Sequence[Want]) -> list[int]:
    """Counts for each want how many answers it got."""
    found = Counter(place for note in crowd.said_by_bot() for place in _places(note))
    return [found[want.place] - want.before for want in wants]


def _places(note: Note) -> Iterator[tuple[str, str]]:
    yield ("room", note.channel)
    if note.only:
        yield ("only", note.only)
    elif note.is_reply:
        yield ("thread", note.thread_ts)

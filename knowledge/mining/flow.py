"""In which rooms it has to be inferred who is answered, and by which lines: those that talk without threads. Pure."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.mining.answers import Answers, Guess
from knowledge.mining.turns import Line

LOOKED_AT = 50
"""Lines of a room by which it is told whether it talks in threads (ours)."""

FIRST = 20
"""With fewer lines that is not told (ours)."""

SELDOM = 0.2
"""Where fewer lines than this share say themselves whom they answer, the others are inferred (ours): somebody who is
used to threads and doesn't use one mostly begins something new."""

ROOMS = 200
"""Rooms that are listened to at once, those where something was said last (ours)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a room, and what the chat says of it.

    Attributes:
        line: the line, with whom it mentions.
        answers: whom it answers, where the chat says so; empty where it doesn't.
        in_thread: whether it stands in a thread, and so not in the flow of the room.
    """

    line: Line
    answers: str = ""
    in_thread: bool = False

    @property
    def in_flow(self) -> Line:
        """The line for an inference, which also learns from what the chat says."""
        return replace(self.line, mentions=(*self.line.mentions, self.answers)) if self.answers else self.line


class Flow:
    """Whether a room talks without threads, by its last lines."""

    def __init__(self) -> None:
        self._marked: deque[bool] = deque(maxlen=LOOKED_AT)

    def takes(self, said: Said) -> bool:
        """Notes a line; whether it is one of a flow in which it is inferred who is answered."""
        self._marked.append(said.in_thread or bool(said.answers))
        is_flow = len(self._marked) >= FIRST and sum(self._marked) < SELDOM * len(self._marked)
        return is_flow and not said.in_thread


class Rooms:
    """Listens to many rooms as lines come in; of each the last 50 lines are held, as `Answers` does, never a text."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, tuple[Flow, Answers]] = OrderedDict()

    def hear(self, room: str, said: Sequence[Said]) -> list[list[str]]:
        """Takes the next lines of a room; gives for each whom it answers and the chat doesn't say."""
        flow, answers = self._rooms.setdefault(room, (Flow(), Answers()))
        self._rooms.move_to_end(room)
        while len(self._rooms) > ROOMS:
            self._rooms.popitem(last=False)
        taken = [flow.takes(each) for each in said]
        guesses = answers.hear_all([each.in_flow for each, is_taken in zip(said, taken, strict=True) if is_taken])
        return [inferred(each, next(guesses)) if is_taken else [] for each, is_taken in zip(said, taken, strict=True)]


def inferred(said: Said, guesses: Sequence[Guess]) -> list[str]:
    """Whom a line answers by the guesses alone, the surest first: nobody where the chat says whom it answers."""
    return [] if said.answers else [str(each.whom) for each in guesses if each.whom not in said.line.mentions]


def is_to_everybody(said: Said) -> bool:
    """Whether a line is to the whole room, as far as the chat says."""
    return not (said.answers or said.in_thread or said.line.mentions)

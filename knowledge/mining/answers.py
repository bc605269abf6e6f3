"""Who is being answered in a room without threads: for each line, whom it probably answers, or nobody.

`Answers` says it as lines come in. `second_pass` looks at each line again, with the guesses before and after it, and
needs a batch: it is for what was imported. Neither keeps a text. Lines that the chat itself marks as replies need no
guess, and their ties are left to who reads them; they belong among the lines all the same, for those that follow.

What is guessed misleads in a known direction: docs/adr/0022.

Source: boosted trees fitted by the project on ubuntu-irc (Kummerfeld et al., *A Large-Scale Corpus for Conversation
Disentanglement*, 2019, CC BY 4.0) by `bench/ties_fit.py`; how well they do is measured by `bench/ties.py`.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from knowledge.mining.names import Author
from knowledge.mining.trees import Trees, unpack
from knowledge.mining.turns import FAR, LINES, Line, Signs, Turn, Turns

FILE = "answers.npz"
FIRST, SECOND = "first", "second"
"""The trees of the file: as lines come in, and with the guesses before and after."""

SURE, SURE_AT_SECOND = 0.399, 0.415
"""From so probable on, a guess is given. Source: the best F of pairs at a precision of .90 or more in the rooms of the
fit, each guessed by trees that were fitted on others."""

AT_ONCE = 256
"""Lines whose candidates are weighed together in a batch (ours)."""

FAINT = 0.05
"""Guesses that are less probable are none for the second pass (ours)."""

STRONG = 0.3
"""Guesses from here on count for how far away the next one is (ours)."""


@dataclass(frozen=True, slots=True)
class Guess:
    """That a line answers somebody: their key, and the probability, 0 to 1."""

    whom: Author
    sure: float


class Answers:
    """Guesses in one room, as its lines come in; the last 50 are held in memory, by their words and never as text."""

    def __init__(self, at_least: float = SURE) -> None:
        self._turns = Turns()
        self._at_least = at_least

    def __len__(self) -> int:
        return len(self._turns)

    def hear(self, line: Line) -> tuple[Guess, ...]:
        """Takes the next line; gives whom it answers, the most probable first, empty for nobody."""
        return next(self.hear_all([line]))

    def hear_all(self, lines: Iterable[Line]) -> Iterator[tuple[Guess, ...]]:
        """The same for many lines, which is quicker."""
        for turn, chances in weighed(self._turns, lines):
            yield _guesses(turn, chances, self._at_least)


def second_pass(lines: Iterable[Line], at_least: float = SURE_AT_SECOND) -> Iterator[tuple[Guess, ...]]:
    """Guesses for all lines of a room, in order, with the guesses before and after each; memory is bounded."""
    again = AnswersAgain(at_least)
    rest = iter(lines)
    while block := list(islice(rest, AT_ONCE)):
        yield from again.hear_all(block)
    yield from again.rest()


class AnswersAgain:
    """The second pass where the lines of a room come in pieces; some hundreds of them are held, and no text."""

    def __init__(self, at_least: float = SURE_AT_SECOND) -> None:
        self._turns = Turns()
        self._at_least = at_least
        self._looking = _Looking()

    def hear_all(self, lines: Sequence[Line]) -> list[tuple[Guess, ...]]:
        """Takes the next lines; gives the guesses for those, here or before, that enough lines follow, in order."""
        self._looking.held.extend(_Weighed(*each) for each in weighed(self._turns, lines))
        return self._guessed(len(self._looking.held) - LINES)

    def rest(self) -> list[tuple[Guess, ...]]:
        """Gives the guesses for the lines that are left: nothing follows them."""
        return self._guessed(len(self._looking.held))

    def _guessed(self, until: int) -> list[tuple[Guess, ...]]:
        if until <= self._looking.done:
            return []
        turns, signs = self._looking.until(until)
        chances = trees()[SECOND].chances(signs)
        ends = np.cumsum([len(turn.candidates) for turn in turns])
        each = zip(turns, np.split(chances, ends[:-1]), strict=True)
        return [_guesses(turn, of, self._at_least) for turn, of in each]


@cache
def trees() -> Mapping[str, Trees]:
    """The trees that Tacit ships, by name; read once."""
    with (files(__package__) / FILE).open("rb") as stream, np.load(stream) as arrays:
        return {name: unpack(arrays, name) for name in (FIRST, SECOND)}


def weighed(turns: Turns, lines: Iterable[Line]) -> Iterator[tuple[Turn, NDArray[np.float64]]]:
    """Each line with the probabilities of its candidates, shape (candidates,), by the first trees."""
    rest = iter(lines)
    while heard := [turns.hear(line) for line in islice(rest, AT_ONCE)]:
        chances = trees()[FIRST].chances(np.concatenate([turn.signs for turn in heard]))
        ends = np.cumsum([len(turn.candidates) for turn in heard])
        yield from zip(heard, np.split(chances, ends[:-1]), strict=True)


def _guesses(turn: Turn, chances: NDArray[np.float64], at_least: float) -> tuple[Guess, ...]:
    if not len(chances) or chances.max() < at_least:
        return ()
    found = [Guess(whom, float(sure)) for whom, sure in zip(turn.candidates, chances, strict=True) if sure >= at_least]
    return tuple(sorted(found, key=lambda guess: -guess.sure))


def looked_again(first: Iterable[tuple[Turn, NDArray[np.float64]]]) -> Iterator[tuple[list[Turn], Signs]]:
    """Blocks of lines with the signs of their second pass: float32, shape (candidates of all these lines, columns).

    The columns are those of the first pass, and then `AGAIN`.
    """
    rest = iter(first)
    looking = _Looking()
    ended = False
    while not ended:
        block = [_Weighed(turn, chances) for turn, chances in islice(rest, AT_ONCE)]
        ended = len(block) < AT_ONCE
        looking.held.extend(block)
        until = len(looking.held) - (0 if ended else LINES)
        if until > looking.done:
            yield looking.until(until)


class _Looking:
    """Lines that are held for what comes before and after others; the first `done` of them were looked at."""

    def __init__(self) -> None:
        self.held: deque[_Weighed] = deque()
        self.done = 0

    def until(self, until: int) -> tuple[list[Turn], Signs]:
        """The lines from the first that was not looked at to before `until`, with their signs."""
        around = _Around(self.held)
        places = range(self.done, until)
        signs = np.concatenate([_again(around, place) for place in places])
        self.done = until
        while self.done > LINES:
            self.held.popleft()
            self.done -= 1
        return [around.lines[place].turn for place in places], signs


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    turn: Turn
    chances: NDArray[np.float64]


class _Around:
    """Lines with what was guessed of them, by who wrote them and whom they may answer."""

    def __init__(self, lines: Iterable[_Weighed]) -> None:
        self.lines = list(lines)
        self.guessed = [_not_faint(each) for each in self.lines]
        self.most = [float(each.chances.max(initial=0)) for each in self.lines]
        self.places: defaultdict[Author, list[int]] = defaultdict(list)
        self.links: defaultdict[tuple[Author, Author], list[tuple[int, float]]] = defaultdict(list)
        for place, each in enumerate(self.lines):
            self.places[each.turn.author].append(place)
            for whom, sure in self.guessed[place].items():
                self.links[each.turn.author, whom].append((place, sure))

    def latest(self, author: Author, before: int) -> int | None:
        """The place of somebody's last line before a place, `LINES` back at most."""
        places = self.places.get(author, [])
        index = bisect_left(places, before) - 1
        return places[index] if index >= 0 and before - places[index] <= LINES else None

    def next(self, author: Author, after: int) -> int | None:
        """The place of somebody's next line after a place, `LINES` on at most."""
        places = self.places.get(author, [])
        index = bisect_left(places, after + 1)
        return places[index] if index < len(places) and places[index] - after <= LINES else None


def _not_faint(line: _Weighed) -> dict[Author, float]:
    return {whom: float(sure) for whom, sure in zip(line.turn.candidates, line.chances, strict=True) if sure >= FAINT}


def _again(around: _Around, place: int) -> Signs:
    line = around.lines[place]
    signs = np.empty((len(line.chances), line.turn.signs.shape[1] + len(AGAIN)), np.float32)
    signs[:, : -len(AGAIN)] = line.turn.signs
    if len(line.chances):
        signs[:, -len(AGAIN) :] = [_of_candidate(around, place, index) for index in range(len(line.chances))]
    return signs


def _of_candidate(around: _Around, place: int, index: int) -> tuple[float, ...]:
    line = around.lines[place]
    me, whom, chances = line.turn.author, line.turn.candidates[index], line.chances
    out, back = around.links.get((me, whom), []), around.links.get((whom, me), [])
    following = around.next(me, place)
    return (
        chances[index],
        max(chances[:index].max(initial=0.0), chances[index + 1 :].max(initial=0.0)),
        chances.sum(),
        *_summed(out, place, range(place - LINES, place)),
        *_summed(back, place, range(place - LINES, place)),
        *_summed(out, place, range(place + 1, place + FAR)),
        *_summed(back, place, range(place + 1, place + FAR)),
        *_at(around, around.latest(me, place), whom),
        *_at(around, around.latest(whom, place), me),
        *_at(around, following, whom),
        *_at(around, around.next(whom, place), me),
        FAR if following is None else following - place,
    )


def _summed(links: Sequence[tuple[int, float]], here: int, places: range) -> tuple[float, float, int]:
    most, total, away = 0.0, 0.0, FAR
    for place, sure in links:
        if place in places:
            most, total = max(most, sure), total + sure
            if sure >= STRONG:
                away = min(away, abs(place - here))
    return most, total, away


def _at(around: _Around, place: int | None, whom: Author) -> tuple[float, float]:
    if place is None:
        return -1, -1
    return around.guessed[place].get(whom, 0), around.most[place]


AGAIN = (
    *("sure", "sure_of_another", "sure_of_all"),
    *("to_before_most", "to_before_sum", "to_before_away", "from_before_most", "from_before_sum", "from_before_away"),
    *("to_after_most", "to_after_sum", "to_after_away", "from_after_most", "from_after_sum", "from_after_away"),
    *("my_latest_to", "my_latest_most", "their_latest_to_me", "their_latest_most"),
    *("my_next_to", "my_next_most", "their_next_to_me", "their_next_most", "my_next_away"),
)
"""The columns that the second pass adds, from probabilities of the first: of this line; of lines from me "to" the
candidate and "from" them to me, before and after, within `LINES`; of the nearest lines of both. Without a line -1."""

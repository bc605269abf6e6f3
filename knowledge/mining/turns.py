"""Who of a room may be answered by a line, and the signs for each: names, turns, gaps, and a few words.

Of one room only the last lines are held, in memory, and of each the different words, never the text. Beside them
stand the names of those who wrote lately, so that a name is understood when whoever bears it wrote long ago. What the
signs are worth is left to `trees`, what is made of it to `answers`.

Source of the signs: names and turns as in Kummerfeld et al., *A Large-Scale Corpus for Conversation Disentanglement*,
2019; the project's measurements on ubuntu-irc, which say that names carry the method and words add little.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from knowledge.mining.names import (
    ASKING,
    BY_VALUE,
    CALLS,
    COMMON,
    EDGES,
    GREETING,
    ME,
    NOISE,
    TAKING_UP,
    THANKS,
    YOU,
    Author,
    People,
)  # fmt: skip

Signs: TypeAlias = NDArray[np.float32]

LINES = 50
"""Lines of a room that are held. Source: the project's measurements (50 serve better than 25)."""

FAR = LINES + 1
"""Lines between two where there was none of the kind."""

NEAREST = 6
"""So many others who wrote last may always be answered. Source: with `AKIN`, half of all candidates remain on
ubuntu-irc, and of those who were answered all but .2 %."""

AKIN = 0.3
"""So may whoever wrote something this much alike; see `_likeness`."""

LONGEST_GAP_MINUTES = 240
"""A longer gap says no more (ours)."""

MOST_WORDS = 100
"""Words of a line that are looked at, from its beginning (ours)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a room.

    Attributes:
        author: the key of who wrote it.
        text: what was written; it may be empty.
        name: what others call the author; the key itself where it is empty.
        at: when, aware; None where that is not known. Whole minutes count.
        mentions: keys of those whom the chat itself marks as mentioned or replied to.
    """

    author: Author
    text: str
    name: str = ""
    at: datetime | None = None
    mentions: tuple[Author, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What is held of a line: where it stood, who wrote it, whom it names and how, its rarer words, its manner."""

    place: int
    author: Author
    minute: int | None
    named: Mapping[Author, int]
    calls_stranger: bool
    words: frozenset[str]
    length: int
    manner: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Who may be answered by a line, and the signs for each: float32, shape (candidates, len(`SIGNS`))."""

    author: Author
    candidates: tuple[Author, ...]
    signs: Signs


class Turns:
    """Listens to one room, line by line."""

    def __init__(self) -> None:
        self._lines: deque[Heard] = deque()
        self._spread: Counter[str] = Counter()
        self._people = People()
        self._place = 0

    def __len__(self) -> int:
        return len(self._lines)

    def hear(self, line: Line) -> Turn:
        """Takes the next line; gives who may be answered by it, whoever wrote last first."""
        self._people.meet(line.author, line.name or str(line.author))
        latest = list(dict.fromkeys(each.author for each in reversed(self._lines) if each.author != line.author))
        heard = self._heard(line, latest)
        past = _look_back(heard, self._lines, self._spread)
        candidates = _candidates(heard, past, latest)
        signs = _signs(heard, past, candidates, self._people)
        self._keep(heard)
        return Turn(line.author, candidates, signs)

    def _heard(self, line: Line, latest: Sequence[Author]) -> Heard:
        lower = line.text[: 20 * MOST_WORDS].casefold()
        tokens = lower.split()[:MOST_WORDS]
        words = [token.strip(EDGES) for token in tokens]
        named, calls_stranger = self._people.named(tokens, words, line.author, latest)
        named |= {each: BY_VALUE for each in line.mentions if each != line.author}
        return Heard(
            place=self._place,
            author=line.author,
            minute=int(line.at.timestamp() // 60) if line.at else None,
            named=named,
            calls_stranger=calls_stranger,
            words=frozenset(word for word in words if len(word) > 2) - NOISE,
            length=len(words),
            manner=_manner(lower, words, is_called=bool(tokens) and tokens[0][-1] in CALLS),
        )

    def _keep(self, heard: Heard) -> None:
        if len(self._lines) == LINES:
            self._let_go(self._lines.popleft())
        self._lines.append(heard)
        self._spread.update(heard.words)
        self._place += 1

    def _let_go(self, heard: Heard) -> None:
        for word in heard.words:
            self._spread[word] -= 1
            if not self._spread[word]:
                del self._spread[word]


def _manner(lower: str, words: Sequence[str], *, is_called: bool) -> tuple[bool, ...]:
    first = words[1 if is_called and len(words) > 1 else 0] if words else ""
    said = set(words)
    return (
        "?" in lower,
        first in ASKING,
        not said.isdisjoint(THANKS),
        first in TAKING_UP,
        not said.isdisjoint(GREETING),
        not said.isdisjoint(YOU),
        not said.isdisjoint(ME),
        "http" in lower or "www." in lower,
        lower[:1] in ("!", "/"),
    )


MANNER = ("question mark", "asks", "thanks", "takes up", "greets", "you", "me", "link", "command")
QUESTION_MARK, ASKS, THANKED = range(3)


@dataclass(slots=True)
class _Past:
    """The last lines as they look from a new one; distances are in lines, 1 to `LINES`."""

    mine: Heard | None = None
    mine_count: int = 0
    last: dict[Author, Heard] = field(default_factory=dict)
    first_away: dict[Author, int] = field(default_factory=dict)
    count: Counter[Author] = field(default_factory=Counter)
    since_mine: Counter[Author] = field(default_factory=Counter)
    named_me_away: dict[Author, int] = field(default_factory=dict)
    named_me: Counter[Author] = field(default_factory=Counter)
    by_me_away: dict[Author, int] = field(default_factory=dict)
    by_me: Counter[Author] = field(default_factory=Counter)
    named_since: Counter[Author] = field(default_factory=Counter)
    asked: dict[Author, tuple[int, bool]] = field(default_factory=dict)
    likeness: dict[Author, float] = field(default_factory=dict)
    likeness_away: dict[Author, int] = field(default_factory=dict)
    likeness_sum: dict[Author, float] = field(default_factory=dict)


def _look_back(line: Heard, lines: deque[Heard], spread: Mapping[str, int]) -> _Past:
    past = _Past()
    for each in reversed(lines):
        away = line.place - each.place
        if each.author == line.author:
            _note_mine(past, each, away)
        else:
            _note_other(past, line, each, away)
            if not line.words.isdisjoint(each.words):
                _note_likeness(past, each.author, _likeness(line.words & each.words, spread), away)
    return past


def _note_mine(past: _Past, mine: Heard, away: int) -> None:
    past.mine_count += 1
    past.mine = past.mine or mine
    for whom in mine.named:
        past.by_me[whom] += 1
        past.by_me_away.setdefault(whom, away)


def _note_other(past: _Past, line: Heard, other: Heard, away: int) -> None:
    author = other.author
    for whom in other.named:
        if whom not in past.last:
            past.named_since[whom] += 1
    past.last.setdefault(author, other)
    past.first_away[author] = away
    past.count[author] += 1
    if past.mine is None:
        past.since_mine[author] += 1
    if line.author in other.named:
        past.named_me[author] += 1
        past.named_me_away.setdefault(author, away)
    if other.manner[QUESTION_MARK] or other.manner[ASKS]:
        past.asked.setdefault(author, (away, bool(other.named)))


def _likeness(shared: Iterable[str], spread: Mapping[str, int]) -> float:
    """How alike two lines are: the sum over shared words of one by the lines, of those held, that have the word."""
    return sum(_WHOLE // spread[word] for word in shared) / _WHOLE


def _note_likeness(past: _Past, author: Author, likeness: float, away: int) -> None:
    past.likeness_sum[author] = past.likeness_sum.get(author, 0) + likeness
    if likeness > past.likeness.get(author, 0):
        past.likeness[author] = likeness
        past.likeness_away[author] = away


def _candidates(line: Heard, past: _Past, latest: Sequence[Author]) -> tuple[Author, ...]:
    mine_named: Mapping[Author, int] = past.mine.named if past.mine else {}
    near = [
        each
        for rank, each in enumerate(latest)
        if rank < NEAREST
        or each in line.named
        or each in past.named_me
        or each in past.by_me
        or each in mine_named
        or past.likeness.get(each, 0) >= AKIN
    ]
    return (*near, *(each for each in line.named if each not in past.last))


def _signs(line: Heard, past: _Past, candidates: Sequence[Author], people: People) -> Signs:
    own = [_of_candidate(line, past, each, people.name(each), rank) for rank, each in enumerate(candidates)]
    signs = np.empty((len(candidates), len(SIGNS)), np.float32)
    if own:
        signs[:, : len(own[0])] = own
        signs[:, len(own[0]) :] = _of_line(line, past)
    return signs


def _of_candidate(line: Heard, past: _Past, whom: Author, name: str, rank: int) -> tuple[float, ...]:
    last = past.last.get(whom, NOBODY)
    away = line.place - last.place if last is not NOBODY else FAR
    mine_away = line.place - past.mine.place if past.mine else FAR
    named_me_away, by_me_away = past.named_me_away.get(whom, FAR), past.by_me_away.get(whom, FAR)
    asked_away, asked_somebody = past.asked.get(whom, (FAR, False))
    return (
        line.named.get(whom, 0),
        len(name),
        name in COMMON,
        max((how for each, how in line.named.items() if each != whom), default=0),
        away,
        rank,
        _gap_minutes(line, past.last.get(whom)),
        past.count[whom],
        past.first_away.get(whom, FAR),
        past.since_mine[whom],
        named_me_away,
        past.named_me[whom],
        by_me_away,
        past.by_me[whom],
        named_me_away - min(past.named_me_away.values(), default=FAR),
        by_me_away - min(past.by_me_away.values(), default=FAR),
        named_me_away < mine_away,
        last.named.get(line.author, 0),
        max((how for each, how in last.named.items() if each != line.author), default=0),
        last.calls_stranger,
        past.named_since[whom],
        last.length,
        asked_away,
        asked_somebody,
        past.mine.named.get(whom, 0) if past.mine else 0,
        away < mine_away,
        past.likeness.get(whom, 0),
        past.likeness_sum.get(whom, 0),
        past.likeness_away.get(whom, FAR),
        *last.manner,
    )


def _of_line(line: Heard, past: _Past) -> tuple[float, ...]:
    mine = past.mine or NOBODY
    return (
        max(line.named.values(), default=0),
        len(line.named),
        line.calls_stranger,
        line.length,
        len(past.last),
        past.mine_count,
        line.place - past.mine.place if past.mine else FAR,
        _gap_minutes(line, past.mine),
        len(past.since_mine),
        min(past.named_me_away.values(), default=FAR),
        min(past.by_me_away.values(), default=FAR),
        len(past.named_me_away),
        len(mine.named),
        mine.length,
        mine.manner[QUESTION_MARK],
        mine.manner[THANKED],
        max(past.likeness.values(), default=0),
        *line.manner,
    )


def _gap_minutes(line: Heard, before: Heard | None) -> int:
    """Whole minutes since a line, -1 where they are not known; times that go backwards count as none."""
    if before is None or line.minute is None or before.minute is None:
        return -1
    return min(max(line.minute - before.minute, 0), LONGEST_GAP_MINUTES)


NOBODY = Heard(0, None, None, {}, calls_stranger=False, words=frozenset(), length=0, manner=(False,) * len(MANNER))
"""Stands for the last line of somebody who has none among those held."""

SIGNS = (
    *("named", "name_length", "name_is_common", "others_named"),
    *("away", "rank", "gap", "lines", "first_away", "lines_since_mine"),
    *("named_me_away", "named_me", "by_me_away", "by_me", "after_latest_who_named_me", "after_latest_by_me"),
    *("named_me_since_mine", "last_names_me", "last_names_others", "last_calls_stranger", "named_since"),
    *("last_length", "asked_away", "asked_somebody", "my_last_names", "is_since_mine"),
    *("likeness", "likeness_sum", "likeness_away"),
    *(f"last_{each}" for each in MANNER),
    *(
        "line_names",
        "line_names_count",
        "line_calls_stranger",
        "line_length",
        "others",
        "my_lines",
        "mine_away",
        "mine_gap",
    ),
    *(
        "others_since_mine",
        "nearest_named_me",
        "nearest_by_me",
        "who_named_me",
        "my_last_names_count",
        "my_last_length",
    ),
    *("my_last_asks", "my_last_thanks", "most_likeness"),
    *(f"line_{each}" for each in MANNER),
)
"""The columns of the signs. "Me" is who wrote the line; "last" is the candidate's last line; "away" counts lines back,
`FAR` where there is none; "gap" counts minutes, -1 where they are not known."""

_WHOLE = 720_720
"""Divided by every whole number to 16: sums of such parts do not depend on their order."""

"""Messages of a history -> whom they answer without saying so, in rooms without threads, and what was asked. Pure.

It is the second look at what was read: with the lines before and after each. Texts are there while they are looked at,
some hundreds of each room, and are written nowhere.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from knowledge.importing.history import History, Message
from knowledge.importing.reading import BrokenLine
from knowledge.importing.ties_of import account, is_bot, read_with_answers
from knowledge.mining.answers import AT_ONCE, AnswersAgain, Guess
from knowledge.mining.flow import Flow, Said, inferred, is_to_everybody
from knowledge.mining.threads import puts_a_question
from knowledge.mining.turns import Line
from knowledge.store import ties
from knowledge.store.history import Told
from knowledge.store.ties import Asked

ROOMS = 50
"""Rooms that are looked at together, where a history goes to and fro between rooms; whichever was quiet for longest is
begun anew (ours: each takes a megabyte)."""

WAITING = 1_000
"""Messages of a room that wait for what follows, at most: they are told in their order, or a stop would lose some."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A message without its text, until enough follow it; `is_heard` where it is one of the flow of its room."""

    number: int
    id: str
    author: str
    at: datetime
    said: Said
    asks: bool
    is_heard: bool


@dataclass(slots=True)
class _Room:
    flow: Flow = field(default_factory=Flow)
    answers: AnswersAgain = field(default_factory=AnswersAgain)
    heard: list[Line] = field(default_factory=list)
    waiting: deque[_Waiting] = field(default_factory=deque)


def inferred_in(history: History, done: Mapping[str, int]) -> Iterator[Told]:
    """Reads a history from its start as inferred ties and questions to rooms: messages that show some, and the last.

    Args:
        history: what is read.
        done: channels that need no look, with how many of their messages were looked at.
    """
    rooms: OrderedDict[str, _Room] = OrderedDict()
    last: dict[str, Told] = {}
    for each in read_with_answers(history):
        if isinstance(each, BrokenLine):
            continue
        number, message, answered, _ = each
        channel = f"{history.space}:{message.room}"
        if number <= done.get(channel, 0):
            continue
        last[channel] = Told(channel, number, *account(history, message.author), message.at)
        room = rooms.setdefault(channel, _Room())
        rooms.move_to_end(channel)
        yield from _hear(history, channel, room, message, number, answered)
        while len(rooms) > ROOMS:
            yield from _rest(history, *rooms.popitem(last=False))
    for channel, room in rooms.items():
        yield from _rest(history, channel, room)
    yield from last.values()


def _hear(history: History, channel: str, room: _Room, message: Message, number: int, answered: str) -> Iterator[Told]:
    line = Line(message.author, message.text, account(history, message.author)[1], message.at, message.mentions)
    said = Said(line, answered, in_thread=bool(message.thread))
    asks = is_to_everybody(said) and puts_a_question(message.text)
    spared = replace(said, line=replace(line, text="", mentions=(*message.mentions, *message.quotes)))
    is_heard = room.flow.takes(said)
    room.waiting.append(_Waiting(number, message.id, message.author, message.at, spared, asks, is_heard))
    if is_heard:
        room.heard.append(said.in_flow)
    if len(room.waiting) >= WAITING:
        yield from _rest(history, channel, room)
    elif len(room.heard) >= AT_ONCE:
        heard, room.heard = room.heard, []
        yield from _shown(history, channel, room, room.answers.hear_all(heard))
    else:
        yield from _shown(history, channel, room, [])


def _rest(history: History, channel: str, room: _Room) -> Iterator[Told]:
    heard, room.heard = room.heard, []
    yield from _shown(history, channel, room, [*room.answers.hear_all(heard), *room.answers.rest()])


def _shown(history: History, channel: str, room: _Room, found: list[tuple[Guess, ...]]) -> Iterator[Told]:
    """Tells of messages that need not wait any more, in their order; `found` is of those of the flow."""
    guesses = iter(found)
    while room.waiting:
        of = next(guesses, None) if room.waiting[0].is_heard else ()
        if of is None:
            return
        each = room.waiting.popleft()
        whom = [id for id in inferred(each.said, of) if not is_bot(history, id)]
        yield from _told(history, channel, each, whom)


def _told(history: History, channel: str, each: _Waiting, whom: list[str]) -> Iterator[Told]:
    if not whom and not each.asks:
        return
    author, name = account(history, each.author)
    people = [account(history, id) for id in whom]
    keys, names = [key for key, _ in people], [known for _, known in people]
    once = f"{channel}:{each.id}"
    left = {id for id in (each.author, *whom) if id in history.people and history.people[id].has_left}
    yield Told(
        *(channel, each.number, author, name, each.at),
        ties=tuple(ties.inferred(once, author, keys, channel, each.at, name, names)),
        gone=tuple(account(history, id)[0] for id in left),
        asked=Asked(once, author, channel, each.at, name) if each.asks and not whom else None,
    )

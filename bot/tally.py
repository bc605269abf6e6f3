"""Counts who acts towards whom, without a write for each message: what is only counted is written in batches.

Ties are seen in channels that the bot was invited to, never in direct or group conversations, and never with what was
said. In channels that talk without threads it is inferred who is answered, beside the event loop: until the next batch
what was said waits in memory, and after that the different words of a room's last 50 lines. A crash loses at most what
was seen since the last batch; a repeat is counted once.
"""

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.port import Account, Inbound, MessagePosted, MessageRef, ReactionAdded
from bot.errors import report
from knowledge.mining.flow import Rooms, Said, is_to_everybody
from knowledge.mining.threads import puts_a_question, thanks_only
from knowledge.mining.turns import Line
from knowledge.models import TieKind
from knowledge.store import Store, StoreUnavailable, communities, ties
from knowledge.store.ties import Asked, Seen

BATCH = 500
"""Ties that are written at once, at the latest; a tick writes fewer."""

KEPT = 20_000
"""Ties that wait in memory while the database takes none; older ones are let go."""

NAMES = 10_000
"""Names of people that are remembered, of those who wrote last."""

_log = logging.getLogger("tacit.tally")


@dataclass(slots=True)
class _Waiting:
    """What a space showed since the last batch."""

    seen: list[Seen] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    said: list[MessagePosted] = field(default_factory=list)


class Tally:
    """Ties that were seen and not yet written.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, _Waiting] = defaultdict(_Waiting)
        self._rooms = Rooms()
        self._names: OrderedDict[str, str] = OrderedDict()
        self._listening = asyncio.Lock()

    def count(self, event: Inbound) -> bool:
        """Takes the ties that an event shows; True when a batch is full."""
        if not isinstance(event, MessagePosted | ReactionAdded):
            return False
        waiting = self._waiting[event.who.space.key]
        waiting.seen.extend(ties_of(event))
        if isinstance(event, MessagePosted) and not (event.direct or event.to_bot or event.post.by_bot):
            waiting.said.append(event)
            self._meet(event.who)
        return max(len(waiting.seen), len(waiting.said)) >= BATCH

    def _meet(self, who: Account) -> None:
        """Remembers what somebody goes by, for when they are answered before anything else is known of them."""
        self._names[who.key] = who.name
        self._names.move_to_end(who.key)
        if len(self._names) > NAMES:
            self._names.popitem(last=False)

    async def write(self, now: datetime) -> None:
        """Writes what waits. Never raises: what cannot be written now waits for the next batch."""
        for space in list(self._waiting):
            waiting = self._waiting.pop(space)
            try:
                await self._look(waiting)
                community = await communities.community_of_space(self._store, space)
                if (waiting.seen or waiting.asked) and community is not None:
                    async with self._store.write(community, now) as work:
                        await ties.note_ties(work, waiting.seen, waiting.asked)
            except StoreUnavailable as error:
                _log.warning("ties wait: %s", error)
                since = self._waiting[space]
                since.seen = [*waiting.seen, *since.seen][-KEPT:]
                since.asked = [*waiting.asked, *since.asked][-KEPT:]
            except Exception as error:
                report(error, "tally", _log)

    async def _look(self, waiting: _Waiting) -> None:
        """Takes from what was said whom it answers and what was asked; the texts are let go of.

        Never raises: what the chat itself shows is written whatever becomes of this.
        """
        said, waiting.said = waiting.said, []
        if not said:
            return
        try:
            async with self._listening:
                seen, asked = await asyncio.to_thread(look, self._rooms, said)
            waiting.seen += [replace(each, to_name=self._names.get(each.to_account, "")) for each in seen]
            waiting.asked += asked
        except Exception as error:
            report(error, "tally", _log)


def ties_of(event: MessagePosted | ReactionAdded) -> Iterator[Seen]:
    """Gives the ties that an event shows: answering, mentioning, quoting or thanking somebody, reacting to somebody.

    Nobody has a tie to themself, and a reply that mentions whom it answers is one reply. A reply or mention that does
    little more than thank is thanks; it goes by the same key, so that nothing is counted twice.
    """
    if isinstance(event, ReactionAdded):
        if event.author is not None and not event.message.room.direct:
            yield from _tie(TieKind.REACTION, event.who, event.author, event.message, event.at)
        return
    if event.direct:
        return
    if event.answers is not None:
        yield from _said(TieKind.REPLY, event, event.answers)
    for mentioned in event.post.mentions:
        if mentioned != event.answers:
            yield from _said(TieKind.MENTION, event, mentioned)
    for quoted in event.post.quotes:
        yield from _tie(TieKind.QUOTE, event.who, quoted, event.post.ref, event.at)


def look(rooms: Rooms, events: Sequence[MessagePosted]) -> tuple[list[Seen], list[Asked]]:
    """Gives the ties of messages that answer somebody without saying so, and the questions that were put to a room."""
    by_room: dict[str, list[MessagePosted]] = defaultdict(list)
    for event in events:
        by_room[event.post.ref.room.key].append(event)
    seen: list[Seen] = []
    asked: list[Asked] = []
    for room, posted in by_room.items():
        said = [_line(each) for each in posted]
        for event, line, whom in zip(posted, said, rooms.hear(room, said), strict=True):
            key, who = event.post.ref.key, event.who
            seen += ties.inferred(key, who.key, whom, room, event.at, who.name)
            if not whom and is_to_everybody(line) and puts_a_question(event.post.text):
                asked.append(Asked(key, who.key, room, event.at, who.name))
    return seen, asked


def _line(event: MessagePosted) -> Said:
    mentions = tuple(each.key for each in (*event.post.mentions, *event.post.quotes))
    line = Line(event.who.key, event.post.text, event.who.name, event.at, mentions)
    answers = event.answers.key if event.answers is not None else ""
    return Said(line, answers, in_thread=bool(event.post.ref.room.thread_id))


def _said(kind: TieKind, event: MessagePosted, whom: Account) -> Iterator[Seen]:
    for tie in _tie(kind, event.who, whom, event.post.ref, event.at):
        yield replace(tie, kind=TieKind.THANKS) if thanks_only(event.post.text) else tie


def _tie(kind: TieKind, who: Account, whom: Account, message: MessageRef, at: datetime) -> Iterator[Seen]:
    if who != whom:
        by = f":{who.id}" if kind is TieKind.REACTION else ""
        once = f"{message.key}:{kind}:{whom.id}{by}"
        yield Seen(once, kind, who.key, whom.key, message.room.key, at, who.name, whom.name)

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
from dataclasses import replace
from datetime import datetime

from adapters.port import Account, Inbound, MessagePosted, MessageRef, ReactionAdded
from bot.errors import report
from knowledge.mining.flow import Rooms, Said
from knowledge.mining.threads import thanks_only
from knowledge.mining.turns import Line
from knowledge.models import TieKind
from knowledge.store import Store, StoreUnavailable, communities, ties
from knowledge.store.ties import Seen

BATCH = 500
"""Ties that are written at once, at the latest; a tick writes fewer."""

KEPT = 20_000
"""Ties that wait in memory while the database takes none; older ones are let go."""

NAMES = 10_000
"""Names of people that are remembered, of those who wrote last."""

_log = logging.getLogger("tacit.tally")


class Tally:
    """Ties that were seen and not yet written.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, list[Seen]] = defaultdict(list)
        self._said: dict[str, list[MessagePosted]] = defaultdict(list)
        self._rooms = Rooms()
        self._names: OrderedDict[str, str] = OrderedDict()
        self._listening = asyncio.Lock()

    def count(self, event: Inbound) -> bool:
        """Takes the ties that an event shows; True when a batch is full."""
        if not isinstance(event, MessagePosted | ReactionAdded):
            return False
        space = event.who.space.key
        self._waiting[space].extend(ties_of(event))
        if isinstance(event, MessagePosted) and not (event.direct or event.to_bot or event.post.by_bot):
            self._said[space].append(event)
            self._meet(event.who)
        return len(self._waiting[space]) >= BATCH or len(self._said[space]) >= BATCH

    def _meet(self, who: Account) -> None:
        """Remembers what somebody goes by, for when they are answered before anything else is known of them."""
        self._names[who.key] = who.name
        self._names.move_to_end(who.key)
        if len(self._names) > NAMES:
            self._names.popitem(last=False)

    async def write(self, now: datetime) -> None:
        """Writes what waits. Never raises: what cannot be written now waits for the next batch."""
        for space in list(self._waiting):
            seen, said = self._waiting.pop(space), self._said.pop(space, [])
            try:
                if said:
                    async with self._listening:
                        more = await asyncio.to_thread(inferred_ties, self._rooms, said)
                    seen += [replace(each, to_name=self._names.get(each.to_account, "")) for each in more]
                community = await communities.community_of_space(self._store, space)
                if seen and community is not None:
                    async with self._store.write(community, now) as work:
                        await ties.note_ties(work, seen)
            except StoreUnavailable as error:
                _log.warning("ties wait: %s", error)
                self._waiting[space] = [*seen, *self._waiting[space]][-KEPT:]
            except Exception as error:
                report(error, "tally", _log)


def ties_of(event: MessagePosted | ReactionAdded) -> Iterator[Seen]:
    """Gives the ties that an event shows: answering, mentioning or thanking somebody, reacting to somebody.

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


def inferred_ties(rooms: Rooms, events: Sequence[MessagePosted]) -> list[Seen]:
    """Gives the ties of messages that answer somebody without saying so, in rooms that talk without threads."""
    by_room: dict[str, list[MessagePosted]] = defaultdict(list)
    for event in events:
        by_room[event.post.ref.room.key].append(event)
    return [
        tie
        for room, posted in by_room.items()
        for event, whom in zip(posted, rooms.hear(room, [_line(each) for each in posted]), strict=True)
        for tie in ties.inferred(event.post.ref.key, event.who.key, whom, room, event.at, event.who.name)
    ]


def _line(event: MessagePosted) -> Said:
    mentions = tuple(each.key for each in event.post.mentions)
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

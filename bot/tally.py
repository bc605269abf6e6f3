"""Counts who acts towards whom, without a write for each message: what is only counted is written in batches.

Ties are seen in channels that the bot was invited to, never in direct or group conversations, and never with what was
said. A crash loses at most what was seen since the last batch; a repeat is counted once.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from adapters.port import Account, Inbound, MessagePosted, MessageRef, ReactionAdded
from bot.errors import report
from knowledge.mining.threads import thanks_only
from knowledge.models import TieKind
from knowledge.store import Store, StoreUnavailable, communities, ties
from knowledge.store.ties import Seen

BATCH = 500
"""Ties that are written at once, at the latest; a tick writes fewer."""

KEPT = 20_000
"""Ties that wait in memory while the database takes none; older ones are let go."""

_log = logging.getLogger("tacit.tally")


class Tally:
    """Ties that were seen and not yet written.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, list[Seen]] = defaultdict(list)

    def count(self, event: Inbound) -> bool:
        """Takes the ties that an event shows; True when a batch is full."""
        if not isinstance(event, MessagePosted | ReactionAdded):
            return False
        waiting = self._waiting[event.who.space.key]
        waiting.extend(ties_of(event))
        return len(waiting) >= BATCH

    async def write(self, now: datetime) -> None:
        """Writes what waits. Never raises: what cannot be written now waits for the next batch."""
        for space in list(self._waiting):
            seen = self._waiting.pop(space)
            try:
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


def _said(kind: TieKind, event: MessagePosted, whom: Account) -> Iterator[Seen]:
    for tie in _tie(kind, event.who, whom, event.post.ref, event.at):
        yield replace(tie, kind=TieKind.THANKS) if thanks_only(event.post.text) else tie


def _tie(kind: TieKind, who: Account, whom: Account, message: MessageRef, at: datetime) -> Iterator[Seen]:
    if who != whom:
        by = f":{who.id}" if kind is TieKind.REACTION else ""
        once = f"{message.key}:{kind}:{whom.id}{by}"
        yield Seen(once, kind, who.key, whom.key, message.room.key, at, who.name, whom.name)

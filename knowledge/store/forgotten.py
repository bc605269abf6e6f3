"""Who was forgotten: digests of accounts, of the names that went with them and of tips that went too.

They are there so that no import, tie, mention or restored backup brings somebody back. A digest says nothing of who it
was, but it answers whether a given account was forgotten. What forgetting does is `forget`'s matter.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from knowledge.models import Community, Forgetting, Forgotten
from knowledge.store.engine import write_once
from knowledge.store.work import Store, Work

AT_ONCE = 500
"""Digests that one statement asks for."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What has to outlive a database that is replaced: (digest, community, when), and (community, when, tips kept)."""

    digests: tuple[tuple[str, int, datetime], ...]
    forgettings: tuple[tuple[int, datetime, bool], ...]


def digest_of(community: int, what: str) -> str:
    """The digest of an account's key, or of what `of_name` and `of_tip` give."""
    return hashlib.sha256(f"{community}:{what}".encode()).hexdigest()


def of_name(name: str) -> str:
    """How a name is known here, in whatever case it is written."""
    return f"name:{' '.join(name.split()).casefold()}"


def of_tip(external_id: str) -> str:
    """How a tip is known here that files call `external_id`."""
    return f"tip:{external_id}"


async def forgotten_among(work: Work, whats: Collection[str]) -> set[str]:
    """Says which of these (account keys, `of_name`, `of_tip`) were forgotten."""
    digests = {digest_of(work.community, what): what for what in whats}
    found: set[str] = set()
    for some in _in_parts(list(digests)):
        query = select(Forgotten.digest).where(Forgotten.community_id == work.community)
        found |= {digests[each] for each in (await work.session.exec(query.where(col(Forgotten.digest).in_(some))))}
    return found


async def note_forgotten(work: Work, whats: Iterable[str], *, tips_kept: bool) -> None:
    """Notes that somebody was forgotten now: their accounts and names, the tips that went with them."""
    for digest in sorted({digest_of(work.community, what) for what in whats}):
        query = select(Forgotten).where(Forgotten.digest == digest, Forgotten.community_id == work.community)
        row = (await work.session.exec(query)).first() or Forgotten(digest=digest, community_id=work.community)
        row.at = work.now
        work.session.add(row)
    work.session.add(Forgetting(community_id=work.community, at=work.now, tips_kept=tips_kept))
    await work.session.flush()


async def forgettings(work: Work, since: datetime) -> list[datetime]:
    """Lists when somebody asked to be forgotten, from `since` on: all that coordinators are told of it."""
    query = select(Forgetting.at).where(Forgetting.community_id == work.community, Forgetting.at >= since)
    return list((await work.session.exec(query.order_by(col(Forgetting.at)))).all())


async def tips_were_kept(work: Work, at: datetime) -> bool:
    """What somebody chose who was forgotten at a moment: True where that is not known."""
    query = select(Forgetting.tips_kept).where(Forgetting.community_id == work.community, Forgetting.at == at)
    return all((await work.session.exec(query)).all())


async def when_forgotten(work: Work, accounts: Collection[str]) -> dict[str, datetime]:
    """Says which of these accounts were forgotten, and when."""
    digests = {digest_of(work.community, account): account for account in accounts}
    found: dict[str, datetime] = {}
    for some in _in_parts(list(digests)):
        query = select(Forgotten).where(Forgotten.community_id == work.community, col(Forgotten.digest).in_(some))
        found |= {digests[row.digest]: row.at for row in (await work.session.exec(query))}
    return found


async def read_tombstones(store: Store) -> Tombstones:
    """Reads who was forgotten in the whole installation, before its database is replaced by an older one."""
    async with store.session(reading=True) as session:
        digests = (await session.exec(select(Forgotten.digest, Forgotten.community_id, Forgotten.at))).all()
        asked = (await session.exec(select(Forgetting.community_id, Forgetting.at, Forgetting.tips_kept))).all()
    return Tombstones(tuple((*each,) for each in digests), tuple((*each,) for each in asked))


async def add_tombstones(store: Store, tombstones: Tombstones) -> None:
    """Writes what `read_tombstones` gave into the database that took its place; communities it lacks are left out."""
    async with store.session() as session:
        here = set((await session.exec(select(Community.id))).all())
        for digest, community, at in tombstones.digests:
            if community in here:
                await write_once(session, Forgotten(digest=digest, community_id=community, at=at))
        known = set((await session.exec(select(Forgetting.community_id, Forgetting.at))).all())
        session.add_all(
            Forgetting(community_id=community, at=at, tips_kept=kept)
            for community, at, kept in tombstones.forgettings
            if community in here and (community, at) not in known
        )


def _in_parts(digests: Sequence[str]) -> Iterable[Sequence[str]]:
    return (digests[start : start + AT_ONCE] for start in range(0, len(digests), AT_ONCE))

"""One-time links, and the browsers in which members are signed in. Of every secret only the digest is kept.

A link is good once and for ten minutes. A session ends after an hour without use, after twelve hours in any case, when
somebody signs out, and when they leave. Source: OWASP ASVS 5.0, V7.3 (both limits are asked for; the lengths are ours:
a shift, and what somebody may leave a shared computer alone for).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from knowledge.models import BrowserSession, CalendarFeed, Member, SignIn
from knowledge.store import members
from knowledge.store.work import Store, Work

LINK_LASTS = timedelta(minutes=10)
IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""Not every request is written down: so much of the idle time may be missing."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in: the community, the member as they are now, and the key of the account they came by."""

    community: int
    member: Member
    account: str


async def offer_link(work: Work, account: str, secret: str) -> None:
    """Keeps a one-time link for whoever has `account`; it replaces their earlier one."""
    found = await members.find_account(work, account)
    if found is None:
        return
    old = (col(SignIn.member_id) == found.member_id, col(SignIn.community_id) == work.community)
    await work.session.exec(delete(SignIn).where(*old))
    work.session.add(
        SignIn(
            digest=digest_of(secret),
            community_id=work.community,
            member_id=found.member_id,
            account=account,
            expires_at=work.now + LINK_LASTS,
        )
    )
    await work.session.flush()


async def whose_link(work: Work, secret: str) -> Member | None:
    """Says whose link it is; None where it is used, too old or none."""
    row = await _link(work, secret)
    return None if row is None else await _here(work, row.member_id)


async def begin_session(work: Work, link: str, secret: str) -> SignedIn | None:
    """Signs in by a link, which is good no more; None where it was good no more before."""
    row = await _link(work, link)
    if row is None:
        return None
    used = delete(SignIn).where(col(SignIn.digest) == row.digest, col(SignIn.community_id) == work.community)
    result = await work.session.exec(used)
    member = await _here(work, row.member_id)
    if member is None or not result.rowcount:
        return None
    work.session.add(
        BrowserSession(
            digest=digest_of(secret),
            community_id=work.community,
            member_id=row.member_id,
            account=row.account,
            begun_at=work.now,
            seen_at=work.now,
        )
    )
    await work.session.flush()
    return SignedIn(work.community, member, row.account)


async def find_session(work: Work, secret: str) -> tuple[SignedIn, bool] | None:
    """Finds who is signed in under a secret, and whether it is time to write down that they were seen.

    None where nobody is any more.
    """
    row = await _session(work, secret)
    if row is None or work.now >= min(row.seen_at + IDLE, row.begun_at + LONGEST):
        return None
    member = await _here(work, row.member_id)
    if member is None:
        return None
    return SignedIn(work.community, member, row.account), work.now - row.seen_at >= SEEN_AGAIN_AFTER


async def note_seen(work: Work, secret: str) -> None:
    """Notes that somebody who is signed in did something now."""
    row = await _session(work, secret)
    if row is not None:
        row.seen_at = work.now


async def end_session(work: Work, secret: str) -> None:
    """Signs out one browser."""
    here = (col(BrowserSession.digest) == digest_of(secret), col(BrowserSession.community_id) == work.community)
    await work.session.exec(delete(BrowserSession).where(*here))


async def end_sessions_of(work: Work, member: int) -> int:
    """Signs a member out of every browser, and lets no link of theirs sign in; says of how many."""
    for table in (SignIn, BrowserSession):
        theirs = (col(table.member_id) == member, col(table.community_id) == work.community)
        result = await work.session.exec(delete(table).where(*theirs))
    return int(result.rowcount)


async def end_sessions_by(work: Work, accounts: Collection[str]) -> None:
    """Ends the sessions that began by some accounts, and their links: whoever has those is not the same member now."""
    for table in (SignIn, BrowserSession):
        theirs = (col(table.account).in_(accounts), col(table.community_id) == work.community)
        await work.session.exec(delete(table).where(*theirs))


async def let_go_of_browsers(work: Work, member: int) -> None:
    """Lets go of every link, session and calendar feed of a member who becomes one with another."""
    for table in (SignIn, BrowserSession, CalendarFeed):
        theirs = (col(table.member_id) == member, col(table.community_id) == work.community)
        await work.session.exec(delete(table).where(*theirs))


async def end_every_session(store: Store) -> None:
    """Signs everybody out: what a backup brings back is good no more."""
    async with store.session() as session:
        for table in (SignIn, BrowserSession):
            await session.exec(delete(table))


async def offer_feed(work: Work, member: int, secret: str) -> None:
    """Keeps the secret address for a member's calendar; the earlier one shows nothing from now on."""
    theirs = (col(CalendarFeed.member_id) == member, col(CalendarFeed.community_id) == work.community)
    await work.session.exec(delete(CalendarFeed).where(*theirs))
    digest = digest_of(secret)
    work.session.add(CalendarFeed(digest=digest, community_id=work.community, member_id=member, made_at=work.now))
    await work.session.flush()


async def has_feed(work: Work, member: int) -> bool:
    """Whether a member has a secret address for their calendar."""
    query = select(CalendarFeed.digest).where(CalendarFeed.community_id == work.community)
    return (await work.session.exec(query.where(CalendarFeed.member_id == member))).first() is not None


async def whose_feed(work: Work, secret: str) -> Member | None:
    """Says whose calendar reads under a secret address; None where it is replaced, or they left."""
    query = select(CalendarFeed).where(CalendarFeed.community_id == work.community)
    row = (await work.session.exec(query.where(CalendarFeed.digest == digest_of(secret)))).first()
    return None if row is None else await _here(work, row.member_id)


def digest_of(secret: str) -> str:
    """The digest of a secret: it has 256 bits of chance, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _link(work: Work, secret: str) -> SignIn | None:
    query = select(SignIn).where(SignIn.digest == digest_of(secret), SignIn.community_id == work.community)
    row = (await work.session.exec(query)).first()
    return None if row is None or row.expires_at <= work.now else row


async def _session(work: Work, secret: str) -> BrowserSession | None:
    query = select(BrowserSession).where(BrowserSession.community_id == work.community)
    return (await work.session.exec(query.where(BrowserSession.digest == digest_of(secret)))).first()


async def _here(work: Work, member: int) -> Member | None:
    found = await members.find_member(work, member)
    return None if found is None or found.left_at is not None else found

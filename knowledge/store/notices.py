"""The outbox's rows: what is owed to members and rooms, written in the transaction that makes it so.

A row is taken for one try at a time, under a lease: whoever took it settles it, and one whose process died is taken
again when its lease is over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, or_, select

from knowledge.models import Notice, NoticeState
from knowledge.store.engine import write_once
from knowledge.store.work import Store, Work

OPEN = (NoticeState.PENDING, NoticeState.SENDING)

HELD = ("paused", "quiet", "budget", "ignored")
"""Why a notice waits that is unasked, where the member or the days can change it."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """Something that a member was sent unasked: what sort, when, and whether they did something with the bot since."""

    nudge: str
    at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is owed and due, in the whole installation: how much, and since when the oldest waits."""

    due: int
    oldest: datetime | None


async def owe(
    work: Work,
    name: str,
    member: int | None,
    subject: dict[str, Any],
    *,
    once: str,
    room: str = "",
    edits: str = "",
    due: datetime | None = None,
) -> None:
    """Owes a member, or the room with the key `room`, a notice. The same `once` is never owed twice.

    Args:
        work: the piece of work that makes it so.
        name: `feature.notice`.
        member: whom it is owed to; None where it is owed to a room.
        subject: ids, numbers and addresses that its writer needs; no words.
        once: under which nothing is owed twice.
        room: the channel's key.
        edits: key of the bot's message in that room, or to that member, that it replaces.
        due: when it is to be sent; None for now.
    """
    row = Notice(
        community_id=work.community,
        name=name,
        member_id=member,
        subject=subject,
        once=once,
        room=room,
        edits=edits,
        due_at=due or work.now,
    )
    await write_once(work.session, row)


async def communities_with_due(store: Store, now: datetime) -> list[int]:
    """Lists the communities that owe somebody something now."""
    async with store.session(reading=True) as session:
        query = select(Notice.community_id).where(col(Notice.state).in_(OPEN), Notice.due_at <= now).distinct()
        return list((await session.exec(query)).all())


async def backlog(store: Store, now: datetime) -> Backlog:
    """Counts what is due and not delivered, for those who look after the installation."""
    async with store.session(reading=True) as session:
        query = select(func.count(), func.min(Notice.due_at)).where(col(Notice.state).in_(OPEN), Notice.due_at <= now)
        due, oldest = (await session.exec(query)).one()
        return Backlog(due, oldest)


async def due_notices(work: Work, *, limit: int = 50) -> list[Notice]:
    """Lists what is due, oldest first."""
    query = (
        select(Notice)
        .where(Notice.community_id == work.community, col(Notice.state).in_(OPEN), Notice.due_at <= work.now)
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit)
    )
    return list((await work.session.exec(query)).all())


async def take_notice(
    work: Work,
    notice: int,
    *,
    lease: timedelta = timedelta(minutes=2),
    nudges: Mapping[str, str] = MappingProxyType({}),
) -> Notice | None:
    """Takes a due notice for one try; no other process takes it before the lease is over.

    `nudges` says which names are of what unasked sort; the others were asked for.
    """
    query = select(Notice).where(Notice.id == notice, Notice.community_id == work.community).with_for_update()
    row = (await work.session.exec(query.execution_options(populate_existing=True))).first()
    if row is None or row.state not in OPEN or row.due_at > work.now:
        return None
    row.state = NoticeState.SENDING
    row.nudge = nudges.get(row.name, "")
    row.tries += 1
    row.tried_at = row.tried_at or work.now
    row.due_at = work.now + lease
    await work.session.flush()
    return row


async def hold_notice(work: Work, taken: Notice, *, until: datetime, why: str) -> None:
    """Puts a notice off that was taken and not tried: it is not its time yet."""
    tried_at = taken.tried_at if taken.tries > 1 else None
    await _change(work, taken, tries=taken.tries - 1, tried_at=tried_at, due_at=until, held=why)


async def retry_notice(work: Work, taken: Notice, *, at: datetime, why: str) -> None:
    """Puts a notice off whose try did not work, or whose outcome is not known."""
    await _change(work, taken, due_at=at, held=why)


async def settle_notice(work: Work, taken: Notice, *, message: str = "") -> None:
    """Notes that a notice was sent, and as which message."""
    await _change(work, taken, state=NoticeState.SENT, sent_at=work.now, message=message, held="")


async def drop_notice(work: Work, taken: Notice, *, why: str) -> None:
    """Notes that a notice will not be sent."""
    await _change(work, taken, state=NoticeState.DROPPED, held=why)


async def _change(work: Work, taken: Notice, *, state: NoticeState = NoticeState.PENDING, **values: Any) -> None:
    """Changes a notice that this process took; one that another took meanwhile is theirs."""
    mine = update(Notice).where(col(Notice.id) == taken.id, col(Notice.community_id) == work.community)
    mine = mine.where(col(Notice.state) == NoticeState.SENDING, col(Notice.tries) == taken.tries)
    await work.session.exec(mine.values(state=state, **values))


async def unasked_since(work: Work, member: int, since: datetime, *, but: int | None = None) -> list[Unasked]:
    """Lists what a member was sent unasked since then, newest first; what is on its way counts as sent now."""
    query = select(Notice).where(
        Notice.community_id == work.community,
        Notice.member_id == member,
        Notice.nudge != "",
        or_(
            (col(Notice.state) == NoticeState.SENT) & (col(Notice.sent_at) > since),
            (col(Notice.state) == NoticeState.SENDING) & (col(Notice.id) != (but or 0)),
        ),
    )
    rows: Sequence[Notice] = (await work.session.exec(query)).all()
    found = [Unasked(row.nudge, row.sent_at or work.now, row.answered_at is not None) for row in rows]
    return sorted(found, key=lambda each: each.at, reverse=True)


async def unasked_of(work: Work, members: Collection[int], since: datetime) -> dict[int, list[Unasked]]:
    """Lists what these members were sent unasked since then, newest first, by member."""
    query = select(Notice).where(Notice.community_id == work.community, Notice.nudge != "")
    query = query.where(col(Notice.member_id).in_(members), col(Notice.sent_at) > since)
    found: dict[int, list[Unasked]] = {member: [] for member in members}
    for row in (await work.session.exec(query.order_by(col(Notice.sent_at).desc()))).all():
        if row.state is NoticeState.SENT and row.member_id is not None and row.sent_at is not None:
            found[row.member_id].append(Unasked(row.nudge, row.sent_at, row.answered_at is not None))
    return found


async def note_answered(work: Work, member: int) -> None:
    """Notes that a member did something with the bot: what they were sent before was not ignored."""
    sent = update(Notice).where(col(Notice.community_id) == work.community, col(Notice.member_id) == member)
    sent = sent.where(col(Notice.sent_at).is_not(None), col(Notice.answered_at).is_(None))
    await work.session.exec(sent.values(answered_at=work.now))
    await reconsider(work, member, held=("ignored",))


async def reconsider(work: Work, member: int, *, held: Collection[str] = HELD) -> None:
    """Has what a member's notices wait for looked at now, because what it was worked out from has changed."""
    waiting = update(Notice).where(col(Notice.community_id) == work.community, col(Notice.member_id) == member)
    waiting = waiting.where(col(Notice.state) == NoticeState.PENDING, col(Notice.held).in_(held))
    await work.session.exec(waiting.where(col(Notice.due_at) > work.now).values(due_at=work.now))


async def take_back(work: Work, once: str) -> None:
    """Has what is owed under `once` not be said, unless it was said or is being said."""
    owed = update(Notice).where(col(Notice.community_id) == work.community, col(Notice.once) == once)
    owed = owed.where(col(Notice.state) == NoticeState.PENDING)
    await work.session.exec(owed.values(state=NoticeState.DROPPED, held="taken back"))


async def look_before_saying(store: Store) -> None:
    """Has everything that is owed looked for in the chats before it is said: it may have been said since a backup."""
    async with store.session() as session:
        tried = {"tries": func.coalesce(func.nullif(col(Notice.tries), 0), 1), "held": "restored"}
        began = {"tried_at": func.coalesce(col(Notice.tried_at), col(Notice.due_at))}
        await session.exec(update(Notice).where(col(Notice.state).in_(OPEN)).values(**tried, **began))


async def owed_of(work: Work, names: Collection[str], members: Collection[int]) -> dict[int, list[Notice]]:
    """Lists the notices of these names that members were owed, whatever became of them, the newest first, by member."""
    query = select(Notice).where(Notice.community_id == work.community, col(Notice.name).in_(names))
    query = query.where(col(Notice.member_id).in_(members)).order_by(col(Notice.id).desc())
    found: dict[int, list[Notice]] = {member: [] for member in members}
    for row in (await work.session.exec(query)).all():
        assert row.member_id is not None
        found[row.member_id].append(row)
    return found


async def try_again(work: Work, names: Collection[str], member: int) -> None:
    """Has it forgotten why notices of these names did not reach a member: they ask for more of them."""
    gone = update(Notice).where(col(Notice.community_id) == work.community, col(Notice.member_id) == member)
    gone = gone.where(col(Notice.name).in_(names), col(Notice.state) == NoticeState.DROPPED)
    await work.session.exec(gone.values(held="passed"))


async def owed_since(work: Work, name: str, since: datetime) -> set[int]:
    """Lists the members who were owed a notice of this name since then."""
    query = select(Notice.member_id).where(Notice.community_id == work.community, Notice.name == name)
    return {each for each in (await work.session.exec(query.where(Notice.due_at > since))).all() if each is not None}


async def still_owed(work: Work, name: str) -> list[Notice]:
    """Lists the notices of this name that are not delivered yet."""
    query = select(Notice).where(Notice.community_id == work.community, Notice.name == name)
    return list((await work.session.exec(query.where(col(Notice.state).in_(OPEN)))).all())


async def last_sent(work: Work, name: str, member: int) -> datetime | None:
    """Says when a member was last owed a notice of this name."""
    query = (
        select(Notice.due_at)
        .where(Notice.community_id == work.community, Notice.name == name, Notice.member_id == member)
        .order_by(col(Notice.due_at).desc())
        .limit(1)
    )
    return (await work.session.exec(query)).first()


async def message_of(work: Work, once: str) -> str:
    """The key of the message as which the notice that is known under `once` was sent; empty where it was not."""
    query = select(Notice.message).where(Notice.community_id == work.community, Notice.once == once)
    return (await work.session.exec(query.where(Notice.state == NoticeState.SENT))).first() or ""


async def count_owed(work: Work, name: str, member: int, once: str) -> int:
    """Counts the notices of this name that a member was owed under something that begins with `once`."""
    query = select(func.count()).where(Notice.community_id == work.community, Notice.name == name)
    begins = col(Notice.once).startswith(once, autoescape=True)
    return (await work.session.exec(query.where(Notice.member_id == member, begins))).one()


async def was_met(work: Work, member: int) -> bool:
    """Whether a member was sent anything before: at first meeting the bot says what it is."""
    query = select(Notice.id).where(
        Notice.community_id == work.community, Notice.member_id == member, Notice.state == NoticeState.SENT
    )
    return (await work.session.exec(query.limit(1))).first() is not None

"""Forgetting a person, whole: one transaction that empties every place in which they stand.

Rows of theirs go or name nobody, as `holdings` describes; `letting_go` sees to their tips. What others wrote stays, but
for mentions of them. The bot's messages in rooms that still show them are owed an edit in the same transaction. What is
in the chats themselves, in files that were exported and in backups is out of reach.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, update
from sqlmodel import col, func, select

from knowledge.models import Account, Delivery, Member, metadata
from knowledge.store import communities, forgotten, letting_go, members, notices, unnaming
from knowledge.store.holdings import Fate, named_in, places
from knowledge.store.said_in_rooms import Post, posts_that_show
from knowledge.store.unnaming import Person
from knowledge.store.work import FORGET, Store, Work

CLEANED = "me.cleaned"
"""Under which notice the bot's messages in rooms are owed an edit; the feature `me` writes what replaces them."""

CHECKPOINTS = 3
"""How often SQLite is asked to empty its log while somebody reads it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a forgetting did, in plain numbers.

    Attributes:
        tips_kept: tips that stay without their name.
        tips_deleted: tips that went as a whole.
        tips_shortened: tips of several people that lost their part.
        drafts: drafts that went.
        questions: that they had asked.
        confirmations: their words on tips.
        comments: under tips.
        ties: that were counted from or to them, old months as one each.
        accounts: that are known no more.
        posts: messages of the bot in rooms that show them; each is owed an edit.
    """

    tips_kept: int = 0
    tips_deleted: int = 0
    tips_shortened: int = 0
    drafts: int = 0
    questions: int = 0
    confirmations: int = 0
    comments: int = 0
    ties: int = 0
    accounts: int = 0
    posts: tuple[Post, ...] = field(default=())


async def forget_member(work: Work, member: int, *, keep_tips: bool) -> Done:
    """Forgets a member, for good; nothing happens where there is none of this id.

    Args:
        work: the whole of it is one transaction.
        member: the member's id.
        keep_tips: whether their tips stay without their name; else they go with everything else.
    """
    person = await _person(work, member)
    if person is None:
        return Done()
    posts, gone = await posts_that_show(work, person), await _count(work, member)
    await unnaming.unquote(work, person, keep_tips=keep_tips)
    tips = await letting_go.let_go_of_tips(work, member, keep_tips=keep_tips)
    await unnaming.take_out(work, person)
    await _forget_deliveries(work, person)
    await _empty_places(work, member)
    known_as = {*person.accounts, *map(forgotten.of_name, person.names), *map(forgotten.of_tip, tips.known_as)}
    await forgotten.note_forgotten(work, known_as, tips_kept=keep_tips)
    for post in posts:
        await _owe_edit(work, post)
    work.session.info[FORGET] = True
    return Done(
        tips_kept=tips.kept,
        tips_deleted=tips.deleted,
        tips_shortened=tips.shortened,
        drafts=tips.drafts,
        questions=gone["question"],
        confirmations=gone["confirmation"],
        comments=gone["comment"],
        ties=gone["tie"] + gone["tiemonth"],
        accounts=gone["account"],
        posts=posts,
    )


async def forget_again(store: Store, now: datetime) -> int:
    """Forgets everybody anew whom an older backup brought back; says how many.

    Who came back by themself after they were forgotten stays.
    """
    count = 0
    for community, _ in await communities.list_communities(store):
        async with store.write(community, now) as work:
            for member, keep_tips in await _brought_back(work):
                await forget_member(work, member, keep_tips=keep_tips)
                count += 1
    if count:
        await wipe(store)
    return count


async def wipe(store: Store) -> bool:
    """Empties SQLite's log, in which deleted words would stand for a while; says whether nobody was in the way.

    PostgreSQL takes its old rows away by itself. Source: sqlite.org, *PRAGMA wal_checkpoint*, *PRAGMA secure_delete*.
    """
    if store.engine.dialect.name != "sqlite":
        return True
    for _ in range(CHECKPOINTS):
        async with store.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            rows = await raw.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            if not next(iter(rows))[0]:
                return True
    return False


async def _person(work: Work, member: int) -> Person | None:
    row = await members.find_member(work, member)
    if row is None:
        return None
    accounts = await members.accounts_of(work, member)
    return Person(
        member, tuple(each.key for each in accounts), frozenset({row.name, *(each.name for each in accounts)} - {""})
    )


async def _owe_edit(work: Work, post: Post) -> None:
    name, about = post.anew or (CLEANED, {"question": post.question})
    subject = {"how": post.how, **about}
    once = f"cleaned:{post.message}:{post.how}"
    if post.anew:
        once += f":{work.now:%Y-%m-%dT%H:%M:%S}"
    await notices.owe(work, name, None, subject, once=once, room=post.room, edits=post.message)


async def _forget_deliveries(work: Work, person: Person) -> None:
    for account in person.accounts:
        here = col(Delivery.community_id) == work.community
        await work.session.exec(delete(Delivery).where(here, named_in(col(Delivery.key), account)))


async def _count(work: Work, member: int) -> Counter[str]:
    """How many rows of each table go because they are theirs."""
    counted: Counter[str] = Counter()
    connection = await work.session.connection()
    for table, column in places(Fate.GOES):
        query = select(func.count()).select_from(table).where(*_of(work, table, column, member))
        counted[table.name] += (await connection.execute(query)).scalar_one()
    return counted


async def _empty_places(work: Work, member: int) -> None:
    """Deletes the rows that are theirs, lets the others name nobody, and then lets the member go."""
    await work.session.flush()
    connection = await work.session.connection()
    for table, column in places(Fate.NOBODY):
        await connection.execute(update(table).where(*_of(work, table, column, member)).values({column.name: None}))
    for table, column in places(Fate.GOES):
        await connection.execute(delete(table).where(*_of(work, table, column, member)))
    table = metadata.tables["member"]
    await connection.execute(delete(table).where(*_of(work, table, table.c.id, member)))
    work.session.expunge_all()


def _of(work: Work, table: Table, column: Column[Any], member: int) -> tuple[Any, ...]:
    return column == member, table.c.community_id == work.community


async def _brought_back(work: Work) -> list[tuple[int, bool]]:
    query = select(Account.key, Account.member_id, Member.joined_at).join(
        Member, col(Member.id) == col(Account.member_id)
    )
    rows = (await work.session.exec(query.where(Account.community_id == work.community))).all()
    when = await forgotten.when_forgotten(work, [key for key, _, _ in rows])
    back = {member: when[key] for key, member, joined_at in rows if key in when and joined_at <= when[key]}
    return [(member, await forgotten.tips_were_kept(work, at)) for member, at in sorted(back.items())]

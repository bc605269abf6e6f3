"""Links: several accounts of one member, made by a one-time code and unmade again. Never guessed from names.

Linking makes two members one: all that was one's becomes the other's, and what came along is noted with the account, so
that unlinking gives it back. Where both said something about the same tip, or after the same meetup, the later word
stays.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, delete, update
from sqlmodel import col, select

from knowledge.models import (
    Account,
    Confirmation,
    Consent,
    DigestPace,
    Guest,
    LinkCode,
    Member,
    QuickWin,
    TipAuthor,
    metadata,
)
from knowledge.store import sign_ins
from knowledge.store.members import SAID, TAKES, accounts_of, find_account, find_member, member_id
from knowledge.store.work import Work

CODE_LASTS = timedelta(minutes=10)

MAY = (*TAKES, "is_counted")
"""What may be switched off: off for one account is off for both."""

PACES = ("digest", "nudges_a_week", "paused_until")
"""How often something comes: a digest where either asked for one, of everything else the less."""

BETWEEN_TWO = (("tie", "from_id", "to_id"), ("tiemonth", "from_id", "to_id"), ("pair", "newcomer_id", "companion_id"))
"""Tables of what is between two members: nobody has it with themself."""

STRICTEST = (Consent.NO, Consent.LAPSED, Consent.ASKED, Consent.YES, Consent.OWN)


async def offer_code(work: Work, account: str, code: str) -> None:
    """Keeps a one-time code for whoever has `account`; it replaces their earlier one."""
    found = await find_account(work, account)
    if found is not None:
        old = and_(col(LinkCode.member_id) == found.member_id, col(LinkCode.community_id) == work.community)
        await work.session.exec(delete(LinkCode).where(old))
        await work.session.exec(delete(LinkCode).where(col(LinkCode.expires_at) < work.now))
        row = LinkCode(
            digest=_digest(work, code),
            community_id=work.community,
            member_id=found.member_id,
            account=account,
            expires_at=work.now + CODE_LASTS,
        )
        work.session.add(row)
        await work.session.flush()


async def who_offered(work: Work, code: str) -> Account | None:
    """Finds the account whose owner was given a code that is still good."""
    query = select(LinkCode).where(LinkCode.digest == _digest(work, code), LinkCode.community_id == work.community)
    row = (await work.session.exec(query)).first()
    return None if row is None or row.expires_at <= work.now else await find_account(work, row.account)


async def link(work: Work, code: str, account: str) -> Member | None:
    """Makes whoever has `account` and whoever was given `code` one member; None where the code is no good."""
    offered, joining = await who_offered(work, code), await find_account(work, account)
    if offered is None or joining is None or offered.member_id == joining.member_id:
        return None
    member, other = await find_member(work, offered.member_id), await find_member(work, joining.member_id)
    assert member is not None and other is not None
    for gone in (member, other):
        codes = and_(col(LinkCode.member_id) == gone.id, col(LinkCode.community_id) == work.community)
        await work.session.exec(delete(LinkCode).where(codes))
    joining.brought = {
        "member": {
            name: _written(getattr(other, name))
            for name in (*SAID, *MAY, *PACES, "shows_round", "is_core", "core_from", "joined_at")
        },
        "rows": await _move_all(work, member_id(other), member_id(member)),
    }
    for each in await accounts_of(work, member_id(other)):
        each.member_id = member_id(member)
    _become_one(member, other)
    await sign_ins.let_go_of_browsers(work, member_id(other))
    await work.session.flush()
    await work.session.delete(other)
    await work.session.flush()
    return member


async def unlink(work: Work, account: str) -> Member | None:
    """Makes an account somebody of its own again, with what came with it. None where it is linked to no other.

    The account that was there first keeps its own: then the others leave it, together.
    """
    found = await find_account(work, account)
    together = await accounts_of(work, found.member_id) if found else []
    if found is None or len(together) < 2:
        return None
    leaving = [found] if found.brought else [each for each in together if each.key != account]
    first = leaving[0]
    said = dict((first.brought or {}).get("member", {}))
    for name in ("joined_at", "paused_until"):
        said[name] = datetime.fromisoformat(said[name]) if said.get(name) else None
    said["joined_at"] = said["joined_at"] or work.now
    made = Member(community_id=work.community, name=first.name, **said)
    work.session.add(made)
    await work.session.flush()
    await sign_ins.end_sessions_by(work, [each.key for each in leaving])
    for each in leaving:
        for place, ids in (each.brought or {}).get("rows", {}).items():
            await _move(work, place, ids, each.member_id, member_id(made))
        each.member_id = member_id(made)
    first.brought = None
    await work.session.flush()
    return made


def _become_one(member: Member, other: Member) -> None:
    for name in SAID:
        setattr(member, name, getattr(member, name) or getattr(other, name))
    for name in MAY:
        setattr(member, name, getattr(member, name) and getattr(other, name))
    member.digest = other.digest if member.digest is DigestPace.NEVER else member.digest
    least = [each.nudges_a_week for each in (member, other) if each.nudges_a_week is not None]
    member.nudges_a_week = min(least, default=None)
    member.paused_until = max(filter(None, (member.paused_until, other.paused_until)), default=None)
    ways = [each.core_from for each in (member, other) if each.is_core]
    member.core_from = min(ways, default="")  # by hand, where either was
    member.is_core = member.is_core or other.is_core
    member.shows_round = member.shows_round or other.shows_round
    member.joined_at = min(member.joined_at, other.joined_at)
    member.left_at = None


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def _move_all(work: Work, old: int, new: int) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for table, column in _places():
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint) and column.name in constraint.columns:
                await _settle(work, table, column, constraint, old, new)
        query = select(table.c.id).where(column == old, table.c.community_id == work.community)
        ids = list((await (await work.session.connection()).execute(query)).scalars())
        if ids:
            moved[f"{table.name}.{column.name}"] = ids
            await _move(work, f"{table.name}.{column.name}", ids, old, new)
    for name, one, whom in BETWEEN_TWO:
        table = metadata.tables[name]
        to_oneself = and_(table.c[one] == new, table.c[whom] == new, table.c.community_id == work.community)
        await (await work.session.connection()).execute(delete(table).where(to_oneself))
    return moved


async def _move(work: Work, place: str, ids: list[int], old: int, new: int) -> None:
    of, _, name = place.partition(".")
    table = metadata.tables[of]
    column = table.c[name]
    theirs = and_(table.c.id.in_(ids), column == old, table.c.community_id == work.community)
    await (await work.session.connection()).execute(update(table).where(theirs).values({column: new}))


async def _settle(
    work: Work, table: Table, column: Column[Any], constraint: UniqueConstraint, old: int, new: int
) -> None:
    """Where both have a row and only one may: the later word, the stricter consent, what either said to an invitation.

    Months are added up. Else it is the row of the one who stays.
    """
    kept = table.alias("kept")
    same = [kept.c[each.name] == each for each in constraint.columns if each.name != column.name]
    query = select(table.c.id, kept.c.id).where(column == old, table.c.community_id == work.community)
    query = query.where(kept.c[column.name] == new, kept.c.community_id == work.community, *same)
    connection = await work.session.connection()
    for theirs, ours in (await connection.execute(query)).all():
        dropped = theirs
        if table.name == "confirmation":
            dropped = await _earlier(work, Confirmation, theirs, ours)
        elif table.name == "quickwin":
            dropped = await _earlier(work, QuickWin, theirs, ours)
        elif table.name == "tipauthor":
            await _take_stricter(work, theirs, ours)
        elif table.name == "guest":
            await _take_what_was_said(work, theirs, ours)
        elif table.name == "tiemonth":
            await _add_up(work, table, theirs, ours)
        await connection.execute(delete(table).where(table.c.id == dropped, table.c.community_id == work.community))


async def _earlier(work: Work, table: type[Confirmation] | type[QuickWin], theirs: int, ours: int) -> int:
    """Which of two rows was said first."""
    query = select(table.id).where(col(table.id).in_((theirs, ours)), table.community_id == work.community)
    latest = (await work.session.exec(query.order_by(col(table.at).desc(), col(table.id).desc()).limit(1))).one()
    return ours if latest == theirs else theirs


async def _take_what_was_said(work: Work, theirs: int, ours: int) -> None:
    """Whoever said something to an invitation later said it for both; who was there was there."""
    query = select(Guest).where(col(Guest.id).in_((theirs, ours)), Guest.community_id == work.community)
    rows = {row.id: row for row in (await work.session.exec(query)).all()}
    kept, gone = rows[ours], rows[theirs]
    if gone.replied_at is not None and (kept.replied_at is None or gone.replied_at > kept.replied_at):
        kept.reply, kept.replied_at, kept.strain = gone.reply, gone.replied_at, gone.strain
    for name in ("invited_at", "asked_to_host_at", "was_there_at"):
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.because = kept.because or gone.because
    await work.session.flush()


async def _take_stricter(work: Work, theirs: int, ours: int) -> None:
    query = select(TipAuthor).where(col(TipAuthor.id).in_((theirs, ours)), TipAuthor.community_id == work.community)
    rows = {row.id: row for row in (await work.session.exec(query)).all()}
    rows[ours].consent = min((row.consent for row in rows.values()), key=STRICTEST.index)
    rows[ours].named = all(row.named for row in rows.values())
    await work.session.flush()


async def _add_up(work: Work, months: Table, theirs: int, ours: int) -> None:
    count = select(months.c.count).where(months.c.id == theirs, months.c.community_id == work.community)
    kept = update(months).where(months.c.id == ours, months.c.community_id == work.community)
    connection = await work.session.connection()
    await connection.execute(kept.values(count=months.c.count + (await connection.execute(count)).scalar_one()))


def _places() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that names a member, but for accounts, codes, and what lets somebody into the pages."""
    for table in metadata.sorted_tables:
        if table.name not in ("account", "linkcode", "signin", "browsersession", "calendarfeed"):
            for column in table.columns:
                if any(key.target_fullname == "member.id" for key in column.foreign_keys):
                    yield table, column


def _digest(work: Work, code: str) -> str:
    bare = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(f"{work.community}:{bare}".encode()).hexdigest()

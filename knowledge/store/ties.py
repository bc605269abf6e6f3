"""Ties: one member acting towards another. Who, whom, how, where and when; never what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from knowledge.models import Account, Member, Tie, TieKind, metadata
from knowledge.store.members import add_member, member_id
from knowledge.store.work import Work


@dataclass(frozen=True, slots=True)
class Seen:
    """A tie as it was seen: accounts by their keys, with the names that they go by (which may be empty)."""

    once: str
    kind: TieKind
    from_account: str
    to_account: str
    channel: str
    at: datetime
    from_name: str = ""
    to_name: str = ""


async def note_ties(work: Work, seen: Sequence[Seen]) -> None:
    """Writes ties down, each once; those of members who are not counted are left out."""
    names = {each.from_account: each.from_name for each in seen} | {each.to_account: each.to_name for each in seen}
    members = await _members(work, names)
    rows = [
        {
            "community_id": work.community,
            "from_id": member_id(members[each.from_account]),
            "to_id": member_id(members[each.to_account]),
            "kind": each.kind,
            "channel": each.channel,
            "once": each.once,
            "at": each.at,
        }
        for each in seen
        if members[each.from_account].is_counted and members[each.to_account].is_counted
    ]
    if rows:
        insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = insert(metadata.tables["tie"]).on_conflict_do_nothing()
        await (await work.session.connection()).execute(statement, rows)


async def list_ties(work: Work) -> list[Tie]:
    """Lists every tie of the community, oldest first."""
    query = select(Tie).where(Tie.community_id == work.community).order_by(col(Tie.at), col(Tie.id))
    return list((await work.session.exec(query)).all())


async def _members(work: Work, names: dict[str, str]) -> dict[str, Member]:
    query = select(Account, Member).join(Member, col(Member.id) == Account.member_id)
    query = query.where(Account.community_id == work.community, col(Account.key).in_(names))
    found = {account.key: member for account, member in (await work.session.exec(query)).all()}
    for key, name in names.items():
        if key not in found:
            found[key] = await add_member(work, key, name)
    return found

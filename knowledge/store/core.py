"""Who coordinates: the core group, named by hand or by a group of a chat; the last one who is here always stays.

A chat's group is a user group, a role or a channel, by its key. Whoever is in one that the community chose is a
coordinator as long as they are in it. Whoever was named by hand is one until somebody takes them out. When a group
names coordinators no longer, whoever was one only by it stays one, as if named by hand.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from sqlmodel import col, select

from knowledge.models import Account, Member
from knowledge.store import audit, communities, members, notices
from knowledge.store.members import member_id
from knowledge.store.work import Work

NAMED = "core.named"
"""The notice that is owed to whoever becomes a coordinator."""

NOWHERE_ELSE: Mapping[str, Collection[str]] = MappingProxyType({})


class LastCoordinator(Exception):
    """Nobody else who is here would be left in the core group."""


class NamedByGroup(Exception):
    """Somebody is a coordinator by a chat's group, which would bring them back.

    Args:
        group: the group's key.
    """

    def __init__(self, group: str) -> None:
        super().__init__(group)
        self.group = group


async def core_members(work: Work) -> list[Member]:
    """Lists the coordinators who are here now, by name."""
    query = select(Member).where(Member.community_id == work.community, col(Member.left_at).is_(None))
    rows = (await work.session.exec(query.where(col(Member.is_core).is_(True)))).all()
    return sorted(rows, key=lambda row: (row.name, member_id(row)))


async def add(work: Work, member: int, *, by: int | None) -> None:
    """Makes somebody a coordinator, by hand; who is one already stays as they are.

    Args:
        work: the piece of work.
        member: who.
        by: the coordinator who does it; None for the command line.
    """
    row = await members.find_member(work, member)
    if row is not None and not row.is_core:
        await _put_in(work, row, "", by)


async def remove(work: Work, member: int, *, by: int | None) -> None:
    """Takes somebody out of the core group; who is not in it is left alone.

    Args:
        work: the piece of work.
        member: who.
        by: the coordinator who does it, or they themself; None for the command line.

    Raises:
        LastCoordinator: nobody else who is here would be left.
        NamedByGroup: a group that names coordinators would bring them back.
    """
    row = await members.find_member(work, member)
    if row is None or not row.is_core:
        return
    if row.core_from in (await communities.options(work)).core_groups:
        raise NamedByGroup(row.core_from)
    if all(each.id == member for each in await core_members(work)):
        raise LastCoordinator
    await _take_out(work, row, by)


async def sync_group(
    work: Work,
    group: str,
    accounts: Mapping[str, str],
    *,
    elsewhere: Mapping[str, Collection[str]] = NOWHERE_ELSE,
) -> tuple[int, int]:
    """Brings the core group into step with a chat's group; gives how many came in and how many went out.

    Nothing changes for a group that the community did not choose. Whoever left the chat does not come in by it. Where
    nobody who is here would be left, whoever has been here longest stays, as named by hand.

    Args:
        work: the piece of work.
        group: the group's key.
        accounts: who is in it now, key -> name; those who are not known are members from now on, but no one who was
            forgotten.
        elsewhere: who is in the community's other groups, as far as that is known: group -> keys of accounts. Who goes
            from one to the other stays.
    """
    chosen = (await communities.options(work)).core_groups
    if group not in chosen:
        return 0, 0
    inside = await _members_in(work, group, accounts)
    came = [each for each in inside.values() if not each.is_core]
    for each in came:
        await _put_in(work, each, group, None)
    others = {key: accounts for key, accounts in elsewhere.items() if key in chosen and key != group}
    going = []
    for each in await _named_by(work, [group]):
        if member_id(each) not in inside and not await _moves(work, each, others):
            going.append(each)
    if not [each for each in await core_members(work) if each not in going]:
        stays = min((each for each in going if each.left_at is None), key=_longest_here, default=None)
        going = [each for each in going if each is not stays]
        if stays is not None:
            await _name_by_hand(work, [stays])
    for each in going:
        await _take_out(work, each, None, group=group)
    return len(came), len(going)


async def set_groups(work: Work, groups: Sequence[str], *, by: int | None) -> int | None:
    """Chooses the chats' groups that name coordinators; gives the entry in the audit trail, None where nothing changed.

    Whoever is a coordinator only by one that is taken away stays one, as if named by hand. Who is in a new one becomes
    one by `sync_group`.
    """
    was, now = (await communities.options(work)).core_groups, tuple(dict.fromkeys(groups))
    if set(was) == set(now):
        return None
    await communities.choose(work, core_groups=now)
    await _name_by_hand(work, await _named_by(work, set(was) - set(now)))
    return await audit.note(work, "core.groups", by, was=list(was), now=list(now))


async def _members_in(work: Work, group: str, accounts: Mapping[str, str]) -> dict[int, Member]:
    """The members behind accounts who have not left, by id; made at first sight."""
    space = ":".join(group.split(":")[:2])
    query = select(Account.key, Member).join(Member, col(Member.id) == col(Account.member_id))
    query = query.where(Account.community_id == work.community, Member.community_id == work.community)
    rows = (await work.session.exec(query.where(col(Account.key).startswith(f"{space}:", autoescape=True)))).all()
    known: dict[str, Member | None] = dict(rows)
    found = [
        known[key] if key in known else await members.who_is(work, key, name)
        for key, name in accounts.items()
        if key.startswith(f"{space}:")
    ]
    return {member_id(each): each for each in found if each is not None and each.left_at is None}


async def _named_by(work: Work, groups: Collection[str]) -> list[Member]:
    """Coordinators by these groups, those who left too."""
    query = select(Member).where(Member.community_id == work.community, col(Member.is_core).is_(True))
    return list(
        (await work.session.exec(query.where(col(Member.core_from).in_(groups)).order_by(col(Member.id)))).all()
    )


async def _moves(work: Work, member: Member, others: Mapping[str, Collection[str]]) -> bool:
    """Notes that somebody is a coordinator by another group, where they are in one."""
    keys = {each.key for each in await members.accounts_of(work, member_id(member))} if others else set()
    found = next((group for group, accounts in others.items() if not keys.isdisjoint(accounts)), None)
    if found is not None:
        member.core_from = found
    return found is not None


async def _put_in(work: Work, member: Member, group: str, by: int | None) -> None:
    member.is_core, member.core_from = True, group
    await work.session.flush()
    entry = await audit.note(work, "core.added", by, member=member_id(member), **({"group": group} if group else {}))
    subject = {"by": by, "group": group}
    await notices.owe(work, NAMED, member_id(member), subject, once=f"{NAMED}:{entry}")


async def _take_out(work: Work, member: Member, by: int | None, *, group: str = "") -> None:
    member.is_core, member.core_from = False, ""
    for account in await members.accounts_of(work, member_id(member)):
        if account.brought:  # unlinking gives back what came with an account, but not this
            said = account.brought.get("member", {}) | {"is_core": False, "core_from": ""}
            account.brought = {**account.brought, "member": said}
    await work.session.flush()
    await audit.note(work, "core.removed", by, member=member_id(member), **({"group": group} if group else {}))


async def _name_by_hand(work: Work, rows: Sequence[Member]) -> None:
    for each in rows:
        each.core_from = ""
    await work.session.flush()


def _longest_here(member: Member) -> tuple[object, int]:
    return member.joined_at, member_id(member)

"""Members and their accounts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, func, or_, select

from knowledge.models import Account, DigestPace, Forgetting, Member
from knowledge.store import notices
from knowledge.store.forgotten import forgotten_among
from knowledge.store.work import Work

SAID = ("practice", "place", "time_zone", "language")
"""What a member says of themself, in words."""

TAKES = (
    "takes_questions",
    "takes_offers",
    "takes_requests",
    "takes_looks",
    "takes_thanks",
    "takes_steps",
    "takes_newcomers",
    "takes_meetups",
)
"""What they may be brought unasked."""

CHOSEN = (*SAID, *TAKES, "shows_round", "is_counted", "digest", "nudges_a_week", "paused_until")
"""All that a member may change of themself."""

BEGINS_ANEW: dict[str, Any] = {
    **dict.fromkeys(TAKES, False),
    "is_counted": False,
    "digest": DigestPace.NEVER,
    "nudges_a_week": 0,
}
"""How somebody begins who was forgotten and comes back: they are not counted and get nothing unasked."""


async def member_of(work: Work, account: str, name: str) -> Member:
    """Finds the member behind an account key, or makes one at first sight; keeps the name that they go by now."""
    found = await find_account(work, account)
    if found is None:
        return await add_member(work, account, name)
    member = await find_member(work, found.member_id)
    assert member is not None
    if name and name != found.name:
        found.name = member.name = name
    if found.left_at is not None:
        found.left_at = None
    return member


async def add_member(work: Work, account: str, name: str, *, joined_at: datetime | None = None) -> Member:
    """Makes a member with one account. `name` may be empty: then the key's last part stands in."""
    shown = name or account.rsplit(":", 1)[-1]
    choices = BEGINS_ANEW if await forgotten_among(work, [account]) else {}
    member = Member(community_id=work.community, name=shown, joined_at=joined_at or work.now, **choices)
    work.session.add(member)
    await work.session.flush()
    work.session.add(Account(key=account, community_id=work.community, member_id=member_id(member), name=shown))
    await work.session.flush()
    return member


async def who_is(work: Work, account: str, name: str) -> Member | None:
    """The member behind an account that somebody else acts upon, made at first sight; None who was forgotten."""
    return None if await was_forgotten(work, account) else await member_of(work, account, name)


async def was_forgotten(work: Work, account: str) -> bool:
    """Whether an account was forgotten, and has not come back by itself since."""
    return await find_account(work, account) is None and bool(await forgotten_among(work, [account]))


async def find_account(work: Work, account: str) -> Account | None:
    """Finds an account of this community by its key."""
    query = select(Account).where(Account.key == account, Account.community_id == work.community)
    return (await work.session.exec(query)).first()


async def find_member(work: Work, member: int, *, lock: bool = False) -> Member | None:
    """Finds a member of this community by id; with `lock`, who else asks so waits until this work is over."""
    query = select(Member).where(Member.id == member, Member.community_id == work.community)
    return (await work.session.exec(query.with_for_update() if lock else query)).first()


async def find_members(work: Work, members: Collection[int]) -> dict[int, Member]:
    """Finds members of this community by id; those that are not here are left out."""
    query = select(Member).where(col(Member.id).in_(members), Member.community_id == work.community)
    return {member_id(row): row for row in (await work.session.exec(query)).all()}


async def find_by_name(work: Work, name: str) -> Member | None:
    """Finds the member who goes by `name`, if exactly one does."""
    query = select(Member).where(Member.community_id == work.community, Member.name == name).limit(2)
    rows = (await work.session.exec(query)).all()
    return rows[0] if len(rows) == 1 else None


async def accounts_of(work: Work, member: int) -> list[Account]:
    """Lists a member's accounts, those first that are still in their space."""
    query = select(Account).where(Account.community_id == work.community, Account.member_id == member)
    return sorted((await work.session.exec(query)).all(), key=lambda row: (row.left_at is not None, row.key))


async def spaces_of(work: Work, members: Collection[int]) -> dict[int, set[str]]:
    """Gives the keys of the spaces in which members have an account and are still, by member."""
    query = select(Account.member_id, Account.key).where(Account.community_id == work.community)
    query = query.where(col(Account.member_id).in_(members), col(Account.left_at).is_(None))
    found: dict[int, set[str]] = {}
    for member, key in (await work.session.exec(query)).all():
        found.setdefault(member, set()).add(key.rpartition(":")[0])
    return found


async def accounts_in(work: Work, space: str, members: Collection[int] | None = None) -> dict[int, str]:
    """Gives the keys of the accounts that are still in a space, by member; with `members`, of these only."""
    query = select(Account.member_id, Account.key).where(Account.community_id == work.community)
    query = query.where(col(Account.key).startswith(f"{space}:", autoescape=True), col(Account.left_at).is_(None))
    if members is not None:
        query = query.where(col(Account.member_id).in_(members))
    return dict((await work.session.exec(query)).all())


async def has_namesake(work: Work, member: Member) -> bool:
    """Whether somebody else who is here has the same first name, in whatever case."""
    query = select(Member.name).where(Member.community_id == work.community, col(Member.left_at).is_(None))
    names = (await work.session.exec(query.where(Member.id != member.id))).all()
    return member.name.split()[:1] != [] and _first_name(member.name) in {_first_name(each) for each in names}


def _first_name(name: str) -> str:
    return "".join(name.split()[:1]).casefold()


async def count_here(work: Work) -> int:
    """Counts who is here now."""
    query = select(func.count()).where(Member.community_id == work.community, col(Member.left_at).is_(None))
    return (await work.session.exec(query)).one()


async def who_counts(work: Work) -> str:
    """Gives a text that changes when somebody is forgotten, or chooses whether they are counted."""
    gone = select(func.count()).select_from(Forgetting).where(Forgetting.community_id == work.community)
    uncounted = select(func.count(), func.coalesce(func.sum(Member.id), 0)).where(
        Member.community_id == work.community, col(Member.is_counted).is_(False)
    )
    count, ids = (await work.session.exec(uncounted)).one()
    return f"{(await work.session.exec(gone)).one()}-{count}-{ids}"


async def list_members(work: Work) -> list[Member]:
    """Lists everybody who is here now, by name."""
    query = select(Member).where(Member.community_id == work.community, col(Member.left_at).is_(None))
    return sorted((await work.session.exec(query)).all(), key=lambda row: (row.name, member_id(row)))


async def note_zones(work: Work, zones: Mapping[str, str]) -> None:
    """Notes the time zones that a chat says, account key -> IANA name, for members who said none themselves."""
    query = select(Account.key, Member).join(Member, col(Member.id) == Account.member_id)
    query = query.where(Account.community_id == work.community, Member.time_zone == "")
    for key, member in (await work.session.exec(query)).all():
        member.time_zone = zones.get(key, "")


async def readers(work: Work) -> list[Member]:
    """Lists those who are here and want a digest of their own."""
    query = select(Member).where(Member.community_id == work.community, col(Member.left_at).is_(None))
    return list(
        (await work.session.exec(query.where(Member.digest != DigestPace.NEVER).order_by(col(Member.id)))).all()
    )


async def practices_and_places(work: Work) -> tuple[list[str], list[str]]:
    """Lists what members said that they do, and where, each in order."""
    query = select(Member.practice, Member.place).where(Member.community_id == work.community).distinct()
    pairs = (await work.session.exec(query)).all()
    return sorted({practice for practice, _ in pairs if practice}), sorted({place for _, place in pairs if place})


async def mark_left(work: Work, account: str) -> Member | None:
    """Notes that somebody left; what they gave stays, with their name as they chose.

    Who has another account in the community is still here.
    """
    found = await find_account(work, account)
    member = await find_member(work, found.member_id) if found else None
    if found is not None and member is not None:
        found.left_at = work.now
        if all(each.left_at is not None for each in await accounts_of(work, found.member_id)):
            member.left_at = work.now
    return member


async def mark_joined(work: Work, account: str, name: str) -> Member:
    """Notes that somebody is here, for the first time or again."""
    member = await member_of(work, account, name)
    member.left_at = None
    return member


async def describe(work: Work, member: int, **changes: Any) -> None:
    """Changes what a member says of themself and wants of the bot, each by its name in `CHOSEN`.

    Raises:
        ValueError: there is no such thing to say.
    """
    if not set(changes) <= set(CHOSEN):
        raise ValueError(f"cannot change {sorted(set(changes) - set(CHOSEN))}")
    row = await find_member(work, member)
    if row is not None:
        for name, value in changes.items():
            setattr(row, name, " ".join(value.split())[:80] if name in SAID else value)
        await work.session.flush()
        await notices.reconsider(work, member)


async def set_core(work: Work, member: int, *, is_core: bool) -> None:
    """Puts a member into the core group or takes them out, and tells nobody; `core` does that."""
    row = await find_member(work, member)
    if row is not None:
        row.is_core, row.core_from = is_core, ""


async def name_core(work: Work, space: str, names: Collection[str]) -> list[str]:
    """Puts people of a space into the core group, by the ids of their accounts or the names that they go by.

    Gives the names that nobody has there.
    """
    query = select(Account).where(Account.community_id == work.community)
    query = query.where(col(Account.key).startswith(f"{space}:", autoescape=True))
    keys = [f"{space}:{name}" for name in names]
    found = (await work.session.exec(query.where(or_(col(Account.key).in_(keys), col(Account.name).in_(names))))).all()
    for account in found:
        await set_core(work, account.member_id, is_core=True)
    known = {account.name for account in found} | {account.key.removeprefix(f"{space}:") for account in found}
    return [name for name in names if name not in known]


def member_id(member: Member) -> int:
    """The id of a member that has been written."""
    assert member.id is not None
    return member.id

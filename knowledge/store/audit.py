"""The audit trail: what was done to what is the community's, by whom and when. It holds nobody's words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from knowledge.models import AuditEntry, Member
from knowledge.store import members
from knowledge.store.work import Work


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done. `by` is the name of who did it; empty where they were forgotten, or the bot did it.

    `about` are the names of the members that it was done to.
    """

    id: int
    did: str
    subject: dict[str, Any]
    at: datetime
    by: str
    about: tuple[str, ...] = ()


async def note(work: Work, did: str, by: int | None, **subject: Any) -> int:
    """Notes that `by` did something (one word, such as `settings.changed`); gives the entry's id.

    `subject` holds numbers that people see, ids of members under `member`, and options; nobody's words.
    """
    entry = AuditEntry(community_id=work.community, member_id=by, did=did, subject=subject, at=work.now)
    work.session.add(entry)
    await work.session.flush()
    assert entry.id is not None
    return entry.id


async def find_entry(work: Work, entry: int) -> AuditEntry | None:
    """Finds an entry by its id."""
    query = select(AuditEntry).where(AuditEntry.community_id == work.community, AuditEntry.id == entry)
    return (await work.session.exec(query)).first()


async def standing(work: Work, did: str, since: datetime) -> list[AuditEntry]:
    """Lists what was done since then (one word, such as `review.held`) and was not undone, the oldest first.

    What undoes it is noted as `<the same feature>.undone`, with the entry's id as its `entry`.
    """
    undone = f"{did.partition('.')[0]}.undone"
    query = select(AuditEntry).where(AuditEntry.community_id == work.community, AuditEntry.at >= since)
    query = query.where(col(AuditEntry.did).in_((did, undone))).order_by(col(AuditEntry.at), col(AuditEntry.id))
    rows = (await work.session.exec(query)).all()
    gone = {row.subject.get("entry") for row in rows if row.did == undone}
    return [row for row in rows if row.did == did and row.id not in gone]


async def trail(work: Work, *, did: str = "", limit: int = 50, offset: int = 0) -> list[Done]:
    """Lists what was done, the newest first; with `did`, what begins so (`settings`, `tip`)."""
    query = select(AuditEntry, Member.name).join(Member, col(Member.id) == col(AuditEntry.member_id), isouter=True)
    query = query.where(AuditEntry.community_id == work.community)
    if did:
        query = query.where(col(AuditEntry.did).startswith(f"{did}.", autoescape=True))
    query = query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(limit).offset(offset)
    rows = (await work.session.exec(query)).all()
    about = await members.find_members(work, [each for row, _ in rows for each in _members_in(row.subject)])
    return [
        Done(
            id=row.id or 0,
            did=row.did,
            subject=row.subject,
            at=row.at,
            by=name or "",
            about=tuple(about[each].name for each in _members_in(row.subject) if each in about),
        )
        for row, name in rows
    ]


def _members_in(subject: dict[str, Any]) -> list[int]:
    found = subject.get("member")
    return [found] if isinstance(found, int) else []

"""What members say of tips: confirmations, comments, and who has not been asked for a while."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import case, col, distinct, func, select

from knowledge.models import Comment, Confirmation, Consent, Member, Outcome, Tip, TipAuthor, TipState, TipVersion
from knowledge.store.work import Work


@dataclass(frozen=True, slots=True)
class Doubted:
    """A live tip (its id) that did not work for somebody: for how many it did not and did, and when last it did not.

    `changed_at` is when somebody last changed it.
    """

    tip: int
    number: int
    failed: int
    worked: int
    failed_at: datetime
    changed_at: datetime | None


async def confirm_tip(work: Work, tip: int, member: int, outcome: Outcome, *, note: str = "") -> None:
    """Writes down a member's word on a tip; their latest word counts. The tip counts as checked now.

    Raises:
        NoResultFound: tip or member is not of this community.
    """
    row = (await work.session.exec(select(Tip).where(Tip.id == tip, Tip.community_id == work.community))).one()
    person = select(Member).where(Member.id == member, Member.community_id == work.community)
    who = (await work.session.exec(person)).one()
    query = select(Confirmation).where(Confirmation.tip_id == tip, Confirmation.member_id == member)
    word = (await work.session.exec(query)).first()
    if word is None:
        word = Confirmation(community_id=work.community, tip_id=tip, member_id=member, outcome=outcome, at=work.now)
        work.session.add(word)
    word.outcome, word.note, word.at = outcome, note, work.now
    word.practice, word.place = who.practice, who.place
    row.checked_at = work.now
    await work.session.flush()


async def comment_on(work: Work, tip: int, member: int, text: str) -> None:
    """Adds a comment under a tip.

    Raises:
        NoResultFound: the tip is not of this community.
    """
    (await work.session.exec(select(Tip.id).where(Tip.id == tip, Tip.community_id == work.community))).one()
    work.session.add(Comment(community_id=work.community, tip_id=tip, member_id=member, text=text, at=work.now))
    await work.session.flush()


async def needing_a_look(work: Work, *, before: datetime) -> list[tuple[int, int]]:
    """Lists (tip id, member id) of live tips that nobody checked since `before`, with who used each most recently."""
    used = _unchecked(select(Tip.id, Confirmation.member_id), work, before)
    used = used.order_by(col(Tip.checked_at), col(Tip.id), col(Confirmation.at).desc(), col(Confirmation.id).desc())
    newest: dict[int, int] = {}
    for tip, member in (await work.session.exec(used)).all():
        if tip is not None:
            newest.setdefault(tip, member)
    return list(newest.items())


async def doubted(work: Work) -> list[Doubted]:
    """Lists the live tips that did not work for somebody, the latest first."""
    failed = case((col(Confirmation.outcome) == Outcome.NOT_HERE, 1), else_=0)
    failed_at = func.max(case((col(Confirmation.outcome) == Outcome.NOT_HERE, col(Confirmation.at))))
    changed_at = (
        select(func.max(TipVersion.at))
        .where(TipVersion.tip_id == Tip.id, TipVersion.community_id == work.community)
        .scalar_subquery()
    )
    query = (
        select(Tip.id, Tip.number, func.sum(failed), func.count(), failed_at, changed_at)  # type: ignore[call-overload]
        .join(Confirmation, col(Confirmation.tip_id) == col(Tip.id))
        .where(Tip.community_id == work.community, Confirmation.community_id == work.community)
        .where(Tip.state == TipState.LIVE)
        .group_by(col(Tip.id), col(Tip.number))
        .having(func.sum(failed) > 0)
        .order_by(failed_at.desc(), col(Tip.id).desc())
    )
    rows = (await work.session.exec(query)).all()
    return [Doubted(tip, number, bad, of - bad, at, changed) for tip, number, bad, of, at, changed in rows]


async def check_tip(work: Work, tip: int, at: datetime | None) -> datetime | None:
    """Has a tip count as checked at that moment; gives when it was checked before.

    Raises:
        NoResultFound: the tip is not of this community.
    """
    row = (await work.session.exec(select(Tip).where(Tip.id == tip, Tip.community_id == work.community))).one()
    before, row.checked_at = row.checked_at, at
    await work.session.flush()
    return before


async def count_needing_a_look(work: Work, *, before: datetime) -> int:
    """Counts the tips that `needing_a_look` lists."""
    return int((await work.session.exec(_unchecked(select(func.count(distinct(Tip.id))), work, before))).one())


def _unchecked(query: Any, work: Work, before: datetime) -> Any:
    """Of live tips that nobody checked since `before`, and who used them and is here."""
    query = query.select_from(Tip).join(Confirmation, col(Confirmation.tip_id) == col(Tip.id))
    query = query.join(Member, col(Member.id) == col(Confirmation.member_id)).where(col(Member.left_at).is_(None))
    return query.where(Tip.community_id == work.community, Tip.state == TipState.LIVE, col(Tip.checked_at) < before)


async def uses_since(work: Work, after: datetime) -> list[tuple[int, int, int, datetime]]:
    """Lists (author's member id, tip id, who it worked for, when) since `after`; nobody's own word on their own tip."""
    query = (
        select(TipAuthor.member_id, TipAuthor.tip_id, Confirmation.member_id, Confirmation.at)
        .join(Confirmation, col(Confirmation.tip_id) == col(TipAuthor.tip_id))
        .join(Tip, col(Tip.id) == col(TipAuthor.tip_id))
        .where(TipAuthor.community_id == work.community, Tip.state == TipState.LIVE, TipAuthor.part == "works")
        .where(col(TipAuthor.consent).in_((Consent.OWN, Consent.YES)), col(Confirmation.at) > after)
        .where(col(Confirmation.member_id) != col(TipAuthor.member_id), Confirmation.outcome != Outcome.NOT_HERE)
        .order_by(col(Confirmation.at), col(Confirmation.id), col(TipAuthor.id))
    )
    rows = (await work.session.exec(query)).all()
    return [(author, tip, who, at) for author, tip, who, at in rows if author is not None]

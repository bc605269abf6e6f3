"""Consent: what authors said about showing their words, and who still has to be asked again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from knowledge.models import Consent, Tip, TipAuthor, TipState
from knowledge.store import notices
from knowledge.store.work import Work

REPEAT_AFTER_DAYS = 3
"""An unanswered request is repeated once after so many days (ours: a shift pattern usually brings people back)."""

LAPSE_AFTER_DAYS = 4
"""An unanswered request lapses so many days after it was repeated (ours): a week after it was first asked."""

UNSENT_DAYS = 7
"""A draft with others' words that its keeper never sent off lapses so many days after it was kept (ours)."""


UNDELIVERED_DAYS = 35
"""A request that never reached its author lapses so many days after the draft was kept (ours): past any pause."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Somebody (`member`) who was asked about a draft (its id) and asked again, and said nothing yet; never its words.

    `source` is the key of the message that it came from; empty where it came from none.
    """

    tip: int
    number: int
    member: int
    source: str
    asked_at: datetime
    reminded_at: datetime


async def answer_request(work: Work, tip: int, member: int, *, yes: bool, named: bool = True) -> bool:
    """Writes down an author's word on every part that is theirs. False where nothing of theirs was waiting."""
    rows = [row for row in await _requests(work, tip) if row.member_id == member and row.consent is Consent.ASKED]
    for row in rows:
        row.consent = Consent.YES if yes else Consent.NO
        row.named = named
    await work.session.flush()
    return bool(rows)


async def request_consent(work: Work, tip: int) -> list[int]:
    """Notes that the authors of a draft are asked now; gives the members to ask, each once."""
    asked = [row for row in await _requests(work, tip) if row.consent is Consent.ASKED and row.asked_at is None]
    for row in asked:
        row.asked_at = work.now
    await work.session.flush()
    return list(dict.fromkeys(row.member_id for row in asked if row.member_id is not None))


async def note_delivered(work: Work, tip: int, member: int) -> None:
    """Notes that a request reaches its author now: its days count from here, however long it waited on the way."""
    for row in await _requests(work, tip):
        if row.member_id == member and row.consent is Consent.ASKED and row.asked_at is not None:
            if row.reminded_at is None:
                row.asked_at = work.now
            else:
                row.reminded_at = work.now
    await work.session.flush()


async def is_unsent(work: Work, tip: int) -> bool:
    """Whether a draft waits for its keeper alone: nobody was asked about it yet."""
    return all(row.asked_at is None for row in await _requests(work, tip))


async def set_named(work: Work, tip: int, member: int, *, named: bool) -> None:
    """Shows or hides an author's name on a tip of theirs."""
    for row in await _requests(work, tip):
        if row.member_id == member:
            row.named = named
    await work.session.flush()


async def waiting_for(work: Work, tip: int) -> set[int]:
    """The members whose word on a tip is still awaited."""
    rows = await _requests(work, tip)
    return {row.member_id for row in rows if row.consent is Consent.ASKED and row.member_id is not None}


async def parts_refused(work: Work, tip: int) -> set[str]:
    """The parts of a tip (`situation`, `works`, `why`) whose authors said no or never answered."""
    return {row.part for row in await _requests(work, tip) if row.consent in (Consent.NO, Consent.LAPSED)}


async def forget_refusals(work: Work, tip: int) -> None:
    """Takes the people who said no off a draft's authors."""
    for row in await _requests(work, tip):
        if row.consent in (Consent.NO, Consent.LAPSED):
            await work.session.delete(row)
    await work.session.flush()


async def to_repeat(work: Work) -> list[tuple[int, int]]:
    """Lists (tip id, member id) whose request is due to be repeated, and notes that it is."""
    before = work.now - timedelta(days=REPEAT_AFTER_DAYS)
    waiting = await _on_the_way(work)
    unanswered = [row for row, _ in await _unanswered(work) if (row.tip_id, row.member_id) not in waiting]
    rows = [row for row in unanswered if row.reminded_at is None and row.asked_at and row.asked_at <= before]
    for row in rows:
        row.reminded_at = work.now
    await work.session.flush()
    return sorted({(row.tip_id, row.member_id) for row in rows if row.member_id is not None})


async def asked_twice(work: Work) -> list[Unanswered]:
    """Lists who was asked about a draft and asked again, and said nothing yet, the longest asked first.

    Whom a request is still on its way to is not among them.
    """
    waiting = await _on_the_way(work)
    query = (
        select(TipAuthor, Tip)
        .join(Tip, col(Tip.id) == col(TipAuthor.tip_id))
        .where(TipAuthor.community_id == work.community, TipAuthor.consent == Consent.ASKED)
        .where(Tip.state == TipState.DRAFT, col(TipAuthor.reminded_at).is_not(None))
        .order_by(col(TipAuthor.asked_at), col(TipAuthor.id))
    )
    return [
        Unanswered(row.tip_id, tip.number, row.member_id, row.source or tip.source, row.asked_at, row.reminded_at)
        for row, tip in (await work.session.exec(query)).all()
        if row.member_id is not None and row.asked_at is not None and row.reminded_at is not None
        if (row.tip_id, row.member_id) not in waiting
    ]


async def begin_again(work: Work, tip: int, member: int | None = None) -> None:
    """Has the days of the requests that were repeated count from now: of one author, or of all who said nothing."""
    for row in await _requests(work, tip):
        if row.consent is Consent.ASKED and row.reminded_at is not None and member in (None, row.member_id):
            row.reminded_at = work.now
    await work.session.flush()


async def cut_short(work: Work, tip: int) -> None:
    """Has the days of the requests that were repeated be over: they lapse with the next look (`lapse`)."""
    for row in await _requests(work, tip):
        if row.consent is Consent.ASKED and row.reminded_at is not None:
            row.reminded_at = work.now - timedelta(days=LAPSE_AFTER_DAYS)
    await work.session.flush()


async def lapse(work: Work) -> list[int]:
    """Lets requests lapse that were repeated and never answered, or not sent off; gives the ids of their tips.

    One that is still on its way, because its author has had enough for now or pauses, waits for weeks, not for ever.
    """
    repeated_before = work.now - timedelta(days=LAPSE_AFTER_DAYS)
    kept_before = work.now - timedelta(days=UNSENT_DAYS)
    waiting = await _on_the_way(work)
    lapsed: set[int] = set()
    for row, kept_at in await _unanswered(work):
        is_old = kept_at <= work.now - timedelta(days=UNDELIVERED_DAYS)
        is_unanswered = row.reminded_at is not None and row.reminded_at <= repeated_before
        is_unsent = row.asked_at is None and kept_at <= kept_before
        if is_old or is_unsent or (is_unanswered and (row.tip_id, row.member_id) not in waiting):
            row.consent = Consent.LAPSED
            lapsed.add(row.tip_id)
    await work.session.flush()
    return sorted(lapsed)


async def _on_the_way(work: Work) -> set[tuple[int, int | None]]:
    """(tip id, member id) of the requests that were not delivered yet."""
    return {(each.subject["tip"], each.member_id) for each in await notices.still_owed(work, "capture.consent")}


async def _requests(work: Work, tip: int) -> list[TipAuthor]:
    query = select(TipAuthor).where(TipAuthor.tip_id == tip, TipAuthor.community_id == work.community)
    return list((await work.session.exec(query.order_by(col(TipAuthor.id)))).all())


async def _unanswered(work: Work) -> list[tuple[TipAuthor, datetime]]:
    query = (
        select(TipAuthor, Tip.created_at)
        .join(Tip, col(Tip.id) == col(TipAuthor.tip_id))
        .where(TipAuthor.community_id == work.community, TipAuthor.consent == Consent.ASKED)
        .where(Tip.state == TipState.DRAFT)
    )
    return [(row, kept_at) for row, kept_at in (await work.session.exec(query)).all()]

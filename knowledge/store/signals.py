"""What members ran into lately, for `knowledge.problems`: questions that are open, gaps, tips that disagree."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, or_, select

from knowledge.models import Confirmation, Outcome, Question, QuestionState, Tip, TipAuthor, TipState
from knowledge.problems import Signal, SignalSort
from knowledge.store.work import Work
from knowledge.tips import title_from


async def signals_since(work: Work, since: datetime, *, at_most: int) -> list[Signal]:
    """Lists what members ran into since then, the newest first, at most so many.

    A tip that worked for somebody since then and not for somebody else is one of each whom it failed.
    """
    found = [*await _questions(work, since), *await _disagreements(work, since)]
    return sorted(found, key=lambda each: (each.at, each.key), reverse=True)[:at_most]


async def people_behind(work: Work, evidence: Collection[str]) -> dict[int, int]:
    """Counts what each member had to do with pieces of evidence: asked, answered, wrote or used."""
    numbers = {sort: {int(id) for name, id in _parted(evidence) if name == sort} for sort in ("question", "gap", "tip")}
    people: Counter[int] = Counter()
    asked = select(Question.asker_id, Question.answerer_id).where(
        Question.community_id == work.community, col(Question.number).in_(numbers["question"] | numbers["gap"])
    )
    for pair in (await work.session.exec(asked)).all():
        people.update(member for member in pair if member is not None)
    tips = select(Tip.id).where(Tip.community_id == work.community, col(Tip.number).in_(numbers["tip"]))
    ids = (await work.session.exec(tips)).all()
    for table in (Confirmation, TipAuthor):
        query = select(table.member_id).where(table.community_id == work.community, col(table.tip_id).in_(ids))
        people.update(member for member in (await work.session.exec(query)).all() if member is not None)
    return dict(people)


async def _questions(work: Work, since: datetime) -> list[Signal]:
    is_gap = (col(Question.state) == QuestionState.PARKED) & col(Question.gap).is_(True) & (Question.asked_at > since)
    is_open = (col(Question.state) == QuestionState.OPEN) & (col(Question.posted_at) > since)
    query = select(Question).where(Question.community_id == work.community, or_(is_gap, is_open))
    return [
        Signal(f"question:{row.number}", row.text, row.asker_id, row.posted_at or row.asked_at, SignalSort.OPEN)
        if row.state is QuestionState.OPEN
        else Signal(f"gap:{row.number}", row.text, row.asker_id, row.asked_at, SignalSort.GAP)
        for row in (await work.session.exec(query)).all()
    ]


async def _disagreements(work: Work, since: datetime) -> list[Signal]:
    query = select(Tip, Confirmation).join(Confirmation, col(Confirmation.tip_id) == Tip.id)
    query = query.where(Tip.community_id == work.community, Tip.state == TipState.LIVE)
    query = query.where(Confirmation.community_id == work.community, Confirmation.at > since)
    said: dict[int, list[Confirmation]] = {}
    tips: dict[int, Tip] = {}
    for tip, confirmation in (await work.session.exec(query.order_by(col(Confirmation.at)))).all():
        tips[tip.number] = tip
        said.setdefault(tip.number, []).append(confirmation)
    found = []
    for number, words in said.items():
        failed = [each for each in words if each.outcome is Outcome.NOT_HERE]
        if len(failed) < len(words):
            tip = tips[number]
            text = tip.situation or tip.title or title_from(tip.works)
            found += [
                Signal(f"tip:{number}", text, each.member_id, each.at, SignalSort.CONTRADICTION) for each in failed
            ]
    return found


def _parted(evidence: Collection[str]) -> list[tuple[str, str]]:
    pairs = [each.partition(":") for each in evidence]
    return [(name, id) for name, _, id in pairs if id.isdigit()]

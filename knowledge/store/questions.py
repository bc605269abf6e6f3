"""Questions: asked of the bot, put to the community, answered, and who was told of them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import case, col, func, select

from knowledge.models import Outcome, Question, QuestionPeer, QuestionState, Shown
from knowledge.practice import NotAsked
from knowledge.store import communities
from knowledge.store.work import FORGET, Work

NOT_ASKED = "not what I asked"
"""What `Shown.said` holds where the asker said so."""

VOTES = 200
"""What askers said that counts, the newest."""

VOTES_OF_ONE = 5
"""Of these, those of one asker."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as it is written down.

    Attributes:
        text: the question in its asker's words.
        room: key of the channel it was asked in, empty for a direct message.
        heard: key of the message it came from, empty for a command.
        confidence: the probability (0 to 1) that one of the tips answers it, before the community's votes shift it.
        tips: ids of the tips that were shown, best first.
    """

    text: str
    room: str = ""
    heard: str = ""
    confidence: float = 0.0
    tips: tuple[int, ...] = ()
    answered: bool = False


async def write_question(work: Work, asker: int, asked: Asked) -> Question:
    """Writes down a question that was put to the bot; one that it could not answer counts as a gap."""
    question = Question(
        community_id=work.community,
        number=await communities.next_question_number(work),
        asker_id=asker,
        text=asked.text,
        state=QuestionState.ANSWERED if asked.answered else QuestionState.PARKED,
        gap=not asked.answered,
        confidence=asked.confidence,
        room=asked.room,
        heard=asked.heard,
        asked_at=work.now,
    )
    work.session.add(question)
    await work.session.flush()
    for position, tip in enumerate(asked.tips):
        work.session.add(
            Shown(community_id=work.community, question_id=question_id(question), tip_id=tip, position=position)
        )
    await work.session.flush()
    return question


async def find_question(work: Work, number: int) -> Question | None:
    """Finds a question by the number that people see."""
    query = select(Question).where(Question.community_id == work.community, Question.number == number)
    return (await work.session.exec(query)).first()


async def question_posted_as(work: Work, post: str) -> Question | None:
    """Finds the question that a message put to the community, by the message's key."""
    if not post:
        return None
    query = select(Question).where(Question.community_id == work.community, Question.post == post)
    return (await work.session.exec(query)).first()


async def open_questions(work: Work, *, limit: int = 20) -> list[Question]:
    """Lists the questions that nobody answered yet, oldest first."""
    query = (
        select(Question)
        .where(Question.community_id == work.community, Question.state == QuestionState.OPEN)
        .order_by(col(Question.posted_at), col(Question.id))
        .limit(limit)
    )
    return list((await work.session.exec(query)).all())


async def posted(work: Work, state: QuestionState, *, limit: int | None = 20, offset: int = 0) -> list[Question]:
    """Lists the questions in a state that were put to the community, the newest first."""
    query = select(Question).where(Question.community_id == work.community, Question.state == state)
    query = query.where(Question.post != "").order_by(col(Question.posted_at).desc(), col(Question.id).desc())
    return list((await work.session.exec(query.limit(limit).offset(offset))).all())


async def open_questions_of(work: Work, asker: int) -> list[Question]:
    """Lists the questions of a member that nobody answered yet, oldest first."""
    query = (
        select(Question)
        .where(Question.community_id == work.community, Question.state == QuestionState.OPEN)
        .where(Question.asker_id == asker)
        .order_by(col(Question.posted_at), col(Question.id))
    )
    return list((await work.session.exec(query)).all())


async def open_question(work: Work, number: int, *, named: bool) -> bool:
    """Opens a question that its asker put to the community. False where it stands there already.

    One that was opened and never posted, because the process died between, may be opened again.
    """
    question = await find_question(work, number)
    if question is None or question.post:
        return False
    question.state = QuestionState.OPEN
    question.named = named
    question.posted_at = work.now
    await work.session.flush()
    return True


async def note_post(work: Work, number: int, post: str, room: str) -> None:
    """Notes which message put a question to the community."""
    question = await find_question(work, number)
    if question is not None:
        question.post, question.room = post, room
        await work.session.flush()


async def reopen(work: Work, number: int) -> None:
    """Takes an opening back: the question could not be posted."""
    question = await find_question(work, number)
    if question is not None:
        question.state, question.posted_at = QuestionState.PARKED, None
        await work.session.flush()


async def solve_question(work: Work, number: int, *, answerer: int | None, tip: int | None) -> bool:
    """Closes a question that a reply of `answerer` solved (`tip` is its draft). False where it was closed before.

    Of an `answerer` who was forgotten nothing is known.
    """
    question = await find_question(work, number)
    if question is None or question.state is QuestionState.ANSWERED:
        return False
    question.state = QuestionState.ANSWERED
    question.gap = False
    question.answerer_id, question.tip_id = answerer, tip
    question.answered_at = work.now
    await work.session.flush()
    return True


async def note_said(work: Work, number: int, tip: int | None, said: str) -> None:
    """Writes down what the asker said of a tip that was shown (or of all, where `tip` is None)."""
    question = await find_question(work, number)
    if question is None:
        return
    query = select(Shown).where(Shown.community_id == work.community, Shown.question_id == question.id)
    for row in (await work.session.exec(query)).all():
        if tip is None or row.tip_id == tip:
            row.said = said
    if tip is None:
        question.gap = True
    work.session.info[FORGET] = True
    await work.session.flush()


async def votes(work: Work) -> list[tuple[float, bool]]:
    """What askers said of the newest answers they judged: the confidence in each, and whether it was right.

    An answer is right when one of its tips worked. *Not here* says something of a place and nothing of the answer. At
    most `VOTES` count, and of one asker `VOTES_OF_ONE`.
    """
    said_well = func.max(case((col(Shown.said).in_((Outcome.WORKED, Outcome.CHANGED)), 1), else_=0))
    query = (
        select(Question.asker_id, Question.confidence, said_well)
        .join(Shown, col(Shown.question_id) == col(Question.id))
        .where(Question.community_id == work.community, Shown.community_id == work.community)
        .where(col(Shown.said).in_((Outcome.WORKED, Outcome.CHANGED, NOT_ASKED)))
        .group_by(col(Question.id), col(Question.asker_id), col(Question.confidence))
        .order_by(col(Question.id).desc())
        .limit(VOTES * VOTES_OF_ONE)
    )
    found, of_one = list[tuple[float, bool]](), Counter[int | None]()
    for asker, confidence, was_right in (await work.session.exec(query)).all():
        of_one[asker] += 1
        if of_one[asker] <= VOTES_OF_ONE:
            found.append((confidence, bool(was_right)))
    return found[:VOTES]


async def not_asked(work: Work, tips: Collection[int]) -> list[NotAsked]:
    """Lists who said of which of these tips that it was not what they asked, the newest `VOTES`."""
    query = (
        select(Shown.tip_id, Question.asker_id, Question.text)
        .join(Question, col(Question.id) == col(Shown.question_id))
        .where(Shown.community_id == work.community, Question.community_id == work.community)
        .where(col(Shown.tip_id).in_(tips), Shown.said == NOT_ASKED)
        .order_by(col(Shown.id).desc())
        .limit(VOTES)
    )
    return [NotAsked(tip, asker, text) for tip, asker, text in (await work.session.exec(query)).all()]


async def tell_peers(work: Work, number: int, members: Sequence[int]) -> list[int]:
    """Notes who is told of a question; gives those who had not been told before."""
    question = await find_question(work, number)
    if question is None:
        return []
    query = select(QuestionPeer.member_id).where(
        QuestionPeer.community_id == work.community, QuestionPeer.question_id == question.id
    )
    told = set((await work.session.exec(query)).all())
    new = [member for member in members if member not in told]
    for member in new:
        work.session.add(
            QuestionPeer(community_id=work.community, question_id=question_id(question), member_id=member, at=work.now)
        )
    await work.session.flush()
    return new


async def pass_on(work: Work, number: int, member: int) -> None:
    """Notes that a member passed on a question."""
    question = await find_question(work, number)
    if question is None:
        return
    query = select(QuestionPeer).where(
        QuestionPeer.community_id == work.community,
        QuestionPeer.question_id == question.id,
        QuestionPeer.member_id == member,
    )
    row = (await work.session.exec(query)).first()
    if row is not None:
        row.passed = True


async def told_lately(work: Work, *, days: int) -> dict[int, int]:
    """Counts, for each member, the questions that they were told of in the last `days`."""
    after = work.now - timedelta(days=days)
    query = (
        select(QuestionPeer.member_id, func.count())
        .where(QuestionPeer.community_id == work.community, QuestionPeer.at > after)
        .group_by(col(QuestionPeer.member_id))
    )
    return {member: count for member, count in (await work.session.exec(query)).all()}


def question_id(question: Question) -> int:
    """The id of a question that has been written."""
    assert question.id is not None
    return question.id

"""What coordinators do about what needs a look. Each writes once, notes it in the audit trail and says what was done.

Pressed twice, or by two at once, the second changes nothing and is told so. How each is taken back stands in `undoing`.
"""

from datetime import timedelta

from adapters.port import plain
from bot import tip_acts
from bot.errors import Refusal
from bot.feature import Context, arguments_of, number_of
from bot.features.review import reading, rules
from bot.features.review.items import Done, did
from knowledge import peers
from knowledge.hot_now import LEFT, NOT_AGAIN, hot_now
from knowledge.models import Question, QuestionState, TipState
from knowledge.store import Work, audit, confirmations, consents, first_words, lookalikes, notices, questions, tips
from knowledge.store.questions import question_id
from knowledge.tips import Known

TOLD_AFTER = timedelta(hours=1)
"""The asker hears so long after their question was let rest: until then it can be taken back (ours)."""


async def seen_to(context: Context, button: str) -> Done:
    """*Seen to*: a newcomer's first words wait no more."""
    async with context.write() as work:
        word = await first_words.find_first_word(work, number_of(button))
        if word is None:
            raise Refusal("common.unknown")
        if word.settled_at is not None:
            raise Refusal("common.done_already")
        await first_words.settle(work, word)
        entry = await audit.note(work, "review.seen_to", context.who, word=word.id, member=word.member_id)
    return did("review.did.seen_to", entry)


async def let_rest(context: Context, button: str) -> Done:
    """*Let it rest*: nobody is asked any more, and its asker is told a little later."""
    number = number_of(button)
    async with context.write() as work:
        question = await _open_question(work, number)
        await questions.rest_question(work, number)
        entry = await audit.note(work, "review.rested", context.who, question=number)
        if question.asker_id is not None and question.asker_id != context.who:
            due, once = context.now + TOLD_AFTER, f"rested:{entry}"
            await notices.owe(work, "review.rested", question.asker_id, {"question": number}, once=once, due=due)
    return did("review.did.rested", entry)


async def ask_again(context: Context, button: str) -> Done:
    """*Ask again*: one or two who were not told of a question yet, and may know, are told of it."""
    number = number_of(button)
    async with context.read() as work:
        question = await _open_question(work, number)
    near = await context.library.search(context.community, plain(question.text), context.now)
    link = await reading.link_to(context, question.post)
    async with context.write() as work:
        question = await _open_question(work, number)
        told = (await questions.told_of(work, [question_id(question)]))[question_id(question)]
        if not rules.is_unanswered(question.posted_at, list(told.values()), context.now):
            raise Refusal("common.done_already")
        count = await peers.tell(work, question, await peers.who_may_know(work, question, near.hits), link=link)
        if not count:
            raise Refusal("review.nobody_left")
        await audit.note(work, "review.asked_again", context.who, question=number)
    return did("review.did.asked_again", count=count)


async def ask_once_more(context: Context, button: str) -> Done:
    """*Ask once more*: the authors of a draft are asked a last time, when it suits them."""
    number = number_of(button)
    async with context.write() as work:
        asked = await _silent_draft(context, work, number)
        willing = [each for each in asked if await reading.may_ask(context, work, each)]
        if not willing:
            raise Refusal("review.not_once_more")
        for each in willing:
            subject, once = {"tip": each.tip, "again": True}, f"consent:{number}:{each.member}:{rules.ASKED_AT_MOST}"
            await consents.begin_again(work, each.tip, each.member)
            await notices.owe(work, "capture.consent", each.member, subject, once=once)
        await audit.note(work, "review.asked_once_more", context.who, tip=number)
    return did("review.did.asked_once_more")


async def let_go(context: Context, button: str) -> Done:
    """*Let it go*: nobody waits for the silent authors of a draft any longer; its keeper hears what became of it."""
    number = number_of(button)
    async with context.write() as work:
        asked = await _silent_draft(context, work, number)
        await consents.cut_short(work, asked[0].tip)
        entry = await audit.note(work, "review.let_go", context.who, tip=number)
    return did("review.did.let_go", entry)


async def still_holds(context: Context, button: str) -> Done:
    """*It still holds*: a tip counts as checked, and its doubts so far are settled."""
    async with context.write() as work:
        known = await _live_tip(work, number_of(button))
        if known.id not in await reading.doubts(context, work):
            raise Refusal("common.done_already")
        before = await confirmations.check_tip(work, known.id, context.now)
        was = before.isoformat() if before is not None else ""
        entry = await audit.note(work, "review.held", context.who, tip=known.number, was=was)
    return did("review.did.held", entry, number=known.number, title=known.title)


async def retire(context: Context, button: str) -> Done:
    """*Out of date*: a tip is found no more."""
    async with context.write() as work:
        known = await _live_tip(work, number_of(button))
        await tip_acts.retire(context, work, known.number)
        version = await tip_acts.version_of(work, known)
        entry = await audit.note(work, "review.retired", context.who, tip=known.number, version=version)
    return did("review.did.retired", entry, number=known.number, title=known.title)


async def merge(context: Context, button: str) -> Done:
    """*Merge #12 into #7*: one of two tips goes on, with the people and confirmations of both."""
    async with context.write() as work:
        going, staying = await _live_tip(work, number_of(button)), await _live_tip(work, number_of(button, 1))
        await tip_acts.merge(context, work, going.number, staying.number)
        version = await tip_acts.version_of(work, going)
        subject = {"tip": going.number, "into": staying.number, "version": version}
        entry = await audit.note(work, "review.merged", context.who, **subject)
    return did("review.did.merged", entry, number=going.number, into=staying.number)


async def not_same(context: Context, button: str) -> Done:
    """*Not the same*: two tips are not shown beside each other any more."""
    async with context.write() as work:
        one, other = await _live_tip(work, number_of(button)), await _live_tip(work, number_of(button, 1))
        pair = (min(one.id, other.id), max(one.id, other.id))
        if one.id == other.id or pair in await lookalikes.not_same(work, [one.id]):
            raise Refusal("common.done_already")
        await lookalikes.note_not_same(work, one.id, other.id)
        entry = await audit.note(work, "review.not_same", context.who, tip=one.number, other=other.number)
    return did("review.did.not_same", entry, number=one.number, other=other.number)


async def leave(context: Context, button: str) -> Done:
    """*Not now*: a hot problem is left alone for weeks, here and where meetups are proposed."""
    key = ":".join(arguments_of(button)[:2])
    async with context.read() as work:
        problem = next((each for each in await hot_now(context.library, work) if key in each.evidence), None)
    async with context.write() as work:
        left = await audit.standing(work, LEFT, context.now - NOT_AGAIN)
        if problem is None or any(key in each.subject["evidence"] for each in left):
            raise Refusal("common.done_already")
        entry = await audit.note(work, LEFT, context.who, evidence=sorted(problem.evidence))
    return did("review.did.left", entry, problem=problem.label)


async def _open_question(work: Work, number: int) -> Question:
    question = await questions.find_question(work, number)
    if question is None or not question.post:
        raise Refusal("common.unknown")
    if question.state is not QuestionState.OPEN:
        raise Refusal("common.done_already")
    return question


async def _silent_draft(context: Context, work: Work, number: int) -> list[consents.Unanswered]:
    found = (await reading.silent_of(context, work)).get(number)
    if found is None:
        raise Refusal("common.done_already")
    return found


async def _live_tip(work: Work, number: int) -> Known:
    known = await tips.find_tip(work, number)
    if known is None or known.state in (TipState.DRAFT, TipState.WITHDRAWN):
        raise Refusal("common.not_found", number=number)
    if known.state is not TipState.LIVE:
        raise Refusal("common.done_already")
    return known

"""Questions that are put to the community: posted with the asker's consent, told to peers, closed by a reply."""

from adapters.port import (
    Account,
    ButtonPressed,
    CommandUsed,
    Mention,
    Message,
    MessageRef,
    Post,
    ReactionAdded,
    Room,
    Space,
    plain,
)
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of, number_of
from bot.features.ask import rules, views
from knowledge import peers
from knowledge.guard import scan
from knowledge.models import Consent, Question, QuestionState
from knowledge.store import Work, communities, consents, members, notices, questions, tips
from knowledge.store.members import member_id
from knowledge.tips import PART_LENGTH, TipForm, shorten, title_from


async def list_open(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/ask open`: what nobody answered yet."""
    async with context.read() as work:
        found = await questions.open_questions(work)
        people = await members.find_members(work, [each.asker_id for each in found if each.asker_id])
    rows = []
    for each in found[: views.OPEN_SHOWN]:
        name = people[each.asker_id].name if each.named and each.asker_id in people else ""
        post = each.post.rsplit(":", 1)[-1]
        rows.append((each, name, await context.chat.link(_message(each, post, at_top=True)) if post else ""))
    return views.open_questions(context.words, rows)


async def put_question(context: Context, event: ButtonPressed) -> Message:
    """*Ask the others, with my name* / *without my name*."""
    number = number_of(event.button)
    how, *channel = arguments_of(event.button)[1:] or ["named"]
    async with context.read() as work:
        question = await questions.find_question(work, number)
        rooms = await communities.channels(work)
    if question is None or question.asker_id != context.who:
        raise Refusal("ask.not_yours")
    if question.post or (question.state is QuestionState.ANSWERED and question.answerer_id is not None):
        raise Refusal("ask.put_already")
    room = _room_for(context, question, channel[0] if channel else "", {each.key: each.name for each in rooms})
    if room is None:
        here = f"{event.who.space.key}:"
        choices = [
            (each.key.removeprefix(here), each.name) for each in rooms if each.name and each.key.startswith(here)
        ]
        if not choices:
            raise Refusal("ask.nowhere")
        return views.where(context.words, number, how, choices)
    return await _post(context, question, room, named=how == "named")


async def solved(context: Context, event: ButtonPressed) -> Message:
    """*That solved it* on an open question, pressed by its asker."""
    number = number_of(event.button)
    question = await _own_question(context, number)
    thread = await context.chat.read_thread(event.message)
    replies = _replies(thread, event.message.id, context)
    if not replies:
        raise Refusal("ask.no_reply_yet")
    if len({post.author.key for post in replies}) > 1:
        rows = [(post.ref.id, post.author.name, post.text) for post in replies[-5:]]
        return views.which_reply(context.words, number, rows)
    return await _close(context, question, replies[-1])


async def solved_by(context: Context, event: ButtonPressed) -> Message:
    """The asker chose the reply that solved it."""
    question = await _own_question(context, number_of(event.button))
    id = arguments_of(event.button)[-1]
    post = await context.chat.read_message(_message(question, id))
    if post is None:
        raise Refusal("common.platform.gone")
    return await _close(context, question, post)


async def solved_by_reaction(context: Context, event: ReactionAdded) -> Message | None:
    """The asker's check mark on a reply in the thread of an open question."""
    post = await context.chat.read_message(event.message)  # not every platform says in which thread it is
    if post is None or post.by_bot or post.author.key == event.who.key or not post.ref.room.thread_id:
        return None
    first = MessageRef(post.ref.room, post.ref.room.thread_id)
    async with context.read() as work:
        question = await questions.question_posted_as(work, first.key)
    if question is None or question.asker_id != context.who or question.state is QuestionState.ANSWERED:
        return None
    return await _close(context, question, post)


def _room_for(context: Context, question: Question, chosen: str, known: dict[str, str]) -> Room | None:
    assert context.account is not None
    space = context.account.space
    key = f"{space.key}:{chosen}" if chosen else question.room or context.options.questions_channel
    if key not in known or not key.startswith(f"{space.key}:"):
        return None
    return Room(space, key.removeprefix(f"{space.key}:"), name=known[key])


async def _post(context: Context, question: Question, room: Room, *, named: bool) -> Message:
    if scan(question.text):
        raise Refusal("ask.personal")
    async with context.write() as work:
        if not await questions.open_question(work, question.number, named=named):
            raise Refusal("ask.put_already")
    try:
        message = views.posted(context.words, question, asker=_mention(context) if named else None)
        ref = await context.chat.send(room, message, once=f"question:{context.community}:{question.number}")
    except Exception:
        async with context.write() as work:
            await questions.reopen(work, question.number)
        raise
    link = await context.chat.link(ref) if ref else ""
    near = await context.library.search(context.community, plain(question.text), context.now)
    async with context.write() as work:
        await questions.note_post(work, question.number, ref.key if ref else "", room.key)
        told = await peers.tell(work, question, await peers.who_may_know(work, question, near.hits), link=link)
    return views.was_put(context.words, link, room.name, told)


async def _close(context: Context, question: Question, reply: Post) -> Message:
    async with context.write() as work:
        answerer = await members.who_is(work, reply.author.key, reply.author.name)
        who = member_id(answerer) if answerer else None
        tip = await _offer_as_tip(context, work, question, reply, who) if who is not None else None
        if not await questions.solve_question(work, question.number, answerer=who, tip=tip):
            raise Refusal("ask.closed_already")
        if who is not None:
            subject = {"question": question.number}
            await notices.owe(work, "ask.answered", who, subject, once=f"answered:{question.number}")
    name = answerer.name if answerer else context.words.line("ask.somebody")
    if question.post and question.post != question.heard:
        asker = _mention(context) if question.named else None
        await context.chat.edit(
            _message(question, question.post.rsplit(":", 1)[-1], at_top=True),
            views.settled(context.words, question, asker=asker, answerer=name),
        )
    if answerer is None:
        return cards.plainly(context.words, "ask.closed_quietly")
    return cards.plainly(context.words, "ask.closed" if tip is not None else "ask.closed_only", name=name)


async def _offer_as_tip(context: Context, work: Work, question: Question, reply: Post, answerer: int) -> int | None:
    """Drafts the answer as a tip with both people credited, and owes both the question whether it may be kept."""
    form = TipForm(
        works=shorten(reply.text, PART_LENGTH),
        situation=shorten(question.text, PART_LENGTH),
        title=title_from(reply.text),
    )
    people = await members.find_members(work, [answerer, question.asker_id or answerer])
    willing = all(person.takes_requests for person in people.values())
    if not willing or scan(reply.text) or not rules.has_words(reply.text):
        return None
    try:
        tip = await tips.keep_tip(work, form, kept_by=None, source=reply.ref.key, source_link="")
    except tips.AlreadyKept:
        return None
    await tips.add_author(work, tip, answerer, part="works", consent=Consent.ASKED)
    if question.asker_id is not None:
        await tips.add_author(work, tip, question.asker_id, part="situation", consent=Consent.ASKED)
    number = await tips.number_of(work, tip)
    for member in await consents.request_consent(work, tip):
        await notices.owe(work, "capture.consent", member, {"tip": tip}, once=f"consent:{number}:{member}:1")
    return tip


async def _own_question(context: Context, number: int) -> Question:
    async with context.read() as work:
        question = await questions.find_question(work, number)
    if question is None or question.asker_id != context.who:
        raise Refusal("ask.only_asker")
    if question.state is QuestionState.ANSWERED:
        raise Refusal("ask.closed_already")
    return question


def _replies(thread: tuple[Post, ...], root: str, context: Context) -> list[Post]:
    assert context.account is not None
    mine = context.account.key
    return [
        post
        for post in thread
        if post.ref.id != root and not post.by_bot and post.author.key != mine and post.text.strip()
    ]


def _message(question: Question, id: str, *, at_top: bool = False) -> MessageRef:
    platform, space, channel = question.room.split(":", 2)
    thread = "" if at_top else question.post.rsplit(":", 1)[-1]
    return MessageRef(Room(Space(platform, space), channel, thread), id)


def _mention(context: Context) -> Mention:
    assert context.account is not None and context.member is not None
    return Mention(Account(context.account.space, context.account.id, context.member.name))

"""What happens when somebody asks the bot, or asks where it may quietly offer an answer."""

from collections.abc import Sequence

from adapters.port import (
    ButtonPressed,
    CommandUsed,
    FieldErrors,
    Form,
    FormSubmitted,
    Message,
    MessagePosted,
    MessageRef,
    Only,
    Room,
    ShortcutUsed,
    Text,
    plain,
)
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, argument_of, number_of
from bot.features.ask import rules, views
from bot.features.ask.rules import LONGEST_QUESTION
from knowledge import practice
from knowledge.guard import scan
from knowledge.practice import Asker
from knowledge.search import Found, Hit, confidence_of_shown
from knowledge.store import communities, members, questions, tips
from knowledge.store.members import member_id
from knowledge.store.questions import Asked
from knowledge.tips import Known


async def open_form(context: Context, event: CommandUsed | ButtonPressed) -> Form:
    """`/ask`: one field."""
    return views.ask_form(context.words)


async def ask_privately(context: Context, event: CommandUsed) -> Message:
    """`/ask how do you …`: an answer that only the asker sees."""
    return await _answer(context, event.text, Asked(event.text, room=_channel(event.room)))


async def form_sent(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """The form came back."""
    text = str(event.values.get("question", ""))
    if not rules.has_words(text):
        return FieldErrors({"question": context.words.line("ask.no_words")})
    return await _answer(context, text, Asked(text, room=_channel(event.room)))


async def ask_by_mention(context: Context, event: MessagePosted) -> Message:
    """A mention or a direct message: answered where it was asked."""
    ref = event.post.ref
    asked = Asked(event.post.text, room=_channel(ref.room), heard=ref.key)
    return await _answer(context, event.post.text, asked, in_public=not event.direct)


async def offer_quietly(context: Context, event: MessagePosted) -> None:
    """A question in a channel that opted in: an offer that only the asker sees, where there is something good."""
    found, ranked = await _looked_up(context, event.post.text)
    best = next((known for known, _ in ranked if known.id == found.hits[0].id), None)
    if best is None or found.confidence < context.options.offered_from:
        return
    ref = event.post.ref
    message = views.offer(context.words, best, channel=ref.room.channel_id, message=ref.id)
    await context.chat.send(Only(event.who, ref.room), message, once=event.key)


async def see_offer(context: Context, event: ButtonPressed) -> Message:
    """*Show me*."""
    channel, id = argument_of(event.button), argument_of(event.button, 1)
    post = await context.chat.read_message(MessageRef(Room(event.who.space, channel), id))
    if post is None or post.author.key != event.who.key or post.ref.room.direct:
        raise Refusal("common.platform.gone")
    return await _answer(context, post.text, Asked(post.text, room=post.ref.room.key, heard=post.ref.key))


async def stop_offers(context: Context, event: ButtonPressed) -> Message:
    """*Don't offer me any*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_offers=False)
    return cards.plainly(context.words, "ask.offers_stopped")


async def not_now(context: Context, event: ButtonPressed) -> Message | None:
    """*Not now*, *Leave it*: only on a message that one person sees, else nothing changes."""
    if not await _is_private(context, event):
        return None
    return cards.plainly(context.words, "ask.left")


async def not_what_i_asked(context: Context, event: ButtonPressed) -> Message:
    """*Not what I asked*: remembered as a gap, and the others can be asked."""
    number = number_of(event.button)
    async with context.write() as work:
        question = await questions.find_question(work, number)
        if question is None or question.asker_id != context.who:
            raise Refusal("ask.not_yours")
        await questions.note_said(work, number, None, questions.NOT_ASKED)
    in_public = bool(question.heard and question.room)
    return views.not_sure(context.words, (), question=number, in_public=in_public)


async def choose_offers(context: Context, event: CommandUsed) -> Message:
    """`/ask offers on`: a coordinator chooses whether the bot may offer answers in this room."""
    wanted = rules.offers_choice(event.text)
    if wanted is None:
        return await ask_privately(context, event)
    context.only_for_coordinators()
    async with context.write() as work:
        await communities.set_offers(work, event.room.key, wanted)
    return cards.plainly(context.words, "ask.offers_on" if wanted else "ask.offers_off")


async def choose_sure(context: Context, event: CommandUsed) -> Message:
    """`/ask sure 7`: a coordinator chooses how sure an answer must be."""
    wanted = rules.sure_in_ten(event.text)
    if wanted is None:
        return await ask_privately(context, event)
    context.only_for_coordinators()
    async with context.write() as work:
        await communities.choose(work, sure_in_ten=wanted)
    return cards.plainly(context.words, "ask.sure", count=wanted)


async def choose_languages(context: Context, event: CommandUsed) -> Message:
    """`/ask languages de, en`: a coordinator says which languages the community writes in."""
    wanted = rules.languages_named(event.text)
    if wanted is None:
        return await ask_privately(context, event)
    context.only_for_coordinators()
    async with context.write() as work:
        await communities.choose(work, languages=wanted)
    return views.languages(context.words, wanted)


async def who_knows(context: Context, event: ShortcutUsed) -> Message:
    """*Who knows about this?*: people and tips that are near a message; nobody is notified.

    The message is written down as a question only where it is the asker's own.
    """
    text = event.post.text
    if not rules.has_words(text):
        raise Refusal("ask.no_words")
    found = await search(context, text)
    near = [known for known, score in found if score >= rules.WORTH_SHOWING]
    is_own = event.post.author.key == event.who.key and not scan(text)
    number: int | None = None
    async with context.write() as work:
        people = {member_id(each): each for each in await members.list_members(work)}
        peers = rules.peers_for(near, people, {}, asker=context.who)
        if is_own:
            asked = Asked(text[:LONGEST_QUESTION], _channel(event.post.ref.room), event.post.ref.key)
            number = (await questions.write_question(work, context.who, asked)).number
    return views.who_knows(context.words, peers, near, question=number)


async def _answer(context: Context, text: str, asked: Asked, *, in_public: bool = False) -> Message:
    """Searches, writes the question down unless it holds personal data, and says what was found."""
    if not rules.has_words(text):
        raise Refusal("ask.no_words")
    found, scored = await _looked_up(context, text)
    is_first_there = any(known.id == found.hits[0].id for known, _ in scored)
    sure = is_first_there and found.confidence_of_shown >= context.options.answered_from
    shown = rules.choose(scored) if sure else rules.near_misses(scored)
    number: int | None = None
    note: Text = ()
    if scan(text[:LONGEST_QUESTION]):
        note = context.words("ask.not_written_down")
    else:
        written = Asked(
            text[:LONGEST_QUESTION],
            asked.room,
            asked.heard,
            confidence_of_shown(found.evidence) if found.evidence else 0.0,
            tuple(known.id for known in shown),
            sure and bool(shown),
        )
        async with context.write() as work:
            number = (await questions.write_question(work, context.who, written)).number
    if sure and shown:
        return views.answer(context.words, shown, _asker(context), question=number, note=note)
    return views.not_sure(context.words, shown, question=number, note=note, in_public=in_public)


async def _looked_up(context: Context, text: str) -> tuple[Found, list[tuple[Known, float]]]:
    """Searches, and orders what was found by what practice says; what the asker refused for this is left out."""
    found = await context.library.search(context.community, plain(text), context.now)
    async with context.read() as work:
        refused = await questions.not_asked(work, [hit.id for hit in found.hits])
    return found, practice.ordered(await _known(context, found.hits), _asker(context), text, refused)


def _asker(context: Context) -> Asker:
    assert context.member is not None
    return Asker(context.who, context.member.practice, context.member.place)


async def search(context: Context, text: str) -> list[tuple[Known, float]]:
    """Finds the tips nearest to a text, with their scores (0 to 1), nearest first."""
    found = await context.library.search(context.community, plain(text), context.now)
    return await _known(context, found.hits)


async def _known(context: Context, hits: Sequence[Hit]) -> list[tuple[Known, float]]:
    scores = {hit.id: hit.score for hit in hits}
    async with context.read() as work:
        return [(known, scores[known.id]) for known in await tips.find_tips(work, list(scores))]


def _channel(room: Room) -> str:
    """The key of the channel that a question can be put in, or an empty text for a direct message."""
    return "" if room.direct else room.key


async def _is_private(context: Context, event: ButtonPressed) -> bool:
    post = await context.chat.read_message(event.message)
    return post is None or post.private

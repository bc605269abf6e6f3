"""The way of every new tip: looked at, compared, written as a draft, asked about, published.

All ways in meet here, so that consent, personal data and near-duplicates are treated the same wherever a tip comes
from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.port import FormSubmitted, Message, MessageRef, PlatformRefused, Post, Room
from bot import cards
from bot.errors import Refusal
from bot.feature import Context
from bot.features.capture import rules, views
from bot.features.capture.rules import Credit, Draft, Undecided
from knowledge.models import Consent, Member, TipState
from knowledge.personal import personal_in
from knowledge.store import Work, consents, members, notices, tips
from knowledge.store.members import member_id
from knowledge.store.tips import AlreadyKept
from knowledge.tips import PART_LENGTH, Known, TipForm, own_changes, tidy


async def consider(context: Context, draft: Draft, *, ask_self: bool = False, looked_at: bool = False) -> Message:
    """Looks at a draft for personal data, writes it down, compares it with what is known, and sends it off.

    Args:
        context: who keeps it.
        draft: what they keep.
        ask_self: whether the keeper is asked about their own words too, because a reaction is no form.
        looked_at: whether its author said that nothing in it is personal.
    """
    if not rules.has_words(draft.form.works):
        raise Refusal("capture.no_answer_yet")
    found = {} if looked_at else personal_in(draft.form)
    if found:
        token = context.held.put(context.who, Undecided(draft, ask_self), context.now)
        is_author = rules.is_by(draft, context.account.key if context.account else "")
        return cards.personal(context.words, "capture", draft.form, found, token, is_author=is_author)
    similar = await context.library.similar(context.community, draft.form, context.now)
    tip = await _write(context, draft, ask_self=ask_self)
    if similar:
        async with context.read() as work:
            known = (await tips.find_tips(work, [tip]))[0]
            nearest = await tips.find_tips(work, [hit.id for hit in similar])
        if nearest:
            return views.looks_like(context.words, known, nearest)
    return await send_off(context, tip)


async def change_draft(context: Context, number: int, form: TipForm, *, looked_at: bool = False) -> Message:
    """Changes a draft in its author's name, after a look for personal data, and asks them once more."""
    async with context.write() as work:
        known = await draft_for(work, number, context.who)
        form = tidy(own_changes(known, form, context.who))
        found = {} if looked_at else personal_in(form, before=known.form)
        if not found:
            await tips.revise_tip(work, known.id, form, by=context.who)
    if found:
        token = context.held.put(context.who, Undecided(Draft(form), number=number), context.now)
        return cards.personal(context.words, "capture", form, found, token)
    return views.ask_again(context.words, replace(known, form=form))


async def resume(context: Context, undecided: Undecided, form: TipForm, *, looked_at: bool = False) -> Message:
    """Goes on with what waited for its author's look: a new tip, or a draft that they were changing."""
    if undecided.number is not None:
        return await change_draft(context, undecided.number, form, looked_at=looked_at)
    draft = replace(undecided.draft, form=form, credits=rules.credits_left(undecided.draft, form))
    return await consider(context, draft, ask_self=undecided.ask_self, looked_at=looked_at)


async def send_off(context: Context, tip: int) -> Message:
    """Publishes a draft, or asks those whose word is awaited."""
    async with context.write() as work:
        asked = await consents.request_consent(work, tip)
        known = (await tips.find_tips(work, [tip]))[0]
        if known.state is not TipState.DRAFT:
            raise Refusal("common.done_already")
        for member in asked:
            await notices.owe(
                work,
                "capture.consent",
                member,
                {"tip": tip, "by": context.who},
                once=f"consent:{known.number}:{member}:1",
            )
        waiting = await consents.waiting_for(work, tip)
        if not waiting:
            await tips.publish_tip(work, tip, by=context.who)
        names = [person.name for person in (await members.find_members(work, waiting)).values()]
    if not waiting:
        return views.kept(context.words, known, named=any(author.shown for author in known.authors))
    if waiting == {context.who}:
        return cards.plainly(context.words, "capture.asked_yourself")
    return views.waiting(context.words, known, names)


async def decide(context: Context, number: int, *, yes: bool, named: bool) -> Message:
    """Writes down an author's word on a draft, and settles the draft where nobody else is awaited."""
    async with context.write() as work:
        known = await draft_for(work, number, context.who)
        await consents.answer_request(work, known.id, context.who, yes=yes, named=named)
        outcome = await settle(work, known)
    words = context.words
    if not yes:
        return cards.plainly(words, "capture.declined")
    if outcome == "kept":
        return views.kept(words, known, named=named)
    return cards.plainly(words, "capture.yes_waiting")


async def settle(work: Work, known: Known) -> str:
    """Publishes or drops a draft once every author has spoken; gives `kept`, `dropped` or `waiting`."""
    refused = await consents.parts_refused(work, known.id)
    if "works" in refused:
        await owe_decision(work, known, "declined")
        await tips.drop_tip(work, known.id)
        return "dropped"
    if await consents.waiting_for(work, known.id):
        return "waiting"
    if refused:
        await tips.revise_tip(work, known.id, rules.without(known.form, refused), by=None)
        await consents.forget_refusals(work, known.id)
    await tips.publish_tip(work, known.id, by=known.kept_by)
    await owe_decision(work, known, "kept")
    return "kept"


async def owe_decision(work: Work, known: Known, how: str) -> None:
    """Owes whoever kept a draft a word on what became of it, unless the words are their own."""
    if known.kept_by is not None and not all(author.member == known.kept_by for author in known.authors):
        subject = {"number": known.number, "how": how}
        await notices.owe(work, "capture.decided", known.kept_by, subject, once=f"decided:{known.number}:{how}")


async def draft_of(context: Context, message: MessageRef, *, leave_out: str = "") -> Draft:
    """Reads a message, with its thread where it has one, and makes a draft of it.

    Raises:
        Refusal: it is gone, holds no words of people, is too long, or its author wants nothing kept.
    """
    posts = [post for post in await _read(context, message) if post.ref.id != leave_out]
    chosen = next((post for post in posts if post.ref.id == message.id), None)
    if chosen is None or (chosen.ref.room.direct and chosen.author != context.account):
        raise Refusal("capture.message_gone")
    if rules.is_too_long(chosen.text):
        raise Refusal("capture.too_long", length=len(chosen.text), most=PART_LENGTH)
    draft = rules.draft_from(posts, message.id, link=await context.chat.link(message))
    if draft is None or not rules.has_words(draft.form.works + draft.form.situation):
        raise Refusal("capture.no_words")
    return draft


async def refuse_if_kept(context: Context, message: MessageRef) -> None:
    """Refuses where there is a tip or a draft from this message."""
    async with context.read() as work:
        earlier = await tips.from_source(work, message.key)
    for known in earlier:
        if known.state is TipState.DRAFT:
            raise Refusal("capture.already_asked")
        if known.state is TipState.LIVE:
            raise Refusal("capture.already_kept", number=known.number, title=known.title)


async def draft_for(work: Work, number: int, member: int) -> Known:
    """Finds a draft that waits for this member's word.

    Raises:
        Refusal: it is settled, or somebody else is asked.
    """
    known = await tips.find_tip(work, number)
    if known is None or known.state is not TipState.DRAFT:
        raise Refusal("common.done_already")
    if member not in await consents.waiting_for(work, known.id):
        raise Refusal("capture.not_asked")
    return known


async def own_draft(work: Work, number: int, member: int) -> Known:
    """Finds a draft that this member kept and that was not sent off yet.

    Raises:
        Refusal: it is settled, somebody else kept it, or its authors are being asked.
    """
    known = await tips.find_tip(work, number)
    if known is None or known.state is not TipState.DRAFT or known.kept_by != member:
        raise Refusal("common.done_already")
    if not await consents.is_unsent(work, known.id):
        raise Refusal("common.done_already")
    return known


async def credits_for(work: Work, parts: Mapping[str, int | None]) -> tuple[Credit, ...]:
    """Whose words each part is, by their member ids; who is gone, left or wants nothing kept is not credited."""
    people = await members.find_members(work, [each for each in parts.values() if each is not None])
    found = []
    for part, member in parts.items():
        person = people.get(member or 0)
        accounts = await members.accounts_of(work, member) if person is not None and member is not None else []
        if person is not None and accounts and person.takes_requests and person.left_at is None:
            found.append(Credit(accounts[0].key, person.name, part))
    return tuple(found)


def form_id(message: MessageRef) -> str:
    """The id of a form about a message; the message is read again when the form comes back."""
    return f"capture:keep:{message.room.channel_id}:{message.room.thread_id}:{message.id}"


def message_in(arguments: Sequence[str], event: FormSubmitted) -> MessageRef:
    """The message that a form is about."""
    channel, thread, id = arguments
    return MessageRef(Room(event.who.space, channel, thread), id)


async def _write(context: Context, draft: Draft, *, ask_self: bool) -> int:
    try:
        async with context.write() as work:
            keeper = context.who
            tip = await tips.keep_tip(
                work, draft.form, kept_by=keeper, source=draft.source, source_link=draft.source_link
            )
            if not draft.credits:
                await tips.add_author(work, tip, keeper)
            for member, credit in await _people(work, draft.credits):
                mine = member_id(member) == keeper and not ask_self
                consent = Consent.OWN if mine else Consent.ASKED
                await tips.add_author(
                    work, tip, member_id(member), part=credit.part, consent=consent, source=credit.source
                )
    except AlreadyKept as kept:
        async with context.read() as work:
            known = await tips.find_tip(work, kept.number)
        if known is None or known.state is TipState.DRAFT:
            raise Refusal("capture.already_asked") from kept
        raise Refusal("capture.already_kept", number=known.number, title=known.title) from kept
    return tip


async def _people(work: Work, credits: Sequence[Credit]) -> list[tuple[Member, Credit]]:
    people = []
    for credit in credits:
        member = await members.member_of(work, credit.account, credit.name)
        if not member.takes_requests or member.left_at is not None:
            raise Refusal("capture.wants_nothing_kept" if member.left_at is None else "capture.has_left")
        people.append((member, credit))
    return people


async def _read(context: Context, message: MessageRef) -> Sequence[Post]:
    try:
        thread = await context.chat.read_thread(message)
    except PlatformRefused:
        thread = ()
    if any(post.ref.id == message.id for post in thread):
        return thread
    single = await context.chat.read_message(message)
    return () if single is None else (single,)

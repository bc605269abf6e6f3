"""What happens when somebody keeps something, and when an author is asked about their words."""

from contextlib import suppress
from dataclasses import replace

from adapters.port import (
    ButtonPressed,
    CommandUsed,
    FieldErrors,
    Form,
    FormSubmitted,
    Message,
    MessageDeleted,
    MessagePosted,
    MessageRef,
    Only,
    ReactionAdded,
    Room,
    ShortcutUsed,
)
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, argument_of, arguments_of, number_of
from bot.features.capture import keeping, rules, views
from bot.features.capture.rules import Draft, Undecided
from bot.tip_form import form_from, tip_form
from knowledge.models import Outcome, TipState, WinState
from knowledge.personal import redacted
from knowledge.store import confirmations, consents, meetups, members, quick_wins, tips
from knowledge.tips import PART_LENGTH, TipForm, tidy, title_from

EMPTY = TipForm(works="")


async def open_form(context: Context, event: CommandUsed | ButtonPressed) -> Form:
    """`/tip`: the short form."""
    return tip_form(context.words, EMPTY, "capture:keep")


async def file_at_once(context: Context, event: CommandUsed) -> Message:
    """Files `/tip Flush it with warm water first.` at once."""
    if not rules.has_words(event.text):
        raise Refusal("capture.no_words")
    if rules.is_too_long(event.text):
        raise Refusal("capture.too_long", length=len(event.text), most=PART_LENGTH)
    return await keeping.consider(context, Draft(TipForm(event.text, title=title_from(event.text))))


async def list_drafts(context: Context, event: CommandUsed) -> Message:
    """`/tip drafts`."""
    async with context.read() as work:
        found = await tips.drafts_for(work, context.who)
    return views.drafts(context.words, found)


async def keep_message(context: Context, event: ShortcutUsed) -> Form:
    """*Keep as know-how*: the form, filled in from the message or its thread."""
    await keeping.refuse_if_kept(context, event.post.ref)
    draft = await keeping.draft_of(context, event.post.ref)
    return tip_form(context.words, draft.form, keeping.form_id(event.post.ref))


async def form_sent(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """The form came back: from `/tip`, or from a message (then its arguments say which)."""
    form = tidy(form_from(event, EMPTY))
    if not rules.has_words(form.works):
        return FieldErrors({"works": context.words.line("capture.works_missing")})
    arguments = arguments_of(event.form)
    if not arguments:
        return await keeping.consider(context, Draft(form))
    message = keeping.message_in(arguments, event)
    draft = await keeping.draft_of(context, message)
    return await keeping.consider(context, replace(draft, form=form, credits=rules.credits_left(draft, form)))


async def keep_by_reaction(context: Context, event: ReactionAdded) -> Message | None:
    """:bulb: on a message: its author is asked, whoever they are."""
    draft = await keeping.draft_of(context, event.message)
    return await keeping.consider(context, draft, ask_self=True)


async def keep_by_mention(context: Context, event: MessagePosted) -> None:
    """`@tacit keep this` in a thread; what is said of it is for the keeper alone."""
    if not event.post.ref.room.thread_id:
        raise Refusal("capture.keep_what")
    room = event.post.ref.room
    root = MessageRef(Room(room.space, room.channel_id, room.thread_id, room.name), room.thread_id)
    draft = await keeping.draft_of(context, root, leave_out=event.post.ref.id)
    said = await keeping.consider(context, draft, ask_self=True)
    await context.chat.send(Only(event.who, room), said, once=event.key)


async def keep_win(context: Context, event: ButtonPressed) -> Message:
    """*Keep it*, of a quick win that held: theirs is what works, and the problem is whose words it was."""
    async with context.write() as work:
        win = await quick_wins.find_win(work, number_of(event.button), lock=True)
        meetup = await meetups.of_id(work, win.meetup_id) if win is not None else None
        if win is None or meetup is None or win.member_id != context.who:
            raise Refusal("common.unknown")
        if win.state is WinState.KEPT:
            raise Refusal("common.done_already")
        win.state = WinState.KEPT
        credits = await keeping.credits_for(work, {"works": win.member_id, "situation": meetup.teller_id})
    problem = meetup.detail or meetup.problem
    form = TipForm(works=win.text, title=title_from(win.text), situation=problem)
    return await keeping.consider(context, Draft(form, rules.credits_left(Draft(form, credits), form)))


async def drop_with_message(context: Context, event: MessageDeleted) -> None:
    """A message is gone: a draft of it that still waits for a yes goes with it."""
    async with context.write() as work:
        for known in await tips.drafts_holding(work, event.message.key):
            await keeping.owe_decision(work, known, "deleted")
            await tips.drop_tip(work, known.id)


async def say_yes(context: Context, event: ButtonPressed) -> Message:
    """*Yes, with my name*."""
    return await keeping.decide(context, _number(event), yes=True, named=True)


async def say_yes_unnamed(context: Context, event: ButtonPressed) -> Message:
    """*Yes, without my name*."""
    return await keeping.decide(context, _number(event), yes=True, named=False)


async def say_no(context: Context, event: ButtonPressed) -> Message:
    """*No*."""
    return await keeping.decide(context, _number(event), yes=False, named=False)


async def say_never(context: Context, event: ButtonPressed) -> Message:
    """*No, and don't ask again*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_requests=False)
    with suppress(Refusal):  # settled meanwhile: what they want from now on holds all the same
        await keeping.decide(context, _number(event), yes=False, named=False)
    return cards.plainly(context.words, "capture.never_again")


async def edit_first(context: Context, event: ButtonPressed) -> Form:
    """*Edit first*: the form with their own words."""
    async with context.read() as work:
        known = await keeping.draft_for(work, _number(event), context.who)
    return tip_form(context.words, replace(known.form, title=known.title), f"capture:editfirst:{known.number}")


async def edited_first(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """An author changed the draft; they are asked once more."""
    number = number_of(event.form)
    async with context.read() as work:
        known = await keeping.draft_for(work, number, context.who)
    form = form_from(event, known.form)
    if not rules.has_words(form.works):
        return FieldErrors({"works": context.words.line("capture.works_missing")})
    return await keeping.change_draft(context, number, form)


async def is_same(context: Context, event: ButtonPressed) -> Message:
    """*Same thing*: the new one goes; the existing one is confirmed where the new one was the keeper's own words."""
    number, existing = number_of(event.button), number_of(event.button, 1)
    async with context.write() as work:
        known = await keeping.own_draft(work, number, context.who)
        other = await tips.find_tip(work, existing)
        if other is None or other.state is not TipState.LIVE:
            raise Refusal("common.not_found", number=existing)
        confirms = known.is_by(context.who) and not other.is_by(context.who)
        if confirms:
            await confirmations.confirm_tip(work, other.id, context.who, Outcome.WORKED)
        await tips.drop_tip(work, known.id)
    key = "capture.confirmed_same" if confirms else "capture.same_as"
    return cards.plainly(context.words, key, number=existing, title=other.title)


async def is_variation(context: Context, event: ButtonPressed) -> Message:
    """*A variation of it*: both stay, side by side."""
    number, existing = number_of(event.button), number_of(event.button, 1)
    async with context.write() as work:
        known = await keeping.own_draft(work, number, context.who)
        await tips.mark_variation(work, known.id, existing)
    return await keeping.send_off(context, known.id)


async def is_different(context: Context, event: ButtonPressed) -> Message:
    """*Something different*: it is kept as it is."""
    async with context.read() as work:
        known = await keeping.own_draft(work, _number(event), context.who)
    return await keeping.send_off(context, known.id)


async def drop_draft(context: Context, event: ButtonPressed) -> Message:
    """*Leave it*."""
    async with context.write() as work:
        known = await keeping.own_draft(work, _number(event), context.who)
        await tips.drop_tip(work, known.id)
    return cards.plainly(context.words, "capture.dropped")


async def take_name_off(context: Context, event: ButtonPressed) -> Message:
    """*Take my name off*."""
    async with context.write() as work:
        known = await tips.find_tip(work, _number(event))
        if known is None or not known.is_by(context.who):
            raise Refusal("common.not_yours")
        await consents.set_named(work, known.id, context.who, named=False)
    return views.kept(context.words, known, named=False)


async def take_out(context: Context, event: ButtonPressed) -> Form:
    """*Take it out*: the form without what looked personal."""
    token = argument_of(event.button)
    undecided = _held(context, token, take=False)
    return tip_form(context.words, redacted(undecided.draft.form), f"capture:takeout:{token}")


async def taken_out(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """The form came back without it."""
    token = argument_of(event.form)
    undecided = _held(context, token, take=False)
    form = tidy(form_from(event, undecided.draft.form))
    if not rules.has_words(form.works):
        return FieldErrors({"works": context.words.line("capture.works_missing")})
    context.held.take(token, context.who, context.now)
    return await keeping.resume(context, undecided, form)


async def not_personal(context: Context, event: ButtonPressed) -> Message:
    """*It isn't, keep it*: the author says that it is no personal data."""
    token = argument_of(event.button)
    if not rules.is_by(_held(context, token, take=False).draft, event.who.key):
        raise Refusal("capture.not_asked")
    undecided = _held(context, token, take=True)
    return await keeping.resume(context, undecided, undecided.draft.form, looked_at=True)


async def forget_held(context: Context, event: ButtonPressed) -> Message:
    """*Forget it*."""
    context.held.take(argument_of(event.button), context.who, context.now)
    return cards.plainly(context.words, "capture.forgotten")


def _held(context: Context, token: str, *, take: bool) -> Undecided:
    get = context.held.take if take else context.held.look
    found = get(token, context.who, context.now)
    if not isinstance(found, Undecided):
        raise Refusal("capture.held_is_gone")
    return found


def _number(event: ButtonPressed) -> int:
    return number_of(event.button)

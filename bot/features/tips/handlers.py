"""What happens when somebody shows, lists, confirms, changes or undoes a tip."""

from dataclasses import replace

from adapters.port import (
    ButtonPressed,
    CommandUsed,
    FieldErrors,
    Form,
    FormSubmitted,
    Message,
    Option,
    Section,
    Suggestions,
    Typing,
)
from adapters.port.limits import OPTION_LABEL, SUGGESTIONS
from bot import cards, tip_acts
from bot.cards import heading
from bot.errors import Refusal
from bot.feature import Context, argument_of, arguments_of, number_of
from bot.features.tips import rules, views
from bot.tip_form import form_from, kept, tip_form
from knowledge.guard import scan
from knowledge.models import Outcome, TipState
from knowledge.personal import redacted
from knowledge.store import Work, confirmations, consents, members, questions, tips
from knowledge.tips import Known, TipForm, shorten


async def list_tips(context: Context, event: CommandUsed) -> Message:
    """`/tip list [tag, practice or place]`."""
    return await _page(context, event.text[len("list") :], 0)


async def list_more(context: Context, event: ButtonPressed) -> Message:
    """The next page."""
    return await _page(context, ":".join(arguments_of(event.button)[1:]), number_of(event.button))


async def show(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tip show 12`, or a number in a list."""
    async with context.read() as work:
        known = await tip_acts.find_seen(context, work, _number(event))
        known = await tip_acts.where_it_lives(work, known)
        is_draft = known.state is TipState.DRAFT
        is_unsent = is_draft and known.kept_by == context.who and await consents.is_unsent(work, known.id)
        is_asked = is_draft and not is_unsent and context.who in await consents.waiting_for(work, known.id)
    may_edit = tip_acts.may_edit(context, known)
    return views.tip(context.words, known, may_edit=may_edit, is_asked=is_asked, is_unsent=is_unsent)


async def edit(context: Context, event: CommandUsed | ButtonPressed) -> Form:
    """`/tip edit 12`, *Edit it*."""
    number = _number(event)
    async with context.read() as work:
        known = await tip_acts.find_editable(context, work, number)
    return tip_form(context.words, replace(known.form, title=known.form.title or known.title), f"tips:edit:{number}")


async def edited(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """The edit form came back."""
    works = str(event.values.get("works", "")).strip()
    if not works:
        return FieldErrors({"works": context.words.line("tips.works_missing")})
    number = number_of(event.form)
    async with context.read() as work:
        known = await tip_acts.find_editable(context, work, number)
    return await _save(context, number, form_from(event, known.form))


async def take_out(context: Context, event: ButtonPressed) -> Form:
    """*Take it out*: the form without what looked personal."""
    number, form = _held(context, event, take=False)
    return tip_form(context.words, redacted(form), f"tips:edit:{number}")


async def not_personal(context: Context, event: ButtonPressed) -> Message:
    """*It isn't, keep it*."""
    number, form = _held(context, event, take=True)
    return await _save(context, number, form, looked_at=True)


async def forget_held(context: Context, event: ButtonPressed) -> Message:
    """*Forget it*: the change is not made."""
    context.held.take(argument_of(event.button), context.who, context.now)
    return Message(context.words.line("tips.unchanged"), [Section(context.words("tips.unchanged"))])


async def details_pressed(context: Context, event: ButtonPressed) -> Form:
    """*Where and tags*."""
    async with context.read() as work:
        known = await tip_acts.find_editable(context, work, number_of(event.button))
    return views.details_form(context.words, known)


async def detailed(context: Context, event: FormSubmitted) -> Message:
    """Where it worked and the tags came back."""
    number = number_of(event.form)
    async with context.read() as work:
        known = await tip_acts.find_editable(context, work, number)
    where = kept(known.form, event, "context", views.CONTEXT_SHOWN)
    tags = tuple(str(event.values.get("tags", "")).replace(",", " ").split())
    return await _save(context, number, replace(known.form, context=where, tags=tags))


async def delete(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tip delete 12`, *Take it back*."""
    async with context.write() as work:
        known = await tip_acts.delete(context, work, _number(event))
        version = await tip_acts.version_of(work, known)
    return views.done(context.words, "tips.deleted", known, version=version)


async def retire(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tip retire 12`, *It's out of date*."""
    async with context.write() as work:
        known = await tip_acts.retire(context, work, _number(event))
        version = await tip_acts.version_of(work, known)
    return views.done(context.words, "tips.retired", known, version=version)


async def merge(context: Context, event: CommandUsed) -> Message:
    """`/tip merge 12 into 7`: 7 goes on, with the people and confirmations of both."""
    pair = rules.numbers_in(event.text[len("merge") :])
    if pair is None:
        raise Refusal("tips.merge_how")
    async with context.write() as work:
        going, staying = await tip_acts.merge(context, work, *pair)
        version = await tip_acts.version_of(work, going)
    words = context.words
    message = views.done(words, "tips.merged", going, version=version)
    return Message(message.summary, [*message.sections, *views.tip(words, staying, may_edit=False).sections[:1]])


async def undo(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tip undo 12`, *Undo that*: the button takes back the change that it stood under, and no later one."""
    number = _number(event)
    meant = isinstance(event, ButtonPressed) and len(arguments_of(event.button)) > 1
    version = number_of(event.button, 1) if isinstance(event, ButtonPressed) and meant else None
    async with context.write() as work:
        known = await tip_acts.undo(context, work, number, version)
        version = await tip_acts.version_of(work, known)
    return views.done(context.words, "tips.undone", known, again="tips.put_back", version=version)


async def show_history(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tip history 12`, *What happened to it*."""
    async with context.read() as work:
        known = await tip_acts.find_seen(context, work, _number(event))
        versions = await tips.history(work, known.id)
    if not versions:
        raise Refusal("tips.no_history")
    return views.history(context.words, known, versions)


async def worked(context: Context, event: ButtonPressed) -> Message:
    """*Worked for me*."""
    known = await _confirm(context, event.button, Outcome.WORKED, "")
    return views.done(context.words, "tips.thanks_worked", known)


async def changed(context: Context, event: ButtonPressed) -> Form:
    """*With a change*: which one."""
    return await _note_form(context, "changed", event.button)


async def not_here(context: Context, event: ButtonPressed) -> Form:
    """*Not here*: where, and what got in the way."""
    return await _note_form(context, "nothere", event.button)


async def said_changed(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """Which change came back."""
    if errors := _personal_note(context, event):
        return errors
    known = await _confirm(context, event.form, Outcome.CHANGED, str(event.values.get("note", "")))
    return views.done(context.words, "tips.thanks_changed", known)


async def said_not_here(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """What got in the way came back."""
    if errors := _personal_note(context, event):
        return errors
    known = await _confirm(context, event.form, Outcome.NOT_HERE, str(event.values.get("note", "")))
    return views.done(context.words, "tips.thanks_not_here", known)


async def comment(context: Context, event: CommandUsed | ButtonPressed) -> Form:
    """`/tip comment 12`, *Add a comment*."""
    return await _note_form(context, "comment", f"tips:comment:{_number(event)}")


async def commented(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """A comment came back."""
    if errors := _personal_note(context, event):
        return errors
    async with context.write() as work:
        known = await tip_acts.find_live(work, number_of(event.form))
        await confirmations.comment_on(work, known.id, context.who, str(event.values.get("note", "")).strip())
    return views.done(context.words, "tips.commented", known)


async def complete(context: Context, event: Typing) -> Suggestions:
    """Suggests tips while a number or words of a title are typed."""
    _, _, typed = event.text.partition(" ")
    number = rules.number_in(typed)
    ids = [] if number is not None else await context.library.complete(context.community, typed, context.now)
    async with context.read() as work:
        found = await (tips.find_tips(work, ids) if number is None else tips.numbered_like(work, number))
    return Suggestions([Option(str(each.number), shorten(heading(each), OPTION_LABEL)) for each in found])


async def complete_words(context: Context, event: Typing) -> Suggestions:
    """Suggests tags, practices and places while one is typed."""
    _, _, typed = event.text.partition(" ")
    async with context.read() as work:
        practices, places = await members.practices_and_places(work)
    tags = await context.library.tags(context.community, context.now)
    words = list(dict.fromkeys([*tags, *practices, *places]))
    fitting = rules.fitting(words, typed)
    return Suggestions([Option(word, word[:OPTION_LABEL]) for word in fitting[:SUGGESTIONS]])


async def _page(context: Context, text: str, offset: int) -> Message:
    async with context.read() as work:
        chosen = rules.filter_for(text, await tips.words_in_use(work))
        if chosen is None:
            raise Refusal("tips.no_such_word", word=text.strip())
        found = await tips.browse(work, **chosen, limit=rules.PAGE + 1, offset=offset)
    label = next(iter(chosen.values()), "")
    return views.tips(context.words, found, label=label, offset=offset, filter_id=label)


async def _save(context: Context, number: int, form: TipForm, *, looked_at: bool = False) -> Message:
    """Writes a changed tip, unless something new in it looks like personal data that nobody looked at."""
    async with context.write() as work:
        known, form, found = await tip_acts.change(context, work, number, form, looked_at=looked_at)
        version = await tip_acts.version_of(work, known)
    if found:
        token = context.held.put(context.who, (number, form), context.now)
        return cards.personal(context.words, "tips", form, found, token)
    return views.done(context.words, "tips.edited", replace(known, form=form), version=version)


def _held(context: Context, event: ButtonPressed, *, take: bool) -> tuple[int, TipForm]:
    get = context.held.take if take else context.held.look
    found = get(argument_of(event.button), context.who, context.now)
    if found is None:
        raise Refusal("tips.held_is_gone")
    number, form = found
    return number, form


def _personal_note(context: Context, event: FormSubmitted) -> FieldErrors | None:
    note = str(event.values.get("note", ""))
    found = scan(note)
    if not found:
        return None
    what = context.words.line(f"card.personal.{found[0].kind}")
    shown = note[found[0].start : found[0].end]
    return FieldErrors({"note": context.words.line("tips.personal_note", what=what, shown=shown)})


async def _note_form(context: Context, action: str, id: str) -> Form:
    """A question about the tip that a button names first; behind it may stand the question that it answered."""
    arguments = [str(number_of(id, at)) for at in range(min(max(len(arguments_of(id)), 1), 2))]
    async with context.read() as work:
        known = await tip_acts.find_live(work, int(arguments[0]))
    if action != "comment" and known.is_by(context.who):
        raise Refusal("tips.own")
    return views.note_form(context.words, known, action, arguments)


async def _confirm(context: Context, id: str, outcome: Outcome, note: str) -> Known:
    async with context.write() as work:
        known = await tip_acts.find_live(work, number_of(id))
        if known.is_by(context.who):
            raise Refusal("tips.own")
        await confirmations.confirm_tip(work, known.id, context.who, outcome, note=note.strip())
        if len(arguments_of(id)) > 1:
            await _note_for_question(context, work, number_of(id, 1), known.id, outcome)
    return known


async def _note_for_question(context: Context, work: Work, number: int, tip: int, outcome: Outcome) -> None:
    asked = await questions.find_question(work, number)
    if asked is not None and asked.asker_id == context.who:
        await questions.note_said(work, number, tip, str(outcome))


def _number(event: CommandUsed | ButtonPressed) -> int:
    """The tip that a command names after its first word, or a button as its first argument."""
    if isinstance(event, ButtonPressed):
        return number_of(event.button)
    word, _, rest = event.text.partition(" ")
    number = rules.number_in(rest)
    if number is None:
        raise Refusal("common.need_number", example=f"/{event.name} {word} 12")
    return number

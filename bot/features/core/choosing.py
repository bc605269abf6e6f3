"""What happens when a coordinator chooses the chat's groups whose people coordinate."""

from collections.abc import Sequence

from adapters.port import ButtonPressed, FieldErrors, Form, FormSubmitted, Message
from bot import core_groups
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.core import reading, views
from knowledge.store import audit, communities, core


async def open_groups(context: Context, event: ButtonPressed) -> Form:
    """*By a group*."""
    context.only_for_coordinators()
    groups = await reading.groups_for(context, event.who)
    chosen = [each for each in context.options.core_groups if reading.is_in(event.who.space, each)]
    if not groups and not chosen:
        raise Refusal("core.no_groups")
    return views.groups_form(context.words, groups, chosen)


async def groups_chosen(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """Which groups came back: who is in a new one coordinates at once."""
    context.only_for_coordinators()
    values = event.values.get("groups", ())
    chosen = [values] if isinstance(values, str) else [*values]
    other = str(event.values.get("other", "")).strip().lstrip("#@").casefold()
    if other:
        found = [each for each in await reading.groups_for(context, event.who) if each.name.casefold() == other]
        if len(found) != 1:
            return FieldErrors({"other": context.words.line("core.no_such_group")})
        chosen.append(found[0].key)
    async with context.read() as work:
        was = (await communities.options(work)).core_groups
    now = [*(each for each in was if not reading.is_in(event.who.space, each)), *filter(None, chosen)]
    try:
        people = await core_groups.people_in(context.platforms, [each for each in now if each not in was])
    except core_groups.TooMany:
        raise Refusal("core.too_many", count=core_groups.MOST) from None
    async with context.write() as work:
        entry = await core.set_groups(work, now, by=context.who)
        came = await core_groups.bring_into_step(work, people)
    if entry is None:
        raise Refusal("core.same_groups")
    known = await reading.known_among(context, {*was, *now})
    new, gone = ([views.How(key, known.get(key)) for key in keys] for keys in _changes(was, now))
    return views.chosen(context.words, new, gone, came, entry)


async def take_back_chosen(context: Context, event: ButtonPressed) -> Message:
    """*Undo* of choosing groups: whoever came in by a new one goes, where nobody chose otherwise since."""
    context.only_for_coordinators()
    async with context.write() as work:
        entry = await audit.find_entry(work, number_of(event.button))
        if entry is None or entry.did != "core.groups":
            raise Refusal("common.unknown")
        was, now = entry.subject["was"], entry.subject["now"]
        if (await communities.options(work)).core_groups != tuple(now):
            raise Refusal("common.done_already")
        for group in _changes(was, now)[0]:
            await core.sync_group(work, group, {})
        await core.set_groups(work, was, by=context.who)
    return views.chosen_taken_back(context.words)


def _changes(was: Sequence[str], now: Sequence[str]) -> tuple[list[str], list[str]]:
    """Which groups are new, and which are gone."""
    return [each for each in now if each not in was], [each for each in was if each not in now]

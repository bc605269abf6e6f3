"""What happens when somebody looks who coordinates, or a coordinator names somebody or takes them out, by hand."""

from collections.abc import Mapping
from typing import Any

from adapters.port import Account, ButtonPressed, CommandUsed, FieldErrors, Form, FormSubmitted, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.core import reading, views
from knowledge.models import Member
from knowledge.store import Work, communities, core, members
from knowledge.store.core import LastCoordinator, NamedByGroup
from knowledge.store.members import member_id


async def core_used(context: Context, event: CommandUsed) -> Message:
    """`/tacit core`, `/tacit core add NAME`, `/tacit core remove NAME`."""
    _, _, rest = event.text.strip().partition(" ")
    what, _, name = rest.strip().partition(" ")
    match what.lower():
        case "":
            return await show(context)
        case "add":
            return await _add(context, await _named(context, name))
        case "remove":
            return await _take_out(context, await _named(context, name))
        case _:
            raise Refusal("core.what")


async def open_adding(context: Context, event: ButtonPressed) -> Form:
    """*Add somebody*."""
    context.only_for_coordinators()
    return views.adding_form(context.words)


async def added(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """Whom to add came back."""
    context.only_for_coordinators()
    chosen = event.values.get("who", ())
    ids = (chosen,) if isinstance(chosen, str) else chosen
    if not ids or not ids[0]:
        return FieldErrors({"who": context.words.line("core.nobody_chosen")})
    member = await _chosen(context, Account(event.who.space, ids[0]))
    if member is None:
        return FieldErrors({"who": context.words.line("core.cannot_name")})
    return await _add(context, member)


async def take_back_added(context: Context, event: ButtonPressed) -> Message:
    """*Undo* of adding somebody."""
    return await _take_out(context, await _of_button(context, event), undo=False)


async def open_taking_out(context: Context, event: ButtonPressed) -> Form:
    """*Take somebody out*."""
    context.only_for_coordinators()
    async with context.read() as work:
        return views.taking_out_form(context.words, await core.core_members(work))


async def taken_out(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """Whom to take out came back."""
    context.only_for_coordinators()
    chosen = str(event.values.get("who", ""))
    if not chosen.isascii() or not chosen.isdigit():
        return FieldErrors({"who": context.words.line("core.nobody_chosen")})
    async with context.read() as work:
        member = await members.find_member(work, int(chosen[:9]))
    if member is None:
        return FieldErrors({"who": context.words.line("core.nobody_chosen")})
    return await _take_out(context, member)


async def take_back_taken_out(context: Context, event: ButtonPressed) -> Message:
    """*Undo* of taking somebody out."""
    return await _add(context, await _of_button(context, event), undo=False)


async def decline(context: Context, event: ButtonPressed) -> Message:
    """*I'd rather not*: whoever was named takes themself out."""
    async with context.write() as work:
        await _remove(context, work, context.who)
    return cards.plainly(context.words, "core.declined")


async def write_named(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Says to somebody that they coordinate now, by whom or by what, and how to leave it; nothing where that passed."""
    assert context.member is not None
    group = str(subject.get("group", ""))
    if not context.member.is_core or context.member.core_from != group:
        return None
    async with context.read() as work:
        community = await communities.name_of(work)
        by = await members.find_member(work, subject.get("by") or 0)
    known = await reading.known_among(context, [group]) if group else {}
    how = views.How(group, known.get(group))
    return views.named(context.words, community, by.name if by else "", how)


async def write_untold(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Says to whoever named somebody that they could not be told."""
    async with context.read() as work:
        member = await members.find_member(work, subject.get("member") or 0)
    return cards.plainly(context.words, "core.untold", name=member.name) if member and member.is_core else None


async def show(context: Context) -> Message:
    """Who coordinates, how they came to it, and for coordinators the ways to change it."""
    assert context.member is not None
    async with context.read() as work:
        people = await core.core_members(work)
        chosen = (await communities.options(work)).core_groups
    known = await reading.known_among(context, {*chosen, *(each.core_from for each in people)})
    ways = {each.core_from: views.How(each.core_from, known.get(each.core_from)) for each in people}
    groups = [views.How(each, known.get(each)) for each in chosen]
    return views.shown(context.words, people, ways, groups, is_core=context.member.is_core)


async def _add(context: Context, member: Member, *, undo: bool = True) -> Message:
    context.only_for_coordinators()
    if member.left_at is not None:
        raise Refusal("core.not_here", name=member.name)
    if member.is_core:
        raise Refusal("core.is_one", name=member.name)
    async with context.write() as work:
        await core.add(work, member_id(member), by=context.who)
    return views.added(context.words, member, undo=undo)


async def _take_out(context: Context, member: Member, *, undo: bool = True) -> Message:
    context.only_for_coordinators()
    if not member.is_core:
        raise Refusal("core.is_none", name=member.name)
    async with context.write() as work:
        await _remove(context, work, member_id(member))
    return views.taken_out(context.words, member, undo=undo)


async def _remove(context: Context, work: Work, member: int) -> None:
    try:
        await core.remove(work, member, by=context.who)
    except LastCoordinator:
        raise Refusal("core.last") from None
    except NamedByGroup as refused:
        known = await reading.known_among(context, [refused.group])
        group = views.called(context.words, views.How(refused.group, known.get(refused.group)))
        mine = member == context.who
        raise Refusal("core.you_by_group" if mine else "core.by_group", group=group) from None


async def _named(context: Context, name: str) -> Member:
    context.only_for_coordinators()
    wanted = " ".join(name.split()).removeprefix("@").casefold()
    async with context.read() as work:
        found = [each for each in await members.list_members(work) if each.name.casefold() == wanted]
    if len(found) != 1:
        raise Refusal("core.no_such_name", name=name.strip()[:60] or "?")
    return found[0]


async def _chosen(context: Context, account: Account) -> Member | None:
    """The member behind an account that was chosen; None who is a program, or has to come by themself first."""
    async with context.read() as work:
        known = await members.find_account(work, account.key)
        gone = await members.was_forgotten(work, account.key)
    if gone:
        return None
    name = known.name if known else ""
    if known is None:
        profiles = {each.account.key: each for each in await context.chat.members(account.space)}
        found = profiles.get(account.key)
        if found is None or found.is_bot:
            return None
        name = found.account.name
    async with context.write() as work:
        return await members.who_is(work, account.key, name)


async def _of_button(context: Context, event: ButtonPressed) -> Member:
    context.only_for_coordinators()
    async with context.read() as work:
        member = await members.find_member(work, number_of(event.button))
    if member is None:
        raise Refusal("common.unknown")
    return member

"""What is said of who coordinates. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.port import Button, Choice, Form, Group, Line, Message, Option, People, Section, Sort, Text
from adapters.port.limits import OPTION_LABEL, OPTION_VALUE, OPTIONS, SUMMARY
from bot.words import Words
from knowledge.models import Member
from knowledge.store.members import member_id
from knowledge.tips import shorten

SHOWN = 50
"""Coordinators that are named in a list; the others are counted."""


@dataclass(frozen=True, slots=True)
class How:
    """By which group of a chat somebody coordinates; no key: by hand. `known` is what the reader may know of it."""

    key: str
    known: Group | None = None


def called(words: Words, how: How) -> str:
    """How a group is called in a sentence."""
    if how.known is None:
        return words.line("core.group.unknown")
    return words.line(f"core.group.{_sort(how.known)}", name=how.known.name)


def shown(
    words: Words, people: Sequence[Member], ways: Mapping[str, How], groups: Sequence[How], *, is_core: bool
) -> Message:
    """Who coordinates, and how they came to it; with what a coordinator may do."""
    if not people:
        return Message(words.line("core.nobody"), [Section(words("core.nobody"))])
    lines: Text = ()
    for each in people[:SHOWN]:
        how = ways[each.core_from]
        key = "core.line_by" if how.key else "core.line"
        lines = (*lines, *words(key, name=each.name, group=called(words, how) if how.key else ""), "\n")
    if len(people) > SHOWN:
        lines = (*lines, *words("core.more", count=len(people) - SHOWN))
    by = _by_groups(words, groups)
    buttons = [
        Button("core:add", words.line("core.add")),
        Button("core:takeout", words.line("core.take_out")),
        Button("core:groups", words.line("core.groups")),
    ]
    first = words("core.people", count=len(people))
    return Message(
        words.line("core.people", count=len(people)),
        [Section((*first, "\n", *lines)), Section((*by, *words("core.what_for")), buttons=buttons if is_core else ())],
    )


def adding_form(words: Words) -> Form:
    """Whom to add."""
    field = People("who", words.line("core.add_field"), hint=words.line("core.add_hint"), required=True)
    return Form("core:add", words.line("core.add"), (field,), words.line("core.add_submit"))


def taking_out_form(words: Words, people: Sequence[Member]) -> Form:
    """Whom to take out; the first 25 by name, others by command."""
    options = tuple(Option(str(member_id(each)), shorten(each.name, OPTION_LABEL)) for each in people[:OPTIONS])
    hint = words.line("core.take_out_hint") if len(people) > OPTIONS else ""
    field = Choice("who", words.line("core.take_out_field"), options, hint=hint, required=True)
    return Form("core:takeout", words.line("core.take_out"), (field,), words.line("core.take_out_submit"))


def groups_form(words: Words, groups: Sequence[Group], chosen: Sequence[str]) -> Form:
    """Which groups name coordinators: those that do first. What does not fit is chosen by its name."""
    by_key = {each.key: How(each.key, each) for each in groups if len(each.key) <= OPTION_VALUE}
    first = [by_key.get(key, How(key)) for key in chosen]
    others = [how for key, how in by_key.items() if key not in chosen]
    offered = [*first, *others][:OPTIONS]
    options = tuple(Option(each.key, shorten(_label(words, each), OPTION_LABEL)) for each in offered)
    marked, hint = tuple(each.key for each in first[:OPTIONS]), words.line("core.groups_hint")
    field = Choice("groups", words.line("core.groups_field"), options, marked, many=True, hint=hint)
    more = Line("other", words.line("core.groups_other"), hint=words.line("core.groups_other_hint"))
    fields = (field, more) if len(first) + len(others) > OPTIONS else (field,)
    return Form("core:groups", words.line("core.groups"), fields, words.line("core.save"))


def added(words: Words, member: Member, *, undo: bool) -> Message:
    """Somebody was added."""
    return _said(words, "core.added", f"core:unadd:{member_id(member)}" if undo else "", name=member.name)


def taken_out(words: Words, member: Member, *, undo: bool) -> Message:
    """Somebody was taken out."""
    return _said(words, "core.taken_out", f"core:readd:{member_id(member)}" if undo else "", name=member.name)


def chosen(words: Words, new: Sequence[How], gone: Sequence[How], came: int, entry: int) -> Message:
    """Which groups name coordinators from now on, how many that brought, and which do no longer."""
    lines: Text = ()
    if new:
        names = words.list([called(words, each) for each in new])
        brought = words("core.groups_brought", count=came) if came else words("core.groups_brought_none")
        lines = (*words("core.groups_new", groups=names), " ", *brought)
    if gone:
        names = words.list([called(words, each) for each in gone])
        lines = (*lines, *(("\n",) if lines else ()), *words("core.groups_gone", groups=names))
    undo = Button(f"core:regroup:{entry}", words.line("core.undo"))
    return Message(words.line("core.groups_changed"), [Section(lines, buttons=[undo])])


def chosen_taken_back(words: Words) -> Message:
    """The groups are as they were."""
    return Message(words.line("core.groups_back"), [Section(words("core.groups_back"))])


def named(words: Words, community: str, by: str, how: How) -> Message:
    """You coordinate now: by whom or by what, what comes with it, and how to leave it again."""
    values = {"community": community, "name": by, "group": called(words, how) if how.key else ""}
    key = "core.named_by_group" if how.key else "core.named_by" if by else "core.named"
    leave = words("core.leave_group") if how.key else words("core.leave")
    buttons = [] if how.key else [Button("core:decline", words.line("core.rather_not"))]
    return Message(
        words.line(key, **values)[:SUMMARY],
        [Section(words(key, **values)), Section(words("core.comes_with_it")), Section(leave, buttons=buttons)],
    )


def _said(words: Words, key: str, undo: str, **values: object) -> Message:
    buttons = [Button(undo, words.line("core.undo"))] if undo else []
    return Message(words.line(key, **values)[:SUMMARY], [Section(words(key, **values), buttons=buttons)])


def _by_groups(words: Words, groups: Sequence[How]) -> Text:
    if not groups:
        return ()
    return (*words("core.by_groups", groups=words.list([called(words, each) for each in groups])), "\n")


def _label(words: Words, how: How) -> str:
    if how.known is None:
        return words.line("core.option.unknown")
    return words.line(f"core.option.{_sort(how.known)}", name=how.known.name)


def _sort(group: Group) -> str:
    return {Sort.USER_GROUP: "user_group", Sort.ROLE: "role", Sort.CHANNEL: "channel"}[group.sort]

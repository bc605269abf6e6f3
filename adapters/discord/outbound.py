"""Messages and forms of the port as Discord's components. Pure but for the library's own objects.

A message is a layout: each section's words, then its buttons. What is longer than one message holds goes over several,
cut between paragraphs; the buttons stand in the last. Source of limits: Discord, discord-api-docs, *Components* (40
components, 4,000 characters of text in a message) and *Receiving and responding* (modals).
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

import discord
from discord import ui

from adapters.discord.markup import harmless, is_user, written
from adapters.port import (
    Button,
    Choice,
    Date,
    Element,
    Field,
    File,
    Form,
    Line,
    Link,
    Message,
    Paragraph,
    People,
    Section,
    Space,
)

MESSAGE_TEXT = 4_000
"""Characters of all text displays of a message."""

PIECE = 2_000
"""Characters of one text display."""

MANY = "[]"
"""What the id of a field that takes several ends with."""

STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}


class Layout(ui.LayoutView):
    """A message's components. It listens to nothing: presses are read from the gateway, by the button's id."""

    def __init__(self, items: Sequence[ui.Item[Any]]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


def layouts(message: Message, space: Space) -> list[Layout]:
    """Gives a message as one layout or several, to be sent one after another."""
    pages: list[list[ui.Item[Any]]] = [[]]
    used = 0
    for section in message.sections:
        for words in cut(section_text(section, space), PIECE):
            if used + len(words) > MESSAGE_TEXT:
                pages.append([])
                used = 0
            pages[-1].append(ui.TextDisplay(words))
            used += len(words)
        if section.buttons:
            pages[-1].append(ui.ActionRow(*map(_element, section.buttons)))
    if not message.sections:
        pages[-1].append(ui.TextDisplay(harmless(message.summary)))
    return [Layout(page) for page in pages if page]


def section_text(section: Section, space: Space) -> str:
    """Gives the words of a section: its title, its text, its facts."""
    parts = [f"### {harmless(' '.join(section.title.split()))}"] if section.title.strip() else []
    text = written(section.text, space)
    parts += [text] if text.strip() else []
    parts += [f"**{harmless(fact.name)}**: {written(fact.value, space)}" for fact in section.facts]
    return "\n".join(parts)


def cut(words: str, most: int) -> Iterator[str]:
    """Cuts words into pieces of at most `most` characters: between paragraphs, else lines, else at a space."""
    while len(words) > most:
        ends = (words.rfind(sign, most // 3, most) for sign in ("\n\n", "\n", " "))
        at = next((end for end in ends if end > 0), most)
        piece, words = words[:at].rstrip(), words[at:].lstrip("\n")
        if piece.strip():
            yield piece
    if words.strip():
        yield words


def files(given: Sequence[File]) -> list[discord.File]:
    """Gives files with their alternative texts."""
    return [
        discord.File(io.BytesIO(each.content), filename=each.name, description=each.alternative_text or None)
        for each in given
    ]


def modal(form: Form) -> ui.Modal:
    """Gives a form as a modal. It listens to nothing: submissions are read from the gateway."""
    found = ui.Modal(title=form.title, custom_id=form.id, timeout=None)
    for field in form.fields:
        found.add_item(ui.Label(text=field.label, description=_hint(field), component=_entry(field)))
    found.stop()
    return found


def filled(form: Form, values: Mapping[str, str | tuple[str, ...]]) -> Form:
    """Gives a form with what was entered standing in it; people are chosen anew."""
    return replace(form, fields=tuple(_filled(field, values.get(field.name, "")) for field in form.fields))


def _filled(field: Field, value: str | tuple[str, ...]) -> Field:
    match field:
        case Line() | Paragraph() | Date():
            return replace(field, value=value if isinstance(value, str) else "")
        case Choice():
            return replace(field, chosen=(value,) if isinstance(value, str) and value else tuple(value))
        case _:
            return field


def _element(element: Element) -> ui.Button[Any]:
    match element:
        case Button(id=id, label=label, weight=weight):
            return ui.Button(custom_id=id, label=label, style=STYLES[weight])
        case Link(url=url, label=label):
            return ui.Button(url=url, label=label)
        case _:
            assert_never(element)


def _hint(field: Field) -> str | None:
    return field.hint.strip() or None


def _entry(field: Field) -> ui.Item[Any]:
    match field:
        case Line() | Paragraph():
            style = discord.TextStyle.paragraph if isinstance(field, Paragraph) else discord.TextStyle.short
            return ui.TextInput(
                custom_id=field.name,
                style=style,
                default=field.value or None,
                required=field.required,
                max_length=field.length,
            )
        case Choice():
            return _select(field)
        case People(chosen=chosen, many=many):
            return ui.UserSelect(
                custom_id=f"{field.name}{MANY if many else ''}",
                min_values=1 if field.required else 0,
                max_values=25 if many else 1,
                required=field.required,
                default_values=[discord.Object(int(each.id)) for each in chosen if is_user(each.id)],
            )
        case Date():
            return ui.TextInput(
                custom_id=field.name,
                style=discord.TextStyle.short,
                default=field.value or None,
                placeholder="2026-11-24",
                required=field.required,
                max_length=10,
            )
        case _:
            assert_never(field)


def _select(field: Choice) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=each.label, value=each.value, default=each.value in field.chosen)
        for each in field.options
    ]
    return ui.Select(
        custom_id=f"{field.name}{MANY if field.many else ''}",
        options=options,
        min_values=1 if field.required else 0,
        max_values=len(options) if field.many else 1,
        required=field.required,
    )

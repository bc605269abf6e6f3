"""Messages and forms of the port as Discord's components. Pure but for the library's own objects.

A message is a layout: each section's words, then its buttons. What is longer than one message holds goes over several,
cut between paragraphs; the buttons stand in the last. Source of limits: Discord, discord-api-docs, *Components* (40
components, 4,000 characters of text in a message) and *Receiving and responding* (modals).
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

import discord
from discord import ui

from adapters.discord.markup import harmless, is_user, plain_line, written
from adapters.port import (
    Account,
    Button,
    Choice,
    Date,
    Element,
    Field,
    File,
    Form,
    Line,
    Link,
    Mention,
    Message,
    Paragraph,
    People,
    Section,
    Space,
)

MESSAGE_TEXT = 4_000
"""Characters of all text displays of a message."""

ITEM_DESCRIPTION = 256
"""Characters of the description of a picture in a gallery; its attachment keeps all of it."""

COMPONENTS = 40
"""Components of a message, those inside others too."""

PIECE = 2_000
"""Characters of one text display."""

FENCE = "```"
LINK_LENGTH = 1_000
"""Characters of a link with its address, at most."""

_LINK = re.compile(r"\[[^\[\]\n]*\]\(<[^<>\n]*>\)|<https?://[^<>\s]*>")

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


def layouts(message: Message, space: Space, mark: str = "") -> list[Layout]:
    """Gives a message as one layout or several, to be sent one after another; files are shown in the last.

    Args:
        message: what to say.
        space: the server that it is said in, for the people whom it mentions.
        mark: what the ids of buttons end with.
    """
    pages: list[list[ui.Item[Any]]] = [[]]
    used = pieces = 0
    for group in _groups(message, space, mark):
        length = sum(len(each.content) for each in group if isinstance(each, ui.TextDisplay))
        count = sum(1 + len(getattr(each, "children", ())) for each in group)
        if used + length > MESSAGE_TEXT or pieces + count > COMPONENTS:
            pages.append([])
            used = pieces = 0
        pages[-1] += group
        used, pieces = used + length, pieces + count
    return [Layout(page) for page in pages if page]


def _groups(message: Message, space: Space, mark: str) -> Iterator[list[ui.Item[Any]]]:
    """What belongs on one page: a piece of text, or a row of buttons, or all files."""
    for section in message.sections:
        for words in cut(section_text(section, space), PIECE):
            yield [ui.TextDisplay(words)]
        if section.buttons:
            yield [ui.ActionRow(*(_element(each, mark) for each in section.buttons))]
    if not message.sections:
        yield [ui.TextDisplay(plain_line(message.summary))]
    if message.files:
        yield list(_shown(message.files))


def _shown(given: Sequence[File]) -> Iterator[ui.Item[Any]]:
    named = list(zip(given, _names(given), strict=True))
    images = [
        discord.MediaGalleryItem(f"attachment://{name}", description=each.alternative_text[:ITEM_DESCRIPTION] or None)
        for each, name in named
        if each.media_type.startswith("image/")
    ]
    if images:
        yield ui.MediaGallery(*images)
    for each, name in named:
        if not each.media_type.startswith("image/"):
            yield ui.File(f"attachment://{name}")


def _names(given: Sequence[File]) -> list[str]:
    """The files' names as Discord keeps them, each once."""
    names: list[str] = []
    for number, each in enumerate(given, 1):
        name = re.sub(r"[^\w.-]", "_", each.name)
        names.append(f"{number}-{name}" if name in names else name)
    return names


def section_text(section: Section, space: Space) -> str:
    """Gives the words of a section: its title, its text, its facts."""
    parts = [f"### {harmless(' '.join(section.title.split()))}"] if section.title.strip() else []
    text = written(section.text, space)
    parts += [text] if text.strip() else []
    parts += [f"**{harmless(fact.name)}**: {written(fact.value, space)}" for fact in section.facts]
    return "\n".join(parts)


def cut(words: str, most: int) -> Iterator[str]:
    """Cuts words into pieces of at most `most` characters: between paragraphs, else lines, else at a space.

    No link and no escaped sign is cut in two, and code that goes over several pieces is code in each.
    """
    fence = ""
    while len(fence) + len(words) > most:
        room = most - len(fence) - (2 * len(FENCE) if FENCE in fence + words else 0)
        ends = (words.rfind(sign, room // 3, room) for sign in ("\n\n", "\n", " "))
        at = _outside(words, next((end for end in ends if end > 0), room)) or room
        piece, words = fence + words[:at].rstrip(), words[at:].lstrip("\n")
        lines = [line for line in piece.split("\n") if FENCE in line]
        opened = f"{'> ' if lines[-1].startswith('> ') else ''}{FENCE}" if len(lines) % 2 else ""
        fence = f"{opened}\n" if opened else ""
        if piece.strip():
            yield f"{piece}\n{opened}" if opened else piece
    if words.strip():
        yield fence + words


def _outside(words: str, at: int) -> int:
    """Moves a cut out of a link, and out of a sign and its backslash."""
    for link in _LINK.finditer(words, max(0, at - LINK_LENGTH), at + LINK_LENGTH):
        if link.start() < at < link.end() and link.start() > 0:
            at = link.start()
    backslashes = len(words[:at]) - len(words[:at].rstrip("\\"))
    return at - backslashes % 2


def files(given: Sequence[File]) -> list[discord.File]:
    """Gives files with their alternative texts, to be sent once."""
    return [
        discord.File(io.BytesIO(each.content), filename=name, description=each.alternative_text or None)
        for each, name in zip(given, _names(given), strict=True)
    ]


def allowed(message: Message) -> discord.AllowedMentions:
    """Whom a message may notify: the people in its Mention values, nobody else."""
    texts = [text for section in message.sections for text in (section.text, *(fact.value for fact in section.facts))]
    ids = {span.account.id for text in texts for span in text if isinstance(span, Mention)}
    users = [discord.Object(int(id)) for id in ids if is_user(id)]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def modal(form: Form, mark: str = "") -> ui.Modal:
    """Gives a form as a modal, its id ending with `mark`. It listens to nothing: it is read from the gateway."""
    found = ui.Modal(title=form.title, custom_id=f"{form.id}{mark}", timeout=None)
    for field in form.fields:
        found.add_item(ui.Label(text=field.label, description=_hint(field), component=_entry(field)))
    found.stop()
    return found


def filled(form: Form, values: Mapping[str, str | tuple[str, ...]]) -> Form:
    """Gives a form with what was entered standing in it; people are chosen anew."""
    return replace(form, fields=tuple(_filled(field, values.get(field.name, "")) for field in form.fields))


def _filled(field: Field, value: str | tuple[str, ...]) -> Field:
    match field:
        case Line() | Date():
            return replace(field, value=" ".join(value.split()) if isinstance(value, str) else "")
        case Paragraph():
            return replace(field, value=value if isinstance(value, str) else "")
        case Choice():
            return replace(field, chosen=(value,) if isinstance(value, str) and value else tuple(value))
        case _:
            return field


def _element(element: Element, mark: str) -> ui.Button[Any]:
    match element:
        case Button(id=id, label=label, weight=weight):
            return ui.Button(custom_id=f"{id}{mark}", label=label, style=STYLES[weight])
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
                default_values=[discord.Object(int(each.id)) for each in chosen if is_here(each)][: 25 if many else 1],
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


def is_here(account: Account) -> bool:
    """Whether somebody is one of Discord's people."""
    return account.space.platform == "discord" and is_user(account.id)


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

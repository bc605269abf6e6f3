"""What stands in a message of the room, as Markdown for the bot and as plain words for whoever looks on."""

from collections.abc import Mapping
from itertools import chain

from adapters.port import Button, Fact, Link, Mention, Message, Section, Text, When, escape, plain
from adapters.room.mentions import find
from adapters.room.world import BOT, RoomMessage, World


def mentionable(world: World, bot_name: str) -> dict[str, str]:
    """Gives all that may follow `@` (ids and names, in lower case) -> the id that it means; ids win over names."""
    present = [person for person in world.people.values() if not person.left]
    names = {person.name.lower(): person.id for person in present if person.name.strip()}
    return {**names, **{person.id.lower(): person.id for person in present}, bot_name.lower(): BOT, BOT: BOT}


def typed_as_markdown(text: str, ids: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Gives what a person typed with people as `@Name` and the bot's mention taken out, and the ids mentioned.

    Args:
        text: what was typed, with people as `@id`.
        ids: as from `mentionable`.
        names: id -> the name to show.
    """
    pieces: list[str] = []
    mentioned: list[str] = []
    position = 0
    for found in find(text, ids):
        pieces.append(text[position : found.start])
        if found.id == BOT:
            pieces[-1] = pieces[-1].rstrip(" ")
        else:
            pieces.append(f"@{names[found.id]}")
        mentioned.append(found.id)
        position = found.end
    shown = "".join([*pieces, text[position:]]).strip()
    is_addressed = mentioned[:1] == [BOT] and not pieces[0].strip()
    return shown.lstrip(",:; ") if is_addressed else shown, tuple(dict.fromkeys(mentioned))


def said_as_markdown(message: Message) -> str:
    """Gives what the bot said as one Markdown text: titles in bold, facts as lines, people as `@Name`."""
    return "\n\n".join(chain.from_iterable(_section_lines(section) for section in message.sections))


def words(world: World, message: RoomMessage, bot_name: str = "Tacit") -> str:
    """Gives every word that can be seen in `message`, plain: texts, titles, facts, buttons, alternative texts."""
    if message.said is None:
        names = {person.id: person.name for person in world.people.values()} | {BOT: bot_name}
        ids = {key: id for key, id in mentionable(world, bot_name).items() if id != BOT}
        return plain(typed_as_markdown(message.text, ids, names)[0])
    return "\n".join(chain.from_iterable([*map(_section_words, message.said.sections), _file_words(message.said)]))


def buttons(message: RoomMessage) -> tuple[Button, ...]:
    """Gives the buttons of a message, links left out, in reading order."""
    sections = message.said.sections if message.said else ()
    return tuple(element for section in sections for element in section.buttons if isinstance(element, Button))


def links(message: RoomMessage) -> tuple[Link, ...]:
    """Gives the link buttons of a message, in reading order."""
    sections = message.said.sections if message.said else ()
    return tuple(element for section in sections for element in section.buttons if isinstance(element, Link))


def _section_lines(section: Section) -> list[str]:
    title = [f"**{escape(section.title)}**"] if section.title.strip() else []
    text = [_as_markdown(section.text)] if section.text else []
    return title + text + [_fact_line(fact) for fact in section.facts]


def _fact_line(fact: Fact) -> str:
    return f"{escape(fact.name)}: {_as_markdown(fact.value)}"


def _as_markdown(text: Text) -> str:
    return "".join(span if isinstance(span, str) else _name_or_time(span) for span in text)


def _name_or_time(span: Mention | When) -> str:
    return f"@{escape(span.account.name)}" if isinstance(span, Mention) else plain((span,))


def _section_words(section: Section) -> list[str]:
    facts = [f"{fact.name}: {plain(fact.value)}" for fact in section.facts]
    lines = [section.title, plain(section.text), *facts, *(element.label for element in section.buttons)]
    return [line for line in lines if line]


def _file_words(message: Message) -> list[str]:
    return [line for file in message.files for line in (file.name, file.alternative_text) if line]

"""What one browser is shown, as JSON. Its `html` comes from `adapters.room.markup` and `adapters.port.html`."""

from typing import Any

from adapters.port import (
    Account,
    Choice,
    Date,
    Element,
    Field,
    File,
    Line,
    Link,
    Message,
    Paragraph,
    People,
    Section,
    html,
)
from adapters.room import markup, reading
from adapters.room.codec import Json
from adapters.room.forms import OpenForm
from adapters.room.mentions import find
from adapters.room.people import PeopleSide
from adapters.room.world import BOT, Channel, Person, RoomMessage

MESSAGES_AT_ONCE = 60
"""How many of a channel's messages outside threads are shown before somebody asks for earlier ones."""


def state(platform: PeopleSide, viewer: str) -> Json:
    """Gives all that a browser needs to begin as `viewer`; an empty id gives the people only."""
    world = platform.world
    channels = list(world.channels_of(viewer)) if viewer else []
    pages = {channel.id: page(platform, viewer, channel.id) for channel in channels}
    opened = platform.open_form_of(viewer)
    return {
        "you": viewer,
        "bot": {"id": BOT, "name": platform.bot_name},
        "now": platform.clock().isoformat(),
        "people": [person(each) for each in world.people.values()],
        "channels": [channel(each) for each in channels],
        "messages": [each for shown in pages.values() for each in shown["messages"]],
        "earlier": {id: shown["earlier"] for id, shown in pages.items()},
        "form": form(opened) if opened else None,
        "surface": _surface(platform),
    }


def page(platform: PeopleSide, viewer: str, channel_id: str, before: str = "") -> Json:
    """Gives the latest messages of a channel (those before the message `before`, where given) with their threads."""
    world = platform.world
    seen = [message for message in world.messages_in(channel_id) if world.visible(message, viewer)]
    tops = [message for message in seen if not message.thread]
    if before:
        tops = tops[: next((place for place, message in enumerate(tops) if message.id == before), 0)]
    shown = {message.id for message in tops[-MESSAGES_AT_ONCE:]}
    messages = [message for message in seen if message.root in shown]
    return {
        "messages": [message(platform, viewer, each) for each in messages],
        "earlier": len(tops) > len(shown),
    }


def person(each: Person) -> Json:
    """Gives a person as everybody may see them."""
    return {"id": each.id, "name": each.name, "practice": each.practice, "place": each.place} | {
        "time_zone": each.time_zone,
        "left": each.left,
    }


def channel(each: Channel) -> Json:
    """Gives a channel; a private one says who is in it."""
    return {"id": each.id, "name": each.name, "topic": each.topic, "kind": each.kind, "members": sorted(each.members)}


def message(platform: PeopleSide, viewer: str, each: RoomMessage) -> Json:
    """Gives a message as `viewer` sees it; what they typed themselves comes along for editing."""
    view: Json = {
        "id": each.id,
        "number": int(each.id[1:]),
        "channel": each.channel,
        "thread": each.thread,
        "author": each.author,
        "at": each.at.isoformat(),
        "only": bool(each.only),
        "edited": each.edited and each.author != BOT,
        "deleted": each.deleted,
        "reactions": [_reaction(platform, viewer, emoji, who) for emoji, who in each.reactions.items()],
    }
    if each.said:
        return view | {"said": _said(each.said, each.id)}
    ids = reading.mentionable(platform.world, platform.bot_name)
    names = {id: known.name for id, known in platform.world.people.items()} | {BOT: platform.bot_name}
    return view | {
        "html": markup.typed(each.text, ids, names),
        "text": each.text if each.author == viewer else "",
        "to": sorted({found.id for found in find(each.text, ids)}),
    }


def form(opened: OpenForm) -> Json:
    """Gives a form that stands open, with what is to be mended."""
    return {
        "id": opened.id,
        "title": opened.form.title,
        "submit": opened.form.submit,
        "fields": [_field(entry) for entry in opened.form.fields],
        "errors": dict(opened.errors),
        "sent": opened.sent,
    }


def _reaction(platform: PeopleSide, viewer: str, emoji: str, who: tuple[str, ...]) -> Json:
    names = [platform.account(id).name for id in who]
    return {"emoji": emoji, "sign": markup.emoji_sign(emoji), "names": names, "mine": viewer in who}


def _said(said: Message, id: str) -> Json:
    return {
        "summary": said.summary,
        "sections": [_section(section) for section in said.sections],
        "files": [_file(file, id, place) for place, file in enumerate(said.files)],
    }


def _section(section: Section) -> Json:
    return {
        "title": section.title,
        "html": html.said(section.text),
        "facts": [{"name": fact.name, "html": html.said(fact.value)} for fact in section.facts],
        "buttons": [_element(element) for element in section.buttons],
    }


def _element(element: Element) -> Json:
    if isinstance(element, Link):
        return {"url": element.url, "label": element.label}
    return {"id": element.id, "label": element.label, "weight": element.weight}


def _file(file: File, id: str, place: int) -> Json:
    picture = file.media_type in PICTURES
    return {"name": file.name, "path": f"files/{id}/{place}", "picture": picture, "alternative": file.alternative_text}


def _field(entry: Field) -> Json:
    common: Json = {
        "name": entry.name,
        "label": entry.label,
        "hint": entry.hint,
        "required": entry.required,
        "kind": type(entry).__name__.lower(),
    }
    return common | _particulars(entry)


def _particulars(entry: Field) -> dict[str, Any]:
    match entry:
        case Line() | Paragraph():
            return {"value": entry.value, "length": entry.length}
        case Date():
            return {"value": entry.value}
        case Choice():
            options = [{"value": option.value, "label": option.label} for option in entry.options]
            return {"value": list(entry.chosen), "many": entry.many, "options": options}
        case People():
            return {"value": [_id(account) for account in entry.chosen], "many": entry.many}


def _id(account: Account) -> str:
    return account.id


def _surface(platform: PeopleSide) -> Json:
    surface = platform.surface
    if surface is None:
        return {"commands": [], "shortcuts": []}
    commands = [
        {"name": c.name, "word": c.word, "argument": c.argument, "description": c.description, "completes": c.completes}
        for c in surface.commands
    ]
    return {"commands": commands, "shortcuts": [{"id": s.id, "label": s.label} for s in surface.shortcuts]}


PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})
"""Media types that are shown in place; any other file is offered to be kept."""

"""What a browser may ask for: the name of a deed, what it sends, and the call of the people's side that it is."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from adapters.room.codec import Json
from adapters.room.forms import Value
from adapters.room.people import NotPossible, PeopleSide
from adapters.room.world import BOT, Person

LONGEST_SPAN = timedelta(days=31)
"""The most time that one press lets pass."""

NAME_CHARACTERS = 60

Body: TypeAlias = Mapping[str, Any]
Deed: TypeAlias = Callable[[PeopleSide, Body], Awaitable[Json | None]]
"""Does what a body asks for. Raises NotPossible with a sentence, or KeyError, TypeError, ValueError for a bad body."""


async def say(platform: PeopleSide, body: Body) -> Json:
    """Writes a message."""
    id = await platform.say(_text(body, "as"), _text(body, "channel"), _text(body, "text"), _text(body, "thread", ""))
    return {"id": id}


async def edit(platform: PeopleSide, body: Body) -> None:
    """Changes one's own message."""
    await platform.edit_message(_text(body, "as"), _text(body, "id"), _text(body, "text"))


async def delete(platform: PeopleSide, body: Body) -> None:
    """Deletes one's own message."""
    await platform.delete_message(_text(body, "as"), _text(body, "id"))


async def dismiss(platform: PeopleSide, body: Body) -> None:
    """Puts away a message that only one person sees."""
    platform.dismiss(_text(body, "as"), _text(body, "id"))


async def react(platform: PeopleSide, body: Body) -> None:
    """Puts an emoji on a message, or takes it back."""
    change = platform.add_reaction if body["on"] else platform.remove_reaction
    await change(_text(body, "as"), _text(body, "id"), _text(body, "emoji"))


async def command(platform: PeopleSide, body: Body) -> None:
    """Uses a slash command."""
    who, channel = _text(body, "as"), _text(body, "channel")
    await platform.use_command(who, channel, _text(body, "text"), _text(body, "thread", ""))


async def complete(platform: PeopleSide, body: Body) -> Json:
    """Asks for suggestions while a command is typed."""
    options = await platform.type_command(_text(body, "as"), _text(body, "channel"), _text(body, "text"))
    return {"options": [{"value": option.value, "label": option.label} for option in options]}


async def shortcut(platform: PeopleSide, body: Body) -> None:
    """Chooses a message action."""
    await platform.use_shortcut(_text(body, "as"), _text(body, "id"), _text(body, "shortcut"))


async def press(platform: PeopleSide, body: Body) -> None:
    """Presses a button."""
    await platform.press(_text(body, "as"), _text(body, "id"), _text(body, "button"))


async def submit(platform: PeopleSide, body: Body) -> Json:
    """Sends a form; gives field name -> sentence for what is to be mended."""
    values = {str(name): _value(value) for name, value in body["values"].items()}
    errors = await platform.submit(_text(body, "as"), _text(body, "form"), values)
    return {"errors": dict(errors.errors) if errors else {}}


async def close_form(platform: PeopleSide, body: Body) -> None:
    """Closes a form without sending it."""
    platform.close_form(_text(body, "as"))


async def open_direct(platform: PeopleSide, body: Body) -> Json:
    """Opens a direct conversation."""
    return {"channel": platform.open_direct(_text(body, "as"), _text(body, "other"))}


async def join(platform: PeopleSide, body: Body) -> Json:
    """Lets a newcomer in under a name."""
    name = " ".join(_text(body, "name").split())
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise NotPossible(f"A name has 1 to {NAME_CHARACTERS} characters.")
    person = Person(_free_id(platform, name), name, time_zone=_text(body, "time_zone", "")[:60])
    await platform.join(person)
    return {"id": person.id}


async def pass_time(platform: PeopleSide, body: Body) -> Json:
    """Lets time pass."""
    span = timedelta(hours=float(body["hours"]))
    if not timedelta() < span <= LONGEST_SPAN:
        raise NotPossible("Between an hour and a month at once.")
    await platform.pass_time(span)
    return {"now": platform.clock().isoformat()}


TABLE: Mapping[str, Deed] = {
    "say": say,
    "edit": edit,
    "delete": delete,
    "dismiss": dismiss,
    "react": react,
    "command": command,
    "complete": complete,
    "shortcut": shortcut,
    "press": press,
    "submit": submit,
    "close-form": close_form,
    "open-direct": open_direct,
    "join": join,
    "pass-time": pass_time,
}
"""Every deed by the last part of its address."""


def _text(body: Body, name: str, default: str | None = None) -> str:
    value = body[name] if default is None else body.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text")
    return value


def _value(value: Any) -> Value:
    if isinstance(value, str):
        return value
    return tuple(part for part in value if isinstance(part, str))


def _free_id(platform: PeopleSide, name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "newcomer"
    taken = platform.world.people.keys() | {BOT}
    if stem not in taken:
        return stem
    return next(id for number in range(2, len(taken) + 3) if (id := f"{stem}-{number}") not in taken)

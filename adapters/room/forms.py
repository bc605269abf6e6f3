"""Forms that are open in front of somebody, and what the room itself asks of an answer.

Like Slack, the room refuses an answer that leaves out what is required, is too long or was never offered, before the
bot hears of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from adapters.port import Choice, Date, Field, Form, Line, Paragraph, People, Room

Value: TypeAlias = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form in front of one person.

    Attributes:
        id: this opening of the form; the same form opened again has another one.
        person: the id of the person.
        room: where they were.
        errors: field name -> one sentence, from the last attempt to send it.
        sent: whether it was sent and not given back with errors.
    """

    id: str
    person: str
    room: Room
    form: Form
    errors: Mapping[str, str]
    sent: bool = False


def filled(form: Form, values: Mapping[str, Value]) -> dict[str, Value]:
    """Gives what is sent: each field's value, or what stood in it beforehand where `values` leaves it out.

    Raises:
        ValueError: `values` names a field that the form has not.
    """
    unknown = set(values) - {entry.name for entry in form.fields}
    if unknown:
        raise ValueError(f"the form has no field {sorted(unknown)[0]!r}")
    return {entry.name: _shaped(entry, values.get(entry.name, _beforehand(entry))) for entry in form.fields}


def problems(form: Form, values: Mapping[str, Value], people: Collection[str]) -> dict[str, str]:
    """Gives field name -> one sentence for each value that the room does not take; `people` are the ids there are."""
    found = {entry.name: _problem(entry, values[entry.name], people) for entry in form.fields}
    return {name: sentence for name, sentence in found.items() if sentence}


def _beforehand(entry: Field) -> Value:
    match entry:
        case Line() | Paragraph() | Date():
            return entry.value
        case Choice():
            return entry.chosen
        case People():
            return tuple(account.id for account in entry.chosen)


def _shaped(entry: Field, value: Value) -> Value:
    several = isinstance(entry, Choice | People) and entry.many
    parts = (value,) if isinstance(value, str) else tuple(value)
    if several:
        return tuple(part for part in parts if part)
    single = parts[0] if parts else ""
    return " ".join(single.splitlines()) if isinstance(entry, Line) else single


def _problem(entry: Field, value: Value, people: Collection[str]) -> str:
    parts = [value] if isinstance(value, str) else list(value)
    parts = [part for part in parts if part.strip()]
    if not parts:
        return "This one is needed." if entry.required else ""
    match entry:
        case Line() | Paragraph():
            return _too_long(parts[0], entry.length)
        case Choice():
            offered = {option.value for option in entry.options}
            return "" if set(parts) <= offered else "Choose from the list."
        case People():
            return "" if set(parts) <= set(people) else "Choose people who are here."
        case Date():
            return "" if _is_day(parts[0]) else "Give a day, such as 2026-11-24."


def _too_long(words: str, most: int) -> str:
    over = len(words) - most
    return f"This is {over} characters too long." if over > 0 else ""


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False

"""A modal in front of somebody, read back as a form of the port, and what is entered into it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simcord.components import walk_components

from adapters.discord.whose import without_mark
from adapters.port import Account, Choice, Date, Field, Form, Line, Option, Paragraph, People

Json = dict[str, Any]
Value = str | tuple[str, ...]
MANY = "[]"
"""What the ids of fields that take several may end with; people do not see it."""

SUBMIT = "Submit"
"""What Discord writes on the button of every modal."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class DiscordForm:
    """A modal in front of somebody. `id` is that of the interaction; `errors` are from the last attempt to send it."""

    id: str
    form: Form
    modal: Json
    errors: Mapping[str, str] = field(default_factory=dict)


def as_form(modal: Json, account: Callable[[str], Account]) -> Form:
    """Gives a modal as a form."""
    fields = tuple(_field(name, *found, account) for name, found in entries(modal).items())
    return Form(without_mark(modal["custom_id"])[0], modal["title"], fields, SUBMIT)


def entries(modal: Json) -> dict[str, tuple[Json, Json]]:
    """Field name -> the control that takes it, and the label around it."""
    found = {}
    for outer in walk_components(modal["components"]):
        for inner in (outer.get("component"), *(outer.get("components") or ())):
            if inner and "custom_id" in inner:
                found[inner["custom_id"].removesuffix(MANY)] = (inner, outer)
    return found


def standing(control: Json) -> Value:
    """What stands in a control before anything is entered."""
    if control["type"] == 4:
        return str(control.get("value") or "")
    if control["type"] == 3:
        return tuple(each["value"] for each in control.get("options") or () if each.get("default"))
    return tuple(str(each["id"]) for each in control.get("default_values") or ())


def parts(value: Value) -> tuple[str, ...]:
    """A value as several, without empty ones."""
    return tuple(part for part in ((value,) if isinstance(value, str) else value) if part)


def problem(control: Json, value: Value) -> str:
    """What Discord's client says of an entry before anything is sent, or nothing."""
    is_text = control["type"] == 4 and isinstance(value, str)
    count = len(value) if is_text else len(parts(value))
    if control.get("required", True) and not count:
        return "This field is required"
    if control["type"] == 4:
        least, most = control.get("min_length") or 0, control.get("max_length") or 4000
        return "" if not count or least <= count <= most else f"Must be between {least} and {most} in length."
    most = control.get("max_values", 1)
    return "" if count <= most else f"Choose at most {most}"


def _field(name: str, control: Json, label: Json, account: Callable[[str], Account]) -> Field:
    common: Json = {
        "name": name,
        "label": label.get("label") or control.get("label") or name,
        "hint": label.get("description") or "",
        "required": control.get("required", True),
    }
    many, value = control.get("max_values", 1) > 1, standing(control)
    if control["type"] == 3:
        options = tuple(Option(each["value"], each["label"]) for each in control["options"])
        return Choice(**common, options=options, chosen=parts(value), many=many)
    if control["type"] == 5:
        return People(**common, chosen=tuple(account(id) for id in parts(value)), many=many)
    return _text_field(control, common)


def _text_field(control: Json, common: Json) -> Field:
    value, length = str(control.get("value") or ""), control.get("max_length") or 4000
    if _DAY.fullmatch(control.get("placeholder") or ""):
        return Date(**common, value=value)
    kind = Paragraph if control.get("style") == 2 else Line
    return kind(**common, value=value, length=min(length, 3000))

"""A modal that stands open, read back as a form of the port."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loopback_states import inputs
from loopback_world import View

from adapters.port import Account, Choice, Date, Field, Form, Line, Option, Paragraph, People

Json = dict[str, Any]


@dataclass(frozen=True)
class SlackForm:
    """A modal in front of somebody. `id` is the view's; `errors` are from the last attempt to send it."""

    id: str
    form: Form
    errors: Mapping[str, str]
    view: Json


def as_form(view: View, account: Callable[[str], Account]) -> SlackForm:
    """Gives an open modal as a form; what stands in its fields is what was entered last."""
    content = view.content
    entered = {id: next(iter(state.values())) for id, state in view.entered.items()}
    fields = tuple(_field(block, entered[block["block_id"]], account) for block in inputs(content["blocks"]))
    submit = content.get("submit", {}).get("text", "Submit")
    form = Form(content.get("callback_id", ""), content["title"]["text"], fields, submit)
    return SlackForm(view.id, form, dict(view.errors), content)


def _field(block: Json, state: Json, account: Callable[[str], Account]) -> Field:
    element = block["element"]
    hint = block.get("hint", element.get("placeholder", {})).get("text", "")
    common = {"name": block["block_id"], "label": block["label"]["text"], "hint": hint}
    common["required"] = not block.get("optional", False)
    match element["type"]:
        case "static_select" | "multi_static_select":
            return _choice(element, state, common)
        case "users_select" | "multi_users_select":
            many = element["type"] == "multi_users_select"
            ids = state["selected_users"] if many else [state["selected_user"]]
            return People(**common, chosen=tuple(account(id) for id in ids if id), many=many)
        case "datepicker":
            return Date(**common, value=state["selected_date"] or "")
        case _:
            kind, length = (Paragraph, 3_000) if element.get("multiline") else (Line, 150)
            return kind(**common, value=state["value"] or "", length=element.get("max_length", length))


def _choice(element: Json, state: Json, common: Json) -> Choice:
    many = element["type"] == "multi_static_select"
    chosen = state["selected_options"] if many else [state["selected_option"]]
    options = tuple(Option(option["value"], option["text"]["text"]) for option in element["options"])
    return Choice(**common, options=options, chosen=tuple(each["value"] for each in chosen if each), many=many)

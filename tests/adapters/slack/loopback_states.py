"""What stands in the inputs of a view: its state, as Slack sends it."""

from typing import Any

Json = dict[str, Any]
Value = str | tuple[str, ...]


def inputs(blocks: list[Json]) -> list[Json]:
    """The input blocks of a view."""
    return [block for block in blocks if block["type"] == "input"]


def initial_state(blocks: list[Json]) -> Json:
    """block id -> action id -> what stands in it at first."""
    return {block["block_id"]: {block["element"]["action_id"]: _initial(block["element"])} for block in inputs(blocks)}


def _initial(element: Json) -> Json:
    kind = element["type"]
    match kind:
        case "static_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "users_select":
            return {"type": kind, "selected_user": element.get("initial_user")}
        case "multi_users_select":
            return {"type": kind, "selected_users": element.get("initial_users", [])}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case _:
            return {"type": kind, "value": element.get("initial_value")}


def entered_state(element: Json, value: Value) -> Json:
    """What stands in an input after somebody entered something.

    Raises:
        AssertionError: it was not offered.
    """
    parts = [part for part in ((value,) if isinstance(value, str) else value) if part]
    kind, first = element["type"], parts[0] if parts else None
    match kind:
        case "static_select":
            return {"type": kind, "selected_option": _option(element, first) if first else None}
        case "multi_static_select":
            return {"type": kind, "selected_options": [_option(element, part) for part in parts]}
        case "users_select":
            return {"type": kind, "selected_user": first}
        case "multi_users_select":
            return {"type": kind, "selected_users": parts}
        case "datepicker":
            return {"type": kind, "selected_date": first}
        case _:
            return {"type": kind, "value": first}


def _option(element: Json, value: str) -> Json:
    found = next((option for option in element["options"] if option["value"] == value), None)
    assert found, f"there is no option {value!r}"
    return {"text": found["text"], "value": found["value"]}


def problem(block: Json, state: Json) -> str:
    """What Slack's client says of an input before anything is sent, or nothing."""
    value = next((value for key, value in state.items() if key != "type"), None)
    if not value and not block.get("optional"):
        return "Please complete this required field."
    element = block["element"]
    if isinstance(value, str) and element["type"] == "plain_text_input":
        if len(value) > element.get("max_length", 3_000):
            return f"Please enter at most {element.get('max_length', 3_000)} characters."
        if len(value) < element.get("min_length", 0):
            return f"Please enter at least {element['min_length']} characters."
    return ""

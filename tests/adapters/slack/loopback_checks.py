"""Whether blocks, views and metadata keep Slack's limits. Sources of the numbers: shared/testbeds.md, section 4."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from loopback_schema import shape_errors, view_shape_errors

TEXT = 40_000
BLOCKS, VIEW_BLOCKS = 50, 100
LENGTHS = {
    ("header", "text"): 150,
    ("section", "text"): 3_000,
    ("section", "fields"): 2_000,
    ("context", "elements"): 3_000,
    ("button", "text"): 75,
    ("input", "label"): 2_000,
    ("input", "hint"): 2_000,
    ("image", "title"): 2_000,
    ("option", "text"): 75,
    ("option", "description"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("view", "title"): 24,
    ("view", "submit"): 24,
    ("view", "close"): 24,
    ("*", "placeholder"): 150,
}
"""Type of the holder and the name of the text object in it -> how long the text may be."""

STRINGS = {
    ("*", "action_id"): 255,
    ("*", "block_id"): 255,
    ("view", "callback_id"): 255,
    ("view", "private_metadata"): 3_000,
    ("button", "value"): 2_000,
    ("button", "url"): 3_000,
    ("button", "accessibility_label"): 75,
    ("option", "value"): 150,
    ("image", "alt_text"): 2_000,
    ("image", "image_url"): 3_000,
    ("markdown", "text"): 12_000,
    ("text", "text"): TEXT,
    ("link", "url"): 3_000,
    ("plain_text_input", "initial_value"): 3_000,
}
"""Type of the holder and the name of the string in it -> how long it may be; none of them may be empty but some."""

MAY_BE_EMPTY = {"private_metadata", "initial_value", "value", "callback_id"}
COUNTS = {
    ("actions", "elements"): (1, 25),
    ("context", "elements"): (1, 10),
    ("section", "fields"): (1, 10),
    ("static_select", "options"): (1, 100),
    ("multi_static_select", "options"): (1, 100),
    ("overflow", "options"): (1, 5),
    ("checkboxes", "options"): (1, 10),
    ("radio_buttons", "options"): (1, 10),
    ("rich_text", "elements"): (1, 1_000),
    ("rich_text_list", "elements"): (1, 1_000),
}


def block_errors(blocks: Any) -> list[str]:
    """What Slack would not take in the blocks of a message."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return ["blocks must be a list of objects [json-pointer:/blocks]"]
    errors = shape_errors(blocks)
    if len(blocks) > BLOCKS:
        errors.append(f"no more than {BLOCKS} items allowed [json-pointer:/blocks]")
    total = sum(len(block.get("text", "")) for block in blocks if block.get("type") == "markdown")
    if total > STRINGS["markdown", "text"]:
        errors.append("markdown blocks are too long together [json-pointer:/blocks]")
    return errors or [*_walk({"blocks": blocks}, "", ""), *_repeated(blocks)]


def view_errors(view: Any, kind: str) -> list[str]:
    """What Slack would not take in a view of a kind (`modal` or `home`)."""
    if not isinstance(view, dict) or view.get("type") != kind:
        return [f"the view is no {kind} [json-pointer:/view/type]"]
    errors = view_shape_errors(view)
    blocks = view.get("blocks", [])
    if not errors and len(blocks) > VIEW_BLOCKS:
        errors = [f"no more than {VIEW_BLOCKS} items allowed [json-pointer:/view/blocks]"]
    needs_submit = any(block.get("type") == "input" for block in blocks) if not errors else False
    if needs_submit and kind == "modal" and "submit" not in view:
        errors = ["submit is required when an input is there [json-pointer:/view]"]
    return errors or [*_walk(view, "view", "/view"), *_repeated(blocks)]


def metadata_error(metadata: Any) -> str:
    """The error code for a message's metadata, or nothing."""
    if metadata in (None, {}):
        return ""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    if not re.fullmatch(r"[\w.]{1,255}", str(metadata.get("event_type", ""))):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(str(metadata)) > 16_000 else ""


def _walk(thing: Any, kind: str, path: str) -> Iterator[str]:
    if isinstance(thing, list):
        for place, each in enumerate(thing):
            yield from _walk(each, kind, f"{path}/{place}")
    if not isinstance(thing, dict):
        return
    own = "view" if kind == "view" else str(thing.get("type", kind))
    for name, value in thing.items():
        yield from _lengths(own, name, value, f"{path}/{name}")
        yield from _walk(value, _child_kind(own, name), f"{path}/{name}")
    yield from (f"{error} [json-pointer:{path}]" for error in _own_rules(own, thing))


def _child_kind(own: str, name: str) -> str:
    if name in ("options", "initial_option", "initial_options"):
        return "option"
    return "confirm" if name == "confirm" and own != "confirm" else ""


def _lengths(own: str, name: str, value: Any, path: str) -> Iterator[str]:
    for table_kind in (own, "*"):
        if isinstance(value, str) and (most := STRINGS.get((table_kind, name))):
            least = 0 if name in MAY_BE_EMPTY else 1
            if not least <= len(value) <= most:
                yield f"must be {least} to {most} characters, not {len(value)} [json-pointer:{path}]"
        if most := LENGTHS.get((table_kind, name)):
            yield from _text_lengths(value, most, path)
    if (own, name) in COUNTS and isinstance(value, list):
        least, most = COUNTS[own, name]
        if not least <= len(value) <= most:
            yield f"must be {least} to {most} items, not {len(value)} [json-pointer:{path}]"


def _text_lengths(value: Any, most: int, path: str) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        text = each.get("text") if isinstance(each, dict) else None
        if isinstance(text, str) and not (text.strip() and len(text) <= most):
            yield f"must be 1 to {most} characters and not blank, not {len(text)} [json-pointer:{path}]"


def _own_rules(own: str, thing: dict[str, Any]) -> Iterator[str]:
    match own:
        case "user" if "user_id" in thing and not re.fullmatch(r"[UW][A-Z0-9]+", thing["user_id"]):
            yield "invalid user_id"
        case "emoji" if "name" in thing and not re.fullmatch(r"[\w+'-]{1,100}(::skin-tone-\d)?", thing["name"]):
            yield "invalid emoji name"
        case "link" if not re.match(r"(https?|mailto|tel|slack):", thing.get("url", "")):
            yield "invalid url"
        case "button" if "url" in thing and not re.match(r"(https?|mailto|tel|slack)://?[^\s]+$", thing["url"]):
            yield "invalid url"
        case "date" if not isinstance(thing.get("timestamp"), int) or "{" not in thing.get("format", ""):
            yield "a date needs a whole timestamp and a format"
        case "section" if not ("text" in thing or "fields" in thing):
            yield "a section needs text or fields"
        case "actions":
            yield from _repeated_actions(thing["elements"])
        case "plain_text_input" | "datepicker" | "static_select" | "multi_static_select":
            yield from _initial_rules(own, thing)


def _initial_rules(own: str, thing: dict[str, Any]) -> Iterator[str]:
    if own == "plain_text_input":
        most = thing.get("max_length", 3_000)
        if not 1 <= most <= 3_000 or len(thing.get("initial_value", "")) > most:
            yield "initial_value or max_length is too long"
        if "\n" in thing.get("initial_value", "") and not thing.get("multiline"):
            yield "initial_value of one line has several"
    elif own == "datepicker":
        if "initial_date" in thing and not _is_day(thing["initial_date"]):
            yield "initial_date is no date"
    else:
        chosen = thing.get("initial_options", []) + ([thing["initial_option"]] if "initial_option" in thing else [])
        values = [option["value"] for option in thing.get("options", [])]
        if any(option not in thing.get("options", []) for option in chosen) or thing.get("initial_options") == []:
            yield "initial options must be among the options, and some"
        if len(set(values)) != len(values):
            yield "option values must differ"


def _repeated(blocks: list[dict[str, Any]]) -> list[str]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    return [f"block_id {id!r} already exists [json-pointer:/blocks]" for id in set(ids) if ids.count(id) > 1]


def _repeated_actions(elements: list[dict[str, Any]]) -> list[str]:
    ids = [each["action_id"] for each in elements if "action_id" in each]
    return [f"action_id {id!r} already exists in its block" for id in set(ids) if ids.count(id) > 1]


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False

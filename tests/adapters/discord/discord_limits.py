"""Lengths and counts that Discord refuses to go beyond.

Source: Discord, discord-api-docs: *Message*, *Components reference*, *Receiving and responding*,
*Application commands*.
"""

import re
from collections.abc import Iterator
from typing import Any

from simcord.components import walk_components

Json = dict[str, Any]
V2 = 1 << 15
EMBED = {"title": 256, "description": 4096}
COMMANDS = {1: 100, 2: 15, 3: 15}
"""Kind of command -> how many an application may have."""

_MESSAGE = re.compile(r"/channels/\d+/messages(/\d+)?|/webhooks/\d+/[^/]+(/messages/[^/]+)?")
_NAMED = re.compile(r"/channels/\d+(/messages/\d+)?/threads|/guilds/\d+/channels")


def problems(method: str, path: str, body: Any) -> list[str]:
    """What is too long or too much in a request; nothing where all is within the limits."""
    return [f"{method} {path}: {each}" for each in _found(method, path, body)]


def _found(method: str, path: str, body: Any) -> Iterator[str]:
    if path.endswith("/callback") and isinstance(body, dict):
        yield from _callback(body)
    elif path.endswith("/commands") and isinstance(body, list):
        yield from _commands(body)
    elif not isinstance(body, dict):
        return
    elif _MESSAGE.fullmatch(path) and method in ("POST", "PATCH"):
        yield from _message(body)
    elif _NAMED.fullmatch(path):
        yield from _text("name", body.get("name"), 1, 100)


def _callback(body: Json) -> Iterator[str]:
    data = body.get("data") or {}
    match body.get("type"):
        case 4 | 7:
            yield from _message(data)
        case 8:
            yield from _many("choices", data.get("choices"), 25)
            for choice in data.get("choices") or ():
                yield from _text("choice name", choice.get("name"), 1, 100)
                yield from _text("choice value", str(choice.get("value")), 1, 100)
        case 9:
            yield from _modal(data)


def _message(body: Json) -> Iterator[str]:
    yield from _text("content", body.get("content"), 0, 2000)
    yield from _text("nonce", body.get("nonce"), 0, 25)
    for name, most in (("sticker_ids", 3), ("attachments", 10), ("embeds", 10)):
        yield from _many(name, body.get(name), most)
    for each in body.get("attachments") or ():
        yield from _text("attachment description", each.get("description"), 0, 1024)
    yield from _embeds(body.get("embeds") or [])
    yield from _components(body.get("components") or [], is_v2=bool((body.get("flags") or 0) & V2))


def _embeds(embeds: list[Json]) -> Iterator[str]:
    texts: list[tuple[str, Any, int]] = []
    for embed in embeds:
        yield from _many("embed fields", embed.get("fields"), 25)
        texts += [(name, embed.get(name), most) for name, most in EMBED.items()]
        for field in embed.get("fields") or ():
            texts += [("field name", field["name"], 256), ("field value", field["value"], 1024)]
        texts.append(("footer", (embed.get("footer") or {}).get("text"), 2048))
        texts.append(("author", (embed.get("author") or {}).get("name"), 256))
    for name, text, most in texts:
        yield from _text(f"embed {name}", text, 0, most)
    if sum(len(text or "") for _, text, _ in texts) > 6000:
        yield "the texts of all embeds: at most 6000 characters"


def _components(components: list[Json], *, is_v2: bool) -> Iterator[str]:
    everything = list(walk_components(components))
    yield from _many("components", everything, 40) if is_v2 else _many("action rows", components, 5)
    texts = [each.get("content") or "" for each in everything if each.get("type") == 10]
    if not all(text.strip() for text in texts):
        yield "a text display is empty"
    yield from _text("the texts of all components", "".join(texts), 0, 4000)
    ids = [each["custom_id"] for each in everything if "custom_id" in each]
    if len(ids) != len(set(ids)):
        yield "two components have the same custom_id"
    for each in everything:
        yield from _component(each)


def _component(each: Json) -> Iterator[str]:
    yield from _text("custom_id", each.get("custom_id"), 1, 100)
    match each.get("type"):
        case 1:
            yield from _many("buttons in a row", each.get("components"), 5)
        case 2:
            yield from _text("button label", each.get("label"), 1, 80)
            yield from _text("button url", each.get("url"), 1, 512)
        case 3:
            yield from _options(each)
            yield from _text("placeholder", each.get("placeholder"), 0, 150)
        case 5 | 6 | 7 | 8:
            yield from _text("placeholder", each.get("placeholder"), 0, 150)
            yield from _many("default values", each.get("default_values"), each.get("max_values", 1))
        case 4:
            yield from _text("value", each.get("value"), 0, each.get("max_length") or 4000)
            yield from _text("placeholder", each.get("placeholder"), 0, 100)
        case 18:
            yield from _text("label", each.get("label"), 1, 45)
            yield from _text("label description", each.get("description"), 0, 100)


def _options(select: Json) -> Iterator[str]:
    options = select.get("options") or []
    if not options:
        yield "a select has no options"
    yield from _many("options", options, 25)
    chosen = [each for each in options if each.get("default")]
    yield from _many("options chosen beforehand", chosen, select.get("max_values", 1))
    for each in options:
        for name in ("label", "value"):
            yield from _text(f"option {name}", each.get(name), 1, 100)
        yield from _text("option description", each.get("description"), 0, 100)


def _modal(data: Json) -> Iterator[str]:
    yield from _text("modal title", data.get("title"), 1, 45)
    yield from _text("modal custom_id", data.get("custom_id"), 1, 100)
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        yield f"a modal has 1 to 5 components, not {len(components)}"
    for each in walk_components(components):
        yield from _component(each)


def _commands(commands: list[Json]) -> Iterator[str]:
    for kind, most in COMMANDS.items():
        same = [each for each in commands if each.get("type", 1) == kind]
        yield from _many(f"commands of type {kind}", same, most)
        if len({each["name"] for each in same}) != len(same):
            yield f"two commands of type {kind} have the same name"
    for each in commands:
        yield from _command(each)


def _command(each: Json) -> Iterator[str]:
    yield from _text("command name", each.get("name"), 1, 32)
    if each.get("type", 1) != 1:
        return
    if not re.fullmatch(r"[-_\w']{1,32}", each["name"]) or each["name"] != each["name"].lower():
        yield f"a command may not be called {each['name']!r}"
    yield from _text("command description", each.get("description") or "", 1, 100)
    yield from _many("options of a command", each.get("options"), 25)
    for option in each.get("options") or ():
        yield from _text("option name", option.get("name"), 1, 32)
        yield from _text("option description", option.get("description") or "", 1, 100)
        yield from _many("choices of an option", option.get("choices"), 25)


def _text(what: str, text: Any, least: int, most: int) -> Iterator[str]:
    if text is not None and not least <= len(str(text)) <= most:
        yield f"{what}: {least} to {most} characters, not {len(str(text))}"


def _many(what: str, pieces: Any, most: int) -> Iterator[str]:
    if pieces is not None and len(pieces) > most:
        yield f"{what}: at most {most}, not {len(pieces)}"

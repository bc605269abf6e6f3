"""What stands in blocks: words, buttons, links, and who is notified."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from loopback_composer import escaped

Json = dict[str, Any]
Name = Callable[[str], str]


@dataclass(frozen=True)
class SeenButton:
    """A button as somebody sees it. `id` is its action id; `url` is set where it opens an address."""

    id: str
    label: str
    block_id: str
    value: str = ""
    url: str = ""


def buttons(blocks: list[Json]) -> list[SeenButton]:
    """All buttons of blocks, in reading order, those that open an address too."""
    return [
        SeenButton(
            element["action_id"],
            unescaped(element["text"]["text"]),
            block["block_id"],
            element.get("value", ""),
            element.get("url", ""),
        )
        for block in blocks
        for element in elements(block)
        if element["type"] == "button"
    ]


def elements(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    if block["type"] == "actions":
        return list(block["elements"])
    accessory = block.get("accessory")
    return [accessory] if accessory and accessory["type"] != "image" else []


def mentioned(text: str, blocks: list[Json]) -> set[str]:
    """The users that a message notifies; `*everyone*` for `@here` and the like, group ids for groups."""
    found = set(_notified_by_mrkdwn(text)) if not blocks else set()
    for thing in _things(blocks):
        match thing.get("type"):
            case "user":
                found.add(thing["user_id"])
            case "usergroup":
                found.add(thing["usergroup_id"])
            case "broadcast":
                found.add("*everyone*")
            case "mrkdwn" | "markdown":
                found |= set(_notified_by_mrkdwn(thing["text"]))
    return found


def _notified_by_mrkdwn(text: str) -> Iterator[str]:
    yield from re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", text)
    yield from re.findall(r"<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>", text)
    if re.search(r"<!(here|channel|everyone)(\|[^>]*)?>", text):
        yield "*everyone*"


def _things(thing: Any) -> Iterator[Json]:
    if isinstance(thing, list):
        for each in thing:
            yield from _things(each)
    elif isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from _things(value)


def words(blocks: list[Json], name: Name) -> str:
    """Every word that can be seen in blocks, plain, one part to a line; `name` gives what a user id is shown as."""
    return "\n".join(line for block in blocks if (line := _block_words(block, name)))


def _block_words(block: Json, name: Name) -> str:
    match block["type"]:
        case "rich_text":
            return "\n".join(_part_words(part, name) for part in block["elements"]).strip("\n")
        case "actions" | "context":
            return "\n".join(_object_words(each, name) for each in block["elements"])
        case "section":
            things = [block.get("text"), *block.get("fields", []), block.get("accessory")]
            return "\n".join(_object_words(each, name) for each in things if each)
        case "input":
            return "\n".join(_object_words(each, name) for each in (block["label"], block.get("hint")) if each)
        case "markdown":
            return str(block["text"])
        case _:
            return _object_words(block, name)


def _object_words(thing: Json, name: Name) -> str:
    parts = [thing.get("title"), thing.get("text"), thing.get("placeholder")]
    texts = [_object_words(each, name) for each in parts if isinstance(each, dict)]
    if isinstance(thing.get("text"), str):
        is_plain = thing["type"] != "mrkdwn"
        texts.append(unescaped(thing["text"]) if is_plain else mrkdwn_words(thing["text"], name))
    texts += [thing[key] for key in ("alt_text",) if key in thing]
    return "\n".join(texts)


def _part_words(part: Json, name: Name) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(_inline_words(item["elements"], name) for item in part["elements"])
    return _inline_words(part["elements"], name)


def _inline_words(parts: list[Json], name: Name) -> str:
    return "".join(_inline_word(part, name) for part in parts)


def _inline_word(part: Json, name: Name) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return str(part.get("text") or part["url"])
        case "user":
            return f"@{name(part['user_id'])}"
        case "emoji":
            return f":{part['name']}:"
        case "date":
            return str(part.get("fallback") or part["timestamp"])
        case "broadcast":
            return f"@{part['range']}"
        case "channel":
            return f"#{part['channel_id']}"
        case _:
            return ""


def mrkdwn_words(text: str, name: Name) -> str:
    """The words of a mrkdwn text, without its signs."""
    text = re.sub(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", lambda found: f"@{name(found[1])}", text)
    text = re.sub(r"<!date\^\d+\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<!(\w+)(?:\|[^>]*)?>", r"@\1", text)
    text = re.sub(r"<#\w+\|?([^>]*)>", r"#\1", text)
    text = re.sub(r"<([^|>]+)\|([^>]+)>", r"\2", text)
    text = re.sub(r"<([^>]+)>", r"\1", text)
    text = re.sub(r"(?<!\w)([*_~`]+)(\S(?:.*?\S)?)\1(?!\w)", r"\2", text)
    return unescaped(re.sub(r"(?m)^&gt; ?", "", text))


def unescaped(words: str) -> str:
    """Gives words with the three entities as signs that Slack knows."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def with_entities(thing: Any) -> Any:
    """Gives blocks as Slack gives an app's own back: the three signs as entities in plain texts."""
    if isinstance(thing, list):
        return [with_entities(each) for each in thing]
    if not isinstance(thing, dict):
        return thing
    own = {name: with_entities(value) for name, value in thing.items()}
    return own | {"text": escaped(unescaped(thing["text"]))} if thing.get("type") == "plain_text" else own

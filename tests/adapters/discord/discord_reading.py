"""What stands in a message: its words as people read them, its buttons and links, and whom it notifies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from discord_world import BOT_NAME, LOADING
from simcord.backend.models import Message
from simcord.components import walk_components

Json = dict[str, Any]
Name = Callable[[str, int], str]
"""Gives what a mention is shown as, by its kind (`@`, `@&`, `#`) and id."""

EVERYONE = "*everyone*"


@dataclass(frozen=True)
class SeenButton:
    """A button as somebody sees it. `url` is set where it opens an address."""

    id: str
    label: str
    url: str = ""


def words(message: Message, name: Name) -> str:
    """Every word that can be seen in a message, one part to a line."""
    if message.flags & LOADING:
        return f"{BOT_NAME} is thinking…"
    parts = [plain(message.content, name)]
    parts += [part for embed in message.embeds for part in _embed(embed, name)]
    parts += [part for each in walk_components(message.components) for part in _component(each, name)]
    for file in message.attachments:
        parts += [file["filename"], file.get("description") or ""]
    return "\n".join(part for part in parts if part)


def buttons(message: Message) -> list[SeenButton]:
    """All buttons of a message, in reading order, those that open an address too."""
    return [
        SeenButton(each.get("custom_id", ""), each.get("label") or "", each.get("url") or "")
        for each in walk_components(message.components)
        if each.get("type") == 2 and not each.get("disabled")
    ]


def notified(message: Message) -> set[str]:
    """The ids of the people (and roles) that a message notifies; `EVERYONE` for `@everyone` and `@here`."""
    found = {str(id) for id in (*message.ping_user_ids, *message.ping_role_ids)}
    return found | ({EVERYONE} if message.mention_everyone else set())


def plain(text: str, name: Name) -> str:
    """Discord's Markdown as plain words."""
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\ue010{len(kept) - 1}\ue011"

    text = _LITERAL.sub(lambda found: keep(_literal(found)), text)
    text = _REFERENCE.sub(lambda found: keep(_reference(found, name)), text)
    text = _LINK.sub(r"\1", text)
    text = _MARKS.sub("", _LINE_START.sub("", text))
    return _KEPT.sub(lambda found: kept[int(found[1])], text).replace("\u200b", "").strip()


def _literal(found: "re.Match[str]") -> str:
    """What stands in code or behind a backslash, as it is written."""
    return next(group for group in found.groups() if group is not None).strip("\n")


def _reference(found: "re.Match[str]", name: Name) -> str:
    kind = found["kind"]
    if kind:
        shown = name("@" if kind == "@!" else kind, int(found["id"]))
        return f"{'#' if kind == '#' else '@'}{shown}"
    if found["second"]:
        return f"{datetime.fromtimestamp(int(found['second']), UTC):%a %d %b, %H:%M} UTC"
    if found["emoji"]:
        return f":{found['emoji']}:"
    return found["command"] or found["address"]


def _embed(embed: Json, name: Name) -> Iterator[str]:
    yield (embed.get("author") or {}).get("name", "")
    yield plain(embed.get("title") or "", name)
    yield plain(embed.get("description") or "", name)
    for field in embed.get("fields") or ():
        yield plain(field["name"], name)
        yield plain(field["value"], name)
    yield (embed.get("footer") or {}).get("text", "")


def _component(each: Json, name: Name) -> Iterator[str]:
    match each.get("type"):
        case 10:
            yield plain(each["content"], name)
        case 2:
            yield each.get("label") or ""
        case 3 | 5 | 6 | 7 | 8:
            yield each.get("placeholder") or ""
            yield from (option["label"] for option in each.get("options") or ())
        case 11:
            yield each.get("description") or ""
        case 12:
            yield from (item.get("description") or "" for item in each["items"])


_LITERAL = re.compile(
    r"```(?:[a-z0-9+-]*\n)?(.*?)```|(?<!`)``(?!`) ?(.+?) ?``(?!`)|(?<!`)`([^`]+)`(?!`)|\\([^\w\s])", re.DOTALL
)
_REFERENCE = re.compile(
    r"<(?P<kind>@!|@&|@|#)(?P<id>\d+)>|<t:(?P<second>-?\d+)(?::[tTdDfFR])?>|<a?:(?P<emoji>\w+):\d+>"
    r"|<(?P<command>/[^:>]+):\d+>|(?<!\]\()<(?P<address>https?://[^\s>]+)>"
)
_LINK = re.compile(r"\[([^\]]*)\]\(<?(?:https?://)[^\s)]*\)")
_LINE_START = re.compile(r"(?m)^(?:>>> |> ?)?(?: *(?:#{1,3} |-# ))?")
_MARKS = re.compile(r"\*+|__|~~|\|\||(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
_KEPT = re.compile("\ue010(\\d+)\ue011")

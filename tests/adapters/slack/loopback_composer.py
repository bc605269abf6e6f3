"""Slack's message composer: what somebody types, as `text` (mrkdwn) and `blocks` (rich text).

People type the Markdown subset of `adapters.port.text`, with people as `@id` or `@name`, `#channel`, `:emoji:`, bare
addresses, and `@here`, `@channel`, `@everyone`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import emoji
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.room.mentions import find

Json = dict[str, Any]
Style = frozenset[str]


@dataclass
class Names:
    """What may stand after a sign, in lower case -> the id that it means."""

    users: Mapping[str, str]
    channels: Mapping[str, str] = field(default_factory=dict)


def compose(typed: str, names: Names) -> tuple[str, list[Json]]:
    """Gives the `text` and the `blocks` of what somebody typed."""
    parts = _Parts(typed, names).all()
    text = "".join(mrkdwn_of(part) for part in parts).strip("\n")
    return text, [{"type": "rich_text", "block_id": "", "elements": parts}] if parts else []


def mrkdwn_of(part: Json) -> str:
    """Gives a part of a rich text as Slack writes it into `text`."""
    inner = "".join(map(_mrkdwn_inline, part["elements"])) if part["type"] != "rich_text_list" else ""
    match part["type"]:
        case "rich_text_preformatted":
            return f"```{inner}```\n"
        case "rich_text_quote":
            return "".join(f"&gt; {line}\n" for line in inner.split("\n"))
        case "rich_text_list":
            return "".join(_mrkdwn_items(part))
        case _:
            return inner


def _mrkdwn_items(part: Json) -> Iterator[str]:
    start = part.get("offset", 0) + 1
    for number, item in enumerate(part["elements"], start):
        mark = f"{number}." if part["style"] == "ordered" else "•"
        quoted = "&gt; " if part.get("border") else ""
        yield f"{quoted}{'    ' * part.get('indent', 0)}{mark} {''.join(map(_mrkdwn_inline, item['elements']))}\n"


def _mrkdwn_inline(element: Json) -> str:
    style = element.get("style", {})
    match element["type"]:
        case "text":
            return _styled(escaped(element["text"]), style)
        case "link":
            label = f"|{escaped(element['text'])}" if "text" in element else ""
            return _styled(f"<{escaped(element['url'])}{label}>", style)
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "broadcast":
            return f"<!{element['range']}>"
        case _:
            return f":{element['name']}:"


def escaped(words: str) -> str:
    """Gives words with the three signs escaped that Slack escapes."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _styled(words: str, style: Json) -> str:
    for name, mark in (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*")):
        if style.get(name) and words.strip():
            words = re.sub(r"^(\s*)(.*?)(\s*)$", rf"\1{mark}\2{mark}\3", words, flags=re.DOTALL)
    return words


class _Parts:
    """Reads one typed text into the parts of a rich text."""

    def __init__(self, typed: str, names: Names) -> None:
        self._lines = typed.split("\n")
        self._tokens = _PARSER.parse(typed)
        self._names = names
        self._parts: list[Json] = []
        self._lists: list[Json] = []
        self._items: list[int] = []
        self._quotes = 0

    def all(self) -> list[Json]:
        for token in self._tokens:
            self._take(token)
        return [part for part in self._parts if part["elements"]]

    def _take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(token)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._items.pop()
            case "list_item_open":
                self._open_item()
            case "blockquote_open":
                self._break_before(token)
                self._quotes += 1
                self._parts.append({"type": "rich_text_quote", "elements": []})
            case "blockquote_close":
                self._quotes -= 1
            case "fence" | "code_block":
                self._break_before(token)
                text = {"type": "text", "text": token.content.removesuffix("\n") or " "}
                self._parts.append({"type": "rich_text_preformatted", "elements": [text]})
            case "inline":
                self._put(list(self._inline(token)), token)

    def _open_list(self, token: Token) -> None:
        self._break_before(token)
        style = "ordered" if token.type.startswith("ordered") else "bullet"
        start = int(token.attrs.get("start", 1)) if style == "ordered" else 1
        shape = {"type": "rich_text_list", "style": style, "indent": len(self._lists), "border": int(self._quotes > 0)}
        self._lists.append(shape)
        self._items.append(start - 1)
        self._open_part()

    def _open_part(self) -> None:
        shape, before = self._lists[-1], self._items[-1]
        offset = {"offset": before} if before and shape["style"] == "ordered" else {}
        self._parts.append({**shape, **offset, "elements": []})

    def _open_item(self) -> None:
        last, shape = self._parts[-1], self._lists[-1]
        if last["type"] != "rich_text_list" or last["indent"] != shape["indent"]:
            self._open_part()
        self._items[-1] += 1
        self._parts[-1]["elements"].append({"type": "rich_text_section", "elements": []})

    def _put(self, elements: list[Json], token: Token) -> None:
        if self._lists and self._parts[-1]["type"] == "rich_text_list":
            target = self._parts[-1]["elements"][-1]["elements"]
        elif self._quotes and self._parts and self._parts[-1]["type"] == "rich_text_quote":
            target = self._parts[-1]["elements"]
        else:
            target = self._section(token)
        _join(target, [*([_text("\n")] if target and not _ends_line(target) else []), *elements])

    def _section(self, token: Token) -> list[Json]:
        if self._parts and self._parts[-1]["type"] == "rich_text_section":
            _join(self._parts[-1]["elements"], [_text("\n" * (1 + self._blank_before(token)))])
        else:
            blank = "\n" * self._blank_before(token) if self._parts else ""
            self._parts.append({"type": "rich_text_section", "elements": [_text(blank)] if blank else []})
        return self._parts[-1]["elements"]

    def _break_before(self, token: Token) -> None:
        if self._parts and self._parts[-1]["type"] == "rich_text_section":
            _join(self._parts[-1]["elements"], [_text("\n" * (1 + self._blank_before(token)))])

    def _blank_before(self, token: Token) -> int:
        line = (token.map or [0])[0]
        blank = 0
        while line - blank > 0 and not self._lines[line - blank - 1].strip(" \t>"):
            blank += 1
        return blank

    def _inline(self, token: Token) -> Iterator[Json]:
        styles: list[str] = []
        link = ""
        for child in token.children or []:
            name = {"strong": "bold", "em": "italic"}.get(child.type.rpartition("_")[0], "")
            if child.type == "link_open":
                link = str(child.attrs["href"])
            elif child.type == "link_close":
                link = ""
            elif name and child.type.endswith("_open"):
                styles.append(name)
            elif name:
                styles.remove(name)
            elif child.type in ("softbreak", "hardbreak"):
                yield _text("\n")
            elif child.type == "code_inline":
                yield _element({"type": "text", "text": child.content}, frozenset([*styles, "code"]))
            elif child.content:
                yield from self._words(child.content, frozenset(styles), link)

    def _words(self, words: str, styles: Style, link: str) -> Iterator[Json]:
        if link:
            yield _element({"type": "link", "url": link, "text": words}, styles)
            return
        position = 0
        for start, end, element in sorted(self._found(words), key=lambda each: each[0]):
            if start >= position:
                if words[position:start]:
                    yield _element(_text(words[position:start]), styles)
                yield _element(element, styles)
                position = end
        if words[position:]:
            yield _element(_text(words[position:]), styles)

    def _found(self, words: str) -> Iterator[tuple[int, int, Json]]:
        for found in find(words, self._names.users):
            yield found.start, found.end, {"type": "user", "user_id": found.id}
        for match in re.finditer(r"(?<![\w@])@(here|channel|everyone)\b", words):
            yield match.start(), match.end(), {"type": "broadcast", "range": match[1]}
        for match in re.finditer(r"(?<!\w)#([\w-]+)", words):
            if id := self._names.channels.get(match[1].lower()):
                yield match.start(), match.end(), {"type": "channel", "channel_id": id}
        for match in _ADDRESS.finditer(words):
            yield match.start(), match.end(), {"type": "link", "url": match[0]}
        for match in re.finditer(r"(?<![\w:]):([a-z0-9_+'-]+):", words):
            yield match.start(), match.end(), _emoji(match[1], emoji.emojize(match[0], language="alias"))
        for each in emoji.emoji_list(words):
            name = emoji.demojize(each["emoji"], language="alias").strip(":").lower()
            yield each["match_start"], each["match_end"], _emoji(name, each["emoji"])


def _emoji(name: str, sign: str) -> Json:
    known = {"unicode": "-".join(f"{ord(each):x}" for each in sign)} if not sign.startswith(":") else {}
    return {"type": "emoji", "name": name, **known}


def _text(words: str) -> Json:
    return {"type": "text", "text": words}


def _element(element: Json, styles: Style) -> Json:
    return {**element, "style": dict.fromkeys(sorted(styles), True)} if styles else element


def _ends_line(elements: list[Json]) -> bool:
    return elements[-1].get("text", "").endswith("\n") and elements[-1]["type"] == "text"


def _join(target: list[Json], elements: list[Json]) -> None:
    """Puts elements behind others; neighbouring texts of one style become one."""
    for element in elements:
        last = target[-1] if target else None
        if last and last["type"] == element["type"] == "text" and last.get("style") == element.get("style"):
            target[-1] = {**last, "text": last["text"] + element["text"]}
        elif element["type"] != "text" or element["text"]:
            target.append(element)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "linkify": False})
    parser.enable(["emphasis", "backticks", "fence", "blockquote", "list", "link", "newline", "escape", "autolink"])
    parser.enable(["balance_pairs", "fragments_join"], ignoreInvalid=True)
    return parser


_PARSER = _parser()
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,:;!?)\]]")

"""Text of the port as Slack's rich text.

Rich text carries words as they are, so nothing that anybody wrote can become a mention, a link or a style; `mrkdwn` has
no way to escape its own signs. Source: Slack, docs.slack.dev, *Rich text block*.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from markdown_it.token import Token

from adapters.port import Account, Fact, Mention, Space, Text, When, plain, subset

Json: TypeAlias = dict[str, Any]

BLOCK_TEXT = 3_000
"""Characters in one rich text block. Slack: section text; the page on rich text names no limit."""


def blocks(text: Text, facts: Sequence[Fact], space: Space) -> list[Json]:
    """Gives a text and its facts as rich text blocks, cut between paragraphs where they are long.

    Args:
        text: what to say.
        facts: pairs that follow it, a line each.
        space: the workspace that reads it: people of another one are shown by name only.
    """
    parts = [*_parts(text, space)]
    for fact in facts:
        name: Json = {"type": "text", "text": f"{_harmless(fact.name)}: ", "style": {"bold": True}}
        value: list[Json] = []
        for part in _parts(fact.value, space):
            value += [*([{"type": "text", "text": "\n"}] if value else []), *_flat(part)]
        parts.append({"type": "rich_text_section", "elements": [name, *value], "line": True})
    return [{"type": "rich_text", "elements": packed} for packed in _packed(parts)]


def escaped(words: str) -> str:
    """Escapes plain words for Slack's `text`, which reads `<…>` as its own."""
    return _harmless(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short_name(sign: str) -> str:
    """Gives an emoji's short name without its skin tone: `thumbsup` for `thumbsup::skin-tone-2`."""
    return sign.strip(":").split("::", 1)[0]


def is_user(id: str) -> bool:
    """Whether an id is one that Slack gives people."""
    return bool(_USER.fullmatch(id))


def _parts(text: Text, space: Space) -> list[Json]:
    tokens, values = subset.tokens(text)
    parts: list[Json] = []
    lists: list[Json] = []
    quotes, begins_item = 0, False
    for token in tokens:
        match token.type:
            case "list_item_open":
                begins_item = True
            case "bullet_list_open" | "ordered_list_open":
                lists.append({"style": token.type.split("_")[0], "offset": int(token.attrs.get("start", 1)) - 1})
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "blockquote_open" | "blockquote_close":
                quotes += 1 if token.type == "blockquote_open" else -1
            case "fence":
                words = "".join(_words(piece) for piece in subset.pieces(token.content.rstrip("\n"), values))
                parts.append({"type": "rich_text_preformatted", "elements": _text(words or " ", {})})
            case "inline":
                elements = [*_inline(token.children or [], values, space)]
                if elements and lists and not begins_item and parts and parts[-1]["type"] == "rich_text_list":
                    parts[-1]["elements"][-1]["elements"] += [{"type": "text", "text": "\n"}, *elements]
                elif elements:
                    parts.append(_placed(elements, lists, in_quote=bool(quotes)))
                begins_item = False
    return parts


def _placed(elements: list[Json], lists: list[Json], *, in_quote: bool) -> Json:
    if not lists:
        return {"type": "rich_text_quote" if in_quote else "rich_text_section", "elements": elements}
    items = [{"type": "rich_text_section", "elements": elements}]
    placed: Json = {"type": "rich_text_list", "style": lists[-1]["style"], "indent": min(len(lists) - 1, 8)}
    if lists[-1]["style"] == "ordered":
        placed["offset"] = lists[-1]["offset"]
        lists[-1]["offset"] += 1
    return {**placed, "elements": items}


def _inline(tokens: Sequence[Token], values: subset.Values, space: Space) -> Iterator[Json]:
    style: dict[str, bool] = {}
    address = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "em_open":
                style = {**style, _STYLES[token.type[:-5]]: True}
            case "strong_close" | "em_close":
                style = {name: on for name, on in style.items() if name != _STYLES[token.type[:-6]]}
            case "link_open":
                address = "".join(_words(piece) for piece in subset.pieces(str(token.attrs["href"]), values))
            case "link_close":
                address = ""
            case "softbreak" | "hardbreak":
                yield from _text("\n", style)
            case "code_inline":
                words = "".join(_words(piece) for piece in subset.pieces(token.content, values))
                yield from _linked(words, address, {**style, "code": True})
            case _:
                for piece in subset.pieces(token.content, values):
                    yield from _piece(piece, address, style, space)


def _piece(piece: str | Mention | When, address: str, style: Mapping[str, bool], space: Space) -> Iterator[Json]:
    if isinstance(piece, str) or address:
        yield from _linked(subset.with_signs(_words(piece)), address, style)
    elif isinstance(piece, When):
        words = plain((piece,))
        yield {"type": "date", "timestamp": int(piece.at.timestamp()), "format": _DATE, "fallback": words}
    elif _is_here(piece.account, space):
        yield _styled({"type": "user", "user_id": piece.account.id}, style)
    else:
        yield from _text(_words(piece), style)


def _linked(words: str, address: str, style: Mapping[str, bool]) -> Iterator[Json]:
    if address and words:
        yield _styled({"type": "link", "url": address, "text": _harmless(words)}, style)
    else:
        yield from _text(words, style)


def _text(words: str, style: Mapping[str, bool]) -> list[Json]:
    return [_styled({"type": "text", "text": _harmless(words)}, style)] if words else []


def _styled(element: Json, style: Mapping[str, bool]) -> Json:
    return {**element, "style": dict(style)} if style else element


def _words(piece: str | Mention | When) -> str:
    return piece if isinstance(piece, str) else plain((piece,))


def _is_here(account: Account, space: Space) -> bool:
    return account.space == space and is_user(account.id)


def _harmless(words: str) -> str:
    """Breaks what Slack would read as a call for everyone, for whatever copies a text out of its block."""
    return _CALL.sub("<\u2060\\1", words)


def _flat(part: Json) -> list[Json]:
    if part["type"] == "rich_text_list":
        return [element for section in part["elements"] for element in section["elements"]]
    return list(part["elements"])


def _packed(parts: Sequence[Json]) -> Iterator[list[Json]]:
    packed: list[Json] = []
    used = 0
    for part in (piece for whole in parts for piece in _cut(whole)):
        size = _size(part) + 2
        if packed and used + size > BLOCK_TEXT:
            yield packed
            packed, used = [], 0
        _join(packed, {name: value for name, value in part.items() if name != "line"}, line=bool(part.get("line")))
        used += size
    if packed:
        yield packed


def _join(packed: list[Json], part: Json, *, line: bool) -> None:
    """Adds a part: a paragraph goes on in the section before it, an item in the list before it."""
    last = packed[-1] if packed else None
    if last is None or last["type"] != part["type"] or last["type"] == "rich_text_preformatted":
        packed.append(part)
    elif part["type"] == "rich_text_list":
        alike = last["style"] == part["style"] and last["indent"] == part["indent"]
        if alike:
            last["elements"] += part["elements"]
        else:
            packed.append(part)
    else:
        gap = "\n" if line or part["type"] == "rich_text_quote" else "\n\n"
        last["elements"] += [{"type": "text", "text": gap}, *part["elements"]]


def _cut(part: Json) -> Iterator[Json]:
    """Cuts a part that is too long for a block, at a space where there is one."""
    if _size(part) + 2 <= BLOCK_TEXT:
        yield part
        return
    if part["type"] == "rich_text_list":
        for item in part["elements"]:
            for piece in _cut(item):
                yield {**part, "elements": [piece]}
        return
    taken: list[Json] = []
    used = 0
    for element in (each for whole in part["elements"] for each in _short(whole)):
        if taken and used + _length(element) > BLOCK_TEXT - 2:
            yield {**part, "elements": taken}
            taken, used = [], 0
        taken.append(element)
        used += _length(element)
    yield {**part, "elements": taken}


def _short(element: Json) -> Iterator[Json]:
    words = element.get("text", "")
    while len(words) > _PIECE:
        at = words.rfind(" ", _PIECE // 2, _PIECE) + 1 or _PIECE
        yield {**element, "text": words[:at]}
        words = words[at:]
    yield {**element, "text": words} if words else element


def _size(part: Json) -> int:
    return sum(_size(each) if "elements" in each else _length(each) for each in part["elements"])


def _length(element: Json) -> int:
    return len(element.get("text") or element.get("fallback") or element.get("user_id", ""))


_STYLES = {"strong": "bold", "em": "italic"}
_DATE = "{date_long_pretty}, {time}"
_PIECE = 1_000
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_CALL = re.compile(r"<(?=!(?:channel|here|everyone|group|subteam)|[@#][A-Z0-9]{2,})()", re.IGNORECASE)

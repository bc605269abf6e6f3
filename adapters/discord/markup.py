"""Text of the port as Discord's Markdown, and what people wrote as the port's.

Discord reads more signs than the port's subset (headings, spoilers, strikes, mentions in brackets), so a text is parsed
and written anew with everything else escaped. Source: Discord, discord-api-docs, *Message formatting*.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import emoji
from markdown_it.token import Token

from adapters.port import Account, Mention, Space, Text, When, escape, plain, subset


@dataclass(slots=True)
class _List:
    """A list that is being written: its next number, or None for bullets; the sign that its item still waits for."""

    number: int | None
    sign: str = ""
    waits: bool = False

    def begin_item(self) -> None:
        self.sign, self.waits = ("- " if self.number is None else f"{self.number}. "), True
        if self.number is not None:
            self.number += 1


def written(text: Text, space: Space) -> str:
    """Gives a text as Discord's Markdown; people of another space are shown by name only."""
    tokens, values = subset.tokens(text)
    lines: list[str] = []
    lists: list[_List] = []
    quotes, apart = 0, False
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                lists.append(_List(None))
            case "ordered_list_open":
                lists.append(_List(int(token.attrs.get("start", 1))))
            case "list_item_open":
                lists[-1].begin_item()
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                apart = apart or not lists
            case "blockquote_open" | "blockquote_close":
                quotes += 1 if token.type == "blockquote_open" else -1
                apart = True
            case "inline" | "fence":
                block = _fence(token, values) if token.type == "fence" else _inline(token.children or [], values, space)
                lines += [""] if lines and (apart or not lists) else []
                lines += _placed(block.split("\n"), lists, "> " if quotes else "")
                apart = not lists
            case _:
                pass
    return "\n".join(lines)


def harmless(words: str) -> str:
    """Gives words so that Discord shows them as they are, whatever signs they hold."""
    return "".join(_pieces(words))


def plain_line(words: str) -> str:
    """Gives words as one line that begins nothing: no heading, no list."""
    return _at_line_start(harmless(" ".join(words.split())))


def read(content: str, bot: frozenset[int], names: Callable[[str, int], str]) -> str:
    """Gives what somebody wrote as the port's Markdown, with people as `@name` and the bot taken out.

    Args:
        content: the message's content.
        bot: the bot's user id and its role's.
        names: kind (`@`, `@&`, `#`) and id -> what to call it.
    """
    if "<" not in content:
        return content.strip()

    def named(found: "re.Match[str]") -> str:
        if found["id"]:
            kind, id = found["kind"].replace("!", ""), int(found["id"])
            if kind != "#" and id in bot:
                return _BOT
            return f"{'#' if kind == '#' else '@'}{escape(names(kind, id))}"
        if found["emoji"]:
            return f":{found['emoji']}:"
        if found["command"]:
            return f"/{found['command']}"
        return _moment(int(found["at"]))

    words = _REFERENCE.sub(named, content).strip()
    if words.startswith(_BOT):
        words = _AFTER_THE_NAME.sub("", words.removeprefix(_BOT))
    return re.sub(f" ?{_BOT}", "", words).strip()


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def mentioned(content: str) -> list[int]:
    """Finds the ids of the people and roles whom a message's content mentions outside code, in order."""
    return [int(id) for id in _MENTION.findall(_CODE.sub("", content))] if "<@" in content else []


def is_user(id: str) -> bool:
    """Whether an id is one that Discord gives people."""
    return id.isascii() and id.isdigit() and 0 < int(id) < 2**63


def sign_of(name: str) -> str:
    """Gives the sign for an emoji's short name, or the name where there is none."""
    sign = emoji.emojize(f":{name}:", language="alias")
    return name if sign == f":{name}:" else sign


def name_of(sign: str) -> str:
    """Gives the short name of an emoji's sign, as other platforms call it, without its skin tone."""
    bare = "".join(character for character in sign if not 0x1F3FB <= ord(character) <= 0x1F3FF)
    names = emoji.EMOJI_DATA.get(bare) or emoji.EMOJI_DATA.get(f"{bare}\ufe0f") or emoji.EMOJI_DATA.get(bare[:1])
    aliases = names.get("alias") if names else None
    name = aliases[0] if aliases else (names["en"] if names else sign)
    return str(name).strip(":")


def _placed(block: Sequence[str], lists: Sequence[_List], quote: str) -> Iterator[str]:
    """Puts a block of lines into its place: behind its item's sign or beneath it, in a quote or not."""
    indent, sign = "  " * (len(lists) - 1), ""
    if lists:
        sign = lists[-1].sign if lists[-1].waits else " " * len(lists[-1].sign)
        lists[-1].waits = False
    for line in block:
        yield f"{quote}{indent}{sign}{line}"
        sign = " " * len(sign)


def _fence(token: Token, values: subset.Values) -> str:
    words = "".join(_plain(piece) for piece in subset.pieces(token.content.rstrip("\n"), values))
    return "\n".join(("```", words.replace("```", "'''"), "```"))


def _inline(tokens: Sequence[Token], values: subset.Values, space: Space) -> str:
    said, label, address = "", 0, ""
    signs: list[str] = []
    for place, token in enumerate(tokens):
        match token.type:
            case "strong_open" | "strong_close":
                said += "**"
            case "em_open":
                signs.append(_em_sign(said, tokens[place + 1 :]))
                said += signs[-1]
            case "em_close":
                said += signs.pop()
            case "link_open":
                address = "".join(_plain(piece) for piece in subset.pieces(str(token.attrs["href"]), values))
                label = len(said)
            case "link_close":
                there = f"<{address.replace('>', '%3E')}>"
                said = said if said[label:] == there else f"{said[:label]}[{said[label:]}]({there})"
                address = ""
            case "softbreak" | "hardbreak":
                said += "\n"
            case "code_inline":
                words = "".join(_plain(piece) for piece in subset.pieces(token.content, values))
                words = words.replace("`", "'") if "``" in words else words
                said += f"`` {words} ``" if "`" in words else f"`{words}`"
            case _:
                for piece in subset.pieces(token.content, values):
                    said += _piece(piece, space, in_link=bool(address))
    return _at_line_start(said)


def _em_sign(before: str, after: Sequence[Token]) -> str:
    """`_`, but `*` inside a word, where Discord reads no `_`."""
    depth = 1
    for place, token in enumerate(after):
        depth += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        if depth == 0:
            follows = after[place + 1].content[:1] if place + 1 < len(after) else ""
            return "*" if before[-1:].isalnum() or follows.isalnum() else "_"
    return "_"


def _piece(piece: str | Mention | When, space: Space, *, in_link: bool) -> str:
    match piece:
        case Mention(account) if not in_link and _is_here(account, space):
            return f"<@{account.id}>"
        case When(at) if not in_link:
            return f"<t:{int(at.timestamp())}:F>"
        case _:
            return harmless(subset.with_signs(_plain(piece)))


def _pieces(words: str) -> Iterator[str]:
    position = 0
    for found in _ADDRESS.finditer(words):
        yield _escaped(words[position : found.start()])
        yield f"<{found[0]}>"  # no preview
        position = found.end()
    yield _escaped(words[position:])


def _escaped(words: str) -> str:
    return _CALL.sub("@\u200b\\1", _SIGNS.sub(r"\\\1", words))


def _at_line_start(said: str) -> str:
    def escaped(found: "re.Match[str]") -> str:
        indent, number, sign = found.groups()
        return f"{indent}{number or ''}\\{sign}"

    return _LINE_START.sub(escaped, said)


def _plain(piece: str | Mention | When) -> str:
    return piece if isinstance(piece, str) else plain((piece,))


def _is_here(account: Account, space: Space) -> bool:
    return account.space == space and is_user(account.id)


_BOT = "\ue002"
_SIGNS = re.compile(r"([\\*_~|`<>\[\]])")
_CALL = re.compile(r"@(everyone|here)")
_LINE_START = re.compile(r"(?m)^( *)(?:(\d+)(?=[.)] ))?((?<=\d)[.)]|#{1,3} |-# |- |>)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+[^\s<>\"'`\\.,:;!?)\]]")
_MENTION = re.compile(r"<@[!&]?(\d{1,20})>")
_CODE = re.compile(r"(`{1,3}).+?\1", re.DOTALL)
_AFTER_THE_NAME = re.compile(r"^(?:[,:;]+(?=\s|$)|\s)+")
_REFERENCE = re.compile(
    r"<(?P<kind>@[!&]?|#)(?P<id>\d{1,20})>|<a?:(?P<emoji>\w{2,32}):\d{1,20}>"
    r"|</(?P<command>[-_ \w]{1,100}):\d{1,20}>|<t:(?P<at>-?\d{1,14})(?::\w)?>"
)

"""Text of the port as Discord's Markdown, and what people wrote as the port's.

Discord reads more signs than the port's subset (headings, spoilers, strikes, mentions in brackets), so a text is parsed
and written anew with everything else escaped. Source: Discord, discord-api-docs, *Message formatting*.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import emoji
from markdown_it.token import Token

from adapters.port import Account, Mention, Space, Text, When, plain, subset


def written(text: Text, space: Space) -> str:
    """Gives a text as Discord's Markdown; people of another space are shown by name only."""
    tokens, values = subset.tokens(text)
    lines: list[str] = []
    lists: list[int | None] = []
    quotes, is_first = 0, True
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                is_first = not lists
            case "blockquote_open" | "blockquote_close":
                quotes += 1 if token.type == "blockquote_open" else -1
            case "fence":
                words = "".join(_plain(piece) for piece in subset.pieces(token.content.rstrip("\n"), values))
                lines += [*([] if not lines else [""]), "```", words.replace("```", "'''"), "```"]
            case "inline":
                said = _inline(token.children or [], values, space)
                lines += _placed(said, lists, in_quote=bool(quotes), apart=bool(lines) and not (lists and not is_first))
                is_first = not lists
            case _:
                pass
    return "\n".join(lines)


def harmless(words: str) -> str:
    """Gives words so that Discord shows them as they are, whatever signs they hold."""
    return "".join(_pieces(words))


def read(content: str, bot: int, names: Callable[[str, int], str]) -> str:
    """Gives what somebody wrote as the port's Markdown, with people as `@name` and the bot taken out.

    Args:
        content: the message's content.
        bot: the bot's user id.
        names: kind (`@`, `@&`, `#`) and id -> what to call it.
    """
    if "<" not in content:
        return content.strip()

    def named(found: "re.Match[str]") -> str:
        if found["bot"] and int(found["bot"]) == bot:
            return _BOT
        if found["bot"]:
            return f"@{names('@', int(found['bot']))}"
        if found["kind"]:
            sign = "@" if found["kind"] == "@&" else "#"
            return f"{sign}{names(found['kind'], int(found['id']))}"
        if found["emoji"]:
            return f":{found['emoji']}:"
        return found[0]

    words = _REFERENCE.sub(named, content).strip()
    if words.startswith(_BOT):
        words = words.removeprefix(_BOT).lstrip(" ,:;")
    return re.sub(f" ?{_BOT}", "", words).strip()


def mentioned(content: str) -> list[int]:
    """Finds the ids of the people whom a message's content mentions, in order."""
    return [int(id) for id in re.findall(r"<@!?(\d{1,20})>", content)] if "<@" in content else []


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


def _placed(said: str, lists: Sequence[int | None], *, in_quote: bool, apart: bool) -> Iterator[str]:
    if apart:
        yield ""
    start = "> " if in_quote else ""
    if lists:
        number = lists[-1]
        sign = "-" if number is None else f"{number}."
        if number is not None and isinstance(lists, list):
            lists[-1] = number + 1
        said = f"{'  ' * (len(lists) - 1)}{sign} {said}"
    yield from (f"{start}{line}" for line in said.split("\n"))


def _inline(tokens: Sequence[Token], values: subset.Values, space: Space) -> str:
    said, address = "", ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                said += "**"
            case "em_open" | "em_close":
                said += "_"
            case "link_open":
                address = "".join(_plain(piece) for piece in subset.pieces(str(token.attrs["href"]), values))
                said += "["
            case "link_close":
                said += f"](<{address.replace('>', '%3E')}>)"
                address = ""
            case "softbreak" | "hardbreak":
                said += "\n"
            case "code_inline":
                words = "".join(_plain(piece) for piece in subset.pieces(token.content, values))
                said += f"`` {words} ``" if "`" in words else f"`{words}`"
            case _:
                for piece in subset.pieces(token.content, values):
                    said += _piece(piece, space, in_link=bool(address))
    return _at_line_start(said)


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
    return _LINE_START.sub(r"\1\\\2", said)


def _plain(piece: str | Mention | When) -> str:
    return piece if isinstance(piece, str) else plain((piece,))


def _is_here(account: Account, space: Space) -> bool:
    return account.space == space and is_user(account.id)


_BOT = "\ue002"
_SIGNS = re.compile(r"([\\*_~|`<>\[\]])")
_CALL = re.compile(r"@(everyone|here)")
_LINE_START = re.compile(r"(?m)^( *)(#{1,3} |-# |- |\d+(?=[.)] )|>)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+[^\s<>\"'`\\.,:;!?)\]]")
_REFERENCE = re.compile(r"<@!?(?P<bot>\d{1,20})>|<(?P<kind>@&|#)(?P<id>\d{1,20})>|<a?:(?P<emoji>\w{2,32}):\d{1,20}>")

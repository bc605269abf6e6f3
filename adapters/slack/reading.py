"""What people wrote in Slack as the port's Markdown: from rich text blocks, or from `text` where there are none.

`text` is lossy (a literal asterisk and a bold one look alike), so blocks are read first. Source: Slack, docs.slack.dev,
*Rich text block* and *Formatting message text*.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import emoji

from adapters.port import plain, subset
from adapters.slack.markup import Json

Names = Mapping[str, str]
"""User id -> display name."""


@dataclass(frozen=True, slots=True)
class Read:
    """A message's words as Markdown, with people as `@name` and the bot taken out, and who was mentioned."""

    text: str
    mentioned: tuple[str, ...]


def mentioned_in(message: Json) -> set[str]:
    """Finds the ids of everybody whom a message mentions, so that their names can be looked up."""
    text = message.get("text") or ""
    if text and "<@" not in text:  # what blocks mention stands in the text too
        return set()
    found: set[str] = set(_MENTION.findall(text))
    stack = list(message.get("blocks") or ())
    while stack:
        element = stack.pop()
        if element.get("type") == "user":
            found.add(element["user_id"])
        stack += element.get("elements") or ()
    return found


def read(message: Json, bot: str, names: Names) -> Read:
    """Reads a message.

    Args:
        message: as Slack gives it.
        bot: the bot's user id, whose mention is taken out.
        names: the names of those whom it mentions.
    """
    reader = _Reader(bot, names, dict(_LABEL.findall(message.get("text") or "")))
    blocks = [block for block in message.get("blocks") or () if block.get("type") in _KINDS]
    if blocks:
        text = "\n\n".join(part for block in blocks for part in reader.block(block))
    else:
        text = reader.mrkdwn(message.get("text") or "")
    text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    if reader.is_addressed:
        text = _ADDRESSING.sub("", text)
    return Read(text, tuple(dict.fromkeys(reader.mentioned)))


def unescaped(words: str) -> str:
    """Gives words as they were typed, where Slack sends them escaped."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class _Reader:
    def __init__(self, bot: str, names: Names, labels: Names) -> None:
        self.mentioned: list[str] = []
        self.is_addressed = False
        self._bot, self._names, self._labels = bot, names, labels
        self._is_first = True

    def block(self, block: Json) -> Iterator[str]:
        match block["type"]:
            case "rich_text":
                yield self._rich_text(block.get("elements") or ())
            case "header":
                yield f"**{_literal(block['text']['text'])}**"
            case _:
                texts = [block.get("text"), *(block.get("fields") or ()), *(block.get("elements") or ())]
                for text in texts:
                    if isinstance(text, dict) and text.get("type") in ("mrkdwn", "plain_text"):
                        yield self._object(text)

    def mrkdwn(self, text: str) -> str:
        words = re.sub(f" ?{_BOT}", "", _ANGLE.sub(self._angle, text))
        words = _FENCED.sub(r"```\n\1\n```", words)
        code: list[str] = []

        def away(found: "re.Match[str]") -> str:
            code.append(found[0])
            return f"{_BOT}{len(code) - 1}{_BOT}"

        words = _sign(_BOLD.sub(r"**\1**", _CODE.sub(away, words)))
        return unescaped(re.sub(f"{_BOT}(\\d+){_BOT}", lambda found: code[int(found[1])], words))

    def _object(self, text: Json) -> str:
        return self.mrkdwn(text["text"]) if text["type"] == "mrkdwn" else _literal(text["text"])

    def _rich_text(self, elements: Sequence[Json]) -> str:
        lines: list[str] = []
        before = ""
        for element in elements:
            kind = element.get("type", "")
            match kind:
                case "rich_text_list":
                    lines += [""] if before == "rich_text_section" and element.get("offset") else []
                    lines += self._list(element)
                case "rich_text_quote":
                    lines += [f"> {line}" for line in self._inline(element).split("\n")]
                case "rich_text_preformatted":
                    words = "".join(each.get("text") or each.get("url", "") for each in element.get("elements") or ())
                    lines += ["```", *words.split("\n"), "```"]
                case "rich_text_section":
                    lines += [""] if before in ("rich_text_list", "rich_text_quote") else []
                    lines.append(self._inline(element).removesuffix("\n"))
                case _:
                    pass
            before = kind
        return "\n".join(lines)

    def _list(self, element: Json) -> Iterator[str]:
        indent = " " * 4 * int(element.get("indent") or 0)
        start = int(element.get("offset") or 0) + 1
        for number, item in enumerate(element.get("elements") or (), start):
            sign = f"{number}." if element.get("style") == "ordered" else "-"
            yield f"{indent}{sign} {self._inline(item)}".replace("\n", f"\n{indent}  ")

    def _inline(self, section: Json) -> str:
        words = ""
        elements = section.get("elements") or ()
        for element in elements:
            piece = self._element(element, alone=len(elements) == 1)
            if piece is None:  # the bot: one space is left where it stood
                self.is_addressed = self.is_addressed or (self._is_first and not words.strip())
                words = words.rstrip(" ")
            else:
                words += piece
        self._is_first = self._is_first and not words.strip()
        return words

    def _element(self, element: Json, *, alone: bool) -> str | None:
        match element.get("type"):
            case "text":
                return _with_style(element.get("text", ""), element.get("style") or {}, alone=alone)
            case "link":
                return _link(element.get("url", ""), element.get("text", ""))
            case "user":
                return self._person(element["user_id"])
            case "emoji":
                return _sign(f":{element.get('name', '')}:")
            case "broadcast":
                return f"@{element.get('range', '')}"
            case "channel":
                id = element.get("channel_id", "")
                return f"#{self._labels.get(id) or id}"
            case "usergroup":
                id = element.get("usergroup_id", "")
                return f"@{(self._labels.get(id) or id).removeprefix('@')}"
            case "date":
                return str(element.get("fallback") or "")
            case _:
                return ""

    def _person(self, id: str) -> str | None:
        self.mentioned.append(id)
        return None if id == self._bot else f"@{_literal(self._names.get(id) or id)}"

    def _angle(self, found: "re.Match[str]") -> str:
        inside, _, label = found[1].partition("|")
        if inside.startswith("@"):
            person = self._person(inside[1:])
            self.is_addressed = self.is_addressed or (person is None and not found.string[: found.start()].strip())
            return person or _BOT
        if inside.startswith("#"):
            return f"#{label or inside[1:]}"
        if inside.startswith("!"):
            return label or f"@{inside[1:].split('^')[0]}"
        return _link(inside, label)


def _sign(words: str) -> str:
    """Turns short names of emoji into the signs themselves; names that only this workspace knows stay."""
    return emoji.emojize(words, language="alias")


def _with_style(words: str, style: Json, *, alone: bool) -> str:
    if not words.strip():
        return words
    if "\n\n" in words and style:
        return "\n\n".join(_with_style(part, style, alone=alone) for part in words.split("\n\n"))
    if style.get("code"):
        return f"`{words}`" if "`" not in words else _literal(words)
    sign = ("**" if style.get("bold") else "") + ("_" if style.get("italic") else "")
    if not sign:
        return _literal(words) if alone else _STYLING.sub(r"\\\1", _literal(words))
    inner = words.strip()
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}{sign}{_literal(inner)}{sign[::-1]}{after}"


def _link(url: str, label: str) -> str:
    if not url.startswith(("http://", "https://")):
        return label or url.removeprefix("mailto:").removeprefix("tel:")
    if label and label != url:
        return f"[{_literal(label)}]({url})"
    return url if _literal(url) == url else f"[{_literal(url)}]({url})"


def _literal(words: str) -> str:
    """Gives words so that they read back as they are: signs are escaped only where they would count."""
    if not _MAY_COUNT.search(words) or _reads_as_itself(words):
        return words
    return _MAY_COUNT.sub(lambda found: _SIGN.sub(r"\\\1", found[0]), words)


def _reads_as_itself(words: str) -> bool:
    tokens = subset.parse(words)
    if any(token.type not in ("paragraph_open", "inline", "paragraph_close") for token in tokens):
        return False
    paragraphs = [token.children or [] for token in tokens if token.type == "inline"]
    if any(child.type not in ("text", "softbreak") for children in paragraphs for child in children):
        return False
    said = ["".join("\n" if child.type == "softbreak" else child.content for child in each) for each in paragraphs]
    return "\n\n".join(said) == words.strip() == plain(words)


_KINDS = ("rich_text", "header", "section", "context")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ANGLE = re.compile(r"<([^<>\n]+)>")
_SIGN = re.compile(r"([\\`*_\[\]<>+.)-])")
_MAY_COUNT = re.compile(r"[\\`*_\[\]<]+|(?m:^\s*(?:[-+>]|\d+[.)](?=\s)))")
_STYLING = re.compile(r"(?<!\\)([*`]|(?<!\w)_|_(?!\w))")
_BOT = "\ue004"
_ADDRESSING = re.compile(r"^\s*[,:;]?(?:\s+|$)")
_LABEL = re.compile(r"<(?:#|!subteam\^)([A-Z0-9]+)\|([^<>]*)>")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_FENCED = re.compile(r"```(?!\n)([^`]*?\n[^`]*?)\n?```")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")

"""Reads the Markdown subset, for adapters that draw it themselves.

`tokens` gives markdown-it tokens in which people and times stand as marks; `pieces` cuts a text at its marks.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import emoji
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.port.text import Mention, Text, When

Values: TypeAlias = Mapping[str, Mention | When]
"""Mark -> the person or the time that it stands for."""


def tokens(text: Text) -> tuple[list[Token], Values]:
    """Parses a text of the bot; its people and times become marks, which nobody's words can hold."""
    values: dict[str, Mention | When] = {}
    parts: list[str] = []
    for span in text:
        if isinstance(span, str):
            parts.append(without_marks(span))
        else:
            mark = f"{_OPEN}{len(values)}{_CLOSE}"
            values[mark] = span
            parts.append(mark)
    return parse("".join(parts)), values


def parse(text: str) -> list[Token]:
    """Parses Markdown that holds no marks."""
    return _PARSER.parse(text)


def render(tokens: list[Token]) -> str:
    """Gives tokens as HTML, with markdown-it's own rules."""
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {})).strip()


def pieces(words: str, values: Values) -> Iterator[str | Mention | When]:
    """Cuts words at their marks: strings, people and times in reading order; unknown marks are left out."""
    position = 0
    for found in MARK.finditer(words):
        if found.start() > position:
            yield words[position : found.start()]
        if found[0] in values:
            yield values[found[0]]
        position = found.end()
    if position < len(words):
        yield words[position:]


def with_signs(words: str) -> str:
    """Turns short names of emoji (`:bulb:`) into the signs themselves, where they stand on their own."""
    return _SHORT_NAME.sub(lambda found: emoji.emojize(found[0], language="alias"), words) if ":" in words else words


def without_marks(words: str) -> str:
    """Takes the two characters that marks are made of out of somebody's words."""
    return words.replace(_OPEN, "").replace(_CLOSE, "")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "linkify": False})
    parser.enable(["emphasis", "backticks", "fence", "blockquote", "list", "link", "newline", "escape", "autolink"])
    # The "zero" preset leaves out what joins split texts; entities stay as they were written.
    parser.enable(["balance_pairs", "fragments_join"], ignoreInvalid=True)
    parser.validateLink = _is_web_address  # type: ignore[method-assign]
    return parser


def _is_web_address(url: str) -> bool:
    return re.match(r"https?://[^/]", url, re.IGNORECASE) is not None


_SHORT_NAME = re.compile(r"(?<![\w:]):(?=[\w+-]*[a-z+-])[\w+-]+:(?![\w:])")
_OPEN, _CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{_OPEN}\\d+{_CLOSE}")
"""What stands for a person or a time in parsed text."""
_PARSER = _parser()

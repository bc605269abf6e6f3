"""The port's Markdown subset as HTML that is safe to show, in the room and on pages.

Bold, italic, code, fences, quotes, lists, links to http and https, kept line breaks, people and times: nothing else
that anyone writes becomes live, whether HTML, `<!channel>` or `@everyone`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html import escape as escape_html
from typing import TypeAlias

from markdown_it.token import Token

from adapters.port import subset
from adapters.port.text import Mention, Text, When, plain

Piece: TypeAlias = tuple[int, int, str]
"""Where something stands in a text (start, end) and the HTML that takes its place."""

Pieces: TypeAlias = Callable[[str], Iterator[Piece]]
Moment: TypeAlias = Callable[[datetime], str]


def said(text: Text, moment: Moment | None = None) -> str:
    """Gives what the bot said as HTML; people and times are taken from values, never from words.

    Times are written by `moment`, on the reader's clock; in UTC without it.
    """
    tokens, values = subset.tokens(text)
    return render(tokens, lambda words: _values(words, values, moment or _in_utc), values)


def render(tokens: list[Token], pieces: Pieces, values: subset.Values) -> str:
    """Gives tokens as HTML, with what `pieces` finds in their words woven in."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            token.content, token.info = _as_words(token.content, values), ""
        _make_live(token.children or [], pieces, values)
    return subset.render(tokens)


def _make_live(tokens: list[Token], pieces: Pieces, values: subset.Values) -> None:
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "link_open":
            token.attrs["href"] = _as_words(str(token.attrs["href"]), values)
            token.attrs.update({"rel": "noopener noreferrer", "target": "_blank"})
        elif token.type == "code_inline":
            token.content = _as_words(token.content, values)
        elif token.type == "text":
            found = [*pieces(token.content), *(() if depth else _addresses(token.content))]
            token.type, token.content = "html_inline", _woven(token.content, found)


def _woven(words: str, pieces: list[Piece]) -> str:
    html: list[str] = []
    position = 0
    for start, end, piece in sorted(pieces):
        if start >= position:
            html += [_signs(words[position:start]), piece]
            position = end
    return "".join([*html, _signs(words[position:])])


def _signs(words: str) -> str:
    return escape_html(subset.with_signs(words))


def _addresses(words: str) -> Iterator[Piece]:
    for found in _ADDRESS.finditer(words):
        address = escape_html(found[0])
        link = f'<a href="{address}" rel="noopener noreferrer" target="_blank">{address}</a>'
        yield found.start(), found.end(), link


def _in_utc(at: datetime) -> str:
    return plain((When(at),))


def _values(words: str, values: subset.Values, moment: Moment) -> Iterator[Piece]:
    for found in subset.MARK.finditer(words):
        match values.get(found[0]):
            case Mention(account):
                yield found.start(), found.end(), mention(account.name or account.id)
            case When(at):
                stamp = escape_html(at.isoformat())
                html = f'<time datetime="{stamp}">{escape_html(moment(at))}</time>'
                yield found.start(), found.end(), html


def mention(name: str) -> str:
    """Gives a person who is mentioned as HTML."""
    return f'<span class="mention">@{escape_html(name)}</span>'


def _as_words(words: str, values: subset.Values) -> str:
    return subset.MARK.sub(lambda found: plain((values[found[0]],)) if found[0] in values else "", words)


_ADDRESS = re.compile(r"https?://[^\s<>\"'`\ue000]+[^\s<>\"'`\ue000.,:;!?)\]]")

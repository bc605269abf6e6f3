"""What people type and react with, as HTML that is safe to show. What the bot says is `adapters.port.html`'s."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import emoji

from adapters.port import html, subset
from adapters.room.mentions import find

Names: TypeAlias = Mapping[str, str]


def typed(text: str, ids: Mapping[str, str], names: Names) -> str:
    """Gives what a person typed as HTML.

    Args:
        text: Markdown with people as `@id`.
        ids: what may stand after `@`, in lower case -> the id that it means.
        names: id -> the name to show.
    """

    def mentions(words: str) -> Iterator[html.Piece]:
        for found in find(words, ids):
            yield found.start, found.end, html.mention(names[found.id])

    return html.render(subset.parse(subset.without_marks(text)), mentions, {})


def emoji_sign(name: str) -> str:
    """Gives the sign for an emoji's short name, or `:name:` where there is none."""
    return emoji.emojize(f":{name}:", language="alias")

"""Makes pages of templates: every value is escaped, every sentence is the catalogue's, in the reader's language."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request

from adapters.port import Text, as_text, html, plain
from bot.feature import Context as Visited
from bot.words import Words

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"


class Drawing:
    """Draws templates.

    Args:
        prefix: the address under which the pages are.
        look: the folder with what the room's look is made of, which the pages share.
    """

    def __init__(self, prefix: str, look: Path) -> None:
        self._prefix = prefix
        self._stamps = {
            **{f"look/{path.name}": _stamp(path) for path in look.iterdir() if path.is_file()},
            **{f"static/{path.name}": _stamp(path) for path in STATIC.iterdir() if path.is_file()},
        }
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"written": written, "paragraphs": written, "twice": lambda word: (word, word)}

    def draw(
        self,
        template: str,
        context: Visited,
        *,
        zone: ZoneInfo,
        said: Mapping[str, Any] | None,
        request: Request,
        **values: Any,
    ) -> str:
        """Draws a page for somebody who is signed in."""
        path = request.url.path.removeprefix(self._prefix)
        tools = _tools(context.words, zone) | {"member": context.member, "path": path, "said": said}
        return self._draw(template, request, **tools, **values)

    def draw_outside(self, template: str, words: Words, request: Request, **values: Any) -> str:
        """Draws a page for whoever is not signed in."""
        tools = _tools(words, ZoneInfo("UTC")) | {"member": None, "path": "", "said": None}
        return self._draw(template, request, **tools, **values)

    def _draw(self, template: str, request: Request, **values: Any) -> str:
        tools = {"asset": self._asset, "root": self._prefix, "is_part": request.headers.get("hx-request") == "true"}
        return self._environment.get_template(template).render(**tools, **values)

    def _asset(self, name: str) -> str:
        """The address of a file of ours, which changes with the file, so that browsers may keep it long."""
        return f"{self._prefix}/{name}?v={self._stamps[name]}"


@pass_context
def written(page: Context, text: Text | str) -> Markup:
    """What the bot says, or Markdown that somebody wrote, as HTML in which nothing else is live."""
    return _written(as_text(text), page["moment"])


def _written(text: Text, moment: html.Moment) -> Markup:
    return Markup(html.said(text, moment))  # noqa: S704 - made of escaped words


def _tools(words: Words, zone: ZoneInfo) -> dict[str, Any]:
    def moment(at: datetime | None) -> str:
        return words.moment(at, zone) if at is not None else ""

    def day(at: datetime | None) -> str:
        return words.day(at.astimezone(zone)) if at is not None else ""

    def say(key: str, /, **values: Any) -> Markup:
        return _written(words(key, **values), moment)

    def names(items: Sequence[str]) -> str:
        return plain(words.list(items)) if items else ""

    return {
        "t": words.line,
        "say": say,
        "moment": moment,
        "day": day,
        "names": names,
        "language": words.language,
    }


def _stamp(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

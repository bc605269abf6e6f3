"""A request of the bot, as the routes read it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web
from gateway_errors import INVALID_BODY, Refusal

Json = dict[str, Any]
Handler = Callable[..., Any]
"""Takes the world or what else a module's routes need, and a `Call`; gives the body of the answer, None for nothing."""


@dataclass
class Call:
    """A request.

    Attributes:
        route: its template, such as `POST /channels/{}/messages`.
        ids: what stands for the braces.
        body: what it says.
        files: names of what was uploaded.
        status: what it was answered with; 0 while it is not, and where the connection was cut.
        code: Discord's code where it was refused.
    """

    method: str
    path: str
    route: str = ""
    ids: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: tuple[str, ...] = ()
    status: int = 0
    code: int = 0

    @property
    def data(self) -> Json:
        """The body where it is an object; else an empty one."""
        return self.body if isinstance(self.body, dict) else {}

    def number(self, name: str, usual: int, most: int) -> int:
        """A number of the query.

        Raises:
            Refusal: it is too small or too large.
        """
        found = int(self.query.get(name, usual))
        if not 1 <= found <= most:
            raise Refusal(INVALID_BODY)
        return found


async def read(request: web.Request) -> tuple[Any, tuple[str, ...]]:
    """Gives the body of a request and the names of its files."""
    if request.content_type == "multipart/form-data":
        return await _parts(request)
    text = await request.text()
    return (json.loads(text) if text else None), ()


async def _parts(request: web.Request) -> tuple[Any, tuple[str, ...]]:
    body, names = None, []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = await part.read()
        if part.name == "payload_json":
            body = json.loads(content)
        else:
            names.append(part.filename or "")
    return body, tuple(names)

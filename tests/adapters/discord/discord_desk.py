"""Where the bot's REST requests arrive: each is noted, checked, refused where Discord would refuse it, and answered.

discord.py sends by two ways, its HTTP client and its webhook adapter; both are simcord's here and end at one `Desk`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord
import discord_guards
import discord_limits
import discord_schema
from discord_world import World
from simcord.backend.errors import BackendError, invalid_form_body
from simcord.http.client import FakeHTTPClient, FakeWebhookAdapter, _path_of, _raise_for
from simcord.http.router import RouteNotImplemented, UnsupportedField, parse_form

REQUEST_BYTES = 25 * 1024 * 1024
FIRST_ANSWER_SECONDS = 3.0
NONCE_KEPT = timedelta(minutes=5)

Go = Callable[[], Awaitable[Any]]


@dataclass
class Call:
    """A request of the bot. `refused` is empty, or Discord's status and code."""

    method: str
    path: str
    body: Any
    files: tuple[str, ...] = ()
    refused: str = ""


@dataclass
class Desk:
    """Takes requests.

    Attributes:
        calls: every request, in order.
        violations: what Discord would not have taken, and where simcord has nothing to answer with.
        began: interaction id -> when it was sent to the bot, on the real clock.
    """

    world: World
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    began: dict[int, float] = field(default_factory=dict)
    _said: dict[tuple[str, str], tuple[datetime, Any]] = field(default_factory=dict)

    async def take(self, call: Call, files: Sequence[Any], go: Go) -> Any:
        """Answers a request, a turn of the loop later, as a network would.

        Args:
            call: the request.
            files: what is uploaded with it.
            go: lets simcord answer.
        """
        await asyncio.sleep(0)
        self.calls.append(call)
        try:
            self._check(call, files)
            return await self._answer(call, go)
        except (RouteNotImplemented, UnsupportedField) as error:
            self.violations.append(str(error))
            raise
        except BackendError as error:
            call.refused = f"{error.status} {error.code}"
            _raise_for(error)
        except discord.HTTPException as error:
            call.refused = f"{error.status} {error.code}"
            raise

    def _check(self, call: Call, files: Sequence[Any]) -> None:
        self.violations += discord_schema.shape_errors(call.method, call.path, call.body)
        found = discord_limits.problems(call.method, call.path, call.body)
        if sum(map(_size, files)) > REQUEST_BYTES:
            found.append(f"{call.method} {call.path}: more than 25 MiB")
        self._check_time(call)
        if found:
            self.violations += found
            raise invalid_form_body("; ".join(found))
        discord_guards.check(self.world, call.method, call.path)

    def _check_time(self, call: Call) -> None:
        parts = call.path.strip("/").split("/")
        if parts[0] == "interactions" and parts[-1] == "callback":
            took = time.monotonic() - self.began.get(int(parts[1]), time.monotonic())
            if took > FIRST_ANSWER_SECONDS:
                self.violations.append(f"an interaction waited {took:.1f} s for its first answer")

    async def _answer(self, call: Call, go: Go) -> Any:
        body = call.body if isinstance(call.body, dict) else {}
        if not body.get("enforce_nonce") or not call.path.endswith("/messages"):
            return await go()
        key, now = (call.path, str(body["nonce"])), self.world.clock.now()
        at, known = self._said.get(key, (now, None))
        if known is None or now - at > NONCE_KEPT:
            self._said[key] = now, await go()
        return self._said[key][1]


class DeskHTTP(FakeHTTPClient):
    """discord.py's HTTP client, with a desk at its other end."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.world, asyncio.get_running_loop())
        self._desk = desk

    async def request(self, route: Any, *, files: Any = None, form: Any = None, **kwargs: Any) -> Any:
        body, uploads = _body(form, files, kwargs.get("json"))
        call = Call(route.method, _path_of(route.url), body, tuple(each.filename for each in uploads))
        go = super().request
        return await self._desk.take(call, uploads, lambda: go(route, files=files, form=form, **kwargs))


class DeskWebhooks(FakeWebhookAdapter):
    """discord.py's way to answer interactions, with a desk at its other end."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.world)
        self._desk = desk

    async def request(
        self,
        route: Any,
        session: Any,
        *,
        payload: Any = None,
        multipart: Any = None,
        files: Any = None,
        params: Any = None,
        **kwargs: Any,
    ) -> Any:
        body, uploads = _body(multipart, files, payload)
        call = Call(route.method, _path_of(route.url), body, tuple(each.filename for each in uploads))
        go, more = super().request, {"multipart": multipart, "files": files, "params": params, **kwargs}
        return await self._desk.take(call, uploads, lambda: go(route, session, payload=payload, **more))

    def get(self) -> "DeskWebhooks":
        """Itself: it stands where discord.py looks up the adapter of the context."""
        return self


def _body(form: Any, files: Any, given: Any) -> tuple[Any, list[Any]]:
    if not form:
        return given, list(files or ())
    body, uploads = parse_form(list(form), list(files or ()))
    return (given if body is None else body), uploads


def _size(file: Any) -> int:
    at = file.fp.tell()
    size = int(file.fp.seek(0, 2)) - at
    file.fp.seek(at)
    return size

"""The REST interface: each request is noted, checked, limited, refused as Discord refuses, and answered."""

import asyncio
import json
import re
from typing import Any

import discord_limits
import discord_schema
from aiohttp import web
from gateway_bell import Bell
from gateway_calls import Call, Handler, read
from gateway_errors import INVALID_BODY, NOT_FOUND, UNAUTHORIZED, Refusal
from gateway_faults import Faults
from gateway_limits import Bucket, Limits

BASE = "/api/v10"
OPEN = ("/interactions/", "/webhooks/")
"""What is asked for by the token in its address."""


class Rest:
    """Takes requests.

    Args:
        token: the bot's.
        routes: template -> what answers.
        bell: rung at each request and after each answer.

    Attributes:
        calls: every request, in order.
        violations: what Discord would not have taken.
        checks: whether bodies are checked; off for measuring.
    """

    def __init__(self, token: str, routes: dict[str, Handler], bell: Bell) -> None:
        self.token, self.bell, self.checks = token, bell, True
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults, self.limits = Faults(), Limits(self.violations)
        self._routes = [(route, _pattern(route), handler) for route, handler in routes.items()]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one request."""
        call = Call(request.method, request.path.removeprefix(BASE), query=dict(request.query))
        call.body, call.files = await read(request)
        self.calls.append(call)
        try:
            return await self._answer(request, call)
        finally:
            self.bell.ring()

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        handler = self._find(call)
        place = "+".join(call.ids[: 2 if call.path.startswith("/webhooks/") else 1])
        bucket, is_refused = self.limits.take(call.route, place)
        if is_refused:
            return self._limited(call, bucket, self.limits.refused(bucket, call.route))
        fault = self.faults.take(call.route)
        status, body = 0, None
        if fault.after or not (fault.status or fault.cut):
            status, body = self._do(request, call, handler)
        await asyncio.sleep(fault.slow)
        if fault.cut:
            assert request.transport
            request.transport.abort()
            return web.Response()
        if fault.status == 429:
            headers = self.limits.refuse(call.route, place, fault.retry_after, everywhere=fault.everywhere)
            shown = headers if fault.via else {"Retry-After": headers["Retry-After"]}
            return self._limited(call, self.limits.everything if fault.everywhere else bucket, shown)
        if fault.status:
            status, body = fault.status, {"message": f"{fault.status}: it is broken", "code": 0}
        call.status = status
        return _response(status, body, self.limits.headers(bucket, call.route))

    def _limited(self, call: Call, bucket: Bucket | None, headers: dict[str, str]) -> web.Response:
        call.status = 429
        body = {
            "message": "You are being rate limited.",
            "retry_after": round(bucket.waits + 0.001, 3) if bucket else 0,
        }
        return _response(429, {**body, "global": "X-RateLimit-Global" in headers}, headers)

    def _find(self, call: Call) -> Handler | None:
        for route, pattern, handler in self._routes:
            if found := pattern.fullmatch(f"{call.method} {call.path}"):
                call.route, call.ids = route, found.groups()
                return handler
        self.violations.append(f"no such route: {call.method} {call.path}")
        return None

    def _do(self, request: web.Request, call: Call, handler: Handler | None) -> tuple[int, Any]:
        try:
            if handler is None:
                raise Refusal(NOT_FOUND)
            self._check(request, call)
            answer = handler(call)
            return (204 if answer is None else 200), answer
        except Refusal as refusal:
            call.code = refusal.code
            return refusal.status, refusal.body

    def _check(self, request: web.Request, call: Call) -> None:
        is_open = call.path.startswith(OPEN)
        if not is_open and request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refusal(UNAUTHORIZED)
        if not self.checks or call.body is None:
            return
        self.violations += discord_schema.shape_errors(call.method, call.path, call.body)
        found = discord_limits.problems(call.method, call.path, call.body)
        self.violations += found
        if found:
            raise Refusal(INVALID_BODY, errors={"_errors": [{"code": "INVALID", "message": "; ".join(found)}]})


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.escape(route).replace(r"\{\}", "([^/]+)"))


def _response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """An answer; its type is exactly `application/json`, as discord.py wants it."""
    if body is None:
        return web.Response(status=status, headers=headers)
    data = json.dumps(body).encode()
    return web.Response(status=status, body=data, headers={**headers, "Content-Type": "application/json"})

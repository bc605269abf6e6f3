"""Stands before every page: foreign hosts, forged requests, too much at once or too slowly, the headers of answers.

A request is answered only under a host name of our own. What changes something comes from a page of ours, which the
browser says by `Sec-Fetch-Site` (older ones by `Origin`), is small, and is not sent too often. Source: OWASP,
*Cross-Site Request Forgery Prevention* (fetch metadata, the origin as a fallback), *HTTP Security Response Headers*.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import monotonic
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

BODY_BYTES = 262_144
"""How much a form may send: the longest tip of all, four parts of 20,000 characters, fits (ours)."""

BODY_SECONDS = 60.0
"""How long a form may take to come: the longest comes in time at 5 kB a second (ours)."""

LONGEST_PATH = 500
"""Characters of a path; the longest of ours, a calendar's, has fewer than 140 (ours)."""

A_MINUTE = {"sign-in": 30, "door": 600, "change": 300, "look": 3_000}
"""Requests in a minute: with one link, to sign in at all, to change something, to look, which search does at every key
(ours). Of whoever is signed in they are counted by the session, so that nobody else uses them up; of others by the
address, which behind a proxy is the same for all. Links can't be guessed: what is limited is the work they make."""

ADDRESSES = 10_000
"""Addresses, sessions and links that are counted at once; the oldest go."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Sent with every page that does not set its own."""

EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""Sent with everything else that is served on the port and does not set its own: health, metrics, Slack's requests."""

HSTS = {"Strict-Transport-Security": "max-age=31536000"}
"""Sent too where we are reached by https. Source: OWASP ASVS 5.0, V3.4.1 (a year at least). Other names below ours may
belong to somebody else, so they are left out; a proxy adds them where they may be."""

_log = logging.getLogger("tacit.web")


class Headed:
    """ASGI middleware that sends `EVERYWHERE` with every answer.

    Args:
        app: what is served.
        address: where it is reached.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._headers = EVERYWHERE | (HSTS if address.startswith("https://") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on."""
        await self._app(scope, receive, _sends(send, self._headers) if scope["type"] == "http" else send)


class Guard:
    """ASGI middleware that lets in what may come in.

    Args:
        app: the pages behind.
        address: where the pages are reached; its host is the one that counts, beside the local ones where it is local.
        whose: says by whom a request is, where it is known, so that it is counted for nobody else.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        app: ASGIApp,
        address: str,
        *,
        whose: Callable[[Request], str] = lambda request: "",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        parts = urlsplit(address)
        own = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
        self._app = app
        self._hosts = frozenset({own.lower()}) | (LOCAL_HOSTS if own in LOCAL_HOSTS else frozenset())
        self._headers = HEADERS | (HSTS if parts.scheme == "https" else {})
        self._whose = whose
        self._limits = _Limits(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request or hands it on."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        refusal = self._refusal(request) or await _too_long(request)
        if refusal is not None:
            _log.info("refused status=%s", refusal.status_code)
        inner: Receive = receive if refusal is not None else _limited(receive)
        await (refusal or self._app)(scope, inner, _sends(send, self._headers))

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        host = request.headers.get("host", "")
        if bare_host(host) not in self._hosts:
            return PlainTextResponse("These pages are open under their own address only.", 400)
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("These pages know GET and POST only.", 405, {"Allow": "GET, HEAD, POST"})
        if len(request.url.path) > LONGEST_PATH:
            return PlainTextResponse("Nothing of ours has an address as long as that.", 414)
        is_change = request.method == "POST"
        if is_change and not _is_own(request, host):
            return PlainTextResponse("That did not come from one of these pages, so nothing was changed.", 403)
        if not self._may(request, is_change=is_change):
            return PlainTextResponse("That was a lot at once. Please wait a minute.", 429, {"Retry-After": "60"})
        return None

    def _may(self, request: Request, *, is_change: bool) -> bool:
        path, address = request.url.path, request.client.host if request.client else ""
        if is_change and "/in/" in path:
            return self._limits.may(address, "door") and self._limits.may(path, "sign-in")
        return self._limits.may(self._whose(request) or address, "change" if is_change else "look")


class _Limits:
    """Counts requests in windows of a minute, by whom they are."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    def may(self, who: str, sort: str) -> bool:
        minute = int(self._clock() // 60)
        began, count = self._counts.get((who, sort), (minute, 0))
        count = count + 1 if began == minute else 1
        self._counts[who, sort] = (minute, count)
        self._counts.move_to_end((who, sort))
        while len(self._counts) > ADDRESSES:
            self._counts.popitem(last=False)
        return count <= A_MINUTE[sort]


async def _too_long(request: Request) -> PlainTextResponse | None:
    said = request.headers.get("content-length", "")
    is_long = said.isascii() and said.isdigit() and int(said) > BODY_BYTES
    return PlainTextResponse("That is more than I can take at once.", 413) if is_long else None


def _sends(send: Send, headers: Mapping[str, str]) -> Send:
    """Adds headers to an answer that does not set its own."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = Headers(raw=message["headers"])
            extra = [(name.lower(), value) for name, value in headers.items() if name not in given]
            if "frame-ancestors" not in given.get("content-security-policy", "frame-ancestors"):
                extra.append(("content-security-policy", "frame-ancestors 'none'"))  # what it asks for beside its own
            encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in extra]
            message = {**message, "headers": [*message["headers"], *encoded]}
        await send(message)

    return send_with_headers


def _limited(receive: Receive) -> Receive:
    """Hands a body on until it is too long, whatever its sender says of its length, or too late; the rest is left."""
    taken, is_whole, ends = 0, False, asyncio.get_running_loop().time() + BODY_SECONDS

    async def receive_some() -> Message:
        nonlocal taken, is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        taken += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        return message if taken <= BODY_BYTES else {"type": "http.disconnect"}

    return receive_some


def bare_host(host: str) -> str:
    """The name in a `Host` header, without its port, in small letters."""
    bare = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return bare.lower()


def _is_own(request: Request, host: str) -> bool:
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site == "same-origin"
    return request.headers.get("origin", "").partition("://")[2].lower() == host.lower()

"""Stands before every page: foreign hosts, forged requests, too much at once, and the headers of every answer.

A request is answered only under a host name of our own. What changes something comes from a page of ours, which the
browser says by `Sec-Fetch-Site` (older ones by `Origin`), is small, and is not sent too often. Source: OWASP,
*Cross-Site Request Forgery Prevention* (fetch metadata, the origin as a fallback), *HTTP Security Response Headers*.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

BODY_BYTES = 262_144
"""How much a form may send: the longest tip of all, four parts of 20,000 characters, fits (ours)."""

A_MINUTE = {"sign-in": 120, "change": 300, "look": 3_000}
"""Requests of one address in a minute: to sign in, to change something, to look, which search does at every key (ours).
Behind a proxy everybody has one address, so they are loose; no secret of 256 bits is guessed within them."""

ADDRESSES = 10_000
"""Addresses that are counted at once; the oldest go."""

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
"""Sent with every answer that does not set its own."""

HSTS = "max-age=31536000"
"""Sent too where the pages are reached by https. Source: OWASP ASVS 5.0, V3.4.1 (a year at least)."""

_log = logging.getLogger("tacit.web")


class Guard:
    """ASGI middleware that lets in what may come in.

    Args:
        app: the pages behind.
        address: where the pages are reached; its host is the one that counts, beside the local ones where it is local.
        clock: seconds that only grow.
    """

    def __init__(self, app: ASGIApp, address: str, clock: Callable[[], float] = monotonic) -> None:
        parts = urlsplit(address)
        own = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
        self._app = app
        self._hosts = frozenset({own.lower()}) | (LOCAL_HOSTS if own in LOCAL_HOSTS else frozenset())
        self._headers = HEADERS | ({"Strict-Transport-Security": HSTS} if parts.scheme == "https" else {})
        self._limits = _Limits(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request or hands it on."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = Headers(raw=message["headers"])
                extra = [(name.lower(), value) for name, value in self._headers.items() if name not in given]
                encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in extra]
                message = {**message, "headers": [*message["headers"], *encoded]}
            await send(message)

        request = Request(scope)
        refusal = self._refusal(request) or await _too_long(request)
        if refusal is not None:
            _log.info("refused status=%s", refusal.status_code)
        inner: Receive = receive if refusal is not None else _limited(receive)
        await (refusal or self._app)(scope, inner, send_with_headers)

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        host = request.headers.get("host", "")
        if _name(host) not in self._hosts:
            return PlainTextResponse("These pages are open under their own address only.", 400)
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("These pages know GET and POST only.", 405, {"Allow": "GET, HEAD, POST"})
        is_change = request.method == "POST"
        if is_change and not _is_own(request, host):
            return PlainTextResponse("That did not come from one of these pages, so nothing was changed.", 403)
        sort = "look" if not is_change else "sign-in" if "/in/" in request.url.path else "change"
        if not self._limits.may(_came_from(request), sort):
            return PlainTextResponse("That was a lot at once. Please wait a minute.", 429, {"Retry-After": "60"})
        return None


class _Limits:
    """Counts requests in windows of a minute, by address."""

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


def _limited(receive: Receive) -> Receive:
    """Hands a body on until it is too long, whatever its sender says of its length; then the rest is left out."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > BODY_BYTES:
                return {"type": "http.disconnect"}
        return message

    return receive_some


def _came_from(request: Request) -> str:
    return request.client.host if request.client else ""


def _name(host: str) -> str:
    bare = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return bare.lower()


def _is_own(request: Request, host: str) -> bool:
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site == "same-origin"
    return request.headers.get("origin", "").partition("://")[2].lower() == host.lower()

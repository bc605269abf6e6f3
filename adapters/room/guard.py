"""Keeps other web pages away from a local server without passwords.

A request is answered only under a host name of our own; what changes something must come from our own page.
"""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Sent with every answer that does not set its own."""


class Guard:
    """ASGI middleware that refuses foreign hosts and cross-site requests, and sets the headers above.

    Args:
        app: the application behind.
        hosts: host names (without port) that count as our own besides the local ones.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = LOCAL_HOSTS | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request or hands it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Request(scope))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = Headers(raw=message["headers"])
                extra = [(name.lower(), value) for name, value in HEADERS.items() if name not in given]
                encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in extra]
                message = {**message, "headers": [*message["headers"], *encoded]}
            await send(message)

        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> JSONResponse | None:
        host = request.headers.get("host", "")
        if _name(host) not in self._hosts:
            return _refuse("This room is open under its own address only, such as http://localhost.")
        site = request.headers.get("sec-fetch-site", "")
        if site in ("cross-site", "same-site") and _is_more_than_a_visit(request):
            return _refuse("That came from another web page, so I left it.")
        if request.method not in ("GET", "HEAD") and not _is_own(request, site, host):
            return _refuse("That did not come from this room's own page, so I left it.")
        return None


def _refuse(sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=403)


def _name(host: str) -> str:
    bare = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return bare.lower()


def _is_more_than_a_visit(request: Request) -> bool:
    return request.method not in ("GET", "HEAD") or request.headers.get("sec-fetch-mode") != "navigate"


def _is_own(request: Request, site: str, host: str) -> bool:
    origin = request.headers.get("origin", "")
    if origin:
        return origin.partition("://")[2].lower() == host.lower()
    return site == "same-origin"

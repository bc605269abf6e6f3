"""What browsers keep for us, signed: who is signed in, and what is said once on the next page."""

import json
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from knowledge.store.sign_ins import LONGEST

SAID_SECONDS = 60
"""What is said once waits so long for its page, and is good no longer (ours)."""

LONGEST_SAID = 3_000
"""Bytes of what is said once; browsers keep 4,096 for a cookie. Source: RFC 6265, 6.1."""

SIGNED = {"digest_method": sha256, "key_derivation": "hmac"}
"""How cookies are signed: HMAC-SHA-256. Source: OWASP ASVS 5.0, V11.4.1 and appendix C."""

Said = dict[str, Any]


class Keys:
    """Signs cookies and reads them back.

    Args:
        secret: the installation's key; of at least 32 characters.
        is_secure: whether the pages are reached by https, so that cookies never go any other way.
    """

    def __init__(self, secret: str, *, is_secure: bool) -> None:
        self._session = URLSafeSerializer(secret, salt="tacit.session", signer_kwargs=SIGNED)
        self._said = URLSafeTimedSerializer(secret, salt="tacit.said", signer_kwargs=SIGNED)
        self._is_secure = is_secure
        prefix = "__Host-" if is_secure else ""
        self._session_name, self._said_name = f"{prefix}tacit", f"{prefix}tacit-said"

    def read_session(self, request: Request) -> tuple[int, str] | None:
        """Who says to be signed in: the community and the session's secret; None where nothing of ours says so."""
        found = _read(self._session.loads, request.cookies.get(self._session_name, ""))
        match found:
            case [int(community), str(secret)]:
                return community, secret
            case _:
                return None

    def whose(self, request: Request) -> str:
        """By which session a request is, whether or not it is over; an empty text where nothing of ours says so."""
        found = self.read_session(request)
        return f"{found[0]} {found[1]}" if found is not None else ""

    def put_session(self, response: Response, community: int, secret: str) -> None:
        """Lets the browser keep who is signed in, until it is closed or the longest time is over."""
        value = self._session.dumps([community, secret])
        self._put(response, self._session_name, str(value), int(LONGEST.total_seconds()), same_site="lax")

    def drop_session(self, response: Response) -> None:
        """Lets the browser forget who is signed in."""
        response.delete_cookie(self._session_name, path="/", secure=self._is_secure, httponly=True, samesite="lax")

    def read_said(self, request: Request) -> Said | None:
        """What is to be said on this page."""
        loads = partial(self._said.loads, max_age=SAID_SECONDS)
        found = _read(loads, request.cookies.get(self._said_name, ""))
        return found if isinstance(found, dict) and isinstance(found.get("key"), str) else None

    def put_said(self, response: Response, said: Said) -> None:
        """Has something said on the next page; what is too long is left unsaid."""
        value = str(self._said.dumps(json.loads(json.dumps(said, default=str))))
        if len(value) <= LONGEST_SAID:
            self._put(response, self._said_name, value, SAID_SECONDS, same_site="strict")

    def drop_said(self, response: Response) -> None:
        """It was said."""
        response.delete_cookie(self._said_name, path="/", secure=self._is_secure, httponly=True, samesite="strict")

    def _put(self, response: Response, name: str, value: str, seconds: int, *, same_site: Any) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite=same_site,
        )


def _read(loads: Callable[[str], Any], value: str) -> Any:
    try:
        return loads(value) if value else None
    except BadData:
        return None

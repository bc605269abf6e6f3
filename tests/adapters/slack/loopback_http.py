"""Signed HTTP: events, commands and interactions posted to the app's own address."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import aiohttp
from loopback_delivery import Ack, NotAcked, Parcel


class HttpSide:
    """Posts to the app. `url` gives the address; empty until the app listens."""

    def __init__(self, ack_seconds: float, secret: str, url: Callable[[], str], acks: list[Ack]) -> None:
        self._ack_seconds, self._secret, self._url, self._acks = ack_seconds, secret, url, acks
        self._session: aiohttp.ClientSession | None = None

    @property
    def was_heard(self) -> bool:
        """Whether the app gave its address."""
        return bool(self._url())

    async def send(self, parcel: Parcel) -> Any:
        """Posts a parcel; gives what the body of the answer says.

        Raises:
            NotAcked: no 2xx in time.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession()
        body, media_type = _body(parcel)
        headers = {"Content-Type": media_type, **signed(body, self._secret), **_retry(parcel)}
        timeout = aiohttp.ClientTimeout(total=self._ack_seconds)
        started = monotonic()
        try:
            async with self._session.post(self._url(), data=body, headers=headers, timeout=timeout) as response:
                text = await response.text()
        except TimeoutError:
            raise NotAcked("http_timeout") from None
        except aiohttp.ClientError:
            raise NotAcked("connection_failed") from None
        if response.status // 100 != 2:
            raise NotAcked("http_error", final=response.headers.get("X-Slack-No-Retry") == "1")
        payload = _answer(text)
        self._acks.append(Ack(parcel.kind, parcel.key, monotonic() - started, payload))
        return payload

    async def close(self) -> None:
        """Closes the connections to the app."""
        if self._session is not None:
            await self._session.close()


def signed(body: str, secret: str) -> dict[str, str]:
    """The headers that prove that Slack sent a body."""
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}"}


def _body(parcel: Parcel) -> tuple[str, str]:
    if parcel.type == "events_api":
        return json.dumps(parcel.payload), "application/json"
    form = "application/x-www-form-urlencoded"
    if parcel.type == "slash_commands":
        return urlencode(parcel.payload), form
    return urlencode({"payload": json.dumps(parcel.payload)}), form


def _retry(parcel: Parcel) -> dict[str, str]:
    if not parcel.attempt:
        return {}
    return {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}


def _answer(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}

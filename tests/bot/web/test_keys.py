"""What browsers keep, signed, and the key that it is signed with."""

import base64
import hmac
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner
from starlette.requests import Request
from starlette.responses import Response

from bot.web.keys import SAID_SECONDS, Keys
from bot.wiring import secret_key
from config.settings import SHORTEST_KEY, Settings

KEY = "k" * SHORTEST_KEY


def kept(response: Response, name: str) -> Request:
    """A request of the browser that was answered so."""
    value = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
    return Request({"type": "http", "headers": [(b"cookie", f"{name}={value}".encode())]})


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """What the signer takes for the time."""
    now = [1_000_000]
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now[0])
    yield now


def test_what_is_said_once_is_not_said_later(seconds: list[int]) -> None:
    keys, response = Keys(KEY, is_secure=False), Response()
    keys.put_said(response, {"key": "web.done", "values": {}, "undo": None})
    request = kept(response, "tacit-said")
    seconds[0] += SAID_SECONDS
    assert keys.read_said(request) == {"key": "web.done", "values": {}, "undo": None}
    seconds[0] += 1
    assert keys.read_said(request) is None


def test_what_one_key_signed_is_nothing_to_another_or_elsewhere() -> None:
    response = Response()
    Keys(KEY, is_secure=False).put_session(response, 1, "secret")
    assert Keys(KEY, is_secure=False).read_session(kept(response, "tacit")) == (1, "secret")
    assert Keys("other" * 9, is_secure=False).read_session(kept(response, "tacit")) is None
    assert Keys(KEY, is_secure=False).read_said(kept(response, "tacit-said")) is None
    assert Keys(KEY, is_secure=False).whose(kept(response, "tacit-said")) == ""


def test_cookies_are_signed_with_sha_256() -> None:
    response = Response()
    Keys(KEY, is_secure=False).put_session(response, 1, "secret")
    value = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
    payload, _, signature = value.rpartition(".")
    derived = hmac.digest(KEY.encode(), b"tacit.session", "sha256")
    assert base64.urlsafe_b64decode(signature + "=") == hmac.digest(derived, payload.encode(), "sha256")


def test_the_key_is_made_once_and_is_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    key = secret_key(settings)
    file = tmp_path / "data" / "secret.key"
    assert len(key) >= SHORTEST_KEY and secret_key(settings) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_text() == key
    assert [each.name for each in file.parent.iterdir()] == ["secret.key"]
    assert secret_key(Settings(data=tmp_path / "data", secret_key="s" * 40)) == "s" * 40


def test_what_was_not_written_whole_is_no_key(tmp_path: Path) -> None:
    """A process that was killed between making the file and filling it: an empty key would let anybody sign."""
    for broken in ("", "short"):
        (tmp_path / "secret.key").write_text(broken)
        assert len(secret_key(Settings(data=tmp_path))) >= SHORTEST_KEY
        assert len((tmp_path / "secret.key").read_text()) >= SHORTEST_KEY


def test_processes_that_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as at_once:
        keys = set(at_once.map(lambda _: secret_key(Settings(data=tmp_path)), range(40)))
    assert len(keys) == 1

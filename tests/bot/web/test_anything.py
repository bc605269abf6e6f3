"""Whatever is sent to the pages, nothing fails: thousands of requests made up by chance, from everybody.

`TACIT_TEST_REQUESTS=10000` sends ten thousand, which takes minutes.
"""

import os
import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from web.pages_stage import Stage, Window
from web.test_roles import CALLS, Call

import bot.web
from bot.web import guard
from bot.web.routes import ROUTES, Row
from bot.wiring import FEATURES

REQUESTS, SEEDS = int(os.environ.get("TACIT_TEST_REQUESTS", "1000")), 2
"""Requests in all, and with how many beginnings: each runs on a processor of its own."""

TEMPLATES = Path(bot.web.__file__).parent / "templates"

NASTY = (
    *("", " ", "0", "1", "2", "3", "-1", "007", "1.5", "１２", "999999999", "2147483648", "99999999999999999999"),
    *("\0", "\x1b[0m", "\ud7ff", "\U0010ffff", "a\r\nSet-Cookie: x=1", "%00", "%", "&", "=", "{", "}", "{}", "{count}"),
    *("{0}", "{number!r}", "{number:>99}", "<script>alert(1)</script>", "'\"><img src=x>", "{{ 7*7 }}", "../../etc"),
    *("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/tips", "/me", "#1"),
    *("' OR 1=1 --", "NULL", "None", "nan", "inf", "true", "on", "yes", "2026-13-45", "2026-10-01", "2026-11-28T12:00"),
    *("ward 4", "live", "retired", "merged", "draft", "practice", "place", "en", "xx", "csv", "jsonl", "md", "tips"),
    *("lifting", "nurse", "digest", "12 into 7", "Spasticity", "wrist", "room:ward:floor", "Europe/London", "bulb"),
    *("a" * 5_000, "ä" * 400, "🙂" * 300, "*`[<@!]()" * 200, "> " * 500, "[x](javascript:1)", "A" * 399, ":" * 30),
)
"""What is sent: numbers that are none, signs that mean something to somebody, much too much, and what is right."""


def names_in_templates() -> list[str]:
    """The names of all fields, and of what stands in addresses."""
    pages = " ".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    found = set(re.findall(r'name="(\w+)"', pages)) | set(re.findall(r"[?&;](\w+)=", pages))
    return sorted(found | {"days", "since", "until", "month", "by"})


def buttons() -> list[str]:
    """The id of every button and form there is, without what follows; not the one after which nobody signs in again."""
    routes = [(feature.name, getattr(route, "action", "")) for feature in FEATURES for route in feature.routes]
    return [f"{name}:{action}" for name, action in routes if action and (name, action) != ("me", "forgetme")]


class Anybody:
    """Makes up requests."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.names, self.buttons = names_in_templates(), buttons()

    def value(self, name: str) -> str:
        if name in ("button", "form", "opener") and self.chance.random() < 0.8:
            return ":".join([self.chance.choice(self.buttons), *self.some(0, 3)])
        return self.chance.choice(NASTY)

    def some(self, least: int, most: int) -> list[str]:
        return [self.chance.choice(NASTY)[:40] for _ in range(self.chance.randint(least, most))]

    def path(self, row: Row) -> str:
        path = row.path
        for marker in re.findall(r"\{[^}]+\}", row.path):
            value = (
                self.chance.choice(["1", "2", "3", "99", "999999999999", "x"]) if ":int" in marker else self.value("")
            )
            if marker == "{key}" and self.chance.random() < 0.6:
                value = self.chance.choice(["tips.edited", "card.used", "web.skip", "capture.kept"])
            path = path.replace(marker, re.sub(r"[^\x21-\x7e]|[?#%\\]", "_", value) or "_")
        return f"/pages{path}"

    def pairs(self, least: int, most: int) -> list[tuple[str, str]]:
        names = [self.chance.choice(self.names) for _ in range(self.chance.randint(least, most))]
        return [(name, self.value(name)) for name in names]

    def fields(self, row: Row) -> dict[str, str]:
        """What is meant to be sent, half of it made up, and some more."""
        meant = CALLS.get((row.method, row.path), Call()).fields
        known = {name: value if self.chance.random() < 0.4 else self.value(name) for name, value in meant.items()}
        return dict(self.pairs(0, 5)) | known

    def method(self, row: Row) -> str:
        """Mostly the one that is meant."""
        return row.method if self.chance.random() < 0.97 else self.chance.choice(["PUT", "HEAD", "DELETE", "POST"])

    def headers(self) -> dict[str, str]:
        mostly = {"Sec-Fetch-Site": "same-origin"}
        odd = self.chance.choice(
            [
                {"Sec-Fetch-Site": "cross-site"},
                {"Origin": "null"},
                {"Origin": "http://127.0.0.1:8000"},
                {"Host": "evil.example"},
                {"Content-Type": "application/json"},
                {"Content-Type": "multipart/form-data"},
                {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"},
                {"HX-Request": "true"},
                {"Content-Length": "999999999"},
                {"Accept-Language": "de"},
                {"Cookie": "tacit=WzEsICJ4Il0.abc; tacit-said=e30.x"},
            ]
        )
        return {**mostly, **(odd if self.chance.random() < 0.25 else {})}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_no_request_makes_the_pages_fail(stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(guard, "A_MINUTE", dict.fromkeys(guard.A_MINUTE, REQUESTS + 100))
    anybody, app = Anybody(seed), stage.app
    people = ("", "room:ward:ben", "room:ward:ann", "room:lab:zoe")
    windows: dict[str, Window] = {who: await stage.window(who, app=app) for who in people}
    failed: list[Any] = []
    met: Counter[int] = Counter()
    for at in range(REQUESTS // SEEDS):
        who = anybody.chance.choices(people, (1, 3, 5, 1))[0]
        row = anybody.chance.choice(ROUTES)
        method, path, query, fields = anybody.method(row), anybody.path(row), anybody.pairs(0, 3), anybody.fields(row)
        sent: dict[str, Any] = {"content": b"\xff\xfe" * 20} if anybody.chance.random() < 0.03 else {"data": fields}
        answer = await windows[who].client.request(
            method, path, params=query, headers=anybody.headers(), **(sent if method == "POST" else {})
        )
        met[answer.status_code] += 1
        if answer.status_code >= 500 or answer.headers.get("location", "/").startswith(("//", "/\\")):
            failed.append((at, who, method, path, query, fields, answer.status_code, answer.headers.get("location")))
        if "/out" in path or answer.status_code == 401:
            windows[who] = await stage.window(who, app=app)
    assert failed == []
    assert met.total() == REQUESTS // SEEDS and min(met[each] for each in (200, 303, 401, 403, 409)) > 10, met

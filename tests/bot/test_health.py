"""Whether a process lives and can work, and who may read what it counted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import httpx
import pytest
from starlette.applications import Starlette
from test_metrics import samples

from bot import health
from bot.health import Health
from knowledge.store import Store, StoreUnavailable, communities, members, notices

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Chat:
    """A chat that is well until it is told otherwise."""

    trouble = ""

    def __call__(self) -> str:
        return self.trouble


@pytest.fixture
def slack() -> Chat:
    return Chat()


@pytest.fixture
def process(store: Store, slack: Chat) -> Health:
    return Health(store, lambda: NOW, {"slack": slack})


def asking(asked: Health, host: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=asked.routes))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}:8000")


@pytest.fixture
async def browser(process: Health) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(process) as client:
        yield client


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
async def test_it_is_ready_when_the_database_answers_and_the_chats_hear(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
async def test_it_says_which_chat_is_not_connected(browser: httpx.AsyncClient, slack: Chat, path: str) -> None:
    slack.trouble = "Slack is not connected."
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "because": ["Slack is not connected."]})
    slack.trouble = ""
    assert (await browser.get(path)).status_code == 200


async def test_it_lives_whatever_is_wrong(browser: httpx.AsyncClient, process: Health, slack: Chat) -> None:
    slack.trouble = "Slack is not connected."
    process.stop()
    answer = await browser.get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok")


async def test_it_is_not_ready_while_it_stops(browser: httpx.AsyncClient, process: Health) -> None:
    process.stop()
    answer = await browser.get("/health/ready")
    assert (answer.status_code, answer.json()["because"]) == (503, ["Tacit is stopping."])


async def away(*args: Any) -> NoReturn:
    raise StoreUnavailable("connection to server at db.example.org failed")


async def broken(*args: Any) -> NoReturn:
    raise ValueError("what somebody wrote")


async def silent(*args: Any) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("how", [away, broken, silent])
async def test_it_is_not_ready_without_its_database(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, how: Any
) -> None:
    monkeypatch.setattr(health, "newest_community", how)
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.05)
    answers = await asyncio.gather(*(browser.get("/health/ready") for _ in range(3)))
    for answer in answers:
        assert answer.status_code == 503 and "The database doesn't answer" in answer.json()["because"][0]
        assert "example.org" not in answer.text and "wrote" not in answer.text


async def test_a_silent_database_is_asked_once_by_however_many(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def listens(*args: Any) -> None:
        asked.append(args)
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "newest_community", listens)
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.02)
    await asyncio.gather(*(browser.get("/health/ready") for _ in range(5)))
    await browser.get("/health/ready")
    assert len(asked) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_metrics_are_open_on_this_machine(process: Health, host: str) -> None:
    async with asking(process, host) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200 and "tacit_outbox_pending" in answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_metrics_are_not_there_under_another_name(process: Health) -> None:
    async with asking(process, "evil.example.org") as client:
        assert (await client.get("/metrics")).status_code == 404


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [
        ("", None, 404),
        ("", "Bearer ", 404),
        ("s3cret", None, 404),
        ("s3cret", "Bearer wrong", 404),
        ("s3cret", "Basic s3cret", 404),
        ("s3cret", "Bearer s3crét", 404),
        ("s3cret", "Bearer s3cret", 200),
        ("s3cret", "bearer s3cret", 200),
    ],
)
async def test_metrics_of_what_is_reached_from_outside_need_the_token(
    store: Store, token: str, given: str | None, status: int
) -> None:
    asked = Health(store, lambda: NOW, {}, is_open=False, token=token)
    headers = {"Authorization": given.encode()} if given is not None else {}
    async with asking(asked) as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == status and ("tacit_" in answer.text) is (status == 200)


async def test_the_outbox_is_asked_now_and_then(
    browser: httpx.AsyncClient, process: Health, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW - timedelta(minutes=2)) as work:
        member = members.member_id(await members.member_of(work, "slack:T1:U1", "Ann"))
        for number in range(3):
            await notices.owe(work, "capture.consent", member, {}, once=f"n{number}")
    await browser.get("/metrics")
    assert (samples()["tacit_outbox_pending", ()], samples()["tacit_outbox_oldest_seconds", ()]) == (3, 120)
    monkeypatch.setattr(health, "backlog", away)
    await browser.get("/metrics")
    assert samples()["tacit_outbox_pending", ()] == 3
    process._outbox_at = float("-inf")
    assert "tacit_outbox_pending NaN" in (await browser.get("/metrics")).text

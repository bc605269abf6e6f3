"""The parts of a process: what fails is started again, and all of it stops in order."""

import asyncio
import os
import signal
import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.port import PlatformRefused, Refused
from bot import running


class Bot:
    def __init__(self, log: list[str]) -> None:
        self._log = log

    async def tick(self) -> None:
        self._log.append("tick")

    async def idle(self) -> None:
        self._log.append("idle")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def run(log: list[str], *chats: tuple[str, object], site: running.Site | None = None) -> None:
    await running.run(
        Bot(log),
        site,
        chats,  # type: ignore[arg-type]
        started=lambda: log.append("started"),
        stopping=lambda: log.append("stopping"),
    )


def pages(*routes: Route) -> running.Site:
    return running.Site(Starlette(routes=list(routes)), "127.0.0.1", free_port())


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WAIT_SECONDS", (0, 0))


async def test_a_stop_ends_the_chats_first_and_then_what_is_owed() -> None:
    log: list[str] = []

    async def chat() -> None:
        log.append("talks")
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            log.append("chat stopped")

    await asyncio.wait_for(run(log, ("chat", chat), site=pages()), 10)
    assert [each for each in log if each != "started"] == ["talks", "stopping", "chat stopped", "idle"]


async def test_who_asks_while_the_chats_stop_is_told_that_it_stops() -> None:
    log: list[str] = []
    told: list[str] = []

    async def state(request: Request) -> Response:
        return PlainTextResponse("stopping" if "stopping" in log else "well")

    site = pages(Route("/", state))

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{site.port}") as client:
            told.append((await client.get("/")).text)

    async def chat() -> None:
        while "started" not in log:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
        await ask()
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            await ask()

    await asyncio.wait_for(run(log, ("chat", chat), site=site), 10)
    assert told == ["well", "stopping"]


async def test_a_worker_serves_nothing_and_stops_as_well() -> None:
    log: list[str] = []

    async def chat() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    await asyncio.wait_for(run(log, ("chat", chat)), 10)
    assert log == ["started", "stopping", "idle"]


async def test_a_part_that_fails_is_started_again_and_takes_no_other_down(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []

    async def fails() -> None:
        log.append("fails")
        if log.count("fails") == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        raise PlatformRefused(Refused.UNREACHABLE, "secret-free")

    async def stays() -> None:
        log.append("stays")
        await asyncio.Event().wait()

    await asyncio.wait_for(run(log, ("bad", fails), ("good", stays)), 10)
    assert log.count("fails") >= 3 and log.count("stays") == 1
    assert "bad stopped: unreachable" in caplog.text


async def test_an_unexpected_end_is_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []

    async def breaks() -> None:
        if log:
            os.kill(os.getpid(), signal.SIGTERM)
        log.append("breaks")
        raise ValueError("what somebody wrote")

    await asyncio.wait_for(run(log, ("bad", breaks)), 10)
    assert "error=ValueError" in caplog.text and "what somebody wrote" not in caplog.text

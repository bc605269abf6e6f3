"""The parts of a process: what fails is started again, and all of it stops in order."""

import asyncio
import os
import signal
import socket

import pytest
from starlette.applications import Starlette

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


async def run(log: list[str], *chats: tuple[str, object]) -> None:
    await running.run(
        Bot(log),
        Starlette(),
        chats,  # type: ignore[arg-type]
        host="127.0.0.1",
        port=free_port(),
        started=lambda: log.append("started"),
    )


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

    await asyncio.wait_for(run(log, ("chat", chat)), 10)
    assert [each for each in log if each != "started"] == ["talks", "chat stopped", "idle"]


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

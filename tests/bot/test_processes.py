"""Processes as a host starts them: by environment variables alone, asked for their health, stopped by a signal."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from postgres import Server
from sqlalchemy.engine import make_url

ROOT = Path(__file__).parents[2]
SECONDS = 30


class Process:
    """A running Tacit."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process, self.port = process, port
        self.out = self.err = ""

    async def get(self, path: str, *, source: str = "127.0.0.1", **headers: str) -> httpx.Response:
        """Asks it for a page, from an address of this machine."""
        transport = httpx.AsyncHTTPTransport(local_address=source)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{self.port}") as client:
            return await client.get(path, headers=headers)

    async def until_ready(self) -> None:
        """Waits until it is."""
        async with asyncio.timeout(SECONDS):
            while not await self._is_ready():
                assert self._process.returncode is None, (await self._process.communicate())[1].decode()
                await asyncio.sleep(0.05)

    async def _is_ready(self) -> bool:
        try:
            return (await self.get("/health")).status_code == 200
        except httpx.TransportError:
            return False

    async def stop(self) -> int:
        """Tells it to stop; gives what it ended with."""
        self._process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(self._process.communicate(), SECONDS)
        self.out, self.err = out.decode(), err.decode()
        assert self._process.returncode is not None
        return self._process.returncode

    @property
    def lines(self) -> list[dict[str, str]]:
        """What it logged."""
        return [json.loads(line) for line in self.out.splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def started(folder: Path, **environment: str) -> AsyncIterator[Process]:
    """Starts `python -m bot run` with these settings and waits until it is ready."""
    pipe, port = asyncio.subprocess.PIPE, free_port()
    settings = {"PATH": os.environ["PATH"], "TACIT_MODEL": "none", "TACIT_DATA": str(folder), "PORT": str(port)}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env={**settings, **environment}, stdout=pipe, stderr=pipe
    )
    process = Process(running, port)
    try:
        await process.until_ready()
        yield process
    finally:
        if running.returncode is None:
            running.kill()
            await running.communicate()


@pytest.mark.slow
async def test_it_is_ready_says_what_it_counted_and_stops(tmp_path: Path) -> None:
    async with started(tmp_path) as process:
        assert (await process.get("/health/live")).text == "ok"
        assert "tacit_outbox_pending 0.0" in (await process.get("/metrics")).text
        assert (await process.get("/metrics", host="tacit.example.org")).status_code == 404
        assert await process.stop() == 0
    assert [line["event"] for line in process.lines][-2:] == ["stopping", "stopped"]
    assert "The room is open at" in process.err


@pytest.mark.slow
async def test_on_a_host_it_warns_of_the_disk_and_shows_a_room_to_nobody_else(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "tacit.db"
    async with started(tmp_path / "data", DYNO="web.1", DATABASE_URL=f"sqlite:///{elsewhere}") as process:
        assert (await process.get("/health", source="127.0.0.2")).status_code == 200
        assert (await process.get("/")).status_code == 200
        refused = await process.get("/", source="127.0.0.2")
        assert refused.status_code == 403 and "Slack or Discord" in refused.text
        forwarded = await process.get("/", source="127.0.0.2", **{"x-forwarded-for": "127.0.0.1"})
        assert forwarded.status_code == 403
        assert (await process.get("/metrics")).status_code == 404
        await process.stop()
    said = " ".join(process.err.split())
    assert "HEROKU THROWS THIS DISK AWAY" in said and str(elsewhere) in "".join(process.err.split())
    assert "DATABASE_URL=postgresql://" in said
    assert [line["level"] for line in process.lines if "THROWS THIS DISK AWAY" in line["event"]] == ["warning"]


@pytest.mark.slow
async def test_metrics_of_what_is_reached_from_outside_need_the_token(tmp_path: Path) -> None:
    settings = {"TACIT_URL": "https://tacit.example.org", "TACIT_METRICS_TOKEN": "s3cret"}
    async with started(tmp_path, **settings) as process:
        assert (await process.get("/metrics")).status_code == 404
        assert (await process.get("/metrics", authorization="Bearer s3cret")).status_code == 200
        await process.stop()
    assert "s3cret" not in process.out + process.err


@pytest.mark.slow
@pytest.mark.parametrize(("way", "is_json"), [("", True), ("json", True), ("text", False)])
async def test_logs_are_json_unless_somebody_wants_to_read_them(tmp_path: Path, way: str, is_json: bool) -> None:
    async with started(tmp_path, TACIT_LOGS=way) as process:
        await process.stop()
    assert process.out.startswith("{") is is_json and "stopping" in process.out


@pytest.mark.slow
async def test_it_runs_on_postgresql_and_is_ready_only_while_that_answers(
    tmp_path: Path, server: Server, make_database: Callable[..., str]
) -> None:
    url = make_database("postgresql", bare=True)
    name = make_url(url).database or ""
    async with started(tmp_path, DATABASE_URL=url) as process:
        assert (await process.get("/health")).json() == {"ready": True}
        server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.cut_off(name)
        answer = await process.get("/health")
        assert answer.status_code == 503 and "The database doesn't answer" in answer.json()["because"][0]
        assert (await process.get("/health/live")).status_code == 200
        assert "tacit_outbox_pending NaN" in (await process.get("/metrics")).text
        server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await process.until_ready()
        assert await process.stop() == 0
    assert not (tmp_path / "tacit.db").exists()

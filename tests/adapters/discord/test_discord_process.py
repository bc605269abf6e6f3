"""A process that was started with nothing but environment variables, as on a host, and a Discord on real sockets."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from gateway_interactions import Interaction
from gateway_server import GatewayServer, words_of
from gateway_stage import open_server

ROOT = Path(__file__).parents[3]
SECONDS = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(server: GatewayServer, folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "TACIT_DATA": str(folder),
        "TACIT_MODEL": "none",
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_URL": server.api_url,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        **more,
    }


@asynccontextmanager
async def started(command: str, settings: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, cwd=ROOT, env=settings, stdout=pipe, stderr=pipe
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def running(server: GatewayServer, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    async with started("run", environment(server, folder, PORT=str(free_port()))) as process:
        await server.until(lambda: server.world.commands.get(""), SECONDS)
        yield process


async def stop(process: asyncio.subprocess.Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), 10)


async def answered(server: GatewayServer, used: Interaction) -> str:
    """What stands in the answers to an interaction, as soon as there is one."""
    await server.until(lambda: used.answers and not used.is_waiting, SECONDS)
    return "\n".join(words_of(each) for each in used.answers)


@pytest.mark.slow
async def test_a_tip_is_kept_and_found_and_it_stops_cleanly(tmp_path: Path) -> None:
    async with open_server() as server, running(server, tmp_path) as process:
        people = server.people
        assert "Tacit" in await answered(server, await people.use_command("ann", "general", "tacit"))
        kept = await people.use_command("ann", "general", "tip", text="Warm the gel before you flush the line")
        await answered(server, kept)
        found = await people.use_command("ann", "general", "ask", text="how do I flush the line?")
        assert "Warm the gel" in await answered(server, found)
        assert await stop(process) == 0
        assert server.violations == []


@pytest.mark.slow
async def test_it_answers_a_mention_over_a_line_that_breaks(tmp_path: Path) -> None:
    async with open_server() as server, running(server, tmp_path) as process:
        async with server.hub.away():
            await server.people.say("ann", "general", "how do I flush a line?", mention_bot=True)
        await server.until(server.answers, SECONDS)
        assert "I don't have this one" in words_of(server.answers()[-1])
        assert await stop(process) == 0
        assert server.violations == []


@pytest.mark.slow
async def test_of_two_copies_one_listens_and_the_other_takes_over_when_it_dies(tmp_path: Path) -> None:
    async with open_server() as server, running(server, tmp_path) as one:
        async with started("run", environment(server, tmp_path, PORT=str(free_port()))) as other:
            await server.people.say("ann", "general", "how do I flush a line?", mention_bot=True)
            await server.until(lambda: len(server.answers()) == 1, SECONDS)
            await server.until(lambda: len(server.hub.identifies) == 1, SECONDS)
            one.kill()
            await one.wait()
            await server.people.say("ann", "general", "and how do I warm the gel?", mention_bot=True)
            await server.until(lambda: len(server.answers()) == 2, SECONDS)
            assert "I don't have this one" in words_of(server.answers()[-1])
            assert len(server.hub.identifies) == 2 and await stop(other) == 0
        assert len(server.answers()) == 2 and server.violations == []


async def health(port: int, *, ready: bool) -> dict[str, object]:
    """What it says of its health as soon as it is ready, or is not."""
    async with asyncio.timeout(SECONDS), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                answer = await client.get("/health")
                if (answer.status_code == 200) is ready:
                    return dict(answer.json())
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_it_is_ready_while_it_or_another_copy_listens(tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    async with open_server() as server:
        settings = [environment(server, tmp_path, PORT=str(port)) for port in ports]
        server.hub.open.clear()
        async with started("run", settings[0]) as one:
            assert await health(ports[0], ready=False) == {"ready": False, "because": ["Discord is not connected."]}
            server.hub.open.set()
            assert await health(ports[0], ready=True) == {"ready": True}
            async with started("run", settings[1]) as other:
                assert await health(ports[1], ready=True) == {"ready": True}
                assert len(server.hub.identifies) == 1
                assert await stop(other) == 0
            assert await stop(one) == 0


@pytest.mark.slow
async def test_a_token_that_is_not_accepted_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with open_server() as server:
        settings = environment(server, tmp_path, DISCORD_TOKEN="wrong-one", PORT=str(free_port()))
        async with started("run", settings) as process:
            _, said = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 1
        assert "doesn't accept its token" in said.decode() and "./tacit check" in said.decode()
        assert "Traceback" not in said.decode() and "wrong-one" not in said.decode()


@pytest.mark.slow
async def test_check_says_what_is_there(tmp_path: Path) -> None:
    async with open_server() as server:
        server.world.grants.discard("members")
        async with started("check", environment(server, tmp_path)) as process:
            said, _ = await asyncio.wait_for(process.communicate(), SECONDS)
        assert process.returncode == 0, said.decode()
        for words in ("Discord token: for Tacit", "server members intent", "Discord servers: in The ward"):
            assert words in said.decode()

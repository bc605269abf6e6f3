"""A process that was started with nothing but environment variables, as on a host."""

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
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack

from adapters.room import Person

ROOT = Path(__file__).parents[3]
MODES = ["socket", "http"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(slack: LoopbackSlack, folder: Path, **more: str) -> dict[str, str]:
    way = {"SLACK_APP_TOKEN": slack.app_token}
    if slack.mode == "http":
        way = {"SLACK_SIGNING_SECRET": slack.signing_secret}
    return {
        "PATH": os.environ["PATH"],
        "TACIT_DATA": str(folder),
        "TACIT_MODEL": "none",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        **way,
        **more,
    }


async def start(command: str, settings: dict[str, str]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *command.split(), cwd=ROOT, env=settings, stdout=pipe, stderr=pipe
    )


async def health(port: int, *, ready: bool) -> dict[str, object]:
    """What it says of its health as soon as it is ready, or is not."""
    async with asyncio.timeout(30), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                answer = await client.get("/health/ready")
                if (answer.status_code == 200) is ready:
                    return dict(answer.json())
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def said_of(process: asyncio.subprocess.Process, words: str) -> str:
    """What the process said until these words came."""
    assert process.stderr is not None
    said = ""
    while words not in said:
        line = (await process.stderr.readline()).decode()
        assert line, f"it ended without saying {words!r}:\n{said}"
        said += line
    return said


@asynccontextmanager
async def running(slack: LoopbackSlack, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    port = free_port()
    slack.events_url = f"http://127.0.0.1:{port}/slack/events"
    process = await start("run", environment(slack, folder, PORT=str(port)))
    try:
        if slack.mode == "socket":
            await slack.connected(2)
        else:
            await said_of(process, "signed HTTP")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def answers(people: SlackPeople) -> int:
    """How many answers Ann sees; a welcome is none."""
    return sum("I don't have this one" in people.words_of(each.id) for each in people.messages_seen_by("ann"))


async def answered(slack: LoopbackSlack, people: SlackPeople, *, times: int) -> None:
    """Waits until Ann was answered so often; a welcome may come before, after, or not at this hour."""
    while answers(people) < times:
        async with slack.answered():
            pass


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
async def test_it_answers_a_mention_and_stops_cleanly(mode: str, tmp_path: Path) -> None:
    async with LoopbackSlack(mode) as slack, running(slack, tmp_path) as process:
        people = SlackPeople(slack, slack.deliveries.quiet)
        people.open_channel("general")
        await people.join(Person("ann", "Ann"))
        await people.say("ann", "general", "@tacit how do I flush a line?")
        await answered(slack, people, times=1)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0
        assert slack.violations == []


@pytest.mark.slow
async def test_it_is_ready_while_it_is_connected(tmp_path: Path) -> None:
    async with LoopbackSlack("socket") as slack:
        port = free_port()
        slack.refuse_connections = 1_000
        process = await start("run", environment(slack, tmp_path, PORT=str(port)))
        try:
            assert await health(port, ready=False) == {"ready": False, "because": ["Slack is not connected."]}
            slack.refuse_connections = 0
            assert await health(port, ready=True) == {"ready": True}
            slack.refuse_connections = 1_000
            await slack.drop_sockets()
            assert await health(port, ready=False) == {"ready": False, "because": ["Slack is not connected."]}
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 5) == 0
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.mark.slow
async def test_a_worker_answers_and_listens_on_no_port(tmp_path: Path) -> None:
    async with LoopbackSlack("socket") as slack:
        port = free_port()
        process = await start("run --no-web", environment(slack, tmp_path, PORT=str(port)))
        try:
            await slack.connected(2)
            people = SlackPeople(slack, slack.deliveries.quiet)
            people.open_channel("general")
            await people.join(Person("ann", "Ann"))
            await people.say("ann", "general", "@tacit how do I flush a line?")
            await answered(slack, people, times=1)
            with pytest.raises(httpx.ConnectError):
                async with httpx.AsyncClient() as client:
                    await client.get(f"http://127.0.0.1:{port}/health")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 5) == 0
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.mark.slow
async def test_a_web_process_and_a_worker_answer_once(tmp_path: Path) -> None:
    async with LoopbackSlack("socket") as slack, running(slack, tmp_path):
        worker = await start("run --no-web", environment(slack, tmp_path))
        try:
            await slack.connected(4)
            people = SlackPeople(slack, slack.deliveries.quiet)
            people.open_channel("general")
            await people.join(Person("ann", "Ann"))
            slack.deliver_twice = True
            for number in range(4):
                await people.say("ann", "general", f"@tacit how do I flush line {number}?")
                await answered(slack, people, times=number + 1)
        finally:
            worker.terminate()
            await worker.communicate()
        assert answers(people) == 4


@pytest.mark.slow
async def test_a_token_that_is_not_accepted_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with LoopbackSlack("socket") as slack:
        settings = environment(slack, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong", PORT=str(free_port()))
        process = await start("run", settings)
        _, said = await process.communicate()
        assert process.returncode == 1
        assert "doesn't accept its token (invalid_auth)" in said.decode() and "./tacit check" in said.decode()
        assert "Traceback" not in said.decode() and "xoxb-wrong" not in said.decode()


@pytest.mark.slow
async def test_check_says_what_is_there(tmp_path: Path) -> None:
    async with LoopbackSlack("socket") as slack:
        people = SlackPeople(slack, slack.deliveries.quiet)
        people.open_channel("general")
        process = await start("check", environment(slack, tmp_path))
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        for words in ("Slack bot token: for", "Slack scopes: all", "Socket Mode: opens", "in #general"):
            assert words in said.decode()

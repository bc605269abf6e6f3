"""The demo as people meet it, and Chromium windows in front of it: each window is one person."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from browser.chromium import OPTIONS, find_chromium
from browser.window import Demo, Windows
from playwright.async_api import async_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@pytest.fixture(scope="session")
def chromium() -> str:
    return find_chromium()


@pytest.fixture(scope="session")
def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that all tests share. Each test has rooms and people of its own, or looks at what it did itself."""
    running = start_demo(tmp_path_factory.mktemp("demo"))
    yield running
    running.stop()


@pytest.fixture
def own_demo(chromium: str, tmp_path: Path) -> Iterator[Demo]:
    """A demo for one test, which may stop it and start it again."""
    running = start_demo(tmp_path)
    yield running
    running.stop()


@pytest.fixture
async def windows(chromium: str) -> AsyncIterator[Windows]:
    """Opens windows; at the end none of them may have met an error."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        opened = Windows(browser)
        yield opened
        await browser.close()
    assert opened.errors == []


def start_demo(folder: Path) -> Demo:
    return Demo(lambda port: _start(folder, port), _free_port(), folder)


def _start(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    model = ROOT / "data" / "model"
    built = (model / "model.onnx").exists()
    environment = {**os.environ, "TACIT_DATA": str(folder), "TACIT_MODEL": str(model) if built else "none"}
    for name in ("DATABASE_URL", "TACIT_URL", "TACIT_CONFIG", "PORT"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port)]
    with (folder / "said.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    _await_answer(process, f"http://127.0.0.1:{port}/", folder / "said.log")
    return process


def _await_answer(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=1):
                return
        except (URLError, ConnectionError, TimeoutError):
            _wait_a_little(process)
    process.kill()
    process.wait()
    pytest.fail(f"the demo did not answer within {START_SECONDS} seconds: {log.read_text()[-2000:]}")


def _wait_a_little(process: "subprocess.Popen[bytes]") -> None:
    """Lets the demo go on starting, and comes back at once where it ends instead."""
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

"""Programs that are measured, each a process of its own: the bot, and the app that does nothing. Linux only."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from bench.results import Missing

ROOT = Path(__file__).parent.parent
STOP_SECONDS = 30.0
IDLE_SECONDS = 0.003
"""CPU seconds in a tenth of a second that are nothing."""

BOT = ("-m", "bot", "run")
NOOP = ("-m", "bench.noop")
COMPLAINTS = ("WARNING", "ERROR", "CRITICAL", "Traceback")
"""What a line begins with that says that something went wrong."""


class Program:
    """A Python program that runs beside this one."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process, self._log = process, log

    @classmethod
    async def start(cls, arguments: Sequence[str], settings: Mapping[str, str], log: Path) -> Self:
        """Starts it at the top of the repository; what it says goes to `log`."""
        if sys.platform != "linux":
            raise Missing("These benchmarks read CPU and memory of other processes from /proc, so they need Linux.")
        ours = ("TACIT_", "SLACK_", "DISCORD_", "DATABASE_URL", "PORT")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        with log.open("wb") as stream:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                cwd=ROOT,
                env={**inherited, "PYTHONPATH": str(ROOT), **settings},
                stdout=stream,
                stderr=stream,
            )
        return cls(process, log)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    def cpu(self) -> float:
        """CPU seconds of all its threads so far, user and system, to the nanosecond."""
        return time.clock_gettime(_clock_of(self._process.pid))

    async def until_idle(self) -> None:
        """Waits until it does nothing more than wait, a minute at most: what it acknowledged may be under way yet."""
        for _ in range(600):
            before = self.cpu()
            await asyncio.sleep(0.1)
            if self.cpu() - before < IDLE_SECONDS:
                return

    def most_memory(self) -> float:
        """The most memory that it held so far, in MB."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024, 1)

    def said(self) -> list[str]:
        """The lines that it wrote."""
        return self._log.read_text(errors="replace").splitlines()

    def complaints(self) -> dict[str, int]:
        """Its warnings and errors, the ten most frequent ones, and how often it wrote them."""
        lines = (re.sub(r"\d{5,}", "…", _as_said(line))[:150] for line in self.said())
        return dict(Counter(line for line in lines if line.startswith(COMPLAINTS)).most_common(10))

    async def stop(self) -> float:
        """Asks it to stop, waits until it has, and gives how many seconds that took."""
        began = time.monotonic()
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        return time.monotonic() - began

    @property
    def code(self) -> int | None:
        """What it ended with."""
        return self._process.returncode


def _as_said(line: str) -> str:
    """A line of a log: its level and what it says, also where it is JSON."""
    if not line.startswith("{"):
        return line
    try:
        said = json.loads(line)
        return f"{said['level'].upper()} {said['logger']} {re.sub(r'code=[A-Z0-9]{4}', 'code=…', said['event'])}"
    except (ValueError, KeyError):
        return line


def free_port() -> int:
    """Finds a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _clock_of(pid: int) -> int:
    """The CPU clock of a process, as `clock_getcpuclockid` gives it on Linux."""
    return (~pid << 3) | 2

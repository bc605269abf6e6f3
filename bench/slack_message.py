"""`slack-message`: what one ordinary message costs the bot, beside an app of bolt that does nothing with it.

Each is a process of its own with a workspace of its own; they take turns, so that drift meets both. Half of the
messages answer somebody in a thread. Two kinds are told apart: statements, and chat as it comes, in which some lines
are questions that the bot looks at. At the end the bot is stopped while messages arrive, and every tie that an
acknowledged message shows must be in the database.
"""

import asyncio
import sqlite3
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic

from adapters.room import Person
from bench import texts
from bench.programs import BOT, NOOP, Program
from bench.results import Json, Table, machine, ratio, tell
from bench.workspace import Crowd, LoopbackSlack, Watch, opened, settings, until_connected

PEOPLE, CHANNELS = 60, 20
MENTIONS = 0.1
"""Share of messages that mention somebody else."""

STOP_RATE = 200
"""Messages a second while the bot is stopped."""

KINDS = ("statements", "chat")
OURS, OTHER = "tacit", "no-op bolt"


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--messages", type=int, default=20_000, help="messages of each kind to each app")
    parser.add_argument("--rounds", type=int, default=10, help="in so many rounds")
    parser.add_argument("--seconds", type=float, default=0, help="begin no round after so many seconds")
    parser.add_argument("--window", type=int, default=16, help="messages that are under way at once")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind of message")
    parser.add_argument(
        "--profile", type=_absolute, help="write a cProfile of the bot to this file; spoils the figures"
    )


async def measure(options: Namespace) -> Json:
    """Lets both take turns, then stops the bot."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tacit-bench-")))
        profiled = ("-m", "cProfile", "-o", options.profile) if options.profile else ()
        more = {"TACIT_DATA": str(folder), "TACIT_MODEL": "none"}
        ours = await _side(stack, (*profiled, *BOT), more, folder / "bot.log", options.window)
        other = await _side(stack, (*NOOP, "message"), {}, folder / "noop.log", options.window)
        found = machine() | {"window": options.window, "profiled": bool(options.profile)}
        cost = await _rounds({OURS: ours, OTHER: other}, options)
        memory = {OURS: ours.program.most_memory(), OTHER: other.program.most_memory()}
        stop = await _stop(ours, folder / "tacit.db")
        await other.program.stop()
    return {
        "benchmark": "slack-message",
        **found,
        **_cost(cost, options.messages // options.rounds),
        "max_rss_mb": memory,
        "stop": stop,
    }


@dataclass
class _Side:
    """One app with its workspace, and the ties that what was said shows: (message, kind, whom)."""

    slack: LoopbackSlack
    crowd: Crowd
    watch: Watch
    program: Program
    chance: Random = field(default_factory=lambda: Random(11))  # noqa: S311 - the same talk each time
    roots: list[tuple[str, str, str]] = field(default_factory=list)
    ties: set[tuple[str, str, str]] = field(default_factory=set)

    async def write(self, lines: Sequence[str]) -> None:
        """Writes one of the lines, every other time as an answer to somebody."""
        answers = self.roots and self.chance.random() < 0.5
        channel, root, author = self.chance.choice(self.roots[-200:]) if answers else (self._channel(), "", "")
        who, whom = self.chance.sample([each for each in _NAMES if each != author], 2)
        mentions = self.chance.random() < MENTIONS
        line = self.chance.choice(lines)
        message = await self.crowd.say(who, channel, f"@{whom} {line}" if mentions else line, root)
        if not root:
            self.roots.append((channel, message, who))
        shown = [("reply", author)] * bool(root) + [("mention", whom)] * mentions
        self.ties |= {(message, kind, self.crowd.user(each)) for kind, each in shown}

    def _channel(self) -> str:
        return f"channel{self.chance.randrange(CHANNELS)}"


async def _side(
    stack: AsyncExitStack, arguments: tuple[str, ...], more: dict[str, str], log: Path, window: int
) -> _Side:
    slack, crowd, watch = await stack.enter_async_context(opened("socket", window=window))
    for number in range(CHANNELS):
        crowd.open_channel(f"channel{number}")
    for name in _NAMES:
        await crowd.join(Person(name, name.capitalize()))
    given = settings(slack) | more
    program = await Program.start(arguments, given, log)
    stack.push_async_callback(program.stop)
    await until_connected(slack, program, given["PORT"], 1)
    return _Side(slack, crowd, watch, program)


async def _rounds(sides: dict[str, _Side], options: Namespace) -> dict[tuple[str, str], list[float]]:
    """Gives the CPU seconds of each round by app and kind, after one round that warms up."""
    chat = texts.chat_lines()
    lines = {"statements": [line for line in chat if texts.is_statement(line)], "chat": chat}
    share = 1 - len(lines["statements"]) / len(chat)
    tell(f"{options.rounds} rounds; {share:.1%} of the lines of chat may be questions.")
    each = options.messages // options.rounds
    cost: dict[tuple[str, str], list[float]] = {(name, kind): [] for kind in options.kind or KINDS for name in sides}
    began = monotonic()
    for number in range(options.rounds + 1):
        if number > 1 and options.seconds and monotonic() - began > options.seconds:
            break
        turn = list(cost) if number % 2 else list(reversed(cost))
        for name, kind in turn:
            spent = await _round(sides[name], lines[kind], each)
            if number:
                cost[name, kind].append(spent)
    return cost


async def _round(side: _Side, lines: Sequence[str], count: int) -> float:
    before = side.program.cpu()
    for _ in range(count):
        await side.write(lines)
    await side.slack.deliveries.quiet()
    await side.program.until_idle()
    return side.program.cpu() - before


def _cost(cost: dict[tuple[str, str], list[float]], messages: int) -> Json:
    found: Json = {"messages_each": {}, "cpu_us_per_message": {OURS: {}, OTHER: {}}, "ratios": {}}
    for kind in dict.fromkeys(kind for _, kind in cost):
        ours, other = cost[OURS, kind], cost[OTHER, kind]
        found["messages_each"][kind] = messages * len(ours)
        for name, spent in ((OURS, ours), (OTHER, other)):
            per = sorted(1e6 * seconds / messages for seconds in spent)
            found["cpu_us_per_message"][name][kind] = {
                "median": round(median(per), 1),
                "least": round(per[0], 1),
                "most": round(per[-1], 1),
            }
        found["ratios"][kind] = ratio(median(ours), median(other))
    return found


async def _stop(side: _Side, database: Path) -> Json:
    """Stops the bot while messages arrive; then every tie of an acknowledged message must be written."""
    lines = texts.chat_lines()

    async def write_on() -> None:
        while True:
            await side.write(lines)
            await asyncio.sleep(1 / STOP_RATE)

    writing = asyncio.create_task(write_on())
    await asyncio.sleep(2)
    asked = monotonic()
    seconds = await side.program.stop()
    await asyncio.sleep(0.5)
    writing.cancel()
    tries = side.watch.tries
    acknowledged = {each.ts for each in tries if not each.failed}
    after = [each for each in tries if not each.failed and each.ended > asked]
    with closing(sqlite3.connect(database)) as store:
        written = {tuple(once.split(":")[-3:]) for (once,) in store.execute("select once from tie")}
    expected = {tie for tie in side.ties if tie[0] in acknowledged}
    return {
        "seconds": round(seconds, 3),
        "exit_code": side.program.code,
        "acknowledged": len(acknowledged),
        "acknowledged_while_stopping": len(after),
        "not_acknowledged": len({each.ts for each in tries} - acknowledged),
        "not_acknowledged_before": len({each.ts for each in tries if each.began < asked - 1} - acknowledged),
        "ties_shown": len(expected),
        "ties_missing": len(expected - written),
        "ties_too_many": len(written - side.ties),
        "violations": side.slack.violations[:10],
        "log": side.program.complaints(),
    }


def _absolute(path: str) -> str:
    return str(Path(path).resolve())


def tables(result: Json) -> list[Table]:
    """Gives what is printed."""
    cpu, way = result["cpu_us_per_message"], f"{result['cores']} cores, load before {result['load_before']}"
    rows = [
        [f"{kind}, {what}", cpu[OURS][kind][what], cpu[OTHER][kind][what], result["ratios"][kind] if first else None]
        for kind in result["ratios"]
        for first, what in ((True, "median"), (False, "least"), (False, "most"))
    ]
    counts = [[f"messages, {kind}", count, count] for kind, count in result["messages_each"].items()]
    memory = ["most memory, MB", *result["max_rss_mb"].values()]
    stop = [[name.replace("_", " "), value] for name, value in result["stop"].items() if name != "log"]
    return [
        (f"slack-message, CPU µs of one message, {way}", [["", OURS, OTHER, "ratio"], *rows, *counts, memory]),
        ("Stopped while messages arrive", [["", OURS], *stop]),
        ("Warnings and errors of tacit", [["", "times"], *result["stop"]["log"].items()]),
    ]


_NAMES = [f"member{number}" for number in range(PEOPLE)]

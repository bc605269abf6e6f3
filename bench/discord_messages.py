"""`discord-messages`: 1,000 messages a second on one Discord server, beside a discord.py client that does nothing.

Each is a process of its own with a loopback Discord of its own; they take turns, so that drift meets both. Half of the
messages answer somebody. Then, with the same load on the bot alone, commands and questions are timed. Then messages
that can also be read later go on while Discord asks to reconnect, cuts a socket, and ends two sessions. At the end the
bot is stopped, and every tie that was shown must be in the database, once.
"""

import asyncio
import contextlib
import sqlite3
import tempfile
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from bench import texts
from bench.discord_workspace import (
    GatewayServer,
    Talk,
    Ties,
    opened,
    settings,
    until_connected,
    used,
    wrote_in_answer,
)
from bench.programs import BOT, Program
from bench.results import Json, Table, machine, ratio, spread, tell

NOOP = ("-m", "bench.discord_noop")
OURS, OTHER = "tacit", "no-op discord.py"

WARM_SECONDS = 3.0
FAULT_SECONDS = 45.0
RECONNECT_EVERY = 5.0
CUT_AT, INVALID_AT, EXPIRED_AT = 12.0, 17.0, 31.0
"""Seconds after which a socket is cut, a session is declared invalid, and one is forgotten while the socket is cut."""

ANSWER_SECONDS = 30.0
BACK_SECONDS = 10.0
"""After the faults so long passes before the bot counts as idle: discord.py waits five seconds before it identifies."""

MOST_RATIO = 2.0


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--seconds", type=float, default=30, help="how long a round lasts, and the timing of answers")
    parser.add_argument("--rate", type=float, default=1_000, help="messages a second")
    parser.add_argument("--rounds", type=int, default=3, help="rounds for each app")
    parser.add_argument("--fault-rate", type=float, help="messages a second while connections fail; else the same")


async def measure(options: Namespace) -> Json:
    """Lets both take turns, then times answers, lets connections fail, and stops the bot."""
    result: Json = {"benchmark": "discord-messages", **machine(), "rate": options.rate, "seconds": options.seconds}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tacit-bench-")))
        more = {"TACIT_DATA": str(folder), "TACIT_MODEL": "none"}
        ours = await _side(stack, BOT, more, folder / "bot.log")
        other = await _side(stack, NOOP, {}, folder / "noop.log")
        result |= _cost(await _rounds({OURS: ours, OTHER: other}, options))
        result["max_rss_mb"] = {OURS: ours.program.most_memory(), OTHER: other.program.most_memory()}
        await other.program.stop()
        result["answers"] = await _answers(ours, options)
        shown = {"rounds and answers": ours.talk.take_ties()}
        result["faults"] = await _faulty(ours, options.fault_rate or options.rate)
        shown["faults"] = ours.talk.take_ties()
        result |= await _stopped(ours, folder / "tacit.db", shown)
    return result | {"targets": _targets(result, options)}


@dataclass
class _Side:
    """One app with its Discord, and what is said there."""

    server: GatewayServer
    talk: Talk
    program: Program


@dataclass(frozen=True, slots=True)
class _Round:
    """What a round cost: CPU seconds, messages, seconds to send them, and seconds until the app was idle again."""

    cpu: float
    messages: int
    sending: float
    settling: float


async def _side(stack: AsyncExitStack, arguments: tuple[str, ...], more: dict[str, str], log: Path) -> _Side:
    server = await stack.enter_async_context(opened())
    program = await Program.start(arguments, settings(server) | more, log)
    stack.push_async_callback(program.stop)
    await until_connected(server, program, has_commands=arguments is BOT)
    return _Side(server, Talk(server, texts.chat_lines()), program)


async def _rounds(sides: dict[str, _Side], options: Namespace) -> dict[str, list[_Round]]:
    """Gives the rounds of each app, after one that warms up."""
    tell(f"{options.rounds} rounds of {options.seconds:g} s for each app, {options.rate:g} messages a second.")
    found: dict[str, list[_Round]] = {name: [] for name in sides}
    for number in range(options.rounds + 1):
        for name in sides if number % 2 else reversed(sides):
            done = await _round(sides[name], options.rate, options.seconds if number else WARM_SECONDS)
            if number:
                found[name].append(done)
    return found


async def _round(side: _Side, rate: float, seconds: float) -> _Round:
    before, began, said = side.program.cpu(), monotonic(), side.talk.said
    await _at_rate(rate, seconds, side.talk.tell)
    sent = monotonic()
    await side.server.hub.flush()
    await side.program.until_idle()
    return _Round(side.program.cpu() - before, side.talk.said - said, sent - began, monotonic() - sent)


async def _at_rate(rate: float, seconds: float, act: Callable[[], None]) -> None:
    """Does something so many times a second; where it gets late, it catches up."""
    began = monotonic()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - monotonic()))
        act()


def _cost(rounds: dict[str, list[_Round]]) -> Json:
    cpu: dict[str, Json] = {}
    for name, done in rounds.items():
        per = sorted(1e6 * each.cpu / each.messages for each in done)
        cpu[name] = {"median": round(median(per), 1), "least": round(per[0], 1), "most": round(per[-1], 1)}
    return {
        "messages_each": {name: sum(each.messages for each in done) for name, done in rounds.items()},
        "sent_a_second": {name: _slowest(done) for name, done in rounds.items()},
        "idle_after_s": {name: round(max(each.settling for each in done), 2) for name, done in rounds.items()},
        "cores_used": {name: round(max(each.cpu / each.sending for each in done), 3) for name, done in rounds.items()},
        "cpu_us_per_message": cpu,
        "ratio": ratio(cpu[OURS]["median"], cpu[OTHER]["median"]),
    }


def _slowest(done: list[_Round]) -> float:
    return round(min(each.messages / each.sending for each in done), 1)


async def _answers(side: _Side, options: Namespace) -> Json:
    """Times a `/tacit` and a question to the bot each second, under the load; and the same without it before."""
    seconds = options.seconds
    tell(f"{seconds:g} s in which `/tacit` and questions are timed, after some without load.")
    quiet = await _timed(side, min(10.0, seconds))
    loading = asyncio.create_task(_at_rate(options.rate, seconds, side.talk.tell))
    under_load = await _timed(side, seconds)
    await loading
    await side.server.hub.flush()
    await side.program.until_idle()
    return {"without_load": quiet, "under_load": under_load}


async def _timed(side: _Side, seconds: float) -> Json:
    waits: dict[str, list[asyncio.Task[float | None]]] = {"/tacit": [], "mention": []}
    began = monotonic()
    for number in range(int(seconds)):
        for half, (kind, act) in enumerate((("/tacit", _use_command), ("mention", _ask))):
            await asyncio.sleep(max(0.0, began + number + half / 2 - monotonic()))
            waits[kind].append(asyncio.create_task(act(side.server, number)))
    found: Json = {}
    for kind, tasks in waits.items():
        times = await asyncio.gather(*tasks)
        answered = [each for each in times if each is not None]
        found[kind] = {"asked": len(times), **spread(answered)}
    return found


async def _use_command(server: GatewayServer, number: int) -> float | None:
    began = monotonic()
    interaction = await server.people.use_command(f"member{number % 60}", f"channel{number % 20}", "tacit")
    return await _seconds_until(server, lambda: used(interaction), began)


async def _ask(server: GatewayServer, number: int) -> float | None:
    began = monotonic()
    asked = f"how do I change pump number {number}?"
    id = await server.people.say(f"member{number % 60}", f"channel{number % 20}", asked, mention_bot=True)
    return await _seconds_until(server, lambda: wrote_in_answer(server, id), began)


async def _seconds_until(server: GatewayServer, done: Callable[[], bool], began: float) -> float | None:
    """Gives the seconds from `began` until something was done; None where it was not."""
    with contextlib.suppress(TimeoutError):
        await server.until(done, ANSWER_SECONDS)
        return monotonic() - began
    return None


async def _faulty(side: _Side, rate: float) -> Json:
    """Lets connections fail while messages go on."""
    tell(f"{FAULT_SECONDS:g} s of failing connections at {rate:g} messages a second.")
    hub, talk = side.server.hub, side.talk
    before = len(hub.identifies), len(hub.resumes)
    failing = [asyncio.create_task(each) for each in _faults(side.server)]
    await _at_rate(rate, FAULT_SECONDS, talk.say)
    late = sum(await asyncio.gather(*failing))
    await side.server.connected(1, 60)
    await asyncio.sleep(BACK_SECONDS)
    await hub.flush()
    await side.program.until_idle()
    return {
        "rate": rate,
        "messages": talk.said,
        "said_without_a_session": talk.unheard,
        "times": len(failing),
        "closed_late": late,
        "identified_anew": len(hub.identifies) - before[0],
        "resumed": len(hub.resumes) - before[1],
    }


def _faults(server: GatewayServer) -> list[Coroutine[Any, Any, bool]]:
    """Everything that fails, each at its time; each says whether the bot closed its socket too late."""
    hub = server.hub

    async def ask_to_reconnect() -> None:
        if hub.live:  # one that is on its way to a session is not sent away
            await hub.ask_to_reconnect()

    async def invalidate() -> None:
        await hub.invalidate(resumable=False)

    async def expire() -> None:
        hub.expire_sessions()

    async def at(seconds: float, fail: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        await asyncio.sleep(seconds)
        try:
            await fail()
        except TimeoutError:
            return True
        return False

    asked = [
        at(number * RECONNECT_EVERY, ask_to_reconnect) for number in range(1, int(FAULT_SECONDS / RECONNECT_EVERY))
    ]
    return [*asked, at(CUT_AT, hub.drop), at(INVALID_AT, invalidate), at(EXPIRED_AT, expire)]


async def _stopped(side: _Side, database: Path, shown: dict[str, Ties]) -> Json:
    """Stops the bot, and compares what is written with what was shown."""
    seconds = await side.program.stop()
    with closing(sqlite3.connect(database)) as store:
        rows = [str(once).split(":")[-3:] for (once,) in store.execute("select once from tie")]
    written = Counter((message, kind, whom) for message, kind, whom in rows)
    everything = set().union(*shown.values())
    return {
        "stop": {"seconds": round(seconds, 3), "exit_code": side.program.code},
        "ties": {
            phase: {
                "shown": len(ties),
                "missing": len(ties - written.keys()),
                "twice": sum(written[tie] > 1 for tie in ties),
            }
            for phase, ties in shown.items()
        },
        "ties_never_shown": len(written.keys() - everything),
        "violations": side.server.violations[:10],
        "log": side.program.complaints(),
    }


def _targets(result: Json, options: Namespace) -> Json:
    ties = result["ties"].values()
    sent = result["sent_a_second"][OURS]
    return {
        f"{options.rate:g} messages a second were sent": sent >= 0.99 * options.rate,
        f"at most {MOST_RATIO:g} times the CPU": (result["ratio"] or 0) <= MOST_RATIO,
        "no tie missing": all(each["missing"] == 0 for each in ties),
        "no tie twice": all(each["twice"] == 0 for each in ties),
    }


def tables(result: Json) -> list[Table]:
    """Gives what is printed."""
    cpu, way = result["cpu_us_per_message"], f"{result['cores']} cores, load before {result['load_before']}"
    of_each = ("messages_each", "sent_a_second", "idle_after_s", "cores_used", "max_rss_mb")
    rows = [
        [f"CPU µs a message, {what}", cpu[OURS][what], cpu[OTHER][what], result["ratio"] if what == "median" else None]
        for what in ("median", "least", "most")
    ]
    rows += [[_words(name), result[name][OURS], result[name][OTHER]] for name in of_each]
    places = ("asked", "count", "p50", "p95", "p99", "max")
    times = [
        [f"{kind}, {_words(when)}", *(found.get(place) for place in places)]
        for when, kinds in result["answers"].items()
        for kind, found in kinds.items()
    ]
    kept = [[phase, *found.values()] for phase, found in result["ties"].items()]
    return [
        (f"discord-messages, {result['rate']:g} a second, {way}", [["", OURS, OTHER, "ratio"], *rows]),
        ("Milliseconds until answered", [["", "asked", "answered", *places[2:]], *times]),
        ("While connections fail", [["", OURS], *([_words(name), value] for name, value in result["faults"].items())]),
        ("Ties", [["", "shown", "missing", "twice"], *kept, ["never shown", result["ties_never_shown"]]]),
        (f"Warnings and errors of {OURS}", [["", "times"], *result["log"].items()]),
        ("Targets", [["", "met"], *result["targets"].items()]),
    ]


def _words(name: str) -> str:
    return name.replace("_", " ")

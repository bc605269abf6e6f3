"""`slack-acks`: does every event get its acknowledgement in time and every question its one answer, whatever happens?

The bot runs as a process of its own with a store of 10,000 tips. Deeds come at their scheduled times; each event is
delivered twice, and every ten seconds all sockets are cut without a word. Then the same load meets an app of bolt that
only acknowledges, with its sockets cut likewise, and once more with its sockets left alone.

Times are told three ways: of each attempt (from writing it on a socket to its acknowledgement), of each event (from
its first sending, with waiting for a socket and further attempts), and of each event that found a socket open.
"""

import asyncio
import contextlib
import tempfile
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from adapters.room import Person
from bench import prepared, texts
from bench.programs import BOT, NOOP, Program
from bench.results import Json, Table, machine, ratio, spread, tell
from bench.traffic import Press, Traffic, Want, answers, plan, populate
from bench.workspace import Crowd, LoopbackSlack, Sent, Watch, opened, settings, until_connected

SETTLE_SECONDS = 2.0
"""The bot is taken to have answered all that it will once it wrote nothing for so long."""

QUIET_SECONDS = 120.0
OURS, OTHER, UNCUT = "tacit", "no-op bolt", "no-op bolt, never cut"
PLACES = ("p50", "p95", "p99", "max")
TIMES = ("per_attempt", "per_event", "per_event_connected")
COUNTS = (
    "events",
    "acknowledged",
    "lost_events",
    "cut_interactions",
    "attempts",
    "failed_attempts",
    "max_rss_mb",
    "latest_by_ms",
)
PRESSED = ("ask:notasked:", "tips:show:")


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--mode", choices=("socket", "http"), default="socket", help="how events reach the bot")
    parser.add_argument("--seconds", type=float, default=60, help="how long the bot is under load")
    parser.add_argument("--noop-seconds", type=float, default=25, help="the same for the app that does nothing, twice")
    parser.add_argument("--rate", type=float, default=50, help="deeds a second")
    parser.add_argument("--tips", type=int, default=10_000, help="tips in the store")
    parser.add_argument("--cut-every", type=float, default=10, help="seconds between cuts of all sockets; 0 for none")


async def measure(options: Namespace) -> Json:
    """Runs the bot and the alternative under the load."""
    result: Json = {"benchmark": "slack-acks", "mode": options.mode, **machine(), "tips": options.tips}
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as folder:
        data = Path(folder)
        await prepared.data_folder(data / "data", options.tips)
        more = {"TACIT_DATA": str(data / "data"), "TACIT_MODEL": prepared.model()}
        result[OURS] = await _run(_Side(BOT, more, data / "bot.log", 2, options.cut_every), options, options.seconds)
        others = {OTHER: options.cut_every} | ({UNCUT: 0.0} if options.mode == "socket" and options.cut_every else {})
        for name, cut_every in others.items() if options.noop_seconds else ():
            side = _Side((*NOOP, "all"), {}, data / "noop.log", 1, cut_every, answers=False)
            result[name] = await _run(side, options, options.noop_seconds)
    return result | {"ratios": _ratios(result), "targets": _targets(result[OURS])}


@dataclass(frozen=True)
class _Side:
    arguments: tuple[str, ...]
    settings: dict[str, str]
    log: Path
    sockets: int
    cut_every: float
    answers: bool = True


class _Pace(NamedTuple):
    """Deeds a second, and seconds between cuts of all sockets (0 for none)."""

    rate: float
    cut_every: float


async def _run(side: _Side, options: Namespace, seconds: float) -> Json:
    deeds = plan(int(seconds * options.rate))
    async with opened(options.mode) as (slack, crowd, watch):
        await populate(crowd, deeds)
        given = settings(slack) | side.settings
        program = await Program.start(side.arguments, given, side.log)
        try:
            await until_connected(slack, program, given["PORT"], side.sockets)
            presses = await _warm(crowd, slack, deeds) if side.answers else []
            return await _load(program, (slack, crowd, watch), deeds, presses, _Pace(options.rate, side.cut_every))
        finally:
            await program.stop()


async def _load(
    program: Program,
    workspace: tuple[LoopbackSlack, Crowd, Watch],
    deeds: Sequence[str],
    presses: Sequence[Press],
    pace: _Pace,
) -> Json:
    slack, crowd, watch = workspace
    tell(f"{len(deeds)} deeds at {pace.rate:g} a second.")
    watch.tries.clear()
    slack.acks.clear()
    slack.deliver_twice = True
    traffic = Traffic(crowd, texts.chat_lines(), texts.questions(), presses)
    cpu = program.cpu()
    cutting = asyncio.create_task(_cut(slack, pace.cut_every))
    await traffic.run(deeds, pace.rate)
    cutting.cancel()
    await _settled(crowd, slack)
    found = _events(watch.tries) | {"per_attempt": spread(ack.seconds for ack in slack.acks)}
    found |= {"cpu_ms_per_event": round(1000 * (program.cpu() - cpu) / found["events"], 3)}
    found |= {"max_rss_mb": program.most_memory(), "latest_by_ms": round(1000 * traffic.latest_by, 1)}
    found |= {"deeds": dict(Counter(deeds)), "violations": slack.violations[:10], "given_up": slack.failures[:10]}
    await program.stop()
    found |= {"answers": _answers(crowd, traffic.wants, watch.tries), "log": program.complaints()}
    return found


async def _warm(crowd: Crowd, slack: LoopbackSlack, deeds: Sequence[str]) -> list[Press]:
    """Lets the bot hear everybody who talks, and answer a question for each button that will be pressed."""
    questions = texts.questions()
    for number in range(60):
        await crowd.say(f"regular{number}", f"channel{number % 20}", "Good morning")
    presses: list[Press] = []
    askers = [f"presser{number}" for number in range(max(deeds.count("press"), 3))]
    for asker, question in zip(askers, reversed(questions), strict=False):
        await crowd.join(Person(asker, asker.capitalize()))
        room = crowd.open_direct(asker)
        await crowd.say(asker, room, question)
        await _settled(crowd, slack, 0.5)
        for note in [note for note in crowd.said_by_bot() if note.channel == room]:
            buttons = [each.id for each in crowd.buttons_of(note.ts) if each.id.startswith(PRESSED)]
            presses += [Press(asker, note.ts, buttons[0])] if buttons else []
    return presses


async def _cut(slack: LoopbackSlack, every: float) -> None:
    while every and slack.mode == "socket":
        await asyncio.sleep(every)
        for connection in slack.sockets.connections:
            connection.draining = True  # else the loopback uses up all retries of one event on the socket that it cuts
        await slack.drop_sockets()


async def _settled(crowd: Crowd, slack: LoopbackSlack, seconds: float = SETTLE_SECONDS) -> None:
    """Waits until everything is acknowledged or given up, and the bot writes no more."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(slack.deliveries.quiet(), QUIET_SECONDS)
    written, deadline = -1, monotonic() + QUIET_SECONDS
    while (now := len(crowd.world.messages)) != written and monotonic() < deadline:
        written = now
        await asyncio.sleep(seconds)


def _events(tries: Sequence[Sent]) -> Json:
    """What became of each event and interaction: from its first sending to its first acknowledgement."""
    first: dict[str, float] = {}
    done: dict[str, float] = {}
    for each in tries:
        first[each.key] = min(each.began, first.get(each.key, each.began))
        if not each.failed:
            done[each.key] = min(each.ended, done.get(each.key, each.ended))
    events = {each.key for each in tries if each.type == "events_api"}
    waited = {each.key for each in tries if not each.connected}
    return {
        "events": len(first),
        "acknowledged": len(done),
        "lost_events": len(events - done.keys()),
        "cut_interactions": len(first.keys() - events - done.keys()),
        "attempts": len(tries),
        "failed_attempts": dict(Counter(each.failed for each in tries if each.failed)),
        "per_event": spread(done[key] - first[key] for key in done),
        "per_event_connected": spread(done[key] - first[key] for key in done if key not in waited),
    }


def _answers(crowd: Crowd, wants: Sequence[Want], tries: Sequence[Sent]) -> Json:
    """How often each want was answered. Slack repeats no command and no press: one that a cut hit counts apart."""
    cut = {each.who for each in tries if each.type != "events_api" and each.failed}
    found: Json = {}
    for want, count in zip(wants, answers(crowd, wants), strict=True):
        kind = f"{want.kind} (cut)" if crowd.user(want.who) in cut else want.kind
        row = found.setdefault(kind, {"wanted": 0, "once": 0, "none": 0, "more": 0})
        row["wanted"] += 1
        row[("none", "once")[count] if count < 2 else "more"] += 1
    return found


def _ratios(result: Json) -> Json:
    found: Json = {}
    for name in (OTHER, UNCUT):
        if name in result:
            ours, other = result[OURS], result[name]
            compared = {f"{what}_{at}": (ours[what].get(at), other[what].get(at)) for what in TIMES for at in PLACES}
            compared["cpu_ms_per_event"] = (ours["cpu_ms_per_event"], other["cpu_ms_per_event"])
            found[name] = {what: ratio(*pair) for what, pair in compared.items() if None not in pair}
    return found


def _targets(ours: Json) -> Json:
    answered = ours["answers"]
    sure = [row for kind, row in answered.items() if not kind.endswith("(cut)")]
    return {
        "every attempt acknowledged within 300 ms": ours["per_attempt"]["max"] <= 300,
        "every event acknowledged within 300 ms of its first sending": ours["per_event"]["max"] <= 300,
        "no event lost": ours["lost_events"] == 0,
        "nothing answered twice": all(row["more"] == 0 for row in answered.values()),
        "everything answered": all(row["none"] == 0 for row in sure),
    }


def tables(result: Json) -> list[Table]:
    """Gives what is printed."""
    sides, ratios = [name for name in (OURS, OTHER, UNCUT) if name in result], result["ratios"]
    way = f"by {result['mode']}, {result['tips']:,} tips, {result['cores']} cores, load before {result['load_before']}"
    head = ["", *sides, *(f"to {name}" for name in ratios)]
    counts = [[name, *(result[side][name] for side in sides)] for name in COUNTS]
    cpu = ["cpu_ms_per_event", *(result[side]["cpu_ms_per_event"] for side in sides)]
    times = [
        [f"{what} {at}", *(result[side][what].get(at) for side in sides), *_of(ratios, f"{what}_{at}")]
        for what in TIMES
        for at in (*PLACES, "within_300_ms")
    ]
    asked = [[kind, *row.values()] for kind, row in result[OURS]["answers"].items()]
    return [
        (f"slack-acks {way}", [["", *sides], *counts]),
        ("Milliseconds until acknowledged, and CPU", [head, *times, [*cpu, *_of(ratios, "cpu_ms_per_event")]]),
        (f"Answers of {OURS}", [["", "wanted", "once", "none", "more"], *asked]),
        (f"Warnings and errors of {OURS}", [["", "times"], *result[OURS]["log"].items()]),
        ("Targets", [["", "met"], *result["targets"].items()]),
    ]


def _of(ratios: Json, name: str) -> list[float | None]:
    return [each.get(name) for each in ratios.values()]

"""`report`: what a report over 100,000 members costs that is read from a database, and who waits for it meanwhile.

The community is drawn (seeded): how much somebody talks is long-tailed, twenty practices and places, one in a hundred
is of the core group. Ties are of the last sixty days, half of them in the month that the report tells of and half in
the month before, which it reads too; first as many as asked for in all, then twice as many, which is so many in each
month. Beside them stand questions, words on tips, and counts by months.

Each report is made in a process of its own as the bot makes it: what `/report` says; with the map drawn, as the monthly
post has it; and while somebody searches the tips every 50 ms. Memory is the most that the process held (VmHWM), all
that it imports included; beside it what it held before. The stall is the longest that the event loop was late for a
task that sleeps for 5 ms, again and again. Linux only.
"""

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench import texts
from bench.programs import ROOT
from bench.report_once import MONTH, NOW, WAYS
from bench.results import Json, Missing, Table, machine, tell
from knowledge.migrations import migrate
from knowledge.models import Member, Question, metadata
from knowledge.store import Store, communities
from knowledge.store.filing import NewTip, publish_new

PRACTICES, PLACES, CHANNELS, TIPS, QUESTIONS, WORDS_ON_TIPS, COUNTS = 20, 20, 50, 2_000, 20_000, 50_000, 50_000
KINDS = ("reply", "mention", "thanks", "reaction", "quote")
CORE_EVERY = 100
AT_ONCE = 20_000

Row = dict[str, Any]


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--people", type=int, default=100_000, help="members of the community")
    parser.add_argument("--ties", type=int, default=1_000_000, help="ties of sixty days; then twice as many")
    parser.add_argument("--database", default="", help="the URL of an empty database; a SQLite file unless given")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    if sys.platform != "linux":
        raise Missing("This benchmark reads memory from /proc, so it needs Linux.")
    result: Json = {"benchmark": "report", **machine(), "people": chosen.people, "runs": []}
    with tempfile.TemporaryDirectory(prefix="tacit-report-") as folder:
        url = chosen.database or f"sqlite:///{Path(folder) / 'tacit.db'}"
        result["server"] = url.split(":")[0]
        for time in (1, 2):
            tell(f"Filling the database: {time * chosen.ties:,} ties.")
            community = await _filled(url, chosen.people, chosen.ties, time)
            for way in WAYS:
                tell(f"Measuring: {way}.")
                result["runs"].append({"ties": time * chosen.ties, **_apart(url, community, way)})
    return result


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    heads = ("", "ties kept", "ties told of", "seconds", "MB at most", "MB before", "longest stall, ms")
    columns = ("ties", "told_ties", "seconds", "MB", "MB_before", "stall_ms")
    rows = [(each["way"], *(each[column] for column in columns)) for each in result["runs"]]
    percentiles = ("p50", "p95", "p99", "max")
    searches = [
        (name, each["ties"], *(each[key][percentile] for percentile in percentiles))
        for each in result["runs"]
        if each["searches"]["count"]
        for name, key in (("before", "searches_before"), ("while a report is made", "searches"))
    ]
    return [
        (f"A report on {result['people']:,} people, from {result['server']}", [heads, *rows]),
        ("A search, in ms", [("", "ties kept", *percentiles), *searches]),
    ]


def _apart(url: str, community: int, way: str) -> Json:
    command = [sys.executable, "-m", "bench.report_once", url, str(community), way]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603 - ourselves
    found: Json = json.loads(done.stdout)
    return found


async def _filled(url: str, people: int, ties: int, time: int) -> int:
    """Fills a database the first time, and the second adds as many ties again; gives the community."""
    chance = np.random.default_rng(time)
    store = Store(url)
    await migrate(store)
    community = await communities.open_community(store, "The bench", NOW)
    if time == 1:
        await _write(store, community, "member", _members(chance, people))
        async with store.write(community, NOW - timedelta(days=400)) as work:
            told = await publish_new(work, [NewTip(each.form) for each in texts.tips(TIPS)])
        author = {"name": "", "part": "works", "consent": "own", "named": True}
        authors = ({"tip_id": tip, "member_id": member, **author} for member, tip in enumerate(told, 1))
        await _write(store, community, "tipauthor", authors)
        await _write(store, community, "question", _questions(chance, people))
        await _write(store, community, "confirmation", _words_on_tips(chance, people, told))
        await _write(store, community, "tiemonth", _months(chance, people))
    await _write(store, community, "tie", _ties(chance, people, ties, time))
    await store.tune()
    await store.close()
    return community


async def _write(store: Store, community: int, table: str, rows: Iterator[Row]) -> None:
    while batch := [{**row, "community_id": community} for row in islice(rows, AT_ONCE)]:
        async with store.session() as session:
            await (await session.connection()).execute(metadata.tables[table].insert(), batch)


def _members(chance: np.random.Generator, people: int) -> Iterator[Row]:
    practices, places = chance.integers(0, PRACTICES, people), chance.integers(0, PLACES, people)
    days, fates = chance.integers(5, 800, people), chance.random((people, 2))
    plain = Member(community_id=0, name="", joined_at=NOW).model_dump(exclude={"id"})
    for number in range(people):
        yield plain | {
            "name": f"Person {number} of the bench",
            "practice": f"Practice {practices[number]}",
            "place": f"Ward {places[number]}",
            "is_core": number % CORE_EVERY == 0,
            "is_counted": bool(fates[number, 0] > 0.01),
            "joined_at": NOW - timedelta(days=int(days[number]), seconds=number),
            "left_at": NOW - timedelta(days=2) if fates[number, 1] < 0.01 else None,
        }


def _ties(chance: np.random.Generator, people: int, ties: int, time: int) -> Iterator[Row]:
    """Ties in the order in which they happened."""
    lively = chance.pareto(1.5, people) + 0.1
    by, to = (chance.choice(people, ties, p=lively / lively.sum()) + 1 for _ in range(2))
    kinds, channels = chance.integers(0, len(KINDS), ties), chance.integers(0, CHANNELS, ties)
    microseconds = np.sort(chance.integers(0, 2 * MONTH // timedelta(microseconds=1), ties))
    for number in range(ties):
        channel, kind = f"slack:T1:C{channels[number]}", KINDS[kinds[number]]
        yield {
            "from_id": int(by[number]),
            "to_id": int(to[number]),
            "kind": kind,
            "channel": channel,
            "once": f"{channel}:17{number:09}.{time}:{kind}:slack:T1:U{to[number]}",
            "at": NOW - 2 * MONTH + timedelta(microseconds=int(microseconds[number])),
        }


def _questions(chance: np.random.Generator, people: int) -> Iterator[Row]:
    """Every other one is put to the community, and two thirds of these are answered."""
    plain = Question(community_id=0, number=0, text="Which strap?", asked_at=NOW).model_dump(exclude={"id"})
    for number, (asker, answerer, hours) in enumerate(chance.integers(1, people, (QUESTIONS, 3)).tolist()):
        at = NOW - timedelta(hours=hours % 2_000 + 100)
        answered = {"answerer_id": answerer, "answered_at": at + timedelta(hours=number % 90), "state": "answered"}
        posted = {"post": f"slack:T1:C1:{number}", "posted_at": at, "state": "open", **(answered if number % 3 else {})}
        yield plain | {"number": number + 1, "asker_id": asker, "asked_at": at, **(posted if number % 2 else {})}


def _words_on_tips(chance: np.random.Generator, people: int, told: list[int]) -> Iterator[Row]:
    pairs = np.unique(chance.integers(0, (len(told), people), (WORDS_ON_TIPS, 2)), axis=0)
    for number, (tip, member) in enumerate(pairs.tolist()):
        at = NOW - timedelta(minutes=number * 1.7 + 1)
        plain = {"outcome": "worked", "note": "", "practice": "", "place": ""}
        yield {"tip_id": told[tip], "member_id": member + 1, "at": at, **plain}


def _months(chance: np.random.Generator, people: int) -> Iterator[Row]:
    pairs = np.unique(chance.integers(1, people, (COUNTS, 2)), axis=0)
    for number, (by, to) in enumerate(pairs.tolist()):
        month = ("2025-11", "2026-01", "2026-02")[number % 3]
        plain = {"kind": "reply", "channel": "slack:T1:C1", "count": number % 5 + 1}
        yield {"month": month, "from_id": by, "to_id": to, **plain}

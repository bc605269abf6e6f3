"""`history`: how long `./tacit import slack` takes for a large export, and how much memory, in a process of its own.

The export is made up: people of whom few write much, threads, mentions and reactions, over three years, so that most
ties become counts of their month and the last year's are kept one by one. Beside the import stands a second one of the
same file, which adds nothing, and what reading it alone takes. A chat of as many messages without threads, in the
neutral form and sorted by time, shows what the second look takes, which infers who is answered. Memory is the most that
was held (`ru_maxrss`).
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from bench.programs import ROOT
from bench.results import Json, Table, machine, tell

CHANNELS = 40
DAYS = 3 * 365
WORDS = (
    "bed",
    "low",
    "raisers",
    "under",
    "home",
    "ring",
    "ward",
    "lift",
    "before",
    "she",
    "comes",
    "again",
    "at",
    "four",
)

READING = """
import sys
from pathlib import Path
from knowledge.importing.slack_export import open_slack
from knowledge.importing.ties_of import told_in
print(sum(len(each.ties) for each in told_in(open_slack(Path(sys.argv[1])))))
"""

OF_CHAT = """
import asyncio, json, sys
from datetime import UTC, datetime
from pathlib import Path
from config.settings import Settings
from bot import wiring
from knowledge.importing import bringing
from knowledge.importing.messages import open_messages
from knowledge.store import communities

async def main(what):
    async with wiring.opened_store(Settings()) as store:
        now = datetime.now(UTC)
        names = await communities.list_communities(store)
        community = names[0][0] if names else await communities.open_community(store, "Ward", now)
        done = await getattr(bringing, what)(store, community, open_messages(Path(sys.argv[1])), now)
        print(json.dumps(done if isinstance(done, int) else done.messages))

asyncio.run(main(sys.argv[2]))
"""


ROWS, OF_THE_CHAT = ("reading", "import", "again"), ("chat", "second_look")


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many the export has")
    parser.add_argument("--people", type=int, default=2_000, help="how many write them")
    parser.add_argument("--database", default="", help="the URL of an empty database; a SQLite file unless given")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    result: Json = {"benchmark": "history", **machine(), "messages": chosen.messages, "people": chosen.people}
    with tempfile.TemporaryDirectory(prefix="tacit-history-") as folder:
        export = Path(folder) / "export.zip"
        tell(f"Making an export of {chosen.messages:,} messages.")
        make_export(export, chosen.messages, chosen.people)
        result["megabytes_packed"] = round(export.stat().st_size / 1e6, 1)
        command = ["-m", "bot", "import", "slack", str(export), "--json"]
        settings = {"TACIT_DATA": folder, "TACIT_MODEL": "none"}
        settings |= {"DATABASE_URL": chosen.database} if chosen.database else {}
        for name, arguments in {"reading": ["-c", READING, str(export)], "import": command, "again": command}.items():
            tell(f"Measuring: {name}.")
            result[name] = _measured(arguments, settings)
        database = Path(folder) / "tacit.db"
        result["megabytes_kept"] = round(database.stat().st_size / 1e6, 1) if database.is_file() else None
    if not chosen.database:
        with tempfile.TemporaryDirectory(prefix="tacit-history-") as folder:
            result |= _of_chat(Path(folder), chosen.messages, chosen.people)
    return result


def _of_chat(folder: Path, messages: int, people: int) -> Json:
    tell(f"Making a chat without threads of {messages:,} messages.")
    chat = folder / "chat.jsonl"
    make_chat(chat, messages, people)
    settings = {"TACIT_DATA": str(folder), "TACIT_MODEL": "none"}
    found = {}
    for name, what in (("chat", "bring_history"), ("second_look", "infer_answers")):
        tell(f"Measuring: {name}.")
        found[name] = _measured(["-c", OF_CHAT, str(chat), what], settings)
    return found


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    columns = ("", "seconds", "MB at most", "messages a second")
    rows = [
        (name, each["seconds"], each["megabytes"], int(result["messages"] / each["seconds"]))
        for name, each in ((name, result[name]) for name in (*ROWS, *OF_THE_CHAT) if name in result)
    ]
    said = result["import"]["said"]
    kept = [(name, said[name]) for name in ("messages", "ties", "in_months", "people")]
    return [
        (f"{result['messages']:,} messages, {result['megabytes_packed']} MB packed", [columns, *rows]),
        ("What came of it", [("", "count"), *kept, ("database, MB", result["megabytes_kept"])]),
    ]


def make_export(path: Path, messages: int, people: int) -> None:
    """Writes an export of so many messages by so many people, the same for the same numbers."""
    random = Random(messages)  # noqa: S311 - made-up talk
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    users = [{"id": f"U{id}", "team_id": "T1", "profile": {"display_name": f"Person {id}"}} for id in range(people)]
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as export:
        export.writestr("users.json", json.dumps(users))
        export.writestr("channels.json", json.dumps([{"id": f"C{id}", "name": f"c{id}"} for id in range(CHANNELS)]))
        days = CHANNELS * DAYS
        for place in range(days):
            count = messages * (place + 1) // days - messages * place // days
            channel, day = divmod(place, DAYS)
            if count:
                at = start + timedelta(days=day)
                said = list(_day(random, at, count, people))
                export.writestr(f"c{channel}/{at:%Y-%m-%d}.json", json.dumps(said))


def make_chat(path: Path, messages: int, people: int) -> None:
    """Writes a chat without threads, in which three lines of ten begin with a name of somebody who wrote lately."""
    random = Random(messages)  # noqa: S311 - made-up talk
    start = datetime.now(UTC) - timedelta(days=DAYS)
    lately = [["nobody"] for _ in range(CHANNELS)]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(messages):
            room = random.randrange(CHANNELS)
            said = {"id": str(number), "room": f"c{room}", "author": _who(random, people)}
            said["at"] = (start + timedelta(days=DAYS) * (number / messages)).isoformat()
            said["text"] = " ".join(f"w{int(5_000 * random.random() ** 3)}" for _ in range(random.randint(3, 25)))
            if random.random() < 0.3:
                said["text"] = f"{random.choice(lately[room])}: {said['text']}"
            lately[room] = [*lately[room][-5:], said["author"]]
            stream.write(json.dumps(said) + "\n")


def _day(random: Random, at: datetime, count: int, people: int) -> Iterator[dict[str, Any]]:
    thread: dict[str, Any] = {}
    for number in range(count):
        ts = f"{at.timestamp() + 60 + number * (86_000 / count):.6f}"
        said: dict[str, Any] = {"type": "message", "user": _who(random, people), "ts": ts}
        said["text"] = " ".join(random.choices(WORDS, k=random.randint(4, 40)))
        if thread and random.random() < 0.6:
            said |= {"thread_ts": thread["ts"], "parent_user_id": thread["user"]}
        else:
            thread = said
        if random.random() < 0.15:
            said["text"] = f"<@{_who(random, people)}> {said['text']}"
        if random.random() < 0.25:
            by = [_who(random, people) for _ in range(random.randint(1, 3))]
            said["reactions"] = [{"name": "bulb", "users": by, "count": len(by)}]
        yield said


def _who(random: Random, people: int) -> str:
    """Somebody; few are there often. The share of the busiest tenth is about half."""
    return f"U{int(people * random.random() ** 3)}"


def _measured(arguments: list[str], settings: dict[str, str]) -> Json:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "DATABASE_URL"))}
    environment = {**inherited, "PYTHONPATH": str(ROOT), **settings}
    began = perf_counter()
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    cpu = round(used.ru_utime + used.ru_stime, 1)
    seconds = round(perf_counter() - began, 1)
    return {"seconds": seconds, "cpu": cpu, "megabytes": round(used.ru_maxrss / 1024, 1), "said": json.loads(said)}

"""`completion`: how long suggestions take while somebody types, with 100,000 tips, beside rapidfuzz over all titles.

What is typed goes through the whole bot: the router, the index, the database, the words of each suggestion. Beginnings
and typing errors of real titles are typed, numbers, and tags; each once. Discord waits three seconds for suggestions;
a tenth of a second is what feels immediate. Source: J. Nielsen, *Usability Engineering*, 1993, chapter 5.
"""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter

from rapidfuzz import fuzz, process

from adapters.port import Account, Room, Space, Suggestions, Typing
from adapters.room import RoomPlatform
from bench import texts
from bench.results import Json, Table, machine, ratio, spread, tell
from bot import wiring
from bot.wiring import Bot, build
from config.settings import read_settings
from knowledge.store import Store, communities, tips
from knowledge.store.filing import NewTip, publish_new

KINDS = ("beginning", "mistyped", "two words", "number", "tag")
ALTERNATIVE = "rapidfuzz WRatio over all titles"
TAGS = 300
AT_ONCE = 1_000


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--tips", type=int, default=100_000, help="tips in the store")
    parser.add_argument("--typed", type=int, default=200, help="lines typed of each kind")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(data=Path(folder), model="none")
        async with wiring.opened_store(settings) as store:
            bot, titles = await _filled(store, chosen.tips)
            took = {kind: await _typed(bot, titles, kind, chosen.typed) for kind in KINDS}
    other = _alternative(titles, chosen.typed // 10)
    found = {kind: spread(each) for kind, each in {**took, ALTERNATIVE: other}.items()}
    share = ratio(found["mistyped"]["p50"], found[ALTERNATIVE]["p50"])
    return {"machine": machine(), "tips": chosen.tips, "milliseconds": found, "mistyped_to_alternative": share}


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    names = ("p50", "p95", "p99", "max")
    rows = [(kind, *(each[name] for name in names)) for kind, each in result["milliseconds"].items()]
    return [(f"Suggestions with {result['tips']:,} tips, in milliseconds", [("typed", *names), *rows])]


async def _filled(store: Store, count: int) -> tuple[Bot, list[str]]:
    now = datetime.now(UTC)
    tell(f"Preparing a store of {count} tips.")
    chance = Random(7)  # noqa: S311 - the same texts each time
    community = await communities.open_community(store, "The bench", now)
    async with store.write(community, now) as work:
        await communities.connect_space(work, "room:bench")
    rows = [NewTip(replace(row.form, tags=(f"tag-{chance.randrange(TAGS)}",))) for row in texts.tips(count)]
    for start in range(0, len(rows), AT_ONCE):
        async with store.write(community, now) as work:
            await publish_new(work, rows[start : start + AT_ONCE])
    await store.tune()
    bot = build(store, None, RoomPlatform("bench"))
    began = perf_counter()
    await bot.services.library.refresh(community, now)
    tell(f"The index was read in {perf_counter() - began:.1f} s.")
    async with store.read(community, now) as work:
        return bot, [form.title or form.works for _, _, _, form in await tips.changed_since(work, 0)]


async def _typed(bot: Bot, titles: Sequence[str], kind: str, count_of: int) -> list[float]:
    chance, took = Random(11), list[float]()  # noqa: S311 - the same lines each time
    space, now = Space("room", "bench"), datetime.now(UTC)
    numbers = count()
    for _ in range(count_of):
        key, line = f"{kind}:{next(numbers)}", f"{'list' if kind == 'tag' else 'show'} {_line(chance, titles, kind)}"
        event = Typing(key, now, Account(space, "ann", "Ann"), Room(space, "general"), "tip", line)
        began = perf_counter()
        said = await bot.receive(event)
        took.append(perf_counter() - began)
        assert isinstance(said, Suggestions)
    return took


def _line(chance: Random, titles: Sequence[str], kind: str) -> str:
    if kind == "number":
        return str(chance.randrange(1, len(titles)))[: chance.randint(1, 5)]
    if kind == "tag":
        return f"tag-{chance.randrange(30)}"
    words = [word for word in chance.choice(titles).split() if len(word) > 3] or ["lift"]
    word = chance.choice(words)
    if kind == "beginning":
        return word[: chance.randint(1, len(word))]
    if kind == "two words":
        return f"{words[0]} {word[: chance.randint(2, len(word))]}"
    at = chance.randrange(1, len(word) - 1)
    return f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"


def _alternative(titles: Sequence[str], count_of: int) -> list[float]:
    chance, took = Random(11), list[float]()  # noqa: S311 - the same lines each time
    for _ in range(max(count_of, 5)):
        line = _line(chance, titles, "mistyped")
        began = perf_counter()
        process.extract(line, titles, scorer=fuzz.WRatio, limit=25)
        took.append(perf_counter() - began)
    return took

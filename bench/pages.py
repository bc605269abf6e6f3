"""`pages`: how long every page takes with 100,000 tips and 10,000 members, beside a page that reads nothing.

Each page is asked for by a coordinator who is signed in, one after another in turns, in this process: what the network
adds is nothing of ours. The bare page goes through the same guard and the same templates and asks no database; plain
Starlette answers the same words without either. Search is by words alone unless the tips' vectors are made first
(`--encoder`, which takes minutes); what the encoder adds to a question stands in the benchmark `search`. Memory and the
working out of a report are the benchmark `report`'s.
"""

import asyncio
import re
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.room import STATIC, RoomPlatform
from bench import report, texts
from bench.report_once import NOW
from bench.results import Json, Table, machine, ratio, spread, tell
from bot import wiring
from bot.web import PREFIX, Doors, guard, site
from config.settings import read_settings
from knowledge.migrations import migrate
from knowledge.models import Account, metadata
from knowledge.store import Store, audit, communities, sign_ins
from knowledge.store.filing import NewTip, publish_new
from knowledge.tips import TipForm

WAITS = re.compile("<progress|every 1s")
"""What a page holds that shows progress, and asks again."""

ADDRESS = "http://127.0.0.1:8000"
SPACE = "slack:T1"
AT_ONCE = 2_000
BARE, PLAIN = "a page that reads nothing", "plain Starlette"

PAGES = {
    "overview": "/",
    "tips, the newest": "/tips",
    "tips, far back": "/tips?page=2000",
    "tips, searched": "/tips?q=",
    "tips, by a tag": "/tips?tag=topic-7",
    "tips, by a place": "/tips?place=Ward+3",
    "one tip": "/tips/50000",
    "edit it": "/tips/50000/edit",
    "merge it": "/tips/50000/merge",
    "both side by side": "/tips/50000/merge?with=49999",
    "questions": "/questions",
    "questions, answered": "/questions?state=answered",
    "meetups": "/meetups",
    "newcomers": "/newcomers",
    "participation": "/participation",
    "report": "/report",
    "what needs a look": "/review",
    "who coordinates": "/core",
    "settings": "/settings",
    "its words": "/settings/words",
    "audit trail": "/audit",
    "exports": "/exports",
    "my page": "/me",
    BARE: "/out",
}
"""Name -> address; what is searched is another question each time."""


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--tips", type=int, default=100_000, help="tips in the store")
    parser.add_argument("--people", type=int, default=10_000, help="members of the community")
    parser.add_argument("--ties", type=int, default=100_000, help="ties of sixty days")
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--encoder", action="store_true", help="make the tips' vectors first")
    parser.add_argument("--database", default="", help="the URL of an empty database; a SQLite file unless given")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    result: Json = {"benchmark": "pages", **machine(), "tips": chosen.tips, "people": chosen.people}
    with tempfile.TemporaryDirectory(prefix="tacit-pages-") as folder:
        url = chosen.database or f"sqlite:///{Path(folder) / 'tacit.db'}"
        tell(f"Filling the database: {chosen.tips:,} tips, {chosen.people:,} members.")
        community = await _filled(url, chosen)
        store = Store(url)
        encoder = wiring.get_encoder(read_settings(), tell) if chosen.encoder else None
        room = RoomPlatform("bench", now=lambda: NOW, url=ADDRESS)
        bot = wiring.build(store, encoder, room, clock=lambda: NOW, pages=f"{ADDRESS}{PREFIX}")
        tell("Reading the tips for search.")
        await bot.services.library.refresh(community, NOW, lambda done, of: tell(f"{done:,} of {of:,}"))
        routes = site(bot.services, Doors(ADDRESS, "a key for the bench, of more than 32 signs", STATIC)).routes
        app = Starlette(routes=[Route("/plain", _plain), *routes])
        result["pages"] = await _asked(app, store, community, chosen.times)
        await store.close()
    return result


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    heads = ("", "p50, ms", "p95, ms", "longest", f"times {BARE}")
    bare = result["pages"][BARE]["p50"]
    rows = [
        (name, each["p50"], each["p95"], each["max"], ratio(each["p50"], bare))
        for name, each in result["pages"].items()
    ]
    return [(f"Pages with {result['tips']:,} tips and {result['people']:,} members", [heads, *rows])]


async def _plain(request: Request) -> Response:
    return HTMLResponse("<!doctype html><title>Plain</title><p>You are signed out.</p>")


async def _asked(app: Starlette, store: Store, community: int, times: int) -> Json:
    guard.A_MINUTE |= dict.fromkeys(guard.A_MINUTE, 10**9)
    transport = httpx.ASGITransport(app=app)
    questions = iter(texts.questions() * 9)
    took: dict[str, list[float]] = {name: [] for name in [*PAGES, PLAIN]}
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=120) as client:
        await _sign_in(client, store, community)
        await _wait_for_what_is_worked_out(client)
        for _ in range(times):
            for name, path in [*PAGES.items(), (PLAIN, "")]:
                query = {"q": next(questions)} if path.endswith("?q=") else None
                where = f"{PREFIX}{path.removesuffix('?q=')}" if path else "/plain"
                began = perf_counter()
                answer = await client.get(where, params=query)
                took[name].append(perf_counter() - began)
                answer.raise_for_status()
    return {name: spread(each) for name, each in took.items()}


async def _sign_in(client: httpx.AsyncClient, store: Store, community: int) -> None:
    secret = "a-secret-for-the-bench-that-is-long-enough"  # noqa: S105 - of the bench alone
    async with store.write(community, NOW) as work:
        await sign_ins.offer_link(work, f"{SPACE}:U1", secret)
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = await client.post(f"{PREFIX}/in/{community}.{secret}", headers=own)
    assert answer.status_code == 303, answer.text


async def _wait_for_what_is_worked_out(client: httpx.AsyncClient) -> None:
    """Pages that show progress first are asked for until they are there, and how long that took is told."""
    for path in ("/report", "/participation", "/newcomers", "/review"):
        began = perf_counter()
        while WAITS.search((await client.get(f"{PREFIX}{path}")).text):
            if perf_counter() - began > 300:
                raise TimeoutError(path)
            await asyncio.sleep(0.1)
        tell(f"{path} was worked out in {perf_counter() - began:.1f} s.")


async def _filled(url: str, chosen: Namespace) -> int:
    store = Store(url)
    await migrate(store)
    community = await communities.open_community(store, "The bench", NOW)
    chance = np.random.default_rng(1)
    await report._write(store, community, "member", report._members(chance, chosen.people))
    await report._write(store, community, "account", _accounts(chosen.people))
    found = texts.tips(chosen.tips)
    told: list[int] = []
    for start in range(0, len(found), AT_ONCE):
        some = [
            _new(each.form, number, chosen.people) for number, each in enumerate(found[start : start + AT_ONCE], start)
        ]
        async with store.write(community, NOW - timedelta(days=200, minutes=-start)) as work:
            told += await publish_new(work, some)
    await report._write(store, community, "question", report._questions(chance, chosen.people))
    await report._write(store, community, "confirmation", report._words_on_tips(chance, chosen.people, told))
    await report._write(store, community, "tiemonth", report._months(chance, chosen.people))
    await report._write(store, community, "tie", report._ties(chance, chosen.people, chosen.ties, 1))
    async with store.write(community, NOW) as work:
        await communities.connect_space(work, SPACE)
        for channel in range(report.CHANNELS):
            await communities.remember_channel(work, f"{SPACE}:C{channel}", f"room-{channel}")
        for number in range(1_000):
            await audit.note(work, "tip.edited", 1, tip=number)
    await store.tune()
    await store.close()
    return community


def _new(form: TipForm, number: int, people: int) -> NewTip:
    """A tip with two tags and an author."""
    tagged = replace(form, tags=(f"topic-{number % 300}", f"sort-{number % 7}"))
    return NewTip(tagged, f"bench-{number}", f"Person {number % people}", number % people + 1)


def _accounts(people: int) -> Iterator[dict[str, Any]]:
    plain = Account(key="", community_id=0, member_id=0).model_dump()
    assert set(plain) == {column.name for column in metadata.tables["account"].columns}
    for number in range(1, people + 1):
        yield plain | {"key": f"{SPACE}:U{number}", "member_id": number, "name": f"Person {number - 1} of the bench"}

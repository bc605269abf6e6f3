"""The report's page: what chat says and more, for everybody, worked out once, and about no single person."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette
from web.report_browser import Clock, pages_of, signed_in

from adapters.port import plain
from bot.features.reports import reading, views
from bot.features.reports.rules import Period
from bot.words import Words
from knowledge.models import PublishedTable, TieKind
from knowledge.pictures.style import COLOURS, PALETTE, Look
from knowledge.store import Store, communities, members, ties
from knowledge.store.ties import Seen

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
PRACTICES = ["nurse"] * 14 + ["porter"] * 9 + ["clerk"] * 3 + ["cook"] * 2
PLACES = ["Ward 4"] * 13 + ["Ward 6"] * 8 + ["Clinic"] * 6 + ["Attic"] * 1
NAMES = [f"Zebedee{number:02}" for number in range(len(PRACTICES))]
ROOM = "room:T:general"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
async def ward(store: Store) -> int:
    """28 people who all answered each other in this month and the two before, four of them the core group."""
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for number, name in enumerate(NAMES):
            member = await members.add_member(work, key(name), name, joined_at=NOW - timedelta(days=200))
            about = {"practice": PRACTICES[number], "place": PLACES[number]}
            await members.describe(work, members.member_id(member), **about)
            member.is_core = number % 7 == 0
        await talk(work, [(one, other) for one in NAMES for other in NAMES if one != other], NOW - timedelta(days=5))
        for days in (25, 50):
            ring = list(zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True))
            await talk(work, ring, NOW - timedelta(days=days))
    return community


@pytest.fixture
async def app(store: Store, clock: Clock) -> AsyncIterator[Starlette]:
    pages = pages_of(store, clock)
    yield Starlette(routes=pages.routes)
    await pages.close()


@pytest.fixture
async def browser(app: Starlette, store: Store, ward: int) -> AsyncIterator[httpx.AsyncClient]:
    """That of a member outside the core group."""
    async with signed_in(app, store, ward, key(NAMES[1]), NOW) as found:
        yield found


@pytest.fixture
def reckoned(caplog: pytest.LogCaptureFixture) -> "Reckoned":
    caplog.set_level(logging.INFO, "tacit.web")
    return Reckoned(caplog)


class Reckoned:
    """How often a report was worked out, by what the log says."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    @property
    def times(self) -> int:
        return sum(record.getMessage().startswith("reckoned ") for record in self._caplog.records)


def key(name: str) -> str:
    return f"room:T:{name}"


async def talk(work, pairs, at: datetime) -> None:  # type: ignore[no-untyped-def]
    seen = [Seen(f"{one}{other}{at}", TieKind.REPLY, key(one), key(other), ROOM, at) for one, other in pairs]
    await ties.note_ties(work, seen)


async def ready(browser: httpx.AsyncClient, query: str = "") -> httpx.Response:
    """The page when its report is worked out."""
    await browser.get(f"/report/figures.json?{query}")
    return await browser.get(f"/report?{query}")


def words_of(page: httpx.Response) -> str:
    """A page's text, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_it_says_what_chat_says(browser: httpx.AsyncClient, store: Store, ward: int) -> None:
    options = await communities.options_now(store, ward, NOW)
    found = await reading.report_of(store, ward, NOW, options, Period(NOW - timedelta(days=30), NOW))
    assert found is not None
    said, page = views.report(Words(), found[0]), words_of(await ready(browser))
    for section in said.sections:
        assert section.title in page
        lines = [" ".join(line.strip("-• ").split()) for line in plain(section.text).splitlines()]
        assert [line for line in lines if line not in page] == []


async def test_a_member_sees_what_a_coordinator_sees(
    app: Starlette, browser: httpx.AsyncClient, store: Store, ward: int
) -> None:
    theirs = await ready(browser)
    async with signed_in(app, store, ward, key(NAMES[0]), NOW) as coordinator:
        ours = await ready(coordinator)
    shown = re.compile(r"<figcaption>.*?</figcaption>|<table.*?</table>|<h[23].*?</h[23]>", re.DOTALL)
    assert len(shown.findall(theirs.text)) > 12
    assert shown.findall(theirs.text) == [each for each in shown.findall(ours.text) if "For coordinators" not in each]


async def test_the_page_answers_at_once_says_how_far_it_is_and_then_shows_it(
    browser: httpx.AsyncClient, reckoned: Reckoned
) -> None:
    first = await browser.get("/report")
    assert "<progress" in first.text and '<meta http-equiv="refresh" content="2">' in first.text
    assert 'hx-trigger="every 1s"' in first.text and not reckoned.times
    part = await browser.get("/report", headers={"HX-Request": "true"})
    assert "<progress" in part.text and "<html" not in part.text
    page = await ready(browser)
    assert (
        "<progress" not in page.text
        and "What changed" in page.text
        and "refresh" not in page.text.partition("<main")[0]
    )
    done = await browser.get("/report", headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"


async def test_it_is_worked_out_once_for_everybody_until_it_is_an_hour_old(
    app: Starlette, browser: httpx.AsyncClient, store: Store, ward: int, clock: Clock, reckoned: Reckoned
) -> None:
    await ready(browser)
    async with store.write(ward, NOW) as work:
        coordinator_id = members.member_id(await members.member_of(work, key(NAMES[0]), NAMES[0]))
        await members.describe(work, coordinator_id, time_zone="Asia/Tokyo")
    async with signed_in(app, store, ward, key(NAMES[0]), NOW) as coordinator:
        for query in ("", "by=place", "days=30"):
            assert "What changed" in (await coordinator.get(f"/report?{query}")).text
            assert (await coordinator.get(f"/report/matrix.svg?{query}")).status_code == 200
    assert reckoned.times == 1
    clock.now += timedelta(minutes=59)
    await ready(browser)
    assert reckoned.times == 1
    clock.now += timedelta(minutes=2)
    assert "<progress" in (await browser.get("/report")).text
    await ready(browser)
    assert reckoned.times == 2


async def test_progress_is_told_from_the_work_itself(store: Store, ward: int) -> None:
    options, told = await communities.options_now(store, ward, NOW), list[float]()
    period = Period(NOW - timedelta(days=30), NOW)
    await reading.report_of(store, ward, NOW, options, period, told.append)
    assert len(told) == 4 + reading.MONTHS and told == sorted(told) and told[0] > 0 and told[-1] == pytest.approx(1)


async def test_a_month_that_is_over_is_kept_longer(
    browser: httpx.AsyncClient, clock: Clock, reckoned: Reckoned
) -> None:
    for times in (1, 2):
        for _ in range(7):
            assert "What changed" in (await ready(browser, "month=2026-02")).text and reckoned.times == times
            clock.now += timedelta(minutes=52)  # a session ends after an hour without use


async def test_bringing_it_up_to_date_does_so_after_a_minute(
    browser: httpx.AsyncClient, clock: Clock, reckoned: Reckoned
) -> None:
    assert "As of Fri 20 Mar, 09:00" in words_of(await ready(browser))
    await browser.post("/report/anew", data={"days": "30", "by": "practice"})
    assert reckoned.times == 1
    clock.now += timedelta(minutes=5)
    answer = await browser.post("/report/anew", data={"days": "30", "by": "place"})
    assert answer.headers["Location"] == "/pages/report?days=30&by=place"
    assert "As of Fri 20 Mar, 09:05" in words_of(await ready(browser)) and reckoned.times == 2


async def test_a_failure_is_said_and_can_be_tried_again(browser: httpx.AsyncClient, store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        broken = PublishedTable(community_id=ward, name="places", month="2026-03", body={"no": "table"})
        work.session.add(broken)
    page = await ready(browser)
    assert "Try again" in page.text and "What changed" not in page.text
    async with store.write(ward, NOW) as work:
        await work.session.delete(broken)
    assert "Try again" in (await browser.get("/report")).text
    await browser.post("/report/anew", data={"days": "30"})
    assert "What changed" in (await ready(browser)).text


async def test_tabs_switch_between_practice_and_place(browser: httpx.AsyncClient) -> None:
    by_practice, by_place = await ready(browser, "days=90&by=practice"), await ready(browser, "days=90&by=place")
    assert "Who turns to whom, by practice" in by_practice.text and "clerk · cook" in by_practice.text
    assert "Who turns to whom, by place" in by_place.text and '<th scope="row" dir="auto">ward 6</th>' in by_place.text
    assert '/report?days=90&amp;by=place#pictures"' in by_practice.text
    assert "By place it shows groups and no single people" in words_of(by_place)
    maps = [(await browser.get(f"/report/map.svg?days=90&by={by}")).text for by in ("practice", "place")]
    assert "nurse" in maps[0] and "ward 4" in maps[1] and "nurse" not in maps[1]


@pytest.mark.parametrize("by", ["practice", "place"])
async def test_pictures_come_as_svg_that_may_do_nothing(browser: httpx.AsyncClient, by: str) -> None:
    page = await ready(browser, f"by={by}")
    addresses = re.findall(r'<img src="/pages(/report/[^"]+)"', page.text)
    assert len(addresses) == 3
    for address in addresses:
        picture = await browser.get(address.replace("&amp;", "&"))
        assert picture.headers["Content-Type"] == "image/svg+xml"
        assert picture.headers.get_list("Content-Security-Policy") == [
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "frame-ancestors 'none'",
        ]
        assert picture.headers["Cache-Control"] == "private, max-age=3600"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert picture.text.startswith("<svg") and "<script" not in picture.text and "2026-03-20" not in picture.text


async def test_nobody_is_named_anywhere(browser: httpx.AsyncClient) -> None:
    for by in ("practice", "place"):
        page = await ready(browser, f"days=90&by={by}")
        found = [page.text.partition('id="main"')[2]]
        for name in ("map.svg", "trends.svg", "matrix.svg", "figures.json", "sheet.pdf"):
            found.append((await browser.get(f"/report/{name}?days=90&by={by}")).text)
        assert [each for each in found if "Zebedee" in each] == []


async def test_small_groups_stand_together_and_new_ones_are_not_shown(
    browser: httpx.AsyncClient, store: Store, ward: int
) -> None:
    """A place of one person stands with the smallest other one; one that came since has no line."""
    page = await ready(browser, "by=place")
    rows = re.findall(r'<th scope="row" dir="auto">([^<]*)</th><td class="figure">(\d+)</td>', page.text)
    assert rows == [("attic · clinic", "7"), ("ward 4", "13"), ("ward 6", "8")]
    async with store.write(ward, NOW) as work:
        for number in range(4):
            member = await members.add_member(work, key(f"New{number}"), f"New {number}", joined_at=NOW)
            await members.describe(work, members.member_id(member), practice="diver", place="Boathouse")
        await talk(work, [(f"New{number}", other) for number in range(4) for other in NAMES], NOW - timedelta(days=1))
    for by in ("practice", "place"):
        page = await ready(browser, f"days=29&by={by}")
        pictures = [(await browser.get(f"/report/{name}.svg?days=29&by={by}")).text for name in ("map", "matrix")]
        everything = "".join([page.text, *pictures, (await browser.get("/report/figures.json?days=29")).text]).lower()
        assert "boathouse" not in everything and "diver" not in everything


async def test_two_times_that_differ_by_one_person_show_the_same_of_groups(
    browser: httpx.AsyncClient, store: Store, ward: int
) -> None:
    """One more nurse on Ward 4, who talks to many: tables and marks of groups stay as they are."""

    async def shown(days: int) -> list[str]:
        found = []
        for by in ("practice", "place"):
            page = await ready(browser, f"days={days}&by={by}")
            found += re.findall(r'<tr><th scope="row" dir="auto">.*?</tr>', page.text)
            found.append((await browser.get(f"/report/matrix.svg?days={days}&by={by}")).text)
        return [*found, (await browser.get(f"/report/map.svg?days={days}&by=place")).text]

    async def marks(days: int) -> list[int]:
        svg = (await browser.get(f"/report/map.svg?days={days}")).text
        return [svg.count(f'fill="{colour.lower()}" stroke') for colour in (*PALETTE[:3], COLOURS[Look.LIGHT].other)]

    before, marks_before = await shown(28), await marks(28)
    async with store.write(ward, NOW) as work:
        member = await members.add_member(work, key("Late"), "Late", joined_at=NOW - timedelta(days=2))
        await members.describe(work, members.member_id(member), practice="nurse", place="Ward 4")
        await talk(work, [("Late", other) for other in NAMES[:4]], NOW - timedelta(days=1))
    assert await shown(27) == before
    assert marks_before == [6, 15, 10, 0]
    assert await marks(27) == [6, 11, 10, 6], "one of the others, of whom there are five"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("days=3", "less than a week"),
        ("days=401", "400 days at most"),
        ("days=99999", "can't tell which time"),
        ("days=-5", "can't tell which time"),
        ("month=2026-13", "can't tell which time"),
        ("month=2026-05", "can't tell which time"),
        ("month=quarter", "can't tell which time"),
        ("since=2026-03-10", "can't tell which time"),
        ("since=2026-03-10&until=2026-01-10", "can't tell which time"),
        ("since=0001-01-01&until=0001-02-01", "can't tell which time"),
        ("since=2026-03-10&until=2026-03-11", "less than a week"),
        ("since=2024-01-01&until=2026-01-01", "400 days at most"),
        ("since=x&until=%00", "can't tell which time"),
    ],
)
async def test_a_time_that_cannot_be_told_of_is_refused_in_words(
    browser: httpx.AsyncClient, reckoned: Reckoned, query: str, said: str
) -> None:
    page = await browser.get(f"/report?{query}")
    assert page.status_code == 422 and said in words_of(page) and "<progress" not in page.text
    assert (await browser.get(f"/report/map.svg?{query}")).status_code == 404 and not reckoned.times


async def test_a_time_from_one_day_to_another(browser: httpx.AsyncClient) -> None:
    page = await ready(browser, "since=2026-02-20&until=2026-03-19")
    assert "20 February 2026 to 19 March 2026" in words_of(page) and 'value="2026-02-20"' in page.text


async def test_too_little_says_what_to_do(browser: httpx.AsyncClient) -> None:
    page = await ready(browser, "month=2025-11")
    assert "there was too little talk" in words_of(page) and "/report?days=365" in page.text
    assert "In pictures" not in page.text
    assert (await browser.get("/report/map.svg?month=2025-11")).status_code == 404
    assert (await browser.get("/report/figures.json?month=2025-11")).json() == {"too_little": True}


async def test_files_to_take_along(browser: httpx.AsyncClient) -> None:
    await ready(browser)
    figures = await browser.get("/report/figures.json")
    assert figures.headers["Content-Disposition"] == 'attachment; filename="report.json"'
    share = json.loads(figures.text)["lateral_share"]
    assert share == round(share, 2)
    sheet = await browser.get("/report/sheet.pdf")
    assert sheet.headers["Content-Type"] == "application/pdf" and sheet.content.startswith(b"%PDF")


async def test_only_a_few_wait_and_a_member_has_only_so_much_worked_out(browser: httpx.AsyncClient) -> None:
    begun = [await browser.get(f"/report?days={days}") for days in range(30, 36)]
    assert [page.status_code for page in begun] == [200, 200, 200, 200, 409, 409]
    assert "Please try again in a minute" in words_of(begun[-1])
    await asyncio.gather(*(browser.get(f"/report/figures.json?days={days}") for days in range(30, 34)))
    assert (await browser.get("/report?days=34")).status_code == 200
    await browser.get("/report/figures.json?days=34")


async def test_nobody_else_gets_in(app: Starlette) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/pages") as stranger:
        for path in ("", "/map.svg", "/figures.json", "/sheet.pdf"):
            assert (await stranger.get(f"/report{path}")).status_code == 401

"""The browser front's server: what each person is given, what it takes, and whom it turns away."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from lived_in import Listener

from adapters.port import Button, CommandUsed, File, Form, Line, Message, Only, Section
from adapters.room import RoomPlatform, application
from adapters.room.feed import Feed
from adapters.room.web import BODY_BYTES

OWN = {"Origin": "http://localhost"}
PICTURE = File("map.svg", b"<svg><script>1</script></svg>", "image/svg+xml", "A map of two people.")
TABLE = File('re"port.csv', b"a,b\n", "text/csv")


@pytest.fixture
async def browser(room: RoomPlatform) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application(room, title="Ward 4"), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def state(browser: httpx.AsyncClient, who: str) -> Any:
    return (await browser.get("/api/state", params={"as": who})).json()


async def do(browser: httpx.AsyncClient, deed: str, **body: Any) -> httpx.Response:
    return await browser.post(f"/api/do/{deed}", json=body, headers=OWN)


async def test_the_page_is_strict_about_what_it_loads(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert " style=" not in page.text and "onclick" not in page.text and "http" not in page.text
    assert (await browser.get("/static/room.js")).headers["content-type"].startswith("text/javascript")


async def test_each_person_is_given_what_they_may_see(room: RoomPlatform, browser: httpx.AsyncClient) -> None:
    await room.say("ann", "general", "To all")
    await room.say("ann", room.open_direct("ann"), "To the bot")
    await room.send(Only(room.account("bob"), room.room("general")), Message("x", [Section("To Bob alone")]))
    given = {who: json.dumps(await state(browser, who)) for who in ("ann", "bob", "nobody", "")}
    assert [who for who, shown in given.items() if "To all" in shown] == ["ann", "bob"]
    assert [who for who, shown in given.items() if "To the bot" in shown] == ["ann"]
    assert [who for who, shown in given.items() if "To Bob alone" in shown] == ["bob"]
    assert [who for who, shown in given.items() if "Ann Reed" in shown] == list(given)


async def test_who_was_looked_at_as_is_played_from_then_on(room: RoomPlatform, browser: httpx.AsyncClient) -> None:
    for who in ("nobody", ""):
        await state(browser, who)
    assert room.unplayed() == ("ann", "bob")
    for who in ("ann", "bob", "ann"):
        await state(browser, who)
        assert who not in room.unplayed()
    await room.leave("bob")
    assert room.unplayed() == () and room.world.played == {"ann", "bob"}


async def test_what_is_said_goes_both_ways(browser: httpx.AsyncClient, listener: Listener) -> None:
    answer = await do(browser, "say", **{"as": "ann", "channel": "general", "text": "Hello @bob"})
    assert answer.json() == {"id": "m1"}
    assert len(listener.received) == 1
    (message,) = (await state(browser, "bob"))["messages"]
    assert message["html"] == '<p>Hello <span class="mention">@Bob Hale</span></p>'
    assert (message["text"], message["to"]) == ("", ["bob"])


async def test_a_form_is_filled(room: RoomPlatform, browser: httpx.AsyncClient, listener: Listener) -> None:
    await do(browser, "command", **{"as": "ann", "channel": "general", "text": "/keep"})
    event = listener.received[-1]
    assert isinstance(event, CommandUsed)
    await room.open_form(event.trigger, Form("a:b", "Keep", (Line("title", "Title", required=True),), "Keep"))
    form = (await state(browser, "ann"))["form"]
    assert (await state(browser, "bob"))["form"] is None
    refused = await do(browser, "submit", **{"as": "ann", "form": form["id"], "values": {"title": ""}})
    assert refused.json() == {"errors": {"title": "This one is needed."}}
    taken = await do(browser, "submit", **{"as": "ann", "form": form["id"], "values": {"title": "Warm"}})
    assert taken.json() == {"errors": {}}


async def test_somebody_new_joins_and_time_passes(room: RoomPlatform, browser: httpx.AsyncClient) -> None:
    assert (await do(browser, "join", name=" Ann  Réed ", time_zone="Europe/Oslo")).json() == {"id": "ann-r-ed"}
    assert (await do(browser, "join", name="Ann")).json() == {"id": "ann-2"}
    before = room.clock()
    assert (await do(browser, "pass-time", hours=24)).status_code == 200
    assert (room.clock() - before).days == 1
    assert (await do(browser, "pass-time", hours=10**9)).status_code == 409


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("nothing", {}),
        ("say", {"as": "ann"}),
        ("say", {"as": "ann", "channel": "general", "text": 7}),
        ("say", {"as": "ann", "channel": "nowhere", "text": "x"}),
        ("pass-time", {"hours": "nan"}),
        ("submit", {"as": "ann", "form": "f", "values": {}}),
        ("join", {"name": " "}),
        ("say", {"as": "ann", "channel": "general", "text": "x" * BODY_BYTES}),
    ],
)
async def test_what_cannot_be_done_is_said_kindly(browser: httpx.AsyncClient, deed: str, body: Any) -> None:
    answer = await do(browser, deed, **body)
    assert answer.status_code == 409
    assert answer.json()["error"].endswith((".", "?"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
async def test_other_pages_are_turned_away(
    room: RoomPlatform, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    body = {"as": "ann", "channel": "general", "text": "x"}
    answer = await browser.post("/api/do/say", json=body, headers=headers)
    assert answer.status_code == 403
    assert room.world.messages == {}


async def test_a_foreign_host_reads_nothing(browser: httpx.AsyncClient) -> None:
    for host in ("evil.example", "localhost.evil.example", ""):
        assert (await browser.get("/api/state", headers={"Host": host})).status_code == 403
    assert (await browser.get("/api/state", headers={"Host": "[::1]:80"})).status_code == 200
    assert (await browser.get("/api/state", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403


async def test_files_are_shown_to_whoever_may_see_them(room: RoomPlatform, browser: httpx.AsyncClient) -> None:
    reference = await room.send(room.account("ann"), Message("x", [], [PICTURE, TABLE]))
    assert reference
    picture = await browser.get(f"/files/{reference.id}/0", params={"as": "ann"})
    assert (picture.content, picture.headers["content-type"]) == (PICTURE.content, "image/svg+xml")
    assert "sandbox" in picture.headers["content-security-policy"]
    table = await browser.get(f"/files/{reference.id}/1", params={"as": "ann"})
    assert table.headers["content-disposition"] == "attachment; filename*=UTF-8''re%22port.csv"
    assert (await browser.get(f"/files/{reference.id}/0", params={"as": "bob"})).status_code == 409


async def test_earlier_messages_come_when_asked_for(room: RoomPlatform, browser: httpx.AsyncClient) -> None:
    ids = [room.place("ann", "general", f"Number {number}", at=room.clock()) for number in range(70)]
    shown = await state(browser, "bob")
    assert (len(shown["messages"]), shown["earlier"]["general"]) == (60, True)
    query = {"as": "bob", "channel": "general", "before": ids[10]}
    page = (await browser.get("/api/earlier", params=query)).json()
    assert ([message["id"] for message in page["messages"]], page["earlier"]) == (ids[:10], False)


async def test_updates_are_taken_up_where_they_broke_off(room: RoomPlatform) -> None:
    feed = Feed(room)
    start = feed.position
    await room.say("ann", "general", "One")
    middle = feed.position
    await room.send(room.account("bob"), Message("x", [Section("For Bob", buttons=[Button("a:b", "B")])]))
    await room.send(Only(room.account("ann"), room.room("general")), Message("x", [Section("For Ann")]))
    feed.close()
    assert [kind async for kind in _kinds(feed, "ann", start)] == []
    feed = Feed(room)
    start = feed.position
    await room.say("ann", "general", "Two")
    stream = feed.updates("bob", start)
    position, update = await anext(stream)
    assert update["message"]["html"] == "<p>Two</p>"
    await stream.aclose()
    again = feed.updates("bob", position)
    waiting = asyncio.ensure_future(anext(again))
    await asyncio.sleep(0)
    await room.say("ann", "general", "Three")
    assert (await waiting)[1]["message"]["html"] == "<p>Three</p>"
    await again.aclose()
    assert [kind async for kind in _kinds(feed, "bob", middle)] == ["reset"]


async def test_closing_the_room_ends_the_stream_and_the_server(room: RoomPlatform) -> None:
    config = uvicorn.Config(application(room), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        position = (await client.get("/api/state", params={"as": "ann"})).json()["position"]
        async with client.stream("GET", "/api/events", params={"as": "ann", "after": position}) as stream:
            await room.say("bob", "general", "Live")
            lines = stream.aiter_lines()
            data = next(iter([line async for line in _until(lines, "data:")]))
            assert json.loads(data.removeprefix("data:"))["message"]["html"] == "<p>Live</p>"
            room.close()
            server.should_exit = True
            async with asyncio.timeout(3):
                assert [line async for line in lines if line.startswith("data:")] == []
                await serving


async def _kinds(feed: Feed, viewer: str, after: str) -> AsyncIterator[str]:
    async for _, update in feed.updates(viewer, after):
        yield update["kind"]


async def _until(lines: AsyncIterator[str], start: str) -> AsyncIterator[str]:
    async for line in lines:
        if line.startswith(start):
            yield line
            return

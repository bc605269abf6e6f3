"""What is served on the port beside the pages: the room for its own machine, and headers with every answer."""

from datetime import UTC, datetime

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.health import Health
from bot.serving import OnlyHere, _site
from bot.web.guard import EVERYWHERE
from config.settings import Settings
from knowledge.store import Store

NEAR = "http://127.0.0.1:8000"


async def room(headers: dict[str, str], *, address: str = NEAR, client: str = "127.0.0.1") -> int:
    app = OnlyHere(PlainTextResponse("the room"), address)
    transport = httpx.ASGITransport(app=app, client=(client, 1))
    async with httpx.AsyncClient(transport=transport, base_url=NEAR) as browser:
        return (await browser.get("/", headers=headers)).status_code


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST"])
async def test_the_room_is_open_on_its_own_machine(host: str) -> None:
    assert await room({"Host": host}) == 200


async def test_and_to_nobody_else() -> None:
    assert await room({}, client="192.0.2.7") == 403


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"]
)
async def test_nor_to_whom_a_proxy_on_this_machine_passes_on(header: str) -> None:
    assert await room({header: "127.0.0.1"}) == 403


async def test_nor_under_another_name_or_where_others_reach_it() -> None:
    assert await room({"Host": "tacit.example.org"}) == 403
    assert await room({"Host": "localhost"}, address="https://tacit.example.org") == 403


@pytest.mark.parametrize("path", ["/health/live", "/health", "/metrics", "/nowhere", "/own"])
@pytest.mark.parametrize("address", ["", "https://tacit.example.org"])
async def test_every_answer_has_the_headers(store: Store, path: str, address: str) -> None:
    health = Health(store, lambda: datetime.now(UTC), {})
    own = Route("/own", lambda _: PlainTextResponse("own", headers={"Content-Security-Policy": "sandbox"}))
    site = _site(Settings(url=address), health, [own])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site.app), base_url=NEAR) as browser:
        answer = await browser.get(path)
    expected = EVERYWHERE | ({"Content-Security-Policy": "sandbox, frame-ancestors 'none'"} if path == "/own" else {})
    assert {name: answer.headers[name] for name in EVERYWHERE} == expected
    assert ("strict-transport-security" in answer.headers) is bool(address)

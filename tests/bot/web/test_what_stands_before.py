"""What stands before every page: hosts, forged requests, too much at once, headers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from web.pages_stage import OURS, Stage, words_of

from bot.web import guard
from bot.web.guard import BODY_BYTES, HEADERS
from bot.web.routes import ROUTES, Row

ANN = "room:ward:ann"
ACTIONS = [row for row in ROUTES if row.method == "POST"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    ],
)
async def test_no_other_site_changes_anything(stage: Stage, headers: dict[str, str]) -> None:
    window = await stage.window(ANN)
    answer = await window.send("/tips/1/retire", **headers)
    assert answer.status_code == 403 and "did not come from one of these pages" in answer.text
    assert OURS in (await window.open("/tips")).text


@pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row.path)
async def test_no_action_at_all(stage: Stage, row: Row) -> None:
    path = row.path.replace("{number:int}", "1").replace("{link}", "1.x").replace("{key}", "tips.edited")
    answer = await (await stage.window(ANN)).send(path, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_an_older_browser_says_where_it_comes_from_by_its_origin(stage: Stage) -> None:
    window = await stage.window(ANN)
    answer = await window.send("/tips/1/retire", **{"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]"])
async def test_pages_are_open_under_their_own_address_only(stage: Stage, host: str) -> None:
    answer = await (await stage.window(ANN)).open("/tips", Host=host)
    assert answer.status_code == 400 and OURS not in answer.text


async def test_what_is_reached_from_outside_is_not_open_under_a_local_name(stage: Stage) -> None:
    stage.address = "https://pages.example"
    window = await stage.window()
    assert (await window.open("/out")).status_code == 200
    assert (await window.open("/out", Host="localhost:8000")).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_only_get_and_post_are_known(stage: Stage, method: str) -> None:
    window = await stage.window(ANN)
    assert (await window.client.request(method, "/pages/tips")).status_code == 405


async def test_every_answer_has_the_headers(stage: Stage) -> None:
    window = await stage.window(ANN)
    answers = [await window.open(path) for path in ("/", "/tips", "/nowhere", "/in/1.x", "/settings", "/static/none")]
    answers.append(await window.send("/tips/1/retire", **{"Sec-Fetch-Site": "cross-site"}))
    answers.append(await (await stage.window()).open("/tips"))
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, f"{answer.url}: {name}"
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "*" not in policy and policy.startswith("default-src 'none'")


async def test_pages_hold_nothing_that_the_policy_would_have_to_allow(stage: Stage) -> None:
    window = await stage.window(ANN)
    for row in ROUTES:
        if row.method == "GET" and "{" not in row.path:
            page = (await window.open(row.path)).text
            assert " style=" not in page and "<style" not in page and "onclick" not in page, row.path
            assert (
                "<script>" not in page and 'src="http' not in page and '<link rel="stylesheet" href="http' not in page
            )


async def test_files_of_ours_may_be_kept_long_because_their_addresses_change(stage: Stage) -> None:
    window = await stage.window()
    page = (await window.open("/out")).text
    for address in {each.partition('"')[0] for each in page.split('href="')[1:] + page.split('src="')[1:]}:
        if "/static/" in address or "/look/" in address:
            kept = await window.client.get(address)
            assert kept.status_code == 200 and "immutable" in kept.headers["cache-control"] and "?v=" in address


@pytest.mark.parametrize("said", [True, False], ids=["said", "unsaid"])
async def test_what_is_too_long_is_not_taken(stage: Stage, said: bool) -> None:
    window = await stage.window(ANN)
    body = b"works=" + b"a" * (BODY_BYTES + 1)

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    content = {"content": body} if said else {"content": pieces()}
    answer = await window.client.post("/pages/tips/1/edit", headers=headers, **content)
    assert answer.status_code == 413, words_of(answer)
    assert "aaaa" not in (await window.open("/tips/1")).text


async def test_too_much_at_once_has_to_wait(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "A_MINUTE", {"sign-in": 2, "door": 4, "change": 3, "look": 5})
    window = await stage.window()
    assert [(await window.send("/in/1.x")).status_code for _ in range(3)] == [410, 410, 429]
    answers = [await window.send("/out") for _ in range(4)]
    assert [each.status_code for each in answers] == [401, 401, 401, 429]
    assert answers[-1].headers["retry-after"] == "60"
    assert [(await window.open("/tips")).status_code for _ in range(6)] == [401] * 5 + [429]
    assert [(await window.send(f"/in/1.{each}")).status_code for each in "yz"] == [410, 429]


async def test_nobody_uses_up_what_others_may_do(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy all have one address: whoever is signed in is counted alone, and so is each link."""
    app, link = stage.app, await stage.link("room:ward:ben")
    ann, nobody = await stage.window(ANN, app=app), await stage.window(app=app)
    monkeypatch.setattr(guard, "A_MINUTE", {"sign-in": 2, "door": 9, "change": 2, "look": 2})
    nobody.client.cookies.set("tacit", "made-up.by-somebody")
    for send in (nobody.open, nobody.send):
        assert [(await send("/tips/1/retire")).status_code for _ in range(3)][-1] == 429
    assert [(await nobody.send("/in/1.x")).status_code for _ in range(3)] == [410, 410, 429]
    assert (await ann.open("/tips")).status_code == 200
    assert (await ann.send("/tips/1/retire")).status_code == 303
    assert (await nobody.send(link)).status_code == 303
    assert [(await ann.open("/tips")).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("number", ["9" * 10, "9" * 20, "0" * 300 + "1", "9" * 460])
@pytest.mark.parametrize("path", ["/tips/{}", "/questions/{}/there", "/newcomers/{}/there"])
async def test_no_number_is_too_large(stage: Stage, path: str, number: str) -> None:
    answer = await (await stage.window(ANN)).open(path.format(number))
    assert answer.status_code in (200, 303, 409), words_of(answer)


async def test_an_address_has_a_length(stage: Stage) -> None:
    answer = await (await stage.window(ANN)).open(f"/tips/{'9' * 5000}")
    assert answer.status_code == 414 and OURS not in answer.text


async def test_a_form_does_not_take_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    window = await stage.window(ANN)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"works=half-of-it"
        await asyncio.Event().wait()

    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    answer = await window.client.post("/pages/tips/1/edit", headers=headers, content=pieces())
    assert answer.status_code == 413 and "half-of-it" not in (await window.open("/tips/1")).text


async def test_after_a_minute_it_goes_on() -> None:
    now = [0.0]
    limits = guard._Limits(lambda: now[0])
    assert all(limits.may("a", "sign-in") for _ in range(guard.A_MINUTE["sign-in"]))
    assert not limits.may("a", "sign-in") and limits.may("b", "sign-in") and limits.may("a", "look")
    now[0] = 60.0
    assert limits.may("a", "sign-in")


async def test_what_is_counted_takes_no_more_than_so_much_room() -> None:
    limits = guard._Limits(lambda: 0.0)
    for at in range(guard.ADDRESSES + 50):
        limits.may(str(at), "look")
    assert len(limits._counts) == guard.ADDRESSES


async def test_what_people_wrote_is_shown_and_does_nothing(stage: Stage) -> None:
    nasty = (
        "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)> **bold** https://example.org"
    )
    window = await stage.window("room:ward:ben")
    fields = {"works": nasty, "title": nasty, "situation": nasty, "tags": '"><script>', "looked_at": "yes"}
    assert (await window.send("/tips/1/edit", fields)).status_code == 303
    for path in ("/", "/tips", "/tips/1", "/tips/1/edit", "/tips/1/merge", "/tips?q=script", "/me"):
        page = (await window.open(path)).text
        assert "<script>alert" not in page and "<img src=x" not in page and 'href="javascript' not in page, path
    assert "<strong>bold</strong>" in (await window.open("/tips/1")).text


async def test_nothing_of_it_is_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    window = await stage.window(ANN)
    await window.open("/tips?q=seldom-heard-word")
    await window.send("/tips/1/edit", {"works": "seldom-heard-word"})
    await window.open("/seldom-heard-word")
    theirs = ("httpx", "httpcore", "aiosqlite")
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith(theirs)]
    assert "seldom-heard-word" not in " ".join(ours)


@pytest.mark.parametrize("button", ["review:seento", "review:seento:", "review:seento:x", "review:seento:1:"])
async def test_a_button_without_its_number_is_refused(stage: Stage, button: str) -> None:
    answer = await (await stage.window(ANN)).send("/press", {"button": button})
    assert answer.status_code == 409

"""Signing in by a link that works once, staying in for a while, and out again."""

import asyncio
import re

import pytest
from postgres import DATABASES
from web.pages_stage import Stage, words_of

from bot.web import PREFIX
from knowledge.store import links, members
from knowledge.store.forget import forget_member

pytestmark = pytest.mark.parametrize("database", DATABASES, indirect=True)

ANN, BEN = "room:ward:ann", "room:ward:ben"


async def test_looking_at_a_link_does_not_use_it_up(stage: Stage) -> None:
    window, link = await stage.window(), await stage.link(ANN)
    for _ in range(3):
        asked = await window.open(link)
        assert asked.status_code == 200 and "Sign in as Ann" in words_of(asked)
    signed_in = await window.send(link)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, f"{PREFIX}/")
    assert "Signed in as Ann" in (await window.open("/")).text.replace("<strong>", "")


async def test_a_link_works_once(stage: Stage) -> None:
    link = await stage.link(ANN)
    first, second = await stage.window(), await stage.window()
    assert (await first.send(link)).status_code == 303
    again = await second.send(link)
    assert again.status_code == 410 and "has been used" in words_of(again)
    assert (await second.open(link)).status_code == 410
    assert (await second.open("/tips")).status_code == 401


async def test_a_link_is_good_for_ten_minutes(stage: Stage) -> None:
    link = await stage.link(ANN)
    stage.later(minutes=9, seconds=59)
    assert (await (await stage.window()).open(link)).status_code == 200
    stage.later(seconds=1)
    assert (await (await stage.window()).send(link)).status_code == 410


async def test_a_newer_link_takes_the_place_of_an_older_one(stage: Stage) -> None:
    older = await stage.link(ANN)
    stage.later(seconds=1)
    await stage.link(ANN)
    assert (await (await stage.window()).send(older)).status_code == 410


async def test_who_is_signed_in_is_signed_out_after_an_hour_without_use(stage: Stage) -> None:
    window = await stage.window(BEN)
    stage.later(minutes=59)
    assert (await window.open("/tips")).status_code == 200
    stage.later(minutes=59)
    assert (await window.open("/tips")).status_code == 200, "it was used meanwhile"
    stage.later(minutes=60)
    assert (await window.open("/tips")).status_code == 401


async def test_and_after_twelve_hours_in_any_case(stage: Stage) -> None:
    window = await stage.window(BEN)
    for _ in range(23):
        stage.later(minutes=31)
        assert (await window.open("/tips")).status_code == 200
    stage.later(minutes=10)
    assert (await window.open("/tips")).status_code == 401


async def test_signing_out_ends_this_browser_and_no_other(stage: Stage) -> None:
    here, there = await stage.window(BEN), await stage.window(BEN)
    kept = dict(here.client.cookies)
    assert "You are signed out" in await here.sends("/out")
    for name, value in kept.items():
        here.client.cookies.set(name, value)
    assert (await here.open("/tips")).status_code == 401, "the cookie was kept by somebody, and is good no more"
    assert (await there.open("/tips")).status_code == 200


async def test_signing_out_everywhere_ends_every_browser_and_every_link(stage: Stage) -> None:
    here, there, other = await stage.window(BEN), await stage.window(BEN), await stage.window(ANN)
    link = await stage.link(BEN)
    assert "You are signed out" in await here.sends("/out/everywhere")
    assert [(await each.open("/tips")).status_code for each in (here, there, other)] == [401, 401, 200]
    assert (await (await stage.window()).send(link)).status_code == 410


async def test_a_new_sign_in_ends_the_one_before_in_the_same_browser(stage: Stage) -> None:
    window = await stage.window(BEN)
    kept = dict(window.client.cookies)
    await window.send(await stage.link(ANN))
    assert "Signed in as <strong>Ann" in (await window.open("/")).text
    stolen = await stage.window()
    for name, value in kept.items():
        stolen.client.cookies.set(name, value)
    assert (await stolen.open("/tips")).status_code == 401


async def test_a_cookie_that_was_changed_is_nobody(stage: Stage) -> None:
    window = await stage.window(ANN)
    (name,) = [each for each in window.client.cookies if each == "tacit"]
    value = window.client.cookies[name]
    for changed in (value[:-1] + ("A" if value[-1] != "A" else "B"), f"x{value}", value.partition(".")[0], "", "."):
        window.client.cookies.set(name, changed, domain="127.0.0.1", path="/")
        window.client.cookies.set(name, changed)
        fresh = await stage.window()
        fresh.client.cookies.set(name, changed)
        assert (await fresh.open("/tips")).status_code == 401


async def test_the_cookie_is_kept_from_scripts_and_other_sites(stage: Stage) -> None:
    answer = await (await stage.window()).send(await stage.link(ANN))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("tacit=") and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie and "Domain" not in cookie


async def test_by_https_it_is_never_sent_otherwise(stage: Stage) -> None:
    stage.address = "https://pages.example"
    answer = await (await stage.window()).send(await stage.link(ANN))
    assert answer.headers["set-cookie"].startswith("__Host-tacit=") and "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_who_left_or_was_forgotten_is_out_at_once(stage: Stage) -> None:
    left, forgotten = await stage.window(BEN), await stage.window("room:ward:cy")
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await members.mark_left(work, BEN)
        await forget_member(work, stage.people["cy"], keep_tips=True)
    assert (await left.open("/tips")).status_code == 401
    assert (await forgotten.open("/tips")).status_code == 401


async def test_a_coordinator_who_is_none_any_more_is_shown_the_members_pages(stage: Stage) -> None:
    window = await stage.window(ANN)
    assert (await window.open("/settings")).status_code == 200
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await members.set_core(work, stage.people["ann"], is_core=False)
    assert (await window.open("/settings")).status_code == 403
    assert (await window.open("/tips")).status_code == 200


@pytest.mark.parametrize("link", ["1", "1.", ".x", "x.y", "1.short", f"1.{'a' * 101}", f"{'9' * 30}.{'a' * 43}"])
async def test_what_is_no_link_is_said_to_be_over(stage: Stage, link: str) -> None:
    window = await stage.window()
    assert (await window.open(f"/in/{link}")).status_code == 410
    assert (await window.send(f"/in/{link}")).status_code == 410


async def test_what_is_stored_lets_nobody_in(stage: Stage) -> None:
    """Of links and sessions only digests are kept: who reads the database can't sign in by what stands there."""
    link = await stage.link(ANN)
    await (await stage.window()).send(link)
    window = await stage.window(BEN)
    secret = re.sub(r".*\.", "", link)
    async with stage.store.session(reading=True) as session:
        connection = await session.connection()
        rows = [
            str((await connection.exec_driver_sql(f"select * from {each}")).all())
            for each in ("signin", "browsersession")
        ]
    assert secret not in "".join(rows) and window.client.cookies["tacit"] not in "".join(rows)


async def test_signing_in_and_out_is_logged_without_saying_who(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="tacit.web")
    window, link = await stage.window(), await stage.link(BEN)
    await window.open("/tips")
    await window.send(link)
    await window.send(link)
    await window.open("/settings")
    await window.send("/out")
    await (await stage.window(BEN)).send("/out/everywhere")
    said = [(each.levelname, each.getMessage()) for each in caplog.records if each.name == "tacit.web"]
    assert said == [
        ("INFO", "refused page=/tips: nobody is signed in"),
        ("INFO", f"signed in community={stage.ward}"),
        ("WARNING", "refused a sign-in: its link is over, or none"),
        ("WARNING", "refused page=/settings: for coordinators"),
        ("INFO", f"signed out community={stage.ward}"),
        ("INFO", f"signed in community={stage.ward}"),
        ("INFO", f"signed out everywhere community={stage.ward}"),
    ]


async def test_of_two_who_press_at_once_one_is_signed_in(stage: Stage) -> None:
    link, app = await stage.link(ANN), stage.app
    windows = [await stage.window(app=app) for _ in range(5)]
    answers = await asyncio.gather(*(each.send(link) for each in windows))
    assert sorted(each.status_code for each in answers) == [303, 410, 410, 410, 410]


async def test_an_account_that_is_taken_apart_is_signed_out_and_the_other_is_not(stage: Stage) -> None:
    """Whoever was signed in by it would go on as somebody they are not any more."""
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await links.offer_code(work, BEN, "BENS-CODE")
        await links.link(work, "BENS-CODE", "room:ward:cy")
    his, other, link = await stage.window(BEN), await stage.window("room:ward:cy"), await stage.link("room:ward:cy")
    assert "Signed in as <strong>Ben" in (await other.open("/")).text
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await links.unlink(work, "room:ward:cy")
    assert [(await each.open("/tips")).status_code for each in (his, other)] == [200, 401]
    assert (await (await stage.window()).send(link)).status_code == 410


@pytest.mark.parametrize("button", ["me:code", "me:link:ABCD2345"])
async def test_accounts_are_not_linked_in_a_browser_that_was_left_open(stage: Stage, button: str) -> None:
    answer = await (await stage.window(BEN)).send("/press", {"button": button})
    assert answer.status_code == 409 and "in the chat" in words_of(answer)

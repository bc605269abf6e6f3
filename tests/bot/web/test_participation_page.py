"""Participation as a page: how far the counting is, then how many stand at which level, nobody by name."""

import asyncio
from datetime import timedelta

import pytest
from web.pages_stage import Stage, Window

from knowledge.models import Member

BEN = "room:ward:ben"


@pytest.fixture
async def crowd(stage: Stage) -> Stage:
    """A ward of eleven more nurses on ward 4, and six porters on ward 7, who were there all year."""
    async with stage.store.write(stage.ward, stage.now[0] - timedelta(days=400)) as work:
        for count, practice, place in ((11, "nurse", "ward 4"), (6, "porter", "ward 7")):
            for at in range(count):
                values = {"practice": practice, "place": place, "joined_at": work.now}
                work.session.add(Member(community_id=stage.ward, name=f"Zebedee {practice} {at}", **values))
    return stage


async def counted(window: Window, by: str = "practice") -> str:
    """The words of the page once everything is counted."""
    for _ in range(400):
        page = await window.sees(f"/participation?by={by}")
        if "counting this" not in page:
            return page
        await asyncio.sleep(0)
    raise AssertionError("it is never counted")


async def test_it_says_how_far_it_is_and_then_shows_months_and_groups(crowd: Stage) -> None:
    window = await crowd.window(BEN)
    begun = await window.open("/participation")
    assert "counting this" in begun.text and "<progress" in begun.text and "<noscript><meta" in begun.text
    page = await counted(window)
    part = await window.open("/participation", **{"HX-Request": "true"})
    assert part.headers["hx-refresh"] == "true" and part.text == ""
    assert "October 2026" in page and "On 28 November 2026" in page
    assert "nurse" in page and "porter" in page and "ward 7" not in page
    assert "ward 7" in await counted(window, "place") and "nurse" in await counted(window, "nothing-of-ours")
    assert "Zebedee" not in page and "Ben" not in page and "Cy" not in page


async def test_where_few_people_are_no_number_is_shown(stage: Stage) -> None:
    window = await stage.window("room:lab:zoe")
    page = await counted(window)
    assert "where five people or more are here" in page and "<table" not in (await window.open("/participation")).text


async def test_what_failed_is_tried_again(crowd: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*values: object) -> None:
        raise ValueError("what somebody wrote")

    app = crowd.app
    window = await crowd.window(BEN, app=app)
    with monkeypatch.context() as broken:
        broken.setattr("bot.web.participation.levels.count", fails)
        page = await counted(window)
    assert "it's my fault, not yours" in page and "what somebody wrote" not in page
    assert (await window.send("/participation/anew")).status_code == 303
    assert "October 2026" in await counted(window)

"""A meetup's whole life: proposed by whoever plays, answered by the sample's people while a week passes."""

import pytest
from browser.window import Demo, Windows
from playwright.async_api import expect

pytestmark = pytest.mark.browser

PROBLEM = "The lift takes ten minutes when we bring somebody to the scanner"


async def test_a_meetup_is_proposed_and_a_week_shows_what_came_of_it(own_demo: Demo, windows: Windows) -> None:
    ravi = await windows.open(own_demo, "ravi", room="ward-floor")
    await ravi.writes(f"/meetup {PROBLEM}")
    await ravi.sees("I'd ask these people, in your name", within=ravi.private)
    await ravi.presses("Invite them")
    await ravi.sees("people in your name", within=ravi.private)

    await ravi.page.locator("#moment").click()
    await ravi.page.get_by_role("menuitem", name="A week").click()
    await expect(ravi.page.locator(".toast")).to_contain_text("A week has passed", timeout=60_000)

    held = f"Ravi Mistry and a few others met about “{PROBLEM}”"
    await ravi.messages.filter(has_text=held).locator(".replies").click()
    await ravi.sees("will try this after", within=ravi.thread)
    await ravi.goes_to("Tacit")
    on = ravi.messages.filter(has_text=f"It's on: “{PROBLEM}”").filter(has_text="You host")
    await expect(on).to_contain_text("meetup.ics")
    await ravi.sees(f"“{PROBLEM}” is over. Is there anything you'll try?")

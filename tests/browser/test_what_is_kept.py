"""What is kept, what is not, and what is still there after a reload or a restart."""

import pytest
from browser.window import Demo, Windows
from playwright.async_api import expect

pytestmark = pytest.mark.browser

NUMBER = "07700 900123"


async def test_personal_data_is_shown_and_nothing_is_written_down(demo: Demo, windows: Windows) -> None:
    dot = await windows.open(demo, "dot", room="kit-and-forms")
    await dot.writes(f"/tip Ring the bed store on {NUMBER} before ten and ask for the wide frame.")
    await dot.sees("I haven't kept anything", within=dot.private)
    await expect(dot.private.locator("strong").first).to_have_text(NUMBER)
    await dot.presses("Take it out")
    await expect(dot.form.locator("[name=works]")).not_to_have_value("")
    assert NUMBER not in await dot.form.locator("[name=works]").input_value()
    await dot.page.keyboard.press("Escape")
    await dot.presses("Forget it")
    await dot.sees("Nothing was kept", within=dot.private)
    assert not demo.holds(NUMBER)
    assert not demo.holds("ask for the wide frame")


async def test_what_is_known_already_is_confirmed_and_not_kept_twice(demo: Demo, windows: Windows) -> None:
    mei = await windows.open(demo, "mei", room="kit-and-forms")
    await mei.writes("/tip Keep the spare tray cards in the blue folder behind the kitchen door.")
    await mei.sees("Kept as #", within=mei.private)
    pat = await windows.open(demo, "pat", room="kit-and-forms")
    await pat.writes("/tip Keep the spare tray cards in the blue folder, behind the kitchen door!")
    await pat.sees("This sounds like #", within=pat.private)
    await pat.private.get_by_role("button", name="Same thing as #").first.click()
    await pat.sees("kept no second one", within=pat.private)


async def test_a_reload_keeps_the_room_and_the_person(demo: Demo, windows: Windows) -> None:
    sam = await windows.open(demo, "sam", room="ward-floor")
    await sam.writes("slide sheets are back, all twelve")
    await sam.sees("slide sheets are back, all twelve")
    await sam.page.reload()
    await sam.sees("slide sheets are back, all twelve")
    await expect(sam.page.locator("#you")).to_contain_text("Sam Okafor")
    await expect(sam.page.locator("#channel-name")).to_have_text("#ward-floor")


async def test_a_restart_keeps_what_was_said_and_kept(own_demo: Demo, windows: Windows) -> None:
    before = await windows.open(own_demo, "kofi", room="ward-floor")
    await before.writes("The lift is mended, I have tried it twice.")
    await before.writes("/tip Ask the lift to wait with the key, not with your foot.")
    await before.sees("Kept as #", within=before.private)
    await before.page.context.close()
    own_demo.start_again()
    after = await windows.open(own_demo, "kofi", room="ward-floor")
    await after.sees("The lift is mended, I have tried it twice.")
    await expect(after.private).to_have_count(0)
    await after.writes("/tip list")
    await after.sees("Ask the lift to wait with the key", within=after.private)

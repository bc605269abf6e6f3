"""The room itself with the sample community in it: joining, time, a phone, and text that stays text."""

import pytest
from browser.window import Demo, Windows
from playwright.async_api import expect

pytestmark = pytest.mark.browser


async def test_a_newcomer_joins_and_is_heard(demo: Demo, windows: Windows) -> None:
    maeve = await windows.open(demo, "maeve", room="general")
    new = await windows.open(demo)
    await new.page.get_by_label("Somebody new, called").fill("Wren Adler")
    await new.presses("Join as a newcomer")
    await expect(new.page.locator("#you")).to_contain_text("Wren Adler")
    await new.writes("Hello, I start on Monday.")
    await maeve.sees("Hello, I start on Monday.")
    await expect(maeve.messages.last).to_contain_text("Wren Adler")


async def test_a_week_passes_and_the_bot_asks_again(demo: Demo, windows: Windows) -> None:
    farah = await windows.open(demo, "farah", room="going-home")
    await farah.messages.filter(has_text="Who do I ask about driving?").locator(".replies").click()
    await farah.chooses("Keep as know-how", farah.thread.filter(has_text="the same three lines on paper"))
    await farah.presses("Save", within=farah.form)
    await farah.sees("I've asked Priya Nair", within=farah.private)
    moment = await farah.page.locator("#moment").inner_text()
    await farah.page.locator("#moment").click()
    await farah.page.get_by_role("menuitem", name="A week").click()
    await expect(farah.page.locator(".toast")).to_contain_text("A week has passed", timeout=30_000)
    await expect(farah.page.locator("#moment")).not_to_have_text(moment)
    priya = await windows.open(demo, "priya")
    await priya.goes_to("Tacit")
    await priya.sees("Farah Siddiqui asked a few days ago")


@pytest.mark.parametrize("width", [375, 768])
async def test_nothing_sticks_out(demo: Demo, windows: Windows, width: int) -> None:
    lena = await windows.open(demo, "lena", room="rehab", width=width, height=740)
    await lena.sees_nothing_sticking_out()
    await lena.writes("@Tacit what do I do when the feeding tube is blocked?")
    answer = lena.thread.filter(has_text="Worked for me")
    await expect(answer).to_be_visible()
    await lena.sees_nothing_sticking_out()
    await lena.page.locator("#close-thread").click()
    for command in ("/tacit", "/me", "/tip list", "/tip show 35"):
        shown = await lena.private.count()
        await lena.writes(command)
        await expect(lena.private).to_have_count(shown + 1)
        await lena.sees_nothing_sticking_out()
    await lena.writes("/tip")
    await expect(lena.form).to_be_visible()
    await lena.sees_nothing_sticking_out()
    await lena.presses("Not now", within=lena.form)
    await expect(lena.form).to_have_count(0)


async def test_markup_and_everyone_stay_text(demo: Demo, windows: Windows) -> None:
    sam, joy = await windows.open(demo, "sam", room="general"), await windows.open(demo, "joy", room="general")
    text = "<script>document.title = 'gone'</script> <img src=x onerror=alert(1)> @everyone look"
    await sam.writes(text)
    await expect(joy.messages.last.locator(".text")).to_have_text(text)
    await expect(joy.messages.last.locator("script, img, .mention")).to_have_count(0)
    await joy.writes(f"@Tacit {text}")
    await expect(joy.thread.last).to_contain_text("Tacit")
    await expect(joy.page).not_to_have_title("gone")

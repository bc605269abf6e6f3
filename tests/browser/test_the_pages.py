"""A coordinator and a member at the pages, in a real browser: what they do there, and that everybody can read them."""

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from browser.window import Demo, Windows
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = (
    *(
        "/",
        "/tips",
        "/tips?q=wrst",
        "/tips?tag=nothing",
        "/tips/3",
        "/tips/3/edit",
        "/tips/3/merge",
        "/tips/3/merge?with=5",
    ),
    *(
        "/questions",
        "/questions?state=answered",
        "/meetups",
        "/participation",
        "/report",
        "/me",
        "/newcomers",
        "/settings",
    ),
    *("/settings/digest", "/settings/words", "/settings/words/tips.edited", "/audit", "/exports", "/nowhere", "/out"),
)
"""Every sort of page, with something on it and with nothing."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"light": {"type": "tag", "values": TAGS}, "dark": {"type": "rule", "values": ["color-contrast"]}}
"""By which rules a page is looked at: in the dark only colours are different."""


async def signed_in(demo: Demo, windows: Windows, who: str, **size: int) -> Page:
    """The pages of somebody who asked for them in the room and pressed the link and the button."""
    window = await windows.open(demo, who, **size)
    links = window.private.get_by_role("link", name="Open the pages")
    earlier = await links.count()
    await window.writes("/tacit pages")
    await expect(links).to_have_count(earlier + 1)
    async with window.page.context.expect_page() as opening:
        await links.last.click()
    page = await opening.value
    await page.get_by_role("button", name=re.compile("^Sign in as ")).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("The stroke service")
    return page


async def test_a_coordinator_tidies_tips_and_takes_it_back(demo: Demo, windows: Windows) -> None:
    """Maeve finds a tip by a misspelt word, changes it, merges two, and undoes both."""
    page = await signed_in(demo, windows, "maeve")
    await page.get_by_role("link", name="Tips", exact=True).click()
    await page.get_by_label("What is it about?").fill("carotd scann")
    found = page.get_by_role("link", name="For the carotid scan, write the side and the time")
    await expect(found).to_be_visible()
    await found.click()
    await page.get_by_role("link", name="Edit it").click()
    await page.get_by_label("Where it worked").fill("Ward 4, and the scanner upstairs.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("#47 is changed.")
    await expect(page.locator("article")).to_contain_text("the scanner upstairs")
    await expect(page.locator("#history ins").filter(has_text="upstairs").first).to_be_visible()
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.locator("article")).not_to_contain_text("the scanner upstairs")
    await page.get_by_role("link", name="Merge it with another").click()
    await page.get_by_label("Which other tip?").fill("weight on a strip of tape")
    await page.get_by_role("button", name="Look").click()
    await page.get_by_role("link", name=re.compile("Weight on a strip of tape")).click()
    await page.get_by_role("button", name="Keep this one: #47 goes into #3").click()
    await expect(page.get_by_role("status")).to_contain_text("#47 went into #3.")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("#3")
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("The last change of #47 is taken back.")
    await expect(page.get_by_text("merged", exact=True)).to_have_count(0)


async def test_a_coordinator_changes_when_the_digest_comes_and_signs_out(demo: Demo, windows: Windows) -> None:
    page = await signed_in(demo, windows, "maeve")
    await page.get_by_role("link", name="Settings").click()
    digest = page.get_by_role("region", name="The digest")
    before = await digest.locator("#when").inner_text()
    await digest.get_by_label("Hour").select_option("16:00")
    await expect(digest.locator("#when")).to_contain_text("16:00")
    assert "09:00" in before
    await digest.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("That is saved.")
    await page.get_by_role("region", name="The digest").get_by_role("link", name="See what it would say now").click()
    await expect(page.get_by_role("main")).to_contain_text("The last seven days")
    await page.get_by_role("link", name="Audit trail").click()
    await expect(page.get_by_role("listitem").filter(has_text="Maeve Gallagher changed settings").first).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("main")).to_contain_text("You are signed out.")
    await page.go_back()
    await page.reload()
    await expect(page.get_by_role("main")).to_contain_text("Nobody is signed in here.")
    windows.errors = [each for each in windows.errors if "401" not in each]


async def test_the_report_is_looked_at_for_a_quarter_by_practice_and_by_place(demo: Demo, windows: Windows) -> None:
    """It shows how far it is, comes by itself, and its map can be looked at more closely, also by keyboard."""
    page = await signed_in(demo, windows, "ben")
    await page.get_by_role("link", name="Report", exact=True).click()
    await page.get_by_role("link", name="Last quarter").click()
    await expect(page.get_by_role("heading", name="Who talks with whom")).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("link", name="By practice", exact=True)).to_have_attribute("aria-current", "true")
    await page.get_by_role("link", name="By place", exact=True).click()
    await expect(page.get_by_role("link", name="By place", exact=True)).to_have_attribute("aria-current", "true")
    await expect(page.get_by_role("heading", name="Who turns to whom, by place")).to_be_visible()
    picture = page.locator(".zoom img").first
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")
    width = "image => Math.round(image.getBoundingClientRect().width)"
    whole = await picture.evaluate(width)
    await page.get_by_role("button", name="Closer").first.click()
    assert await picture.evaluate(width) > whole
    await page.locator(".zoom").first.press("0")
    assert await picture.evaluate(width) == whole
    await page.get_by_text("The same as a table").first.click()
    await expect(page.get_by_role("table").first).to_contain_text("ward 4")


async def test_a_sentence_is_changed_with_its_preview(demo: Demo, windows: Windows) -> None:
    page = await signed_in(demo, windows, "maeve")
    await page.goto(f"{demo.address}pages/settings/words")
    await page.get_by_label("Which sentence?").fill("help.thanked")
    await page.get_by_role("link", name="Change the sentence help.thanked").click()
    await page.get_by_label("As you want it").fill("Any time. Ask again {whenever} you like.")
    await expect(page.locator("#preview")).to_contain_text("It has a value that I can't fill in.")
    await page.get_by_label("As you want it").fill("Any time.")
    await expect(page.locator("#preview")).to_have_text("Any time.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("The sentence is saved.")
    room = await windows.open(demo, "ben")
    await room.goes_to("Tacit")
    await room.writes("thanks")
    await room.sees("Any time.")
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.get_by_role("status")).to_be_visible()


async def test_a_member_changes_what_is_said_of_them_on_their_own_page(demo: Demo, windows: Windows) -> None:
    page = await signed_in(demo, windows, "ben")
    await page.get_by_role("link", name="My page").click()
    await page.get_by_role("button", name="Change that").click()
    await page.get_by_label("Your time zone").fill("Londn")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("Europe/London")
    await page.get_by_label("Your time zone").fill("Europe/London")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("main")).to_contain_text("Europe/London")
    await expect(page.get_by_role("heading", name="For coordinators")).to_have_count(0)
    windows.errors = [each for each in windows.errors if "422" not in each]


async def test_everybody_can_read_every_page(demo: Demo, windows: Windows) -> None:
    """axe, by the rules of WCAG 2.2 AA, finds nothing on any page; in the dark, where colours differ, nor in those."""
    page = await signed_in(demo, windows, "maeve")
    found: dict[str, Any] = {}
    for path in PAGES:
        await open_as(page, demo, path, "light")
        for theme, rules in RULES.items():
            await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
            results = await Axe().run(page, options={"runOnly": rules})
            wrong = [
                (each["id"], each["impact"], [node["html"][:160] for node in each["nodes"]])
                for each in results.response["violations"]
            ]
            if wrong:
                found[f"{path} ({theme})"] = wrong
    assert found == {}
    windows.errors = [each for each in windows.errors if "404" not in each]


async def test_nothing_sticks_out_on_a_phone(demo: Demo, windows: Windows) -> None:
    page = await signed_in(demo, windows, "maeve", width=390, height=800)
    wide = []
    for path in PAGES:
        await open_as(page, demo, path, "light")
        if not await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wide.append(path)
    assert wide == []
    await page.goto(f"{demo.address}pages/tips")
    menu = page.get_by_role("button", name="Pages")
    await expect(page.get_by_role("link", name="Questions", exact=True)).not_to_be_visible()
    await menu.press("Enter")
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await page.get_by_role("link", name="Questions", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Questions")
    windows.errors = [each for each in windows.errors if "404" not in each]


async def test_by_keyboard_alone(demo: Demo, windows: Windows) -> None:
    """The first press of Tab offers the text itself; what has the focus is seen; a tip is found without a mouse."""
    page = await signed_in(demo, windows, "maeve")
    await page.goto(f"{demo.address}pages/tips")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Go to the text")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("What is it about?")).to_be_focused()
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    await page.keyboard.type("carotid")
    await expect(page.locator("#found .title").first).to_contain_text("carotid")


async def test_pages_are_read_without_scripts(demo: Demo, windows: Windows) -> None:
    page = await signed_in(demo, windows, "maeve")
    context = await page.context.browser.new_context(
        java_script_enabled=False, storage_state=await page.context.storage_state()
    )  # type: ignore[union-attr]
    plain = await context.new_page()
    await plain.goto(f"{demo.address}pages/tips")
    await plain.get_by_label("What is it about?").fill("carotd scann")
    await plain.get_by_role("button", name="Look").click()
    await expect(plain.locator("#found .title").first).to_contain_text("carotid")
    await plain.goto(f"{demo.address}pages/tips/3")
    await plain.get_by_role("button", name="It's out of date").click()
    await expect(plain.get_by_role("status")).to_contain_text("#3 is marked as out of date.")
    await plain.get_by_role("button", name="Undo", exact=True).click()
    await expect(plain.get_by_role("status")).to_contain_text("taken back")


async def open_as(page: Page, demo: Demo, path: str, theme: str) -> None:
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    await page.goto(f"{demo.address}pages{path}")
    await expect(page.locator("progress, [hx-trigger='every 1s']")).to_have_count(0, timeout=60_000)

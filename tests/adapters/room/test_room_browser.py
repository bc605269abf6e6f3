"""The front in a real browser: two people in two windows, by mouse and by keyboard."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from browser.chromium import OPTIONS, find_chromium
from lived_in import SURFACE, populate
from playwright.async_api import Browser, Page, async_playwright, expect

from adapters.port import (
    Button,
    ButtonPressed,
    CommandUsed,
    FieldErrors,
    Form,
    FormSubmitted,
    Inbound,
    Line,
    Message,
    Only,
    Option,
    Returned,
    Section,
    Suggestions,
    Typing,
)
from adapters.room import RoomPlatform, application

FORM = Form("a:b", "Keep a tip", (Line("title", "What is it called?", required=True, hint="A few words"),), "Keep it")

pytestmark = pytest.mark.browser


@pytest.fixture
async def address() -> AsyncIterator[str]:
    room = RoomPlatform()
    await populate(room)
    room.connect(SURFACE, lambda event: _answer(room, event))
    server = uvicorn.Server(uvicorn.Config(application(room), host="127.0.0.1", port=0, log_level="error"))
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    room.close()
    server.should_exit = True
    await serving


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=OPTIONS)
        yield chromium
        await chromium.close()


async def test_two_people_talk(address: str, browser: Browser) -> None:
    ann, bob = await _window(browser, f"{address}?as=ann"), await _window(browser, address)
    await bob.locator("dialog .person", has_text="Bob Hale").click()
    await _write(ann, "Hello **you**, <b>not bold</b>")
    last = bob.locator("#messages .message").last
    await expect(last).to_contain_text("Hello you, <b>not bold</b>")
    await expect(last.locator("strong")).to_have_text("you")

    await bob.locator("#composer-text").focus()
    for key in ("ArrowUp", "e", "Enter"):
        await bob.keyboard.press(key)
    await expect(ann.locator(".reaction")).to_have_text("💡1")
    await bob.keyboard.press("r")
    await bob.keyboard.type("Hello back")
    await bob.keyboard.press("Enter")
    await ann.get_by_text("1 reply").click()
    await expect(ann.locator("#thread-messages .message").last).to_contain_text("Hello back")
    await ann.keyboard.press("Escape")
    await expect(ann.locator("#thread")).to_be_hidden()
    assert (_errors[ann], _errors[bob]) == ([], [])


async def test_a_form_and_a_private_answer(address: str, browser: Browser) -> None:
    ann = await _window(browser, f"{address}?as=ann")
    await _write(ann, "/keep")
    field = ann.get_by_label("What is it called?")
    for title, problem in (("", "This one is needed."), ("taken", "There is one of that name.")):
        await field.fill(title)
        await ann.get_by_role("button", name="Keep it").click()
        await expect(ann.locator(".problem")).to_have_text(problem)
        await expect(field).to_be_focused()
    assert await field.get_attribute("aria-describedby") == "field-0-note field-0-problem"
    await field.fill("Warm line")
    await ann.get_by_role("button", name="Keep it").click()
    await expect(ann.locator("dialog")).to_have_count(0)
    await expect(ann.locator(".message.only")).to_contain_text("Only you can see this")
    await ann.get_by_role("button", name="Good").click()
    await expect(ann.locator(".message.only")).to_contain_text("Thank you.")
    await ann.get_by_role("button", name="Put away").click()
    await expect(ann.locator(".message")).to_have_count(0)
    assert _errors[ann] == []


async def test_completion_and_time(address: str, browser: Browser) -> None:
    ann = await _window(browser, f"{address}?as=ann")
    box = ann.locator("#composer-text")
    await box.press_sequentially("/keep sh")
    await ann.keyboard.press("Enter")
    await ann.get_by_role("option", name="#12 Warm line").click()
    await expect(box).to_have_value("/keep show 12")
    await box.fill("@bo")
    await ann.keyboard.press("Tab")
    await expect(box).to_have_value("@Bob Hale ")
    before = await ann.locator("#moment").inner_text()
    await ann.locator("#moment").click()
    await ann.get_by_role("menuitem", name="A day").click()
    await expect(ann.locator(".toast")).to_contain_text("A day has passed.")
    assert await ann.locator("#moment").inner_text() != before
    assert _errors[ann] == []


@pytest.mark.parametrize("width", [360, 375, 768, 1280])
async def test_nothing_sticks_out(address: str, browser: Browser, width: int) -> None:
    ann = await _window(browser, f"{address}?as=ann", width=width)
    await _write(ann, "A" * 300 + " https://example.org/" + "b" * 200 + "\n```\n" + "c" * 300)
    await expect(ann.locator(".message")).to_have_count(1)
    assert await ann.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await ann.evaluate(
        "document.querySelector('#scroll').scrollWidth <= document.querySelector('#scroll').clientWidth"
    )


_errors: dict[Page, list[str]] = {}


async def _window(browser: Browser, address: str, *, width: int = 1200) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": 780}, reduced_motion="reduce")
    page = await context.new_page()
    _errors[page] = []
    page.on("pageerror", lambda error: _errors[page].append(str(error)))
    page.on("console", lambda line: _errors[page].append(line.text) if line.type == "error" else None)
    await page.goto(address)
    return page


async def _write(page: Page, text: str) -> None:
    await expect(page.locator("#you")).to_contain_text("Ann")
    await page.locator("#composer-text").fill(text)
    await page.get_by_role("button", name="Send").first.click()


async def _answer(room: RoomPlatform, event: Inbound) -> Returned:
    match event:
        case CommandUsed():
            await room.open_form(event.trigger, FORM)
        case FormSubmitted(values={"title": "taken"}):
            return FieldErrors({"title": "There is one of that name."})
        case FormSubmitted():
            message = Message("Kept", [Section("Kept.", buttons=[Button("a:good", "Good")])])
            await room.send(Only(event.who, event.room, event.trigger), message)
        case ButtonPressed():
            await room.edit(event.message, Message("Thanks", [Section("Thank you.")]), answering=event.trigger)
        case Typing():
            return Suggestions([Option("12", "#12 Warm line")])
    return None

"""What people do in a window and what they see there, in words that the tests read well with."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

STOP_SECONDS = 15

Start = Callable[[int], "subprocess.Popen[bytes]"]


class Demo:
    """A running demo and its address. It is stopped by its process, never by a name."""

    def __init__(self, start: Start, port: int, folder: Path) -> None:
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}/"
        self._start = start
        self._port = port
        self._process = start(port)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def holds(self, words: str) -> bool:
        """Whether `words` stand in any file that the demo wrote."""
        files = (file for file in self.folder.rglob("*") if file.is_file())
        return any(words.encode() in file.read_bytes() for file in files)

    def start_again(self) -> None:
        self.stop()
        self._process = self._start(self._port)


class Windows:
    """Opens windows of one browser and notes what goes wrong in any of them."""

    def __init__(self, browser: Browser) -> None:
        self.errors: list[str] = []
        self._browser = browser

    async def open(
        self, demo: Demo, who: str = "", *, room: str = "", width: int = 1280, height: int = 800
    ) -> "Window":
        """Opens a window as `who` (an id; empty shows the choice of people), in `room`."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-GB"
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        await page.goto(f"{demo.address}?as={who}#{room}" if who else demo.address)
        if who:
            await expect(page.locator(".place").first).to_be_attached()
        return Window(page)


class Window:
    """One person's window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator("#messages .message")
        self.thread = page.locator("#thread-messages .message")
        self.private = page.locator(".message.only")
        self.form = page.locator("dialog.form")
        self.box = page.locator("#composer-text")

    async def writes(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.box).to_have_value("")

    async def goes_to(self, place: str) -> None:
        await self.page.locator(".place", has_text=place).click()

    async def chooses(self, action: str, message: Locator) -> None:
        """Chooses an action from a message's menu, by mouse."""
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=action).click()

    async def presses(self, button: str, *, within: Locator | None = None) -> None:
        await (within or self.page).get_by_role("button", name=button, exact=True).last.click()

    async def sees(self, text: str, *, within: Locator | None = None) -> None:
        await expect((within or self.messages).filter(has_text=text).last).to_be_visible()

    async def sees_nothing_sticking_out(self) -> None:
        assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for list_id in ("#scroll", "#thread-scroll"):
            fits = f"document.querySelector('{list_id}').scrollWidth <= document.querySelector('{list_id}').clientWidth"
            assert await self.page.evaluate(fits)

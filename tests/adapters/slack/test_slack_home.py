"""The home tab: it shows the bot's page, what is done on it comes back, and what came of that stands on top."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import (
    Button,
    ButtonPressed,
    FieldErrors,
    Form,
    FormSubmitted,
    HomeOpened,
    Inbound,
    Line,
    Message,
    Only,
    Returned,
    Section,
    Space,
)
from adapters.room import Person
from adapters.slack import SlackPlatform, outbound

ASKED = Form("me:save", "Say what you do", (Line("practice", "What do you do?"),), "Save")


class Bot(Listener):
    """Draws a page with a button; answers a press and a form as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.platform: SlackPlatform | None = None
        self.page, self.answer, self.opens_form, self.edits = "Your page", "", False, False

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        platform = self.platform
        assert platform
        if isinstance(event, HomeOpened):
            page = Message("Home", [Section(self.page, buttons=[Button("me:do", "Do it")])])
            await platform.send(Only(event.who, None, event.trigger), page)
        elif isinstance(event, ButtonPressed) and self.opens_form:
            await platform.open_form(event.trigger, ASKED)
        elif isinstance(event, ButtonPressed) and self.edits:
            await platform.edit(event.message, _said(self.answer), answering=event.trigger)
        elif isinstance(event, ButtonPressed | FormSubmitted) and self.answer:
            room = event.message.room if isinstance(event, ButtonPressed) else event.room
            await platform.send(Only(event.who, room, event.trigger), _said(self.answer))
        return self.returns


def _said(words: str) -> Message:
    return Message("Said", [Section(words)])


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def stage(bot: Bot) -> AsyncIterator[Stage]:
    def listen(platform: SlackPlatform) -> Any:
        bot.platform = platform
        return SURFACE, bot.receive, nothing

    async with open_stage("socket", listen) as stage:
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        await stage.people.open_home("ann")
        yield stage
        assert stage.slack.violations == [] and stage.slack.failures == []


async def test_opening_it_shows_the_page_to_one_person(stage: Stage, bot: Bot) -> None:
    opened = bot.received[-1]
    assert isinstance(opened, HomeOpened) and opened.who == stage.people.account("ann")
    assert stage.people.home_words("ann") == "Your page\nDo it"
    assert stage.people.home_words("bob") == ""
    assert stage.people.messages_seen_by("ann") == ()


async def test_opening_the_messages_tab_draws_nothing(stage: Stage, bot: Bot) -> None:
    bot.received.clear()
    await stage.people.open_home("ann", tab="messages")
    assert bot.received == []


async def test_a_press_comes_back_and_its_answer_stands_on_top(stage: Stage, bot: Bot) -> None:
    bot.answer, bot.page = "Done.", "Your page, changed"
    await stage.people.press_home("ann", "me:do")
    press, again = bot.received[-2:]
    assert isinstance(press, ButtonPressed) and isinstance(again, HomeOpened)
    assert (press.button, press.who) == ("me:do", stage.people.account("ann"))
    assert press.message.room.direct
    assert stage.people.home_words("ann") == "Done.\nYour page, changed\nDo it"


async def test_an_answer_in_place_of_the_page_stands_on_top_too(stage: Stage, bot: Bot) -> None:
    bot.answer, bot.edits = "Done.", True
    await stage.people.press_home("ann", "me:do")
    assert stage.people.home_words("ann") == "Done.\nYour page\nDo it"


async def test_what_came_of_it_is_gone_at_the_next_opening(stage: Stage, bot: Bot) -> None:
    bot.answer = "Done."
    await stage.people.press_home("ann", "me:do")
    await stage.people.open_home("ann")
    assert stage.people.home_words("ann") == "Your page\nDo it"


async def test_what_came_of_it_is_on_nobody_elses_page(stage: Stage, bot: Bot) -> None:
    bot.answer = "Done."
    await stage.people.press_home("ann", "me:do")
    await stage.people.open_home("bob")
    assert stage.people.home_words("bob") == "Your page\nDo it"


async def test_a_press_without_an_answer_draws_the_page_anew(stage: Stage, bot: Bot) -> None:
    bot.page = "Your page, changed"
    await stage.people.press_home("ann", "me:do")
    assert stage.people.home_words("ann") == "Your page, changed\nDo it"


async def test_a_form_that_was_opened_from_it_comes_back_and_is_answered_on_it(stage: Stage, bot: Bot) -> None:
    bot.opens_form, bot.answer = True, "Saved."
    await stage.people.press_home("ann", "me:do")
    opened = stage.people.open_form_of("ann")
    assert opened and opened.form.title == ASKED.title
    await stage.people.submit("ann", opened.id, {"practice": "Nurse"})
    sent = next(event for event in bot.received if isinstance(event, FormSubmitted))
    assert (sent.form, dict(sent.values)) == ("me:save", {"practice": "Nurse"})
    assert stage.people.home_words("ann") == "Saved.\nYour page\nDo it"
    assert stage.people.messages_seen_by("ann") == ()


async def test_a_form_that_was_not_taken_leaves_the_page_alone(stage: Stage, bot: Bot) -> None:
    bot.opens_form = True
    await stage.people.press_home("ann", "me:do")
    opened = stage.people.open_form_of("ann")
    assert opened
    bot.received.clear()
    bot.returns = FieldErrors({"practice": "Say a little more."})
    await stage.people.submit("ann", opened.id, {"practice": "x"})
    assert [type(event) for event in bot.received] == [FormSubmitted]
    assert stage.people.open_form_of("ann")


async def test_a_page_that_cannot_be_published_loses_no_delivery(stage: Stage, bot: Bot) -> None:
    bot.answer = "Done."
    await stage.people.press_home("ann", "me:do")
    assert [ack.kind for ack in stage.slack.acks][-1] == "block_actions"


def test_the_longest_page_and_answer_fit() -> None:
    longest = Message("x", [Section("word " * 200, title="t", buttons=[Button(f"a:{n}", "x")]) for n in range(5)])
    page = outbound.home(longest, Space("slack", "T1"), [longest])
    assert len(page["blocks"]) <= outbound.HOME_BLOCKS

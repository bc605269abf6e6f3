"""What the platform hears: once, in order, finished before it stops; forms that come back lead back to themselves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from discord_forms import DiscordForm
from discord_stage import Stage
from test_discord_edges import Ear, note, server, shown

from adapters.discord import hearing
from adapters.discord.forms import AGAIN
from adapters.port import (
    Button,
    ButtonPressed,
    Choice,
    FieldErrors,
    Form,
    FormSubmitted,
    Line,
    MessageDeleted,
    MessagePosted,
    Only,
    Option,
    Paragraph,
)
from adapters.room import Person

TITLE, WORDS = Line("title", "Its *name*", required=True), Paragraph("words", "Its words")
KIND = Choice("kind", "Its kind", (Option("a", "A"), Option("b", "B")))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def stage(ear: Ear) -> AsyncIterator[Stage]:
    async with server(ear) as stage:
        yield stage
        assert stage.violations == []


async def opened(stage: Stage, ear: Ear, who: str = "ann", id: str = "capture:save") -> DiscordForm:
    await stage.people.use_command(who, "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, Form(id, "Keep a tip", (TITLE, WORDS, KIND), "Keep it"))
    found = stage.people.open_form_of(who)
    assert found
    return found


async def refused(stage: Stage, ear: Ear, who: str, values: dict[str, Any], sentence: str = "It is taken.") -> Any:
    """Opens a form and sends it; the bot will not have it. Gives the way back, which the person took."""
    form = await opened(stage, ear, who)
    ear.returns = FieldErrors({"title": sentence})
    problems = await stage.people.submit(who, form.id, values)
    ear.returns = None
    assert problems and list(problems.errors) == ["title"]
    again = stage.people.open_form_of(who)
    assert again
    return again


def standing(form: DiscordForm) -> dict[str, Any]:
    return {each.name: each.chosen if isinstance(each, Choice) else each.value for each in form.form.fields}  # type: ignore[union-attr]


async def test_events_come_in_the_order_in_which_they_happened(stage: Stage, ear: Ear) -> None:
    world, general = stage.people.world, stage.people.channel("general")
    for number in range(30):
        world.create_message(general, stage.people.user("ann" if number % 2 else "bob"), f"m{number}")
    await stage.people.finish()
    assert [event.post.text for event in ear.received if isinstance(event, MessagePosted)] == [
        f"m{number}" for number in range(30)
    ]


async def test_whoever_waits_holds_nobody_else_up(stage: Stage, ear: Ear) -> None:
    done, waits = [], asyncio.Event()

    async def then(event: Any) -> None:
        if event.post.text == "slow":
            await waits.wait()
        else:
            waits.set()
        done.append(event.post.text)

    ear.then = then
    world, general = stage.people.world, stage.people.channel("general")
    for words in ("slow", "quick"):
        world.create_message(general, stage.people.user("ann"), words)
    await stage.people.finish()
    assert done == ["quick", "slow"]


async def test_what_arrives_twice_is_heard_once(stage: Stage, ear: Ear) -> None:
    stage.server.deliver_twice = True
    said = await stage.people.say("ann", "general", "one")
    await stage.people.edit_message("ann", said, "two")
    await stage.people.delete_message("ann", said)
    await stage.people.join(Person("eve", "Eve"))
    kinds = [type(event).__name__ for event in ear.received]
    assert kinds == ["MessagePosted", "MessageEdited", "MessageDeleted", "MemberJoined"]


async def test_an_interaction_that_arrives_twice_is_answered_once(stage: Stage, ear: Ear) -> None:
    async def then(event: Any) -> None:
        await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))

    ear.then, stage.server.deliver_twice = then, True
    await stage.people.use_command("ann", "general", "/keep what")
    assert len(ear.received) == 1 and shown(stage) == ["For Ann."]


async def test_only_the_newest_keys_are_remembered(stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "KEYS_KEPT", 3)
    said = [int(await stage.people.say("ann", "general", f"m{number}")) for number in range(5)]
    ear.received.clear()
    for id in (said[-1], said[0]):
        message = stage.people.world.find_message(id)
        assert message
        stage.people.world.announce_message_create(message)
    await stage.people.finish()
    assert [event.post.text for event in ear.received if isinstance(event, MessagePosted)] == ["m0"]


async def test_what_was_taken_is_finished_before_it_stops(stage: Stage, ear: Ear) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def then(event: Any) -> None:
        begun.set()
        await go.wait()
        await stage.platform.send(event.post.ref.room, note("Done."))

    ear.then = then
    stage.people.world.create_message(stage.people.channel("general"), stage.people.user("ann"), "one")
    await begun.wait()
    stopping = asyncio.create_task(stage.stop())
    go.set()
    await stopping
    assert shown(stage) == ["Done."]


async def test_what_takes_too_long_is_given_up_when_it_stops(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "STOP_SECONDS", 0)
    begun, ended = asyncio.Event(), []

    async def then(event: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(event.key)

    ear.then = then
    stage.people.world.create_message(stage.people.channel("general"), stage.people.user("ann"), "one")
    await begun.wait()
    await stage.stop()
    await stage.platform.idle()
    assert len(ended) == 1


async def test_after_it_stopped_nothing_is_heard(stage: Stage, ear: Ear) -> None:
    await stage.platform.finish()
    await stage.people.say("ann", "general", "one")
    assert ear.received == []


async def test_what_was_said_nothing_to_is_closed_when_it_stops(stage: Stage, ear: Ear) -> None:
    await stage.people.use_command("ann", "general", "/keep what")
    await asyncio.sleep(0)
    await stage.platform.finish()
    assert [call.body["type"] for call in stage.calls if call.path.endswith("/callback")] == [5]
    assert shown(stage) == []


async def test_what_is_said_nothing_to_is_closed_by_itself(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "CLOSE_SECONDS", 0)
    closed, settle = asyncio.Event(), stage.platform.interactions.settle

    async def noticed(token: str) -> None:
        await settle(token)
        closed.set()

    monkeypatch.setattr(stage.platform.interactions, "settle", noticed)
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", Button("capture:silent", "Yes")))
    assert sent
    await stage.people.press("ann", sent.id, "capture:silent")
    await closed.wait()
    assert stage.people.unanswered == [] and shown(stage) == ["May I?\nYes"]


async def test_the_bot_does_not_hear_itself(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general").channel, note())
    assert sent
    await stage.platform.react(sent, "bulb")
    await stage.platform.delete(sent)
    assert [event for event in ear.received if not isinstance(event, MessageDeleted)] == []


async def test_a_handler_that_fails_breaks_nothing(stage: Stage, ear: Ear) -> None:
    async def then(event: Any) -> None:
        raise RuntimeError("no")

    ear.then = then
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    stage.people.world.create_message(stage.people.channel("general"), stage.people.user("ann"), "one")
    await stage.people.finish()
    stage.server.errors.clear()
    ear.then = None
    await stage.people.say("ann", "general", "two")
    assert ear.last.post.text == "two"


async def test_a_form_that_is_not_taken_says_why_and_leads_back(stage: Stage, ear: Ear) -> None:
    again = await refused(stage, ear, "ann", {"title": "Warm *line*", "words": "a\nb", "kind": ("b",)})
    assert (again.form.id, again.form.title) == ("capture:save", "Keep a tip")
    assert standing(again) == {"title": "Warm *line*", "words": "a\nb", "kind": ("b",)}
    assert shown(stage) == ["Its *name*: It is taken.\nKeep a tip"] and shown(stage, "bob") == []
    await stage.people.submit("ann", again.id, {"title": "Warm line two"})
    event = ear.last
    assert isinstance(event, FormSubmitted)
    assert dict(event.values) == {"title": "Warm line two", "words": "a\nb", "kind": "b"}


async def test_a_form_can_be_refused_again_and_again(stage: Stage, ear: Ear) -> None:
    again = await refused(stage, ear, "ann", {"title": "one"})
    ear.returns = FieldErrors({"title": "That one too.", "kind": "Choose one."})
    problems = await stage.people.submit("ann", again.id, {"title": "two"})
    assert problems and set(problems.errors) == {"title", "kind"}
    third = stage.people.open_form_of("ann")
    assert third and standing(third)["title"] == "two"


async def test_the_button_that_leads_back_is_not_heard(stage: Stage, ear: Ear) -> None:
    await refused(stage, ear, "ann", {"title": "one"})
    assert not [event for event in ear.received if isinstance(event, ButtonPressed)]
    (message,) = stage.people.messages_seen_by("ann")
    assert [id.startswith(AGAIN) for id, _ in stage.people.buttons_of(message.id)] == [True]


async def test_the_forms_of_two_people_do_not_mix(stage: Stage, ear: Ear) -> None:
    anns = await refused(stage, ear, "ann", {"title": "Ann's"})
    bobs = await refused(stage, ear, "bob", {"title": "Bob's"})
    assert (standing(anns)["title"], standing(bobs)["title"]) == ("Ann's", "Bob's")
    for who, form, title in (("ann", anns, "Ann's"), ("bob", bobs, "Bob's")):
        await stage.people.submit(who, form.id, {})
        assert (ear.last.who, ear.last.values["title"]) == (stage.people.account(who), title)
    assert all("Bob" not in words for words in shown(stage)) and all(
        "Ann" not in words for words in shown(stage, "bob")
    )


async def test_of_two_forms_the_one_that_was_sent_comes_back(stage: Stage, ear: Ear) -> None:
    first = await opened(stage, ear, id="capture:save:1")
    stage.people.close_form("ann")
    second = await opened(stage, ear, id="capture:save:2")
    ear.returns = FieldErrors({"title": "It is taken."})
    assert await stage.people.submit("ann", second.id, {"title": "second"})
    again = stage.people.open_form_of("ann")
    assert again and (again.form.id, standing(again)["title"]) == ("capture:save:2", "second")
    assert first.id != second.id


async def test_what_to_mend_is_shown_as_it_is(stage: Stage, ear: Ear) -> None:
    form = await opened(stage, ear)
    ear.returns = FieldErrors({"title": "Not *this* <@1> @everyone"})
    await stage.people.submit("ann", form.id, {"title": "x"})
    (words,) = shown(stage)
    assert words.splitlines()[0] == "Its *name*: Not *this* <@1> @everyone"
    assert all(stage.people.notified(each.id) == set() for each in stage.people.messages_seen_by("ann"))


async def test_many_people_fill_in_forms_at_once(stage: Stage, ear: Ear) -> None:
    """All that can be known of a form is kept for as many as are at it, and for each their own."""
    people = [f"person{number}" for number in range(10)]
    forms = {}
    for each in people:
        await stage.people.join(Person(each, each.title()))
        forms[each] = await opened(stage, ear, each)
    ear.returns = FieldErrors({"title": "It is taken."})
    for each in reversed(people):
        await stage.people.submit(each, forms[each].id, {"title": f"of {each}"})
        again = stage.people.open_form_of(each)
        assert again and standing(again)["title"] == f"of {each}"


async def test_a_thread_answers_whoever_began_it_while_that_is_known(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.begin_thread("bob", root)
    await stage.people.say("bob", "general", "So.", root)
    assert ear.last.answers == stage.people.account("ann")

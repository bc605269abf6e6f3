"""Forms: they open first or not at all, bring back what was entered, and lead back to themselves with what to mend."""

from typing import Any

import pytest
from discord_ear import FORM, Ear, Second, note, shown
from discord_forms import DiscordForm
from discord_stage import Stage
from simcord import InteractionResult, MemberActor, UserHandle
from test_discord_interactions import ASKS, do, first_answers

from adapters.discord import forms
from adapters.discord.forms import AGAIN, Forms
from adapters.port import (
    Answer,
    Button,
    ButtonPressed,
    Choice,
    Date,
    FieldErrors,
    Form,
    FormSubmitted,
    Line,
    Only,
    Option,
    Paragraph,
    People,
    PlatformRefused,
    Refused,
    Trigger,
    plain,
)
from adapters.room import Person


async def test_a_form_brings_back_what_was_entered_in_every_kind_of_field(stage: Stage, ear: Ear) -> None:
    options = (Option("a", "A"), Option("b", "B"), Option("c", "C"))
    fields = (
        Paragraph("words", "Words"),
        Choice("one", "One", options),
        Choice("many", "Many", options, many=True),
        People("who", "Who", many=True),
        Date("day", "Day"),
    )
    ann, bob = stage.people.account("ann").id, stage.people.account("bob").id
    entered: dict[str, Any] = {"words": "a\nb", "one": "b", "many": ("a", "c"), "who": (ann, bob), "day": "2026-11-24"}
    for values in (entered, {}):
        event = await do(stage, ear, "keep")
        await stage.platform.open_form(event.trigger, Form("capture:save", "T", fields, "Go"))
        opened = stage.people.open_form_of("ann")
        assert opened
        await stage.people.submit("ann", opened.id, values)
        empty = {"words": "", "one": "", "many": (), "who": (), "day": ""}
        assert isinstance(ear.last, FormSubmitted)
        assert (ear.last.form, dict(ear.last.values)) == ("capture:save", values or empty)
        assert ear.last.room == stage.people.room("general")


async def test_one_person_comes_back_as_one(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep")
    await stage.platform.open_form(event.trigger, Form("capture:save", "T", (People("who", "Who"),), "Go"))
    opened = stage.people.open_form_of("ann")
    assert opened
    await stage.people.submit("ann", opened.id, {"who": stage.people.account("bob").id})
    assert dict(ear.last.values) == {"who": stage.people.account("bob").id}


async def test_a_form_that_opens_is_the_only_answer(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep")
    await stage.platform.open_form(event.trigger, FORM)
    await stage.platform.interactions.put_off(event.trigger.token, Answer.FORM)
    await stage.platform.interactions.settle(event.trigger.token)
    assert [kind for kind, _ in first_answers(stage)] == [ASKS]
    assert stage.people.open_form_of("ann")


async def _cannot_open(stage: Stage, event: Any) -> None:
    with pytest.raises(PlatformRefused) as refused:
        await stage.platform.open_form(event.trigger, FORM)
    assert refused.value.reason is Refused.EXPIRED
    assert stage.people.open_form_of("ann") is None


@pytest.mark.parametrize("deed", ["keep", "shortcut", "button form"])
async def test_no_form_opens_after_another_answer(stage: Stage, ear: Ear, deed: str) -> None:
    event = await do(stage, ear, deed)
    await stage.platform.interactions.put_off(event.trigger.token, Answer.FORM)
    await _cannot_open(stage, event)
    event = await do(stage, ear, deed)
    await stage.platform.send(Only(event.who, None, event.trigger), note())
    await _cannot_open(stage, event)


async def test_no_form_opens_from_a_form(stage: Stage, ear: Ear) -> None:
    await _cannot_open(stage, await do(stage, ear, "form save"))


async def test_no_form_opens_after_three_seconds(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep")
    stage.env.inject_error("POST", "/interactions/*", status=404, code=10062)
    await _cannot_open(stage, event)


async def test_a_late_form_is_refused(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep")
    stage.server.clock.advance(16 * 60)
    await _cannot_open(stage, event)


async def test_a_field_of_one_line_is_one_line(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep")
    await stage.platform.open_form(event.trigger, Form("a:b", "T", (Line("a", "A", "before"),), "Go"))
    opened = stage.people.open_form_of("ann")
    assert opened and isinstance(opened.form.fields[0], Line) and opened.form.fields[0].value == "before"


TITLE, WORDS = Line("title", "Its *name*", required=True), Paragraph("words", "Its words")


KIND = Choice("kind", "Its kind", (Option("a", "A"), Option("b", "B")))


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


def titled(id: str, value: str = "") -> Form:
    return Form(id, f"Keep {id[-1]}", (Line("title", f"Name of {id[-1]}", value),), "Keep it")


async def sent(stage: Stage, opening: str, title: str) -> None:
    """Sends a form that Ann has open on another device, where a newer one did not close it."""
    user = UserHandle(stage.env, stage.people.world.users[stage.people.user("ann")])
    record = InteractionResult(stage.env, stage.people.world.interactions[int(opening)])
    await MemberActor(stage.env, stage.server.guild, user).submit_modal(record, {"title": title})


async def again(stage: Stage, who: str, message: str) -> DiscordForm | None:
    """Takes the way back that a message offers."""
    (button,) = [id for id, _ in stage.people.buttons_of(message) if id.startswith(AGAIN)]
    await stage.people.press(who, message, button)
    return stage.people.open_form_of(who)


async def not_taken(stage: Stage, ear: Ear, form: Form) -> str:
    """Opens a form and sends it with *mine*; the bot will not have it. Gives the message that says so."""
    await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, form)
    found = stage.people.open_form_of("ann")
    assert found
    ear.returns = FieldErrors({"title": "Not so."})
    await sent(stage, found.id, "mine")
    ear.returns = None
    return stage.people.messages_seen_by("ann")[-1].id


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_way_back_leads_to_the_form_that_it_stands_under(stage: Stage, ear: Ear, elsewhere: bool) -> None:
    second = Second(stage, "ann")
    await stage.people.finish()
    message = await not_taken(stage, ear, titled("capture:save:1"))
    if elsewhere:
        await second.use_command("ann", "keep")
    else:
        await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, titled("capture:save:2", "something else"))
    stage.people.close_form("ann")
    found = await again(stage, "ann", message)
    assert found and (found.form.id, standing(found)) == ("capture:save:1", {"title": "mine"})


async def test_an_older_form_that_is_sent_after_a_newer_opened_leads_back(stage: Stage, ear: Ear) -> None:
    older = []
    for number in "12":
        await stage.people.use_command("ann", "general", "/keep")
        await stage.platform.open_form(ear.last.trigger, titled(f"capture:save:{number}"))
        found = stage.people.open_form_of("ann")
        assert found
        older.append(found.id)
    ear.returns = FieldErrors({"title": "Not so."})
    for number, opening in zip("12", older, strict=True):
        await sent(stage, opening, f"of {number}")
    assert shown(stage) == ["Name of 1: Not so.\nKeep 1", "Name of 2: Not so.\nKeep 2"]
    first, second = stage.people.messages_seen_by("ann")
    for message, number in ((second.id, "2"), (first.id, "1")):
        back = await again(stage, "ann", message)
        assert back and (back.form.title, standing(back)) == (f"Keep {number}", {"title": f"of {number}"})


async def test_a_way_back_can_be_taken_more_than_once(stage: Stage, ear: Ear) -> None:
    message = await not_taken(stage, ear, titled("capture:save:1"))
    for _ in range(2):
        found = await again(stage, "ann", message)
        assert found and standing(found) == {"title": "mine"}
        stage.people.close_form("ann")


async def test_in_a_direct_conversation_a_form_leads_back_too(stage: Stage, ear: Ear) -> None:
    direct = stage.people.open_direct("ann")
    await stage.people.use_command("ann", direct, "/keep")
    await stage.platform.open_form(ear.last.trigger, titled("capture:save:1"))
    found = stage.people.open_form_of("ann")
    assert found
    ear.returns = FieldErrors({"title": "Not so."})
    await stage.people.submit("ann", found.id, {"title": "mine"})
    back = stage.people.open_form_of("ann")
    assert back and standing(back) == {"title": "mine"}
    ear.returns = None
    await stage.people.submit("ann", back.id, {"title": "ours"})
    assert (ear.last.form, dict(ear.last.values)) == ("capture:save:1", {"title": "ours"})
    assert ear.last.who.space == stage.people.space


async def test_nobody_takes_the_way_back_of_somebody_else(stage: Stage, ear: Ear) -> None:
    message = await not_taken(stage, ear, titled("capture:save:1"))
    (id,) = [id for id, _ in stage.people.buttons_of(message)]
    forged = await stage.platform.send(stage.people.room("general"), note("Look.", Button(id, "Look")))
    assert forged
    await stage.people.press("bob", forged.id, id)
    assert isinstance(ear.last, ButtonPressed) and ear.last.button == id
    assert stage.people.open_form_of("bob") is None


async def test_a_way_back_that_is_known_no_more_is_for_the_bot_to_answer(stage: Stage, ear: Ear) -> None:
    message = await not_taken(stage, ear, titled("capture:save:1"))
    stage.platform.forms = Forms()  # as after a new start
    assert await again(stage, "ann", message) is None
    event = ear.last
    assert isinstance(event, ButtonPressed) and event.button.startswith(AGAIN)
    await stage.platform.send(Only(event.who, event.message.room, event.trigger), note("That is no more."))
    assert shown(stage)[-1] == "That is no more."


def test_only_the_newest_forms_are_remembered(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "KEPT", 2)
    known, ann = Forms(), stage.people.account("ann")
    at, room = stage.people.clock(), stage.people.room("general")
    for number in range(3):
        known.note(int(ann.id), titled(f"capture:save:{number}"))
    for number in range(3):
        trigger = Trigger(str(number), at)
        event = FormSubmitted(str(number), at, ann, room, f"capture:save:{number}", {"title": "x"}, trigger)
        known.mend(event, FieldErrors({"title": "Not so."}))
    found = [known.again(f"{AGAIN}:{number}", int(ann.id)) for number in range(3)]
    assert [each and each.id for each in found] == [None, "capture:save:1", "capture:save:2"]


def test_a_form_that_is_known_no_more_still_says_what_to_mend(stage: Stage) -> None:
    at, ann = stage.people.clock(), stage.people.account("ann")
    room, trigger = stage.people.room("general"), Trigger("1", at)
    event = FormSubmitted("1", at, ann, room, "capture:save", {"title": "x"}, trigger)
    (section,) = Forms().mend(event, FieldErrors({"title": "Not *so*."})).sections
    assert not section.buttons and plain(section.text) == "title: Not *so*."

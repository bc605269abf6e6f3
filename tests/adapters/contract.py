"""What every platform does alike. A platform's own test module gives a `driver` fixture and imports these tests.

    from contract import *  # noqa: F403

A driver plays the people and looks at what they would see; the tests speak to the platform by the port alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import forms, messages

from adapters.port import (
    Account,
    Button,
    ButtonPressed,
    CommandUsed,
    Event,
    FieldErrors,
    Form,
    FormSubmitted,
    Inbound,
    Line,
    Mention,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageRef,
    Only,
    Platform,
    PlatformRefused,
    ReactionAdded,
    ReactionRemoved,
    Refused,
    Returned,
    Room,
    Section,
    ShortcutUsed,
    Sort,
    Space,
)

SEVERAL = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


class Driver(Protocol):
    """The people of one platform, and their eyes.

    The surface has the command `/keep` and the shortcut `capture:keep`. `ann` and `bob` are in the space and in
    `channel`, as the bot is; the bot is not in `elsewhere`, where both are too. `private` is a channel for `bob` and
    the bot alone. `put_together` makes a group of exactly these people (a user group, a role, or a channel), or changes
    it so, and gives its key.

    Attributes:
        received: every event that the platform handed over, in order.
        returns: what the next events return to the platform.
    """

    platform: Platform
    ann: Account
    bob: Account
    channel: Room
    elsewhere: Room
    private: Room
    received: list[Inbound]
    returns: Returned

    async def say(self, who: Account, room: Room, text: str) -> MessageRef: ...
    async def say_to_bot(self, who: Account, text: str) -> MessageRef: ...
    async def mention_bot(self, who: Account, room: Room, text: str) -> MessageRef: ...
    async def change(self, who: Account, message: MessageRef, text: str) -> None: ...
    async def remove(self, who: Account, message: MessageRef) -> None: ...
    async def react(self, who: Account, message: MessageRef, emoji: str, *, on: bool = True) -> None: ...
    async def command(self, who: Account, room: Room, line: str) -> None: ...
    async def shortcut(self, who: Account, message: MessageRef, shortcut: str) -> None: ...
    async def press(self, who: Account, message: MessageRef, button: str) -> None: ...
    async def submit(self, who: Account, values: Mapping[str, str]) -> None: ...
    async def close_direct_messages(self, who: Account) -> None: ...
    async def leave(self, who: Account) -> None: ...
    async def seen(self, who: Account) -> str: ...
    async def form_title(self, who: Account) -> str: ...
    async def notified(self, message: MessageRef) -> set[str]: ...
    async def put_together(self, *who: Account) -> str: ...


def note(words: str = "Warm the line first.", *buttons: Button) -> Message:
    return Message("A note", [Section(words, buttons=buttons)])


FORM = Form("capture:save", "Keep a tip", (Line("title", "What is it called?", required=True),), "Keep it")


async def test_it_says_that_it_is_connected(driver: Driver) -> None:
    assert driver.platform.is_connected


async def test_a_message_arrives_once_with_all_that_matters(driver: Driver) -> None:
    reference = await driver.say(driver.ann, driver.channel, "Is **anybody** there?")
    (event,) = driver.received
    assert isinstance(event, MessagePosted)
    assert (event.who, event.post.author, event.post.ref) == (driver.ann, driver.ann, reference)
    assert event.who.name == driver.ann.name
    assert event.post.text == "Is **anybody** there?"
    assert event.at.utcoffset() == timedelta()
    assert (event.to_bot, event.direct, event.post.by_bot) == (False, False, False)


async def test_every_event_has_a_key_of_its_own(driver: Driver) -> None:
    reference = await driver.say(driver.ann, driver.channel, "one")
    await driver.say(driver.ann, driver.channel, "one")
    await driver.change(driver.ann, reference, "two")
    await driver.react(driver.bob, reference, "bulb")
    keys = [event.key for event in driver.received]
    assert len(keys) == len(set(keys)) == 4


async def test_the_bots_mention_is_taken_out(driver: Driver) -> None:
    await driver.mention_bot(driver.ann, driver.channel, "keep this")
    (event,) = driver.received
    assert isinstance(event, MessagePosted)
    assert (event.post.text, event.to_bot, event.direct) == ("keep this", True, False)


async def test_a_direct_message_is_to_the_bot(driver: Driver) -> None:
    await driver.say_to_bot(driver.ann, "How do I flush a line?")
    (event,) = driver.received
    assert isinstance(event, MessagePosted)
    assert (event.to_bot, event.direct) == (True, True)


async def test_what_people_say_without_the_bot_stays_theirs(driver: Driver) -> None:
    reference = await driver.say(driver.ann, driver.elsewhere, "between us")
    assert driver.received == []
    assert await driver.platform.read_message(reference) is None


async def test_the_bot_does_not_hear_itself(driver: Driver) -> None:
    reference = await driver.platform.send(driver.channel, note())
    assert reference
    await driver.platform.react(reference, "eyes")
    await driver.platform.edit(reference, note("Warm it well."))
    assert driver.received == []


async def test_changes_reach_the_bot(driver: Driver) -> None:
    reference = await driver.say(driver.ann, driver.channel, "frist")
    await driver.change(driver.ann, reference, "first")
    await driver.remove(driver.ann, reference)
    _, edited, deleted = driver.received
    assert isinstance(edited, MessageEdited) and edited.post.text == "first"
    assert isinstance(deleted, MessageDeleted) and deleted.message == reference
    assert await driver.platform.read_message(reference) is None


async def test_reactions_come_by_short_names(driver: Driver) -> None:
    reference = await driver.say(driver.ann, driver.channel, "Tap the chamber.")
    await driver.react(driver.bob, reference, "bulb")
    await driver.react(driver.bob, reference, "bulb", on=False)
    _, added, removed = driver.received
    assert isinstance(added, ReactionAdded) and isinstance(removed, ReactionRemoved)
    assert (added.emoji, added.who, added.message) == ("bulb", driver.bob, reference)
    assert added.author in (driver.ann, None)


async def test_what_is_sent_is_seen_and_can_be_read(driver: Driver) -> None:
    reference = await driver.platform.send(driver.channel, note())
    assert reference
    assert "Warm the line first." in await driver.seen(driver.ann)
    post = await driver.platform.read_message(reference)
    assert post and post.by_bot and "Warm the line first." in post.text


async def test_a_key_is_sent_once(driver: Driver) -> None:
    first = await driver.platform.send(driver.channel, note(), once="k1")
    second = await driver.platform.send(driver.channel, note("Something else."), once="k1")
    assert first == second
    assert "Something else." not in await driver.seen(driver.ann)


@given(message=messages())
@SEVERAL
async def test_a_message_that_can_be_built_can_be_sent(driver: Driver, message: Message) -> None:
    assert await driver.platform.send(driver.channel, message)


@given(form=forms())
@SEVERAL
async def test_a_form_that_can_be_built_can_be_opened(driver: Driver, form: Form) -> None:
    await driver.command(driver.ann, driver.channel, "/keep")
    await driver.platform.open_form(_command(driver).trigger, form)


async def test_nobodys_words_ping_everyone(driver: Driver) -> None:
    words = f"@everyone @here <!channel> <@{driver.bob.id}> @{driver.bob.id}"
    reference = await driver.platform.send(driver.channel, note(words))
    assert reference
    assert await driver.notified(reference) == set()


async def test_a_mention_notifies_one_person(driver: Driver) -> None:
    message = Message("A note", [Section(("Ask ", Mention(driver.bob)))])
    reference = await driver.platform.send(driver.channel, message)
    assert reference
    assert await driver.notified(reference) == {driver.bob.id}


async def test_an_edit_replaces_and_a_deletion_removes(driver: Driver) -> None:
    reference = await driver.platform.send(driver.channel, note())
    assert reference
    await driver.platform.edit(reference, note("Warm it well."))
    seen = await driver.seen(driver.ann)
    assert "Warm it well." in seen and "Warm the line first." not in seen
    await driver.platform.delete(reference)
    assert "Warm it well." not in await driver.seen(driver.ann)
    for again in (driver.platform.edit(reference, note()), driver.platform.delete(reference)):
        with pytest.raises(PlatformRefused) as refused:
            await again
        assert refused.value.reason is Refused.GONE


async def test_a_room_without_the_bot_refuses_it(driver: Driver) -> None:
    with pytest.raises(PlatformRefused) as refused:
        await driver.platform.send(driver.elsewhere, note())
    assert refused.value.reason is Refused.NOT_IN_CHANNEL


async def test_closed_direct_messages_are_respected(driver: Driver) -> None:
    assert await driver.platform.send(driver.bob, note("Hello, Bob."))
    assert "Hello, Bob." in await driver.seen(driver.bob)
    assert "Hello, Bob." not in await driver.seen(driver.ann)
    await driver.close_direct_messages(driver.bob)
    with pytest.raises(PlatformRefused) as refused:
        await driver.platform.send(driver.bob, note())
    assert refused.value.reason is Refused.NO_DIRECT_MESSAGES


async def test_a_private_answer_is_seen_by_one(driver: Driver) -> None:
    await driver.command(driver.ann, driver.channel, "/keep a line")
    event = _command(driver)
    assert (event.name, event.text, event.room) == ("keep", "a line", driver.channel)
    await driver.platform.send(Only(driver.ann, driver.channel, event.trigger), note("For you alone."))
    assert "For you alone." in await driver.seen(driver.ann)
    assert "For you alone." not in await driver.seen(driver.bob)


async def test_a_form_opens_once_and_comes_back(driver: Driver) -> None:
    await driver.command(driver.ann, driver.channel, "/keep")
    trigger = _command(driver).trigger
    await driver.platform.open_form(trigger, FORM)
    assert await driver.form_title(driver.ann) == "Keep a tip"
    with pytest.raises(PlatformRefused) as refused:
        await driver.platform.open_form(trigger, FORM)
    assert refused.value.reason is Refused.EXPIRED
    await driver.submit(driver.ann, {"title": "Warm line"})
    event = driver.received[-1]
    assert isinstance(event, FormSubmitted)
    assert (event.form, dict(event.values), event.who) == ("capture:save", {"title": "Warm line"}, driver.ann)


async def test_an_answer_to_a_form_can_be_given_back(driver: Driver) -> None:
    await driver.command(driver.ann, driver.channel, "/keep")
    await driver.platform.open_form(_command(driver).trigger, FORM)
    driver.returns = FieldErrors({"title": "There is one of that name."})
    await driver.submit(driver.ann, {"title": "Warm line"})
    assert "There is one of that name." in await driver.seen(driver.ann)


async def test_a_shortcut_brings_the_message(driver: Driver) -> None:
    reference = await driver.say(driver.bob, driver.channel, "Tap the chamber.")
    await driver.shortcut(driver.ann, reference, "capture:keep")
    event = driver.received[-1]
    assert isinstance(event, ShortcutUsed)
    assert (event.shortcut, event.who, event.post.author) == ("capture:keep", driver.ann, driver.bob)
    assert event.post.text == "Tap the chamber."
    await driver.platform.open_form(event.trigger, FORM)


async def test_anybody_who_sees_a_button_can_press_it(driver: Driver) -> None:
    message = note("May I?", Button("capture:yes:12", "Yes"), Button("capture:no:12", "No"))
    reference = await driver.platform.send(driver.channel, message)
    assert reference
    await driver.press(driver.ann, reference, "capture:yes:12")
    await driver.press(driver.bob, reference, "capture:no:12")
    first, second = driver.received
    assert isinstance(first, ButtonPressed) and isinstance(second, ButtonPressed)
    assert (first.button, first.who, first.message) == ("capture:yes:12", driver.ann, reference)
    assert (second.button, second.who) == ("capture:no:12", driver.bob)
    await driver.platform.edit(reference, note("Thank you."), answering=first.trigger)
    assert "Thank you." in await driver.seen(driver.bob)


async def test_a_thread_is_read_from_its_beginning(driver: Driver) -> None:
    root = await driver.say(driver.ann, driver.channel, "How?")
    reply = await driver.say(driver.bob, root.thread, "So.")
    answer = await driver.platform.send(root.thread, note("Shall I keep it?"))
    assert answer
    assert answer.room == reply.room == root.thread
    for place in (root, reply, answer):
        thread = await driver.platform.read_thread(place)
        assert [post.author == driver.ann for post in thread] == [True, False, False]
        assert [post.ref for post in thread] == [root, reply, answer]


async def test_a_conversation_is_opened_once(driver: Driver) -> None:
    one = await driver.platform.open_room([driver.ann])
    assert one == await driver.platform.open_room([driver.ann])
    both = await driver.platform.open_room([driver.ann, driver.bob])
    assert both != one
    assert await driver.platform.send(both, note("You two may like to talk."))
    assert "You two may like to talk." in await driver.seen(driver.bob)


async def test_members_are_the_people_and_bots_are_marked(driver: Driver) -> None:
    profiles = await driver.platform.members(driver.ann.space)
    assert {driver.ann, driver.bob} <= {profile.account for profile in profiles if not profile.is_bot}
    assert len({profile.account.key for profile in profiles}) == len(profiles)


async def test_everybody_in_the_space_sees_what_stands_in_an_open_channel(driver: Driver) -> None:
    root = await driver.say(driver.ann, driver.channel, "How?")
    reply = await driver.say(driver.bob, root.thread, "So.")
    for who in (driver.ann, driver.bob):
        assert await driver.platform.may_see(who, driver.channel)
        assert await driver.platform.may_see(who, reply.room)


async def test_a_private_channel_is_seen_by_those_in_it(driver: Driver) -> None:
    root = await driver.say(driver.bob, driver.private, "Between us.")
    for room in (driver.private, root.thread):
        assert await driver.platform.may_see(driver.bob, room)
        assert not await driver.platform.may_see(driver.ann, room)


async def test_what_is_said_directly_is_nobodys_to_see(driver: Driver) -> None:
    alone = await driver.platform.open_room([driver.ann])
    both = await driver.platform.open_room([driver.ann, driver.bob])
    for room in (alone, both, driver.elsewhere):
        kept = Room(room.space, room.channel_id, room.thread_id)  # as it is read from a database
        assert not await driver.platform.may_see(driver.ann, room)
        assert not await driver.platform.may_see(driver.ann, kept)


async def test_who_is_not_here_sees_nothing(driver: Driver) -> None:
    await driver.leave(driver.bob)
    strangers = [Account(driver.ann.space, id) for id in ("nobody", "1234567890", "")]
    abroad = Account(Space("elsewhere", driver.ann.space.id), driver.ann.id)
    for who in (driver.bob, *strangers, abroad):
        assert not await driver.platform.may_see(who, driver.channel)
        assert not await driver.platform.may_see(who, driver.private)


async def test_what_is_not_there_is_not_seen(driver: Driver) -> None:
    abroad = Space(driver.ann.space.platform, "999")
    gone = [Room(driver.ann.space, id) for id in ("nowhere", "CGONE", "1234567890", "")]
    for room in (*gone, Room(abroad, driver.channel.channel_id)):
        assert not await driver.platform.may_see(driver.ann, room)
        assert not await driver.platform.may_see(Account(room.space, driver.ann.id), room)


async def test_groups_are_those_that_hold_a_few(driver: Driver) -> None:
    key = await driver.put_together(driver.ann)
    groups = await driver.platform.groups(driver.ann.space)
    found = {each.key: each for each in groups}
    assert len(found) == len(groups) and all(each.name for each in groups)
    private = found[driver.private.key]
    assert (private.sort, private.private) == (Sort.CHANNEL, True) and "private" in private.name
    assert found[key].sort in Sort
    assert not {driver.channel.key, driver.elsewhere.key} & set(found), "what everybody is in, or the bot is not"
    assert [each.sort for each in groups] == sorted((each.sort for each in groups), key=[*Sort].index)
    assert await driver.platform.groups(Space(driver.ann.space.platform, "999")) == ()


async def test_a_group_holds_who_is_in_it_now(driver: Driver) -> None:
    for inside in ((driver.ann,), (driver.ann, driver.bob), (driver.bob,)):
        key = await driver.put_together(*inside)
        people = await driver.platform.people_in(key)
        assert set(people) == set(inside) and len(people) == len(inside)
    assert [each.name for each in people] == [driver.bob.name]
    await driver.leave(driver.bob)
    assert await driver.platform.people_in(key) == ()


async def test_a_private_channel_is_a_group_of_those_in_it(driver: Driver) -> None:
    people = await driver.platform.people_in(driver.private.key)
    assert driver.bob in people and driver.ann not in people


async def test_a_group_that_is_not_there_is_refused_and_not_empty(driver: Driver) -> None:
    space = driver.ann.space.key
    gone = ("nowhere", "C404", "group:S404", "role:1234567890", "role:nobody", "1234567890", "group:", "")
    abroad = driver.private.key.replace(space, f"{driver.ann.space.platform}:999")
    for key in (*(f"{space}:{each}" for each in gone), driver.elsewhere.key, abroad):
        with pytest.raises(PlatformRefused):
            await driver.platform.people_in(key)


async def test_a_link_is_an_address_or_nothing(driver: Driver) -> None:
    reference = await driver.say(driver.ann, driver.channel, "Here.")
    link = await driver.platform.link(reference)
    assert link == "" or link.startswith(("http://", "https://"))


def _command(driver: Driver) -> CommandUsed:
    event = driver.received[-1]
    assert isinstance(event, CommandUsed)
    return event


async def test_an_event_is_put_into_the_calendar_once_where_there_is_one(driver: Driver) -> None:
    starts = datetime(2030, 3, 4, 12, tzinfo=UTC)
    event = Event("Beds and lifts", starts, starts + timedelta(minutes=45), "Day room, ward 4", "Bring a story.")
    space = driver.ann.space
    known = await driver.platform.schedule_event(space, event)
    assert await driver.platform.schedule_event(space, event) == known
    later = replace(event, starts_at=starts + timedelta(days=1), ends_at=event.ends_at + timedelta(days=1))
    assert await driver.platform.schedule_event(space, later, known=known) == known
    assert await driver.platform.schedule_event(space, replace(later, cancelled=True), known=known) == ""

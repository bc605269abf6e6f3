"""Commands, message actions, buttons and forms of Slack as values of the port."""

from datetime import timedelta
from typing import Any

import pytest
from test_slack_inbound import ANN, AT, BOB, GENERAL, HERE, NOW, ROOT, THREAD, TS, named, read

from adapters.port import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    Inbound,
    MessageRef,
    Post,
    Room,
    ShortcutUsed,
)
from adapters.slack import inbound
from adapters.slack.triggers import Interaction

Json = dict[str, Any]
URL = "https://hooks.slack.com/actions/T1/1/x"


def interaction(type: str, **more: Any) -> Json:
    person = {"id": "UANN", "username": "ann", "name": "ann", "team_id": "T1"}
    return {"type": type, "team": {"id": "T1"}, "user": person, "trigger_id": "1.2.x", "response_url": URL, **more}


def command(text: str = "this", **more: Any) -> Json:
    place = {"channel_id": "C1", "channel_name": "general"}
    who = {"team_id": "T1", "user_id": "UANN", "user_name": "ann"}
    return {"command": "/keep", "text": text, "trigger_id": "1.2.x", "response_url": URL, **place, **who, **more}


def used(payload: Json) -> CommandUsed:
    found = read(payload)
    assert isinstance(found, CommandUsed)
    return found


def test_a_command() -> None:
    trigger = Interaction("1.2.x", URL, "C1", name="general", user="UANN").trigger(NOW)
    assert used(command(" a  line ")) == CommandUsed("slack:T1:1.2.x", NOW, ANN, GENERAL, "keep", "a  line", trigger)
    assert trigger.expires_at == NOW + timedelta(seconds=3)


@pytest.mark.parametrize(
    ("sent", "text"), [("a &lt;b&gt; &amp; c", "a <b> & c"), ("a <b> & c", "a <b> & c"), ("", ""), ("&amp;lt;", "&lt;")]
)
def test_a_commands_text_is_as_it_was_typed(sent: str, text: str) -> None:
    assert used(command(sent)).text == text


def test_a_command_is_named_without_its_slash_and_in_small_letters() -> None:
    found = used(command("Me Now", command="/Tacit"))
    assert (found.name, found.text) == ("tacit", "Me Now")


@pytest.mark.parametrize(
    ("channel", "name", "expected", "direct"),
    [
        ("C1", "general", "general", False),
        ("C9", "theatre", "theatre", False),
        ("D9", "directmessage", "", True),
        ("G9", "mpdm-ann--bob-1", "", True),
    ],
)
def test_a_command_says_where_it_was_used(channel: str, name: str, expected: str, direct: bool) -> None:
    found = used(command(channel_id=channel, channel_name=name))
    assert (found.room.channel_id, found.room.name, found.room.direct) == (channel, expected, direct)


def test_somebody_whose_name_is_not_known_goes_by_their_handle() -> None:
    assert named(used(command(user_id="UEVE", user_name="eve")).who) == ("eve", "T1")


def test_a_message_action() -> None:
    chosen = {"type": "message", "user": "UBOB", "text": "Tap it.", "ts": TS, "thread_ts": ROOT}
    where = {"channel": {"id": "C1", "name": "general"}, "callback_id": "keep", "message": chosen}
    trigger = Interaction("1.2.x", URL, "C1", ROOT, name="general", user="UANN").trigger(NOW)
    expected = Post(MessageRef(THREAD, TS), BOB, AT, "Tap it.")
    assert read(interaction("message_action", **where)) == ShortcutUsed(
        "slack:T1:1.2.x", NOW, ANN, "keep", expected, trigger
    )


def press(action: Json, container: Json) -> Inbound | None:
    return read(interaction("block_actions", actions=[action], container=container))


@pytest.mark.parametrize("hidden", [False, True])
def test_a_button(hidden: bool) -> None:
    container = {"type": "message", "message_ts": TS, "channel_id": "C1", "thread_ts": ROOT, "is_ephemeral": hidden}
    known = {"name": "general", "user": "UANN", "message": TS}
    trigger = Interaction("1.2.x", URL, "C1", ROOT, ephemeral=hidden, **known).trigger(NOW)
    assert press({"type": "button", "action_id": "tips:yes:12"}, container) == ButtonPressed(
        "slack:T1:1.2.x", NOW, ANN, "tips:yes:12", MessageRef(THREAD, TS), trigger
    )


def test_a_button_on_the_home_tab() -> None:
    found = press({"type": "button", "action_id": "me:do"}, {"type": "view", "view_id": "V1"})
    room = Room(HERE, "UANN", direct=True)
    trigger = Interaction("1.2.x", user="UANN", home="act").trigger(NOW)
    assert found == ButtonPressed("slack:T1:1.2.x", NOW, ANN, "me:do", MessageRef(room, "V1"), trigger)


@pytest.mark.parametrize(
    "action", [{"type": "button", "action_id": "~link:0:1"}, {"type": "static_select", "action_id": "x"}, {}]
)
def test_what_is_no_button_of_ours_is_nothing(action: Json) -> None:
    assert press(action, {"type": "message", "message_ts": TS, "channel_id": "C1"}) is None


FIELDS = [
    ({"type": "plain_text_input", "value": "words"}, "words"),
    ({"type": "plain_text_input", "value": None}, ""),
    ({"type": "static_select", "selected_option": {"value": "a", "text": {}}}, "a"),
    ({"type": "static_select", "selected_option": None}, ""),
    ({"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}, ("a", "b")),
    ({"type": "multi_static_select", "selected_options": []}, ()),
    ({"type": "users_select", "selected_user": "UANN"}, "UANN"),
    ({"type": "users_select", "selected_user": None}, ""),
    ({"type": "multi_users_select", "selected_users": ["UANN", "UBOB"]}, ("UANN", "UBOB")),
    ({"type": "multi_users_select", "selected_users": []}, ()),
    ({"type": "datepicker", "selected_date": "2026-11-24"}, "2026-11-24"),
    ({"type": "datepicker", "selected_date": None}, ""),
]


def test_a_form_with_a_field_of_every_kind() -> None:
    values = {f"f{number}": {"f": state} for number, (state, _) in enumerate(FIELDS)}
    opened = Interaction("", URL, "C1", ROOT, name="general")
    view = {
        "id": "V1",
        "callback_id": "capture:save",
        "private_metadata": opened.written(),
        "state": {"values": values},
    }
    expected = {f"f{number}": value for number, (_, value) in enumerate(FIELDS)}
    assert read(interaction("view_submission", view=view)) == FormSubmitted(
        "slack:T1:1.2.x", NOW, ANN, THREAD, "capture:save", expected, opened.trigger(NOW)
    )


@pytest.mark.parametrize("metadata", ["", "not json", "[]", '{"unknown": 1}', "5"])
def test_a_form_whose_place_is_not_known_belongs_to_the_person(metadata: str) -> None:
    view = {"id": "V1", "callback_id": "a:b", "private_metadata": metadata, "state": {"values": {}}}
    found = read(interaction("view_submission", view=view))
    assert isinstance(found, FormSubmitted)
    assert (found.room, dict(found.values)) == (Room(HERE, "UANN", direct=True), {})


@pytest.mark.parametrize("type", ["view_closed", "shortcut", "block_suggestion", "workflow_step_edit", ""])
def test_other_interactions_are_nothing(type: str) -> None:
    assert read(interaction(type)) is None


def test_every_name_that_an_interaction_speaks_of_is_asked_for() -> None:
    assert inbound.wanted(command()) == ({"UANN"}, {"C1"})
    chosen = interaction("message_action", channel={"id": "C2"}, message={"user": "UBOB", "text": "<@UEVE>", "ts": TS})
    assert inbound.wanted(chosen) == ({"UANN", "UBOB", "UEVE"}, {"C2"})

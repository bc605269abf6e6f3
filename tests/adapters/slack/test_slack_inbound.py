"""Each payload of Slack as a value of the port, and what is nobody's business as nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.port import (
    Account,
    HomeOpened,
    Inbound,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageRef,
    Post,
    Reaction,
    ReactionAdded,
    ReactionRemoved,
    Room,
    Space,
)
from adapters.slack import inbound, triggers
from adapters.slack.triggers import Interaction

Json = dict[str, Any]
HERE = Space("slack", "T1")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TS = "1795165200.000000"
ROOT = "1795165100.000000"
ANN, BOB = Account(HERE, "UANN", "Ann"), Account(HERE, "UBOB", "Bob")
GENERAL = Room(HERE, "C1", "", "general")
THREAD = Room(HERE, "C1", ROOT, "general")
ROOMS = {"C1": GENERAL, "D1": Room(HERE, "D1", direct=True), "G1": Room(HERE, "G1", direct=True)}
KNOWN = inbound.Known(HERE, "UTACIT", NOW, {"UANN": "Ann", "UBOB": "Bob"}, ROOMS)
URL = "https://hooks.slack.com/actions/T1/1/x"


def event(type: str, **more: Any) -> Json:
    """An event with what Slack wraps around it."""
    inner = {"type": type, "event_ts": TS, **more}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event_time": 1, "event": inner}


def message(text: str = "Hi", **more: Any) -> Json:
    return event("message", **{"user": "UANN", "text": text, "ts": TS, "channel": "C1", **more})


def read(payload: Json) -> Inbound | None:
    return inbound.read(payload, KNOWN)


def posted(payload: Json) -> MessagePosted:
    found = read(payload)
    assert isinstance(found, MessagePosted)
    return found


def post(text: str = "Hi", room: Room = GENERAL, **more: Any) -> Post:
    return Post(MessageRef(room, TS), ANN, AT, text, **more)


def named(found: Any) -> tuple[str, str]:
    """The names that equality does not look at."""
    return found.name, found.space.id


def test_a_message() -> None:
    found = posted(message())
    assert found == MessagePosted(f"slack:T1:C1:{TS}", AT, ANN, post())
    assert found.who.name == "Ann" and found.post.ref.room.name == "general"


def test_a_reply() -> None:
    found = posted(message(thread_ts=ROOT, parent_user_id="UBOB"))
    assert found == MessagePosted(f"slack:T1:C1:{TS}", AT, ANN, post(room=THREAD), answers=BOB)


def test_the_first_message_of_a_thread_stands_in_the_channel() -> None:
    assert posted(message(thread_ts=TS)).post.ref.room == GENERAL


def test_a_mention_and_its_message_are_one() -> None:
    mention = event("app_mention", user="UANN", text="<@UTACIT> keep", ts=TS, channel="C1")
    both = posted(mention), posted(message("<@UTACIT> keep"))
    assert both[0] == both[1] == MessagePosted(f"slack:T1:C1:{TS}", AT, ANN, post("keep"), to_bot=True)


def test_those_who_are_mentioned_are_named() -> None:
    found = posted(message("<@UBOB> and <@UBOB> <@UTACIT>")).post
    assert found.mentions == (BOB,)
    assert found.text == "@Bob and @Bob"


def test_those_whose_messages_are_shared_are_quoted() -> None:
    shared = [{"is_share": True, "author_id": "UBOB"}, {"is_msg_unfurl": True, "author_id": "UBOB"}]
    cards = [{"author_id": "UEVE", "text": "an app's card"}, {"is_share": True, "author_id": "UTACIT"}]
    assert posted(message(attachments=[*shared, *cards])).post.quotes == (BOB,)
    assert inbound.wanted(message(attachments=shared))[0] == {"UANN", "UBOB"}


@pytest.mark.parametrize(("channel", "private"), [("D1", True), ("G1", False)])
def test_where_no_channel_is_it_is_direct(channel: str, private: bool) -> None:
    found = posted(message(channel=channel))
    assert (found.direct, found.post.private, found.to_bot) == (True, private, private)


@pytest.mark.parametrize("kind", ["im", "mpim"])
def test_a_conversation_that_is_not_known_is_direct_by_its_type(kind: str) -> None:
    assert posted(message(channel="X9", channel_type=kind)).direct


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
def test_what_people_write_in_other_ways_is_heard(subtype: str) -> None:
    assert posted(message(subtype=subtype)).post == post()


SLACKS_OWN = ("channel_join", "channel_leave", "channel_topic", "bot_message", "reminder_add", "message_replied")


@pytest.mark.parametrize("subtype", SLACKS_OWN)
def test_what_slack_writes_is_not_heard(subtype: str) -> None:
    assert read(message(subtype=subtype)) is None


@pytest.mark.parametrize("who", [{"user": "UTACIT"}, {"bot_id": "B9"}, {"user": "USLACKBOT"}, {"user": None}])
def test_bots_are_not_heard(who: Json) -> None:
    assert read(message(**who)) is None
    assert read(event("app_mention", **{"user": "UANN", "text": "x", "ts": TS, "channel": "C1", **who})) is None


def test_files_are_named() -> None:
    files = [{"id": "F1", "name": "a.png"}, {"id": "F2", "title": "Plan"}, {"id": "F3", "mode": "tombstone"}]
    assert posted(message("", subtype="file_share", files=files)).post == post("", file_names=("a.png", "Plan", ""))


def test_a_changed_message() -> None:
    now = {"type": "message", "user": "UANN", "text": "Hi, all", "ts": TS, "edited": {"user": "UANN", "ts": TS}}
    before = {**now, "text": "Hi"}
    change = event("message", subtype="message_changed", channel="C1", message=now, previous_message=before, ts="9.9")
    assert read(change) == MessageEdited("slack:T1:Ev1", AT, ANN, post("Hi, all"))


@pytest.mark.parametrize("more", [{"attachments": [{"id": 1}]}, {"reply_count": 2}, {"is_starred": True}])
def test_a_message_that_only_looks_different_is_not_changed(more: Json) -> None:
    before = {"type": "message", "user": "UANN", "text": "Hi", "ts": TS, "blocks": [{"type": "rich_text"}]}
    change = event(
        "message", subtype="message_changed", channel="C1", message={**before, **more}, previous_message=before
    )
    assert read(change) is None


@pytest.mark.parametrize("author", [{"user": "UTACIT"}, {"user": "UROBOT", "bot_id": "B9"}])
def test_what_bots_change_and_delete_is_not_heard(author: Json) -> None:
    now = {"type": "message", "text": "b", "ts": TS, **author}
    before = {**now, "text": "a"}
    about = {"channel": "C1", "message": now, "previous_message": before, "deleted_ts": TS}
    assert read(event("message", subtype="message_changed", **about)) is None
    assert read(event("message", subtype="message_deleted", **about)) is None


@pytest.mark.parametrize(
    ("thread", "room"), [({}, GENERAL), ({"thread_ts": ROOT}, THREAD), ({"thread_ts": TS}, GENERAL)]
)
def test_a_deleted_message(thread: Json, room: Room) -> None:
    before = {"type": "message", "user": "UANN", "text": "Hi", "ts": TS, **thread}
    gone = event("message", subtype="message_deleted", channel="C1", deleted_ts=TS, previous_message=before)
    assert read(gone) == MessageDeleted("slack:T1:Ev1", AT, ANN, MessageRef(room, TS))


def test_a_tombstone_is_a_deleted_message() -> None:
    before = {"type": "message", "user": "UANN", "text": "Hi", "ts": TS, "thread_ts": TS}
    stone = {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "ts": TS,
    }
    change = event("message", subtype="message_changed", channel="C1", message=stone, previous_message=before)
    assert read(change) == MessageDeleted("slack:T1:Ev1", AT, ANN, MessageRef(GENERAL, TS))


@pytest.mark.parametrize(("type", "kind"), [("reaction_added", ReactionAdded), ("reaction_removed", ReactionRemoved)])
def test_a_reaction(type: str, kind: Any) -> None:
    item = {"type": "message", "channel": "C1", "ts": TS}
    found = read(event(type, user="UANN", reaction="bulb", item=item, item_user="UBOB"))
    assert found == kind("slack:T1:Ev1", AT, ANN, MessageRef(GENERAL, TS), "bulb", BOB)


def test_a_skin_tone_is_no_other_emoji() -> None:
    item = {"type": "message", "channel": "C1", "ts": TS}
    found = read(event("reaction_added", user="UANN", reaction="thumbsup::skin-tone-4", item=item, item_user="UTACIT"))
    assert found == ReactionAdded("slack:T1:Ev1", AT, ANN, MessageRef(GENERAL, TS), "thumbsup")


@pytest.mark.parametrize("more", [{"user": "UTACIT"}, {"item": {"type": "file", "file": "F1"}}, {"user": "USLACKBOT"}])
def test_reactions_that_are_not_heard(more: Json) -> None:
    item = {"type": "message", "channel": "C1", "ts": TS}
    assert read(event("reaction_added", **{"user": "UANN", "reaction": "bulb", "item": item, **more})) is None


def test_people_who_come_and_go() -> None:
    assert read(event("team_join", user={"id": "UANN"})) == MemberJoined("slack:T1:Ev1", AT, ANN)
    assert read(event("user_change", user={"id": "UANN", "deleted": True})) == MemberLeft("slack:T1:Ev1", AT, ANN)
    assert read(event("user_change", user={"id": "UANN", "deleted": False})) is None
    for type in ("team_join", "user_change"):
        assert read(event(type, user={"id": "UROBOT", "is_bot": True, "deleted": True})) is None


def test_the_home_tab() -> None:
    opened = event("app_home_opened", user="UANN", channel="D1", tab="home")
    token = Interaction(home="page").written()
    assert read(opened) == HomeOpened("slack:T1:Ev1", AT, ANN, Interaction(home="page").trigger(NOW))
    assert triggers.read(token).home == "page"
    assert read(event("app_home_opened", user="UANN", channel="D1", tab="messages")) is None


def test_events_without_a_stamp_are_of_when_they_were_delivered() -> None:
    joined = event("team_join", user={"id": "UANN"})
    del joined["event"]["event_ts"]
    assert read(joined) == MemberJoined("slack:T1:Ev1", datetime.fromtimestamp(1, UTC), ANN)
    del joined["event_time"]
    assert read(joined) == MemberJoined("slack:T1:Ev1", NOW, ANN)


@pytest.mark.parametrize("type", ["member_joined_channel", "channel_rename", "file_shared", "never_heard_of", ""])
def test_other_events_are_nothing(type: str) -> None:
    assert read(event(type, user="UANN", channel="C1")) is None


def test_a_message_that_is_acted_upon_has_its_reactions() -> None:
    reactions = [{"name": "bulb", "users": ["UANN", "UBOB"], "count": 2}, {"name": "+1::skin-tone-2"}]
    found = inbound.post_of({"user": "UANN", "text": "Hi", "ts": TS, "reactions": reactions}, "C1", KNOWN)
    assert found == post(reactions=(Reaction("bulb", (ANN, BOB)), Reaction("+1", ())))
    assert inbound.people_in({"user": "UANN", "ts": TS, "reactions": reactions}) == {"UANN", "UBOB"}


def test_a_bots_message_is_marked() -> None:
    profile = {"name": "Robot"}
    for author in ({"user": "UTACIT", "bot_id": "B1"}, {"bot_id": "B9", "bot_profile": profile}, {"user": "UTACIT"}):
        assert inbound.post_of({"text": "Hi", "ts": TS, **author}, "C1", KNOWN).by_bot
    robot = inbound.post_of({"text": "Hi", "ts": TS, "bot_id": "B9", "bot_profile": profile}, "C1", KNOWN)
    assert named(robot.author) == ("Robot", "T1")


def test_somebody_of_another_workspace_is_heard_in_a_shared_channel() -> None:
    shared = message(user="USTRANGER", user_team="T2", source_team="T2")
    shared |= {"team_id": "T2", "is_ext_shared_channel": True, "authorizations": [{"team_id": "T1"}]}
    found = posted(shared)
    assert found.who == Account(HERE, "USTRANGER") and found.key == f"slack:T1:C1:{TS}"


def test_every_name_that_a_payload_speaks_of_is_asked_for() -> None:
    blocks = [{"type": "rich_text", "elements": [{"type": "user", "user_id": "UEVE"}]}]
    people, rooms = inbound.wanted(message("<@UBOB>", parent_user_id="UTOM", blocks=blocks))
    assert (people, rooms) == ({"UANN", "UBOB", "UEVE", "UTOM"}, {"C1"})
    item = {"type": "message", "channel": "C2", "ts": TS}
    assert inbound.wanted(event("reaction_added", user="UANN", item=item, item_user="UBOB")) == (
        {"UANN", "UBOB"},
        {"C2"},
    )

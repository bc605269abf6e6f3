"""Each event of Discord as a value of the port, and what is nobody's business as nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord_stage import Stage, open_stage
from simcord.backend import serializers
from simcord.enums import ChannelType
from test_discord_contract import SURFACE, Listener, nothing

from adapters.port import (
    Account,
    Inbound,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    Room,
)
from adapters.room import Person

Json = dict[str, Any]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass
class Wire:
    """Sends gateway events to the bot, with what Discord puts into each."""

    stage: Stage
    ear: Listener
    sent: int = field(default=0)

    def id(self) -> str:
        return str(self.stage.people.world.snowflake())

    def user(self, who: str, **more: Any) -> Json:
        return {**serializers.user_payload(self.stage.people.world.users[self.stage.people.user(who)]), **more}

    def member(self, nick: str | None = None) -> Json:
        at = "2026-01-01T00:00:00+00:00"
        return {"nick": nick, "roles": [], "joined_at": at, "deaf": False, "mute": False, "flags": 0}

    def message(self, content: str = "Hi", who: str = "ann", *, channel: int = 0, **more: Any) -> Json:
        """A message in a channel of the server, `general` unless said otherwise."""
        place = self.stage.people.world.channels[channel or self.stage.people.channel("general")]
        server = {"guild_id": str(place.guild_id), "member": self.member()} if place.guild_id else {}
        about = {"channel_id": str(place.id), "author": self.user(who), "content": content, **server}
        lists: Json = {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")}
        flags = {"tts": False, "mention_everyone": False, "pinned": False, "type": 0, "flags": 0}
        at = {"timestamp": NOW.isoformat(), "edited_timestamp": None}
        return {"id": self.id(), **at, **about, **lists, **flags, **more}

    async def send(self, event: str, payload: Json) -> list[Inbound]:
        """Sends an event; gives what the bot was told."""
        self.ear.received.clear()
        self.stage.people.world.emit(event, payload)
        await self.stage.people.finish()
        return list(self.ear.received)

    async def posted(self, payload: Json) -> MessagePosted:
        (found,) = await self.send("MESSAGE_CREATE", payload)
        assert isinstance(found, MessagePosted)
        return found

    def channel(self, kind: ChannelType, name: str = "place", **more: Any) -> int:
        """Opens a channel of some kind."""
        return self.stage.people.world.create_channel(self.stage.server.guild.id, name, type=kind, **more).id

    def thread(self, parent: int, kind: ChannelType = ChannelType.PUBLIC_THREAD) -> int:
        """Begins a thread of Ann with the bot in it."""
        world = self.stage.people.world
        thread = world.create_thread(parent, "A thread", self.stage.people.user("ann"), type=kind, broadcast=False)
        thread.thread_members[world.bot_user.id] = world.now_iso()
        world.announce_thread_create(thread)
        return thread.id

    @property
    def general(self) -> Room:
        return self.stage.people.room("general")

    def account(self, who: str) -> Account:
        return self.stage.people.account(who)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    ear = Listener()
    async with open_stage(lambda platform: (SURFACE, ear.receive, nothing), clock=lambda: NOW) as stage:
        stage.people.open_channel("general")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        yield Wire(stage, ear)
        assert stage.violations == []


async def test_a_message(wire: Wire) -> None:
    payload = wire.message("Is **anybody** there?")
    found = await wire.posted(payload)
    assert (found.who, found.post.author) == (wire.account("ann"), wire.account("ann"))
    assert (found.post.ref.room, found.post.ref.room.name, found.post.ref.id) == (
        wire.general,
        "general",
        payload["id"],
    )
    assert (found.post.text, found.to_bot, found.direct, found.answers) == ("Is **anybody** there?", False, False, None)
    assert found.at == discord.utils.snowflake_time(int(payload["id"]))


async def test_a_message_in_a_thread(wire: Wire) -> None:
    parent = wire.stage.people.channel("general")
    thread = wire.thread(parent)
    found = await wire.posted(wire.message(channel=thread))
    assert found.post.ref.room == Room(wire.general.space, str(parent), str(thread))
    assert found.post.ref.room.name == "general" and not found.direct


async def test_the_first_message_of_a_thread_stands_in_the_channel(wire: Wire) -> None:
    root = await wire.stage.people.say("ann", "general", "How?")
    await wire.stage.people.begin_thread("bob", root)
    (found,) = [event for event in wire.ear.received if isinstance(event, MessagePosted)]
    assert found.post.ref.room == wire.general
    (edited,) = await wire.send("MESSAGE_UPDATE", wire.message("How now?", id=root, edited_timestamp=NOW.isoformat()))
    assert isinstance(edited, MessageEdited) and edited.post.ref == found.post.ref


async def test_a_post_in_a_forum_begins_its_own_thread(wire: Wire) -> None:
    forum = wire.channel(ChannelType.FORUM, "questions")
    thread = wire.thread(forum)
    first = await wire.posted(wire.message("How?", channel=thread, id=str(thread)))
    assert first.post.ref.room == Room(wire.general.space, str(forum))
    assert first.post.ref.thread == Room(wire.general.space, str(forum), str(thread))
    reply = await wire.posted(wire.message("So.", "bob", channel=thread))
    assert reply.post.ref.room == first.post.ref.thread and reply.post.ref.room.name == "questions"


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.NEWS])
async def test_a_message_in_another_kind_of_channel(wire: Wire, kind: ChannelType) -> None:
    place = wire.channel(kind, "round")
    found = await wire.posted(wire.message(channel=place))
    assert found.post.ref.room == Room(wire.general.space, str(place))
    assert (found.post.ref.room.name, found.direct) == ("round", False)


async def test_a_direct_message(wire: Wire) -> None:
    direct = int(wire.stage.people.open_direct("ann"))
    found = await wire.posted(wire.message(channel=direct))
    assert found.post.ref.room == Room(wire.general.space, str(direct))
    assert (found.to_bot, found.direct, found.post.private, found.who) == (True, True, True, wire.account("ann"))


async def test_a_private_thread_is_direct_and_not_to_the_bot(wire: Wire) -> None:
    thread = wire.thread(wire.stage.people.channel("general"), ChannelType.PRIVATE_THREAD)
    found = await wire.posted(wire.message(channel=thread))
    assert (found.direct, found.to_bot, found.post.private) == (True, False, False)
    assert found.post.ref.room.thread_id == str(thread)


async def test_a_reply_answers_whom_it_replies_to(wire: Wire) -> None:
    before = wire.message("How?", "bob")
    about = {"message_id": before["id"], "channel_id": before["channel_id"]}
    reply = wire.message("So.", type=19, message_reference=about, referenced_message=before)
    assert (await wire.posted(reply)).answers == wire.account("bob")
    to_bot = wire.message("So.", type=19, message_reference=about, referenced_message={**before, "author": _bot(wire)})
    assert (await wire.posted(to_bot)).answers is None


async def test_a_forward_passes_on_what_somebody_wrote(wire: Wire) -> None:
    before = wire.message("Warm the line first.", "bob")
    await wire.posted(before)
    about = {
        "type": 1,
        "message_id": before["id"],
        "channel_id": before["channel_id"],
        "guild_id": wire.general.space.id,
    }
    found = await wire.posted(wire.message("", message_reference=about))
    assert (found.post.quotes, found.answers) == ((wire.account("bob"),), None)
    elsewhere = await wire.posted(wire.message("", message_reference={**about, "guild_id": "999"}))
    unheard = await wire.posted(wire.message("", message_reference={**about, "message_id": "998"}))
    assert elsewhere.post.quotes == unheard.post.quotes == ()


@pytest.mark.parametrize("referenced", [{"referenced_message": None}, {}])
async def test_a_reply_to_what_is_gone_is_a_message(wire: Wire, referenced: Json) -> None:
    about = {"message_id": "1", "channel_id": wire.general.channel_id}
    found = await wire.posted(wire.message("So.", type=19, message_reference=about, **referenced))
    assert (found.post.text, found.answers) == ("So.", None)


async def test_a_message_in_a_thread_answers_whoever_began_it(wire: Wire) -> None:
    root = await wire.stage.people.say("bob", "general", "How?")
    await wire.stage.people.say("ann", "general", "So.", root)
    found = wire.ear.received[-1]
    assert isinstance(found, MessagePosted) and found.answers == wire.account("bob")


async def test_the_bot_is_spoken_to_where_it_is_mentioned(wire: Wire) -> None:
    bot, bob = _bot(wire), wire.user("bob")
    content = f"<@{bot['id']}> ask <@{bob['id']}>"
    found = await wire.posted(wire.message(content, mentions=[{**bot, "member": {}}, {**bob, "member": wire.member()}]))
    assert (found.to_bot, found.post.text, found.post.mentions) == (True, "ask @Bob", (wire.account("bob"),))


async def test_the_bots_own_role_is_the_bot(wire: Wire) -> None:
    """Discord gives each bot a role of its name, which people choose from the list as easily."""
    roles = wire.stage.people.world.guilds[wire.stage.server.guild.id].roles.values()
    (role,) = [each for each in roles if each.managed]
    found = await wire.posted(wire.message(f"<@&{role.id}> keep this", mention_roles=[str(role.id)]))
    assert (found.to_bot, found.post.text) == (True, "keep this")


@pytest.mark.parametrize(
    ("nick", "user", "name"),
    [
        ("Sister Ann", {"global_name": "Ann Reed", "username": "ann1"}, "Sister Ann"),
        (None, {"global_name": "Ann Reed", "username": "ann1"}, "Ann Reed"),
        (None, {"global_name": None, "username": "ann1"}, "ann1"),
    ],
)
async def test_people_go_by_the_name_that_they_have_in_the_server(
    wire: Wire, nick: str | None, user: Json, name: str
) -> None:
    author = {**wire.user("ann"), **user, "id": wire.id()}
    found = await wire.posted(wire.message(author=author, member=wire.member(nick)))
    assert (found.who.name, found.who.id) == (name, author["id"])


def _bot(wire: Wire) -> Json:
    return dict(serializers.user_payload(wire.stage.people.world.bot_user))


async def test_bots_and_webhooks_are_not_heard(wire: Wire) -> None:
    await wire.stage.people.join(Person("robot", "Robot"), bot=True)
    hook = {"author": {"id": "99", "username": "Hook", "discriminator": "0000", "avatar": None, "bot": True}}
    for author in ({"author": _bot(wire)}, {"author": wire.user("robot")}, {**hook, "webhook_id": "99"}):
        payload = wire.message(**author)
        assert await wire.send("MESSAGE_CREATE", payload) == []
        assert await wire.send("MESSAGE_UPDATE", {**payload, "edited_timestamp": NOW.isoformat()}) == []


@pytest.mark.parametrize("type", [6, 7, 8, 12, 18, 20, 21, 22, 23, 24, 46, 200])
async def test_what_discord_writes_is_not_heard(wire: Wire, type: int) -> None:
    assert await wire.send("MESSAGE_CREATE", wire.message(type=type)) == []


STICKER = {"id": "5", "name": "Wave", "format_type": 1}
POLL = {
    "question": {"text": "When?"},
    "answers": [{"answer_id": 1, "poll_media": {"text": "Now"}}],
    "expiry": NOW.isoformat(),
    "allow_multiselect": False,
    "layout_type": 1,
}
SNAPSHOT: Json = {
    "content": "forwarded",
    "embeds": [],
    "attachments": [],
    "timestamp": NOW.isoformat(),
    "edited_timestamp": None,
    "flags": 0,
    "mentions": [],
    "mention_roles": [],
    "type": 0,
}


@pytest.mark.parametrize(
    "more",
    [
        {"sticker_items": [STICKER]},
        {"poll": POLL},
        {"message_snapshots": [{"message": SNAPSHOT}], "message_reference": {"type": 1, "message_id": "1"}},
        {"embeds": [{"type": "rich", "title": "x"}]},
    ],
)
async def test_a_message_without_words_of_its_own_is_heard(wire: Wire, more: Json) -> None:
    if "message_reference" in more:
        more = {**more, "message_reference": {**more["message_reference"], "channel_id": wire.general.channel_id}}
    found = await wire.posted(wire.message("", **more))
    assert (found.who, found.post.file_names, found.answers) == (wire.account("ann"), (), None)


async def test_files_are_named(wire: Wire) -> None:
    def file(id: str, name: str) -> Json:
        return {"id": id, "filename": name, "size": 1, "url": "https://e.org", "proxy_url": "https://e.org"}

    found = await wire.posted(wire.message("", attachments=[file("1", "a.png"), file("2", "Plan.pdf")]))
    assert (found.post.text, found.post.file_names) == ("", ("a.png", "Plan.pdf"))


async def test_the_same_message_is_heard_once(wire: Wire) -> None:
    payload = wire.message()
    assert len(await wire.send("MESSAGE_CREATE", payload)) == 1
    assert await wire.send("MESSAGE_CREATE", payload) == []


async def test_a_changed_message(wire: Wire) -> None:
    payload = wire.message("Hi, all", edited_timestamp=(NOW - timedelta(minutes=1)).isoformat())
    (found,) = await wire.send("MESSAGE_UPDATE", payload)
    assert isinstance(found, MessageEdited)
    assert (found.at, found.who, found.post.text) == (NOW - timedelta(minutes=1), wire.account("ann"), "Hi, all")
    assert (found.post.ref.room, found.post.ref.id) == (wire.general, payload["id"])
    assert await wire.send("MESSAGE_UPDATE", payload) == []
    (again,) = await wire.send("MESSAGE_UPDATE", {**payload, "edited_timestamp": NOW.isoformat()})
    assert again.key != found.key


async def test_a_message_that_only_looks_different_is_not_changed(wire: Wire) -> None:
    payload = wire.message("https://e.org", embeds=[{"type": "link", "url": "https://e.org"}])
    assert await wire.send("MESSAGE_UPDATE", payload) == []


async def test_a_deleted_message(wire: Wire) -> None:
    gone = {"id": wire.id(), "channel_id": wire.general.channel_id, "guild_id": wire.general.space.id}
    (found,) = await wire.send("MESSAGE_DELETE", gone)
    assert isinstance(found, MessageDeleted)
    assert (found.message.room, found.message.id) == (wire.general, gone["id"])
    assert found.who == Account(wire.general.space, ""), "Discord does not say who wrote or deleted it"
    thread = wire.thread(int(wire.general.channel_id))
    (found,) = await wire.send("MESSAGE_DELETE", {**gone, "id": wire.id(), "channel_id": str(thread)})
    assert isinstance(found, MessageDeleted) and found.message.room == Room(
        wire.general.space, wire.general.channel_id, str(thread)
    )


async def test_what_a_moderator_deletes_together_is_gone(wire: Wire) -> None:
    ids = [wire.id() for _ in range(3)]
    place = {"channel_id": wire.general.channel_id, "guild_id": wire.general.space.id}
    found = await wire.send("MESSAGE_DELETE_BULK", {"ids": ids, **place})
    assert [each.message.id for each in found if isinstance(each, MessageDeleted)] == ids


def reaction(wire: Wire, emoji: Json, who: str = "bob", **more: Any) -> Json:
    place = {"channel_id": wire.general.channel_id, "guild_id": wire.general.space.id, "message_id": wire.id()}
    kind = {"burst": False, "type": 0}
    return {"user_id": str(wire.stage.people.user(who)), "emoji": emoji, **place, **kind, **more}


@pytest.mark.parametrize(
    ("emoji", "name"),
    [
        ({"id": None, "name": "💡"}, "bulb"),
        ({"id": None, "name": "👍🏽"}, "thumbsup"),
        ({"id": None, "name": "✅"}, "white_check_mark"),
        ({"id": "55", "name": "party_parrot", "animated": True}, "party_parrot"),
        ({"id": "55", "name": None}, ""),
    ],
)
async def test_a_reaction(wire: Wire, emoji: Json, name: str) -> None:
    payload = reaction(wire, emoji, message_author_id=wire.account("ann").id)
    member = {**wire.member(), "user": wire.user("bob")}
    (added,) = await wire.send("MESSAGE_REACTION_ADD", {**payload, "member": member})
    assert isinstance(added, ReactionAdded)
    assert (added.emoji, added.who, added.author) == (name, wire.account("bob"), wire.account("ann"))
    assert (added.message.room, added.message.id, added.who.name) == (wire.general, payload["message_id"], "Bob")
    (removed,) = await wire.send("MESSAGE_REACTION_REMOVE", payload)
    assert isinstance(removed, ReactionRemoved)
    assert (removed.emoji, removed.who, removed.author) == (name, wire.account("bob"), None)


async def test_a_reaction_to_the_bot_names_no_author(wire: Wire) -> None:
    payload = reaction(wire, {"id": None, "name": "💡"}, message_author_id=_bot(wire)["id"])
    (added,) = await wire.send("MESSAGE_REACTION_ADD", payload)
    assert isinstance(added, ReactionAdded) and added.author is None


async def test_reactions_of_bots_and_in_direct_messages_are_not_heard(wire: Wire) -> None:
    sign = {"id": None, "name": "💡"}
    await wire.stage.people.join(Person("robot", "Robot"), bot=True)
    robot = {"member": {**wire.member(), "user": wire.user("robot")}}
    assert await wire.send("MESSAGE_REACTION_ADD", reaction(wire, sign, "robot", **robot)) == []
    assert await wire.send("MESSAGE_REACTION_REMOVE", reaction(wire, sign, "robot")) == []
    assert await wire.send("MESSAGE_REACTION_ADD", reaction(wire, sign, user_id=_bot(wire)["id"])) == []
    direct = reaction(wire, sign, channel_id=wire.stage.people.open_direct("bob"))
    assert await wire.send("MESSAGE_REACTION_ADD", {k: v for k, v in direct.items() if k != "guild_id"}) == []


async def test_somebody_joins_and_leaves(wire: Wire) -> None:
    wire.ear.received.clear()
    await wire.stage.people.join(Person("eve", "Eve"))
    eve = wire.account("eve")
    await wire.stage.people.leave("eve")
    joined, left = wire.ear.received
    assert isinstance(joined, MemberJoined) and isinstance(left, MemberLeft)
    assert (joined.who, joined.who.name, left.who) == (eve, "Eve", eve)


async def test_bots_that_join_and_leave_are_not_heard(wire: Wire) -> None:
    wire.ear.received.clear()
    await wire.stage.people.join(Person("robot", "Robot"), bot=True)
    await wire.stage.people.leave("robot")
    assert wire.ear.received == []


async def test_a_message_is_read_back_as_it_stands(wire: Wire) -> None:
    said = await wire.stage.people.say("ann", "general", "Tap @Bob first")
    await wire.stage.people.add_reaction("bob", said, "bulb")
    post = await wire.stage.platform.read_message(wire.stage.people.reference(said))
    assert post and (post.text, post.mentions, post.by_bot) == ("Tap @Bob first", (wire.account("bob"),), False)
    assert [each.emoji for each in post.reactions] == ["bulb"]

"""What people and the bot do to messages and threads: the world changes, and an event says so.

Nobody is refused here. Source: Discord, discord-api-docs, *Message*, *Channel*, *Threads*.
"""

import re
from typing import Any

import gateway_shapes as shapes
from gateway_permissions import THREADS
from gateway_world import World

Json = dict[str, Any]
REPLY, THREAD_CREATED, THREAD_STARTER = 19, 18, 21
HAS_THREAD, ONLY, LOADING = 1 << 5, 1 << 6, 1 << 7
"""Flags of a message: it has a thread, only one person sees it, an answer is on its way."""

_MENTION = re.compile(r"<@!?(\d+)>")


def post(world: World, channel: Json, author: str, content: str, *, id: str = "", **more: Any) -> Json:
    """Writes a message; in an archived thread that opens it again. One for a single person is told to nobody."""
    id = id or shapes.new_id()
    made = shapes.message(id, channel["id"], world.users[author], content, **more)
    made["mentions"] = _mentioned(world, channel, made)
    world.messages.setdefault(channel["id"], {})[id] = made
    if made["flags"] & ONLY:
        return made
    if channel["type"] in THREADS:
        _count(world, channel)
    channel["last_message_id"] = id
    world.emit("MESSAGE_CREATE", channel.get("guild_id", ""), told(world, channel, made))
    return made


def edit(world: World, message: Json, **changes: Any) -> None:
    """Changes a message, with the time of it."""
    message.update(changes, edited_timestamp=shapes.now())
    channel = world.channels[message["channel_id"]]
    message["mentions"] = _mentioned(world, channel, message)
    tell_changed(world, message)


def tell_changed(world: World, message: Json) -> None:
    """Says that a message changed."""
    channel = world.channels[message["channel_id"]]
    if not message["flags"] & ONLY:
        world.emit("MESSAGE_UPDATE", channel.get("guild_id", ""), told(world, channel, message))


def delete(world: World, message: Json) -> None:
    """Takes a message away."""
    channel = world.channels[message["channel_id"]]
    del world.messages[channel["id"]][message["id"]]
    if not message["flags"] & ONLY:
        gone = {"id": message["id"], "channel_id": channel["id"], **_guild_of(channel)}
        world.emit("MESSAGE_DELETE", channel.get("guild_id", ""), gone)


def react(world: World, message: Json, user: str, sign: str, *, on: bool = True) -> None:
    """Puts a reaction on a message or takes it back; where it is so already, nothing happens."""
    found = next((each for each in message["reactions"] if each["emoji"]["name"] == sign), None)
    if found is None:
        found = {"emoji": {"id": None, "name": sign}, "count": 0, "me": False, "users": []}
        message["reactions"].append(found)
    if (user in found["users"]) == on:
        return
    (found["users"].append if on else found["users"].remove)(user)
    found["count"] = len(found["users"])
    message["reactions"] = [each for each in message["reactions"] if each["count"]]
    channel = world.channels[message["channel_id"]]
    data = {"user_id": user, "channel_id": channel["id"], "message_id": message["id"], "emoji": found["emoji"]}
    data |= {"burst": False, "type": 0, **_guild_of(channel)}
    if on:
        data |= {"message_author_id": message["author"]["id"], **_member_of(world, channel, user, full=True)}
    world.emit(f"MESSAGE_REACTION_{'ADD' if on else 'REMOVE'}", channel.get("guild_id", ""), data)


def begin_thread(
    world: World, parent: Json, owner: str, name: str, *, root: Json | None = None, type: int = shapes.PUBLIC_THREAD
) -> Json:
    """Begins a thread, at a message or by itself."""
    made = shapes.thread(root["id"] if root else shapes.new_id(), parent, owner, name, type)
    world.channels[made["id"]] = made
    world.thread_members[made["id"]] = {owner}
    world.emit("THREAD_CREATE", made["guild_id"], {**made, "newly_created": True})
    if root is not None:
        root["flags"] |= HAS_THREAD
        root["thread"] = made
        tell_changed(world, root)
        about = {"channel_id": parent["id"], "message_id": root["id"], "guild_id": made["guild_id"]}
        post(world, made, owner, "", type=THREAD_STARTER, message_reference=about)
        made["message_count"] = made["total_message_sent"] = 0
    elif parent["type"] != shapes.FORUM and type == shapes.PUBLIC_THREAD:
        about = {"channel_id": made["id"], "guild_id": made["guild_id"]}
        post(world, parent, owner, name, type=THREAD_CREATED, message_reference=about)
    return made


def change_thread(world: World, thread: Json, **about: Any) -> None:
    """Changes what a thread says about itself: `archived`, `locked`."""
    thread["thread_metadata"] |= {**about, "archive_timestamp": shapes.now()}
    world.emit("THREAD_UPDATE", thread["guild_id"], thread)


def told(world: World, channel: Json, message: Json) -> Json:
    """A message as the gateway tells it."""
    return {**message, **_guild_of(channel), **_member_of(world, channel, message["author"]["id"])}


def shown(message: Json) -> Json:
    """A message as the REST interface gives it."""
    reactions = [{key: value for key, value in each.items() if key != "users"} for each in message["reactions"]]
    return {**message, "reactions": reactions}


def _count(world: World, thread: Json) -> None:
    thread["message_count"] += 1
    thread["total_message_sent"] += 1
    if thread["thread_metadata"]["archived"]:
        change_thread(world, thread, archived=False)


def _guild_of(channel: Json) -> Json:
    return {"guild_id": channel["guild_id"]} if "guild_id" in channel else {}


def _member_of(world: World, channel: Json, user: str, *, full: bool = False) -> Json:
    guild = world.guilds.get(channel.get("guild_id", ""))
    if guild is None or user not in guild.members:
        return {}
    return {"member": world.full_member(guild, user) if full else guild.members[user]}


def _mentioned(world: World, channel: Json, message: Json) -> list[Json]:
    texts = [message["content"], *(each.get("content") or "" for each in message["components"])]
    ids = dict.fromkeys(id for text in texts for id in _MENTION.findall(text))
    return [{**world.users[id], **_member_of(world, channel, id)} for id in ids if id in world.users]

"""Routes of channels, threads and posts of a forum. Source: Discord, discord-api-docs, *Channel*, *Threads*."""

from typing import Any

import gateway_deeds as deeds
import gateway_permissions as permissions
import gateway_shapes as shapes
from gateway_calls import Call
from gateway_errors import ARCHIVED, HAS_THREAD, UNKNOWN_MEMBER, Refusal
from gateway_hello import thread_object
from gateway_world import BOT, World
from gateway_writing import channel_of, content_of

Json = dict[str, Any]


def get(world: World, call: Call) -> Json:
    """A channel or thread."""
    return _shown(world, channel_of(world, call.ids[0]))


def change(world: World, call: Call) -> Json:
    """Changes a thread or channel: its name, and whether a thread is archived or locked."""
    channel = channel_of(world, call.ids[0])
    is_thread = channel["type"] in permissions.THREADS
    is_own = is_thread and channel["owner_id"] == BOT
    if not is_own:
        permissions.check(world.allowed(BOT, channel), "manage_threads" if is_thread else "manage_channels")
    if "name" in call.data:
        channel["name"] = call.data["name"]
    if is_thread:
        deeds.change_thread(
            world, channel, **{key: call.data[key] for key in ("archived", "locked") if key in call.data}
        )
    else:
        world.emit("CHANNEL_UPDATE", channel["guild_id"], channel)
    return _shown(world, channel)


def begin_at(world: World, call: Call) -> Json:
    """Begins a thread at a message, which can have only one."""
    channel = channel_of(world, call.ids[0])
    root = world.message(channel["id"], call.ids[1])
    permissions.check(world.allowed(BOT, channel), "create_public_threads", "read_message_history")
    if root["id"] in world.channels:
        raise Refusal(HAS_THREAD)
    return _shown(world, deeds.begin_thread(world, channel, BOT, call.data["name"], root=root))


def begin(world: World, call: Call) -> Json:
    """Begins a thread by itself, or a post of a forum with its first message, which has the thread's id."""
    channel = channel_of(world, call.ids[0])
    if channel["type"] == shapes.FORUM:
        return _begin_post(world, channel, call)
    type = call.data.get("type", shapes.PRIVATE_THREAD)
    wanted = "create_private_threads" if type == shapes.PRIVATE_THREAD else "create_public_threads"
    permissions.check(world.allowed(BOT, channel), wanted)
    return _shown(world, deeds.begin_thread(world, channel, BOT, call.data["name"], type=type))


def add_member(world: World, call: Call) -> None:
    """Adds somebody, or the bot itself, to a thread."""
    thread = channel_of(world, call.ids[0])
    user = BOT if call.ids[1] == "@me" else call.ids[1]
    if user not in world.guild(thread["guild_id"]).members:
        raise Refusal(UNKNOWN_MEMBER)
    if thread["thread_metadata"]["archived"]:
        raise Refusal(ARCHIVED)
    world.thread_members[thread["id"]].add(user)


def archived(world: World, call: Call) -> Json:
    """The archived public threads of a channel."""
    channel = channel_of(world, call.ids[0])
    inside = [each for each in world.channels.values() if each.get("parent_id") == channel["id"]]
    found = [each for each in inside if each["thread_metadata"]["archived"] and each["type"] == shapes.PUBLIC_THREAD]
    return {"threads": [_shown(world, each) for each in found], "members": [], "has_more": False}


def typing(world: World, call: Call) -> None:
    """Says that the bot is writing."""
    channel_of(world, call.ids[0])


def begin_post(world: World, forum: Json, author: str, title: str, **content: Any) -> Json:
    """Begins a post of a forum; its first message has the thread's id. Gives the thread."""
    thread = deeds.begin_thread(world, forum, author, title)
    deeds.post(world, thread, author, id=thread["id"], **content)
    forum["last_message_id"] = thread["id"]
    return thread


def _begin_post(world: World, forum: Json, call: Call) -> Json:
    permissions.check(world.allowed(BOT, forum), "send_messages")
    content = content_of(Call(call.method, call.path, body=call.data["message"], files=call.files), world, forum)
    thread = begin_post(world, forum, BOT, call.data["name"], **content)
    return {**_shown(world, thread), "message": deeds.shown(world.messages[thread["id"]][thread["id"]])}


def _shown(world: World, channel: Json) -> Json:
    return thread_object(world, channel) if channel["type"] in permissions.THREADS else channel


ROUTES = {
    "GET /channels/{}": get,
    "PATCH /channels/{}": change,
    "POST /channels/{}/messages/{}/threads": begin_at,
    "POST /channels/{}/threads": begin,
    "GET /channels/{}/threads/archived/public": archived,
    "PUT /channels/{}/thread-members/{}": add_member,
    "POST /channels/{}/typing": typing,
}

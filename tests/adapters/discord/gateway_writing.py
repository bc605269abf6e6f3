"""What the bot may write where, and what a message may consist of.

Source: Discord, discord-api-docs, *Message*, *Permissions*, *Threads*, *Opcodes and status codes*.
"""

from typing import Any

import gateway_deeds as deeds
import gateway_permissions as permissions
import gateway_shapes as shapes
from gateway_calls import Call
from gateway_errors import (
    ARCHIVED,
    CLOSED_TO_IT,
    EMPTY_MESSAGE,
    INVALID_BODY,
    LOCKED,
    MISSING_ACCESS,
    NOTHING_IN_COMMON,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    WRONG_CHANNEL_TYPE,
    Refusal,
)
from gateway_world import BOT, World

Json = dict[str, Any]
COMPONENTS = 1 << 15
"""Flag of a message that is made of components only."""

PARTS = ("content", "embeds", "components", "flags", "nonce")


def channel_of(world: World, id: str) -> Json:
    """A channel that the bot sees.

    Raises:
        Refusal: there is none, or it is not the bot's to see.
    """
    found = world.channels.get(id)
    if found is None:
        raise Refusal(UNKNOWN_CHANNEL)
    if not world.sees(found):
        raise Refusal(MISSING_ACCESS)
    return found


def check_may_write(world: World, channel: Json) -> None:
    """Refuses where the bot may not write.

    Raises:
        Refusal: it may not.
    """
    if channel["type"] == shapes.DIRECT:
        _check_direct(world, channel["recipients"][0]["id"])
        return
    if channel["type"] == shapes.FORUM:
        raise Refusal(WRONG_CHANNEL_TYPE)
    is_thread, allowed = channel["type"] in permissions.THREADS, world.allowed(BOT, channel)
    permissions.check(allowed, "send_messages_in_threads" if is_thread else "send_messages")
    if is_thread and channel["thread_metadata"]["locked"] and not allowed & permissions.bits("manage_threads"):
        raise Refusal(ARCHIVED if channel["thread_metadata"]["archived"] else LOCKED)


def content_of(call: Call, world: World, channel: Json) -> Json:
    """What a message will consist of.

    Raises:
        Refusal: nothing is in it, or what does not go together.
    """
    data = call.data
    made = {name: data[name] for name in PARTS if data.get(name) is not None}
    made.setdefault("content", "")
    made["attachments"] = [attachment(channel, name) for name in call.files]
    is_layout = bool(made.get("flags", 0) & COMPONENTS)
    if is_layout and (made["content"] or made.get("embeds")):
        raise Refusal(INVALID_BODY)
    if not (made["content"].strip() or made.get("embeds") or made.get("components") or made["attachments"]):
        raise Refusal(EMPTY_MESSAGE)
    if call.files and channel["type"] != shapes.DIRECT:
        permissions.check(world.allowed(BOT, channel), "attach_files")
    if about := data.get("message_reference"):
        answered = world.messages.get(channel["id"], {}).get(str(about["message_id"]))
        if answered is None:
            raise Refusal(UNKNOWN_MESSAGE)
        made |= {"message_reference": about, "referenced_message": deeds.shown(answered), "type": deeds.REPLY}
    return made


def _check_direct(world: World, user: str) -> None:
    if not any(user in guild.members for guild in world.guilds.values() if BOT in guild.members):
        raise Refusal(NOTHING_IN_COMMON)
    if user in world.closed:
        raise Refusal(CLOSED_TO_IT)


def attachment(channel: Json, name: str) -> Json:
    """A file that was uploaded."""
    id, url = shapes.new_id(), f"https://cdn.invalid/{channel['id']}/{name}"
    return {"id": id, "filename": name, "size": 1, "url": url, "proxy_url": url, "content_type": "text/plain"}

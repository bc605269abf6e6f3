"""Routes of messages and reactions. Source: Discord, discord-api-docs, *Message*, *Permissions*."""

from itertools import islice
from typing import Any

import emoji
import gateway_deeds as deeds
import gateway_permissions as permissions
from gateway_calls import Call
from gateway_errors import ARCHIVED, NOT_ITS_OWN, UNKNOWN_EMOJI, Refusal
from gateway_intents import has_content, without_content
from gateway_world import BOT, World
from gateway_writing import attachment, channel_of, check_may_write, content_of

Json = dict[str, Any]
RECENT = 200
"""Messages among which a nonce is looked for."""


def create(world: World, call: Call) -> Json:
    """Writes a message; one with the nonce of another is that other where the request says so."""
    channel = channel_of(world, call.ids[0])
    check_may_write(world, channel)
    known = _said(world, channel, call.data)
    if known is not None:
        return deeds.shown(known)
    return deeds.shown(deeds.post(world, channel, BOT, **content_of(call, world, channel)))


def change(world: World, call: Call) -> Json:
    """Changes a message of the bot."""
    channel, message = _message(world, call)
    if message["author"]["id"] != BOT:
        raise Refusal(NOT_ITS_OWN)
    _check_open(channel)
    data = call.data
    changes: Json = {name: data[name] or [] for name in ("embeds", "components") if name in data}
    changes |= {"content": data["content"] or ""} if "content" in data else {}
    if "attachments" in data or call.files:
        kept = {str(each["id"]) for each in data.get("attachments") or ()}
        old = [each for each in message["attachments"] if each["id"] in kept]
        changes["attachments"] = old + [attachment(channel, name) for name in call.files]
    deeds.edit(world, message, **changes)
    return deeds.shown(message)


def remove(world: World, call: Call) -> None:
    """Deletes a message: the bot's own, or another's where it may."""
    channel, message = _message(world, call)
    if message["author"]["id"] != BOT:
        permissions.check(world.allowed(BOT, channel), "manage_messages")
    deeds.delete(world, message)


def get(world: World, call: Call) -> Json:
    """Reads a message."""
    channel, message = _message(world, call)
    permissions.check(world.allowed(BOT, channel), "read_message_history")
    return _readable(world, channel, message)


def history(world: World, call: Call) -> list[Json]:
    """Reads a page of messages, the newest first."""
    channel = channel_of(world, call.ids[0])
    if not world.allowed(BOT, channel) & permissions.bits("read_message_history"):
        return []
    found = [each for each in world.messages.get(channel["id"], {}).values() if not each["flags"] & deeds.ONLY]
    after, before = int(call.query.get("after", 0)), int(call.query.get("before", 1 << 63))
    found = [each for each in found if after < int(each["id"]) < before]
    most = call.number("limit", 50, 100)
    page = found[:most] if "after" in call.query else found[-most:]
    return [_readable(world, channel, each) for each in reversed(page)]


def react(world: World, call: Call) -> None:
    """Puts the bot's reaction on a message."""
    channel, message = _message(world, call)
    _check_open(channel)
    sign = call.ids[2]
    if not emoji.is_emoji(sign):
        raise Refusal(UNKNOWN_EMOJI)
    is_there = any(each["emoji"]["name"] == sign for each in message["reactions"])
    permissions.check(world.allowed(BOT, channel), "read_message_history", *([] if is_there else ["add_reactions"]))
    deeds.react(world, message, BOT, sign)


def unreact(world: World, call: Call) -> None:
    """Takes the bot's reaction back."""
    _, message = _message(world, call)
    deeds.react(world, message, BOT, call.ids[2], on=False)


def _message(world: World, call: Call) -> tuple[Json, Json]:
    channel = channel_of(world, call.ids[0])
    return channel, world.message(channel["id"], call.ids[1])


def _check_open(channel: Json) -> None:
    if channel["type"] in permissions.THREADS and channel["thread_metadata"]["archived"]:
        raise Refusal(ARCHIVED)


def _said(world: World, channel: Json, data: Json) -> Json | None:
    if not data.get("enforce_nonce") or data.get("nonce") is None:
        return None
    for each in islice(reversed(world.messages.get(channel["id"], {}).values()), RECENT):
        if each["author"]["id"] == BOT and str(each.get("nonce")) == str(data["nonce"]):
            return each
    return None


def _readable(world: World, channel: Json, message: Json) -> Json:
    told = deeds.told(world, channel, message)
    hidden = "message_content" not in world.grants and not has_content(told, BOT)
    return without_content(deeds.shown(message)) if hidden else deeds.shown(message)


MESSAGES, ONE = "/channels/{}/messages", "/channels/{}/messages/{}"
ROUTES = {
    f"POST {MESSAGES}": create,
    f"GET {MESSAGES}": history,
    f"GET {ONE}": get,
    f"PATCH {ONE}": change,
    f"DELETE {ONE}": remove,
    f"PUT {ONE}/reactions/{{}}/@me": react,
    f"DELETE {ONE}/reactions/{{}}/@me": unreact,
}

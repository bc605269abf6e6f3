"""Discord's objects as it writes them down: users, members, roles, channels, threads, messages.

Source: Discord, discord-api-docs, *User*, *Guild*, *Channel*, *Message*.
"""

import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

Json = dict[str, Any]

EPOCH = 1_420_070_400_000
"""The first millisecond of a snowflake. Source: Discord, discord-api-docs, *Reference*."""

TEXT, DIRECT, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 11, 12, 15
"""Types of channels."""

GUEST = 1 << 4
"""A member's flag. Source: Discord, discord-api-docs, *Guild member flags*."""

_numbers = count()


def new_id(at: float | None = None) -> str:
    """Gives an id that nothing has; ids grow with time."""
    milliseconds = int((time.time() if at is None else at) * 1000) - EPOCH
    return str((milliseconds << 22) + next(_numbers) % (1 << 22))


def now() -> str:
    """The time as Discord writes it."""
    return datetime.now(UTC).isoformat()


def user(id: str, name: str, shown: str = "", *, bot: bool = False) -> Json:
    """A user; `shown` is the name that people read."""
    return {
        "id": id,
        "username": name,
        "global_name": shown or None,
        "discriminator": "0000" if bot else "0",
        "avatar": None,
        "bot": bot,
        "flags": 0,
        "public_flags": 0,
    }


def member(nick: str = "", roles: tuple[str, ...] = (), *, guest: bool = False) -> Json:
    """A member, without the user; a guest is let into one voice channel."""
    return {
        "nick": nick or None,
        "roles": list(roles),
        "joined_at": now(),
        "premium_since": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "flags": GUEST if guest else 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def role(id: str, name: str, permissions: int, *, bot: str = "") -> Json:
    """A role; `bot` is whose own role it is."""
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    more = {"tags": {"bot_id": bot}} if bot else {}
    return {
        "id": id,
        "name": name,
        "color": 0,
        "colors": colors,
        "hoist": False,
        "position": 0 if name == "@everyone" else 1,
        "permissions": str(permissions),
        "managed": bool(bot),
        "mentionable": False,
        "flags": 0,
        **more,
    }


def channel(id: str, guild: str, name: str, type: int, overwrites: list[Json]) -> Json:
    """A channel of a server."""
    more: Json = {"available_tags": [], "default_reaction_emoji": None} if type == FORUM else {}
    return {
        "id": id,
        "guild_id": guild,
        "name": name,
        "type": type,
        "position": 0,
        "permission_overwrites": overwrites,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
        **more,
    }


def direct(id: str, person: Json) -> Json:
    """A conversation of the bot with one person."""
    return {"id": id, "type": DIRECT, "recipients": [person], "last_message_id": None, "flags": 0}


def thread(id: str, parent: Json, owner: str, name: str, type: int) -> Json:
    """A thread of a channel."""
    about = {
        "archived": False,
        "auto_archive_duration": 1440,
        "archive_timestamp": now(),
        "locked": False,
        "create_timestamp": now(),
    }
    more = {"invitable": True} if type == PRIVATE_THREAD else {}
    return {
        "id": id,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "owner_id": owner,
        "name": name,
        "type": type,
        "last_message_id": None,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "rate_limit_per_user": 0,
        "flags": 0,
        "thread_metadata": {**about, **more},
    }


def message(id: str, channel_id: str, author: Json, content: str, **more: Any) -> Json:
    """A message."""
    return {
        "id": id,
        "channel_id": channel_id,
        "author": author,
        "content": content,
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "reactions": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
        **more,
    }

"""Which events a session hears and how much of them, by its intents. Source: Discord, discord-api-docs, *Gateway*."""

from typing import Any

Json = dict[str, Any]

GUILDS, MEMBERS, PRESENCES, CONTENT = 1 << 0, 1 << 1, 1 << 8, 1 << 15
PRIVILEGED = {"members": MEMBERS, "presences": PRESENCES, "message_content": CONTENT}
KNOWN = (1 << 26) - 1
"""All bits that an intent may have."""

FLAGS = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
"""Bits of an application in fewer than a hundred servers, for each privileged intent that it has."""

_EVENTS = (
    ("GUILD_MEMBER", MEMBERS, MEMBERS),
    ("GUILD_SCHEDULED_EVENT", 1 << 16, 1 << 16),
    ("GUILD_", GUILDS, GUILDS),
    ("CHANNEL_", GUILDS, GUILDS),
    ("THREAD_", GUILDS, GUILDS),
    ("MESSAGE_REACTION", 1 << 10, 1 << 13),
    ("MESSAGE_", 1 << 9, 1 << 12),
    ("TYPING_", 1 << 11, 1 << 14),
)


def hears(intents: int, event: str, *, direct: bool) -> bool:
    """Whether an event is told at all; what needs no intent always is."""
    if event == "GUILD_MEMBERS_CHUNK":
        return True
    needed = next((pair for start, *pair in _EVENTS if event.startswith(start)), None)
    return needed is None or bool(intents & needed[direct])


def has_content(message: Json, bot: str) -> bool:
    """Whether a message is told in full even without the intent: direct, the bot's own, or naming it."""
    if "guild_id" not in message or message.get("author", {}).get("id") == bot:
        return True
    return any(each["id"] == bot for each in message.get("mentions") or ())


def without_content(message: Json) -> Json:
    """A message as it is told without the intent."""
    empty: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
    return {**message, **empty}


def flags(grants: set[str]) -> int:
    """What the application says about its intents."""
    return sum(FLAGS[name] for name in grants)


def is_granted(intents: int, grants: set[str]) -> bool:
    """Whether all privileged ones among the intents are granted."""
    return not any(intents & bit and name not in grants for name, bit in PRIVILEGED.items())

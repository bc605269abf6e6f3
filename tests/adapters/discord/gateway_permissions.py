"""What somebody may do in a server and in a channel. Source: Discord, discord-api-docs, *Permissions*."""

from datetime import UTC, datetime
from typing import Any

from gateway_errors import MISSING_ACCESS, MISSING_PERMISSIONS, Refusal

Json = dict[str, Any]

BITS = {
    "administrator": 3,
    "manage_channels": 4,
    "add_reactions": 6,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "use_application_commands": 31,
    "manage_events": 33,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "send_messages_in_threads": 38,
    "moderate_members": 40,
    "create_events": 44,
}
"""Name -> which bit it is."""

ALL = sum(1 << bit for bit in BITS.values())
USUAL = ALL & ~sum(1 << BITS[name] for name in ("administrator", "manage_channels", "moderate_members"))
WHILE_TIMED_OUT = 1 << BITS["view_channel"] | 1 << BITS["read_message_history"]
THREADS = (10, 11, 12)
"""Types of channels that are threads: of announcements, public, private."""


def bits(*names: str) -> int:
    """Gives permissions as Discord counts them."""
    return sum(1 << BITS[name] for name in names)


def allowed(guild: Any, user: str, channel: Json | None = None) -> int:
    """Gives everything that somebody may do; `channel` is where, not a thread but its parent."""
    member = guild.members.get(user)
    if member is None:
        return 0
    if guild.owner == user:
        return ALL
    roles = [guild.id, *member["roles"]]
    found = 0
    for role in roles:
        found |= int(guild.roles[role]["permissions"])
    if found & bits("administrator"):
        return ALL
    if channel is not None:
        found = _overwritten(found, guild.id, roles, user, channel.get("permission_overwrites") or [])
        if not found & bits("view_channel"):
            found = 0
    return found & WHILE_TIMED_OUT if _is_timed_out(member) else found


def check(found: int, *names: str) -> None:
    """Refuses where a permission is missing: access first, then the others.

    Raises:
        Refusal: it is.
    """
    if not found & bits("view_channel"):
        raise Refusal(MISSING_ACCESS)
    if any(not found & bits(name) for name in names):
        raise Refusal(MISSING_PERMISSIONS)


def _overwritten(found: int, everyone: str, roles: list[str], user: str, overwrites: list[Json]) -> int:
    by_id = {each["id"]: each for each in overwrites}
    steps = [[everyone], [role for role in roles if role != everyone], [user]]
    for step in steps:
        denied = granted = 0
        for id in step:
            denied |= int(by_id.get(id, {}).get("deny", 0))
            granted |= int(by_id.get(id, {}).get("allow", 0))
        found = found & ~denied | granted
    return found


def _is_timed_out(member: Json) -> bool:
    until = member["communication_disabled_until"]
    return bool(until) and datetime.fromisoformat(until) > datetime.now(UTC)

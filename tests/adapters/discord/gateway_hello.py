"""What a new session is told first: READY, and its servers. Source: Discord, discord-api-docs, *Gateway events*."""

from typing import Any

import gateway_intents as intents
from gateway_permissions import THREADS
from gateway_session import Session
from gateway_shapes import DIRECT, now
from gateway_world import APPLICATION, BOT, Guild, World

Json = dict[str, Any]


def ready(world: World, session: Session, url: str) -> Json:
    """Who the bot is, and which servers will follow."""
    return {
        "v": 10,
        "user": world.bot,
        "guilds": [{"id": each.id, "unavailable": True} for each in guilds_of(world, session)],
        "session_id": session.id,
        "session_type": "normal",
        "resume_gateway_url": url,
        "shard": list(session.shard),
        "application": {"id": APPLICATION, "flags": intents.flags(world.grants)},
        "private_channels": [],
        "relationships": [],
        "_trace": [],
    }


def guilds_of(world: World, session: Session) -> list[Guild]:
    """The servers whose events a session gets."""
    return [each for each in world.guilds.values() if session.holds(each.id) and BOT in each.members]


def guild_create(world: World, guild: Guild) -> Json:
    """A server. Of its members only the bot is told of, as to all who do not ask for presences."""
    inside = [each for each in world.channels.values() if each.get("guild_id") == guild.id]
    threads = [each for each in inside if each["type"] in THREADS and not each["thread_metadata"]["archived"]]
    return {
        **guild_object(guild),
        "joined_at": guild.members[BOT]["joined_at"],
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [world.full_member(guild, BOT)],
        "channels": [each for each in inside if each["type"] not in (*THREADS, DIRECT)],
        "threads": [thread_object(world, each) for each in threads if world.sees(each)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "soundboard_sounds": [],
        "guild_scheduled_events": list(guild.events.values()),
    }


def guild_object(guild: Guild) -> Json:
    """A server without what is in it."""
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner,
        "roles": list(guild.roles.values()),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "description": None,
        "banner": None,
        "emojis": [],
        "stickers": [],
        "features": [],
        "afk_timeout": 300,
        "afk_channel_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
    }


def thread_object(world: World, thread: Json) -> Json:
    """A thread, with the bot's membership where it is in it."""
    if BOT not in world.thread_members.get(thread["id"], ()):
        return thread
    member = {"id": thread["id"], "user_id": BOT, "join_timestamp": now(), "flags": 0}
    return {**thread, "member": member}

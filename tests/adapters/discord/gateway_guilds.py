"""Routes of the bot itself, users, servers, members, scheduled events and commands.

Source: Discord, discord-api-docs, *User*, *Guild*, *Guild scheduled event*, *Application commands*, *Gateway*.
"""

from typing import Any

import gateway_intents as intents
import gateway_permissions as permissions
import gateway_shapes as shapes
from gateway_calls import Call
from gateway_errors import INVALID_BODY, MISSING_ACCESS, UNKNOWN_EVENT, UNKNOWN_MEMBER, UNKNOWN_USER, Refusal
from gateway_hello import guild_object, thread_object
from gateway_world import APPLICATION, BOT, Guild, World

Json = dict[str, Any]


def me(world: World, call: Call) -> Json:
    """The bot."""
    return {**world.bot, "verified": True, "mfa_enabled": False, "locale": "en-US", "email": None}


def application(world: World, call: Call) -> Json:
    """The application."""
    return {
        "id": APPLICATION,
        "name": "Tacit",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": intents.flags(world.grants),
        "owner": shapes.user("1000000000000000009", "owner"),
        "team": None,
        "summary": "",
        "bot": world.bot,
    }


def my_guilds(world: World, call: Call) -> list[Json]:
    """The servers that the bot is in, with what it may do there."""
    most, after = call.number("limit", 200, 200), int(call.query.get("after", 0))
    inside = [each for each in world.guilds.values() if BOT in each.members and int(each.id) > after]
    return [_partial(each) for each in inside[:most]]


def _partial(guild: Guild) -> Json:
    allowed = str(permissions.allowed(guild, BOT))
    shown: Json = {"id": guild.id, "name": guild.name, "icon": None, "banner": None, "features": []}
    return {**shown, "owner": guild.owner == BOT, "permissions": allowed}


def user(world: World, call: Call) -> Json:
    """Anybody."""
    if call.ids[0] not in world.users:
        raise Refusal(UNKNOWN_USER)
    return world.users[call.ids[0]]


def open_direct(world: World, call: Call) -> Json:
    """The conversation with one person; it opens whether or not something can be sent there."""
    id = str(call.data["recipient_id"])
    if id not in world.users or id == BOT:
        raise Refusal(INVALID_BODY)
    return world.direct(id)


def guild(world: World, call: Call) -> Json:
    """A server."""
    return guild_object(world.guild(call.ids[0]))


def channels(world: World, call: Call) -> list[Json]:
    """The channels of a server, without threads."""
    inside = [each for each in world.channels.values() if each.get("guild_id") == world.guild(call.ids[0]).id]
    return [each for each in inside if each["type"] not in permissions.THREADS]


def active_threads(world: World, call: Call) -> Json:
    """The threads of a server that are not archived and that the bot sees."""
    inside = [each for each in world.channels.values() if each.get("guild_id") == world.guild(call.ids[0]).id]
    threads = [each for each in inside if each["type"] in permissions.THREADS and world.sees(each)]
    found = [thread_object(world, each) for each in threads if not each["thread_metadata"]["archived"]]
    return {"threads": found, "members": [each["member"] for each in found if "member" in each]}


def members(world: World, call: Call) -> list[Json]:
    """A page of a server's members, by their ids; only with the intent for it."""
    inside = world.guild(call.ids[0])
    if "members" not in world.grants:
        raise Refusal(MISSING_ACCESS)
    most, after = call.number("limit", 1, 1000), int(call.query.get("after", 0))
    ids = sorted((id for id in inside.members if int(id) > after), key=int)
    return [world.full_member(inside, id) for id in ids[:most]]


def member(world: World, call: Call) -> Json:
    """One member."""
    inside = world.guild(call.ids[0])
    if call.ids[1] not in inside.members:
        raise Refusal(UNKNOWN_MEMBER if call.ids[1] in world.users else UNKNOWN_USER)
    return world.full_member(inside, call.ids[1])


def events(world: World, call: Call) -> list[Json]:
    """What is scheduled in a server."""
    return list(world.guild(call.ids[0]).events.values())


def event(world: World, call: Call) -> Json:
    """One thing that is scheduled."""
    found = world.guild(call.ids[0]).events.get(call.ids[1])
    if found is None:
        raise Refusal(UNKNOWN_EVENT)
    return found


def schedule(world: World, call: Call) -> Json:
    """Schedules something."""
    inside = world.guild(call.ids[0])
    permissions.check(permissions.allowed(inside, BOT), "create_events")
    nothing: Json = {"channel_id": None, "scheduled_end_time": None, "description": None, "entity_metadata": None}
    made = {**nothing, **call.data, "id": shapes.new_id(), "guild_id": inside.id, "creator_id": BOT}
    made |= {"creator": world.bot, "status": 1, "entity_id": None, "user_count": 0, "image": None}
    inside.events[made["id"]] = made
    world.emit("GUILD_SCHEDULED_EVENT_CREATE", inside.id, made)
    return made


def reschedule(world: World, call: Call) -> Json:
    """Changes what is scheduled."""
    found = event(world, call)
    _check_event(world, found)
    found.update(call.data)
    world.emit("GUILD_SCHEDULED_EVENT_UPDATE", found["guild_id"], found)
    return found


def unschedule(world: World, call: Call) -> None:
    """Calls it off."""
    found = event(world, call)
    _check_event(world, found)
    del world.guild(call.ids[0]).events[found["id"]]
    world.emit("GUILD_SCHEDULED_EVENT_DELETE", found["guild_id"], found)


def _check_event(world: World, found: Json) -> None:
    allowed = permissions.allowed(world.guild(found["guild_id"]), BOT)
    permissions.check(allowed, "create_events" if found["creator_id"] == BOT else "manage_events")


def commands(world: World, call: Call) -> list[Json]:
    """The application's commands, for all servers or for one."""
    return world.commands.get(call.ids[1] if len(call.ids) > 1 else "", [])


def write_commands(world: World, call: Call) -> list[Json]:
    """Replaces the application's commands."""
    where = call.ids[1] if len(call.ids) > 1 else ""
    more = {"application_id": APPLICATION, "version": shapes.new_id(), "default_member_permissions": None}
    usual = {"type": 1, "description": "", "options": [], "nsfw": False}
    world.commands[where] = [{**usual, **each, **more, "id": shapes.new_id()} for each in call.body]
    return world.commands[where]


EVENTS, EVENT = "/guilds/{}/scheduled-events", "/guilds/{}/scheduled-events/{}"
ROUTES = {
    "GET /users/@me": me,
    "GET /oauth2/applications/@me": application,
    "GET /applications/@me": application,
    "GET /users/@me/guilds": my_guilds,
    "POST /users/@me/channels": open_direct,
    "GET /users/{}": user,
    "GET /guilds/{}": guild,
    "GET /guilds/{}/channels": channels,
    "GET /guilds/{}/threads/active": active_threads,
    "GET /guilds/{}/members": members,
    "GET /guilds/{}/members/{}": member,
    f"GET {EVENTS}": events,
    f"POST {EVENTS}": schedule,
    f"GET {EVENT}": event,
    f"PATCH {EVENT}": reschedule,
    f"DELETE {EVENT}": unschedule,
    "GET /applications/{}/commands": commands,
    "PUT /applications/{}/commands": write_commands,
    "GET /applications/{}/guilds/{}/commands": commands,
    "PUT /applications/{}/guilds/{}/commands": write_commands,
}

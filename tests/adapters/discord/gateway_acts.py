"""Interactions as people begin them: commands, suggestions while typing, presses, forms that are sent.

Source: Discord, discord-api-docs, *Interactions*, *Application commands*.
"""

from typing import Any

import gateway_deeds as deeds
from gateway_interactions import COMMAND, PRESS, SUBMIT, TYPING, Interaction, Interactions
from gateway_shapes import DIRECT
from gateway_world import APPLICATION, BOT, World

Json = dict[str, Any]
LABEL = 18
SLASH, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3


def use_command(
    acts: Interactions, user: str, channel: Json, name: str, values: Json, *, typing: bool = False
) -> Interaction:
    """Uses a slash command with values for its options; while `typing` the first is not finished."""
    command = find_command(acts.world, channel, name, SLASH)
    options = {each["name"]: each for each in command.get("options") or ()}
    given = [{"name": key, "type": options[key]["type"], "value": value} for key, value in values.items()]
    if typing:
        given[0]["focused"] = True
    data = {"id": command["id"], "name": name, "type": SLASH, "options": given, "resolved": {}}
    return _begin(acts, TYPING if typing else COMMAND, user, channel, data)


def use_on_message(acts: Interactions, user: str, message: Json, name: str) -> Interaction:
    """Uses a command on a message."""
    channel = acts.world.channels[message["channel_id"]]
    command = find_command(acts.world, channel, name, MESSAGE_COMMAND)
    data = {"id": command["id"], "name": name, "type": MESSAGE_COMMAND, "target_id": message["id"]}
    resolved = {"messages": {message["id"]: deeds.shown(message)}}
    return _begin(acts, COMMAND, user, channel, {**data, "resolved": resolved})


def press(acts: Interactions, user: str, message: Json, custom_id: str, values: list[str] | None = None) -> Interaction:
    """Presses a button, or chooses in a select."""
    component = next(each for each in components(message["components"]) if each.get("custom_id") == custom_id)
    data = {"custom_id": custom_id, "component_type": component["type"], "id": 1}
    if values is not None:
        data["values"] = values
    return _begin(acts, PRESS, user, acts.world.channels[message["channel_id"]], data, message)


def submit(acts: Interactions, opened: Interaction, values: Json) -> Interaction:
    """Sends a form that was opened, with values for its fields and what stood in the others."""
    assert opened.modal is not None
    sent = [_sent(each, values) for each in opened.modal["components"]]
    data = {"custom_id": opened.modal["custom_id"], "components": sent}
    return _begin(acts, SUBMIT, opened.user, opened.channel, data, opened.message)


def components(tree: list[Json]) -> list[Json]:
    """Every component, those inside others too."""
    found: list[Json] = []
    for each in tree:
        inside = [*(each.get("components") or ()), *([each["component"]] if each.get("component") else ())]
        found += [each, *components(inside), *([each["accessory"]] if each.get("accessory") else ())]
    return found


def find_command(world: World, channel: Json, name: str, type: int) -> Json:
    """The command that is called so where somebody is.

    Raises:
        LookupError: there is none.
    """
    for command in [*world.commands.get(channel.get("guild_id", ""), []), *world.commands.get("", [])]:
        if command["name"] == name and command["type"] == type:
            return command
    raise LookupError(f"there is no command {name!r}")


def _sent(each: Json, values: Json) -> Json:
    if each["type"] != LABEL and each.get("components"):
        return {"type": each["type"], "components": [_value(inside, values) for inside in each["components"]]}
    if each["type"] != LABEL:
        return {"type": each["type"], "id": 1}
    return {"type": LABEL, "id": 1, "component": _value(each["component"], values)}


def _value(entry: Json, values: Json) -> Json:
    name = entry["custom_id"]
    sent = {"type": entry["type"], "custom_id": name, "id": 1}
    if entry["type"] == 4:
        return {**sent, "value": values.get(name, entry.get("value") or "")}
    chosen = [each["value"] for each in entry.get("options") or () if each.get("default")]
    return {**sent, "values": list(values.get(name, chosen))}


def _begin(
    acts: Interactions, kind: int, user: str, channel: Json, data: Json, message: Json | None = None
) -> Interaction:
    begun = acts.begin(kind, channel, user, message)
    is_direct = channel["type"] == DIRECT
    told = {
        "id": begun.id,
        "application_id": APPLICATION,
        "type": kind,
        "token": begun.token,
        "version": 1,
        "data": data,
        "channel": channel,
        "channel_id": channel["id"],
        "app_permissions": str(acts.world.allowed(BOT, channel)),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": channel.get("guild_id", "0")},
        "context": 1 if is_direct else 0,
        "attachment_size_limit": 10 << 20,
        **_who(acts.world, user, channel),
        **({"message": deeds.shown(message)} if message else {}),
    }
    acts.world.emit("INTERACTION_CREATE", channel.get("guild_id", ""), told)
    return begun


def _who(world: World, user: str, channel: Json) -> Json:
    if channel["type"] == DIRECT:
        return {"user": world.users[user]}
    guild = world.guilds[channel["guild_id"]]
    member = {**world.full_member(guild, user), "permissions": str(world.allowed(user, channel))}
    about = {"guild_id": guild.id, "guild": {"id": guild.id, "locale": "en-US", "features": []}}
    return {**about, "guild_locale": "en-US", "member": member}

"""The bot's commands as Discord knows them: what they are, when they are written, what is suggested while typing."""

import hashlib
import json
from typing import Any

import discord
from discord import app_commands

from adapters.discord.inbound import TEXT_OPTION
from adapters.port import Returned, Suggestions, Surface, Typing, limits

CHOICE_LENGTH = 100
"""Characters of a choice's name and value. Source: Discord, discord-api-docs, *Application commands*."""


IN_SERVERS, DIRECTLY = 0, 1
"""Where a command is offered. Source: Discord, discord-api-docs, *Application commands*, contexts."""


def payload(surface: Surface) -> list[dict[str, Any]]:
    """Gives every command as Discord takes it: a slash command with one text, and a message command for each action.

    They are offered in servers and in the bot's own direct conversations, never where only other people talk.
    """
    names = dict.fromkeys(command.name for command in surface.commands)
    every = [*(_command(name, surface) for name in names), *(_action(each.label) for each in surface.shortcuts)]
    return [{**each, "integration_types": [IN_SERVERS], "contexts": [IN_SERVERS, DIRECTLY]} for each in every]


async def sync(client: discord.Client, surface: Surface, server: str) -> bool:
    """Writes the commands where they are not what Discord has; True where it wrote.

    Args:
        client: a client that is logged in.
        surface: what the bot listens to.
        server: the id of the only server that gets them; empty for all.
    """
    wanted = payload(surface)
    http, id = client.http, client.application_id or 0
    known: Any = await (http.get_guild_commands(id, int(server)) if server else http.get_global_commands(id))
    if _digest(wanted, everywhere=not server) == _digest(known, everywhere=not server):
        return False
    if server:
        await http.bulk_upsert_guild_commands(id, int(server), wanted)
    else:
        await http.bulk_upsert_global_commands(id, wanted)
    return True


def choices(typing: Typing, returned: Returned, surface: Surface | None) -> list[app_commands.Choice[str]]:
    """Gives what is suggested: the handler's suggestions behind the word that they belong to, else the words."""
    word, _, _ = typing.text.partition(" ")
    if isinstance(returned, Suggestions):
        return [
            app_commands.Choice(name=each.label[:CHOICE_LENGTH], value=f"{word} {each.value}"[:CHOICE_LENGTH])
            for each in returned.options
        ]
    uses = [use for use in (surface.commands if surface else ()) if use.name == typing.command]
    fitting = [use for use in uses if use.word not in ("", "*") and use.word.startswith(typing.text.lower())]
    return [
        app_commands.Choice(name=f"{use.word} · {use.description}"[:CHOICE_LENGTH], value=use.word)
        for use in fitting[: limits.SUGGESTIONS]
    ]


def _command(name: str, surface: Surface) -> dict[str, Any]:
    uses = [each for each in surface.commands if each.name == name]
    bare = next((each for each in uses if each.word == ""), uses[0])
    found: dict[str, Any] = {"name": name, "type": 1, "description": bare.description}
    if len(uses) > 1 or uses[0].argument or uses[0].word:
        hints = [_hint(each.word, each.argument) for each in uses]
        hint = " | ".join(each for each in hints if each)
        option = {"type": 3, "name": TEXT_OPTION, "description": hint[:100], "required": False, "autocomplete": True}
        found["options"] = [option]
    return found


def _hint(word: str, argument: str) -> str:
    return f"{'' if word == '*' else word} {argument}".strip()


def _action(label: str) -> dict[str, Any]:
    return {"name": label[:32], "type": 3}


def _digest(commands: list[dict[str, Any]], *, everywhere: bool) -> str:
    """What tells two surfaces apart. Of a server's own commands Discord does not say where they are offered."""
    kept = ("name", "type", "description")
    options = ("type", "name", "description", "autocomplete")
    plain = [
        {
            **{key: each.get(key) or "" for key in kept},
            **{key: sorted(each.get(key) or ()) for key in ("integration_types", "contexts") if everywhere},
            "options": [{key: option.get(key) for key in options} for option in each.get("options") or ()],
        }
        for each in commands
    ]
    ordered = sorted(plain, key=lambda each: (str(each["type"]), str(each["name"])))
    return hashlib.sha256(json.dumps(ordered, sort_keys=True).encode()).hexdigest()

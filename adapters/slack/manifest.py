"""The manifest of the workspace's own app, made from what the bot listens to; pure.

Every scope stands with its reason and with what needs it, so that none is wider than used. Source of keys and limits:
Slack, docs.slack.dev, *App manifest reference*.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from adapters.port import Command, Surface
from adapters.slack.door import EVENTS_PATH
from adapters.slack.markup import Json

BUILT_IN = frozenset({"me"})
"""Commands that Slack keeps for itself; `/tacit me` is another way to this one."""

HINT = 1_000
"""Slack: usage_hint of a slash command."""

SHORTCUT_NAME = 24
"""Slack: name of a shortcut."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Why a scope is asked for, and the methods (`chat.update`) and events (`message.im`) that need it."""

    reason: str
    needed_by: tuple[str, ...]


SCOPES: Mapping[str, Scope] = {
    "app_mentions:read": Scope("To hear when somebody mentions the bot.", ("app_mention",)),
    "channels:history": Scope(
        "To hear what is written in public channels that it was invited to, and to read a message or thread that"
        " somebody wants kept.",
        ("message.channels", "conversations.history", "conversations.replies"),
    ),
    "channels:read": Scope(
        "To know a public channel by its name, which ones it is in, whether a guest is in it too, and who is in one"
        " whose people coordinate here.",
        ("conversations.info", "conversations.members", "users.conversations", "channel_rename"),
    ),
    "chat:write": Scope(
        "To answer, and to change or take back what it said.",
        ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete"),
    ),
    "commands": Scope("For its slash commands and message actions.", ("slash commands", "shortcuts")),
    "files:write": Scope("To post pictures, calendar files and exports.", ("files.uploadV2",)),
    "groups:history": Scope(
        "The same as channels:history, in private channels that it was invited to.",
        ("message.groups", "conversations.history", "conversations.replies"),
    ),
    "groups:read": Scope(
        "The same as channels:read, for private channels that it was invited to: who is in them and may read there.",
        ("conversations.info", "conversations.members", "users.conversations", "group_rename"),
    ),
    "im:history": Scope("To read what people write to it directly.", ("message.im", "conversations.history")),
    "im:read": Scope("To know its direct conversations from those of others.", ("conversations.info",)),
    "im:write": Scope("To write to people directly, such as to ask for their yes.", ("conversations.open",)),
    "metadata.message:read": Scope(
        "To see whether a message of its own was posted when the network left that open, so that nothing is posted"
        " twice.",
        ("conversations.history", "conversations.replies"),
    ),
    "mpim:history": Scope(
        "To hear when it is mentioned in a group conversation that it is part of.", ("message.mpim",)
    ),
    "mpim:read": Scope("To know a group conversation from a channel.", ("conversations.info",)),
    "mpim:write": Scope("To bring a few people together who both said yes.", ("conversations.open",)),
    "reactions:read": Scope(
        "To keep what somebody marks with a light bulb, and close a question with a check mark.",
        ("reaction_added", "reaction_removed"),
    ),
    "reactions:write": Scope("To show by an emoji that it saw something.", ("reactions.add",)),
    "usergroups:read": Scope(
        "To know who is in a user group whose people coordinate here, where coordinators chose one.",
        ("usergroups.list", "usergroups.users.list"),
    ),
    "users:read": Scope(
        "To know people's names and time zones, and who joined or left.",
        ("users.info", "users.list", "team_join", "user_change"),
    ),
}
"""Bot scope -> why."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_rename",
    "group_rename",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
)
"""Events that the bot subscribes to."""


def manifest(surface: Surface, url: str = "") -> Json:
    """Makes the manifest.

    Args:
        surface: what the bot listens to.
        url: where signed requests reach the bot (`https://tacit.example.org`); Socket Mode where empty.

    Raises:
        ValueError: a message action's label is longer than Slack takes.
    """
    address = f"{url.rstrip('/')}{EVENTS_PATH}" if url else ""
    at: Json = {"request_url": address} if address else {}
    return {
        "display_information": {
            "name": "Tacit",
            "description": "Keeps what people here work out, and brings it back when somebody asks.",
            "background_color": "#1f4e4a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Tacit", "always_online": True},
            "shortcuts": [_shortcut(each.id, each.label) for each in surface.shortcuts],
            "slash_commands": _commands(surface, address),
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def written(surface: Surface, url: str = "") -> str:
    """Gives the manifest as YAML."""
    head = "# Made by ./tacit manifest from all that the bot listens to. Change that, not this file.\n"
    return head + str(yaml.safe_dump(manifest(surface, url), sort_keys=False, allow_unicode=True, width=110))


def _shortcut(id: str, label: str) -> Json:
    if len(label) > SHORTCUT_NAME:
        raise ValueError(f"Slack shows at most {SHORTCUT_NAME} characters of a message action: {label!r}")
    return {"name": label, "type": "message", "callback_id": id, "description": label}


def _commands(surface: Surface, address: str) -> list[Json]:
    names = dict.fromkeys(command.name for command in surface.commands)
    found = []
    for name in names:
        uses = sorted((each for each in surface.commands if each.name == name), key=lambda use: use.word)
        if name in BUILT_IN:
            continue
        hint = " | ".join(filter(None, map(_hint, uses)))
        command: Json = {"command": f"/{name}", "description": uses[0].description, "should_escape": False}
        command |= {"usage_hint": hint[:HINT]} if hint else {}
        found.append(command | ({"url": address} if address else {}))
    return found


def _hint(use: Command) -> str:
    word = "" if use.word in ("", "*") else use.word
    return f"{word} {f'[{use.argument}]' if use.argument else ''}".strip()

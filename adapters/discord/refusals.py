"""What Discord refuses, in the port's words: why, and which permission is missing where."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import aiohttp
import discord

from adapters.port import PlatformRefused, Refused

CODES = {
    10003: Refused.NOT_IN_CHANNEL,
    10004: Refused.NOT_IN_CHANNEL,
    10008: Refused.GONE,
    10013: Refused.NO_DIRECT_MESSAGES,
    10062: Refused.EXPIRED,
    10070: Refused.GONE,
    20016: Refused.UNREACHABLE,
    30010: Refused.MISSING_PERMISSION,
    40060: Refused.EXPIRED,
    50001: Refused.NOT_IN_CHANNEL,
    50005: Refused.MISSING_PERMISSION,
    50007: Refused.NO_DIRECT_MESSAGES,
    50013: Refused.MISSING_PERMISSION,
    50027: Refused.EXPIRED,
    50083: Refused.MISSING_PERMISSION,
    50278: Refused.NO_DIRECT_MESSAGES,
    200000: Refused.MISSING_PERMISSION,
    240000: Refused.MISSING_PERMISSION,
    160005: Refused.MISSING_PERMISSION,
}
"""Discord's error code -> why it is refused. Source: Discord, discord-api-docs, *Opcodes and status codes*."""

BY_CODE = {
    30010: "no more reactions on this message",
    50083: "Manage Threads",
    160005: "Manage Threads",
    200000: "the server's AutoMod",
    240000: "the server's AutoMod",
}
"""What is in the way where the code alone says it."""

NEEDED = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "create_private_threads",
    "attach_files",
    "read_message_history",
    "add_reactions",
    "create_events",
)
"""Permissions that the bot uses in a server, as discord.py calls them."""

UNREACHED = (OSError, TimeoutError, aiohttp.ClientError, discord.GatewayNotFound, discord.DiscordServerError)
"""What is raised where Discord cannot be reached."""


@contextmanager
def refusals(missing: Callable[[], str] = lambda: "") -> Iterator[None]:
    """Says what Discord refuses in the port's words.

    Args:
        missing: names the permissions that are missing, for a refusal that is about permissions.

    Raises:
        PlatformRefused: Discord refused what was done inside.
    """
    try:
        yield
    except UNREACHED as error:
        raise PlatformRefused(Refused.UNREACHABLE, type(error).__name__) from None
    except discord.HTTPException as error:
        reason = CODES.get(error.code)
        if reason is None and (error.status == 429 or error.status >= 500):
            reason = Refused.UNREACHABLE
        if reason is None and error.status in (403, 404):
            reason = Refused.GONE if error.status == 404 else Refused.MISSING_PERMISSION
        if reason is None:
            raise
        named = missing() if reason is Refused.MISSING_PERMISSION else ""
        named = BY_CODE.get(error.code, named)
        raise PlatformRefused(reason, named or str(error.code)) from None  # its text holds Discord's answer


def missing_in(channel: Any, me: Any, needed: Sequence[str]) -> list[str]:
    """Names the permissions that somebody lacks in a channel, as Discord shows them."""
    if me is None or not hasattr(channel, "permissions_for"):
        return []
    has = channel.permissions_for(me)
    return [named_permission(each) for each in needed if not getattr(has, each)]


def named_permission(name: str) -> str:
    """A permission as Discord shows it: `send_messages` is *Send Messages*."""
    return " ".join(word if word == "in" else word.capitalize() for word in name.split("_"))

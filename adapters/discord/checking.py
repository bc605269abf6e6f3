"""Looks at the token, the intents and the servers, and says what to mend and what is off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.client import granted_to, point_to
from adapters.discord.refusals import NEEDED, UNREACHED, named_permission
from adapters.discord.settings import DiscordSettings
from adapters.port import Part

NAMED = 8
"""Servers that are named; the others are only counted."""


NEEDS = {
    Part.MESSAGES: "quiet offers and keeping by a light bulb need the message content intent",
    Part.MEMBERS: "welcoming and noticing who left need the server members intent",
}
"""What is off where the bot may not hear something, and which intent it needs."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and a sentence that says what is or what to mend."""

    what: str
    ok: bool
    says: str


async def check(settings: DiscordSettings) -> list[Finding]:
    """Looks at everything; what cannot be looked at because of something before it is left out."""
    point_to(settings.api_url, settings.gateway_url)
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            await client.login(settings.token)
            info = await client.application_info()
            servers: Any = sorted(await client.http.get_guilds(200), key=lambda each: str(each["name"]))
        except discord.LoginFailure:
            return [Finding("Discord token", False, "is not accepted. Copy DISCORD_TOKEN anew from the page Bot.")]
        except (*UNREACHED, discord.HTTPException) as error:
            says = f"cannot be reached ({type(error).__name__}). See whether this machine has a way out."
            return [Finding("Discord", False, says)]
    return [
        Finding("Discord token", True, f"for {info.name}"),
        _intents(info),
        _servers(servers),
        *_permissions(servers),
    ]


def _intents(info: discord.AppInfo) -> Finding:
    off = [NEEDS[part] for part in Part if part not in granted_to(info)]
    if off:
        return Finding("Discord intents", True, f"some things are off: {'; '.join(off)}. They are on the page Bot.")
    return Finding("Discord intents", True, "all on")


def _servers(servers: Sequence[Any]) -> Finding:
    if not servers:
        return Finding("Discord servers", False, "I'm in none yet. Add me with the link of the page Installation.")
    return Finding("Discord servers", True, f"in {_listed([str(each['name']) for each in servers])}")


def _permissions(servers: Sequence[Any]) -> Iterator[Finding]:
    lacking: list[str] = []
    for each in servers:
        has = discord.Permissions(int(each.get("permissions") or 0))
        if missing := [named_permission(name) for name in NEEDED if not getattr(has, name) and not has.administrator]:
            lacking.append(f"{each['name']} ({', '.join(missing)})")
    if lacking:
        says = f"missing in {_listed(lacking)}. Give them to my role under Server Settings, Roles."
        yield Finding("Discord permissions", False, says)
    elif servers:
        yield Finding("Discord permissions", True, "all given; a channel may still take some away")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"

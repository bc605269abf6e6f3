"""Looks at the token, the intents and the servers, and says what to mend and what is off."""

from collections.abc import Iterator
from dataclasses import dataclass

import discord

from adapters.discord.client import point_to
from adapters.discord.platform import DiscordSettings

NAMED = 8
"""Servers that are named; the others are only counted."""


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
            names = sorted([guild.name async for guild in client.fetch_guilds(limit=200)])
        except discord.LoginFailure:
            return [Finding("Discord token", False, "is not accepted. Copy DISCORD_TOKEN anew from the page Bot.")]
        except (OSError, TimeoutError, discord.HTTPException) as error:
            says = f"cannot be reached ({type(error).__name__}). See whether this machine has a way out."
            return [Finding("Discord", False, says)]
    return [Finding("Discord token", True, f"for {info.name}"), *_intents(info.flags), _servers(names)]


def _intents(flags: discord.ApplicationFlags) -> Iterator[Finding]:
    reads = flags.gateway_message_content or flags.gateway_message_content_limited
    knows = flags.gateway_guild_members or flags.gateway_guild_members_limited
    off = [
        *([] if reads else ["quiet offers and keeping by a light bulb need the message content intent"]),
        *([] if knows else ["welcoming and noticing who left need the server members intent"]),
    ]
    if off:
        yield Finding("Discord intents", True, f"some things are off: {'; '.join(off)}. They are on the page Bot.")
    else:
        yield Finding("Discord intents", True, "all on")


def _servers(names: list[str]) -> Finding:
    if not names:
        return Finding("Discord servers", False, "I'm in none yet. Add me with the link of the page Installation.")
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return Finding("Discord servers", True, f"in {', '.join(names[:NAMED])}{more}")

"""Discord: every server that the bot was added to, by its gateway, with a bot application of one's own.

`DiscordPlatform` has the verbs of the port; `README.md` says how to set it up.
"""

from adapters.discord.checking import Finding, check
from adapters.discord.platform import DiscordPlatform
from adapters.discord.settings import DiscordSettings

__all__ = ["DiscordPlatform", "DiscordSettings", "Finding", "check"]

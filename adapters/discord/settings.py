"""How Discord is reached: the token, and other addresses where there are any."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DiscordSettings:
    """How to reach Discord.

    Attributes:
        token: the bot's token.
        api_url: another address for the REST interface; Discord's own where empty.
        gateway_url: another address for the gateway; Discord's own where empty.
        server: the id of a server that gets the commands at once, for trying things out; empty for all servers.
        options: more for discord.py's client.
    """

    token: str = field(repr=False)
    api_url: str = ""
    gateway_url: str = ""
    server: str = ""
    options: dict[str, Any] = field(default_factory=dict)

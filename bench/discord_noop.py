"""The alternative: a discord.py client with the bot's intents that does nothing. `python -m bench.discord_noop`."""

import os

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Noop(discord.Client):
    """Hears every message and does nothing with it."""

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote."""


def client() -> Noop:
    """Makes a client that speaks to the Discord that the environment names."""
    Route.BASE = f"{os.environ['DISCORD_API_URL']}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    intents = discord.Intents.default()
    intents.message_content = intents.members = True
    return Noop(intents=intents)


if __name__ == "__main__":
    client().run(os.environ["DISCORD_TOKEN"], log_handler=None)

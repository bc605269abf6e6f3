"""What Discord refuses and simcord does not. Codes: Discord, discord-api-docs, *Opcodes and status codes*."""

import re
from urllib.parse import unquote

import emoji
from discord_world import World
from simcord.backend.errors import BackendError
from simcord.enums import ChannelType

CHANNEL = re.compile(r"/channels/(\d+)(/.*)?")
TOKEN = re.compile(r"/webhooks/\d+/([^/]+)(/.*)?")
REACTION = re.compile(r"/messages/\d+/reactions/([^/]+)/.*")


def check(world: World, method: str, path: str) -> None:
    """Refuses a request of the bot as Discord would.

    Raises:
        BackendError: it is refused.
    """
    if found := TOKEN.fullmatch(path):
        _check_token(world, found[1])
    if found := CHANNEL.fullmatch(path):
        _check_channel(world, method, int(found[1]), found[2] or "")


def _check_token(world: World, token: str) -> None:
    record = world.interactions.get(world.interaction_tokens.get(token, 0))
    if record and record.expires_at and world.now_iso() >= record.expires_at:
        raise BackendError(401, 50027, "Invalid Webhook Token")


def _check_channel(world: World, method: str, id: int, rest: str) -> None:
    if id in world.hidden:
        raise BackendError(403, 50001, "Missing Access")
    channel = world.channels.get(id)
    if channel is None:
        return
    if channel.type == ChannelType.DM and method == "POST" and rest == "/messages":
        _check_direct(world, channel.recipient_ids[0])
    is_archived = bool(channel.thread_metadata and channel.thread_metadata.archived)
    if is_archived and method in ("PATCH", "PUT") and "/messages/" in rest:
        raise BackendError(400, 50083, "Thread is archived")
    sign = REACTION.fullmatch(rest)
    if sign and method == "PUT" and not _is_emoji(unquote(sign[1])):
        raise BackendError(400, 10014, "Unknown Emoji")


def _check_direct(world: World, user: int) -> None:
    if user in world.closed:
        raise BackendError(403, 50007, "Cannot send messages to this user")
    if not any(user in guild.members for guild in world.guilds.values()):
        raise BackendError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def _is_emoji(sign: str) -> bool:
    return emoji.is_emoji(sign) or re.fullmatch(r"\w+:\d+", sign) is not None

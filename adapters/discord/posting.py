"""Posts a message of one page or several, each page once, whatever happens in between.

A page carries its key twice: as a nonce, by which Discord itself drops a repeat for some minutes, and as the number of
its first component, by which it is found in the channel's history after that. Source: Discord, discord-api-docs,
*Create Message* (`enforce_nonce`) and *Component Reference* (`id`: any 32 bit integer).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import discord

from adapters.discord.outbound import Layout

CLOCKS_APART = timedelta(minutes=5)
"""By how much a clock here and Discord's may differ, when it is looked what was posted since a moment."""


async def post_pages(
    place: discord.abc.Messageable,
    pages: Sequence[Layout],
    *,
    once: str,
    tried_at: datetime | None,
    files: Sequence[discord.File] = (),
    **given: Any,
) -> list[int]:
    """Posts pages in order, the files with the last one; gives the messages' ids.

    Args:
        place: where.
        pages: what.
        once: the key under which nothing is posted twice; may be empty.
        tried_at: since when an earlier process may have posted some of it; None where none did.
        files: go with the last page.
        given: what else `send` takes.
    """
    said = await _said_since(place, tried_at - CLOCKS_APART) if tried_at is not None else {}
    ids: list[int] = []
    for number, page in enumerate(pages):
        digest = blake2b(f"{once or uuid4().hex}:{number}".encode(), digest_size=12)
        mark = int.from_bytes(digest.digest()[:4]) >> 1 or 1
        if mark not in said:
            page.children[0].id = mark
            attached = list(files) if number == len(pages) - 1 else []
            said[mark] = (await place.send(view=page, files=attached, nonce=digest.hexdigest(), **given)).id
        ids.append(said[mark])
    return ids


async def _said_since(place: discord.abc.Messageable, since: datetime) -> dict[int, int]:
    """The numbers of the first components of what stands there since then, and the ids of these messages."""
    said: dict[int, int] = {}
    async for each in place.history(after=since, limit=None):
        if each.components and (mark := getattr(each.components[0], "id", None)):
            said[mark] = each.id
    return said

"""What the chat says of its groups: how they are called, as far as somebody may know it."""

import asyncio
from collections.abc import Collection

from adapters.port import Account, Group, PlatformRefused, Space
from bot.feature import Context
from bot.services import room_from


async def groups_for(context: Context, account: Account) -> list[Group]:
    """The groups of somebody's space, without the private channels that they may not see.

    Raises:
        PlatformRefused: the chat would not say.
    """
    platform = context.platforms[account.space.platform]
    groups = await platform.groups(account.space)

    async def may_know(group: Group) -> bool:
        return not group.private or await platform.may_see(account, room_from(group.key))

    known = await asyncio.gather(*map(may_know, groups))
    return [group for group, is_known in zip(groups, known, strict=True) if is_known]


async def known_among(context: Context, keys: Collection[str]) -> dict[str, Group]:
    """Of these groups, those that whoever acts may know, by key; one of another space, or that is gone, is left out."""
    assert context.account is not None
    if not any(key.startswith(f"{context.account.space.key}:") for key in keys):
        return {}
    try:
        return {each.key: each for each in await groups_for(context, context.account) if each.key in keys}
    except PlatformRefused:
        return {}


def is_in(space: Space, group: str) -> bool:
    """Whether a group is one of a space."""
    return group.startswith(f"{space.key}:")

"""Who is in the chats' groups whose people coordinate: asked each hour, and right after one is chosen."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from adapters.port import Platform, PlatformRefused, Refused
from bot.errors import report, report_refusal
from knowledge.store import Store, StoreUnavailable, Work, communities, core

Platforms: TypeAlias = Mapping[str, Platform]
People: TypeAlias = Mapping[str, Mapping[str, str]]
"""Group -> who is in it, by the keys of their accounts, and the names that they go by."""

MOST = 50
"""People of a group that may coordinate, at most: more are no core, and each of them would be written to (ours)."""

_log = logging.getLogger("tacit.core_groups")


class TooMany(Exception):
    """More than `MOST` people are in a group: it is hardly meant."""


async def people_in(platforms: Platforms, groups: Iterable[str]) -> People:
    """Asks the chats who is in these groups.

    Raises:
        PlatformRefused: one of them would not say.
        TooMany: one of them is too large.
    """
    found = {}
    for group in groups:
        platform = platforms.get(group.partition(":")[0])
        if platform is None:
            raise PlatformRefused(Refused.UNREACHABLE, "its chat is not connected")
        found[group] = {each.key: each.name for each in await platform.people_in(group)}
        if len(found[group]) > MOST:
            raise TooMany
    return found


async def bring_into_step(work: Work, found: People) -> int:
    """Brings the core group into step with these groups; gives how many came in.

    Those that hold nobody come last, so that who is the last one by them may go when others hold somebody.
    """
    came = 0
    for group in sorted(found, key=lambda each: not found[each]):
        came += (await core.sync_group(work, group, found[group], elsewhere=found))[0]
    return came


async def look(store: Store, platforms: Platforms, community: int, clock: Callable[[], datetime]) -> bool:
    """Looks at every group that the community chose. Never raises: what a chat does not say now changes nothing.

    Says whether every chat with such a group is connected, so that another look can wait.
    """
    found: dict[str, Mapping[str, str]] = {}
    is_whole = True
    try:
        async with store.read(community, clock()) as work:
            chosen = (await communities.options(work)).core_groups
        for group in chosen:
            platform = platforms.get(group.partition(":")[0])
            if platform is not None and not platform.is_connected:
                is_whole = False
                continue
            try:
                found |= await people_in(platforms, [group])
            except PlatformRefused as refused:
                report_refusal(refused, group.partition(":")[0], _log)
            except TooMany:
                _log.warning("a group that was chosen has more than %s people, so it changes nothing", MOST)
        if found:
            async with store.write(community, clock()) as work:
                await bring_into_step(work, found)
    except StoreUnavailable as error:
        _log.warning("core groups wait: %s", type(error).__name__)
    except Exception as error:
        report(error, "core_groups", _log)
    return is_whole

"""What a chat says of people that they need not say themselves: the time zone that their quiet hours are in."""

import logging

from adapters.port import Platform, PlatformRefused, Space
from bot.errors import report
from bot.services import Services
from knowledge.store import StoreUnavailable, members
from knowledge.zones import is_zone

_log = logging.getLogger("tacit.profiles")


async def learn_zones(services: Services, platform: Platform, space: Space, community: int) -> None:
    """Notes the time zones of those who are known here and said none. Never raises: it is asked again another day."""
    try:
        zones = {
            each.account.key: each.time_zone
            for each in await platform.members(space)
            if is_zone(each.time_zone) and not each.is_bot
        }
        async with services.store.write(community, services.clock()) as work:
            await members.note_zones(work, zones)
    except (PlatformRefused, StoreUnavailable) as error:
        _log.warning("time zones wait: %s", type(error).__name__)
    except Exception as error:
        report(error, "profiles", _log)

"""The community's digest and members' own, at their times: decided in one piece of work, written when they are sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.port import Message
from bot.feature import Context
from bot.features.digest import rules, views
from bot.features.digest.reading import chosen_for, items_of, own_items, told
from bot.times import DAYS, period_of
from knowledge.models import Digest, DigestPace, DigestState
from knowledge.store import Work, communities, digests, members, notices
from knowledge.store.digests import digest_id
from knowledge.zones import zone_of


async def post(context: Context, work: Work) -> None:
    """Posts the community's digest, unless it was sent, skipped or is thin."""
    if context.options.digest_rooms:
        digest = await digests.digest_for(work, day_of(context.due or context.now, zone_of(context.options.time_zone)))
        if digest.state is DigestState.PREVIEWED:
            await decide(context, work, digest)


async def decide(context: Context, work: Work, digest: Digest) -> bool:
    """Owes the digest to its rooms; False where the week is too thin for one."""
    items, since = await chosen_for(work, context.options, digest)
    digest.items, digest.since, digest.posted_at = rules.keys_of(items), since, work.now
    is_thin = rules.is_thin(items)
    digest.state = DigestState.THIN if is_thin else DigestState.POSTED
    for room in () if is_thin else context.options.digest_rooms:
        subject, once = {"digest": digest_id(digest)}, f"digest:{digest.once}:{room}"
        await notices.owe(work, "digest.post", None, subject, once=once, room=room)
    await work.session.flush()
    return not is_thin


async def write_post(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """The digest, as things stand; nothing where it comes so late that the next one tells it."""
    async with context.read() as work:
        digest = await digests.find_digest(work, subject["digest"])
        if digest is None or digest.posted_at is None or context.now > digest.posted_at + rules.POSTED_WITHIN:
            return None
        items = await items_of(work, context.options, digest)
    return views.digest(context.words, await told(context, items), digest.opening) if items else None


async def write_unposted(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For coordinators: the digest's room is gone or does not take it, and what to do."""
    async with context.read() as work:
        names = {each.key: each.name for each in await communities.channels(work)}
    return views.unposted(context.words, names.get(str(subject["room"]), ""))


async def owe_own(context: Context, work: Work) -> None:
    """Owes a digest of their own to everybody who wants one today."""
    local = context.now.astimezone(zone_of(context.options.time_zone))
    is_weekly = DAYS[local.weekday()] == rules.posted(context.options).day
    for member in await members.readers(work):
        if member.digest is DigestPace.DAILY or is_weekly:
            once = f"own:{local:%Y-%m-%d}:{members.member_id(member)}"
            await notices.owe(work, "digest.own", members.member_id(member), {"once": once}, once=once)


async def write_own(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """What touches a member since their last one; nothing where nothing does."""
    assert context.member is not None
    async with context.write() as work:
        last = await digests.last_posted(work, member=context.who)
        digest = await digests.digest_for(work, subject["once"], member=context.who)
        if digest.state is DigestState.PREVIEWED:
            days = 1 if context.member.digest is DigestPace.DAILY else 7
            digest.since = rules.since(last.posted_at if last else None, context.now, days=days)
            found = await own_items(work, context.options, context.who, digest.since)
            digest.items = [each.key for each in found if last is None or each.key not in last.items]
            digest.state, digest.posted_at = DigestState.POSTED, context.now
        items = await items_of(work, context.options, digest)
    return views.own(context.words, await told(context, items), context.member.digest) if items else None


def day_of(due: datetime, zone: ZoneInfo) -> str:
    """The local day that a digest is for, by which it is known."""
    return period_of(due, zone)[:10]

"""Reads what a digest tells, as it stands now."""

from collections.abc import Sequence
from datetime import datetime

from adapters.port import PlatformRefused
from bot.feature import Context
from bot.features.digest import rules
from bot.features.digest.rules import Item, Kind, Told
from bot.services import message_from
from knowledge.models import Digest
from knowledge.store import Work, digests, members
from knowledge.store.communities import Options
from knowledge.tips import look_before


async def items_since(work: Work, options: Options, since: datetime) -> list[Item]:
    """Everything that could be told of the time since then."""
    checked_before = look_before(work.now, options.look_after_months)
    return rules.items_of(await digests.news(work, since, checked_before=checked_before), work.now)


async def chosen_for(
    work: Work, options: Options, digest: Digest, due: datetime | None = None
) -> tuple[list[Item], datetime]:
    """What the community's digest tells that is not posted yet, and since when it looks; `due` is when it comes."""
    last = await digests.last_posted(work)
    since = rules.since(last.posted_at if last else None, due or work.now)
    items = await items_since(work, options, since)
    return rules.choose(items, told=last.items if last else (), left_out=digest.left_out), since


async def items_of(work: Work, options: Options, digest: Digest) -> list[Item]:
    """What a digest that was decided tells, as it stands now; what is gone is left out."""
    assert digest.since is not None
    everything = await items_since(work, options, digest.since)
    return [each for key in digest.items for each in everything if each.key == key]


async def told(context: Context, items: Sequence[Item]) -> Told:
    """Adds names and addresses to items."""
    asked = [each.question for each in items if each.question is not None]
    ids = [id for each in asked for id in (each.asker_id, each.answerer_id) if id is not None]
    async with context.read() as work:
        names = {id: person.name for id, person in (await members.find_members(work, ids)).items()}
    links = {each.id: await _link(context, each.post) for each in asked if each.id and each.post}
    return Told(
        items=tuple(items),
        askers={each.id: names.get(each.asker_id or 0, "") for each in asked if each.id and each.named},
        answerers={each.id: names.get(each.answerer_id or 0, "") for each in asked if each.id},
        links=links,
    )


async def own_items(
    work: Work, options: Options, member: int, since: datetime, *, all_of_it: bool = False
) -> list[Item]:
    """What touches a member of the time since then; with `all_of_it` filled up with the rest."""
    reader = await members.find_member(work, member)
    if reader is None:
        return []
    tags = await digests.tags_that_touch(work, member)
    items = await items_since(work, options, since)
    near = [each for each in items if rules.touches(each, reader, tags)]
    chosen = rules.choose(near)
    if all_of_it:
        shown = {each.about for each in chosen}
        rest = [each for each in items if each.about not in shown]
        chosen += rules.choose(rest, at_most=rules.AT_MOST - len(chosen))
    order = list(Kind)
    return sorted(chosen, key=lambda each: order.index(each.kind))


async def _link(context: Context, post: str) -> str:
    message = message_from(post)
    platform = context.platforms.get(message.room.space.platform)
    try:
        return await platform.link(message) if platform is not None else ""
    except PlatformRefused:
        return ""

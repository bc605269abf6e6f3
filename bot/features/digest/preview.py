"""What coordinators do with a digest before it is posted: see it, send it now, open it otherwise, leave out, skip."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.port import ButtonPressed, Form, FormSubmitted, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.digest import rules, views
from bot.features.digest.jobs import day_of, decide
from bot.features.digest.reading import chosen_for, told
from knowledge.models import Digest, DigestState
from knowledge.store import Work, digests, members, notices
from knowledge.store.digests import digest_id
from knowledge.store.forgotten import forgettings
from knowledge.zones import zone_of

SHOWN_TO = 5
"""Coordinators who see a preview, at most."""

OPENING_LENGTH = 300
"""Characters of an opening that a coordinator writes."""


async def owe_previews(context: Context, work: Work) -> None:
    """Owes coordinators a look at tomorrow's digest, if there is one."""
    if not context.options.digest_rooms:
        return
    zone = zone_of(context.options.time_zone)
    due = rules.posted(context.options).next_after(context.now, zone)
    digest = await digests.digest_for(work, day_of(due, zone))
    items, _ = await chosen_for(work, context.options, digest, due)
    if digest.state is DigestState.PREVIEWED and not rules.is_thin(items):
        core = [members.member_id(each) for each in await members.list_members(work) if each.is_core]
        for member in core[:SHOWN_TO]:
            subject = {"digest": digest_id(digest), "due": due.isoformat()}
            await notices.owe(work, "digest.preview", member, subject, once=f"preview:{digest.once}:{member}")


async def write_preview(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Tomorrow's digest as it stands; nothing where it was settled meanwhile."""
    async with context.read() as work:
        digest = await digests.find_digest(work, subject["digest"])
    if digest is None or digest.state is not DigestState.PREVIEWED:
        return None
    return await _shown(context, digest)


async def send_now(context: Context, event: ButtonPressed) -> Message:
    """*Send it now*."""
    async with context.write() as work:
        digest = await _open_digest(context, work, number_of(event.button))
        if not await decide(context, work, digest):
            raise Refusal("digest.nothing_left")
    return cards.plainly(context.words, "digest.sent")


async def skip(context: Context, event: ButtonPressed) -> Message:
    """*Skip this one*."""
    async with context.write() as work:
        digest = await _open_digest(context, work, number_of(event.button))
        digest.state = DigestState.SKIPPED
    return views.skipped(context.words, digest_id(digest))


async def take_back(context: Context, event: ButtonPressed) -> Message:
    """*Post it after all*."""
    async with context.write() as work:
        digest = await _open_digest(context, work, number_of(event.button), also=DigestState.SKIPPED)
        digest.state = DigestState.PREVIEWED
    return await _shown(context, digest)


async def open_opening(context: Context, event: ButtonPressed) -> Form:
    """*Change the opening*."""
    async with context.read() as work:
        digest = await _open_digest(context, work, number_of(event.button), lock=False)
        items, _ = await chosen_for(work, context.options, digest, _due(context))
    opening = digest.opening or views.opening(context.words, await told(context, items))
    return views.opening_form(context.words, digest_id(digest), opening, OPENING_LENGTH)


async def opening_sent(context: Context, event: FormSubmitted) -> Message:
    """The opening came back; an empty one is the bot's own again."""
    async with context.write() as work:
        digest = await _open_digest(context, work, number_of(event.form))
        digest.opening = " ".join(str(event.values.get("opening", "")).split())[:OPENING_LENGTH]
    return await _shown(context, digest)


async def open_left_out(context: Context, event: ButtonPressed) -> Form:
    """*Leave something out*."""
    async with context.read() as work:
        digest = await _open_digest(context, work, number_of(event.button), lock=False)
        whole = Digest(**{**digest.model_dump(), "left_out": []})
        items, _ = await chosen_for(work, context.options, whole, _due(context))
    return views.left_out_form(context.words, digest_id(digest), await told(context, items), digest.left_out)


async def left_out_sent(context: Context, event: FormSubmitted) -> Message:
    """What is left out came back."""
    chosen = event.values.get("items", ())
    async with context.write() as work:
        digest = await _open_digest(context, work, number_of(event.form))
        digest.left_out = list([chosen] if isinstance(chosen, str) and chosen else chosen)
    return await _shown(context, digest)


async def _shown(context: Context, digest: Digest) -> Message:
    due = _due(context)
    async with context.read() as work:
        items, since = await chosen_for(work, context.options, digest, due)
        forgotten = len(await forgettings(work, since))
    told_now = await told(context, items)
    return views.preview(context.words, digest_id(digest), told_now, digest.opening, due, forgotten=forgotten)


def _due(context: Context) -> datetime:
    """When the community's next digest comes."""
    return rules.posted(context.options).next_after(context.now, zone_of(context.options.time_zone))


async def _open_digest(
    context: Context, work: Work, number: int, *, lock: bool = True, also: DigestState = DigestState.PREVIEWED
) -> Digest:
    context.only_for_coordinators()
    digest = await digests.find_digest(work, number, lock=lock)
    if digest is None or digest.state not in (DigestState.PREVIEWED, also) or digest.member_id is not None:
        raise Refusal("digest.settled")
    return digest

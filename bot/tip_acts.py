"""What may be done to a tip, and by whom: the same from chat, from a review and from the pages.

Each takes a piece of work and writes in it. What is done to somebody else's tip is told to its authors and stands in
the audit trail.
"""

from bot.errors import Refusal
from bot.feature import Context
from knowledge.models import TipState
from knowledge.personal import Findings, personal_in
from knowledge.store import Work, audit, consents, notices, tips
from knowledge.tips import Known, TipForm, own_changes


async def find_seen(context: Context, work: Work, number: int) -> Known:
    """Finds a tip that the member may see.

    Raises:
        Refusal: there is none.
    """
    known = await tips.find_tip(work, number)
    if known is None or not may_see(known, context.who):
        raise Refusal("common.not_found", number=number)
    return known


async def find_live(work: Work, number: int) -> Known:
    """Finds a tip that is live, or the one that it was merged into.

    Raises:
        Refusal: there is none, or it is out of date.
    """
    known = await tips.find_tip(work, number)
    known = await where_it_lives(work, known) if known is not None else None
    if known is not None and known.state is TipState.RETIRED:
        raise Refusal("tips.is_retired", number=number)
    if known is None or known.state is not TipState.LIVE:
        raise Refusal("common.not_found", number=number)
    return known


async def find_editable(context: Context, work: Work, number: int) -> Known:
    """Finds a tip that the member may change.

    Raises:
        Refusal: there is none, it is not theirs to change, or it waits for its authors.
    """
    known = await find_seen(context, work, number)
    if not may_edit(context, known):
        raise Refusal("common.not_yours")
    if known.state is TipState.DRAFT and await consents.waiting_for(work, known.id) - {context.who}:
        raise Refusal("tips.waits_for_author")
    return known


async def where_it_lives(work: Work, known: Known) -> Known:
    """The tip that a merged one went into; a tip that was not merged is where it is."""
    if known.state is TipState.MERGED and known.merged_into is not None:
        home = await tips.find_tip(work, known.merged_into)
        return home or known
    return known


async def change(
    context: Context, work: Work, number: int, form: TipForm, *, looked_at: bool = False
) -> tuple[Known, TipForm, Findings]:
    """Writes a changed tip, unless something new in it looks like personal data that nobody looked at.

    Gives the tip as it was, its parts as they would be, and what looks like personal data: where there is any, nothing
    was written.
    """
    known = await find_editable(context, work, number)
    if known.is_by(context.who):
        form = own_changes(known, form, context.who)
    found = {} if looked_at else personal_in(form, before=known.form)
    if not found:
        await tips.revise_tip(work, known.id, form, by=context.who)
        await _tell(context, work, known, "tip.edited")
    return known, form, found


async def delete(context: Context, work: Work, number: int) -> Known:
    """Takes a tip back; a draft goes for good."""
    known = await find_editable(context, work, number)
    if known.state is TipState.DRAFT:
        await tips.drop_tip(work, known.id)
    else:
        await tips.set_state(work, known.id, TipState.WITHDRAWN, by=context.who)
        await _tell(context, work, known, "tip.deleted")
    return known


async def retire(context: Context, work: Work, number: int) -> Known:
    """Says that a tip is out of date: it is found no more."""
    known = await find_live(work, number)
    await tips.set_state(work, known.id, TipState.RETIRED, by=context.who)
    await _tell(context, work, known, "tip.retired")
    return known


async def restore(context: Context, work: Work, number: int) -> Known:
    """Says that a tip holds again.

    Raises:
        Refusal: there is none that is out of date.
    """
    known = await find_seen(context, work, number)
    if known.state is not TipState.RETIRED:
        raise Refusal("common.done_already")
    await tips.set_state(work, known.id, TipState.LIVE, by=context.who)
    await _tell(context, work, known, "tip.restored")
    return known


async def merge(context: Context, work: Work, number: int, into: int) -> tuple[Known, Known]:
    """Merges a tip into another, which goes on with the people and confirmations of both; gives both as they were.

    Raises:
        Refusal: one of them is not there, or they are the same.
    """
    going, staying = await find_live(work, number), await find_live(work, into)
    if going.id == staying.id:
        raise Refusal("tips.merge_how")
    await tips.merge_tip(work, going.id, into=staying.number, by=context.who)
    await _tell(context, work, going, "tip.merged", into=staying.number)
    return going, staying


async def undo(context: Context, work: Work, number: int, version: int | None = None) -> Known:
    """Takes back the last change of a tip; with `version` only where that is still the last.

    Raises:
        Refusal: there is nothing to take back, something came after it, or it is not theirs to take back.
    """
    known = await find_seen(context, work, number)
    versions = [each for each, _ in await tips.history(work, known.id)]
    if len(versions) < 2:
        raise Refusal("tips.nothing_to_undo", number=number)
    if version is not None and version != len(versions):
        raise Refusal("common.done_already")
    if not may_undo(known, versions[0].member_id, context.who):
        raise Refusal("tips.not_yours_to_undo")
    await tips.undo_change(work, known.id, by=context.who)
    await _tell(context, work, known, "tip.undone")
    return known


async def version_of(work: Work, known: Known) -> int:
    """How many versions a tip has: the last of them is what *Undo* takes back."""
    return len(await tips.history(work, known.id))


def may_see(tip: Known, member: int) -> bool:
    """Drafts are seen by who kept them and by whose words they hold; deleted tips by their authors."""
    if tip.state is TipState.DRAFT:
        return member == tip.kept_by or tip.is_by(member)
    if tip.state is TipState.WITHDRAWN:
        return tip.is_by(member)
    return True


def may_edit(context: Context, tip: Known) -> bool:
    """Authors edit their own; coordinators edit what is published; who kept a draft edits it until it is sent."""
    assert context.member is not None
    if tip.state is TipState.DRAFT:
        return tip.is_by(context.who) or context.who == tip.kept_by
    return tip.is_by(context.who) or context.member.is_core


def may_undo(tip: Known, made_by: int | None, member: int) -> bool:
    """Whoever made a change takes it back; so does an author where somebody else made it, but not a co-author's."""
    if made_by == member:
        return True
    return tip.is_by(member) and not (made_by is not None and tip.is_by(made_by))


async def _tell(context: Context, work: Work, known: Known, did: str, **more: int) -> None:
    """Owes a word to the authors when somebody else changed their tip, and notes it in the audit trail."""
    if not known.is_by(context.who):
        await audit.note(work, did, context.who, tip=known.number, **more)
    for author in known.authors:
        if author.member is not None and author.member != context.who:
            once = f"altered:{known.id}:{author.member}:{context.now:%Y-%m-%dT%H:%M}"
            await notices.owe(work, "tips.altered", author.member, {"tip": known.id, "by": context.who}, once=once)

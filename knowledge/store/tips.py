"""Tips: kept, shown, changed, with every version; numbers are the ones that people see."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, func, or_, select, update

from knowledge.models import (
    Consent,
    Member,
    Tip,
    TipAuthor,
    TipKind,
    TipState,
    TipTag,
    TipVersion,
)
from knowledge.store import communities, members
from knowledge.store.known import assemble, form_of, tags_of, tip_id
from knowledge.store.work import Work
from knowledge.tips import Known, TipForm, checked

HIGHEST_NUMBER = 2**31 - 1
"""No number is higher, and PostgreSQL may not be asked for one that is."""


class AlreadyKept(Exception):
    """Somebody kept a tip from this message before: `number` is the one that people see."""

    def __init__(self, number: int) -> None:
        super().__init__(f"kept as {number}")
        self.number = number


async def keep_tip(
    work: Work,
    form: TipForm,
    *,
    kept_by: int | None,
    source: str = "",
    source_link: str = "",
) -> int:
    """Writes a new tip as a draft that only its keeper and its authors see; gives its id.

    Raises:
        ValueError: what works is empty, or a part is too long.
        AlreadyKept: there is a tip or a draft from the message `source`.
    """
    form = checked(form)
    number = await communities.next_tip_number(work)
    earlier = await from_source(work, source) if source else []
    if earlier:
        raise AlreadyKept(earlier[0].number)
    tip = Tip(
        community_id=work.community,
        number=number,
        works=form.works,
        source=source,
        source_link=source_link,
        kept_by=kept_by,
        created_at=work.now,
    )
    work.session.add(tip)
    await work.session.flush()
    await _write_form(work, tip, form)
    return tip_id(tip)


async def add_author(
    work: Work,
    tip: int,
    member: int | None,
    *,
    name: str = "",
    part: str = "works",
    consent: Consent = Consent.OWN,
    source: str = "",
) -> None:
    """Credits somebody for words of the message `source`. With `Consent.ASKED` it stays a draft until they say yes."""
    row = await _tip(work, tip)
    work.session.add(
        TipAuthor(
            community_id=work.community,
            tip_id=tip_id(row),
            member_id=member,
            name=name,
            part=part,
            consent=consent,
            source=source,
        )
    )
    await work.session.flush()


async def publish_tip(work: Work, tip: int, *, by: int | None) -> None:
    """Makes a draft visible to everybody. Its words count as checked now."""
    row = await _tip(work, tip)
    row.state = TipState.LIVE
    row.published_at = row.checked_at = work.now
    await _note_change(work, row, by=by, action="kept")


async def revise_tip(work: Work, tip: int, form: TipForm, *, by: int | None) -> None:
    """Changes a tip's parts.

    Raises:
        ValueError: what works is empty, or a part is too long.
    """
    row = await _tip(work, tip)
    await _write_form(work, row, checked(form))
    if row.state is TipState.LIVE:
        row.checked_at = work.now
    await _note_change(work, row, by=by, action="edited")


async def set_state(work: Work, tip: int, state: TipState, *, by: int | None, merged_into: int | None = None) -> None:
    """Retires, withdraws, merges or brings back a tip. `merged_into` is the number of the tip that goes on."""
    row = await _tip(work, tip)
    row.state = state
    row.merged_into = merged_into
    await _note_change(work, row, by=by, action=str(state))


async def merge_tip(work: Work, tip: int, *, into: int, by: int | None) -> None:
    """Merges a tip into the one numbered `into`; what was merged into it before goes along."""
    row = await _tip(work, tip)
    earlier = (
        update(Tip)
        .where(col(Tip.community_id) == work.community, col(Tip.merged_into) == row.number)
        .values(merged_into=into)
    )
    await work.session.exec(earlier)
    await set_state(work, tip, TipState.MERGED, by=by, merged_into=into)


async def mark_variation(work: Work, tip: int, of: int | None) -> None:
    """Notes that a tip is a variation of the one numbered `of`."""
    (await _tip(work, tip)).variation_of = of


async def drop_tip(work: Work, tip: int) -> None:
    """Deletes a tip that is not live, with everything that hangs on it, for good.

    Raises:
        ValueError: the tip is live; retire or withdraw it first, so that search lets go of it.
    """
    row = await _tip(work, tip)
    if row.state is TipState.LIVE:
        raise ValueError("a live tip is withdrawn before it is dropped")
    await work.session.delete(row)
    await work.session.flush()


async def undo_change(work: Work, tip: int, *, by: int | None) -> bool:
    """Brings back how a tip was before its last change. False where there is nothing before it."""
    row = await _tip(work, tip)
    query = (
        select(TipVersion)
        .where(TipVersion.tip_id == tip, TipVersion.community_id == work.community)
        .order_by(col(TipVersion.id).desc())
        .limit(2)
    )
    versions = (await work.session.exec(query)).all()
    if len(versions) < 2:
        return False
    before = dict(versions[1].form)
    if row.state is TipState.MERGED and before["merged_into"] is None:
        await _take_along(work, row)
    row.state = TipState(before.pop("state"))
    row.merged_into = before.pop("merged_into")
    row.variation_of = before.pop("variation_of")
    await _write_form(work, row, _form_from(before))
    await _note_change(work, row, by=by, action="undone")
    return True


async def _take_along(work: Work, row: Tip) -> None:
    """What had been merged into a tip comes back to it, where the tip comes back from a merge."""
    query = select(Tip, TipVersion).join(TipVersion, col(TipVersion.tip_id) == col(Tip.id))
    query = query.where(Tip.community_id == work.community, TipVersion.community_id == work.community)
    query = query.where(Tip.state == TipState.MERGED, Tip.merged_into == row.merged_into, Tip.id != row.id)
    last = {tip.number: (tip, version) for tip, version in await work.session.exec(query.order_by(col(TipVersion.id)))}
    for tip, version in last.values():
        if version.form["merged_into"] == row.number:
            tip.merged_into = row.number


async def history(work: Work, tip: int) -> list[tuple[TipVersion, str]]:
    """Lists a tip's versions, newest first, with the name of who made each (empty where unknown)."""
    query = (
        select(TipVersion, Member.name)
        .join(Member, col(Member.id) == col(TipVersion.member_id), isouter=True)
        .where(TipVersion.tip_id == tip, TipVersion.community_id == work.community)
        .order_by(col(TipVersion.id).desc())
    )
    return [(version, name or "") for version, name in (await work.session.exec(query)).all()]


async def find_tip(work: Work, number: int) -> Known | None:
    """Finds a tip by the number that people see."""
    query = select(Tip).where(Tip.community_id == work.community, Tip.number == number)
    return next(iter(await assemble(work, (await work.session.exec(query)).all())), None)


async def find_tips(work: Work, ids: Collection[int]) -> list[Known]:
    """Finds tips by id, in the order of `ids`; those that are not here are left out."""
    query = select(Tip).where(Tip.community_id == work.community, col(Tip.id).in_(ids))
    found = {each.id: each for each in await assemble(work, (await work.session.exec(query)).all())}
    return [found[id] for id in ids if id in found]


async def find_imported(work: Work, external_ids: Collection[str]) -> dict[str, int]:
    """Finds imported tips: external id -> id."""
    query = select(Tip.external_id, Tip.id).where(
        Tip.community_id == work.community, col(Tip.external_id).in_(external_ids)
    )
    return {external: id for external, id in (await work.session.exec(query)).all() if external and id}


async def set_external_id(work: Work, tip: int, external_id: str) -> None:
    """Notes under which name an imported tip is known elsewhere."""
    (await _tip(work, tip)).external_id = external_id


async def from_source(work: Work, source: str) -> list[Known]:
    """Finds the tips, drafts included, that were kept from a message, by the message's key."""
    query = select(Tip).where(Tip.community_id == work.community, Tip.source == source).order_by(col(Tip.number))
    return await assemble(work, (await work.session.exec(query)).all())


async def drafts_holding(work: Work, source: str) -> list[Known]:
    """Finds the drafts that hold words of a message, by the message's key."""
    holding = select(TipAuthor.tip_id).where(TipAuthor.community_id == work.community, TipAuthor.source == source)
    query = (
        select(Tip)
        .where(Tip.community_id == work.community, Tip.state == TipState.DRAFT)
        .where(or_(col(Tip.source) == source, col(Tip.id).in_(holding)))
        .order_by(col(Tip.number))
    )
    return await assemble(work, (await work.session.exec(query)).all())


async def browse(
    work: Work,
    *,
    tag: str = "",
    practice: str = "",
    place: str = "",
    kind: TipKind | None = None,
    state: TipState = TipState.LIVE,
    limit: int = 10,
    offset: int = 0,
) -> list[Known]:
    """Lists tips in a state, newest first: all, or of a kind, with a tag, or by authors of a practice or at a place."""
    query = select(Tip).where(Tip.community_id == work.community, Tip.state == state)
    if kind is not None:
        query = query.where(Tip.kind == kind)
    if tag:
        tagged = select(TipTag.tip_id).where(TipTag.community_id == work.community, TipTag.tag == tag)
        query = query.where(col(Tip.id).in_(tagged))
    if practice or place:
        written = (
            select(TipAuthor.tip_id)
            .join(Member, col(Member.id) == col(TipAuthor.member_id))
            .where(TipAuthor.community_id == work.community, col(TipAuthor.named).is_(True))
            .where(col(TipAuthor.consent).in_((Consent.OWN, Consent.YES)))
        )
        written = written.where(Member.practice == practice) if practice else written
        written = written.where(Member.place == place) if place else written
        query = query.where(col(Tip.id).in_(written))
    query = query.order_by(col(Tip.published_at).desc(), col(Tip.number).desc()).limit(limit).offset(offset)
    return await assemble(work, (await work.session.exec(query)).all())


async def numbered_like(work: Work, start: int, *, limit: int = 25) -> list[Known]:
    """Lists live tips whose number begins with the digits of `start`, smallest first."""
    sizes = [10**more for more in range(1, 6) if start * 10**more <= HIGHEST_NUMBER]
    spans = [col(Tip.number).between(start * size, min((start + 1) * size - 1, HIGHEST_NUMBER)) for size in sizes]
    query = select(Tip).where(Tip.community_id == work.community, Tip.state == TipState.LIVE)
    query = query.where(or_(col(Tip.number) == start, *spans)).order_by(col(Tip.number)).limit(limit)
    return await assemble(work, (await work.session.exec(query)).all())


async def number_of(work: Work, tip: int) -> int:
    """The number of a tip. Unlike its id it is never given again, so it stands in what must be known for good.

    Raises:
        NoResultFound: there is none.
    """
    return (await work.session.exec(select(Tip.number).where(Tip.id == tip, Tip.community_id == work.community))).one()


async def live_tips(work: Work, *, after: int = 0, limit: int | None = None) -> list[Known]:
    """Lists the live tips whose number is above `after`, by number, for exports: all of them, or so many."""
    query = select(Tip).where(Tip.community_id == work.community, Tip.state == TipState.LIVE, Tip.number > after)
    return await assemble(work, (await work.session.exec(query.order_by(col(Tip.number)).limit(limit))).all())


async def tips_by(work: Work, member: int) -> list[Known]:
    """Lists the live tips that hold a member's words, newest first."""
    theirs = select(TipAuthor.tip_id).where(TipAuthor.community_id == work.community, TipAuthor.member_id == member)
    query = (
        select(Tip)
        .where(Tip.community_id == work.community, Tip.state == TipState.LIVE, col(Tip.id).in_(theirs))
        .order_by(col(Tip.published_at).desc(), col(Tip.number).desc())
    )
    return await assemble(work, (await work.session.exec(query)).all())


async def drafts_for(work: Work, member: int) -> list[Known]:
    """Lists the drafts that a member sees: those they kept and those that hold their words."""
    theirs = select(TipAuthor.tip_id).where(TipAuthor.community_id == work.community, TipAuthor.member_id == member)
    kept = select(Tip.id).where(Tip.community_id == work.community, Tip.kept_by == member)
    query = select(Tip).where(Tip.community_id == work.community, Tip.state == TipState.DRAFT)
    rows = (await work.session.exec(query.where(col(Tip.id).in_(theirs.union(kept))))).all()
    return await assemble(work, sorted(rows, key=lambda row: row.number))


async def withdrawn_before(work: Work, moment: datetime) -> list[int]:
    """Lists the ids of tips that were deleted before `moment`."""
    last = (
        select(func.max(TipVersion.at))
        .where(TipVersion.tip_id == Tip.id, TipVersion.community_id == work.community)
        .scalar_subquery()
    )
    query = select(Tip.id).where(Tip.community_id == work.community, Tip.state == TipState.WITHDRAWN, last < moment)
    return [id for id in (await work.session.exec(query.order_by(col(Tip.id)))).all() if id is not None]


async def words_in_use(work: Work) -> dict[str, list[str]]:
    """Lists the tags, practices and places that live tips can be browsed by, each in order."""
    tags = select(TipTag.tag).join(Tip, col(Tip.id) == col(TipTag.tip_id)).where(Tip.state == TipState.LIVE)
    tags = tags.where(TipTag.community_id == work.community).distinct()
    practices, places = await members.practices_and_places(work)
    return {"tag": sorted((await work.session.exec(tags)).all()), "practice": practices, "place": places}


async def changed_since(work: Work, change: int, *, limit: int = 5_000) -> list[tuple[int, int, TipState, TipForm]]:
    """Lists (id, change, state, parts) of the tips that changed after `change`, the earliest first, for search indexes.

    At most `limit`: ask again from the last change on.
    """
    parts = (Tip.works, Tip.title, Tip.situation, Tip.why, Tip.context, Tip.kind)
    changed = select(Tip.id, Tip.changed, Tip.state, *parts).where(Tip.community_id == work.community)  # type: ignore[call-overload]
    changed = changed.where(Tip.changed > change).order_by(col(Tip.changed)).limit(limit)
    rows = (await work.session.exec(changed)).all()
    tags = await _tags_between(work, change, rows[-1][1]) if rows else {}
    return [
        (id, at, state, TipForm(works, title, situation, why, context, kind, tags.get(id, ())))
        for id, at, state, works, title, situation, why, context, kind in rows
    ]


async def _tags_between(work: Work, after: int, last: int) -> dict[int, tuple[str, ...]]:
    query = select(TipTag.tip_id, TipTag.tag).join(Tip, col(Tip.id) == col(TipTag.tip_id))
    query = query.where(TipTag.community_id == work.community, Tip.changed > after, Tip.changed <= last)
    found: dict[int, tuple[str, ...]] = {}
    for id, tag in (await work.session.exec(query.order_by(col(TipTag.id)))).all():
        found[id] = (*found.get(id, ()), tag)
    return found


async def _tip(work: Work, tip: int) -> Tip:
    query = select(Tip).where(Tip.id == tip, Tip.community_id == work.community)
    return (await work.session.exec(query)).one()


async def _write_form(work: Work, row: Tip, form: TipForm) -> None:
    for part in ("title", "situation", "works", "why", "context", "kind"):
        setattr(row, part, getattr(form, part))
    await work.session.exec(
        delete(TipTag).where(col(TipTag.tip_id) == row.id, col(TipTag.community_id) == work.community)
    )
    work.session.add_all(TipTag(community_id=work.community, tip_id=tip_id(row), tag=tag) for tag in form.tags)
    await work.session.flush()


async def _note_change(work: Work, row: Tip, *, by: int | None, action: str) -> None:
    row.changed = await communities.next_change(work)
    if row.state is TipState.DRAFT:
        return
    tags = (await tags_of(work, [tip_id(row)])).get(tip_id(row), ())
    form: dict[str, Any] = asdict(form_of(row, tags))
    form |= {"state": str(row.state), "merged_into": row.merged_into, "variation_of": row.variation_of}
    work.session.add(
        TipVersion(community_id=work.community, tip_id=tip_id(row), member_id=by, action=action, form=form, at=work.now)
    )
    await work.session.flush()


def _form_from(stored: dict[str, Any]) -> TipForm:
    form = TipForm(**stored)
    return replace(form, kind=TipKind(form.kind), tags=tuple(form.tags))

"""What becomes of the tips of somebody who is forgotten: they stay without a name, or go, as they chose.

A tip whose *what works* is theirs goes as a whole; of others' tips only their part goes. A tip that goes leaves an
empty row that was withdrawn, so that the search index of every process lets go of its words; the row goes with the
others that were withdrawn, a month later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, or_, select

from knowledge.models import (
    Comment,
    Confirmation,
    Consent,
    Question,
    Shown,
    Tip,
    TipAuthor,
    TipKind,
    TipState,
    TipTag,
    TipVector,
    TipVersion,
)
from knowledge.store import tips
from knowledge.store.known import form_of, tags_of, tip_id
from knowledge.store.work import Work
from knowledge.tips import TipForm, title_from

ON_A_TIP = (TipAuthor, TipTag, TipVector, TipVersion, Confirmation, Comment, Shown)
"""What hangs on a tip and goes with it."""


class TipFate(StrEnum):
    """What becomes of one tip of somebody who is forgotten."""

    DROPPED = "dropped"
    EMPTIED = "emptied"
    SHORTENED = "shortened"
    NAMELESS = "nameless"


@dataclass(frozen=True, slots=True)
class LetGo:
    """How many of somebody's tips met which fate, and by which names files know those that went.

    Tips that they had deleted themself are not counted.
    """

    kept: int
    deleted: int
    shortened: int
    drafts: int
    known_as: tuple[str, ...]


def fate_of(state: TipState, theirs: Collection[str], *, keep_tips: bool, kept_by_them: bool = False) -> TipFate:
    """Decides what becomes of a tip of which the parts `theirs` hold somebody's words.

    Drafts always go, and so does what they had deleted; of a draft that was kept by somebody else and works by
    somebody else's words, only their part goes.
    """
    if state is TipState.DRAFT:
        return TipFate.DROPPED if kept_by_them or "works" in theirs else TipFate.SHORTENED
    if "works" in theirs and (state is TipState.WITHDRAWN or not keep_tips):
        return TipFate.EMPTIED
    return TipFate.NAMELESS if keep_tips else TipFate.SHORTENED


async def let_go_of_tips(work: Work, member: int, *, keep_tips: bool) -> LetGo:
    """Lets go of the tips that hold a member's words, and of the drafts that they kept."""
    parts = await _parts_of(work, member)
    theirs = or_(col(Tip.id).in_(parts), (col(Tip.kept_by) == member) & (col(Tip.state) == TipState.DRAFT))
    query = select(Tip).where(Tip.community_id == work.community, theirs).order_by(col(Tip.number))
    met: dict[TipFate, int] = defaultdict(int)
    emptied: dict[int, str] = {}
    for row in (await work.session.exec(query)).all():
        held = parts.get(tip_id(row), set())
        fate = fate_of(row.state, held, keep_tips=keep_tips, kept_by_them=row.kept_by == member)
        if row.state is not TipState.WITHDRAWN:
            met[fate] += 1
        if fate is TipFate.EMPTIED:
            emptied[row.number] = row.external_id or f"tip-{row.number}"
        await _meet(work, row, fate, member, held)
    variations = (col(Tip.community_id) == work.community, col(Tip.variation_of).in_(emptied))
    await work.session.exec(update(Tip).where(*variations).values(variation_of=None))
    return LetGo(
        kept=met[TipFate.NAMELESS],
        deleted=met[TipFate.EMPTIED],
        shortened=met[TipFate.SHORTENED],
        drafts=met[TipFate.DROPPED],
        known_as=tuple(emptied.values()),
    )


async def _parts_of(work: Work, member: int) -> dict[int, set[str]]:
    query = select(TipAuthor.tip_id, TipAuthor.part)
    rows = await work.session.exec(query.where(TipAuthor.community_id == work.community, TipAuthor.member_id == member))
    found: dict[int, set[str]] = defaultdict(set)
    for tip, part in rows.all():
        found[tip].add(part)
    return found


async def _meet(work: Work, row: Tip, fate: TipFate, member: int, held: Collection[str]) -> None:
    match fate:
        case TipFate.DROPPED:
            await tips.drop_tip(work, tip_id(row))
        case TipFate.EMPTIED:
            await _empty(work, row)
        case TipFate.SHORTENED:
            await _shorten(work, row, member, held)
        case TipFate.NAMELESS:
            await _unname(work, row, member, held)


async def _empty(work: Work, row: Tip) -> None:
    """Takes everything out of a tip. What was merged into it is its authors' own again."""
    into_it = select(Tip).where(Tip.community_id == work.community, Tip.merged_into == row.number)
    for merged in (await work.session.exec(into_it)).all():
        await tips.set_state(work, tip_id(merged), TipState.LIVE, by=None)
    row.title = row.situation = row.works = row.why = row.context = row.source = row.source_link = ""
    row.kind, row.external_id, row.kept_by, row.variation_of, row.checked_at = TipKind.TIP, None, None, None, None
    await work.session.flush()
    for table in ON_A_TIP:
        theirs = (col(table.tip_id) == row.id, col(table.community_id) == work.community)
        await work.session.exec(delete(table).where(*theirs))
    solved = (col(Question.tip_id) == row.id, col(Question.community_id) == work.community)
    await work.session.exec(update(Question).where(*solved).values(tip_id=None))
    await tips.set_state(work, tip_id(row), TipState.WITHDRAWN, by=None)


async def _shorten(work: Work, row: Tip, member: int, held: Collection[str]) -> None:
    """Takes a member's part out of a tip and out of its history; a draft that waited for them alone is published."""
    mine = [each for each in await _authors(work, row) if each.member_id == member]
    was_asked = any(each.asked_at is not None for each in mine)
    _forget_source(row, mine, held)
    for each in mine:
        await work.session.delete(each)
    checked_at = row.checked_at
    tags = (await tags_of(work, [tip_id(row)])).get(tip_id(row), ())
    await tips.revise_tip(work, tip_id(row), _without(form_of(row, tags), held), by=None)
    row.checked_at = checked_at
    await _shorten_history(work, row, held)
    vector = (col(TipVector.tip_id) == row.id, col(TipVector.community_id) == work.community)
    await work.session.exec(delete(TipVector).where(*vector))
    left = await _authors(work, row)
    if was_asked and row.state is TipState.DRAFT and all(each.consent in (Consent.OWN, Consent.YES) for each in left):
        await tips.publish_tip(work, tip_id(row), by=row.kept_by)


async def _shorten_history(work: Work, row: Tip, held: Collection[str]) -> None:
    query = select(TipVersion).where(TipVersion.tip_id == row.id, TipVersion.community_id == work.community)
    for version in (await work.session.exec(query)).all():
        form = version.form
        title = "" if "situation" in held and is_from(form.get("title", ""), form.get("situation", "")) else None
        emptied: Mapping[str, Any] = dict.fromkeys(held, "") | ({} if title is None else {"title": title})
        version.form = {**form, **emptied}
    await work.session.flush()


async def _unname(work: Work, row: Tip, member: int, held: Collection[str]) -> None:
    mine = [each for each in await _authors(work, row) if each.member_id == member]
    _forget_source(row, mine, held)
    for each in mine:
        each.member_id, each.name, each.named, each.source = None, "", False, ""
    await work.session.flush()


def _forget_source(row: Tip, mine: Collection[TipAuthor], held: Collection[str]) -> None:
    """The message that somebody's words came from shows who they are."""
    if "works" in held or row.source in {each.source for each in mine}:
        row.source = row.source_link = ""


def _without(form: TipForm, parts: Collection[str]) -> TipForm:
    title = form.title
    if "situation" in parts and is_from(title, form.situation):
        title = title_from(form.works)
    situation = "" if "situation" in parts else form.situation
    why = "" if "why" in parts else form.why
    return TipForm(form.works, title, situation, why, form.context, form.kind, form.tags)


def is_from(title: str, words: str) -> bool:
    """Whether a title was made of these words."""
    made = " ".join(title.split()).rstrip("….?! ").casefold()
    return bool(made) and made in " ".join(words.split()).casefold()


async def _authors(work: Work, row: Tip) -> list[TipAuthor]:
    query = select(TipAuthor).where(TipAuthor.tip_id == row.id, TipAuthor.community_id == work.community)
    return list((await work.session.exec(query.order_by(col(TipAuthor.id)))).all())

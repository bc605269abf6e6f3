"""Puts tips together as people see them: the row with its authors, tags, confirmations and comments."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from knowledge.models import Comment, Confirmation, Consent, Member, Tip, TipAuthor, TipKind, TipState, TipTag
from knowledge.store.work import Work
from knowledge.tips import Author, Known, Remark, Said, TipForm


async def assemble(work: Work, rows: Sequence[Tip]) -> list[Known]:
    """Puts tips together as people see them. Tips merged into one lend it their authors, words and confirmations."""
    numbers = {row.number: tip_id(row) for row in rows}
    merged = select(Tip.id, Tip.merged_into).where(
        Tip.community_id == work.community, col(Tip.merged_into).in_(numbers), Tip.state == TipState.MERGED
    )
    home = {id: id for id in numbers.values()}
    for id, into in (await work.session.exec(merged)).all():
        if id is not None and into is not None:
            home.setdefault(id, numbers[into])
    authors, said = await _authors(work, home), await _said(work, home)
    remarks, tags = await _remarks(work, home), await tags_of(work, list(numbers.values()))
    return [
        Known(
            id=tip_id(row),
            number=row.number,
            state=row.state,
            form=form_of(row, tags.get(tip_id(row), ())),
            created_at=row.created_at,
            authors=tuple(authors.get(tip_id(row), ())),
            said=tuple(said.get(tip_id(row), {}).values()),
            remarks=tuple(remarks.get(tip_id(row), ())),
            source=row.source,
            source_link=row.source_link,
            external_id=row.external_id or "",
            kept_by=row.kept_by,
            variation_of=row.variation_of,
            merged_into=row.merged_into,
            published_at=row.published_at,
            checked_at=row.checked_at,
        )
        for row in rows
    ]


async def _authors(work: Work, home: dict[int, int]) -> dict[int, list[Author]]:
    query = (
        select(TipAuthor, Member)
        .join(Member, col(Member.id) == col(TipAuthor.member_id), isouter=True)
        .where(TipAuthor.community_id == work.community, col(TipAuthor.tip_id).in_(home))
        .order_by(col(TipAuthor.id))
    )
    found: dict[int, list[Author]] = {}
    for row, member in (await work.session.exec(query)).all():
        name = member.name if member else row.name
        found.setdefault(home[row.tip_id], []).append(
            Author(
                member=row.member_id,
                shown=name if row.named and row.consent in (Consent.OWN, Consent.YES) else "",
                place=member.place if member and row.named else "",
                part=row.part,
                consent=row.consent,
                lent=home[row.tip_id] != row.tip_id,
            )
        )
    return found


async def _said(work: Work, home: dict[int, int]) -> dict[int, dict[int, Said]]:
    query = (
        select(Confirmation)
        .where(Confirmation.community_id == work.community, col(Confirmation.tip_id).in_(home))
        .order_by(col(Confirmation.at), col(Confirmation.id))
    )
    found: dict[int, dict[int, Said]] = {}
    for row in (await work.session.exec(query)).all():
        said = Said(row.member_id, row.outcome, row.note, row.practice, row.place, row.at)
        found.setdefault(home[row.tip_id], {})[row.member_id] = said
    return found


async def _remarks(work: Work, home: dict[int, int]) -> dict[int, list[Remark]]:
    query = (
        select(Comment, Member.name)
        .join(Member, col(Member.id) == col(Comment.member_id))
        .where(Comment.community_id == work.community, col(Comment.tip_id).in_(home))
        .order_by(col(Comment.at), col(Comment.id))
    )
    found: dict[int, list[Remark]] = {}
    for row, name in (await work.session.exec(query)).all():
        found.setdefault(home[row.tip_id], []).append(Remark(row.member_id, name, row.text, row.at))
    return found


async def tags_of(work: Work, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The tags of tips, by tip id, in the order in which they were given."""
    query = select(TipTag).where(TipTag.community_id == work.community, col(TipTag.tip_id).in_(ids))
    found: dict[int, tuple[str, ...]] = {}
    for row in (await work.session.exec(query.order_by(col(TipTag.id)))).all():
        found[row.tip_id] = (*found.get(row.tip_id, ()), row.tag)
    return found


def form_of(row: Tip, tags: tuple[str, ...]) -> TipForm:
    """The parts of a tip's row."""
    return TipForm(row.works, row.title, row.situation, row.why, row.context, TipKind(row.kind), tags)


def tip_id(row: Tip) -> int:
    """The id of a tip that has been written."""
    assert row.id is not None
    return row.id

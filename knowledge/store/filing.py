"""Many tips at once: what an import writes, in a handful of statements for all of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.models import Tip, TipAuthor, TipState, TipTag, TipVersion
from knowledge.store import communities
from knowledge.store.known import tip_id
from knowledge.store.work import Work
from knowledge.tips import TipForm, checked


@dataclass(frozen=True, slots=True)
class NewTip:
    """A tip that is published as it comes: its parts, what it is called elsewhere, whose it is (by name and member)."""

    form: TipForm
    external_id: str = ""
    author: str = ""
    member: int | None = None


async def publish_new(work: Work, new: Sequence[NewTip]) -> list[int]:
    """Writes tips as published, in their order; gives their ids.

    Raises:
        ValueError: what works is empty, or a part is too long.
    """
    if not new:
        return []
    forms = [checked(each.form) for each in new]
    number = await communities.next_tip_number(work, count=len(new)) - len(new)
    change = await communities.next_change(work, count=len(new)) - len(new)
    rows = [
        Tip(
            community_id=work.community,
            number=number + place,
            changed=change + place,
            state=TipState.LIVE,
            external_id=each.external_id or None,
            created_at=work.now,
            published_at=work.now,
            checked_at=work.now,
            **{part: getattr(form, part) for part in ("kind", "title", "situation", "works", "why", "context")},
        )
        for place, (each, form) in enumerate(zip(new, forms, strict=True), 1)
    ]
    work.session.add_all(rows)
    await work.session.flush()
    for row, each, form in zip(rows, new, forms, strict=True):
        belongs: dict[str, Any] = {"community_id": work.community, "tip_id": tip_id(row)}
        said = {**asdict(form), "state": str(row.state), "merged_into": None, "variation_of": None}
        work.session.add(TipVersion(**belongs, action="kept", form=said, at=work.now))
        work.session.add_all(TipTag(**belongs, tag=tag) for tag in form.tags)
        if each.author:
            work.session.add(TipAuthor(**belongs, member_id=each.member, name=each.author))
    await work.session.flush()
    return [tip_id(row) for row in rows]

"""Deeds: what members did, and when, as `knowledge.participation` counts it; never what they said.

Only those who are here stand in it, and where it is for counting only those who may be counted. Of a question that was
put without a name it is counted too that somebody asked it, so a deed is never shown to anybody else.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Integer, cast
from sqlmodel import and_, col, select

from knowledge.models import (
    Comment,
    Confirmation,
    Consent,
    Guest,
    Member,
    Question,
    Tie,
    TieKind,
    Tip,
    TipAuthor,
    TipState,
)
from knowledge.participation import GIVING, WEEK, WEEKS, Deed, Did, Level, Person
from knowledge.standing import Crowd, Standing, microseconds_of
from knowledge.store.numbers import microseconds, numbers_in_pieces, together
from knowledge.store.work import Work


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where deeds of a kind are kept: the columns of who and when, and what else holds of such a row."""

    deed: Deed
    who: Any
    at: Any
    holds: tuple[Any, ...] = ()


_ASKER, _ANSWERER = col(Question.asker_id), col(Question.answerer_id)
_WORDS_OF_A_TIP = (
    col(Tip.id) == col(TipAuthor.tip_id),
    col(Tip.state) == TipState.LIVE,
    col(TipAuthor.part) != "situation",
    col(TipAuthor.consent).in_((Consent.OWN, Consent.YES)),
)
_TALK = (TieKind.REPLY, TieKind.MENTION, TieKind.THANKS, TieKind.QUOTE, TieKind.INFERRED)
KEPT = (
    _Kept(Deed.SEARCHED, _ASKER, col(Question.asked_at)),
    _Kept(Deed.ASKED, _ASKER, col(Question.posted_at), (col(Question.post) != "",)),
    _Kept(Deed.ANSWERED, _ANSWERER, col(Question.answered_at), (_ANSWERER.is_distinct_from(_ASKER),)),
    _Kept(Deed.USED, col(Confirmation.member_id), col(Confirmation.at)),
    _Kept(Deed.COMMENTED, col(Comment.member_id), col(Comment.at)),
    _Kept(Deed.TOLD, col(TipAuthor.member_id), col(Tip.published_at), _WORDS_OF_A_TIP),
    _Kept(Deed.REPLIED, col(Tie.from_id), col(Tie.at), (col(Tie.kind).in_(_TALK),)),
    _Kept(Deed.REACTED, col(Tie.from_id), col(Tie.at), (col(Tie.kind) == TieKind.REACTION,)),
    _Kept(Deed.MET, col(Guest.member_id), col(Guest.was_there_at)),
)
"""Every kind of deed, and where it is kept."""


async def deeds_since(
    work: Work, since: datetime, *, members: Collection[int] | None = None, counted_only: bool = True
) -> list[Did]:
    """Lists what members did after `since` and up to now, oldest first.

    What somebody did of one kind at one moment is one deed: a message that mentions three people, a tip that holds two
    parts of theirs. An answer to one's own question is none.

    Args:
        work: the community, and the moment that is now.
        since: what was done then or before is left out; aware UTC.
        members: ids of those whose deeds are wanted; None for everybody's.
        counted_only: whether those who are not to be counted are left out: False for what is for their own eyes.
    """
    found = [
        did
        for kept in KEPT
        for did in await _done(work, kept, since, members, _is_here(work, counted_only=counted_only))
    ]
    return sorted(found, key=lambda did: (did.at, did.member))


async def about_since(work: Work, since: datetime) -> set[int]:
    """Which members did anything after `since` and up to now; only those who are here and may be counted."""
    found: set[int] = set()
    for kept in KEPT:
        query = select(kept.who).join(Member, col(Member.id) == kept.who).where(_is_here(work, counted_only=True))
        query = query.where(kept.at > since, kept.at <= work.now, *kept.holds)
        query = query.where(*(column.class_.community_id == work.community for column in (kept.who, kept.at)))
        found |= set((await work.session.exec(query.distinct())).all())
    return found


async def people_counted(work: Work) -> list[Person]:
    """Lists those who are here and may be counted, by id."""
    query = select(col(Member.id), col(Member.joined_at), col(Member.is_core), col(Member.left_at))
    rows = (await work.session.exec(query.where(_is_here(work, counted_only=True)).order_by(col(Member.id)))).all()
    return [Person(id, joined_at, is_core, left_at) for id, joined_at, is_core, left_at in rows if id is not None]


async def moved(work: Work) -> dict[tuple[Level, Level], int]:
    """Counts who stands where, by where they stood a quarter ago, as `participation.moves` does, however many they are.

    Only those who are here and may be counted.
    """
    columns: Any = (Member.id, microseconds(work.session, Member.joined_at), cast(Member.is_core, Integer))
    query = select(*columns).where(_is_here(work, counted_only=True)).order_by(col(Member.id))
    people = [each async for each in numbers_in_pieces(work.session, query)]
    ids, joined_at, is_core = together(people, len(columns))
    standing = Standing(Crowd(ids, joined_at, is_core.astype(np.bool_)), microseconds_of(work.now))
    for kept in KEPT:
        deeds = select(kept.who, microseconds(work.session, kept.at)).where(kept.who.is_not(None), *kept.holds)
        deeds = deeds.where(kept.at > work.now - 2 * WEEKS * WEEK, kept.at <= work.now)
        deeds = deeds.where(*(column.class_.community_id == work.community for column in (kept.who, kept.at)))
        async for who, at in numbers_in_pieces(work.session, deeds):
            standing.note(who, at, gives=kept.deed in GIVING)
    return await asyncio.to_thread(standing.moves)


async def _done(work: Work, kept: _Kept, since: datetime, members: Collection[int] | None, whose: Any) -> list[Did]:
    query = select(kept.who, kept.at).join(Member, col(Member.id) == kept.who).where(whose, *kept.holds)
    query = query.where(kept.at > since, kept.at <= work.now)
    query = query.where(*(column.class_.community_id == work.community for column in (kept.who, kept.at)))
    if members is not None:
        query = query.where(kept.who.in_(members))
    return [Did(member, kept.deed, at) for member, at in (await work.session.exec(query.distinct())).all()]


def _is_here(work: Work, *, counted_only: bool) -> Any:
    here = and_(col(Member.community_id) == work.community, col(Member.left_at).is_(None))
    return and_(here, col(Member.is_counted)) if counted_only else here

"""First words of newcomers in a room: whether somebody saw and answered them, and who was asked to; never the words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, func, select

from knowledge.models import FirstWord, FirstWordPeer, Member
from knowledge.store.engine import write_once
from knowledge.store.work import FORGET, Work

ALONE_AFTER = timedelta(hours=12)
"""First words without an answer are brought to a peer from so long on: with twelve quiet hours, within a day. Source:
Morgan & Halfaker, *Evaluating the impact of the Wikipedia Teahouse on newcomer socialization and retention*, 2018."""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """How long a newcomer waited for the first answer, None where they still do or got none, and from whom it came.

    `is_lateral` says whether it came from a member outside the core group; None where that is not known.
    """

    waited: timedelta | None
    is_lateral: bool | None = None


async def note_first_word(work: Work, word: FirstWord, knowing: Collection[int] = ()) -> bool:
    """Notes a newcomer's first words, and who knows something near them; False where they wrote before."""
    word.community_id = work.community
    is_first = await write_once(work.session, word)
    if is_first:
        row = await first_word_of(work, word.member_id)
        assert row is not None
        for member in knowing:
            await _peer(work, word_id(row), member, knows=True)
        work.session.info[FORGET] = True
    return is_first


async def first_word_of(work: Work, member: int) -> FirstWord | None:
    """Finds the first words of a member."""
    query = select(FirstWord).where(FirstWord.community_id == work.community, FirstWord.member_id == member)
    return (await work.session.exec(query)).first()


async def words_of(work: Work, members: Collection[int]) -> dict[int, FirstWord]:
    """Gives the first words of those of these members who wrote any, by member."""
    query = select(FirstWord).where(FirstWord.community_id == work.community, col(FirstWord.member_id).in_(members))
    return {row.member_id: row for row in (await work.session.exec(query)).all()}


async def answerers(work: Work, members: Collection[int]) -> set[int]:
    """Which of these members answered a newcomer's first words."""
    query = select(FirstWord.answerer_id).where(FirstWord.community_id == work.community)
    rows = (await work.session.exec(query.where(col(FirstWord.answerer_id).in_(members)))).all()
    return {each for each in rows if each is not None}


async def find_first_word(work: Work, word: int) -> FirstWord | None:
    """Finds first words by id."""
    query = select(FirstWord).where(FirstWord.community_id == work.community, FirstWord.id == word)
    return (await work.session.exec(query)).first()


async def waiting_words(work: Work, *, room: str = "", before: datetime | None = None) -> list[FirstWord]:
    """Lists first words that wait for an answer, the oldest first: in one room, or from before a moment."""
    query = select(FirstWord).where(FirstWord.community_id == work.community, col(FirstWord.settled_at).is_(None))
    query = query.where(FirstWord.room == room) if room else query
    query = query.where(FirstWord.at <= before) if before is not None else query
    return list((await work.session.exec(query.order_by(col(FirstWord.at), col(FirstWord.id)))).all())


async def note_first_answer(work: Work, word: FirstWord, answerer: Member | None, at: datetime) -> None:
    """Notes that somebody answered, the first time; not who, where they are not to be counted."""
    word.answered_at = at
    word.answerer_id = answerer.id if answerer is not None and answerer.is_counted else None
    await settle(work, word)


async def settle(work: Work, word: FirstWord) -> None:
    """Notes that first words wait no more: answered, gone, or seen to by a coordinator."""
    word.settled_at = work.now
    work.session.info[FORGET] = True
    await work.session.flush()


async def wait_again(work: Work, word: FirstWord) -> None:
    """Takes back that first words were seen to: they wait for an answer again."""
    word.settled_at = None
    work.session.info[FORGET] = True
    await work.session.flush()


async def peers_of(work: Work, words: Collection[int]) -> dict[int, list[FirstWordPeer]]:
    """Lists who may help with first words or was told of them, by the words' id."""
    query = select(FirstWordPeer).where(FirstWordPeer.community_id == work.community)
    query = query.where(col(FirstWordPeer.first_word_id).in_(words)).order_by(col(FirstWordPeer.id))
    found: dict[int, list[FirstWordPeer]] = {word: [] for word in words}
    for row in (await work.session.exec(query)).all():
        found[row.first_word_id].append(row)
    return found


async def tell_peer(work: Work, word: FirstWord, member: int) -> None:
    """Notes that a member is told of a newcomer's first words."""
    row = await _peer(work, word_id(word), member)
    row.told_at = work.now
    await work.session.flush()


async def note_brought(work: Work, word: int) -> None:
    """Notes that first words are shown to a peer now, the first time."""
    row = await find_first_word(work, word)
    if row is not None:
        row.brought_at = row.brought_at or work.now
        await work.session.flush()


async def drop_word(work: Work, word: FirstWord) -> None:
    """Lets go of first words that were deleted: what the newcomer writes next are their first."""
    mine = (col(FirstWord.community_id) == work.community, col(FirstWord.id) == word.id)
    await work.session.exec(delete(FirstWord).where(*mine))
    work.session.info[FORGET] = True


async def unname_answers(work: Work, member: int) -> None:
    """Lets go of whose first words a member answered."""
    theirs = update(FirstWord).where(
        col(FirstWord.community_id) == work.community, col(FirstWord.answerer_id) == member
    )
    await work.session.exec(theirs.values(answerer_id=None))


async def pass_on_word(work: Work, word: int, member: int) -> None:
    """Notes that a member passed on a newcomer's first words."""
    if await find_first_word(work, word) is not None:
        (await _peer(work, word, member)).passed = True
        await work.session.flush()


async def told_of_words(work: Work, *, days: int) -> dict[int, int]:
    """Counts, for each member, the newcomers whose words they were told of in the last `days`."""
    after = work.now - timedelta(days=days)
    query = select(FirstWordPeer.member_id, func.count()).where(FirstWordPeer.community_id == work.community)
    query = query.where(col(FirstWordPeer.told_at) > after).group_by(col(FirstWordPeer.member_id))
    return {member: count for member, count in (await work.session.exec(query)).all()}


async def first_answers(work: Work, since: datetime) -> list[FirstAnswer]:
    """Says of everybody who wrote their first words since then, a day ago or longer, how long they waited."""
    query = select(FirstWord.at, FirstWord.answered_at, Member.is_core).join(
        Member, col(Member.id) == col(FirstWord.answerer_id), isouter=True
    )
    query = query.where(FirstWord.community_id == work.community, FirstWord.at > since)
    rows = (await work.session.exec(query)).all()
    a_day_ago = work.now - timedelta(days=1)
    return [
        FirstAnswer(answered - at if answered is not None else None, None if is_core is None else not is_core)
        for at, answered, is_core in rows
        if answered is not None or at <= a_day_ago
    ]


async def _peer(work: Work, word: int, member: int, *, knows: bool = False) -> FirstWordPeer:
    new = FirstWordPeer(community_id=work.community, first_word_id=word, member_id=member, knows=knows)
    await write_once(work.session, new)
    query = select(FirstWordPeer).where(FirstWordPeer.community_id == work.community)
    query = query.where(FirstWordPeer.first_word_id == word, FirstWordPeer.member_id == member)
    return (await work.session.exec(query)).one()


def word_id(word: FirstWord) -> int:
    """The id of first words that have been written."""
    assert word.id is not None
    return word.id

"""Who may know the answer to a question, by what they wrote or used, and that they are told of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from knowledge.models import Member, Question
from knowledge.search import Hit
from knowledge.store import Work, members, notices, questions, tips
from knowledge.store.members import member_id
from knowledge.store.questions import question_id
from knowledge.tips import Known, who_touched

WORTH_SHOWING = 0.4
"""A near miss scores at least this much (ours, by looking: below it there is seldom one thing in common)."""

PEERS = 2
"""Peers who are told of a question, at most (ours)."""

TOLD_A_WEEK = 2
"""Nobody is told of more questions than this in seven days (ours)."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who probably knows, and the tip or question that says so."""

    member: Member
    tip: Known
    wrote: bool


async def who_may_know(work: Work, question: Question, hits: Sequence[Hit]) -> dict[int, int]:
    """Chooses who is told of a question among those who were not yet: their ids, with the tip that says so (its id).

    Args:
        work: a piece of work.
        question: what is asked.
        hits: the tips nearest to it, nearest first.
    """
    found = await tips.find_tips(work, [hit.id for hit in hits if hit.score >= WORTH_SHOWING])
    people = {member_id(each): each for each in await members.list_members(work)}
    lately = await questions.told_lately(work, days=7)
    told = (await questions.told_of(work, [question_id(question)]))[question_id(question)]
    peers = peers_for(found, people, lately, asker=question.asker_id, without=told)
    return {member_id(peer.member): peer.tip.id for peer in peers}


async def tell(work: Work, question: Question, peers: Mapping[int, int], *, link: str) -> int:
    """Owes those who may know a word of a question, with the address where it stands; gives how many."""
    new = await questions.tell_peers(work, question.number, list(peers))
    for member in new:
        subject = {"question": question.number, "tip": peers[member], "link": link}
        await notices.owe(work, "ask.peer", member, subject, once=f"peer:{question.number}:{member}")
    return len(new)


def peers_for(
    found: Sequence[Known],
    people: Mapping[int, Member],
    told: Mapping[int, int],
    *,
    asker: int | None,
    without: Collection[int] = (),
) -> list[Peer]:
    """Chooses one or two peers who probably know: lateral before core, then those told least, then the nearest.

    Args:
        found: the tips nearest to the question, nearest first.
        people: everybody who is here, by id.
        told: how many questions each was told of in the last week.
        asker: who asks; never chosen.
        without: others who must not be chosen.
    """
    peers: dict[int, tuple[int, Peer]] = {}
    for rank, tip in enumerate(found):
        for member, wrote in who_touched(tip):
            person = people.get(member)
            if person is None or member == asker or member in without or member in peers:
                continue
            if person.takes_questions and told.get(member, 0) < TOLD_A_WEEK:
                peers[member] = (rank, Peer(person, tip, wrote))

    def order(entry: tuple[int, Peer]) -> tuple[bool, int, int, bool]:
        rank, peer = entry
        return (peer.member.is_core, told.get(member_id(peer.member), 0), rank, not peer.wrote)

    return [peer for _, peer in sorted(peers.values(), key=order)[:PEERS]]

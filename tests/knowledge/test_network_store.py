"""What a report is taken from, as it is read: of whom and when it should be, to the second, from both databases."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from knowledge.models import Outcome, Question, TieKind, TieMonth
from knowledge.store import Store, Work, communities, confirmations, members, numbers, questions, ties, tips
from knowledge.store.members import member_id
from knowledge.store.network import KINDS, Mirror, Read, counted_of, read_network
from knowledge.store.questions import Asked
from knowledge.store.ties import Seen
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)
MOMENT = timedelta(microseconds=1)
ROOM = "room:ward:general"


@pytest.fixture
async def ward(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def join(work: Work, name: str, practice: str = "", place: str = "", *, days_ago: int = 90) -> int:
    member = await members.add_member(work, f"room:ward:{name}", name, joined_at=NOW - timedelta(days=days_ago))
    await members.describe(work, member_id(member), practice=practice, place=place)
    return member_id(member)


async def reply(work: Work, who: str, whom: str, at: datetime, channel: str = ROOM) -> None:
    seen = Seen(f"{who}{whom}{at}", TieKind.REPLY, f"room:ward:{who}", f"room:ward:{whom}", channel, at)
    await ties.note_ties(work, [seen])


def rows(read: Read) -> list[tuple[str, str, str, datetime, int]]:
    """Every tie by names, in order."""
    told = read.ties
    counts = told.counts if told.counts is not None else np.ones(len(told), np.int32)
    return sorted(
        (read.names[by], read.names[to], str(KINDS[kind]), at.item().replace(tzinfo=UTC), int(count))
        for by, to, kind, at, count in zip(told.by, told.to, told.kind, told.at, counts, strict=True)
    )


async def test_every_kind_of_tie_is_read_with_when_and_how_often(store: Store, ward: int) -> None:
    async with store.write(ward, NOW - timedelta(days=3)) as work:
        ben, ravi = await join(work, "ben"), await join(work, "ravi")
        at = NOW - timedelta(days=1) - MOMENT
        await reply(work, "ravi", "ben", at)
        tip = await tips.keep_tip(work, TipForm("Lukewarm water."), kept_by=ben)
        await tips.add_author(work, tip, ben)
        await confirmations.confirm_tip(work, tip, ravi, Outcome.WORKED)
        number = (await questions.write_question(work, ravi, Asked("Which strap?"))).number
        await questions.open_question(work, number, named=True)
        await questions.note_post(work, number, f"{ROOM}:1", ROOM)
        await questions.solve_question(work, number, answerer=ben, tip=None)
        month = {"month": "2026-02", "from_id": ben, "to_id": ravi, "kind": TieKind.THANKS, "channel": "room:ward:c2"}
        work.session.add(TieMonth(community_id=ward, count=3, **month))
    async with store.read(ward, NOW) as work:
        read = await read_network(work, SINCE, NOW, with_names=True)
        assert (await read_network(work, SINCE, NOW)).names == ()
        assert await counted_of(work, ben, SINCE) == Mirror(partners=1, given=4, received=2)
    ago = NOW - timedelta(days=3)
    assert rows(read) == [
        ("ben", "ravi", "answer", ago, 1),
        ("ben", "ravi", "thanks", datetime(2026, 2, 15, tzinfo=UTC), 3),
        ("ravi", "ben", "confirmation", ago, 1),
        ("ravi", "ben", "reply", at.replace(microsecond=0), 1),
    ]
    assert read.channels == 2 and read.ties.counts is not None


async def test_a_time_begins_with_its_first_moment_and_ends_before_the_next(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        for name in ("ben", "ravi"):
            await join(work, name)
        for at in (SINCE - MOMENT, SINCE, NOW - MOMENT, NOW):
            await reply(work, "ravi", "ben", at)
    async with store.read(ward, NOW) as work:
        read = await read_network(work, SINCE, NOW, with_names=True)
    assert [at for *_, at, _ in rows(read)] == [SINCE, (NOW - MOMENT).replace(microsecond=0)]
    assert read.ties.counts is None


async def test_people_are_read_with_where_they_work_and_whether_they_are_here(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        await join(work, "ann", "Nurse", "Ward 4", days_ago=40)
        core = await join(work, "ben", " porter ", "ward  4")
        await members.set_core(work, core, is_core=True)
        await join(work, "cat", "NURSE")
        await join(work, "later", days_ago=-1)
        hidden = await join(work, "hidden", "poet")
        await members.describe(work, hidden, is_counted=False)
        for name in ("ben", "hidden"):
            await reply(work, name, "ann", NOW - timedelta(days=1))
        await members.mark_left(work, "room:ward:cat")
    async with store.read(ward, NOW) as work:
        read = await read_network(work, SINCE, NOW, with_names=True)
    assert read.names == ("ann", "ben", "cat")
    assert read.people.is_core.tolist() == [False, True, False] and read.is_here.tolist() == [True, True, False]
    assert read.practices == ("nurse", "porter") and read.people.practice.tolist() == [0, 1, 0]
    assert read.places == ("ward 4",) and read.people.place.tolist() == [0, 0, -1]
    assert read.joined_at[0].item().replace(tzinfo=UTC) == NOW - timedelta(days=40)
    assert read.uncounted == 1 and [each[:2] for each in rows(read)] == [("ben", "ann")]


async def test_questions_are_read_with_who_answered_and_when(store: Store, ward: int) -> None:
    async with store.write(ward, NOW - timedelta(days=2)) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        for number in range(1, 4):
            asked = (await questions.write_question(work, ravi, Asked("Which strap?"))).number
            await questions.open_question(work, asked, named=False)
            await questions.note_post(work, asked, f"{ROOM}:{number}", ROOM)
        question = await questions.find_question(work, 3)
        assert isinstance(question, Question)
        question.asker_id = None
    async with store.write(ward, NOW - timedelta(days=1)) as work:
        await questions.solve_question(work, 1, answerer=ben, tip=None)
    async with store.read(ward, NOW) as work:
        asked_of = (await read_network(work, SINCE, NOW)).asked
    assert asked_of.asker.tolist() == [0, 0, -1] and asked_of.answerer.tolist() == [1, -1, -1]
    waited = asked_of.answered_at - asked_of.at
    assert waited[0] == np.timedelta64(1, "D") and np.isnat(waited[1:]).all()


async def test_of_an_empty_community_nothing_is_read(store: Store, ward: int) -> None:
    async with store.read(ward, NOW) as work:
        read = await read_network(work, SINCE, NOW, with_names=True)
        assert await counted_of(work, 1, SINCE) == Mirror()
    assert (len(read.people), len(read.ties), len(read.asked.at), read.channels) == (0, 0, 0, 0)


async def test_more_rows_than_are_read_at_once_are_all_read(
    store: Store, ward: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "AT_ONCE", 3)
    names = [f"m{number}" for number in range(10)]
    async with store.write(ward, NOW) as work:
        for name in names:
            await join(work, name, practice=f"practice {name}")
        for name in names[1:]:
            await reply(work, name, "m0", NOW - timedelta(days=1))
    async with store.read(ward, NOW) as work:
        read = await read_network(work, SINCE, NOW, with_names=True)
    assert read.names == tuple(names) and [each[0] for each in rows(read)] == names[1:]

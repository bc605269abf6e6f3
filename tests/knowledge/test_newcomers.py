"""Newcomers as the store keeps them: the way in, their first words, who shows them round, and what they are shown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.models import (
    FirstWord,
    NoticeState,
    Outcome,
    Pair,
    PairState,
    Step,
    StepState,
    Tie,
    TieKind,
    TipState,
    WayState,
)
from knowledge.store import (
    Store,
    Work,
    communities,
    confirmations,
    first_words,
    for_newcomers,
    members,
    newcomers,
    notices,
    pairs,
    questions,
    ties,
    tips,
)
from knowledge.store.first_words import FirstAnswer
from knowledge.store.for_newcomers import Talk
from knowledge.store.members import member_id
from knowledge.store.newcomers import StepCount
from knowledge.store.pairs import Load
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
FLOOR, OTHER = "room:ward:floor", "room:ward:other"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def at(work: Work, days: float) -> Work:
    """The same piece of work, so many days ago."""
    return replace(work, now=ago(days))


@pytest.fixture
async def ward(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def join(work: Work, name: str, **said: Any) -> int:
    member = member_id(await members.add_member(work, f"room:ward:{name}", name.title()))
    await members.describe(work, member, **said)
    return member


async def begin(work: Work, name: str, *, days: float = 0, look_in: float = 1, **said: Any) -> int:
    """Somebody whose way in began so many days ago."""
    member = await join(work, name, **said)
    assert await newcomers.begin_way(at(work, days), member, look_at=NOW + timedelta(days=look_in))
    return member


async def speak(
    work: Work, member: int, *, room: str = FLOOR, days: float = 0, knowing: Iterable[int] = ()
) -> FirstWord:
    """Their first words in a room, so many days ago."""
    new = FirstWord(
        community_id=work.community,
        member_id=member,
        message=f"{room}:m{member}",
        room=room,
        thread=f"m{member}",
        at=ago(days),
    )
    assert await first_words.note_first_word(work, new, [*knowing])
    found = await first_words.first_word_of(work, member)
    assert found is not None
    return found


async def a_tip(work: Work, *used_by: int, source: str = "", author: int | None = None) -> int:
    tip = await tips.keep_tip(work, TipForm("Lukewarm water.", title="Water"), kept_by=None, source=source)
    if author is not None:
        await tips.add_author(work, tip, author)
    await tips.publish_tip(work, tip, by=None)
    for member in used_by:
        await confirmations.confirm_tip(work, tip, member, Outcome.WORKED)
    return tip


async def test_a_way_in_begins_once(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await begin(work, "noor", days=3), await join(work, "ben")
        assert not await newcomers.begin_way(work, noor, look_at=NOW)
        found = await newcomers.find_newcomer(work, noor)
        assert found is not None
        assert (found.began_at, found.look_at, found.state, found.named) == (
            ago(3),
            NOW + timedelta(days=1),
            WayState.GOING,
            False,
        )
        assert await newcomers.find_newcomer(work, ben) is None
        assert await newcomers.on_the_way(work) == {noor}


async def test_it_is_looked_for_those_whose_time_it_is_the_longest_due_first(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        later, second = await begin(work, "later", look_in=0.1), await begin(work, "second", look_in=0)
        first = await begin(work, "first", look_in=-2)
        for name, state in (("resting", WayState.RESTING), ("stopped", WayState.STOPPED), ("done", WayState.DONE)):
            await newcomers.change_way(work, await begin(work, name, look_in=-1), state=state)
        gone = await begin(work, "gone", look_in=-1)
        await members.mark_left(work, "room:ward:gone")
        due = await newcomers.due_newcomers(work)
        assert [member.id for _, member in due] == [first, second]
        assert [newcomer.member_id for newcomer, _ in due] == [first, second]
        assert len(await newcomers.due_newcomers(work, limit=1)) == 1
        await newcomers.change_way(work, first, look_at=NOW + timedelta(days=1))
        assert [member.id for _, member in await newcomers.due_newcomers(work)] == [second]
        assert await newcomers.on_the_way(work) == {first, second, later, gone}


async def test_only_those_are_named_who_agreed_and_are_here(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines = await begin(work, "noor", days=5), await begin(work, "ines", days=2)
        await begin(work, "shy", days=1)
        for each in (noor, ines, await begin(work, "gone", days=1)):
            await newcomers.change_way(work, each, named=True)
        await members.mark_left(work, "room:ward:gone")
        named = await newcomers.named_since(work, ago(7))
        assert [(member.id, began) for member, began in named] == [(ines, ago(2)), (noor, ago(5))]
        assert [member.id for member, _ in await newcomers.named_since(work, ago(5))] == [ines]


async def test_a_step_counts_how_often_it_was_offered(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines = await begin(work, "noor"), await begin(work, "ines")
        tip = await a_tip(work)
        for days, state in ((20, StepState.OFFERED), (18, StepState.LATER), (3, StepState.OFFERED)):
            await newcomers.note_step(at(work, days), noor, Step.MATCH, state)
        await newcomers.describe_step(work, noor, Step.MATCH, because="practice", tip_id=tip)
        await newcomers.describe_step(work, noor, Step.LISTEN, because="never offered")
        await newcomers.note_step(work, ines, Step.LISTEN, StepState.TAKEN)
    async with store.read(ward, NOW) as work:
        found = await newcomers.steps_of(work, [noor, ines, 999])
        assert {member: set(steps) for member, steps in found.items()} == {
            noor: {Step.MATCH},
            ines: {Step.LISTEN},
            999: set(),
        }
        match, listen = found[noor][Step.MATCH], found[ines][Step.LISTEN]
        assert (match.state, match.times, match.at, match.because, match.tip_id) == (
            StepState.OFFERED,
            2,
            ago(3),
            "practice",
            tip,
        )
        assert (listen.state, listen.times) == (StepState.TAKEN, 0)


async def test_a_tip_that_goes_leaves_the_step_that_it_was_of(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, tip = await begin(work, "noor"), await a_tip(work)
        await newcomers.note_step(work, noor, Step.MATCH, StepState.OFFERED)
        await newcomers.describe_step(work, noor, Step.MATCH, tip_id=tip)
        await tips.set_state(work, tip, TipState.WITHDRAWN, by=None)
        await tips.drop_tip(work, tip)
    async with store.read(ward, NOW) as work:
        step = (await newcomers.steps_of(work, [noor]))[noor][Step.MATCH]
        assert (step.tip_id, step.state) == (None, StepState.OFFERED)


async def test_coordinators_see_how_many_came_and_how_many_took_each_step(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, long = [await begin(work, name, days=days) for name, days in (("a", 3), ("b", 9), ("c", 40))]
        for each, step, states in (
            (noor, Step.MATCH, (StepState.OFFERED, StepState.TAKEN)),
            (noor, Step.LISTEN, (StepState.TAKEN,)),
            (ines, Step.MATCH, (StepState.OFFERED, StepState.PASSED)),
            (long, Step.MATCH, (StepState.OFFERED, StepState.TAKEN)),
        ):
            for state in states:
                await newcomers.note_step(work, each, step, state)
        came, counts = await newcomers.count_steps(work, ago(30))
        assert (came, counts[Step.MATCH], counts[Step.LISTEN]) == (2, StepCount(1, 2), StepCount(1, 0))
        assert set(counts) == set(Step) and counts[Step.TELL] == StepCount(0, 0)
        assert (await newcomers.count_steps(work, ago(3)))[0] == 0


async def test_every_process_listens_for_newcomers_who_were_silent_and_in_rooms_where_some_wait(
    store: Store, ward: int
) -> None:
    async def listened() -> tuple[set[str], set[str]]:
        options = await communities.options_now(store, ward, NOW)
        return set(options.new_here), set(options.waiting_in)

    assert await listened() == (set(), set())
    async with store.write(ward, NOW) as work:
        await begin(work, "old", days=91)
        await join(work, "ben")
        noor = await begin(work, "noor")
    assert await listened() == ({"room:ward:noor"}, set())
    async with store.write(ward, NOW) as work:
        await speak(work, noor)
    assert await listened() == (set(), {FLOOR})
    async with store.write(ward, NOW) as work:
        await first_words.settle(work, await _word(work, noor))
    assert await listened() == (set(), set())


async def test_first_words_are_the_first_and_stay_so(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben, lena = await begin(work, "noor"), await join(work, "ben"), await join(work, "lena")
        word = await speak(work, noor, knowing=[lena, ben])
        again = FirstWord(community_id=ward, member_id=noor, message=f"{OTHER}:m7", room=OTHER, thread="m7", at=NOW)
        assert not await first_words.note_first_word(work, again, [ben])
        assert (await _word(work, noor)).message == f"{FLOOR}:m{noor}"
        assert await first_words.words_of(work, [noor, ben]) == {noor: word}
        id = first_words.word_id(word)
        mine = await first_words.peers_of(work, [id, 999])
        assert [(each.member_id, each.knows, each.told_at, each.passed) for each in mine[id]] == [
            (lena, True, None, False),
            (ben, True, None, False),
        ]
        assert mine[999] == []


async def test_first_words_wait_in_their_room_until_somebody_answers_an_emoji_is_none(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, ben = await begin(work, "noor"), await begin(work, "ines"), await join(work, "ben")
        newer, older = await speak(work, noor, days=1), await speak(work, ines, room=OTHER, days=2)
        newer.seen_at = NOW
        assert await first_words.waiting_words(work) == [older, newer]
        assert await first_words.waiting_words(work, room=FLOOR) == [newer]
        assert await first_words.waiting_words(work, before=ago(1)) == [older, newer]
        assert await first_words.waiting_words(work, before=ago(1) - MOMENT) == [older]
        await first_words.note_first_answer(work, newer, ben, ago(0.5))
    async with store.read(ward, NOW) as work:
        assert [each.member_id for each in await first_words.waiting_words(work)] == [ines]
        word = await _word(work, noor)
        assert (word.answered_at, word.answerer_id, word.settled_at, word.seen_at) == (ago(0.5), ben, NOW, NOW)
        assert await first_words.answerers(work, [noor, ben]) == {ben}
        assert await first_words.answerers(work, [noor]) == set()


async def test_whom_first_words_were_brought_to_is_counted_for_a_week(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, ben, lena = [await join(work, each) for each in ("noor", "ines", "ben", "lena")]
        one, other = await speak(work, noor, days=9, knowing=[ben, lena]), await speak(work, ines, days=3)
        await first_words.tell_peer(at(work, 7), one, ben)
        await first_words.tell_peer(at(work, 2), one, lena)
        await first_words.tell_peer(at(work, 2), other, ben)
        await first_words.pass_on_word(work, first_words.word_id(other), ben)
        await first_words.pass_on_word(work, 999, ben)
    async with store.read(ward, NOW) as work:
        assert await first_words.told_of_words(work, days=7) == {ben: 1, lena: 1}
        assert await first_words.told_of_words(work, days=8) == {ben: 2, lena: 1}
        assert ((await _word(work, noor)).brought_at, (await _word(work, ines)).brought_at) == (ago(7), ago(2))
        found = await first_words.peers_of(work, [first_words.word_id(each) for each in (one, other)])
        assert [
            (each.member_id, each.knows, each.told_at, each.passed) for rows in found.values() for each in rows
        ] == [
            (ben, True, ago(7), False),
            (lena, True, ago(2), False),
            (ben, False, ago(2), True),
        ]


async def test_it_is_counted_how_long_newcomers_waited_and_whether_a_peer_answered(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, silent, old, ben, maeve = [
            await join(work, each) for each in ("noor", "ines", "silent", "old", "ben", "maeve")
        ]
        await members.set_core(work, maeve, is_core=True)
        for newcomer, days, answerer in ((noor, 5, ben), (ines, 4, maeve), (old, 40, ben)):
            word = await speak(work, newcomer, days=days)
            await first_words.note_first_answer(work, word, answerer, word.at + timedelta(hours=days))
        await first_words.settle(work, await speak(work, silent, days=3))
        answers = await first_words.first_answers(work, ago(30))
        assert sorted(answers, key=lambda each: each.waited) == [
            FirstAnswer(timedelta(hours=4), False),
            FirstAnswer(timedelta(hours=5), True),
        ]


async def test_two_are_named_to_each_other_once_and_for_all(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben, lena = await begin(work, "noor"), await join(work, "ben"), await join(work, "lena")
        pair = await pairs.name_companion(work, noor, ben)
        assert (pair.state, pair.began_at, pair.at, pair.room) == (PairState.NAMED, NOW, NOW, "")
        await pairs.change_pair(work, pair, PairState.LAPSED)
        assert await pairs.name_companion(work, noor, ben) == pair and pair.state is PairState.LAPSED
        other = await pairs.name_companion(work, noor, lena)
        assert await pairs.find_pair(work, pairs.pair_id(other)) == other
        assert await pairs.pairs_of(work, [noor, ben]) == {noor: [other, pair], ben: []}
        assert await pairs.unsettled(work) == [other]
        assert await pairs.shown_round_by(work, lena) == [other] and await pairs.shown_round_by(work, ben) == []


@pytest.mark.parametrize(
    ("state", "room", "days", "load"),
    [
        (PairState.NAMED, "", 1, Load(1, 1)),
        (PairState.ASKED, "", 1, Load(1, 1)),
        (PairState.AGREED, "room:ward:d1", 1, Load(1, 1)),
        (PairState.AGREED, "room:ward:d1", 183, Load(1, 0)),
        (PairState.ENDED, "room:ward:d1", 1, Load(0, 1)),
        (PairState.LAPSED, "room:ward:d1", 1, Load(0, 1)),
        (PairState.ENDED, "room:ward:d1", 183, Load(0, 0)),
        (PairState.LAPSED, "", 1, Load(0, 0)),
        (PairState.DECLINED, "", 1, Load(0, 0)),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_a_companion_has_on_their_hands(
    store: Store, ward: int, state: PairState, room: str, days: float, load: Load
) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await join(work, "noor"), await join(work, "ben")
        pair = await pairs.name_companion(at(work, days), noor, ben)
        await pairs.change_pair(work, pair, state, room=room)
        assert await pairs.loads(work) == {ben: load}


async def test_loads_add_up_over_the_newcomers_of_a_companion(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, joy, ben, lena = [await join(work, each) for each in ("noor", "ines", "joy", "ben", "lena")]
        for newcomer, companion in ((noor, ben), (ines, ben), (joy, lena)):
            await pairs.name_companion(work, newcomer, companion)
        await pairs.change_pair(work, (await pairs.unsettled(work))[0], PairState.ENDED, room=FLOOR, thread="m1")
        assert await pairs.loads(work) == {ben: Load(1, 2), lena: Load(1, 1)}


async def test_companions_are_those_who_said_so_and_are_here(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ben, _ = await join(work, "ben", shows_round=True), await join(work, "lena")
        await join(work, "gone", shows_round=True)
        await members.mark_left(work, "room:ward:gone")
        assert [each.id for each in await pairs.companions(work)] == [ben]


async def test_of_what_two_write_only_that_they_wrote_is_noted(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben, lena = [await join(work, each) for each in ("noor", "ben", "lena")]
        pair = await pairs.name_companion(work, noor, ben)
        await pairs.change_pair(work, pair, PairState.AGREED, room="room:ward:d1", thread="m1")
        for who, room, thread in (
            (noor, "room:ward:d2", "m1"),
            (noor, "room:ward:d1", "m2"),
            (lena, "room:ward:d1", "m1"),
        ):
            await pairs.note_spoke(work, who, room, thread, NOW)
        assert (pair.newcomer_spoke_at, pair.companion_spoke_at) == (None, None)
        await pairs.note_spoke(work, noor, "room:ward:d1", "m1", ago(2))
        await pairs.note_spoke(work, ben, "room:ward:d1", "m1", ago(1))
        assert (pair.newcomer_spoke_at, pair.companion_spoke_at) == (ago(2), ago(1))
        await pairs.change_pair(work, pair, PairState.ENDED)
        await pairs.note_spoke(work, noor, "room:ward:d1", "m1", NOW)
    async with store.read(ward, NOW) as work:
        (kept,) = (await work.session.exec(select(Pair))).all()
        assert (kept.newcomer_spoke_at, kept.room, kept.thread) == (ago(2), "room:ward:d1", "m1")


async def test_a_companion_s_tie_is_counted_once_where_both_may_be_counted(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben, lena = await join(work, "noor"), await join(work, "ben"), await join(work, "lena", is_counted=False)
        for _ in range(2):
            await ties.note_welcomed(work, ben, noor, once="welcomed:1")
            await ties.note_welcomed(work, lena, noor, once="welcomed:2")
            await ties.note_welcomed(work, ben, lena, once="welcomed:3")
        rows = (await work.session.exec(select(Tie))).all()
        assert [(each.kind, each.from_id, each.to_id, each.channel, each.at) for each in rows] == [
            (TieKind.WELCOMED, ben, noor, "", NOW)
        ]


async def test_tips_are_relied_on_from_two_people_on_and_those_of_the_most_come_first(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ben, lena, joy = [await join(work, each) for each in ("ben", "lena", "joy")]
        two, three, one = await a_tip(work, ben, lena), await a_tip(work, ben, lena, joy), await a_tip(work, ben)
        failed, gone = await a_tip(work, ben), await a_tip(work, ben, lena)
        await confirmations.confirm_tip(work, failed, lena, Outcome.NOT_HERE)
        await tips.set_state(work, gone, TipState.RETIRED, by=None)
        assert [each.id for each in await for_newcomers.relied_on(work)] == [three, two]
        await confirmations.confirm_tip(work, one, joy, Outcome.CHANGED)
        assert [each.id for each in await for_newcomers.relied_on(work)] == [three, one, two]


async def test_of_one_s_own_practice_tips_are_looked_at_that_few_others_know(
    store: Store, ward: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(for_newcomers, "CANDIDATES", 1)
    async with store.write(ward, NOW) as work:
        nurses = [await join(work, name, practice=practice) for name, practice in (("ben", "Nurse"), ("lena", "nurse"))]
        porters = [await join(work, name, practice="porter") for name in ("joy", "sam", "kit")]
        few, many = await a_tip(work, *nurses), await a_tip(work, *porters, nurses[0])
        assert [each.id for each in await for_newcomers.relied_on(work)] == [many]
        assert [each.id for each in await for_newcomers.relied_on(work, "porter")] == [many]
        assert [each.id for each in await for_newcomers.relied_on(work, "NURSE")] == [many, few]


async def test_conversations_are_those_that_came_to_something_lately(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ben = await join(work, "ben", practice="porter", place="ward 6")
        lena = await join(work, "lena", practice="nurse", place="ward 6")
        texts = ("Which strap?", "Which lift?", "Which door?", "Which bed?")
        solved, waiting, own, old = [(await questions.write_question(work, ben, Asked(text))).number for text in texts]
        for number in (solved, waiting, old):
            await questions.open_question(work, number, named=True)
            await questions.note_post(work, number, f"{FLOOR}:q{number}", FLOOR)
        await questions.solve_question(at(work, 2), solved, answerer=lena, tip=None)
        await questions.solve_question(work, own, answerer=lena, tip=None)
        await questions.solve_question(at(work, 60), old, answerer=lena, tip=None)
        await a_tip(at(work, 1), source=f"{FLOOR}:m5", author=lena)
        await a_tip(at(work, 60), source=f"{FLOOR}:m6", author=lena)
        await a_tip(work, author=lena)
        assert await for_newcomers.talks_since(work, ago(60)) == [
            Talk(f"{FLOOR}:m5", ago(1), frozenset({lena}), "Water", ("nurse",), ("ward 6",)),
            Talk(
                f"{FLOOR}:q{solved}", ago(2), frozenset({ben, lena}), "Which strap?", ("porter", "nurse"), ("ward 6",)
            ),
        ]


async def test_a_gap_of_one_s_own_is_what_was_asked_lately_and_put_to_nobody(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await begin(work, "noor"), await join(work, "ben")
        assert await for_newcomers.open_gap(work, noor) is None
        await questions.write_question(at(work, 30), noor, Asked("Too long ago?"))
        await questions.write_question(work, noor, Asked("Was it answered?", answered=True))
        await questions.write_question(work, ben, Asked("Is it somebody else's?"))
        posted = (await questions.write_question(work, noor, Asked("Was it put to others?"))).number
        await questions.open_question(work, posted, named=False)
        await questions.note_post(work, posted, f"{FLOOR}:1", FLOOR)
        assert await for_newcomers.open_gap(work, noor) is None
        for text, days in (("Which strap?", 2), ("Which lift?", 1)):
            await questions.write_question(at(work, days), noor, Asked(text))
        gap = await for_newcomers.open_gap(work, noor)
        assert gap is not None and gap.text == "Which lift?"


async def test_what_somebody_was_owed_is_known_whatever_became_of_it(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await begin(work, "noor"), await join(work, "ben")
        for once, name, who in (
            ("1", "welcome.hello", noor),
            ("2", "welcome.step", noor),
            ("3", "tips.thanks", noor),
            ("4", "welcome.step", ben),
        ):
            await notices.owe(at(work, 9 - int(once)), name, who, {}, once=once)
        first = (await notices.due_notices(work))[0]
        taken = await notices.take_notice(work, first.id or 0)
        assert taken is not None
        await notices.drop_notice(work, taken, why="off")
    async with store.read(ward, NOW) as work:
        owed = await notices.owed_of(work, ["welcome.hello", "welcome.step"], [noor, 999])
        assert {member: [(row.once, row.state) for row in rows] for member, rows in owed.items()} == {
            noor: [("2", NoticeState.PENDING), ("1", NoticeState.DROPPED)],
            999: [],
        }
        assert await notices.owed_since(work, "welcome.step", ago(8)) == {noor, ben}
        assert await notices.owed_since(work, "welcome.step", ago(7)) == {ben}


async def test_members_meet_in_spaces_where_both_still_are(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await join(work, "noor"), await join(work, "ben")
        elsewhere = member_id(await members.add_member(work, "discord:S1:joy", "Joy"))
        await members.mark_left(work, "room:ward:ben")
        found = await members.spaces_of(work, [noor, ben, elsewhere])
        assert found == {noor: {"room:ward"}, elsewhere: {"discord:S1"}}
        assert await communities.name_of(work) == "The ward"


async def _word(work: Work, member: int) -> FirstWord:
    found = await first_words.first_word_of(work, member)
    assert found is not None
    return found

"""Newcomers as the store keeps them: the way in, their first words, who shows them round, and what they are shown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.models import (
    Account,
    FirstWord,
    FirstWordPeer,
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
        assert (found.began_at, found.look_at, found.state, found.named_at) == (
            ago(3),
            NOW + timedelta(days=1),
            WayState.GOING,
            None,
        )
        assert await newcomers.find_newcomer(work, ben) is None
        assert await newcomers.on_the_way(work) == {noor}


async def test_it_is_looked_for_those_whose_time_it_is_the_longest_due_first(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        later, second = await begin(work, "later", look_in=0.1), await begin(work, "second", look_in=0)
        first = await begin(work, "first", look_in=-2)
        gone = await begin(work, "gone", look_in=-1)
        await members.mark_left(work, "room:ward:gone")
        due = await newcomers.due_newcomers(work, since=LONG_AGO)
        assert [member.id for _, member in due] == [first, second]
        assert [newcomer.member_id for newcomer, _ in due] == [first, second]
        due = await newcomers.due_newcomers(work, since=LONG_AGO, limit=1)
        assert [member.id for _, member in due] == [first]
        await newcomers.change_way(work, first, look_at=NOW + timedelta(days=1))
        assert [member.id for _, member in await newcomers.due_newcomers(work, since=LONG_AGO)] == [second]
        assert await newcomers.on_the_way(work) == {first, second, later, gone}


async def test_it_is_looked_for_everybody_who_came_lately_whether_invitations_may_come_or_not(
    store: Store, ward: int
) -> None:
    async with store.write(ward, NOW) as work:
        came = {}
        for days, state in enumerate(WayState, 1):
            came[state] = await begin(work, state.value, days=days, look_in=-days)
            await newcomers.change_way(work, came[state], state=state)
        due = await newcomers.due_newcomers(work, since=LONG_AGO)
        assert [member.id for _, member in due] == [*came.values()][::-1]
        due = await newcomers.due_newcomers(work, since=ago(3))
        assert [member.id for _, member in due] == [*came.values()][1::-1]
        assert await newcomers.on_the_way(work) == {came[WayState.GOING]}


async def test_only_those_are_named_who_agreed_lately_and_are_here_however_long_ago_they_came(
    store: Store, ward: int
) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines = await begin(work, "noor", days=60), await begin(work, "ines", days=2)
        for each, days in ((noor, 1), (ines, 1.5), (await begin(work, "gone", days=1), 0.5)):
            await newcomers.change_way(work, each, named_at=ago(days))
        await begin(work, "shy", days=1)
        await members.mark_left(work, "room:ward:gone")
        named = await newcomers.named_since(work, ago(7))
        assert [(member.id, agreed) for member, agreed in named] == [(noor, ago(1)), (ines, ago(1.5))]
        assert [member.id for member, _ in await newcomers.named_since(work, ago(1.5))] == [noor]
        await newcomers.change_way(work, noor, named_at=None)
        assert [member.id for member, _ in await newcomers.named_since(work, ago(7))] == [ines]


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


async def test_awaited_are_those_who_came_lately_and_did_not_speak_wherever_they_are(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        silent, spoke, answered = [await begin(work, name, days=89) for name in ("silent", "spoke", "answered")]
        await begin(work, "old", days=90)
        await join(work, "ben")
        work.session.add(Account(key="discord:S1:silent", community_id=ward, member_id=silent, name="Silent"))
        await speak(work, spoke)
        await first_words.settle(work, await speak(work, answered, room=OTHER, days=80))
        assert await newcomers.awaited(work) == ({"room:ward:silent", "discord:S1:silent"}, {FLOOR})
        await speak(work, silent, room=OTHER)
        assert await newcomers.awaited(work) == (set(), {FLOOR, OTHER})


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
        await first_words.note_first_answer(work, newer, await members.find_member(work, ben), ago(0.5))
    async with store.read(ward, NOW) as work:
        assert [each.member_id for each in await first_words.waiting_words(work)] == [ines]
        word = await _word(work, noor)
        assert (word.answered_at, word.answerer_id, word.settled_at, word.seen_at) == (ago(0.5), ben, NOW, NOW)
        assert await first_words.answerers(work, [noor, ben]) == {ben}
        assert await first_words.answerers(work, [noor]) == set()


@pytest.mark.parametrize("is_known", [True, False])
async def test_of_an_answer_it_is_not_kept_who_gave_it_where_they_are_not_to_be_counted(
    store: Store, ward: int, is_known: bool
) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await begin(work, "noor"), await join(work, "ben", is_counted=False)
        answerer = await members.find_member(work, ben) if is_known else None
        await first_words.note_first_answer(work, await speak(work, noor, days=1), answerer, ago(0.5))
    async with store.read(ward, NOW) as work:
        word = await _word(work, noor)
        assert (word.answered_at, word.answerer_id, word.settled_at) == (ago(0.5), None, NOW)
        assert await first_words.answerers(work, [ben]) == set()
        assert await first_words.first_answers(work, LONG_AGO) == [FirstAnswer(timedelta(days=0.5), None)]


async def test_whose_first_words_somebody_answered_is_let_go_of_and_that_they_were_answered_stays(
    store: Store, ward: int
) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, ben, lena = [await join(work, each) for each in ("noor", "ines", "ben", "lena")]
        for newcomer, answerer in ((noor, ben), (ines, lena)):
            word = await speak(work, newcomer, days=1)
            await first_words.note_first_answer(work, word, await members.find_member(work, answerer), ago(0.5))
        await first_words.unname_answers(work, ben)
    async with store.read(ward, NOW) as work:
        word = await _word(work, noor)
        assert (word.answered_at, word.answerer_id, word.settled_at) == (ago(0.5), None, NOW)
        assert (await _word(work, ines)).answerer_id == lena


async def test_after_first_words_that_were_deleted_the_next_are_the_first(store: Store, ward: int) -> None:
    async def listened() -> tuple[set[str], set[str]]:
        options = await communities.options_now(store, ward, NOW)
        return set(options.new_here), set(options.waiting_in)

    async with store.write(ward, NOW) as work:
        noor, ines, ben = await begin(work, "noor"), await begin(work, "ines"), await join(work, "ben")
        await speak(work, noor, knowing=[ben])
        kept = await speak(work, ines, knowing=[ben])
    assert await listened() == (set(), {FLOOR})
    async with store.write(ward, NOW) as work:
        await first_words.drop_word(work, await _word(work, noor))
        assert await first_words.first_word_of(work, noor) is None
    assert await listened() == ({"room:ward:noor"}, {FLOOR})
    async with store.write(ward, NOW) as work:
        left = (await work.session.exec(select(FirstWordPeer))).all()
        assert [(each.first_word_id, each.member_id) for each in left] == [(first_words.word_id(kept), ben)]
        await speak(work, noor, room=OTHER)
        assert [each.member_id for each in await first_words.waiting_words(work, room=OTHER)] == [noor]
    assert await listened() == (set(), {FLOOR, OTHER})


async def test_whom_first_words_were_brought_to_is_counted_for_a_week(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, ben, lena = [await join(work, each) for each in ("noor", "ines", "ben", "lena")]
        one, other = await speak(work, noor, days=9, knowing=[ben, lena]), await speak(work, ines, days=3)
        await first_words.tell_peer(at(work, 7), one, ben)
        await first_words.tell_peer(at(work, 2), one, lena)
        await first_words.tell_peer(at(work, 2), other, ben)
        await first_words.pass_on_word(work, first_words.word_id(other), ben)
        await first_words.pass_on_word(work, 999, ben)
        assert (one.brought_at, other.brought_at) == (None, None), "they were told of it, and did not see it yet"
        await first_words.note_brought(at(work, 6), first_words.word_id(one))
        await first_words.note_brought(at(work, 2), first_words.word_id(one))
        await first_words.note_brought(work, 999)
    async with store.read(ward, NOW) as work:
        assert await first_words.told_of_words(work, days=7) == {ben: 1, lena: 1}
        assert await first_words.told_of_words(work, days=8) == {ben: 2, lena: 1}
        assert ((await _word(work, noor)).brought_at, (await _word(work, ines)).brought_at) == (ago(6), None)
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
        noor, ines, joy, old, ben, maeve = [
            await join(work, each) for each in ("noor", "ines", "joy", "old", "ben", "maeve")
        ]
        await members.set_core(work, maeve, is_core=True)
        people = await members.find_members(work, [ben, maeve])
        for newcomer, days, answerer in ((noor, 5, ben), (ines, 4, maeve), (joy, 0.5, None), (old, 40, ben)):
            word = await speak(work, newcomer, days=days)
            by = people[answerer] if answerer is not None else None
            await first_words.note_first_answer(work, word, by, word.at + timedelta(hours=days))
        assert await _answers_since(work, ago(30)) == [
            FirstAnswer(timedelta(hours=0.5), None),
            FirstAnswer(timedelta(hours=4), False),
            FirstAnswer(timedelta(hours=5), True),
        ]
        assert await _answers_since(work, ago(5)) == [
            FirstAnswer(timedelta(hours=0.5), None),
            FirstAnswer(timedelta(hours=4), False),
        ]


async def test_who_has_no_answer_after_a_day_counts_as_waiting_also_where_a_coordinator_saw_to_it(
    store: Store, ward: int
) -> None:
    async with store.write(ward, NOW) as work:
        waiting, seen_to, fresh = [await join(work, each) for each in ("waiting", "seen_to", "fresh")]
        await speak(work, waiting, days=1)
        assert await first_words.first_answers(work, ago(30)) == [FirstAnswer(None, None)]
        await first_words.settle(work, await speak(work, seen_to, days=3))
        word = await speak(work, fresh, days=0.99)
        assert await first_words.first_answers(work, ago(30)) == [FirstAnswer(None, None)] * 2
        await first_words.note_first_answer(work, word, None, NOW)
        assert len(await first_words.first_answers(work, ago(30))) == 3
        assert await first_words.first_answers(work, NOW) == []


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
    ("state", "days", "load"),
    [
        (PairState.NAMED, 1, Load(1, 1)),
        (PairState.ASKED, 1, Load(1, 1)),
        (PairState.AGREED, 1, Load(1, 1)),
        (PairState.ENDED, 1, Load(0, 1)),
        (PairState.DECLINED, 1, Load(0, 1)),
        (PairState.LAPSED, 1, Load(0, 1, 1)),
        (PairState.LAPSED, 181, Load(0, 1, 1)),
        (PairState.LAPSED, 182, Load()),
        (PairState.ENDED, 182, Load()),
        (PairState.PASSED, 1, Load()),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_a_companion_has_on_their_hands(
    store: Store, ward: int, state: PairState, days: float, load: Load
) -> None:
    async with store.write(ward, NOW) as work:
        noor, ben = await join(work, "noor"), await join(work, "ben")
        pair = await pairs.name_companion(at(work, 200), noor, ben)
        await pairs.change_pair(at(work, days), pair, state)
        assert (await pairs.loads(work)).get(ben, Load()) == load


@pytest.mark.parametrize(
    ("states", "silent"),
    [
        ([PairState.LAPSED, PairState.LAPSED], 2),
        ([PairState.LAPSED, PairState.AGREED], 0),
        ([PairState.LAPSED, PairState.DECLINED], 0),
        ([PairState.LAPSED, PairState.ENDED, PairState.LAPSED], 1),
        ([PairState.LAPSED, PairState.PASSED, PairState.LAPSED], 2),
        ([PairState.LAPSED, PairState.NAMED, PairState.LAPSED, PairState.ASKED], 2),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_how_many_newcomers_in_a_row_and_last_a_companion_left_without_a_word(
    store: Store, ward: int, states: list[PairState], silent: int
) -> None:
    """By when it came to that, not by who was named first."""
    async with store.write(ward, NOW) as work:
        ben = await join(work, "ben")
        came = [await join(work, f"new{number}") for number in range(len(states))]
        rows = [await pairs.name_companion(at(work, 100), each, ben) for each in came[::-1]][::-1]
        for number, (pair, state) in enumerate(zip(rows, states, strict=True)):
            await pairs.change_pair(at(work, 50 - number), pair, state)
        assert (await pairs.loads(work))[ben].silent == silent


async def test_loads_add_up_over_the_newcomers_of_a_companion(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        noor, ines, joy, ben, lena = [await join(work, each) for each in ("noor", "ines", "joy", "ben", "lena")]
        for newcomer, companion in ((noor, ben), (ines, ben), (joy, ben), (joy, lena)):
            await pairs.name_companion(work, newcomer, companion)
        ended, passed, *_ = await pairs.unsettled(work)
        await pairs.change_pair(work, ended, PairState.ENDED, room=FLOOR, thread="m1")
        assert await pairs.loads(work) == {ben: Load(2, 3), lena: Load(1, 1)}
        await pairs.change_pair(work, passed, PairState.PASSED)
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
        noors, joys = {noor: "room:ward:noor"}, {elsewhere: "discord:S1:joy"}
        assert await members.accounts_in(work, "room:ward") == noors
        assert await members.accounts_in(work, "room:ward", [ben, elsewhere]) == {}
        assert await members.accounts_in(work, "room:ward", []) == {}
        assert await members.accounts_in(work, "discord:S1", [noor, elsewhere]) == joys
        assert await members.count_here(work) == 2


@pytest.mark.parametrize(
    ("name", "other", "is_one"),
    [
        ("Ben", "Ben Okri", True),
        ("Ben Okri", "BEN", True),
        ("Ben Okri", "Benno", False),
        ("Ben Okri", "Sam Ben", False),
        ("Ben Okri", "Okri", False),
        ("B_n", "Ben", False),
    ],
)
async def test_a_namesake_is_somebody_else_with_the_same_first_name(
    store: Store, ward: int, name: str, other: str, is_one: bool
) -> None:
    async with store.write(ward, NOW) as work:
        ben = await members.add_member(work, "room:ward:ben", name)
        await members.add_member(work, "room:ward:other", other)
        assert await members.has_namesake(work, ben) is is_one


async def test_nobody_is_their_own_namesake_nor_is_who_left_or_is_in_another_community(store: Store, ward: int) -> None:
    elsewhere = await communities.open_community(store, "Elsewhere", NOW)
    async with store.write(elsewhere, NOW) as work:
        await members.add_member(work, "room:elsewhere:ben", "Ben")
    async with store.write(ward, NOW) as work:
        ben = await members.add_member(work, "room:ward:ben", "Ben Okri")
        await members.add_member(work, "room:ward:gone", "Ben")
        assert await members.count_here(work) == 2
        await members.mark_left(work, "room:ward:gone")
        assert await members.count_here(work) == 1
        assert not await members.has_namesake(work, ben)


async def _word(work: Work, member: int) -> FirstWord:
    found = await first_words.first_word_of(work, member)
    assert found is not None
    return found


async def _answers_since(work: Work, since: datetime) -> list[FirstAnswer]:
    answers = await first_words.first_answers(work, since)
    return sorted(answers, key=lambda each: each.waited or timedelta())

"""What the store says needs a look, what is let rest, put off and taken back; and which tips are alike."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge import library as module
from knowledge.hot_now import LEFT, NOT_AGAIN, hot_now
from knowledge.library import Library
from knowledge.models import Consent, FirstWord, NoticeState, Outcome, QuestionState, TipState
from knowledge.peers import tell, who_may_know
from knowledge.search import Hit
from knowledge.store import (
    Store,
    Work,
    audit,
    communities,
    confirmations,
    consents,
    first_words,
    lookalikes,
    members,
    notices,
    questions,
    tips,
)
from knowledge.store.filing import NewTip, publish_new
from knowledge.store.members import member_id
from knowledge.store.questions import Asked, question_id
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def _people(work: Work, *names: str) -> list[int]:
    return [member_id(await members.member_of(work, f"room:demo:{name}", name)) for name in names]


async def _put(work: Work, asker: int, text: str) -> int:
    """A question that was put to everybody; its number."""
    number = (await questions.write_question(work, asker, Asked(text))).number
    await questions.open_question(work, number, named=True)
    await questions.note_post(work, number, f"room:demo:general:m{number}", "room:demo:general")
    return number


async def test_a_question_rests_and_is_roused_until_somebody_answers(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        (ann,) = await _people(work, "ann")
        number = await _put(work, ann, "Where is the kettle?")
        assert not await questions.rouse_question(work, number)
        assert await questions.rest_question(work, number) and not await questions.rest_question(work, number)
        assert await questions.open_questions(work) == []
        assert await questions.rouse_question(work, number)
        assert [each.number for each in await questions.open_questions(work)] == [number]
        await questions.rest_question(work, number)
        await questions.solve_question(work, number, answerer=ann, tip=None)
        assert not await questions.rouse_question(work, number)
        parked = (await questions.write_question(work, ann, Asked("never put"))).number
        assert not await questions.rest_question(work, parked) and not await questions.rouse_question(work, parked)
        assert not await questions.rest_question(work, 99) and not await questions.rouse_question(work, 99)


async def test_who_was_told_is_not_told_again(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann, ben, cy, dee = await _people(work, "ann", "ben", "cy", "dee")
        (tip,) = await publish_new(work, [NewTip(TipForm("works"))])
        for member in (ben, cy, dee):
            await confirmations.confirm_tip(work, tip, member, Outcome.WORKED)
        question = await questions.find_question(work, await _put(work, ann, "Where is the kettle?"))
        assert question is not None
        hits = [Hit(tip, 0.9)]
        first = await who_may_know(work, question, hits)
        assert await tell(work, question, first, link="http://x") == 2
        second = await who_may_know(work, question, hits)
        assert sorted([*first, *second]) == sorted([ben, cy, dee]) and set(second.values()) == {tip}
        assert await tell(work, question, first, link="") == 0
        assert set((await questions.told_of(work, [question_id(question)]))[question_id(question)]) == set(first)
        assert await who_may_know(work, question, [Hit(tip, 0.1)]) == {}
        assert len(await notices.still_owed(work, "ask.peer")) == 2


async def _draft(store: Store, community: int) -> tuple[int, int, int]:
    """A draft whose author was asked a week ago and asked again three days later: its id and number, and who."""
    async with store.write(community, NOW - 7 * DAY) as work:
        ann, ben = await _people(work, "ann", "ben")
        tip = await tips.keep_tip(work, TipForm("works"), kept_by=ben, source="room:demo:general:m1")
        await tips.add_author(work, tip, ann, consent=Consent.ASKED)
        number = await tips.number_of(work, tip)
        await consents.request_consent(work, tip)
        assert await consents.asked_twice(work) == []
    async with store.write(community, NOW - 2 * DAY) as work:
        assert await consents.to_repeat(work) == [(tip, ann)]
    return tip, number, ann


async def test_who_was_asked_twice_and_said_nothing_is_known(store: Store, community: int) -> None:
    tip, number, ann = await _draft(store, community)
    async with store.write(community, NOW) as work:
        (row,) = await consents.asked_twice(work)
        assert (row.tip, row.number, row.member, row.source) == (tip, number, ann, "room:demo:general:m1")
        assert (row.asked_at, row.reminded_at) == (NOW - 7 * DAY, NOW - 2 * DAY)
        await notices.owe(work, "capture.consent", ann, {"tip": tip}, once="consent:1:3")
        assert await consents.asked_twice(work) == []
        await notices.take_back(work, "consent:1:3")
        assert len(await consents.asked_twice(work)) == 1
        await consents.answer_request(work, tip, ann, yes=True)
        assert await consents.asked_twice(work) == []


async def test_a_request_is_cut_short_and_begins_again(store: Store, community: int) -> None:
    tip, _, ann = await _draft(store, community)
    async with store.write(community, NOW) as work:
        await consents.cut_short(work, tip)
        assert await consents.waiting_for(work, tip) == {ann}
        await consents.begin_again(work, tip)
        assert await consents.lapse(work) == []
        await consents.begin_again(work, tip, ann + 1)
        await consents.cut_short(work, tip)
        await consents.begin_again(work, tip, ann + 1)
        assert await consents.lapse(work) == [tip]
        await consents.cut_short(work, tip)
        assert await consents.asked_twice(work) == []


async def test_first_words_wait_again(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        (ann,) = await _people(work, "ann")
        word = FirstWord(community_id=community, member_id=ann, message="m", room="r", thread="t", at=NOW)
        await first_words.note_first_word(work, word)
        found = await first_words.first_word_of(work, ann)
        assert found is not None
        await first_words.settle(work, found)
        assert await first_words.waiting_words(work) == []
        await first_words.wait_again(work, found)
        assert await first_words.waiting_words(work) == [found]


async def test_only_what_is_not_said_yet_is_taken_back(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        (ann,) = await _people(work, "ann")
        for once in ("one", "two"):
            await notices.owe(work, "review.rested", ann, {}, once=once)
        first, second = await notices.due_notices(work)
        assert first.id is not None
        await notices.take_notice(work, first.id)
        for once in ("one", "two", "three"):
            await notices.take_back(work, once)
        await work.session.refresh(first)
        await work.session.refresh(second)
        assert (first.state, second.state) == (NoticeState.SENDING, NoticeState.DROPPED)


async def test_what_was_done_stands_until_it_is_undone(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        (ann,) = await _people(work, "ann")
        one, two = [await audit.note(work, "review.held", ann, tip=number) for number in (1, 2)]
        other = await audit.note(work, "tip.held", ann, tip=3)
        await audit.note(work, "review.undone", ann, entry=one)
        await audit.note(work, "review.undone", ann, entry=other)
        assert [each.id for each in await audit.standing(work, "review.held", NOW)] == [two]
        assert [each.id for each in await audit.standing(work, "tip.held", NOW)] == [other]
        assert await audit.standing(work, "review.held", NOW + DAY) == []
        assert await audit.standing(work, "review.undo", NOW) == []


async def test_tips_that_did_not_work_for_somebody_are_known(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann, ben = await _people(work, "ann", "ben")
        ids = await publish_new(work, [NewTip(TipForm(f"works {number}")) for number in range(4)])
        for tip, outcome in zip(
            ids, (Outcome.WORKED, Outcome.NOT_HERE, Outcome.NOT_HERE, Outcome.NOT_HERE), strict=True
        ):
            await confirmations.confirm_tip(work, tip, ann, outcome)
        await tips.set_state(work, ids[3], TipState.RETIRED, by=None)
    async with store.write(community, NOW + DAY) as work:
        await confirmations.confirm_tip(work, ids[1], ben, Outcome.CHANGED)
        await confirmations.confirm_tip(work, ids[2], ben, Outcome.NOT_HERE)
    async with store.read(community, NOW + DAY) as work:
        found = await confirmations.doubted(work)
    assert [(each.tip, each.failed, each.worked, each.failed_at) for each in found] == [
        (ids[2], 2, 0, NOW + DAY),
        (ids[1], 1, 1, NOW),
    ]
    assert {each.changed_at for each in found} == {NOW}


async def test_a_tip_is_checked_and_unchecked(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        (ann,) = await _people(work, "ann")
        (tip,) = await publish_new(work, [NewTip(TipForm("works"))])
        await confirmations.confirm_tip(work, tip, ann, Outcome.WORKED)
        assert await confirmations.check_tip(work, tip, NOW + DAY) == NOW
        assert await confirmations.needing_a_look(work, before=NOW + DAY) == []
        assert await confirmations.check_tip(work, tip, NOW) == NOW + DAY
        assert await confirmations.needing_a_look(work, before=NOW + DAY) == [(tip, ann)]


FORMS = ("Flush the tube with warm water before the pump.", "Before the pump, flush the tube with warm water.")


async def test_tips_that_are_alike_are_found_once_and_not_when_one_changed(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ids = await publish_new(work, [NewTip(TipForm(each)) for each in (*FORMS, "Ring the porters on 42.")])
        assert [id for id, _, _ in await lookalikes.changed_lately(work, at_most=2)] == [ids[2], ids[1]]
    library = Library(store, None)
    for _ in range(2):
        assert await library.alike(community, NOW) == [(ids[0], ids[1])]
    async with store.write(community, NOW) as work:
        await tips.revise_tip(work, ids[1], TipForm("Hang the charts by the door."), by=None)
    assert await library.alike(community, NOW) == []
    async with store.write(community, NOW) as work:
        await tips.revise_tip(work, ids[0], TipForm("By the door, hang the charts."), by=None)
    assert await library.alike(community, NOW) == [(ids[0], ids[1])]


async def test_what_takes_too_long_to_compare_is_compared_the_next_time(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with store.write(community, NOW) as work:
        ids = await publish_new(work, [NewTip(TipForm(each)) for each in FORMS])
    library = Library(store, None)
    monkeypatch.setattr(module, "COMPARING_SECONDS", -1.0)
    assert await library.alike(community, NOW) == []
    monkeypatch.setattr(module, "COMPARING_SECONDS", 60.0)
    assert await library.alike(community, NOW) == [(ids[0], ids[1])]
    monkeypatch.setattr(module, "COMPARING_SECONDS", -1.0)
    assert await library.alike(community, NOW) == [(ids[0], ids[1])]


async def test_a_hot_problem_that_was_put_off_is_left_alone_for_weeks(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann, ben, cy = await _people(work, "ann", "ben", "cy")
        for member in (ann, ben, cy):
            await _put(work, member, f"Who updates the transfer list in the afternoon, asks {member}?")
    library = Library(store, None)
    async with store.write(community, NOW) as work:
        (problem,) = await hot_now(library, work)
        entry = await audit.note(work, LEFT, ann, evidence=sorted(problem.evidence))
        assert await hot_now(library, work) == []
        await audit.note(work, "review.undone", ann, entry=entry)
        assert len(await hot_now(library, work)) == 1
        await audit.note(work, LEFT, ann, evidence=sorted(problem.evidence))
    async with store.write(community, NOW + NOT_AGAIN + DAY) as work:
        for row in await questions.open_questions(work):
            assert row.state is QuestionState.OPEN
            row.posted_at = work.now
        await work.session.flush()
        assert len(await hot_now(library, work)) == 1

"""What members ran into lately, as the store reads it: questions, gaps, tips that disagree; and who is behind them."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge.models import Member, Outcome, Tip, TipState
from knowledge.problems import SignalSort
from knowledge.store import Store, Work, communities, confirmations, questions, signals, tips
from knowledge.store.questions import Asked
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BEN, CY, DEE = 1, 2, 3, 4


@pytest.fixture
async def community(store: Store) -> int:
    """A ward of four people."""
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for id, name in ((ANN, "Ann"), (BEN, "Ben"), (CY, "Cy"), (DEE, "Dee")):
            work.session.add(Member(id=id, community_id=community, name=name, joined_at=NOW))
    return community


async def ask(work: Work, asker: int, text: str, *, is_open: bool = True, gap: bool = False) -> int:
    asked = await questions.write_question(work, asker, Asked(text, tips=()))
    if is_open:
        await questions.open_question(work, asked.number, named=True)
        await questions.note_post(work, asked.number, f"room:ward:floor:m{asked.number}", "room:ward:floor")
    asked.gap = gap
    await work.session.flush()
    return asked.number


async def a_tip(work: Work, author: int, form: TipForm) -> int:
    """A tip of somebody's; gives its id."""
    tip = await tips.keep_tip(work, form, kept_by=author)
    await tips.add_author(work, tip, author)
    await tips.publish_tip(work, tip, by=author)
    return tip


async def test_what_members_ran_into_is_open_unanswered_or_disputed(store: Store, community: int) -> None:
    async with store.write(community, NOW - 9 * DAY) as work:
        await ask(work, ANN, "Asked long ago")
        await ask(work, ANN, "Missing long ago", is_open=False, gap=True)
        disputed = await a_tip(work, ANN, TipForm("Ring first.", "Lifts", "The lift is slow"))
        await confirmations.confirm_tip(work, disputed, ANN, Outcome.WORKED)
    async with store.write(community, NOW - 3 * DAY) as work:
        await ask(work, BEN, "Where are the beds?")
        await ask(work, CY, "Where are the splints?", is_open=False, gap=True)
        await ask(work, CY, "Found it", is_open=False)
        await questions.solve_question(work, await ask(work, ANN, "Solved"), answerer=BEN, tip=None)
    outcomes = (Outcome.NOT_HERE, Outcome.CHANGED, Outcome.NOT_HERE)
    for hours, (member, outcome) in enumerate(zip((BEN, CY, DEE), outcomes, strict=True)):
        async with store.write(community, NOW - 2 * DAY + timedelta(hours=hours)) as work:
            await confirmations.confirm_tip(work, disputed, member, outcome)
    async with store.read(community, NOW) as work:
        found = await signals.signals_since(work, NOW - 7 * DAY, at_most=9)
        assert [(each.key, each.text, each.member, each.sort) for each in found] == [
            ("tip:1", "The lift is slow", DEE, SignalSort.CONTRADICTION),
            ("tip:1", "The lift is slow", BEN, SignalSort.CONTRADICTION),
            ("question:3", "Where are the beds?", BEN, SignalSort.OPEN),
            ("gap:4", "Where are the splints?", CY, SignalSort.GAP),
        ]
        assert [each.at for each in found] == [
            NOW - 46 * timedelta(hours=1),
            NOW - 2 * DAY,
            NOW - 3 * DAY,
            NOW - 3 * DAY,
        ]
        assert await signals.signals_since(work, NOW - 7 * DAY, at_most=2) == found[:2], "the newest"


async def test_a_tip_that_fails_everybody_or_nobody_is_no_disagreement(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for outcome in (Outcome.WORKED, Outcome.NOT_HERE):
            tip = await a_tip(work, ANN, TipForm("Ring first."))
            for member in (BEN, CY):
                await confirmations.confirm_tip(work, tip, member, outcome)
        tip = await a_tip(work, ANN, TipForm("Ring twice.", "Ring twice"))
        for member, said in ((BEN, Outcome.WORKED), (CY, Outcome.NOT_HERE)):
            await confirmations.confirm_tip(work, tip, member, said)
        assert [(each.key, each.text) for each in await signals.signals_since(work, NOW - DAY, at_most=9)] == [
            ("tip:3", "Ring twice")
        ]
        assert await signals.signals_since(work, NOW, at_most=9) == [], "what was said since then"
        (await work.session.get_one(Tip, tip)).state = TipState.RETIRED
        assert await signals.signals_since(work, NOW - DAY, at_most=9) == [], "a tip that is live"


async def test_people_behind_it_asked_answered_wrote_or_used(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        one, other = await ask(work, ANN, "Beds?"), await ask(work, DEE, "Lifts?", is_open=False, gap=True)
        await questions.solve_question(work, one, answerer=BEN, tip=None)
        await ask(work, CY, "Something else?")
        tip, elsewhere = await a_tip(work, BEN, TipForm("Ring.")), await a_tip(work, CY, TipForm("Wait."))
        await confirmations.confirm_tip(work, tip, ANN, Outcome.NOT_HERE)
        await confirmations.confirm_tip(work, elsewhere, CY, Outcome.WORKED)
        evidence = [f"question:{one}", f"gap:{other}", "tip:1", "tip:x", "mood:2", "question"]
        assert await signals.people_behind(work, evidence) == {ANN: 2, BEN: 2, DEE: 1}
        assert await signals.people_behind(work, []) == {}

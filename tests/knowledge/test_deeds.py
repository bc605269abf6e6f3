"""Deeds as the store gives them: every kind, whose, when; nobody's who left or is not counted; never what was said."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from knowledge.models import Consent, MeetupState, Outcome, TieKind, TipState
from knowledge.participation import WEEK, WEEKS, Deed, Did, Person, moves
from knowledge.store import Store, Work, communities, confirmations, deeds, meetups, members, questions, ties, tips
from knowledge.store.filing import NewTip, publish_new
from knowledge.store.forget import forget_member
from knowledge.store.members import member_id
from knowledge.store.questions import Asked
from knowledge.store.ties import Seen
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ROOM = "room:ward:general"


@pytest.fixture
async def ward(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def join(work: Work, name: str) -> int:
    return member_id(await members.add_member(work, f"room:{work.community}:{name}", name))


async def act(work: Work, kind: TieKind, who: str, *whom: str) -> None:
    """One message of somebody's, towards others."""
    keys = [f"room:{work.community}:{name}" for name in (who, *whom)]
    once = f"{who}:{kind}:{work.now.isoformat()}"
    await ties.note_ties(work, [Seen(f"{once}:{key}", kind, keys[0], key, ROOM, work.now) for key in keys[1:]])


async def ask(work: Work, asker: int, *, posted: bool = True) -> int:
    number = (await questions.write_question(work, asker, Asked("Which strap?"))).number
    if posted:
        await questions.open_question(work, number, named=False)
        await questions.note_post(work, number, f"{ROOM}:{number}", ROOM)
    return number


async def tell(work: Work, author: int, *, part: str = "works", consent: Consent = Consent.OWN) -> int:
    tip = await tips.keep_tip(work, TipForm("Lukewarm water."), kept_by=None)
    await tips.add_author(work, tip, author, part=part, consent=consent)
    await tips.publish_tip(work, tip, by=None)
    return tip


async def meet(work: Work, who: int) -> None:
    """They say that they were at a meetup."""
    meetup = await meetups.propose(work, "Straps that itch", state=MeetupState.HELD)
    (await meetups.guest_for(work, meetup.id or 0, who)).was_there_at = work.now


async def do_everything(work: Work, who: int, name: str, other: int) -> None:
    """All that counts, by one member, at one moment; of the other it is only that they asked."""
    await ask(work, who)
    await questions.solve_question(work, await ask(work, other), answerer=who, tip=None)
    tip = await tell(work, who)
    await confirmations.confirm_tip(work, tip, who, Outcome.NOT_HERE)
    await confirmations.comment_on(work, tip, who, "Only when cold.")
    await act(work, TieKind.REPLY, name, "ben")
    await act(work, TieKind.REACTION, name, "ben")
    await meet(work, who)


async def found(store: Store, community: int, now: datetime = NOW, since: datetime = LONG_AGO) -> list[Did]:
    async with store.read(community, now) as work:
        return await deeds.deeds_since(work, since)


async def found_of(store: Store, community: int, member: int) -> list[Deed]:
    return [each.deed for each in await found(store, community) if each.member == member]


async def test_every_deed_is_found_with_who_and_when_oldest_first(store: Store, ward: int) -> None:
    def at(hours: int) -> datetime:
        return NOW - timedelta(hours=hours)

    async with store.write(ward, at(9)) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        await act(replace(work, now=at(1)), TieKind.REACTION, "ravi", "ben")
        await act(replace(work, now=at(2)), TieKind.REPLY, "ben", "ravi")
        await act(replace(work, now=at(3)), TieKind.MENTION, "ravi", "ben")
        number = await ask(replace(work, now=at(8)), ravi, posted=False)
        await questions.open_question(replace(work, now=at(7)), number, named=False)
        await questions.note_post(replace(work, now=at(7)), number, f"{ROOM}:1", ROOM)
        await questions.solve_question(replace(work, now=at(4)), number, answerer=ben, tip=None)
        tip = await tell(replace(work, now=at(6)), ben)
        await confirmations.confirm_tip(replace(work, now=at(5)), tip, ravi, Outcome.WORKED)
        await confirmations.comment_on(replace(work, now=NOW), tip, ravi, "Only when cold.")
    assert await found(store, ward) == [
        Did(ravi, Deed.SEARCHED, at(8)),
        Did(ravi, Deed.ASKED, at(7)),
        Did(ben, Deed.TOLD, at(6)),
        Did(ravi, Deed.USED, at(5)),
        Did(ben, Deed.ANSWERED, at(4)),
        Did(ravi, Deed.REPLIED, at(3)),
        Did(ben, Deed.REPLIED, at(2)),
        Did(ravi, Deed.REACTED, at(1)),
        Did(ravi, Deed.COMMENTED, NOW),
    ]
    for each in await found(store, ward):
        async with store.read(ward, each.at) as work:
            assert await deeds.about_since(work, each.at - MOMENT) == {each.member}, each.deed
            assert await deeds.about_since(work, each.at) == set()
    async with store.read(ward, NOW) as work:
        assert await deeds.about_since(work, at(3)) == {ravi, ben}


async def test_since_is_left_out_and_now_is_not(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        await do_everything(work, ravi, "ravi", ben)
    assert {each.deed for each in await found(store, ward, since=NOW - MOMENT)} == set(Deed)
    assert await found(store, ward, since=NOW, now=NOW + timedelta(days=1)) == []
    assert await found(store, ward, now=NOW - MOMENT) == []


@pytest.mark.parametrize("why", ["is not counted", "left"])
async def test_of_who_left_or_is_not_counted_there_is_nothing(store: Store, ward: int, why: str) -> None:
    async with store.write(ward, NOW) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        await do_everything(work, ravi, "ravi", ben)
    assert set(await found_of(store, ward, ravi)) == set(Deed)
    bens = await found_of(store, ward, ben)
    async with store.write(ward, NOW) as work:
        if why == "left":
            await members.mark_left(work, f"room:{ward}:ravi")
        else:
            await members.describe(work, ravi, is_counted=False)
    async with store.read(ward, NOW) as work:
        assert {each.member for each in await deeds.deeds_since(work, LONG_AGO)} == {ben}
        assert await deeds.about_since(work, LONG_AGO) == {ben}
        assert await deeds.deeds_since(work, LONG_AGO, members=[ravi]) == []
        assert [each.member for each in await deeds.people_counted(work)] == [ben]
    assert await found_of(store, ward, ben) == bens


async def test_only_theirs_are_found_whose_are_wanted(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        await do_everything(work, ravi, "ravi", ben)
    every = await found(store, ward)
    async with store.read(ward, NOW) as work:
        for wanted in ([ravi], [ben], [ravi, ben], []):
            expected = [each for each in every if each.member in wanted]
            assert await deeds.deeds_since(work, LONG_AGO, members=wanted) == expected


async def test_each_community_has_its_own(store: Store, ward: int) -> None:
    other = await communities.open_community(store, "The office", NOW)
    own = dict[int, set[int]]()
    for community in (ward, other):
        async with store.write(community, NOW) as work:
            ravi, ben = await join(work, "ravi"), await join(work, "ben")
            await do_everything(work, ravi, "ravi", ben)
            own[community] = {ravi, ben}
    for community in (ward, other):
        async with store.read(community, NOW) as work:
            done = await deeds.deeds_since(work, LONG_AGO)
            assert {each.member for each in done} == own[community] and len(done) == len(Deed) + 2
            assert await deeds.about_since(work, LONG_AGO) == own[community]
            assert {each.member for each in await deeds.people_counted(work)} == own[community]


async def test_a_question_is_put_to_the_community_once_it_stands_there(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        number = await ask(work, ravi, posted=False)
        await questions.open_question(work, number, named=True)
    assert await found_of(store, ward, ravi) == [Deed.SEARCHED]


async def test_an_answer_to_one_s_own_question_is_none(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        await questions.solve_question(work, await ask(work, ravi), answerer=ravi, tip=None)
    assert await found_of(store, ward, ravi) == [Deed.SEARCHED, Deed.ASKED]


async def test_an_answer_counts_where_it_is_not_known_who_asked(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        number = await ask(work, ravi)
        await questions.solve_question(work, number, answerer=ben, tip=None)
        question = await questions.find_question(work, number)
        assert question is not None
        question.asker_id = None
    assert await found(store, ward) == [Did(ben, Deed.ANSWERED, NOW)]


async def test_of_who_was_forgotten_there_is_nothing(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi, ben = await join(work, "ravi"), await join(work, "ben")
        await do_everything(work, ravi, "ravi", ben)
        await forget_member(work, ravi, keep_tips=True)
    assert await found_of(store, ward, ben) == [Deed.SEARCHED, Deed.ASKED] and len(await found(store, ward)) == 2


@pytest.mark.parametrize("consent", Consent)
async def test_a_tip_is_told_by_who_agreed_to_it(store: Store, ward: int, consent: Consent) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        await tell(work, ravi, consent=consent)
    told = [Deed.TOLD] if consent in (Consent.OWN, Consent.YES) else []
    assert await found_of(store, ward, ravi) == told


@pytest.mark.parametrize(("part", "told"), [("works", [Deed.TOLD]), ("why", [Deed.TOLD]), ("situation", [])])
async def test_to_have_asked_is_not_to_have_told(store: Store, ward: int, part: str, told: list[Deed]) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        await tell(work, ravi, part=part)
    assert await found_of(store, ward, ravi) == told


@pytest.mark.parametrize("state", [each for each in TipState if each is not TipState.LIVE])
async def test_a_tip_that_is_not_live_was_not_told(store: Store, ward: int, state: TipState) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        kept, other = await tell(work, ravi), await join(work, "ben")
        await tell(work, other)
        await tips.set_state(work, kept, state, by=None)
    assert await found(store, ward) == [Did(other, Deed.TOLD, NOW)]


async def test_words_that_came_without_a_member_are_nobody_s_deed(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        await publish_new(work, [NewTip(TipForm("Knock."), "1", "Somebody"), NewTip(TipForm("Wait."), "2", "R", ravi)])
    assert await found(store, ward) == [Did(ravi, Deed.TOLD, NOW)]


async def test_what_is_done_at_one_moment_is_one_deed_of_its_kind(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        for name in ("ben", "lena", "joy"):
            await join(work, name)
        await act(work, TieKind.MENTION, "ravi", "ben", "lena", "joy")
        await tips.add_author(work, await tell(work, ravi), ravi, part="why")
    assert sorted(await found_of(store, ward, ravi)) == [Deed.REPLIED, Deed.TOLD]


async def test_people_are_listed_with_what_their_level_needs(store: Store, ward: int) -> None:
    async with store.write(ward, NOW) as work:
        ravi = await join(work, "ravi")
        came = NOW - timedelta(days=90)
        maeve = member_id(await members.add_member(work, "room:ward:maeve", "Maeve", joined_at=came))
        await members.set_core(work, maeve, is_core=True)
    async with store.read(ward, NOW) as work:
        assert await deeds.people_counted(work) == [Person(ravi, NOW), Person(maeve, came, is_core=True)]


async def test_who_moved_is_counted_as_from_all_that_they_did(store: Store, ward: int) -> None:
    """Of many people, each with a history of their own, deeds a moment before and after the weeks turn."""
    chance = Random(4)
    async with store.write(ward, NOW - 30 * WEEK) as work:
        for number in range(30):
            came = NOW - WEEK * chance.choice((2, 10, 14, 40)) - MOMENT * chance.randrange(3)
            member = await members.add_member(work, f"room:{ward}:m{number}", "M", joined_at=came)
            await members.set_core(work, member_id(member), is_core=number % 9 == 0)
        await members.describe(work, 30, is_counted=False)
    async with store.write(ward, NOW) as work:
        for number in range(120):
            at = NOW - WEEK * chance.randrange(25) + MOMENT * chance.choice((-1, 0, 1))
            kind = chance.choice((TieKind.REPLY, TieKind.REACTION, TieKind.REACTION))
            who, whom = (f"room:{ward}:m{each}" for each in chance.sample(range(30), 2))
            await ties.note_ties(work, [Seen(f"{number}", kind, who, whom, ROOM, at)])
    async with store.read(ward, NOW) as work:
        done, people = await deeds.deeds_since(work, NOW - 2 * WEEKS * WEEK), await deeds.people_counted(work)
        expected = moves(done, people, now=NOW)
        assert len(people) == 29 and len(expected) > 5
        assert await deeds.moved(work) == expected


async def test_every_table_is_asked_for_the_community_and_never_for_what_was_said(store: Store, ward: int) -> None:
    statements: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(store._reader.sync_engine, "before_cursor_execute", listen)
    async with store.read(ward, NOW) as work:
        await deeds.deeds_since(work, LONG_AGO)
        await deeds.people_counted(work)
    reads = [each for each in statements if each.startswith("SELECT ") and " member" in each]
    assert len(reads) == len(Deed) + 1
    columns = {column for each in reads for column in re.findall(r"\.(\w+)", each.split(" FROM ")[0])}
    whose = {"asker_id", "answerer_id", "member_id", "from_id", "id", "is_core"}
    assert columns == whose | {
        "asked_at",
        "posted_at",
        "answered_at",
        "published_at",
        "at",
        "joined_at",
        "left_at",
        "was_there_at",
    }
    for each in reads:
        assert set(re.findall(r"(\w+)\.community_id = ", each)) == set(re.findall(r"(\w+)\.\w+", each)), each

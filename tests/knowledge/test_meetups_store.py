"""What the store holds of meetups: who comes and when they can, whom one met, and what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.models import (
    Account,
    MeetupState,
    MeetupVote,
    Member,
    Origin,
    Reply,
    Showing,
    TieKind,
    TieMonth,
    WinState,
)
from knowledge.store import (
    Store,
    Work,
    communities,
    digests,
    forget,
    meetups,
    members,
    quick_wins,
    retention,
    ties,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BEN, CY, DEE = 1, 2, 3, 4


@pytest.fixture
async def community(store: Store) -> int:
    """A ward of four people."""
    community = await communities.open_community(store, "The ward", NOW - 30 * DAY)
    async with store.write(community, NOW) as work:
        for id, name in ((ANN, "Ann"), (BEN, "Ben"), (CY, "Cy"), (DEE, "Dee")):
            work.session.add(Member(id=id, community_id=community, name=name, joined_at=NOW))
        await work.session.flush()
        for id, name in ((ANN, "ann"), (BEN, "ben"), (CY, "cy"), (DEE, "dee")):
            work.session.add(Account(key=f"room:ward:{name}", community_id=community, member_id=id, name=name))
    return community


async def a_meetup(work: Work, state: MeetupState = MeetupState.POLLING, **values: Any) -> int:
    return meetups.meetup_id(await meetups.propose(work, "Beds", state=state, **values))


async def met(work: Work, at: datetime, *people: int, **values: Any) -> int:
    """A meetup at which these people were, with how near to the edge of their day it was."""
    meetup = await a_meetup(work, MeetupState.HELD, starts_at=at, **values)
    for number, member in enumerate(people):
        guest = await meetups.guest_for(work, meetup, member)
        guest.was_there_at, guest.reply, guest.strain = at + timedelta(minutes=number), Reply.COMES, number / 10
    await work.session.flush()
    return meetup


async def test_numbers_count_up_within_a_community(store: Store, community: int) -> None:
    other = await communities.open_community(store, "Next door", NOW)
    for where, numbers in ((community, [1, 2]), (other, [1]), (community, [3])):
        async with store.write(where, NOW) as work:
            await communities.next_question_number(work)
            assert [(await meetups.propose(work, "Beds", state=MeetupState.DRAFTED)).number for _ in numbers] == numbers
    async with store.read(community, NOW) as work:
        assert await communities.began(work) == NOW - 30 * DAY


async def test_a_vote_is_given_and_taken_back_by_the_same_press(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        meetup = await a_meetup(work)
        await meetups.set_times(work, meetup, [NOW + DAY, NOW + 2 * DAY])
        assert await meetups.vote(work, meetup, 1, ANN) and await meetups.vote(work, meetup, 1, BEN)
        assert await meetups.votes_of(work, meetup) == [set(), {ANN, BEN}]
        assert await meetups.vote(work, meetup, 1, ANN) and await meetups.vote(work, meetup, 0, ANN)
        assert await meetups.votes_of(work, meetup) == [{ANN}, {BEN}]
        assert not await meetups.vote(work, meetup, 2, ANN), "there is no third time"
        assert await meetups.votes_of(work, meetup) == [{ANN}, {BEN}]


async def test_who_passes_has_no_time_that_suits_in_this_meetup(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        one, other = await a_meetup(work), await a_meetup(work)
        for meetup in (one, other):
            await meetups.set_times(work, meetup, [NOW + DAY, NOW + 2 * DAY])
            for member in (ANN, BEN):
                await meetups.vote(work, meetup, 0, member)
                await meetups.vote(work, meetup, 1, member)
                await meetups.note_reply(work, meetup, member, Reply.COMES)
        assert await meetups.votes_of(work, one) == [{ANN, BEN}, {ANN, BEN}], "who comes keeps them"
        await meetups.note_reply(work, one, ANN, Reply.PASSES)
        assert await meetups.votes_of(work, one) == [{BEN}, {BEN}]
        assert await meetups.votes_of(work, other) == [{ANN, BEN}, {ANN, BEN}]
        assert await meetups.count_coming(work, [one, other]) == {one: 1, other: 2}


async def test_other_times_let_go_of_what_was_said_of_the_earlier_ones(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        one, other = await a_meetup(work), await a_meetup(work)
        for meetup in (one, other):
            await meetups.set_times(work, meetup, [NOW + 2 * DAY, NOW + DAY])
            await meetups.vote(work, meetup, 0, ANN)
        await meetups.set_times(work, one, [NOW + 3 * DAY])
    async with store.read(community, NOW) as work:
        assert await meetups.times_of(work, one) == [NOW + 3 * DAY]
        assert await meetups.votes_of(work, one) == [set()]
        assert await meetups.times_of(work, other) == [NOW + 2 * DAY, NOW + DAY], (
            "in the order in which they were given"
        )
        assert len((await work.session.exec(select(MeetupVote))).all()) == 1


async def test_who_is_invited_twice_keeps_what_they_said(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        meetup = await a_meetup(work)
        await meetups.invite(work, meetup, ANN, "place")
        await meetups.note_reply(work, meetup, ANN, Reply.COMES)
    async with store.write(community, NOW + DAY) as work:
        await meetups.invite(work, meetup, ANN, "practice")
        await meetups.invite(work, meetup, BEN, "practice")
        guests = [(each.member_id, each.because, each.invited_at) for each in await meetups.guests_of(work, meetup)]
        assert guests == [(ANN, "place", NOW), (BEN, "practice", NOW + DAY)]
        assert [each.member_id for each in await meetups.guests_of(work, meetup, Reply.COMES)] == [ANN]
        assert await meetups.find_guest(work, meetup, CY) is None


@pytest.mark.parametrize("state", MeetupState)
async def test_what_is_due_follows_from_its_state(store: Store, community: int, state: MeetupState) -> None:
    waits = (MeetupState.ASKING, MeetupState.DRAFTED, MeetupState.GATHERING, MeetupState.POLLING)
    async with store.write(community, NOW) as work:
        for at in (NOW, NOW + timedelta(seconds=1), None):
            await meetups.propose(work, "settles", state=state, settles_at=at)
            await meetups.propose(work, "starts", state=state, starts_at=at)
        due = [(each.problem, each.settles_at or each.starts_at) for each in await meetups.due_meetups(work)]
    if state in waits:
        assert due == [("settles", NOW)]
    else:
        assert due == ([("starts", NOW)] if state is MeetupState.BOOKED else [])


async def test_those_with_a_time_are_listed_by_it_and_then_the_others(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for state, at in (
            (MeetupState.POLLING, None),
            (MeetupState.BOOKED, NOW + 2 * DAY),
            (MeetupState.BOOKED, NOW + DAY),
            (MeetupState.DRAFTED, None),
            (MeetupState.GATHERING, None),
        ):
            await a_meetup(work, state, starts_at=at)
        assert [each.number for each in await meetups.meetups_in(work, *meetups.LIVE)] == [3, 2, 1, 5]


async def test_it_is_quiet_since_the_newest_that_was_not_called_off(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        assert await meetups.last_began(work) is None
        await a_meetup(work, MeetupState.CANCELLED, starts_at=NOW + 9 * DAY)
        await a_meetup(work, MeetupState.THREAD, starts_at=NOW + 9 * DAY)
        assert await meetups.last_began(work) is None
        await a_meetup(work, MeetupState.HELD, starts_at=NOW - 9 * DAY)
        assert await meetups.last_began(work) == NOW - 9 * DAY, "when it was, not when it was proposed"
        await a_meetup(work, MeetupState.POLLING)
        assert await meetups.last_began(work) == NOW


async def test_evidence_counts_from_when_the_meetup_was_proposed(store: Store, community: int) -> None:
    for days, evidence in ((9, ["question:1"]), (3, ["question:2", "tip:1"]), (2, [])):
        async with store.write(community, NOW - days * DAY) as work:
            await a_meetup(work, MeetupState.CANCELLED, evidence=evidence)
    async with store.read(community, NOW) as work:
        assert await meetups.evidence_of(work, NOW - 9 * DAY) == [frozenset({"question:2", "tip:1"})]


async def test_whom_one_met_when_last_and_how_near_to_the_edge_of_the_day(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await met(work, NOW - 60 * DAY, CY, DEE)
        await met(work, NOW - 9 * DAY, BEN, ANN)
        await met(work, NOW - 2 * DAY, CY, ANN, BEN)
        absent = await a_meetup(work, MeetupState.HELD)
        await meetups.note_reply(work, absent, DEE, Reply.COMES)
        found = await meetups.past(work, met_since=NOW - 30 * DAY, since=NOW - 30 * DAY)
    one, two = NOW - 2 * DAY + timedelta(minutes=1), NOW - 2 * DAY + timedelta(minutes=2)
    assert found.met == {(ANN, BEN): two, (ANN, CY): one, (BEN, CY): two}, "the smaller id first, the last time"
    assert found.last_met == {ANN: one, BEN: two, CY: NOW - 2 * DAY, DEE: NOW - 60 * DAY + timedelta(minutes=1)}
    assert found.strain == {ANN: 0.1, BEN: 0.2, CY: 0.0, DEE: 0.1}, "of the last one"
    assert (found.invited, found.hosted) == ({}, {})


async def test_how_often_one_was_invited_and_hosted_lately(store: Store, community: int) -> None:
    for days in (20, 3):
        async with store.write(community, NOW - days * DAY) as work:
            meetup = await a_meetup(work, host_id=ANN)
            await meetups.invite(work, meetup, BEN, "place")
            await meetups.guest_for(work, meetup, ANN)
    async with store.write(community, NOW - 3 * DAY) as work:
        await meetups.invite(work, meetup, CY, "place")
        await a_meetup(work, origin=Origin.OPEN_TABLE, host_id=ANN)
        asked = await a_meetup(work, MeetupState.ASKING, origin=Origin.HOT, host_id=CY)
        for member in (BEN, CY):
            (await meetups.guest_for(work, asked, member)).asked_to_host_at = work.now
        nobody = await a_meetup(work, MeetupState.ASKING, origin=Origin.HOT)
        (await meetups.guest_for(work, nobody, DEE)).asked_to_host_at = work.now
    async with store.read(community, NOW) as work:
        found = await meetups.past(work, met_since=NOW, since=NOW - 10 * DAY)
        assert found.invited == {BEN: 1, CY: 1}
        assert found.hosted == {ANN: 2, BEN: 1, CY: 1, DEE: 1}, "who was asked and hosts it counts once"
        assert [each.number for each in await meetups.is_hosting(work, CY)] == [4]


async def test_hosting_is_what_is_under_way(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for state in MeetupState:
            await a_meetup(work, state, host_id=ANN)
        hosting = {each.state for each in await meetups.is_hosting(work, ANN)}
    over = {MeetupState.HELD, MeetupState.THREAD, MeetupState.CANCELLED, MeetupState.SEATED}
    assert hosting == set(MeetupState) - over


async def test_a_later_word_on_what_one_tries_takes_the_place_of_the_earlier(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        meetup = await a_meetup(work)
        first = await quick_wins.note_win(work, meetup, ANN, "Ring at ten", Showing.NAMED)
        first.state, first.checked_at = WinState.NOT_HELD, NOW
        same = await quick_wins.note_win(work, meetup, ANN, "Ring at ten", Showing.UNNAMED)
        assert (same.id, same.state, same.showing) == (first.id, WinState.NOT_HELD, Showing.UNNAMED)
        await quick_wins.note_win(work, meetup, BEN, "Ask twice", Showing.PRIVATE)
        await quick_wins.note_win(work, meetup, ANN, "Ring at eleven", Showing.PRIVATE)
        wins = await quick_wins.wins_of(work, meetup)
        assert [(each.member_id, each.text, each.showing) for each in wins] == [
            (ANN, "Ring at eleven", Showing.PRIVATE),
            (BEN, "Ask twice", Showing.PRIVATE),
        ]
        assert (wins[0].state, wins[0].checked_at) == (WinState.TRYING, None), "what was said of another thing goes"
        wins[0].state = WinState.KEPT
        kept = await quick_wins.note_win(work, meetup, ANN, "Ring at noon", Showing.NAMED)
        assert kept.state is WinState.KEPT, "it is a tip already"


async def test_only_what_may_be_shown_is_shown_and_nothing_that_did_not_hold(store: Store, community: int) -> None:
    told = [(ANN, Showing.NAMED), (BEN, Showing.UNNAMED), (CY, Showing.PRIVATE)]
    async with store.write(community, NOW + DAY) as work:
        await quick_wins.note_win(work, await a_meetup(work), DEE, "newest", Showing.NAMED)
    for state in WinState:
        async with store.write(community, NOW) as work:
            meetup = await a_meetup(work)
            for member, showing in told:
                (await quick_wins.note_win(work, meetup, member, str(state), showing)).state = state
    async with store.read(community, NOW + DAY) as work:
        shown = [(each.member_id, each.text) for each in await quick_wins.shown_wins(work, NOW - DAY)]
        assert shown[0] == (DEE, "newest")
        assert shown[1:] == [
            (member, state) for state in ("kept", "changed", "held", "trying") for member in (BEN, ANN)
        ]
        assert [each.text for each in await quick_wins.shown_wins(work, NOW)] == ["newest"]


async def test_news_are_what_is_still_to_come_and_what_may_be_shown(store: Store, community: int) -> None:
    async with store.write(community, NOW - 9 * DAY) as work:
        await quick_wins.note_win(work, await a_meetup(work, MeetupState.HELD), DEE, "Old", Showing.NAMED)
    async with store.write(community, NOW) as work:
        over = await a_meetup(work, MeetupState.HELD, starts_at=NOW - DAY)
        for member, showing in ((ANN, Showing.NAMED), (BEN, Showing.UNNAMED), (CY, Showing.PRIVATE)):
            await quick_wins.note_win(work, over, member, f"Told by {member}", showing)
        for days in (0, 2, 1):
            sooner = await a_meetup(work, MeetupState.BOOKED, starts_at=NOW + days * DAY, host_id=CY)
        for member, reply in ((CY, Reply.COMES), (DEE, Reply.PASSES), (BEN, Reply.NONE)):
            await meetups.note_reply(work, sooner, member, reply)
        await a_meetup(work, MeetupState.CANCELLED, starts_at=NOW + DAY)
        news = await digests.news(work, NOW - 7 * DAY, checked_before=NOW)
    assert [(each.number, who) for each, who in news.meetups] == [(5, {CY}), (4, frozenset())]
    assert [each.text for each in news.wins] == ["Told by 2", "Told by 1"]
    assert news.names == {ANN: "Ann", CY: "Cy"}, "who hosts, and who told it with their name"


async def test_who_met_has_a_tie_each_way_once(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await members.describe(work, DEE, is_counted=False)
        for _ in range(2):
            await ties.note_met(work, ANN, [BEN, CY, DEE, ANN], once="met:1")
            await ties.note_met(work, BEN, [ANN], once="met:1")
            await ties.note_met(work, DEE, [ANN, BEN], once="met:1")
        found = [(each.from_id, each.to_id, each.kind) for each in await ties.list_ties(work)]
        assert sorted(found) == [
            (from_, to, TieKind.MET) for from_, to in ((ANN, BEN), (ANN, CY), (BEN, ANN), (CY, ANN))
        ]
        assert await ties.tied_pairs(work, NOW - DAY) == {(ANN, BEN), (ANN, CY)}
        assert await ties.tied_pairs(work, NOW) == set()
        await ties.note_met(work, ANN, [BEN], once="met:2")
        assert len(await ties.list_ties(work)) == 6, "another meeting is another tie"


async def test_ties_of_those_who_met_become_counts_and_go_with_who_is_forgotten(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for meetup in (1, 2):
            await ties.note_met(work, BEN, [ANN, CY], once=f"met:{meetup}")
    later = NOW + 500 * DAY
    async with store.write(community, later) as work:
        assert (await retention.sweep(work)).rows["tie"] == 8
        await ties.note_met(work, CY, [ANN], once="met:3")
        rows = (await work.session.exec(select(TieMonth))).all()
        assert {(each.month, each.from_id, each.to_id, each.kind, each.count) for each in rows} == {
            ("2026-03", *pair, TieKind.MET, 2) for pair in ((ANN, BEN), (BEN, ANN), (BEN, CY), (CY, BEN))
        }
    async with store.write(community, later) as work:
        done = await forget.forget_member(work, ANN, keep_tips=True)
        assert done.ties == 4
    async with store.read(community, later) as work:
        rows = (await work.session.exec(select(TieMonth))).all()
        assert {(each.from_id, each.to_id) for each in rows} == {(BEN, CY), (CY, BEN)}
        assert await ties.list_ties(work) == []

"""Forgetting somebody who met others: their words and their name go, and what others meet about stays theirs."""

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select
from waldo import BEN, FLOOR, LATER, LENA, NOW, SLACK, WALDO, who

from knowledge.models import DigestState, Guest, Meetup, MeetupState, MeetupVote, Notice, Origin, QuickWin, metadata
from knowledge.store import Store, Work, digests, meetups, notices, quick_wins
from knowledge.store.forget import CLEANED, Done, forget_member

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def forget(
    store: Store, community: int, account: str = SLACK, *, keep_tips: bool = True, now: datetime = LATER
) -> Done:
    async with store.write(community, now) as work:
        return await forget_member(work, await who(work, account), keep_tips=keep_tips)


async def meetup_of(work: Work, number: int) -> Meetup:
    found = await meetups.find_meetup(work, number)
    assert found is not None
    return found


async def edits_owed(store: Store, community: int) -> dict[str, tuple[str, object]]:
    """Which notice replaces each message, by what is last in its key, and how or about what."""
    async with store.read(community, LATER) as work:
        owed = [each for each in await notices.due_notices(work) if each.edits and each.room == FLOOR]
    said = {each.edits.rpartition(":")[2]: (each.name, each.subject) for each in owed}
    assert len(said) == len(owed), "no message is edited twice"
    return {which: (name, about["how"] if name == CLEANED else about) for which, (name, about) in said.items()}


async def test_their_own_meetups_are_called_off_and_those_of_others_stay(store: Store, community: int) -> None:
    await forget(store, community)
    async with store.read(community, LATER) as work:
        ben, lena = await who(work, BEN), await who(work, LENA)
        own, bens, over, hot = [await meetup_of(work, number) for number in (1, 2, 3, 4)]
    assert (own.state, own.sequence, own.settles_at) == (MeetupState.CANCELLED, 1, None)
    assert [(each.problem, each.detail, each.place, each.teller_id) for each in (own, over)] == [("", "", "", None)] * 2
    assert (own.host_id, over.host_id, over.state) == (None, lena, MeetupState.HELD)
    assert (bens.state, bens.sequence, bens.host_id, bens.teller_id) == (MeetupState.BOOKED, 0, None, ben)
    assert (bens.problem, bens.detail) == ("Beds, @…", "And beds.")
    assert (hot.state, hot.host_id, hot.problem) == (MeetupState.BOOKED, lena, ""), "it went by what he had asked"


async def test_whom_they_met_and_what_they_tried_is_gone_and_others_keep_theirs(store: Store, community: int) -> None:
    await forget(store, community)
    async with store.read(community, LATER) as work:
        ben, lena = await who(work, BEN), await who(work, LENA)
        guests = (await work.session.exec(select(Guest.meetup_id, Guest.member_id).order_by(col(Guest.id)))).all()
        votes = (await work.session.exec(select(MeetupVote.member_id))).all()
        wins = (await work.session.exec(select(QuickWin.member_id, QuickWin.text))).all()
        numbers = {meetups.meetup_id(await meetup_of(work, number)): number for number in (1, 2, 3, 4)}
    assert sorted((numbers[meetup], member) for meetup, member in guests) == sorted(
        [(1, ben), (1, lena), (2, ben), (2, lena), (3, ben), (4, lena)]
    )
    assert votes == [ben]
    assert wins == [(ben, "Ask @… twice")]


async def test_who_would_have_come_is_told_and_where_the_host_is_gone_is_asked(store: Store, community: int) -> None:
    await forget(store, community)
    async with store.read(community, LATER) as work:
        ben, lena = await who(work, BEN), await who(work, LENA)
        owed = [each for each in await notices.due_notices(work) if each.member_id and each.name.startswith("meetups.")]
    assert {(each.name, each.member_id, each.subject["meetup"]) for each in owed} == {
        ("meetups.called_off", ben, 1),
        ("meetups.host_instead", ben, 2),
        ("meetups.host_instead", lena, 2),
    }


async def test_what_the_room_was_told_is_owed_an_edit(store: Store, community: int) -> None:
    done = await forget(store, community)
    assert await edits_owed(store, community) == {
        "77": (CLEANED, "asked"),
        "78": (CLEANED, "answered"),
        "announced1": (CLEANED, "meetup"),
        "call1": (CLEANED, "meetup"),
        "announced2": ("meetups.announced", {"how": "anew", "meetup": 2, "sequence": 0}),
        "announced3": (CLEANED, "meetup"),
        "announced4": ("meetups.announced", {"how": "anew", "meetup": 4, "sequence": 0}),
        "win1": (CLEANED, "win"),
        "win2": ("meetups.win", {"how": "anew", "win": 2, "thread": ""}),
    }
    assert len(done.posts) == 9


@on_sqlite
async def test_what_the_calendar_of_the_space_shows_is_written_anew_too(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        (await meetup_of(work, 1)).event = "E1"
    await forget(store, community)
    assert (await edits_owed(store, community))["announced1"][0] == "meetups.announced"


@on_sqlite
async def test_a_message_that_shows_two_people_is_edited_for_each(store: Store, community: int) -> None:
    await forget(store, community)
    async with store.write(community, LATER) as work:
        (await meetup_of(work, 2)).host_id = await who(work, LENA)
    for hours, account in enumerate((LENA, BEN), 1):
        await forget(store, community, account, now=LATER + timedelta(hours=hours))
    async with store.read(community, LATER + timedelta(days=1)) as work:
        owed = [each.name for each in await notices.due_notices(work) if each.edits == f"{FLOOR}:announced2"]
    assert owed == ["meetups.announced", "meetups.announced", CLEANED]


async def test_their_id_stands_nowhere_any_more(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        digest = await digests.digest_for(work, "day 1")
        digest.items = digest.left_out = ["new:1", f"newcomer:{WALDO}"]
    await forget(store, community)
    left = []
    async with store.session(reading=True) as session:
        for name, table in metadata.tables.items():
            rows = (await (await session.connection()).execute(table.select())).all()
            left += [(name, str(row)) for row in rows if re.search(rf"(?<!\d){WALDO}(?!\d)", str(row))]
    assert [name for name, row in left if "tips.look" not in row] == []
    assert len(left) == 1, "a number that is the same is no name"


@on_sqlite
@pytest.mark.parametrize("keep_tips", [True, False])
async def test_a_problem_that_several_ran_into_loses_the_words_that_go(
    store: Store, community: int, keep_tips: bool
) -> None:
    evidence = ["question:1", "question:2", "tip:1"]
    problems = ("Hold the unicorn upright", "How do I lift a bed", "Where is the…")
    async with store.write(community, NOW) as work:
        for problem in problems:
            await meetups.propose(work, problem, state=MeetupState.HELD, origin=Origin.HOT, evidence=evidence)
    await forget(store, community, keep_tips=keep_tips)
    async with store.read(community, LATER) as work:
        left = [(await meetup_of(work, number)).problem for number in (5, 6, 7)]
    assert left == ["Hold the unicorn upright" if keep_tips else "", "How do I lift a bed", ""]


@on_sqlite
async def test_a_digest_that_told_of_their_meetups_or_quick_wins_is_owed_an_edit(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ids = {number: meetups.meetup_id(await meetup_of(work, number)) for number in (1, 2, 4)}
        wins = {
            each.member_id: quick_wins.win_id(each) for each in await quick_wins.shown_wins(work, NOW - timedelta(1))
        }
        bens = await meetups.propose(work, "Lifts", state=MeetupState.BOOKED, teller_id=await who(work, BEN))
        about = [*(f"meetup:{id}" for id in ids.values()), f"win:{wins[WALDO]}"]
        about += [f"meetup:{meetups.meetup_id(bens)}", f"win:{wins[await who(work, BEN)]}"]
        for number, key in enumerate(about):
            digest = await digests.digest_for(work, f"day {number}")
            digest.items, digest.state = [key], DigestState.POSTED
            subject = {"digest": digests.digest_id(digest)}
            await notices.owe(work, "digest.post", None, subject, once=f"digest:{number}", room=FLOOR)
        for row in (await work.session.exec(select(Notice).where(Notice.name == "digest.post"))).all():
            assert row.id is not None
            taken = await notices.take_notice(work, row.id)
            assert taken is not None
            await notices.settle_notice(work, taken, message=f"{FLOOR}:{row.once}")
    done = await forget(store, community)
    assert [each.message[-1] for each in done.posts if each.how == "digest"] == ["0", "1", "2", "3"]

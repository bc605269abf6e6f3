"""Two members who turn out to be one person: what both said of the same thing is settled, and nothing else is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.models import (
    Confirmation,
    Consent,
    DigestPace,
    FirstWord,
    FirstWordPeer,
    Guest,
    MeetupState,
    MeetupVote,
    Newcomer,
    Outcome,
    QuickWin,
    Reply,
    Showing,
    Step,
    StepState,
    StepTaken,
    TieKind,
    TieMonth,
    WayState,
    metadata,
)
from knowledge.store import (
    Store,
    Work,
    communities,
    confirmations,
    consents,
    first_words,
    links,
    meetups,
    members,
    newcomers,
    pairs,
    quick_wins,
    retention,
    ties,
    tips,
)
from knowledge.store.ties import Seen
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE, THERE, BEN = "slack:T1:ann", "discord:1:ann", "slack:T1:ben"


@pytest.fixture
async def community(store: Store) -> int:
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for key, name in ((HERE, "Ann"), (THERE, "Annie"), (BEN, "Ben")):
            await members.add_member(work, key, name)
    return community


async def who(work: Work, key: str) -> int:
    found = await members.find_account(work, key)
    assert found is not None
    return found.member_id


async def a_tip(work: Work, by: str) -> int:
    member = await who(work, by)
    tip = await tips.keep_tip(work, TipForm("Ring the lift."), kept_by=member)
    await tips.add_author(work, tip, member)
    await tips.publish_tip(work, tip, by=member)
    return tip


async def link(work: Work) -> None:
    await links.offer_code(work, HERE, "ABCD2345")
    assert await links.link(work, "abcd-2345", THERE) is not None


@pytest.mark.parametrize("later", [HERE, THERE])
async def test_of_two_words_on_one_tip_the_later_one_stays(store: Store, community: int, later: str) -> None:
    earlier = THERE if later == HERE else HERE
    async with store.write(community, NOW) as work:
        tip = await a_tip(work, BEN)
        await confirmations.confirm_tip(work, tip, await who(work, earlier), Outcome.WORKED)
    async with store.write(community, NOW + timedelta(hours=1)) as work:
        await confirmations.confirm_tip(work, tip, await who(work, later), Outcome.NOT_HERE)
        await link(work)
    async with store.read(community, NOW) as work:
        (known,) = await tips.find_tips(work, [tip])
        assert [(each.member, each.outcome) for each in known.said] == [(await who(work, HERE), Outcome.NOT_HERE)]


async def test_of_two_answers_to_one_request_the_stricter_one_stays(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        tip = await tips.keep_tip(work, TipForm("Ring the lift."), kept_by=await who(work, BEN))
        await tips.add_author(work, tip, await who(work, HERE), consent=Consent.YES)
        await tips.add_author(work, tip, await who(work, THERE), consent=Consent.ASKED)
        await link(work)
        assert await consents.waiting_for(work, tip) == {await who(work, HERE)}


async def test_nobody_has_a_tie_to_themself_afterwards(store: Store, community: int) -> None:
    seen = [
        Seen(f"m{number}", TieKind.REPLY, from_, to, "slack:T1:C", NOW)
        for number, (from_, to) in enumerate([(HERE, THERE), (THERE, HERE), (THERE, BEN), (BEN, HERE)])
    ]
    async with store.write(community, NOW) as work:
        await ties.note_ties(work, seen)
        await link(work)
        ann, ben = await who(work, HERE), await who(work, BEN)
        assert [(each.from_id, each.to_id) for each in await ties.list_ties(work)] == [(ann, ben), (ben, ann)]


async def test_the_months_of_both_are_added_up(store: Store, community: int) -> None:
    old = [
        Seen(f"m{number}", TieKind.REPLY, who, BEN, "slack:T1:C", NOW - timedelta(days=500))
        for number, who in enumerate((HERE, THERE, THERE))
    ]
    async with store.write(community, NOW) as work:
        await ties.note_ties(
            work, [*old, Seen("m9", TieKind.REPLY, HERE, THERE, "slack:T1:C", NOW - timedelta(days=500))]
        )
        assert await retention.roll_up(work) == 4
        await link(work)
        ann, ben = await who(work, HERE), await who(work, BEN)
        months = (await work.session.exec(select(TieMonth).execution_options(populate_existing=True))).all()
        assert [(each.from_id, each.to_id, each.count) for each in months] == [(ann, ben, 3)]


async def test_what_was_chosen_on_either_account_holds_for_both(store: Store, community: int) -> None:
    pause = NOW + timedelta(days=7)
    async with store.write(community, NOW) as work:
        await members.describe(work, await who(work, HERE), digest=DigestPace.WEEKLY, takes_looks=False)
        await members.describe(work, await who(work, THERE), nudges_a_week=1, paused_until=pause, takes_thanks=False)
        await link(work)
        both = await members.find_member(work, await who(work, HERE))
        assert both is not None and not both.takes_looks and not both.takes_thanks
        assert (both.digest, both.nudges_a_week, both.paused_until) == (DigestPace.WEEKLY, 1, pause)
        made = await links.unlink(work, THERE)
        assert made is not None
        assert (made.digest, made.nudges_a_week, made.paused_until) == (DigestPace.NEVER, 1, pause)
        assert made.takes_looks and not made.takes_thanks


async def speak(work: Work, key: str) -> None:
    """Somebody's first words, near which Ben knows something."""
    where: dict[str, Any] = {"message": f"{key}:m1", "room": "slack:T1:C", "thread": "m1"}
    word = FirstWord(community_id=work.community, member_id=await who(work, key), at=NOW, **where)
    assert await first_words.note_first_word(work, word, [await who(work, BEN)])


async def test_of_two_ways_in_one_stays(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        for key, steps in ((HERE, (Step.LISTEN, Step.MATCH)), (THERE, (Step.MATCH, Step.ASK))):
            await newcomers.begin_way(work, await who(work, key), look_at=NOW)
            await speak(work, key)
            await pairs.name_companion(work, await who(work, key), await who(work, BEN))
            for step in steps:
                await newcomers.note_step(work, await who(work, key), step, StepState.OFFERED)
        await newcomers.change_way(work, await who(work, HERE), state=WayState.RESTING)
        await newcomers.note_step(work, await who(work, HERE), Step.MATCH, StepState.TAKEN)
        await link(work)
    async with store.read(community, NOW) as work:
        ann = await who(work, HERE)
        ways = (await work.session.exec(select(Newcomer))).all()
        assert [(each.member_id, each.state) for each in ways] == [(ann, WayState.RESTING)]
        rows = (await work.session.exec(select(StepTaken))).all()
        assert {(each.member_id, each.step, each.state) for each in rows} == {
            (ann, Step.LISTEN, StepState.OFFERED),
            (ann, Step.MATCH, StepState.TAKEN),
            (ann, Step.ASK, StepState.OFFERED),
        }
        (word,) = (await work.session.exec(select(FirstWord))).all()
        assert (word.member_id, word.message) == (ann, f"{HERE}:m1")
        assert [each.first_word_id for each in (await work.session.exec(select(FirstWordPeer))).all()] == [word.id]
        assert [each.newcomer_id for each in await pairs.unsettled(work)] == [ann]


@pytest.mark.parametrize(("newcomer", "companion"), [(HERE, THERE), (THERE, HERE)])
async def test_nobody_shows_themself_round(store: Store, community: int, newcomer: str, companion: str) -> None:
    async with store.write(community, NOW) as work:
        await pairs.name_companion(work, await who(work, newcomer), await who(work, companion))
        await pairs.name_companion(work, await who(work, newcomer), await who(work, BEN))
        await link(work)
    async with store.read(community, NOW) as work:
        left = await pairs.unsettled(work)
        assert [(each.newcomer_id, each.companion_id) for each in left] == [
            (await who(work, HERE), await who(work, BEN))
        ]


async def test_who_shows_newcomers_round_on_one_account_does_on_both_until_they_part(
    store: Store, community: int
) -> None:
    async with store.write(community, NOW) as work:
        await members.describe(work, await who(work, THERE), shows_round=True)
        await newcomers.begin_way(work, await who(work, THERE), look_at=NOW)
        await speak(work, THERE)
        await link(work)
        assert [each.id for each in await pairs.companions(work)] == [await who(work, HERE)]
        assert await newcomers.on_the_way(work) == {await who(work, HERE)}
        await links.unlink(work, THERE)
        assert await newcomers.on_the_way(work) == {await who(work, THERE)} != {await who(work, HERE)}
        assert set(await first_words.words_of(work, [await who(work, HERE), await who(work, THERE)])) == {
            await who(work, THERE)
        }


async def a_meetup(work: Work, *invited: str) -> int:
    """A meetup with a time, to which these accounts are invited."""
    meetup = meetups.meetup_id(await meetups.propose(work, "Beds", state=MeetupState.POLLING))
    await meetups.set_times(work, meetup, [NOW + timedelta(days=2)])
    for key in invited:
        await meetups.invite(work, meetup, await who(work, key), "place")
    return meetup


@pytest.mark.parametrize("later", [HERE, THERE])
async def test_of_two_guests_of_one_meetup_one_stays_with_what_was_said_last(
    store: Store, community: int, later: str
) -> None:
    async with store.write(community, NOW) as work:
        meetup = await a_meetup(work, HERE, THERE, BEN)
        for key in (HERE, THERE):
            await meetups.note_reply(work, meetup, await who(work, key), Reply.PASSES)
        (await meetups.guest_for(work, meetup, await who(work, THERE))).was_there_at = NOW
    async with store.write(community, NOW + timedelta(hours=1)) as work:
        await meetups.note_reply(work, meetup, await who(work, later), Reply.COMES)
        for key in (HERE, THERE):
            await meetups.vote(work, meetup, 0, await who(work, key))
        await quick_wins.note_win(work, meetup, await who(work, later), "Later", Showing.NAMED)
    async with store.write(community, NOW) as work:
        await quick_wins.note_win(
            work, meetup, await who(work, THERE if later == HERE else HERE), "Earlier", Showing.NAMED
        )
        await link(work)
    async with store.read(community, NOW) as work:
        ann, ben = await who(work, HERE), await who(work, BEN)
        rows = (await work.session.exec(select(Guest))).all()
        assert {(each.member_id, each.reply, each.was_there_at) for each in rows} == {
            (ann, Reply.COMES, NOW),
            (ben, Reply.NONE, None),
        }
        assert len(rows) == 2
        assert await meetups.votes_of(work, meetup) == [{ann}]
        assert [(each.member_id, each.text) for each in await quick_wins.wins_of(work, meetup)] == [(ann, "Later")]


async def test_what_one_of_them_had_to_do_with_a_meetup_alone_goes_back_with_them(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        both, other = await a_meetup(work, HERE, THERE), await a_meetup(work, THERE)
        await meetups.vote(work, other, 0, await who(work, THERE))
        await quick_wins.note_win(work, other, await who(work, THERE), "Count them", Showing.NAMED)
        hosted = await meetups.propose(
            work, "Lifts", state=MeetupState.DRAFTED, host_id=await who(work, THERE), teller_id=await who(work, THERE)
        )
        await link(work)
        ann = await who(work, HERE)
        assert [each.number for each in await meetups.is_hosting(work, ann)] == [hosted.number]
        assert [(each.meetup_id, each.member_id) for each in (await work.session.exec(select(Guest))).all()] == [
            (both, ann),
            (other, ann),
        ]
    async with store.write(community, NOW) as work:
        parted = await links.unlink(work, THERE)
        assert parted is not None
        made = members.member_id(parted)
        found = (await work.session.exec(select(Guest))).all()
        assert {(each.meetup_id, each.member_id) for each in found} == {(both, ann), (other, made)}
        assert [each.member_id for each in (await work.session.exec(select(MeetupVote))).all()] == [made]
        assert [each.member_id for each in (await work.session.exec(select(QuickWin))).all()] == [made]
        assert await meetups.is_hosting(work, ann) == []
        assert [each.teller_id for each in await meetups.is_hosting(work, made)] == [made]


async def test_every_row_of_the_second_member_becomes_the_first_s_and_goes_back(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        tip, old = await a_tip(work, THERE), await who(work, THERE)
        await confirmations.confirm_tip(work, await a_tip(work, BEN), old, Outcome.WORKED)
        await link(work)
        assert await members.find_member(work, old) is None
        assert [each.id for each in await tips.tips_by(work, await who(work, HERE))] == [tip]
    async with store.write(community, NOW) as work:
        made = await links.unlink(work, THERE)
        assert made is not None and made.name == "Annie"
        assert [each.id for each in await tips.tips_by(work, members.member_id(made))] == [tip]
        assert await tips.tips_by(work, await who(work, HERE)) == []
        rows = (await work.session.exec(select(Confirmation))).all()
        assert [each.member_id for each in rows] == [made.id]


async def test_the_first_account_can_go_too_and_then_the_other_keeps_its_own(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        mine, theirs = await a_tip(work, HERE), await a_tip(work, THERE)
        await link(work)
        await links.unlink(work, HERE)
        assert [each.id for each in await tips.tips_by(work, await who(work, HERE))] == [mine]
        assert [each.id for each in await tips.tips_by(work, await who(work, THERE))] == [theirs]
        assert await links.unlink(work, HERE) is None


async def test_a_third_account_stays_with_the_second_when_the_first_goes(store: Store, community: int) -> None:
    third = "room:demo:ann"
    async with store.write(community, NOW) as work:
        await members.add_member(work, third, "Ann B")
        await link(work)
        await links.offer_code(work, THERE, "EFGH2345")
        assert await links.link(work, "EFGH2345", third) is not None
        assert await who(work, third) == await who(work, HERE)
        await links.unlink(work, HERE)
        assert await who(work, third) == await who(work, THERE) != await who(work, HERE)
        await links.unlink(work, third)
        assert len({await who(work, each) for each in (HERE, THERE, third)}) == 3


async def test_a_newer_code_replaces_the_older_one(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await links.offer_code(work, HERE, "ABCD2345")
        await links.offer_code(work, HERE, "EFGH2345")
        assert await links.link(work, "ABCD2345", THERE) is None
        assert await links.link(work, "EFGH2345", THERE) is not None


def test_only_a_digest_of_a_code_is_kept() -> None:
    assert set(metadata.tables["linkcode"].columns.keys()) == {
        "digest",
        "community_id",
        "member_id",
        "account",
        "expires_at",
    }

"""Meetups that nobody had to think of: a problem that several ran into, an open table, people on other clocks."""

from collections.abc import Sequence

import pytest
from telling import Teller, Ward

from knowledge.store import communities

QUESTIONS = (
    "Where is the transfer list kept, and who changes it?",
    "Who updates the transfer list in the afternoon?",
    "Is the transfer list wrong for everybody, or on our ward only?",
)


@pytest.fixture
async def asked(ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller) -> Sequence[Teller]:
    """Three people put nearly the same question to everybody; meetups are announced in the ward's room."""
    await maeve.uses("/meetup here")
    for teller, question in zip((ravi, ben, lena), QUESTIONS, strict=True):
        await teller.uses(f"/ask {question}")
        await teller.presses("Ask, with my name")
    return (ravi, ben, lena)


async def test_several_ran_into_one_problem_and_one_of_them_hosts(ward: Ward, asked: Sequence[Teller]) -> None:
    await ward.lets_pass(days=2)
    host = next(each for each in asked if each.sees("Would you host half an hour about it?"))
    assert host.sees("Several of us ran into this")
    assert host.sees("transfer list")
    await host.presses("Yes, I'd host")
    assert host.sees_last("I'd ask these people, in your name")
    await host.presses("Invite them")
    guests = [each for each in asked if each is not host]
    assert all(each.sees(f"{host.id.title()} has this problem and would like to talk") for each in guests)
    assert any(each.sees("I thought of you because you asked, wrote or said something about it") for each in guests)


@pytest.mark.only_on("room")
async def test_where_nobody_hosts_it_becomes_a_thread(ward: Ward, asked: Sequence[Teller], maeve: Teller) -> None:
    await ward.lets_pass(days=2)
    for _ in asked:
        waiting = [each for each in asked if each.sees_button("Not this one")]
        if waiting:
            await waiting[0].presses("Not this one")
            assert waiting[0].sees("I'll ask somebody else")
            await ward.lets_pass(hours=6)
    assert maeve.sees("Several of us ran into this lately, so here is a thread for it")


@pytest.mark.only_on("room")
async def test_one_person_who_asks_often_is_no_hot_problem(
    ward: Ward, ravi: Teller, ben: Teller, maeve: Teller
) -> None:
    await maeve.uses("/meetup here")
    for question in QUESTIONS:
        await ravi.uses(f"/ask {question}")
        await ravi.presses("Ask, with my name")
    await ward.lets_pass(days=3)
    assert not any(each.sees("Would you host") for each in (ravi, ben, maeve))


@pytest.mark.only_on("room")
async def test_an_open_table_where_it_has_been_quiet(ward: Ward, maeve: Teller) -> None:
    await maeve.uses("/meetup here")
    people = [await ward.welcomes(f"Member{n}", "nurse" if n % 2 else "porter", f"ward {n % 3}") for n in range(9)]
    await ward.lets_pass(hours=1)
    await maeve.uses("/meetup table")
    assert people[0].sees("Who would come?")
    for each in people:
        await each.presses("Count me in")
    await ward.lets_pass(days=4)
    for each in people:
        assert each.sees("You said that you'd come to an open table"), each.view()
    for each in people:
        labels = [label for _, label in ward.room.buttons_of(each.finds("You said that you'd come"))]
        await each.presses(labels[0], on=each.finds("You said that you'd come"))
    await ward.lets_pass(hours=1)
    assert all(each.sees("It's on: “an open table”") for each in people)


@pytest.mark.only_on("room")
async def test_too_few_for_a_table_are_told(ward: Ward, maeve: Teller) -> None:
    await maeve.uses("/meetup here")
    people = [await ward.welcomes(f"Member{n}") for n in range(8)]
    await ward.lets_pass(hours=1)
    await maeve.uses("/meetup table")
    await people[0].presses("Count me in")
    await people[1].presses("Count me in")
    await ward.lets_pass(days=4)
    assert people[0].sees("Too few could come") and people[1].sees("Too few could come")
    assert not people[2].sees("Too few could come")


CLOCKS = {
    "Ravi": "Europe/London",
    "Ben": "Europe/London",
    "Lena": "Australia/Sydney",
    "Aisha": "Australia/Sydney",
    "Sam": "America/Los_Angeles",
}


@pytest.fixture
async def far_apart(ward: Ward) -> dict[str, Teller]:
    """People of three continents, who are never all awake."""
    tellers = {name: await ward.welcomes(name, f"practice {name}", f"place {name}") for name in CLOCKS}
    for name, zone in CLOCKS.items():
        await tellers[name].uses("/me")
        await tellers[name].presses("Change that")
        await tellers[name].fills_in(time_zone=zone)
    await tellers["Ravi"].uses("/meetup Splints come back without straps")
    assert tellers["Ravi"].sees_last("No time is inside everybody's day")
    return tellers


@pytest.mark.only_on("room")
async def test_where_no_time_suits_every_clock_there_is_a_thread(far_apart: dict[str, Teller]) -> None:
    await far_apart["Ravi"].presses("Make it a thread")
    assert far_apart["Sam"].sees("so here is a thread instead")


@pytest.mark.only_on("room")
async def test_where_no_time_suits_every_clock_there_may_be_two_sittings(
    ward: Ward, far_apart: dict[str, Teller]
) -> None:
    await far_apart["Ravi"].presses("Two sittings")
    assert far_apart["Ravi"].sees_last("I'd ask these people, in your name")
    assert not far_apart["Ravi"].sees_last("Lena")
    await ward.lets_pass(hours=24)
    asked = [each for each in far_apart.values() if each.sees("Would you host a second half hour")]
    assert [each.id for each in asked] in (["lena"], ["aisha"])
    await asked[0].presses("Yes, I'd host")
    assert asked[0].sees_last("I'd ask these people, in your name")


@pytest.mark.only_on("room")
async def test_a_long_problem_is_named_in_a_line_and_kept_whole(ward: Ward, ravi: Teller, ben: Teller) -> None:
    story = "The hoist on ward 4 dies halfway. " + "We plug it in every night and it still does. " * 35
    await ravi.uses(f"/meetup {story}")
    assert ravi.sees_last("“The hoist on ward 4 dies halfway”")
    await ravi.presses("Invite them")
    assert ben.sees("The hoist on ward 4 dies halfway")
    assert ben.sees("We plug it in every night")


@pytest.mark.only_on("room")
async def test_whose_invitation_has_to_wait_is_left_in_peace_and_another_is_asked(ward: Ward, ravi: Teller) -> None:
    people = [await ward.welcomes(f"Member{n}", f"practice {n}", f"place {n}") for n in range(9)]
    await ward.lets_pass(hours=12)  # it is night
    await ravi.uses("/meetup Splints come back without straps")
    invited = [each for each in people if ravi.sees_last(f"{each.id.title()} (")]
    await ravi.presses("Invite them")
    await invited[0].uses("/me")
    await invited[0].presses("What I may bring you…")
    await invited[0].presses("For a week")
    await ward.lets_pass(hours=36)
    asked = [each for each in people if each.sees("Splints come back without straps")]
    assert invited[0] not in asked
    assert len(asked) >= 7 or len(asked) == len(people) - 1


@pytest.mark.only_on("room")
async def test_a_reminder_that_comes_too_late_is_not_sent(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    async with ward.store.write(ward.community, ward.room.clock()) as work:
        await communities.choose(work, quiet_from=0, quiet_until=0)
    await ravi.uses("/meetup Splints come back without straps")
    await ravi.presses("Invite them")
    for guest in (ben, lena):
        labels = [label for id, label in ward.room.buttons_of(guest.finds("Splints")) if "vote" in id]
        await guest.presses(labels[0])
    assert ben.sees("It's on")
    await ward.lets_pass(days=4)  # in steps of six hours: the chat was away when ten minutes were left
    assert not ben.sees("In ten minutes")
    assert ben.sees("is over. Is there anything you'll try?")

"""Meetups: a problem that somebody has this week, a few people, half an hour; or a thread where nobody can make it."""

from collections.abc import Sequence

import pytest
from telling import Teller, Ward

from adapters.discord import DiscordPlatform

PROBLEM = "The transfer list is wrong by noon and nobody knows which beds are free"


def times_before(teller: Teller) -> list[str]:
    """The times that the newest invitation before somebody asks about."""
    room = teller.ward.room
    for message in reversed(room.messages_seen_by(teller.id)):
        found = [label for id, label in room.buttons_of(message.id) if id.startswith("meetups:vote:")]
        if found:
            return found
    raise AssertionError(f"{teller.id} was not asked for a time:\n{teller.view()}")


@pytest.fixture
async def aisha(ward: Ward) -> Teller:
    """A ward clerk."""
    return await ward.welcomes("Aisha", "ward clerk", "ward 9")


@pytest.fixture
async def proposed(ward: Ward, ravi: Teller, ben: Teller, lena: Teller, aisha: Teller) -> Sequence[Teller]:
    """Ravi proposed a meetup, and Ben, Lena and Aisha were invited in his name."""
    await ravi.uses(f"/meetup {PROBLEM}")
    await ravi.presses("Invite them")
    return (ben, lena, aisha)


async def test_a_meetup_is_proposed_and_seen_before_anybody_is_told(ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ravi.uses(f"/meetup {PROBLEM}")
    assert ravi.sees_last(PROBLEM)
    assert ravi.sees_last("no agenda")
    assert ravi.sees_last("I'd ask these people, in your name")
    assert ravi.sees_last("Ben (ward 6), since nobody else there works where they do")
    assert ravi.sees_last("Nobody is told before you say so")
    assert ben.told_by_bot() == [] and lena.told_by_bot() == []
    await ravi.presses("Leave it")
    assert ravi.sees_last("Nobody was told")
    assert ben.told_by_bot() == []


async def test_invitations_come_from_a_peer_with_times_of_ones_own_day(
    ravi: Teller, proposed: Sequence[Teller]
) -> None:
    for guest in proposed:
        assert guest.sees("Ravi has this problem and would like to talk about it with a few people")
        assert guest.sees(PROBLEM)
        assert guest.sees("no agenda, whoever comes")
        assert guest.sees("I thought of you because")
        assert len(times_before(guest)) == 3
    assert ravi.sees_last("I've asked 3 people in your name")


async def test_once_everybody_said_the_earliest_time_with_enough_people_is_booked(
    ward: Ward, ravi: Teller, proposed: Sequence[Teller]
) -> None:
    ben, lena, aisha = proposed
    first, second, _ = (label.split(" (")[0] for label in times_before(ben))
    await ben.presses(f"{first} (1)")
    await ben.presses(f"{second} (1)")
    assert any("Yes to" in label for label in times_before(ben))
    assert f"{second} (2)" in times_before(lena)  # who looks later sees how many it suits
    await lena.presses(f"{second} (2)")
    await aisha.presses("Not this time")
    assert aisha.sees("There will be others")
    assert ravi.sees("It's on") and ravi.sees("You host")
    assert ben.sees("It's on") and lena.sees("It's on")
    assert not aisha.sees("It's on")
    assert ravi.sees("Ravi and a few others meet about")
    assert ravi.sees("Who comes: Ravi, ")


async def test_who_comes_is_reminded_and_asked_one_thing_afterwards(
    ward: Ward, ravi: Teller, ben: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ward.lets_pass(days=4)
    assert ben.sees("Tomorrow")
    assert ben.sees("is over. Is there anything you'll try?")
    await ben.presses("I was there")
    await ravi.presses("I was there")
    assert ("ben", "met", "ravi") in await ward.ties() and ("ravi", "met", "ben") in await ward.ties()
    assert "lena" not in {
        name for tie in await ward.ties() for name in (tie[0], tie[2])
    }  # who says nothing is not noted


async def test_a_quick_win_is_told_as_its_teller_chose(
    ward: Ward, ben: Teller, lena: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ward.lets_pass(days=4)
    await ben.presses("Something I'll try")
    await ben.fills_in(text="Ring the bed office at eleven, before the list is printed.", showing="named")
    assert lena.sees("Ben will try this after")
    assert lena.sees("Ring the bed office at eleven")
    assert ben.sees("I'll ask you in two weeks whether it held")


@pytest.mark.only_on("room")
async def test_a_quick_win_that_held_becomes_a_tip_with_its_people(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ward.lets_pass(days=4)
    await ben.presses("Something I'll try")
    await ben.fills_in(text="Ring the bed office at eleven, before the list is printed.", showing="named")
    await ward.lets_pass(days=15)
    assert ben.sees_last("Two weeks ago you wanted to try this. Did it hold?")
    await ben.presses("It held")
    await ben.presses("Keep it")
    await ravi.presses("Yes, with my name")
    assert ben.sees("is kept")
    await lena.uses("/tip show 1")
    assert lena.sees_last("Ring the bed office at eleven")
    assert lena.sees_last("From Ben, answering Ravi")


@pytest.mark.only_on("room")
async def test_the_next_invitation_shows_what_came_of_the_last(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ward.lets_pass(days=4)
    await ben.presses("Something I'll try")
    await ben.fills_in(text="Ring the bed office at eleven.", showing="named")
    await ward.welcomes("Sam", "doctor", "ward 12")
    await lena.uses("/meetup Splints come back without their straps")
    await lena.presses("Invite them")
    sam = Teller(ward, "sam")
    assert sam.sees("What came of the last ones")
    assert sam.sees("Ring the bed office at eleven. (Ben)")


@pytest.mark.only_on("room")
async def test_what_is_for_oneself_is_shown_to_nobody(
    ward: Ward, ben: Teller, lena: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ward.lets_pass(days=4)
    await ben.presses("Something I'll try")
    await ben.fills_in(text="Say less.", showing="private")
    assert not lena.sees("Say less")
    assert ben.sees_last("I'll ask you in two weeks")


async def test_where_nobody_can_it_becomes_a_thread(ward: Ward, ravi: Teller, proposed: Sequence[Teller]) -> None:
    for guest in proposed:
        await guest.presses("Not this time")
    assert proposed[0].sees("No time suits everyone, so here is a thread instead")
    assert proposed[0].sees(PROBLEM)
    await ward.lets_pass(hours=1)
    assert ravi.sees("No time suits everyone")


@pytest.mark.only_on("room")
async def test_who_says_nothing_is_left_in_peace_and_the_poll_ends(ward: Ward, proposed: Sequence[Teller]) -> None:
    ben = proposed[0]
    await ben.presses(times_before(ben)[0])
    await ward.lets_pass(days=3)
    assert ben.sees("No time suits everyone")  # two are no quorum


async def test_a_host_moves_it_and_everybody_who_comes_learns_of_it(
    ward: Ward, ravi: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ravi.uses("/meetup move 1 friday 13 March 15:00")
    assert ravi.sees_last("Right?")
    await ravi.presses("Yes, move it")
    assert ravi.sees("I've told the 2 others who come")
    assert proposed[0].sees("has moved to")
    await proposed[2].uses("/meetup move 1 friday 13 March 16:00")
    assert proposed[2].sees_last("Its host or a coordinator can do that")


async def test_a_host_calls_it_off(ward: Ward, ravi: Teller, proposed: Sequence[Teller]) -> None:
    await _booked(ward, proposed)
    await ravi.uses("/meetup cancel 1")
    assert proposed[0].sees("isn't happening after all")
    assert not proposed[2].sees("isn't happening after all")
    await ward.lets_pass(days=4)
    assert not proposed[0].sees("Is there anything you'll try")


@pytest.mark.only_on("room")
async def test_hosting_is_handed_on_when_the_host_drops_out(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ravi.uses("/meetup leave 1")
    assert ben.sees_last("needs a host after all. Would you?")
    await ben.presses("Yes, I'll host")
    assert ben.sees_last("it's yours")
    await lena.presses("Yes, I'll host")
    assert lena.sees_last("Somebody hosts it already")


@pytest.mark.only_on("room")
async def test_a_host_who_leaves_the_community_is_replaced(
    ward: Ward, ravi: Teller, ben: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ravi.leaves()
    await ward.lets_pass(hours=12)
    assert ben.sees("needs a host after all")


@pytest.mark.only_on("room")
async def test_when_few_are_left_the_host_says_whether_it_is_still_on(
    ward: Ward, ravi: Teller, ben: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await ben.uses("/meetup leave 1")
    assert ravi.sees_last("Ben can't make it")
    await ravi.presses("Make it a thread")
    assert ben.sees("so here is a thread instead")


@pytest.mark.only_on("room")
async def test_an_invitation_that_lies_there_says_when_it_is_once_that_is_chosen(
    ward: Ward, proposed: Sequence[Teller]
) -> None:
    ben, lena, aisha = proposed
    await ben.presses(times_before(ben)[0])
    await lena.presses(times_before(lena)[0])
    await ward.lets_pass(hours=50)
    assert ben.sees("It's on")
    invitation = aisha.finds("is on Thu 05 Mar")
    assert "vote" not in str(ward.room.buttons_of(invitation))
    await aisha.presses("I'll come", on=invitation)
    assert aisha.sees("It's on")


@pytest.mark.only_on("room")
async def test_two_meetups_on_one_problem_are_brought_together(
    ward: Ward, ravi: Teller, lena: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    await proposed[2].uses(f"/meetup {PROBLEM}")
    assert proposed[2].sees_last("Ravi already has a meetup about something like it")
    await proposed[2].presses("Come to that one")
    assert proposed[2].sees("It's on")


@pytest.mark.only_on("room")
async def test_two_who_propose_the_same_at_once_may_put_it_together(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, aisha: Teller
) -> None:
    await aisha.uses(f"/meetup {PROBLEM}")
    await ravi.uses(f"/meetup {PROBLEM}")
    await ravi.presses("Invite them")
    await aisha.presses("Invite them")
    assert aisha.sees("Ravi already has a meetup about something like it")
    await aisha.presses("Put them together")
    await aisha.presses(times_before(aisha)[0])
    await ben.presses(times_before(ben)[0])
    await lena.presses("Not this time")
    assert aisha.sees("It's on") and ben.sees("It's on")
    assert not ben.sees("Aisha has this problem")


@pytest.mark.only_on("room")
async def test_who_wants_no_invitations_gets_none(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ben.uses("/me")
    await ben.presses("What I may bring you…")
    await ben.presses("No invitations")
    await ravi.uses(f"/meetup {PROBLEM}")
    assert not ravi.sees_last("Ben (")
    await ravi.presses("Invite them")
    assert not ben.sees(PROBLEM)


@pytest.mark.only_on("room")
async def test_what_cannot_be_understood_as_a_time_is_said_with_what_can(ward: Ward, ravi: Teller) -> None:
    await ravi.uses("/meetup")
    errors = await ravi.fills_in(problem="Splints come back without straps", when="yesterday 3pm", minutes="30")
    assert errors is not None and "still to come" in errors.errors["when"]
    errors = await ravi.fills_in(problem="Splints come back without straps", when="sometime", minutes="30")
    assert errors is not None and "Such as" in errors.errors["when"]
    errors = await ravi.fills_in(problem="Splints come back without straps", when="1 December 2027 10:00", minutes="30")
    assert errors is not None and "more than a year and a half ahead" in errors.errors["when"]


@pytest.mark.only_on("room")
async def test_personal_data_is_not_kept(ward: Ward, ravi: Teller) -> None:
    await ravi.uses("/meetup The tube of 943 476 5919 is blocked")
    assert ravi.sees_last("looks as if it holds personal data")
    await ravi.uses("/meetup list")
    assert ravi.sees_last("Nothing is coming up")


@pytest.mark.only_on("room")
async def test_somebody_joins_by_themself_and_leaves_again(
    ward: Ward, proposed: Sequence[Teller], maeve: Teller
) -> None:
    await _booked(ward, proposed)
    await maeve.uses("/meetup list")
    assert maeve.sees_last(PROBLEM)
    await maeve.presses("I'll come")
    assert maeve.sees("It's on")
    await maeve.uses("/meetup leave 1")
    assert maeve.sees("I've taken you out")


@pytest.mark.only_on("room")
async def test_a_file_for_the_calendar_follows_every_change(
    ward: Ward, ravi: Teller, ben: Teller, proposed: Sequence[Teller]
) -> None:
    await _booked(ward, proposed)
    first = ben.opens_file()
    assert "METHOD:PUBLISH" in first and "SEQUENCE:0" in first
    await ravi.uses("/meetup move 1 friday 13 March 15:00")
    await ravi.presses("Yes, move it")
    moved = ben.opens_file()
    assert "DTSTART:20260313T150000Z" in moved and "SEQUENCE:1" in moved
    await ravi.uses("/meetup cancel 1")
    gone = ben.opens_file()
    assert "METHOD:CANCEL" in gone and "SEQUENCE:2" in gone and "STATUS:CANCELLED" in gone
    assert len({_line(each, "UID:") for each in (first, moved, gone)}) == 1


@pytest.mark.only_on("discord")
async def test_on_discord_it_stands_among_the_server_s_events(
    ward: Ward, ravi: Teller, proposed: Sequence[Teller]
) -> None:
    assert isinstance(ward.platform, DiscordPlatform)
    (server,) = ward.platform.client.guilds
    await _booked(ward, proposed)
    (event,) = await server.fetch_scheduled_events()
    assert event.name.startswith("The transfer list is wrong")
    await ravi.uses("/meetup move 1 friday 13 March 15:00")
    await ravi.presses("Yes, move it")
    (moved,) = await server.fetch_scheduled_events()
    assert moved.id == event.id and moved.start_time.isoformat() == "2026-03-13T15:00:00+00:00"
    await ravi.uses("/meetup cancel 1")
    assert [each for each in await server.fetch_scheduled_events() if each.status.name == "scheduled"] == []


def _line(file: str, begins: str) -> str:
    return next(each for each in file.splitlines() if each.startswith(begins))


async def _booked(ward: Ward, guests: Sequence[Teller]) -> None:
    """The first two of three guests can at the first time, the third can't."""
    ben, lena, aisha = guests
    await ben.presses(times_before(ben)[0])
    await lena.presses(times_before(lena)[0])
    await aisha.presses("Not this time")
    assert ben.sees("It's on"), ben.view()

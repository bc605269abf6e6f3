"""The report: whether the community lives without its core, said alike to everybody, and never about single people."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from telling import HERE, Teller, Ward

from knowledge.models import TieKind
from knowledge.store import ties
from knowledge.store.ties import Seen


@pytest.fixture
async def people(ward: Ward) -> Sequence[Teller]:
    """Two of the core group and twelve others on two wards."""
    core = [await ward.welcomes(f"Core{n}", "nurse", "ward 4", core=True) for n in range(2)]
    places = ("ward 4", "ward 6")
    practices = ("nurse", "porter")
    others = [await ward.welcomes(f"Member{n}", practices[n % 2], places[n // 6]) for n in range(12)]
    return [*core, *others]


async def talk(
    ward: Ward,
    pairs: Sequence[tuple[str, str]],
    *,
    times: int = 1,
    kind: TieKind = TieKind.REPLY,
    days_ago: int = 0,
) -> None:
    """These answer each other in the room."""
    room = ward.room
    now = ward.room.clock() - timedelta(days=days_ago, hours=1)
    seen = [
        Seen(f"{now}:{one}:{other}:{n}", kind, room.account(one).key, room.account(other).key, HERE, now)
        for one, other in pairs
        for n in range(times)
    ]
    async with ward.store.write(ward.community, now) as work:
        await ties.note_ties(work, seen)


def through_the_core() -> list[tuple[str, str]]:
    """Everybody talks with one of the core group, and three pairs with each other."""
    pairs = [(f"member{n}", f"core{n % 2}") for n in range(12)]
    return [
        *pairs,
        *((core, member) for member, core in pairs),
        ("member0", "member1"),
        ("member2", "member3"),
        ("member6", "member7"),
    ]


async def test_the_report_says_what_would_be_left_without_the_core(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, through_the_core())
    await people[0].uses("/report")
    assert people[0].sees("9 in 10 exchanges went through you in the core group")
    assert people[0].sees("If you were all away, 6 of 12 people would have no one here they talk with")
    assert people[0].sees("could somebody outside it host the next half hour")
    assert people[0].sees("Nothing of fewer than five people is shown")


@pytest.mark.only_on("room")
async def test_members_see_what_the_core_sees(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, through_the_core())
    await people[5].uses("/report")
    assert people[5].sees("9 in 10 exchanges went through the core group")
    assert people[5].sees("If the core group were all away, 6 of 12 people would have no one here they talk with")


@pytest.mark.only_on("room")
async def test_it_opens_with_what_changed(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, through_the_core(), days_ago=31)
    ring = [(f"member{n}", f"member{(n + 1) % 12}") for n in range(12)]
    await talk(ward, [*ring, *((other, one) for one, other in ring)])
    await people[5].uses("/report")
    assert people[5].sees("Less of the talk went through the core group: hardly any exchanges, the time before 9 in 10")
    assert people[5].sees("everybody would still have someone here they talk with")


@pytest.mark.only_on("room")
async def test_too_little_is_said_to_be_too_little(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, [("member0", "member1")])
    await people[5].uses("/report")
    assert people[5].sees_last("too little talk")


@pytest.mark.only_on("room")
async def test_who_is_not_counted_moves_no_figure(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, through_the_core())
    await people[5].uses("/report")
    before = people[5].told_by_bot()[-1]
    await people[9].uses("/me")
    await people[9].presses("Don't count me")
    await people[9].presses("Stop, and delete it")
    await people[5].uses("/report")
    after = people[5].told_by_bot()[-1]
    assert "All 14 people answered" in before and "All 13 people answered" in after


@pytest.mark.only_on("room")
async def test_it_comes_each_month_where_the_core_says(ward: Ward, people: Sequence[Teller]) -> None:
    await people[0].uses("/report here", in_="general")
    assert people[0].sees("on the first of each month")
    await people[5].uses("/report here", in_="general")
    assert people[5].sees_last("a coordinator does it")
    await talk(ward, through_the_core())
    await ward.lets_pass(days=31)
    assert people[5].sees("9 in 10 exchanges went through the core group")
    assert people[5].sees("A coordinator chose this room for it, once a month.")


@pytest.mark.only_on("room")
async def test_each_month_brings_pictures_that_say_what_they_show(ward: Ward, people: Sequence[Teller]) -> None:
    for days in (1, 30, 60, 90):
        await talk(ward, through_the_core(), days_ago=days)
    await people[0].uses("/report here", in_="general")
    await ward.lets_pass(days=31)
    files = [each for message in ward.room.messages_seen_by("member5") for each in getattr(message, "files", ())]
    said = {each.name: each.alternative_text for each in files}
    assert set(said) == {"map.png", "trends.png", "matrix.png", "sheet.pdf"}
    assert "14 people, the core group among them." in said["map.png"]
    assert "14 people had to do with somebody" in said["trends.png"]
    assert "nurse and porter" in said["matrix.png"]


async def test_who_answers_whom_is_worked_out_where_nobody_uses_threads(ward: Ward, people: Sequence[Teller]) -> None:
    """People call each other by name, in one room, and the report says what it made of it."""
    everybody = people[2:]
    for number in range(24):
        one, other = everybody[number % 12], everybody[(number + 1) % 12]
        await one.says(f"how do you get hoist number {number} to charge?")
        await other.says(f"{one.id}: seat it until it clicks twice")
    await ward.lets_pass(minutes=1)
    await people[5].uses("/report")
    assert ("member1", "inferred", "member0") in {(by.lower(), kind, to.lower()) for by, kind, to in await ward.ties()}
    assert people[5].sees("Nearly all exchanges were in rooms without threads")
    assert people[5].sees("questions were put to everybody")
    assert people[5].sees("Half of them had an answer within the hour")
    assert people[5].sees("Nearly all first answers came from peers")


@pytest.mark.only_on("room")
async def test_questions_that_one_practice_puts_and_nobody_answers_are_told(
    ward: Ward, people: Sequence[Teller]
) -> None:
    nurses, porters = people[2::2], people[3::2]
    asked = [await each.says("where did the big slings go on this floor?") for each in (*nurses, *porters)]
    for message, nurse in zip(asked[:6], reversed(nurses), strict=True):
        await nurse.says("in the cupboard by the lift", to=message)
    await talk(ward, through_the_core())
    await ward.lets_pass(minutes=1)
    await people[5].uses("/report")
    assert people[5].sees("12 questions were put to everybody; 6 were answered.")
    assert people[5].sees("Questions from “porter” wait more than others: 6 of 6 have no answer yet.")
    assert people[5].sees("Hardly any first answers came from another practice than the asker's")


@pytest.mark.only_on("room")
async def test_where_nobody_is_of_the_core_group_nothing_is_said_of_it(ward: Ward) -> None:
    for n in range(8):
        await ward.welcomes(f"Member{n}", "nurse", "ward 4")
    ring = [(f"member{n}", f"member{(n + 1) % 8}") for n in range(8)]
    await talk(ward, ring, times=3)
    member = await ward.welcomes("Reader", "nurse", "ward 4")
    await member.uses("/report")
    assert member.sees("Nobody is named as the core group yet")
    assert not member.sees("were all away") and not member.sees("outside the core group")


@pytest.mark.only_on("room")
async def test_a_time_that_was_counted_otherwise_is_not_compared(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, through_the_core(), days_ago=31)
    await talk(ward, through_the_core(), kind=TieKind.INFERRED)
    await people[5].uses("/report")
    assert people[5].sees("The time before was counted in another way, so I don't compare")


@pytest.mark.only_on("room")
async def test_what_no_time_is_is_said_with_what_is_one(ward: Ward, people: Sequence[Teller]) -> None:
    await people[5].uses("/report since the flood")
    assert people[5].sees_last("/report 90 days")


@pytest.mark.only_on("room")
async def test_everybody_sees_what_it_counted_of_them(ward: Ward, people: Sequence[Teller]) -> None:
    await talk(ward, through_the_core())
    await people[2].uses("/me")
    assert people[2].sees("the report counted of you: 2 people you had to do with, 2 times you turned to somebody")

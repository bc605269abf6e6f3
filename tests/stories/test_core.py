"""Who coordinates: anybody sees it, coordinators name others or let a group of the chat decide, one always stays."""

import pytest
from telling import Teller, Ward

from adapters.port import Choice


@pytest.mark.only_on("room")
async def test_where_nobody_coordinates_it_is_said_who_names_the_first_one(ward: Ward, ravi: Teller) -> None:
    await ravi.uses("/tacit core")
    assert ravi.sees_last("Nobody coordinates here yet. Whoever runs me names the first one")
    assert ravi.sees_last("./tacit core add NAME")
    assert not ravi.sees_button("Add somebody")
    await ravi.uses("/tacit core add Ravi")
    assert ravi.sees_last("so a coordinator does it") and await ward.coordinators() == []


async def test_anybody_sees_who_coordinates_and_only_they_can_change_it(
    ward: Ward, ravi: Teller, ben: Teller, maeve: Teller
) -> None:
    await ben.uses("/tacit core")
    assert ben.sees_last("One of us coordinates here:") and ben.sees_last("Maeve")
    assert not ben.sees_button("Add somebody")
    await ben.uses("/tacit core remove Maeve")
    assert ben.sees_last("so a coordinator does it") and await ward.coordinators() == ["Maeve"]
    await maeve.uses("/tacit core")
    for label in ("Add somebody", "Take somebody out", "By a group"):
        assert maeve.sees_button(label)


async def test_somebody_who_is_added_is_told_what_comes_with_it(ward: Ward, ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/tacit core")
    await maeve.presses("Add somebody")
    await maeve.fills_in(who=ward.room.account("ben").id)
    assert maeve.sees_last("Ben coordinates now, and I tell them.")
    assert ben.sees_last("Maeve named you a coordinator of The ward.")
    assert ben.sees_last("see each digest a day ahead") and ben.sees_button("I'd rather not")
    await ben.uses("/tacit core")
    assert ben.sees_last("2 of us coordinate here:") and ben.sees_button("Take somebody out")
    assert await ward.coordinators() == ["Ben", "Maeve"]


@pytest.mark.only_on("room")
async def test_what_was_done_can_be_undone(ward: Ward, ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/tacit core add ben")
    await maeve.presses("Undo")
    assert maeve.sees("Ben coordinates no longer.") and await ward.coordinators() == ["Maeve"]
    await maeve.uses("/tacit core add @Ben")
    await maeve.uses("/tacit core")
    await maeve.presses("Take somebody out")
    assert maeve.form is not None and isinstance(maeve.form.fields[0], Choice)
    named = {each.label: each.value for each in maeve.form.fields[0].options}
    assert list(named) == ["Ben", "Maeve"]
    await maeve.fills_in(who=named["Ben"])
    assert maeve.sees_last("Ben coordinates no longer.") and await ward.coordinators() == ["Maeve"]
    await maeve.presses("Undo")
    assert await ward.coordinators() == ["Ben", "Maeve"]


@pytest.mark.only_on("room")
async def test_whoever_would_rather_not_leaves_it_and_the_last_one_stays(
    ward: Ward, ben: Teller, maeve: Teller
) -> None:
    await maeve.uses("/tacit core add Ben")
    await maeve.uses("/tacit core remove Maeve")
    assert await ward.coordinators() == ["Ben"]
    await ben.presses("I'd rather not")
    assert ben.sees("Nobody else who is here coordinates, so I left it as it is.")
    assert await ward.coordinators() == ["Ben"]
    await ben.uses("/tacit core add Maeve")
    await ben.presses("I'd rather not")
    assert ben.sees("Then you don't coordinate.") and await ward.coordinators() == ["Maeve"]


@pytest.mark.only_on("room")
async def test_who_is_taken_out_meanwhile_changes_nothing_more(
    ward: Ward, ravi: Teller, ben: Teller, maeve: Teller
) -> None:
    await maeve.uses("/tacit core add Ben")
    await ben.uses("/tacit core")
    await ben.presses("Add somebody")
    await maeve.uses("/tacit core remove Ben")
    await ben.fills_in(who=ward.room.account("ravi").id)
    assert ben.sees("so a coordinator does it")
    for label in ("Add somebody", "Take somebody out", "By a group"):
        await ben.presses(label)
        assert ben.form is None or ben.form.id == "core:add"
    assert await ward.coordinators() == ["Maeve"]


@pytest.mark.only_on("room")
async def test_somebody_who_left_is_no_one_to_rest_on(ward: Ward, ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/tacit core add Ben")
    await ben.leaves()
    await maeve.uses("/tacit core remove Maeve")
    assert maeve.sees_last("Nobody else who is here coordinates") and await ward.coordinators() == ["Maeve"]


@pytest.mark.only_on("room")
async def test_a_name_that_is_not_one_persons_changes_nothing(ward: Ward, ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/tacit core add Zoe")
    assert maeve.sees_last("I don't know exactly one person called Zoe.")
    await maeve.uses("/tacit core remove Ben")
    assert maeve.sees_last("Ben doesn't coordinate")
    await maeve.uses("/tacit core add Maeve")
    assert maeve.sees_last("Maeve coordinates already.")
    await maeve.uses("/tacit core please")
    assert maeve.sees_last("/tacit core add NAME") and await ward.coordinators() == ["Maeve"]


async def test_a_group_of_the_chat_says_who_coordinates(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    group = await ward.puts_together("leads", ben, lena, maeve)
    await maeve.uses("/tacit core")
    await maeve.presses("By a group")
    await maeve.fills_in(groups=group)
    assert maeve.sees_last("That is 2 people more, and I tell them.")
    assert await ward.coordinators() == ["Ben", "Lena", "Maeve"]
    assert lena.sees_last("so you are one of the coordinators of The ward now")
    assert lena.sees_last("leads") and not lena.sees_button("I'd rather not")
    await maeve.uses("/tacit core remove Lena")
    assert maeve.sees_last("which would bring them back") and maeve.sees_last("leads")
    await lena.uses("/tacit core remove Lena")
    assert lena.sees_last("which would bring you back. Leave that group there")
    await ward.puts_together("leads", ravi, ben)
    await ward.looks_at_groups()
    assert await ward.coordinators() == ["Ben", "Maeve", "Ravi"], "Maeve was named by hand"
    await maeve.uses("/tacit core")
    assert maeve.sees_last("Whoever is in") and maeve.sees_last("Ben, by")
    await ward.puts_together("leads")
    await ward.looks_at_groups()
    assert await ward.coordinators() == ["Maeve"]


@pytest.mark.only_on("room")
async def test_choosing_a_group_can_be_undone(ward: Ward, ben: Teller, lena: Teller, maeve: Teller) -> None:
    group = await ward.puts_together("leads", ben, lena, maeve)
    await maeve.uses("/tacit core add Ben")
    await maeve.uses("/tacit core")
    await maeve.presses("By a group")
    await maeve.fills_in(groups=group)
    assert await ward.coordinators() == ["Ben", "Lena", "Maeve"]
    await maeve.presses("Undo")
    assert maeve.sees("The groups are as they were before.") and await ward.coordinators() == ["Ben", "Maeve"]
    await ward.looks_at_groups()
    assert await ward.coordinators() == ["Ben", "Maeve"]


@pytest.mark.only_on("room")
async def test_when_a_group_decides_no_longer_its_people_stay(
    ward: Ward, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    group = await ward.puts_together("leads", ben, lena, maeve)
    for chosen in (group, ""):
        await maeve.uses("/tacit core")
        await maeve.presses("By a group")
        await maeve.fills_in(groups=chosen)
    assert maeve.sees_last("Nobody new comes in by") and maeve.sees_last("stays, until somebody takes them out")
    await ward.puts_together("leads")
    await ward.looks_at_groups()
    assert await ward.coordinators() == ["Ben", "Lena", "Maeve"]
    await maeve.uses("/tacit core remove Lena")
    assert await ward.coordinators() == ["Ben", "Maeve"]


@pytest.mark.only_on("room")
async def test_a_group_that_everybody_left_keeps_its_last_one(ward: Ward, ben: Teller, maeve: Teller) -> None:
    group = await ward.puts_together("leads", ben, maeve)
    await maeve.uses("/tacit core")
    await maeve.presses("By a group")
    await maeve.fills_in(groups=group)
    await ward.puts_together("leads", ben)
    await ben.uses("/tacit core remove Maeve")
    assert await ward.coordinators() == ["Ben"]
    await ward.puts_together("leads")
    await ward.looks_at_groups()
    assert await ward.coordinators() == ["Ben"]


async def test_a_private_channel_is_named_to_those_in_it(ward: Ward, ben: Teller, maeve: Teller) -> None:
    ward.room.open_channel("quiet-room", members=("ben", "tacit") if ward.platform.name == "room" else ("ben",))
    await maeve.uses("/tacit core add Ben")
    await ben.uses("/tacit core")
    await ben.presses("By a group")
    assert ben.form is not None and isinstance(ben.form.fields[0], Choice)
    quiet = {each.label: each.value for each in ben.form.fields[0].options}["Channel: #quiet-room"]
    await ben.fills_in(groups=quiet)
    await ben.uses("/tacit core")
    assert ben.sees_last("Whoever is in the channel #quiet-room coordinates.")
    if ward.platform.name != "slack":  # there it is a public one
        await maeve.uses("/tacit core")
        assert maeve.sees_last("Whoever is in a group of a chat coordinates.")
        assert not maeve.sees("quiet-room")


@pytest.mark.only_on("room")
async def test_where_there_is_no_group_it_is_said(ward: Ward, maeve: Teller) -> None:
    await maeve.uses("/tacit core")
    await maeve.presses("By a group")
    assert maeve.sees_last("I see no group here")


@pytest.mark.only_on("room")
async def test_among_many_groups_one_is_chosen_by_its_name(ward: Ward, ben: Teller, maeve: Teller) -> None:
    for number in range(30):
        await ward.puts_together(f"group-{number:02}", maeve)
    await ward.puts_together("leads", maeve, ben)
    await maeve.uses("/tacit core")
    await maeve.presses("By a group")
    errors = await maeve.fills_in(other="leaders")
    assert errors is not None and "exactly one group" in errors.errors["other"]
    await maeve.fills_in(other="#Leads")
    assert await ward.coordinators() == ["Ben", "Maeve"]


@pytest.mark.only_on("room")
async def test_who_cannot_be_told_is_not_left_in_the_dark(ward: Ward, maeve: Teller) -> None:
    noor = await ward.joins("Noor", takes_messages=False)
    await maeve.uses("/tacit core add Noor")
    assert maeve.sees("Noor takes no direct messages, so I couldn't tell them that they coordinate.")
    assert not noor.sees("named you a coordinator")


@pytest.mark.only_on("room")
async def test_everything_that_happens_twice_happens_once(ward: Ward, ben: Teller, maeve: Teller) -> None:
    ward.hears_everything_twice()
    await maeve.uses("/tacit core add Ben")
    assert sum("named you a coordinator" in each for each in ben.told_by_bot()) == 1


@pytest.mark.only_on("slack")
async def test_without_the_scope_it_says_what_is_missing_and_nobody_goes(
    ward: Ward, ben: Teller, maeve: Teller
) -> None:
    from loopback_people import SlackPeople

    assert isinstance(ward.room, SlackPeople)
    group = await ward.puts_together("leads", ben)
    await maeve.uses("/tacit core")
    await maeve.presses("By a group")
    await maeve.fills_in(groups=group)
    ward.room.slack.scopes.discard("usergroups:read")
    await ward.looks_at_groups()
    assert await ward.coordinators() == ["Ben", "Maeve"]
    await maeve.presses("By a group")
    assert maeve.sees_last("I'm not allowed to do that here (usergroups:read).")

"""What somebody is here, what waits for them and what their tips did: by `/me`, and on the home tab of Slack."""

import pytest
from telling import Teller, Ward

FLUSH = "Lukewarm water, push a little, pull a little, then wait ten minutes before you try again."


async def test_me_shows_what_waits_and_what_ones_tips_did(ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring the lift before you unlock the bed.")
    await lena.uses("/tip show 1")
    await lena.presses("Worked for me")
    await ravi.reacts("bulb", to=await ben.says(FLUSH))
    await ben.uses("/me")
    assert ben.sees_last("Open for you") and ben.sees_last("#2 Lukewarm water")
    assert ben.sees_last("What you gave") and ben.sees_last("#1 Ring the lift")
    assert ben.sees_last("1 other has used it (community team)")
    await ben.presses("#2")
    assert ben.sees_last("This is a draft")


async def test_me_shows_ones_open_question(ben: Teller, ravi: Teller) -> None:
    await ben.says("@tacit how do I lift somebody without a hoist?")
    await ben.presses("Ask, with my name")
    await ben.uses("/me")
    assert ben.sees_last("You asked: how do I lift somebody without a hoist?")
    await ravi.uses("/me")
    assert not ravi.sees_last("hoist")


async def test_slack_keeps_me_for_itself_so_there_is_another_way(ben: Teller) -> None:
    await ben.uses("/tacit me")
    assert ben.sees_last("This is how people here find you")


async def test_who_is_not_counted_has_no_ties(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await lena.uses("/me")
    await lena.presses("Don't count me")
    question = await ravi.says("Who has the spare wheelchair?")
    await lena.says("It's in the day room.", to=question)
    await ben.says("@ravi it's behind the door.", to=question)
    assert await ward.ties() == [("ben", "reply", "ravi")]
    await lena.tells_bot("thanks")
    assert await ward.ties() == [("ben", "reply", "ravi")]


@pytest.mark.only_on("slack")
async def test_the_home_tab_shows_the_same_and_can_be_used(ravi: Teller, ben: Teller) -> None:
    await ravi.reacts("bulb", to=await ben.says(FLUSH))
    await ben.opens_home()
    assert ben.sees_at_home("This is how people here find you") == 1
    assert ben.sees_at_home("#2 Lukewarm") == 0 and ben.sees_at_home("#1 Lukewarm water") == 1
    await ben.presses_at_home("#1")
    assert ben.sees_at_home("This is a draft") == 1
    await ben.presses_at_home("Yes, with my name")
    assert ben.sees_at_home("Kept as #1") == 1
    assert ben.sees_at_home("What you gave") == 1 and ben.sees_at_home("Open for you") == 0


@pytest.mark.only_on("slack")
async def test_a_switch_on_the_home_tab_is_shown_once(ben: Teller) -> None:
    await ben.opens_home()
    await ben.presses_at_home("No questions, please")
    assert ben.sees_at_home("I bring you no questions of others") == 1
    assert ben.sees_at_home("This is how people here find you") == 1
    await ben.presses_at_home("Change that")
    await ben.fills_in(practice="porter", place="theatres")
    assert ben.sees_at_home("theatres") == 1

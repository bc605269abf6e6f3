"""What somebody is here, what waits for them and what their tips did: by `/me`, and on the home tab of Slack."""

import json
from typing import Any

import pytest
from telling import Teller, Ward

from adapters.port import Message, MessageRef, PlatformRefused, Refused

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


async def test_everything_can_be_switched_off_done_less_often_and_paused(ward: Ward, ben: Teller) -> None:
    await ben.uses("/me")
    assert ben.sees_last("Unasked, at most 2 things a week")
    await ben.presses("What I may bring you…")
    await ben.presses("No quiet offers")
    await ben.presses("1 thing")
    await ben.presses("Every day")
    await ben.presses("For a week")
    assert ben.sees_last("I leave you in peace until") and ben.sees_button("Go on now")
    await ben.presses("Back")
    for said in ("at most 1 thing a week", "No quiet offers.", "A digest of your own, every day", "in peace until"):
        assert ben.sees_last(said), said
    await ward.lets_pass(days=8)
    await ben.uses("/me")
    assert not ben.sees_last("in peace until")


async def test_a_time_zone_that_there_is_not_is_refused_with_what_may_be_meant(ben: Teller) -> None:
    await ben.uses("/me")
    assert ben.sees_last("Europe/London, as for everyone here")
    await ben.presses("Change that")
    refused = await ben.fills_in(time_zone="Londn", practice="porter", place="theatres")
    assert refused is None or "Did you mean Europe/London" in refused.errors["time_zone"]
    await ben.uses("/me")
    assert not ben.sees_last("theatres")
    await ben.presses("Change that")
    await ben.fills_in(time_zone="america/new york", language="en")
    assert ben.sees_last("America/New York") and ben.sees_last("English")


async def test_not_to_be_counted_deletes_what_was_counted(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    question = await ravi.says("Who has the spare wheelchair?")
    await lena.says("It's in the day room.", to=question)
    await ben.says("It's behind the door.", to=question)
    assert len(await ward.ties()) == 2
    await ravi.uses("/me")
    assert ravi.sees_last("In the last 400 days: 0 of yours, 2 towards you.")
    await ravi.presses("Don't count me")
    assert ravi.sees_last("what was counted is deleted")
    await ravi.presses("Leave it")
    assert len(await ward.ties()) == 2
    await ravi.presses("Don't count me")
    await ravi.presses("Stop, and delete it")
    assert ravi.sees_last("I don't count whom you answer") and await ward.ties() == []
    await ravi.presses("Count me in")
    assert ravi.sees_last("0 of yours, 0 towards you")


async def test_everything_that_is_held_comes_as_a_file(ben: Teller) -> None:
    await ben.uses("/me")
    await ben.presses("Everything, as a file")
    assert ben.sees("This is everything that I hold about you")


@pytest.mark.only_on("room")
async def test_the_file_holds_what_is_theirs_and_names_of_others_only(ward: Ward, ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring the lift before you unlock the bed.")
    await lena.uses("/tip show 1")
    await lena.presses("Worked for me")
    await ben.uses("/me")
    await ben.presses("Everything, as a file")
    held = json.loads(ben.opens_file())
    assert held["member"][0]["practice"] == "porter" and held["account"][0]["name"].lower() == "ben"
    assert [(row["tip"], row["works"]) for row in held["tipauthor"]] == [
        (1, "Ring the lift before you unlock the bed.")
    ]
    assert "lena" not in ben.opens_file().lower()


async def test_who_asks_is_forgotten_and_their_tips_stay_without_their_name(
    ward: Ward, ravi: Teller, ben: Teller
) -> None:
    await ben.uses(f"/tip {FLUSH}")
    await ben.uses("/tip Ring the lift before you unlock the bed.")
    await ravi.uses("/tip show 1")
    assert ravi.sees_last("From Ben")
    await ben.uses("/me")
    await ben.presses("Forget me")
    assert ben.sees_last("What about the 2 tips that hold your words?")
    await ben.presses("Forget me, keep my tips without my name")
    assert ben.sees_last("Done. Your 2 tips stay without your name, as you chose; everything else about you is gone.")
    await ravi.uses("/tip show 1")
    assert ravi.sees_last("Lukewarm water") and not ravi.sees_last("Ben")
    assert "Ben" not in await ward.people()


async def test_who_asks_is_forgotten_with_their_tips_and_what_the_bot_said_of_them_in_rooms(
    ward: Ward, ravi: Teller, ben: Teller
) -> None:
    await ben.uses(f"/tip {FLUSH}")
    await ben.says("@tacit how do I lift somebody without a hoist?")
    await ben.presses("Ask, with my name")
    assert ravi.sees_last("how do I lift somebody without a hoist?")
    await ben.uses("/me")
    await ben.presses("Forget me")
    await ben.presses("Forget me, and my tips too")
    assert ben.sees("Done. Your tip is gone, as you chose, and so is everything else about you.")
    assert ben.sees("One message of mine in a room still shows you. I'm cleaning it now.")
    await ward.bot.idle()
    assert ravi.sees("Somebody asked something here, and has asked to be forgotten since.")
    assert not any("hoist" in said for said in ravi.told_by_bot() if "asked:" in said)
    await ravi.uses("/ask what helps with lukewarm water?")
    assert not ravi.sees_last("push a little")


@pytest.mark.only_on("room")
async def test_a_chat_that_is_away_is_cleaned_when_it_is_back(
    ward: Ward, ravi: Teller, ben: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ben.says("@tacit how do I lift somebody without a hoist?")
    await ben.presses("Ask, with my name")
    post = ravi.finds("how do I lift")
    await ben.uses("/me")
    await ben.presses("Forget me")

    async def away(message: MessageRef, new: Message, **answering: object) -> None:
        if message.id == post:
            raise PlatformRefused(Refused.UNREACHABLE, "room")
        await edit(message, new, **answering)

    edit: Any = ward.platform.edit
    monkeypatch.setattr(ward.platform, "edit", away)
    await ben.presses("Yes, forget me")
    await ward.bot.idle()
    assert "hoist" in ravi.reads(post)
    monkeypatch.undo()
    await ward.lets_pass(minutes=5)
    assert "hoist" not in ravi.reads(post)


async def test_whose_answer_solved_it_is_forgotten_in_the_room_too(ward: Ward, ravi: Teller, ben: Teller) -> None:
    await ravi.says("@tacit how do I lift somebody without a hoist?")
    await ravi.presses("Ask, with my name")
    post = ravi.finds("how do I lift")
    await ben.says("With two people and a slide sheet.", to=post)
    await ravi.presses("That solved it", on=post)
    assert "Ben's reply" in ravi.reads(post)
    await ben.uses("/me")
    await ben.presses("Forget me")
    await ben.presses("Yes, forget me")
    await ward.bot.idle()
    assert "Ben's reply" not in ravi.reads(post)
    assert "Whoever answered has asked to be forgotten since" in ravi.reads(post)
    assert "how do I lift somebody without a hoist?" in ravi.reads(post)


async def test_who_changes_their_mind_keeps_everything(ward: Ward, ben: Teller) -> None:
    await ben.uses(f"/tip {FLUSH}")
    await ben.uses("/me")
    await ben.presses("Forget me")
    assert ben.sees_last("at once and for good")
    await ben.presses("No, leave everything")
    assert ben.sees_last("#1 Lukewarm water")
    assert "Ben" in await ward.people()


async def test_who_was_forgotten_and_writes_again_is_neither_counted_nor_kept(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await ben.uses("/me")
    await ben.presses("Forget me")
    await ben.presses("Yes, forget me")
    said = await ben.says(FLUSH)
    await ravi.says("Thank you, that works.", to=said)
    await ravi.reacts("bulb", to=said)
    assert ravi.sees("would rather not have their words kept")
    assert await ward.ties() == [] and "Ben" not in await ward.people()
    await ben.tells_bot("what helps a blocked tube?")
    assert "Ben" in await ward.people()
    await ben.uses("/me")
    assert ben.sees_last("Nothing unasked") and ben.sees_button("Count me in")


async def test_who_is_not_counted_has_no_ties(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await lena.uses("/me")
    await lena.presses("Don't count me")
    await lena.presses("Stop, and delete it")
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
    await ben.presses_at_home("What I may bring you…")
    await ben.presses_at_home("No questions, please")
    assert ben.sees_at_home("I bring you no questions of others") == 1
    assert ben.sees_at_home("This is how people here find you") == 1
    await ben.presses_at_home("Change that")
    await ben.fills_in(practice="porter", place="theatres")
    assert ben.sees_at_home("theatres") == 1


@pytest.mark.only_on("slack")
async def test_who_is_forgotten_on_the_home_tab_is_not_known_again_by_looking_at_it(ward: Ward, ben: Teller) -> None:
    await ben.opens_home()
    await ben.presses_at_home("Forget me")
    await ben.presses_at_home("Yes, forget me")
    assert ben.sees_at_home("Done. Everything about you is gone.") == 1
    await ben.opens_home()
    assert ben.sees_at_home("I hold nothing about you") == 1 and ben.sees_at_home("porter") == 0
    assert "Ben" not in await ward.people()
    await ben.uses("/tacit me")
    assert ben.sees_last("Nothing unasked")

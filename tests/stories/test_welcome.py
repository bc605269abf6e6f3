"""The way in: what somebody new is shown, at their own pace, and who sees to it that nobody is left alone."""

import pytest
from telling import Teller, Ward

TUBE = "Blocked feeding tube: lukewarm water, push gently, pull, then wait ten minutes."
HOIST = "Hoist battery dies: charge it with the handset unplugged, an hour is enough."


async def _tips(ravi: Teller, ben: Teller, lena: Teller) -> None:
    """Ravi keeps two things, and both work for Ben and Lena."""
    for number, tip in enumerate((TUBE, HOIST), 1):
        await ravi.uses(f"/tip {tip}")
        for each in (ben, lena):
            await each.uses(f"/tip show {number}")
            await each.presses("Worked for me")


async def _a_talk(ravi: Teller, ben: Teller, lena: Teller) -> str:
    """Lena asks all, Ravi and Ben answer, and Lena ticks Ravi's reply."""
    await lena.uses("/ask why does the pump in bed nine alarm at three every night")
    await lena.presses("Ask, with my name")
    question = lena.finds("why does the pump in bed nine")
    reply = await ravi.says("It is the drug library update at three, switch the radio off.", to=question)
    await ben.says("Same here, radio off helped.", to=question)
    await lena.reacts("white_check_mark", to=reply)
    return question


def _welcomed(who: Teller) -> list[str]:
    """What the bot said to somebody by itself that belongs to the way in."""
    signs = (
        "Welcome to The ward",
        "I chose this because",
        "I thought of them",
        "I ask because",
        "I bring this up",
        "You said later",
    )
    return [each for each in who.told_by_bot() if any(sign in each for sign in signs)]


async def test_somebody_new_is_told_what_people_rely_on(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    assert noor.sees("Hello, I'm Tacit, a bot that remembers what people here work out.")
    assert noor.sees("Welcome to The ward")
    assert noor.sees(
        "#1 Blocked feeding tube: lukewarm water, push gently, pull, then wait ten minutes (from Ravi, 2 others use it)"
    )
    await noor.presses("Say what I do")
    await noor.fills_in(practice="physiotherapist", place="ward 9")
    assert noor.sees_last("Thank you. That helps me choose.")
    assert noor.sees_last("What people who do the same rely on")
    assert len(_welcomed(noor)) == 1


async def test_who_comes_back_who_was_here_before_and_who_joins_twice_is_one_and_the_same(
    ward: Ward, ravi: Teller
) -> None:
    noor = await ward.joins("Noor")
    assert len(_welcomed(noor)) == 1
    await noor.leaves()
    await ward.joins("Noor")
    assert len(_welcomed(noor)) == 1
    await ravi.leaves()
    await ward.joins("Ravi")
    assert _welcomed(ravi) == []


async def test_who_writes_at_once_is_answered_and_not_lectured(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    await noor.tells_bot("the feeding tube is blocked, what do you do?")
    assert noor.sees_last("Blocked feeding tube")
    assert not noor.sees_last("Welcome")


@pytest.mark.only_on("room")
async def test_a_keen_newcomer_who_does_everything_gets_two_messages_in_all(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    question = await _a_talk(ravi, ben, lena)
    await ravi.uses("/tacit welcome")
    await ravi.presses("Yes, I would")
    noor = await ward.joins("Noor")
    await noor.presses("Yes, ask Ravi")
    await ravi.presses("Yes, please do")
    await noor.presses("Say what I do")
    await noor.fills_in(practice="nurse", place="ward 9")
    await noor.says("Radio off helps on ours too.", to=question)
    await noor.uses("/tip show 1")
    await noor.presses("Worked for me")
    await noor.uses("/tip Door sticks in frost: lift it by the handle while you push.")
    await noor.uses("/ask who waters the plants on the balcony")
    await noor.presses("Ask, with my name")
    await ward.lets_pass(days=21)
    said = _welcomed(noor)
    assert len(said) == 2, "\n=====\n".join(said)
    assert "Would you show somebody new round" in said[1]
    await noor.presses("Yes, I would")
    assert noor.sees_last("Thank you. I'll tell new people your name")
    told = len(noor.told_by_bot())
    await ward.lets_pass(days=21)
    assert len(noor.told_by_bot()) == told


@pytest.mark.only_on("room")
async def test_a_silent_reader_is_left_in_peace_after_three(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    await _a_talk(ravi, ben, lena)
    noor = await ward.joins("Noor")
    await ward.lets_pass(days=28)
    said = _welcomed(noor)
    assert len(said) == 3, said
    assert "3 of us worked something out" in said[1] and "This is the last one" not in said[1]
    assert "Does this hold where you are?" in said[2] and "This is the last one unless you want more" in said[2]
    assert "haven't" not in " ".join(said)
    await noor.uses("/tacit welcome")
    assert noor.sees_last("Here is one small thing, if you like")
    await noor.presses("Show me round after all")
    assert noor.sees_last("Gladly. One small thing at a time.")


@pytest.mark.only_on("room")
async def test_each_step_follows_from_what_somebody_did(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    await noor.presses("Say what I do")
    await noor.fills_in(practice="physiotherapist", place="ward 9")
    await ward.lets_pass(days=3)
    assert noor.sees_last("Does this hold where you are?")
    assert noor.sees_last("I chose this because you said “physiotherapist”.")
    await noor.presses("Yes")
    await ward.lets_pass(days=4)
    assert noor.sees_last("Is there a trick from where you were before")
    await noor.presses("Later")
    assert noor.sees_last("Another time, then.")
    told = len(_welcomed(noor))
    await ward.lets_pass(days=13)
    assert len(_welcomed(noor)) == told
    await ward.lets_pass(days=3)
    assert noor.sees_last("Is there a trick from where you were before")
    assert noor.sees_last("You said later, so here it is again.")
    await noor.presses("Later")
    assert noor.sees_last("I won't bring it up again.")


@pytest.mark.only_on("room")
async def test_who_asked_what_nobody_knew_may_put_it_to_the_others(ward: Ward, ravi: Teller, ben: Teller) -> None:
    noor = await ward.joins("Noor")
    await noor.uses("/ask where do the bariatric beds go on a Sunday")
    await noor.presses("Leave it")
    await ward.lets_pass(days=3)
    assert noor.sees_last("I had nothing good when you asked me this")
    assert noor.sees_last("where do the bariatric beds go on a Sunday")
    await noor.presses("Yes, without my name")
    assert ravi.sees("where do the bariatric beds go on a Sunday")


async def test_who_says_stop_hears_no_more(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    noor = await ward.joins("Noor")
    await noor.presses("Stop these")
    assert noor.sees_last("Then I'll leave you to it. Ask me anything, any time.")
    told = len(noor.told_by_bot())
    await _tips(ravi, ben, lena)
    await ward.lets_pass(days=8)
    assert len(noor.told_by_bot()) == told
    await noor.uses("/me")
    assert noor.sees_last("one thing at a time while you are new")


async def test_first_words_that_nobody_answers_are_brought_to_a_peer(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await ravi.says("Morning all")
    await ben.reacts("wave", to=await lena.says("Off to ward 9"))
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    hello = await noor.says("Hi, I'm Noor, new on nights. Who do I ask about the feeding tube that is blocked?")
    await ward.lets_pass(hours=2)
    await ben.reacts("wave", to=hello)
    await ward.lets_pass(hours=22)
    told = [each for each in (ravi, ben, lena) if each.sees("Noor is new here and wrote this on")]
    assert 1 <= len(told) <= 2
    assert told[0].sees("new on nights. Who do I ask about the feeding tube")
    assert told[0].sees("You know something about it. No rush, and no harm in passing.")
    assert not maeve.sees("may be glad of a word")
    await ward.lets_pass(hours=28)
    assert maeve.sees("Somebody new may be glad of a word from one of you.")
    await maeve.uses("/review")
    assert maeve.sees_last("Noor is new, wrote on") and maeve.sees_last("Somebody has seen it.")
    assert maeve.sees_last("Fewer than five people came, so there are no numbers to show.")
    await ravi.says("Hello Noor, ring the feeding team on nights.", to=hello)
    await maeve.uses("/review")
    assert maeve.sees_last("Nothing needs a look just now.")
    await ravi.uses("/review")
    assert not ravi.sees("What needs a look") and not ravi.sees("Nothing needs a look")
    await ward.lets_pass(days=2)
    assert len([each for each in maeve.told_by_bot() if "from one of you" in each]) == 1
    assert not noor.sees("may be glad of a word") and not noor.sees("wrote this on")


@pytest.mark.only_on("room")
async def test_first_words_that_somebody_answers_are_nobody_s_business(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    noor, amir, kofi = await ward.joins("Noor"), await ward.joins("Amir"), await ward.joins("Kofi")
    in_thread = await noor.says("Hello, I'm new.")
    await ward.lets_pass(hours=1)
    await ravi.says("Welcome!", to=in_thread)
    await amir.says("Hi all.")
    await ben.says("Morning!")
    await ward.lets_pass(hours=1)
    await kofi.says("Hi from me too.")
    await ward.lets_pass(hours=3)
    await lena.says("Good to have you here, Kofi.")
    await ward.lets_pass(days=3)
    for each in (ravi, ben, lena, maeve):
        assert not each.sees("is new here and wrote this") and not each.sees("may be glad of a word")


@pytest.mark.only_on("room")
async def test_a_peer_passes_and_another_is_asked(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    noor = await ward.joins("Noor")
    await noor.says("Hello, I'm new here and wonder where the kettle is.")
    await ward.lets_pass(days=1)
    told = [each for each in (ravi, ben, lena) if each.sees("is new here and wrote this")]
    assert len(told) == 2
    await told[0].presses("Not this one")
    await ward.lets_pass(hours=12)
    assert len([each for each in (ravi, ben, lena) if each.sees("is new here and wrote this")]) == 2
    assert told[0].sees_last("That's fine. I'll ask somebody else.")


async def test_a_companion_and_a_newcomer_meet_when_both_want_it(ward: Ward, ravi: Teller, ben: Teller) -> None:
    await ravi.uses("/tacit welcome")
    await ravi.presses("Yes, I would")
    noor = await ward.joins("Noor")
    assert noor.sees("Ravi (nurse, ward 4) has been here since March 2025 and is happy to show new people round.")
    assert not ravi.sees("would like you to show them round")
    await noor.presses("Yes, ask Ravi")
    assert noor.sees_last("I'll ask Ravi. If they'd like to, I'll open a conversation for the two of you.")
    assert ravi.sees_last("Noor is new here and would like you to show them round.")
    await ravi.presses("Yes, please do")
    assert noor.sees("you both wanted to talk, so here is a place for it.")
    assert ravi.sees("you both wanted to talk, so here is a place for it.")
    assert not ben.sees("you both wanted to talk")
    assert ("ravi", "welcomed", "noor") in await ward.ties()
    await noor.uses("/tacit welcome")
    assert noor.sees_last("Ravi is showing you round.")
    await noor.presses("That's enough for me")
    assert noor.sees("The conversation stays yours.")
    assert ravi.sees_last("Noor can find their own way now. Thank you for showing them round.")


@pytest.mark.only_on("room")
async def test_a_companion_from_whom_no_word_comes_is_replaced_kindly(ward: Ward, ravi: Teller, ben: Teller) -> None:
    for each in (ravi, ben):
        await each.uses("/tacit welcome")
        await each.presses("Yes, I would")
    noor = await ward.joins("Noor")
    first, second = (ravi, ben) if noor.sees("Yes, ask Ravi") else (ben, ravi)
    await noor.presses(f"Yes, ask {first.id.title()}")
    told = len(first.told_by_bot())
    await ward.lets_pass(days=4)
    assert noor.sees(f"{first.id.title()} may have a lot on just now. Shall I ask somebody else to show you round?")
    assert len(first.told_by_bot()) == told, "who did not answer is told nothing"
    await noor.presses("Ask somebody else")
    await second.presses("Yes, please do")
    assert noor.sees("you both wanted to talk")


async def test_one_without_direct_messages_is_tried_once_and_finds_the_door(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor", takes_messages=False)
    hello = await noor.says("Hello, I'm Noor and new here.")
    await ward.lets_pass(days=1)
    assert [each for each in (ravi, ben, lena) if each.sees("Noor is new here and wrote this")]
    await ravi.says("Hello Noor!", to=hello)
    await noor.uses("/tacit welcome")
    assert noor.sees_last("Does this hold where you are?")


@pytest.mark.only_on("room")
async def test_one_far_away_is_written_to_in_their_morning(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor", "Pacific/Auckland")  # nine in the morning here is ten in the evening there
    assert noor.told_by_bot() == []
    await ward.lets_pass(hours=9)
    assert noor.told_by_bot() == []
    await ward.lets_pass(hours=4)
    assert len(_welcomed(noor)) == 1


@pytest.mark.only_on("room")
async def test_a_department_of_fifty_is_one_message_each_and_floods_nobody(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _tips(ravi, ben, lena)
    await ravi.uses("/tacit welcome")
    await ravi.presses("Yes, I would")
    before = {each.id: len(each.told_by_bot()) for each in (ravi, ben, lena, maeve)}
    new = [await ward.joins(f"Person{number}") for number in range(50)]
    for each in new[:30]:
        await each.says(f"Hello from {each.id}.")
        await ward.lets_pass(minutes=11)
    assert [len(_welcomed(each)) for each in new] == [1] * 50
    assert sum(each.sees("Yes, ask Ravi") for each in new) == 2, "a companion has two newcomers at most"
    await ward.lets_pass(days=3)
    for each in (ravi, ben, lena):
        said = [text for text in each.told_by_bot()[before[each.id] :] if "new here" in text or "new people" in text]
        assert len(said) <= 2, said
    assert len([text for text in maeve.told_by_bot() if "may be glad of a word" in text]) <= 2
    assert maeve.sees("more. See /review.")


@pytest.mark.only_on("room")
async def test_the_digest_names_who_is_new_where_they_said_yes(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await maeve.uses("/digest here")
    await _tips(ravi, ben, lena)
    noor, amir = await ward.joins("Noor"), await ward.joins("Amir")
    for each, choice in ((noor, "yes"), (amir, "no")):
        await each.presses("Say what I do")
        await each.fills_in(practice="nurse", place="ward 9", named=choice)
    await ward.lets_pass(days=7, hours=1)
    digest = next(each for each in ben.told_by_bot() if "What worked" in each)
    assert "New faces" in digest and "Noor (nurse, ward 9)" in digest
    assert "Amir" not in digest


@pytest.mark.only_on("room")
async def test_a_pause_puts_invitations_off_and_uses_none_up(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    await noor.uses("/me")
    await noor.presses("What I may bring you…")
    await noor.presses("For 4 weeks")
    await ward.lets_pass(days=27)
    assert len(_welcomed(noor)) == 1
    await ward.lets_pass(days=3)
    assert noor.sees_last("Does this hold where you are?")


@pytest.mark.only_on("room")
async def test_who_stopped_and_wants_more_after_all_gets_it(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    await noor.presses("Stop these")
    await ward.lets_pass(days=3)
    await noor.presses("Show me round after all")
    await ward.lets_pass(days=4)
    assert noor.sees_last("Does this hold where you are?")


async def test_who_said_not_this_time_is_not_asked_again(ward: Ward, ravi: Teller) -> None:
    await ravi.uses("/tacit welcome")
    await ravi.presses("Yes, I would")
    noor = await ward.joins("Noor")
    hello = noor.finds("Welcome to The ward")
    await noor.presses("Yes, ask Ravi")
    await ravi.presses("Not this time")
    told = len(ravi.told_by_bot())
    assert noor.sees_last("Ravi may have a lot on just now.")
    await noor.presses("Yes, ask Ravi", on=hello)
    assert noor.sees_last("They may have a lot on just now. Shall I ask somebody else?")
    await noor.presses("Ask somebody else")
    assert noor.sees("Everybody who shows people round has their hands full just now.")
    assert len(ravi.told_by_bot()) == told


@pytest.mark.only_on("room")
async def test_a_talk_that_ends_with_the_newcomer_s_thanks_is_left_in_peace(ward: Ward, ravi: Teller) -> None:
    await ravi.uses("/tacit welcome")
    await ravi.presses("Yes, I would")
    noor = await ward.joins("Noor")
    await noor.presses("Yes, ask Ravi")
    await ravi.presses("Yes, please do")
    talk = ward.room.channel_of(noor.finds("you both wanted to talk"))
    await noor.says("Where do people eat?", in_=talk)
    await ravi.says("By the lifts, at noon.", in_=talk)
    await noor.says("Thanks, that was great!", in_=talk)
    await ward.lets_pass(days=10)
    assert not noor.sees("may have a lot on")


@pytest.mark.only_on("room")
async def test_what_is_said_in_a_busy_room_answers_nobody(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    noor = await ward.joins("Noor")
    await noor.says("Hello, I'm new here.")
    await ravi.says("The evening meds trolley is short of syringes.")
    await ben.says("Hi Lena, can you swap Friday?")
    await ward.lets_pass(days=1)
    assert [each for each in (ravi, ben, lena) if each.sees("Noor is new here and wrote this")]


@pytest.mark.only_on("room")
async def test_who_turns_it_on_again_in_me_is_shown_round_again(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await _tips(ravi, ben, lena)
    noor = await ward.joins("Noor")
    await noor.presses("Stop these")
    await ward.lets_pass(days=2)
    await noor.uses("/me")
    await noor.presses("What I may bring you…")
    await noor.presses("Show me round")
    await ward.lets_pass(days=9)
    assert noor.sees_last("Does this hold where you are?")


@pytest.mark.only_on("room")
async def test_who_never_answers_is_not_asked_again_and_again(ward: Ward, ravi: Teller, ben: Teller) -> None:
    for each in (ravi, ben):
        await each.uses("/tacit welcome")
        await each.presses("Yes, I would")
    for number in range(4):
        new = await ward.joins(f"New{number}")
        shown = next(each for each in ("Ravi", "Ben") if new.sees(f"Yes, ask {each}"))
        await new.presses(f"Yes, ask {shown}")
        if shown == "Ben":
            await ben.presses("Yes, please do")
            await new.presses("That's enough for me")
        await ward.lets_pass(days=4)
    asked = [each for each in ravi.told_by_bot() if "would like you to show them round" in each]
    assert 1 <= len(asked) <= 2

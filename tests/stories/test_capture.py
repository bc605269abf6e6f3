"""From chat to know-how in seconds: every way in, and nobody's words without their yes."""

import pytest
from telling import Teller, Ward

FLUSH = "Lukewarm water, push a little, pull a little, then wait ten minutes before you try again."


async def test_a_light_bulb_keeps_what_somebody_wrote(ravi: Teller, ben: Teller) -> None:
    message = await ravi.says(FLUSH)
    await ben.reacts("bulb", to=message)
    assert ben.sees("I've asked Ravi")
    assert ravi.sees("Hello, I'm Tacit, a bot")
    assert ravi.sees("Ben would like to keep what you wrote")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("Kept as #1")
    assert ben.sees("Its author said yes, so #1 is kept")
    await ben.uses("/tip show 1")
    assert ben.sees("From Ravi (ward 4)")


async def test_a_light_bulb_on_your_own_words_asks_you_as_well(ben: Teller) -> None:
    message = await ben.says(FLUSH)
    await ben.reacts("bulb", to=message)
    await ben.presses("Yes, with my name")
    assert ben.sees("Kept as #1")


async def test_without_my_name_means_without_my_name(ravi: Teller, ben: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says(FLUSH))
    await ravi.presses("Yes, without my name")
    await ben.uses("/tip show 1")
    assert ben.sees_last("From someone here")
    assert not ben.sees_last("Ravi")


async def test_no_means_that_nothing_is_kept(ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says(FLUSH))
    await ravi.presses("No")
    assert ravi.sees_last("Then I don't keep it")
    assert ben.sees("won't be kept")
    await lena.uses("/tip list")
    assert lena.sees("There are no tips yet")
    await ben.uses("/tip show 1")
    assert ben.sees_last("I can't find #1")


async def test_edit_first_changes_the_words_before_they_show(ravi: Teller, ben: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says(FLUSH))
    await ravi.presses("Edit first")
    assert ravi.form_says("works") == FLUSH
    await ravi.fills_in(works="Lukewarm water and patience, in that order.")
    assert ravi.sees("Changed. May I keep it so?")
    await ravi.presses("Yes, with my name")
    await ben.uses("/tip show 1")
    assert ben.sees_last("patience, in that order")


async def test_until_then_only_the_two_of_them_see_the_draft(ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says(FLUSH))
    await lena.uses("/tip show 1")
    assert lena.sees("I can't find #1")
    for insider in (ravi, ben):
        await insider.uses("/tip show 1")
        assert insider.sees("This is a draft")
    await lena.tells_bot("how do I use lukewarm water to push and pull?")
    assert not any("wait ten minutes" in text for text in lena.told_by_bot())


@pytest.mark.only_on("room")
async def test_an_unanswered_request_is_repeated_once_and_then_lapses(ward: Ward, ravi: Teller, ben: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says(FLUSH))
    before = len(ravi.told_by_bot())
    await ward.lets_pass(days=4)
    assert ravi.sees_last("asked a few days ago")
    await ward.lets_pass(days=10)
    assert len(ravi.told_by_bot()) == before + 1
    assert ben.sees("won't be kept")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("settled already")


async def test_somebody_who_wants_no_requests_gets_none(ravi: Teller, ben: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says(FLUSH))
    await ravi.presses("No, and don't ask me again")
    asked = len(ravi.told_by_bot())
    await ben.reacts("bulb", to=await ravi.says("Always check the brakes before the belt, never after."))
    assert ben.sees("would rather not have their words kept")
    assert len(ravi.told_by_bot()) == asked


async def test_a_command_with_words_keeps_them_at_once(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Turn the chair before you lower the bed, or you will do both twice.")
    assert ben.sees("Kept as #1")
    await lena.uses("/tip show 1")
    assert lena.sees("From Ben (ward 6)")


async def test_the_short_form(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip")
    errors = await ben.fills_in(works="   ")
    assert errors is not None and "works" in errors.errors
    await ben.fills_in(
        works="Ring the lift before you unlock the bed.", situation="Moving a bed at six", kind="workaround"
    )
    assert ben.sees("Kept as #1")
    await ben.presses("Add where and tags")
    await ben.fills_in(context="ward 6, mornings", tags="beds, lifts")
    await lena.uses("/tip list beds")
    assert lena.sees("Ring the lift before you unlock the bed")


async def test_ones_own_name_can_be_taken_off_afterwards(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring the lift before you unlock the bed.")
    await ben.presses("Take my name off")
    await lena.uses("/tip show 1")
    assert lena.sees_last("From someone here")


async def test_a_thread_becomes_a_tip_with_its_parts(ravi: Teller, ben: Teller, lena: Teller) -> None:
    question = await ben.says("Does anyone know why the hoist battery dies after two lifts?")
    await lena.says("Mine did that too, no idea.", to=question)
    await ravi.says("Seat the battery until it clicks twice; one click only looks charged.", to=question)
    await ben.says("That did it, thank you!", to=question)
    await lena.says("Make sure it's the blue one though, because the grey one never clicks.", to=question)
    await lena.chooses("Keep as know-how", on=question)
    assert "hoist battery dies" in lena.form_says("situation")
    assert lena.form_says("works").startswith("Seat the battery until it clicks twice")
    assert "blue one" in lena.form_says("why")
    await lena.fills_in()
    assert lena.sees("I've asked")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("once the others whose words are in it say yes too")
    await ben.presses("Yes, with my name")
    await lena.uses("/tip show 1")
    assert lena.sees_last("From Ravi and Lena, answering Ben")
    assert lena.sees_button("See where it came from")


async def test_an_asker_who_says_no_takes_only_their_words_out(ravi: Teller, ben: Teller, lena: Teller) -> None:
    question = await ben.says("Does anyone know why the hoist battery dies after two lifts?")
    await ravi.says("Seat the battery until it clicks twice; one click only looks charged.", to=question)
    await lena.chooses("Keep as know-how", on=question)
    await lena.fills_in()
    await ben.presses("No")
    await ravi.presses("Yes, with my name")
    await lena.uses("/tip show 1")
    assert lena.sees_last("Seat the battery") and not lena.sees_last("dies after two lifts")


async def test_an_asker_cannot_change_what_somebody_else_wrote(ravi: Teller, ben: Teller, lena: Teller) -> None:
    question = await ben.says("Does anyone know why the hoist battery dies after two lifts?")
    await ravi.says("Seat the battery until it clicks twice; one click only looks charged.", to=question)
    await lena.chooses("Keep as know-how", on=question)
    await lena.fills_in()
    await ravi.presses("Yes, with my name")
    await ben.presses("Edit first")
    await ben.fills_in(works="Hit it with a hammer.", situation="The hoist battery dies.")
    await ben.presses("Yes, with my name")
    await lena.uses("/tip show 1")
    assert lena.sees_last("until it clicks twice") and lena.sees_last("The hoist battery dies.")
    assert not lena.sees_last("hammer")


async def test_a_co_author_changes_nothing_by_command_either(ravi: Teller, ben: Teller, lena: Teller) -> None:
    question = await ben.says("Does anyone know why the hoist battery dies after two lifts?")
    await ravi.says("Seat the battery until it clicks twice; one click only looks charged.", to=question)
    await lena.chooses("Keep as know-how", on=question)
    await lena.fills_in()
    await ravi.presses("Yes, with my name")
    await ben.uses("/tip edit 1")
    await ben.fills_in(works="Use a hammer.")
    await ben.presses("Yes, with my name")
    await ben.uses("/tip edit 1")
    await ben.fills_in(works="Use two hammers.")
    await lena.uses("/tip show 1")
    assert lena.sees_last("until it clicks twice") and not lena.sees_last("hammer")


async def test_what_its_author_deleted_no_co_author_brings_back(ravi: Teller, ben: Teller, lena: Teller) -> None:
    question = await ben.says("Does anyone know why the hoist battery dies after two lifts?")
    await ravi.says("Seat the battery until it clicks twice; one click only looks charged.", to=question)
    await lena.chooses("Keep as know-how", on=question)
    await lena.fills_in()
    await ravi.presses("Yes, with my name")
    await ben.presses("Yes, with my name")
    await ravi.uses("/tip delete 1")
    assert ben.sees_last("Ravi deleted #1") and not ben.sees_button("Undo that")
    await ben.uses("/tip undo 1")
    assert ben.sees_last("Only whoever made that change")


async def test_authors_see_all_that_they_say_yes_to(ravi: Teller, ben: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says("Seat it well. " * 100 + "And then the very last word."))
    assert ravi.sees("And then the very last word.")


async def test_a_reply_deleted_while_the_thread_waits_takes_the_draft_with_it(
    ravi: Teller, ben: Teller, lena: Teller
) -> None:
    question = await ben.says("Does anyone know why the hoist battery dies after two lifts?")
    reply = await ravi.says("Seat the battery until it clicks twice; one click only looks charged.", to=question)
    await lena.chooses("Keep as know-how", on=question)
    await lena.fills_in()
    await ravi.deletes(reply)
    await lena.uses("/tip drafts")
    assert lena.sees_last("There are no drafts of yours")


async def test_a_mention_keeps_the_thread(ravi: Teller, ben: Teller) -> None:
    root = await ravi.says(FLUSH)
    await ben.says("@tacit keep this", to=root)
    assert ravi.sees("would like to keep what you wrote")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("Kept as #1")


async def test_a_question_that_nobody_answered_is_no_know_how(ravi: Teller, ben: Teller) -> None:
    root = await ravi.says("Does anyone know where the spare slings are kept?")
    await ben.reacts("bulb", to=root)
    assert ben.sees_last("nobody has answered it yet") and not ravi.told_by_bot()
    await ben.chooses("Keep as know-how", on=root)
    assert "spare slings" in ben.form_says("situation") and ben.form_says("works") == ""


async def test_keep_this_outside_a_thread_says_what_to_do_instead(ben: Teller) -> None:
    await ben.says("@tacit keep this")
    assert ben.sees("Say that in a thread")


async def test_one_message_by_its_menu(ravi: Teller, ben: Teller) -> None:
    message = await ravi.says(FLUSH)
    await ben.chooses("Keep as know-how", on=message)
    await ben.fills_in(title="Flushing lines")
    assert ravi.sees('what you wrote about "Flushing lines"')


async def test_two_people_keep_the_same_message(ravi: Teller, ben: Teller, lena: Teller) -> None:
    message = await ravi.says(FLUSH)
    await ben.reacts("bulb", to=message)
    await lena.reacts("bulb", to=message)
    assert lena.sees("it waits for a yes")
    assert sum("would like to keep" in text for text in ravi.told_by_bot()) == 1
    await ravi.presses("Yes, with my name")
    await lena.chooses("Keep as know-how", on=message)
    assert lena.sees("That's here already, as #1")


async def test_a_message_deleted_while_its_capture_is_pending(ravi: Teller, ben: Teller) -> None:
    message = await ravi.says(FLUSH)
    await ben.reacts("bulb", to=message)
    await ravi.deletes(message)
    assert ben.sees("was deleted, so I've dropped the draft")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("settled already")


async def test_an_author_who_left(ravi: Teller, ben: Teller) -> None:
    message = await ravi.says(FLUSH)
    await ravi.leaves()
    await ben.reacts("bulb", to=message)
    assert ben.sees("Its author has left")


@pytest.mark.only_on("room")
async def test_what_a_tip_did_for_others_is_told_at_most_once_a_week(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await ravi.uses("/tip " + FLUSH)
    for other in (ben, lena):
        await other.uses("/tip show 1")
        await other.presses("Worked for me")
    await ward.lets_pass(days=7)
    helped = [text for text in ravi.told_by_bot() if "has helped others" in text]
    assert len(helped) == 1 and "It worked for 2 people" in helped[0]
    await ward.lets_pass(days=7)
    assert len([text for text in ravi.told_by_bot() if "has helped others" in text]) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("👍👍", "I can only keep words"),
        ("x" * 3_001, "a tip holds 3000"),
        ("y " * 19_990, "a tip holds 3000"),
    ],
)
async def test_what_cannot_be_kept_is_said_kindly(ben: Teller, words: str, answer: str) -> None:
    await ben.uses(f"/tip {words}")
    assert ben.sees(answer)
    await ben.uses("/tip list")
    assert ben.sees("There are no tips yet")


async def test_a_bare_command_opens_the_form_even_with_blanks(ben: Teller) -> None:
    await ben.uses("/tip    ")
    assert ben.form is not None


async def test_who_said_no_to_one_is_still_asked_about_the_next(ward: Ward, ravi: Teller, ben: Teller) -> None:
    first = await ravi.says("Warm the gel on the radiator first.")
    await ben.reacts("bulb", to=first)
    await ravi.presses("No")
    second = await ravi.says("Lift the door by its handle in frost.")
    await ben.reacts("bulb", to=second)
    assert ravi.sees_last("Lift the door by its handle in frost.")
    await ravi.presses("Yes, with my name")
    await ben.uses("/tip list")
    assert ben.sees_last("Lift the door by its handle")

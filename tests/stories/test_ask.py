"""An answer from your peers, or the peer who has it; and where there is none, it says so."""

import pytest
from telling import Teller, Ward

from knowledge.search import Encoder

BATTERY = "Seat the hoist battery until it clicks twice, one click only looks charged."
FLUSH = "When the feeding tube is blocked: lukewarm water, push a little, pull a little, wait ten minutes."


@pytest.fixture(autouse=True)
async def known(ravi: Teller) -> None:
    """Two tips of Ravi's."""
    await ravi.uses(f"/tip {BATTERY}")
    await ravi.uses(f"/tip {FLUSH}")


async def test_a_mention_is_answered_in_the_thread_for_everybody(ben: Teller, lena: Teller) -> None:
    await ben.says("@tacit what to do about a blocked feeding tube?")
    assert lena.sees("lukewarm water") and lena.sees("From Ravi (ward 4)")


async def test_a_direct_message_is_answered_there(ben: Teller, lena: Teller) -> None:
    await ben.tells_bot("blocked feeding tube")
    assert ben.sees_last("lukewarm water")
    assert not any("lukewarm" in text for text in lena.told_by_bot())


async def test_a_command_is_answered_for_the_asker_alone(ben: Teller, lena: Teller) -> None:
    await ben.uses("/ask blocked feeding tube")
    assert ben.sees_last("lukewarm water")
    assert not lena.told_by_bot()
    await ben.uses("/ask")
    await ben.fills_in(question="how do I seat the hoist battery")
    assert ben.sees_last("clicks twice")


@pytest.mark.parametrize(
    "question",
    [
        "blokced feding tube",
        "my feeding tubes keep blocking",
        "what do you all do with a feeding tube that is blocked?",
    ],
)
async def test_typos_and_other_word_forms_find_it(ben: Teller, question: str) -> None:
    await ben.tells_bot(question)
    assert ben.sees_last("lukewarm water")


async def test_other_words_for_the_same_thing_find_it(encoder: Encoder, ben: Teller) -> None:
    await ben.tells_bot("the lifting machine keeps running out of power after I charged it")
    assert ben.sees_last("clicks twice")


async def test_an_answer_says_who_and_how_it_went_where(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip show 2")
    await ben.presses("Worked for me")
    await lena.uses("/tip show 2")
    await lena.presses("Not here")
    await lena.fills_in(note="Fine-bore tubes need the nurse.")
    await ben.tells_bot("blocked feeding tube")
    assert ben.sees_last("It depends on the place")
    assert ben.sees_last("1 other has used it (ward 6)")
    assert ben.sees_last("It didn't work for 1 (community team)")
    assert ben.sees_last("Last checked 2 March 2026")


async def test_buttons_under_an_answer_count(ben: Teller, lena: Teller) -> None:
    await ben.tells_bot("blocked feeding tube")
    await ben.presses("Worked for me")
    await lena.uses("/tip show 2")
    assert lena.sees("1 other has used it")


async def test_it_says_whom_it_worked_for_where_the_asker_is(ben: Teller, lena: Teller, maeve: Teller) -> None:
    await lena.uses("/tip show 2")
    await lena.presses("Worked for me")
    await ben.tells_bot("blocked feeding tube")
    assert ben.sees_last("1 other has used it (community team)") and not ben.sees_last("your practice or place")
    await maeve.uses("/me")
    await maeve.presses("Change that")
    await maeve.fills_in(practice="Nurse", place="Ward 6")
    await maeve.uses("/tip show 2")
    await maeve.presses("Worked for me")
    await ben.tells_bot("what helps a blocked feeding tube?")
    assert ben.sees_last("It worked for 1 person who shares your practice or place: ward 6.")


async def test_what_was_not_asked_is_not_the_answer_to_it_again(ben: Teller, lena: Teller) -> None:
    await ben.tells_bot("blocked feeding tube")
    assert ben.sees_last("lukewarm water")
    await ben.presses("Not what I asked")
    await ben.tells_bot("Blocked feeding tube?")
    assert not ben.sees_last("lukewarm water")
    await lena.tells_bot("blocked feeding tube")
    assert lena.sees_last("lukewarm water")


async def test_a_coordinator_says_how_sure_an_answer_must_be(encoder: Encoder, ben: Teller, maeve: Teller) -> None:
    question = "why is the tube warm?"
    await ben.tells_bot(question)
    assert ben.sees_last("people here do about this")
    await ben.uses("/ask sure 9")
    assert ben.sees_last("a coordinator does it")
    await maeve.uses("/ask sure 9 in 10")
    assert maeve.sees_last("right at least 9 times in 10")
    await ben.tells_bot(question)
    assert ben.sees_last("I don't have this one")
    await maeve.uses("/ask sure which tube is blocked?")
    assert not maeve.sees_last("times in 10")


async def test_a_coordinator_says_which_languages_people_write_in(ben: Teller, ravi: Teller, maeve: Teller) -> None:
    await ravi.uses("/tip Infusionspumpen vor dem Dienst prüfen, der Akku hält nur eine Stunde.")
    await ben.uses("/ask languages de, en")
    assert ben.sees_last("a coordinator does it")
    await maeve.uses("/ask languages de, en")
    assert maeve.sees_last("I read questions and tips in German and English")
    await ben.tells_bot("Infusionspumpe prüfen Akku Stunde Dienst")
    assert ben.sees_last("der Akku hält nur eine Stunde")
    await ben.tells_bot("blocked feeding tube lukewarm water")
    assert ben.sees_last("lukewarm water")


async def test_a_community_that_says_no_makes_the_bot_less_sure(
    encoder: Encoder, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    question = "why is the tube warm?"
    await ben.tells_bot(question)
    assert ben.sees_last("people here do about this")
    for teller in (lena, maeve):
        for asked in (
            "blocked feeding tube",
            "my feeding tube is blocked",
            "feeding tube blocked again",
            "tube blocked?",
        ):
            await teller.tells_bot(asked)
            if teller.sees_button("Not what I asked"):
                await teller.presses("Not what I asked")
    await ben.tells_bot(question)
    assert ben.sees_last("I don't have this one")


async def test_not_what_i_asked_offers_the_others(ben: Teller) -> None:
    await ben.tells_bot("blocked feeding tube")
    await ben.presses("Not what I asked")
    assert ben.sees_last("Shall I ask the others?")


async def test_only_the_asker_says_that_it_was_not_what_was_asked(ben: Teller, lena: Teller) -> None:
    await ben.says("@tacit blocked feeding tube?")
    await lena.presses("Not what I asked")
    assert lena.sees_last("Only the person who asked can say that")


async def test_where_nothing_good_is_there_it_says_so(ben: Teller) -> None:
    await ben.tells_bot("Who won the cricket on Saturday?")
    assert ben.sees_last("I don't have this one")
    assert not ben.sees_last("people here do about this")


async def test_it_shows_at_most_three_tips(encoder: Encoder, ravi: Teller, ben: Teller) -> None:
    for place in ("nose", "stomach", "small bowel", "night bag"):
        await ravi.uses(f"/tip A blocked feeding tube in the {place}: lukewarm water and patience, the {place} way.")
        if ravi.sees_button("Different, keep mine"):
            await ravi.presses("Different, keep mine")
    await ben.tells_bot("blocked feeding tube lukewarm water")
    assert ben.told_by_bot()[-1].count("From Ravi") == 3


async def test_a_quiet_offer_only_where_the_room_opted_in(
    encoder: Encoder, ravi: Teller, ben: Teller, maeve: Teller
) -> None:
    await ben.says("Does anyone know what to do about a blocked feeding tube?")
    assert not ben.told_by_bot()
    await ben.uses("/ask offers on")
    assert ben.sees_last("a coordinator does it")
    await maeve.uses("/ask offers on")
    await ben.says("Does anyone know what to do about a blocked feeding tube today?")
    assert ben.sees_last("I may have something on this")
    assert not any("I may have something" in text for text in ravi.told_by_bot())
    await ben.presses("Show me")
    assert ben.sees_last("lukewarm water")
    await ben.says("Anyone know where the good biscuits went this morning?")
    assert not ben.sees_last("I may have something")


async def test_offers_can_be_stopped_for_oneself(encoder: Encoder, ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/ask offers on")
    await ben.says("Does anyone know what to do about a blocked feeding tube?")
    await ben.presses("Don't offer me any")
    said = len(ben.told_by_bot())
    await ben.says("Does anyone know what to do about a blocked feeding tube tonight?")
    assert len(ben.told_by_bot()) == said


async def test_what_was_not_asked_is_not_offered_for_it_again(encoder: Encoder, ben: Teller, maeve: Teller) -> None:
    question = "Does anyone know what to do about a blocked feeding tube?"
    await ben.tells_bot(question)
    await ben.presses("Not what I asked")
    await maeve.uses("/ask offers on")
    await ben.says(question)
    assert not ben.sees_last("I may have something on this")


async def test_who_knows_about_this_tells_the_asker_and_nobody_else(ravi: Teller, ben: Teller, lena: Teller) -> None:
    message = await lena.says("Our feeding tube is blocked again.")
    before = len(ravi.told_by_bot())
    await ben.chooses("Who knows about this?", on=message)
    assert ben.sees_last("Ravi wrote #2")
    assert len(ravi.told_by_bot()) == before
    assert not ben.sees_button("Ask, with my name")
    await lena.chooses("Who knows about this?", on=message)
    assert lena.sees_button("Ask, with my name")


async def test_hello_and_thanks_are_not_questions(ben: Teller) -> None:
    await ben.tells_bot("Hello")
    assert ben.sees_last("I'm Tacit, a bot")
    await ben.tells_bot("thank you")
    assert ben.sees_last("Glad it helped")


async def test_a_merely_mentioned_bot_says_what_it_can_do(ben: Teller) -> None:
    await ben.says("@tacit")
    assert ben.sees_last("I'm Tacit, a bot")


async def test_the_same_event_delivered_twice_is_answered_once(ward: Ward, ben: Teller) -> None:
    ward.hears_everything_twice()
    await ben.tells_bot("blocked feeding tube")
    assert len(ben.told_by_bot()) == 1

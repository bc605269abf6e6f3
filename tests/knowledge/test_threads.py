"""Which turns of a thread make up the tip in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.mining.threads import Turn, asks, read_reply, read_thread, thanks

QUESTION = Turn("ann", "How do you get the hoist battery to charge?")
ANSWER = Turn("ben", "Seat it until it clicks twice, one click only looks charged.")
BANTER = Turn("cy", "same here")


def test_the_reply_before_the_thanks_is_what_works() -> None:
    other = Turn("cy", "Have you tried the other charger over there?")
    found = read_thread([QUESTION, other, ANSWER, BANTER, Turn("ann", "That did it, thank you")])
    assert (found.situation, found.works) == ((0,), (2,))


def test_the_person_who_is_thanked_by_name_wins() -> None:
    later = Turn("cy", "Mine is charging on the wall just fine.")
    found = read_thread([QUESTION, ANSWER, later, Turn("ann", "Thanks Ben, sorted", mentions=("ben",))])
    assert found.works == (1,)


def test_thanks_with_a_but_settle_nothing() -> None:
    liked = Turn("cy", "Wait ten minutes before you look at it.", liked_by=("x", "y"))
    found = read_thread([QUESTION, ANSWER, liked, Turn("ann", "Thanks but still not charging")])
    assert found.works == (2,)


def test_warnings_become_the_why() -> None:
    warning = Turn("cy", "Make sure the pins are clean, because a dirty pin never clicks.")
    found = read_thread([QUESTION, ANSWER, Turn("ann", "That did it"), warning])
    assert (found.works, found.why) == ((1,), (3,))


def test_a_thread_without_a_question_is_the_tip_itself() -> None:
    told = Turn("ann", "Seat the battery until it clicks twice.")
    assert read_thread([told, BANTER]).works == (0,)


def test_a_question_that_nobody_answered_stays_a_question() -> None:
    found = read_thread([QUESTION, Turn("ann", "Anyone at all, it is nearly six?")])
    assert found.works == (0,)


def test_one_reply_by_itself() -> None:
    assert read_reply([QUESTION, ANSWER], 1).situation == (0,)
    assert read_reply([ANSWER, BANTER], 1).situation == ()


@pytest.mark.parametrize("text", ["Is it on?", "does anyone know the code", "What's the trick with these"])
def test_asking(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["It is on.", "see http://127.0.0.1/?q=1", "`a ? b : c` is fine"])
def test_not_asking(text: str) -> None:
    assert not asks(text)


def test_thanking() -> None:
    assert thanks("that worked, cheers") and not thanks("thanks anyway") and not thanks("thank goodness it's Friday")


turns = st.builds(
    Turn,
    author=st.sampled_from(["ann", "ben", "cy"]),
    text=st.one_of(st.text(min_size=1, max_size=60), st.sampled_from([QUESTION.text, ANSWER.text, "Thanks Ben"])),
    ticked_by=st.lists(st.sampled_from(["ann", "ben"]), max_size=2).map(tuple),
)


@given(st.lists(turns, min_size=1, max_size=9))
def test_every_thread_gives_parts_that_are_there_and_each_turn_once(thread: list[Turn]) -> None:
    found = read_thread(thread)
    indexes = [at for at, _ in found.parts()]
    assert found.works and all(0 <= at < len(thread) for at in indexes)
    assert len(set(found.works + found.why)) == len(found.works + found.why)

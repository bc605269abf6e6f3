"""A question that nobody has written down yet is put to the community, and its answer becomes know-how."""

import pytest
from telling import Teller, Ward

QUESTION = "What do you do about the night pump that alarms at three o'clock?"


async def test_put_to_the_others_with_ones_name(ben: Teller, lena: Teller) -> None:
    await ben.says(f"@tacit {QUESTION}")
    await ben.presses("Ask, with my name")
    assert lena.sees("@Ben asks:") and lena.sees("night pump")


async def test_without_ones_name_nobody_learns_it(ben: Teller, lena: Teller) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, without my name")
    assert lena.sees("Someone here asks:")
    assert not any("Ben" in text for text in lena.told_by_bot())
    await lena.uses("/ask open")
    assert lena.sees_last("Someone asks: What do you do about the night pump")


async def test_asked_in_private_it_asks_which_room(ben: Teller, lena: Teller) -> None:
    await ben.tells_bot(QUESTION)
    await ben.presses("Ask, with my name")
    assert ben.sees_last("I'm in no room yet")
    await lena.says("@tacit hello")
    await ben.presses("Ask, with my name")
    assert ben.sees("Which room shall I ask in?")
    await ben.presses("#ward-floor")
    assert lena.sees("@Ben asks:")


async def test_put_once_even_if_pressed_twice(ben: Teller, lena: Teller) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, with my name")
    assert ben.sees("Asked in #ward-floor") and not ben.sees_button("Ask, with my name")
    await ben.uses("/ask open")
    assert sum("asks:" in text for text in lena.told_by_bot()) == 1


async def test_somebody_else_cannot_put_ones_question(ben: Teller, lena: Teller) -> None:
    await ben.says(f"@tacit {QUESTION}")
    await lena.presses("Ask, with my name")
    assert lena.sees_last("Only the person who asked")
    await lena.presses("Leave it")
    assert ben.sees("Shall I ask the others")


async def test_who_asked_in_the_room_is_not_offered_to_ask_without_a_name(ben: Teller) -> None:
    await ben.says(f"@tacit {QUESTION}")
    assert ben.sees_button("Ask, with my name") and not ben.sees_button("Ask, without my name")
    await ben.tells_bot(QUESTION)
    assert ben.sees_button("Ask, without my name")


async def test_peers_who_know_something_near_are_told_lateral_before_core(
    ben: Teller, ravi: Teller, lena: Teller, maeve: Teller
) -> None:
    await maeve.uses("/tip When a night pump alarms, check the line under the pillow first.")
    await ravi.uses("/tip Night pump alarms at three are the self-test: move its clock to two in the afternoon.")
    if ravi.sees_button("Different, keep mine"):
        await ravi.presses("Different, keep mine")
    await lena.uses("/tip show 1")
    await lena.presses("Worked for me")
    await ben.says("@tacit Where are spare feet for the night pump stand and who orders them?")
    if not ben.sees_button("Ask, with my name"):
        await ben.presses("Not what I asked")
    await ben.presses("Ask, with my name")
    assert ravi.sees("Someone has a question you may know") and lena.sees("Someone has a question you may know")
    assert not maeve.sees("Someone has a question you may know")
    assert ravi.sees_last("You get at most two of these a week")


async def test_nobody_is_told_of_more_than_two_a_week(ward: Ward, ben: Teller, ravi: Teller) -> None:
    await ravi.uses("/tip Night pump alarms at three are the self-test: move its clock to two in the afternoon.")
    for place in ("bed one", "bed two", "bed three", "bed four"):
        await ben.says(f"@tacit Who mends the night pump stand of {place}?")
        if not ben.sees_button("Ask, with my name"):
            await ben.presses("Not what I asked")
        await ben.presses("Ask, with my name")
    told = [text for text in ravi.told_by_bot() if "a question you may know" in text]
    assert len(told) == 2


async def test_who_wants_no_more_gets_no_more(ben: Teller, ravi: Teller) -> None:
    await ravi.uses("/tip Night pump alarms at three are the self-test: move its clock to two in the afternoon.")
    await ben.says("@tacit Who mends the stand of the night pump?")
    if not ben.sees_button("Ask, with my name"):
        await ben.presses("Not what I asked")
    await ben.presses("Ask, with my name")
    await ravi.presses("No more of these")
    assert ravi.sees("I won't bring you questions any more")
    await ben.says("@tacit Who has the key of the night pump cupboard?")
    if not ben.sees_button("Ask, with my name"):
        await ben.presses("Not what I asked")
    await ben.presses("Ask, with my name")
    assert sum("a question you may know" in text for text in ravi.told_by_bot()) == 0


async def _posted(ben: Teller, lena: Teller) -> str:
    await ben.says(f"@tacit {QUESTION}", in_="general")
    await ben.presses("Ask, with my name")
    return next(
        message.id
        for message in lena.ward.room.messages_seen_by(lena.id)
        if "asks:" in lena.ward.room.words_of(message.id)
    )


async def test_a_reply_marked_by_button_closes_it_and_becomes_a_tip_of_both(ben: Teller, lena: Teller) -> None:
    post = await _posted(ben, lena)
    await lena.says("It runs its self-test then. Set its clock twelve hours off and it tests at noon.", to=post)
    await ben.presses("That solved it", on=post)
    assert ben.sees("I've told Lena")
    assert lena.sees("Your reply solved it for Ben")
    assert lena.sees("Solved, with Lena's reply in the thread")
    await lena.presses("Yes, with my name")
    await ben.presses("Yes, with my name")
    await ben.uses("/tip show 1")
    assert ben.sees_last("Set its clock twelve hours off") and ben.sees_last("From Lena, answering Ben")
    await ben.uses("/ask open")
    assert ben.sees_last("Every question has been answered")


async def test_the_askers_check_mark_closes_it_too(ben: Teller, lena: Teller) -> None:
    post = await _posted(ben, lena)
    reply = await lena.says("It runs its self-test then. Set its clock twelve hours off.", to=post)
    await lena.reacts("white_check_mark", to=reply)
    assert not lena.sees("Solved, with")
    await ben.reacts("white_check_mark", to=reply)
    assert lena.sees("Solved, with Lena's reply in the thread")


async def test_among_several_replies_the_asker_chooses(ben: Teller, lena: Teller, ravi: Teller) -> None:
    post = await _posted(ben, lena)
    await lena.says("Have you tried switching it off for a whole night?", to=post)
    await ravi.says("It runs its self-test then. Set its clock twelve hours off.", to=post)
    await ben.presses("That solved it", on=post)
    assert ben.sees_last("Whose reply solved it?")
    await ben.presses("Ravi")
    assert lena.sees("Solved, with Ravi's reply")


@pytest.mark.parametrize("who", ["lena", "maeve"])
async def test_nobody_but_the_asker_closes_it(ben: Teller, lena: Teller, maeve: Teller, who: str) -> None:
    post = await _posted(ben, lena)
    await lena.says("It runs its self-test then. Set its clock twelve hours off.", to=post)
    other = {"lena": lena, "maeve": maeve}[who]
    await other.presses("That solved it", on=post)
    assert other.sees_last("Only the person who asked can say what solved it")


async def test_before_anybody_replied_there_is_nothing_to_mark(ben: Teller, lena: Teller) -> None:
    post = await _posted(ben, lena)
    await ben.presses("That solved it", on=post)
    assert ben.sees_last("Nobody has replied in the thread yet")


async def test_an_answer_that_its_author_does_not_want_kept_is_not_kept(ward: Ward, ben: Teller, lena: Teller) -> None:
    post = await _posted(ben, lena)
    await lena.says("It runs its self-test then. Set its clock twelve hours off.", to=post)
    await ben.presses("That solved it", on=post)
    await lena.presses("No")
    async with ward.store.read(ward.community, ward.room.clock()) as work:
        rows = (await (await work.session.connection()).exec_driver_sql("SELECT * FROM question")).all()
    assert rows and not any("twelve hours off" in str(row) for row in rows)


async def test_personal_data_is_not_put_to_anybody(ben: Teller, lena: Teller) -> None:
    await ben.says("@tacit Which sling for 943 476 5919 on Sundays?")
    assert not ben.sees_button("Ask, with my name")

"""Before a new tip is saved, what sounds like it is shown: the same thing, a variation, or different?"""

import pytest
from telling import HERE, Teller, Ward

from adapters.port import ButtonPressed, MessageRef, Trigger
from knowledge.search import Encoder

TIP = "Seat the hoist battery until it clicks twice, one click only looks charged."
AGAIN = "Push the hoist battery in until it clicks twice, with one click it only looks charged."


@pytest.fixture
async def known(encoder: Encoder, ravi: Teller) -> None:
    """Ravi's tip is here already, and meaning is compared, not only words."""
    await ravi.uses(f"/tip {TIP}")


@pytest.mark.usefixtures("known")
async def test_the_same_thing_confirms_the_one_that_is_there(ben: Teller, lena: Teller) -> None:
    await ben.uses(f"/tip {AGAIN}")
    assert ben.sees("This sounds like #1. Same thing, a variation, or different?")
    await ben.presses("Same thing as #1")
    await lena.uses("/tip show 1")
    assert lena.sees_last("1 other has used it (ward 6)")
    await lena.uses("/tip list")
    assert not lena.sees_last("#2")


@pytest.mark.usefixtures("known")
async def test_a_variation_stays_beside_it(ben: Teller, lena: Teller) -> None:
    await ben.uses(f"/tip {AGAIN}")
    await ben.presses("A variation of it")
    assert ben.sees("Kept as #2")
    await lena.uses("/tip list")
    assert lena.sees_last("#1") and lena.sees_last("#2")


@pytest.mark.usefixtures("known")
async def test_different_is_kept_as_it_is(ben: Teller) -> None:
    await ben.uses(f"/tip {AGAIN}")
    await ben.presses("Different, keep mine")
    assert ben.sees("Kept as #2")


async def test_the_same_thing_in_somebody_elses_words_confirms_nothing_for_the_keeper(
    encoder: Encoder, ravi: Teller, ben: Teller, lena: Teller
) -> None:
    await lena.uses(f"/tip {TIP}")
    await ben.reacts("bulb", to=await ravi.says(AGAIN))
    await ben.presses("Same thing as #1")
    assert ben.sees_last("is enough, and I kept no second one")
    await ben.uses("/tip show 1")
    assert not ben.sees_last("used it")
    assert not ravi.told_by_bot()


@pytest.mark.parametrize("action", ["different", "variation", "same", "drop"])
async def test_a_button_that_comes_again_changes_nothing(
    encoder: Encoder, ravi: Teller, ben: Teller, lena: Teller, action: str
) -> None:
    await lena.uses(f"/tip {TIP}")
    await ben.chooses("Keep as know-how", on=await ravi.says(AGAIN))
    await ben.fills_in()
    await ben.presses("Different, keep mine")
    assert ben.sees("I've asked Ravi")
    room, now = ben.ward.room, ben.ward.room.clock()
    message = MessageRef(room.room(HERE), "m1")
    await ben.ward.bot.receive(
        ButtonPressed("late", now, room.account("ben"), f"capture:{action}:2:1", message, Trigger("t", now))
    )
    assert ben.sees_last("settled already")
    await lena.uses("/tip list")
    assert not lena.sees_last("#2")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("Kept as #2")


@pytest.mark.usefixtures("known")
async def test_leave_it_keeps_nothing(ben: Teller) -> None:
    await ben.uses(f"/tip {AGAIN}")
    await ben.presses("Leave it")
    await ben.uses("/tip drafts")
    assert ben.sees("There are no drafts of yours")


@pytest.mark.usefixtures("known")
async def test_until_they_choose_it_is_a_draft_of_theirs_and_nothing_is_lost(ben: Teller, lena: Teller) -> None:
    await ben.uses(f"/tip {AGAIN}")
    await ben.uses("/tip drafts")
    assert ben.sees("Push the hoist battery in")
    await lena.uses("/tip show 2")
    assert lena.sees("I can't find #2")


async def test_a_short_one_is_compared_with_the_title_of_a_long_one(
    encoder: Encoder, ravi: Teller, ben: Teller
) -> None:
    await ravi.uses("/tip")
    await ravi.fills_in(
        title="Tape a scoop inside the lid of every thickener tin going home",
        situation="Somebody goes home on thickened drinks and their family measures with a teaspoon.",
        works="Two strips of tape, scoop face down. Nobody has rung us about lumps since we began.",
        why="The scoops differ between makes, and the leaflet shows the wrong one.",
    )
    await ben.uses("/tip Tape a spare scoop inside the lid of the thickener tin before it goes home")
    assert ben.sees_last("This sounds like #1")


@pytest.mark.usefixtures("known")
async def test_a_draft_of_ones_own_can_be_sent_off_later(ben: Teller) -> None:
    await ben.uses(f"/tip {AGAIN}")
    await ben.uses("/tip drafts")
    await ben.presses("#2")
    await ben.presses("Different, keep mine")
    assert ben.sees("Kept as #2")


@pytest.mark.usefixtures("known")
@pytest.mark.only_on("room")
async def test_somebody_elses_words_are_let_go_when_nobody_sends_them_off(
    ward: Ward, ravi: Teller, ben: Teller
) -> None:
    await ben.reacts("bulb", to=await ravi.says(AGAIN))
    assert ben.sees_last("This sounds like #1")
    await ward.lets_pass(days=8)
    await ben.uses("/tip drafts")
    assert ben.sees_last("There are no drafts of yours")


@pytest.mark.usefixtures("known")
async def test_something_else_is_no_duplicate(ben: Teller) -> None:
    await ben.uses("/tip Ring the lift before you unlock the bed, or you wait with a bed in the corridor.")
    assert ben.sees("Kept as #2")

"""Coordinators see what needs a look in one message, settle each thing in place, and take back what they did."""

from asyncio import gather
from dataclasses import replace

import pytest
from telling import HERE, StoryRoom, Teller, Ward

from adapters.port import Button, ButtonPressed, MessageRef, Trigger
from bot.feature import Feature, Pressed
from bot.features.review import FEATURE
from bot.features.review.handlers import show_review
from bot.wiring import FEATURES
from knowledge.search import Encoder
from knowledge.store import audit, communities, members

QUESTION = "What do you do about the night pump that alarms at three o'clock?"
TIP = "Seat the hoist battery until it clicks twice, one click only looks charged."
AGAIN = "Push the hoist battery in until it clicks twice, with one click it only looks charged."
TRANSFERS = (
    "Where is the transfer list kept, and who changes it?",
    "Who updates the transfer list in the afternoon?",
    "Is the transfer list wrong for everybody, or on our ward only?",
)


@pytest.fixture
async def kofi(ward: Ward) -> Teller:
    """Another of the core group."""
    return await ward.welcomes("Kofi", "pharmacist", "pharmacy", core=True)


async def done(ward: Ward) -> list[str]:
    """What the audit trail says was done in reviews, oldest first."""
    async with ward.store.read(ward.community, ward.room.clock()) as work:
        return [each.did for each in reversed(await audit.trail(work, did="review"))]


async def test_where_nothing_needs_a_look_it_says_so(ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/review")
    assert maeve.sees_last("Nothing needs a look just now. Enjoy the quiet.")
    await ben.uses("/review")
    assert not ben.sees("needs a look")


async def test_a_newcomer_left_alone_is_seen_to_in_place(ward: Ward, ravi: Teller, maeve: Teller) -> None:
    noor = await ward.joins("Noor")
    await noor.says("Hello, I'm new here and wonder where the kettle is.")
    await ward.lets_pass(days=1)
    await maeve.uses("/review")
    review = maeve.newest_from_bot()
    assert maeve.sees_last("Noor is new, wrote on") and maeve.sees_button("Answer there")
    await maeve.presses("Seen to")
    assert "Seen to, thank you." in maeve.reads(review) and "Nothing needs a look" in maeve.reads(review)
    await maeve.presses("Undo")
    assert "I've taken that back." in maeve.reads(review) and "Noor is new, wrote on" in maeve.reads(review)
    assert await done(ward) == ["review.seen_to", "review.undone"]


async def test_a_question_that_nobody_answers_rests_and_its_asker_hears_of_it(
    ward: Ward, ben: Teller, maeve: Teller
) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, without my name")
    await ward.lets_pass(days=2)
    await maeve.uses("/review")
    assert maeve.sees_last("Nothing needs a look")
    await ward.lets_pass(days=2)
    await maeve.uses("/review")
    assert maeve.sees_last("Someone asked on") and maeve.sees_last("night pump") and not maeve.sees("Ben")
    await maeve.presses("Let it rest")
    assert maeve.sees_last("That question rests now. Whoever asked hears of it in an hour.")
    assert not maeve.sees_last("night pump") and not ben.sees("I've stopped asking round")
    await ward.lets_pass(hours=2)
    assert ben.sees_last('Nobody here had an answer to "What do you do about the night pump')
    assert ben.sees_last("you can ask again any time with /ask.")
    await ben.uses("/ask open")
    assert not ben.sees_last("night pump")


@pytest.mark.only_on("room")
async def test_a_question_that_was_let_rest_by_mistake_is_open_again_and_nobody_hears_of_it(
    ward: Ward, ben: Teller, maeve: Teller
) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, with my name")
    await ward.lets_pass(days=3)
    await maeve.uses("/review")
    await maeve.presses("Let it rest")
    await maeve.presses("Undo")
    assert maeve.sees_last("I've taken that back.") and maeve.sees_last("Ben asked on")
    await ward.lets_pass(hours=6)
    assert not ben.sees("I've stopped asking round")
    await ben.uses("/ask open")
    assert ben.sees_last("night pump")
    await maeve.presses("Let it rest")
    await maeve.presses("Undo")
    await maeve.presses("Let it rest")
    await ward.lets_pass(hours=6)
    assert sum("I've stopped asking round" in each for each in ben.told_by_bot()) == 1


@pytest.mark.only_on("room")
async def test_an_answer_that_comes_late_still_counts(ward: Ward, ben: Teller, lena: Teller, maeve: Teller) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, with my name")
    await ward.lets_pass(days=3)
    await maeve.uses("/review")
    await maeve.presses("Let it rest")
    reply = await lena.says("Set its night profile, then it keeps quiet.", to=lena.finds("night pump"))
    await ben.reacts("white_check_mark", to=reply)
    assert lena.sees("Your reply solved")
    await maeve.presses("Undo")
    assert maeve.sees_last("That is settled already, so I changed nothing.")


@pytest.mark.only_on("room")
async def test_others_who_may_know_are_asked_again(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller, kofi: Teller
) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, with my name")
    await ward.lets_pass(days=3)
    await kofi.uses("/review")
    await maeve.uses("/review")
    await maeve.presses("Ask again")
    assert maeve.sees_last("I know of nobody else who may know.") and maeve.sees_last("night pump")
    await lena.uses("/tip The night pump alarms at three o'clock: set its night profile.")
    await maeve.presses("Ask again")
    assert maeve.sees_last("I've asked 1 more person who may know.") and not maeve.sees_last("Ben asked on")
    await ravi.uses("/tip The night pump alarms at three o'clock: its alarm has a night profile too.")
    await kofi.presses("Ask again")
    assert kofi.sees_last("That is settled already, so I changed nothing.")
    await ward.lets_pass(hours=2)
    assert lena.sees("Someone has a question you may know")
    await ward.lets_pass(days=3)
    await maeve.uses("/review")
    assert maeve.sees_last("Ben asked on")


@pytest.fixture
async def draft(ward: Ward, ravi: Teller, ben: Teller, maeve: Teller) -> None:
    """Ben would like to keep what Ravi wrote; Ravi was asked, and asked again, and said nothing yet."""
    await ben.reacts("bulb", to=await ravi.says("Warm the clamp in your hand first, then it never slips."))
    await ward.lets_pass(days=3, hours=6)
    await ward.lets_pass(days=1)


@pytest.mark.usefixtures("draft")
@pytest.mark.only_on("room")
async def test_a_draft_whose_author_says_nothing_is_shown_without_its_words(
    ward: Ward, ravi: Teller, maeve: Teller, kofi: Teller
) -> None:
    await kofi.uses("/review")
    await maeve.uses("/review")
    assert maeve.sees_last(f"Something by Ravi from #{HERE} may be kept when they say so.")
    assert not maeve.sees_last("clamp")
    asked = sum("Warm the clamp" in each for each in ravi.told_by_bot())
    await maeve.presses("Ask once more")
    assert maeve.sees_last("I'll ask once more, when it suits them.") and not maeve.sees_last("Ravi")
    await kofi.presses("Let it go")
    assert kofi.sees_last("That is settled already, so I changed nothing.")
    await ward.lets_pass(hours=1)
    assert sum("Warm the clamp" in each for each in ravi.told_by_bot()) == asked  # who leaves them gets fewer
    await ward.lets_pass(days=7)
    assert sum("Warm the clamp" in each for each in ravi.told_by_bot()) == asked + 1
    await ward.lets_pass(days=2)
    await maeve.uses("/review")
    assert maeve.sees_last("Something by Ravi") and not maeve.sees_button("Ask once more")
    await ravi.presses("Yes, with my name")
    await maeve.uses("/review")
    assert not maeve.sees_last("Something by Ravi")


@pytest.mark.usefixtures("draft")
@pytest.mark.only_on("room")
async def test_a_draft_is_let_go_and_whoever_kept_it_hears_of_it(ward: Ward, ben: Teller, maeve: Teller) -> None:
    await maeve.uses("/review")
    await maeve.presses("Let it go")
    assert maeve.sees_last("I'll let that draft go within the hour.") and not maeve.sees_last("Ravi")
    await maeve.presses("Undo")
    assert maeve.sees_last("I've taken that back.")
    await ward.lets_pass(days=1)
    await maeve.uses("/review")
    await maeve.presses("Let it go")
    await ward.lets_pass(hours=6)
    assert ben.sees_last("That draft won't be kept, so I've deleted it.")
    await maeve.presses("Undo")
    assert maeve.sees_last("That is settled already")


@pytest.mark.only_on("room")
async def test_a_tip_that_depends_on_the_place_is_looked_at(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await ravi.uses(f"/tip {TIP}")
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await maeve.uses("/review")
    assert maeve.sees_last("Nothing needs a look")
    await lena.uses("/tip show 1")
    await lena.presses("Not here")
    await lena.fills_in(note="Our batteries have no click.")
    await maeve.uses("/review")
    review = maeve.newest_from_bot()
    assert maeve.sees_last("It depends on the place. That may be worth saying in it.")
    assert maeve.sees_last("It didn't work for 1 (community team).")
    await maeve.presses("Show it")
    assert maeve.sees_last("clicks twice")
    await maeve.presses("It still holds", on=review)
    assert "#1 still holds" in maeve.reads(review) and "depends on the place" not in maeve.reads(review)
    await maeve.presses("Undo", on=review)
    assert "depends on the place" in maeve.reads(review)
    await ward.lets_pass(hours=1)
    await maeve.presses("Edit it", on=review)
    await maeve.fills_in(works=f"{TIP} Not with the old batteries.")
    await maeve.uses("/review")
    assert not maeve.sees_last("depends on the place")


@pytest.mark.only_on("room")
async def test_a_tip_that_nobody_checked_for_long_is_out_of_date_until_that_is_taken_back(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    async with ward.store.write(ward.community, ward.room.clock()) as work:
        await communities.choose(work, look_after_months=1)
    await ravi.uses(f"/tip {TIP}")
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await ward.lets_pass(days=35)
    await maeve.uses("/review")
    review = maeve.newest_from_bot()
    assert maeve.sees_last("Last checked 2 March 2026.")
    await maeve.presses("Out of date")
    assert "#1 is out of date now" in maeve.reads(review)
    await lena.uses("/tip list")
    assert not lena.sees_last("hoist")
    await maeve.presses("Undo", on=review)
    assert "Last checked 2 March 2026." in maeve.reads(review)
    await lena.uses("/tip list")
    assert lena.sees_last("hoist")
    assert await done(ward) == ["review.retired", "review.undone"]
    await maeve.presses("It still holds", on=review)
    assert "#1 still holds" in maeve.reads(review) and "Last checked" not in maeve.reads(review)
    await maeve.presses("Undo", on=review)
    assert "Last checked 2 March 2026." in maeve.reads(review)


@pytest.fixture
async def alike(encoder: Encoder, ravi: Teller, ben: Teller) -> None:
    """Ravi and Ben told nearly the same."""
    await ravi.uses(f"/tip {TIP}")
    await ben.uses(f"/tip {AGAIN}")
    await ben.presses("Different, keep mine")


@pytest.mark.usefixtures("alike")
async def test_two_tips_that_say_the_same_become_one(ward: Ward, ravi: Teller, maeve: Teller) -> None:
    await maeve.uses("/review")
    review = maeve.newest_from_bot()
    assert maeve.sees_last("Are they the same thing?")
    await maeve.presses("Show #2")
    assert maeve.sees_last("Push the hoist battery")
    await maeve.presses("Merge #2 into #1", on=review)
    assert "#2 is merged into #1." in maeve.reads(review) and "same thing?" not in maeve.reads(review)
    await ravi.uses("/tip list")
    assert ravi.sees_last("#1") and not ravi.sees_last("#2")
    await maeve.presses("Undo", on=review)
    assert "Are they the same thing?" in maeve.reads(review)
    await maeve.presses("Merge #1 into #2", on=review)
    await ravi.uses("/tip list")
    assert ravi.sees_last("#2") and not ravi.sees_last("#1")


@pytest.mark.usefixtures("alike")
@pytest.mark.only_on("room")
async def test_two_tips_that_are_not_the_same_are_not_shown_again(maeve: Teller, kofi: Teller) -> None:
    await maeve.uses("/review")
    await maeve.presses("Not the same")
    assert maeve.sees_last("#1 and #2 stay two tips.") and not maeve.sees_last("same thing?")
    await kofi.uses("/review")
    assert kofi.sees_last("Nothing needs a look")
    await maeve.presses("Undo")
    assert maeve.sees_last("Are they the same thing?")


@pytest.mark.only_on("room")
async def test_a_hot_problem_becomes_a_meetup_or_is_left_for_now(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    for teller, question in zip((ravi, ben, lena), TRANSFERS, strict=True):
        await teller.uses(f"/ask {question}")
        await teller.presses("Ask, with my name")
    await maeve.uses("/review")
    review = maeve.newest_from_bot()
    assert maeve.sees_last("Several of us ran into this lately:") and maeve.sees_last("transfer list")
    await maeve.presses("Propose a meetup")
    assert "transfer list" in maeve.form_says("problem")
    await maeve.presses("Not now", on=review)
    assert "I'll leave this one alone for eight weeks" in maeve.reads(review)
    assert "Several of us" not in maeve.reads(review)
    await maeve.uses("/meetup here")
    await ward.lets_pass(days=2)
    assert not any(each.sees("Would you host half an hour about it?") for each in (ravi, ben, lena))
    await maeve.presses("Undo", on=review)
    assert "Several of us ran into this lately" in maeve.reads(review)


async def test_what_is_more_than_a_message_holds_comes_when_asked_for(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    about = ("the kettle", "night shifts", "parking", "spare keys", "the lift", "old charts")
    for number, topic in enumerate(about):
        await (ravi, ben, lena)[number % 3].uses(f"/ask Who looks after {topic}?")
        await (ravi, ben, lena)[number % 3].presses("Ask, with my name")
    await ward.lets_pass(days=3)
    await maeve.uses("/review")
    assert maeve.sees_last("And 2 more.") and maeve.sees_last("spare keys") and not maeve.sees_last("the lift")
    await maeve.presses("Show more")
    assert maeve.sees_last("the lift") and maeve.sees_last("old charts") and not maeve.sees_last("spare keys")
    await maeve.presses("Let it rest")
    await maeve.presses("Let it rest")
    assert maeve.sees_last("the kettle") and maeve.sees_last("spare keys") and not maeve.sees_last("more.")


@pytest.mark.only_on("room")
async def test_two_coordinators_press_at_once_and_it_is_done_once(
    ward: Ward, ben: Teller, maeve: Teller, kofi: Teller
) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, with my name")
    await ward.lets_pass(days=3)
    await maeve.uses("/review")
    await kofi.uses("/review")
    await gather(maeve.presses("Let it rest"), kofi.presses("Let it rest"))
    first, second = (maeve, kofi) if maeve.sees_button("Undo") else (kofi, maeve)
    assert first.sees_last("That question rests now.")
    assert second.sees_last("That is settled already, so I changed nothing.") and not second.sees_button("Undo")
    assert await done(ward) == ["review.rested"]
    await ward.lets_pass(hours=3)
    assert sum("I've stopped asking round" in each for each in ben.told_by_bot()) == 1


async def presses_again(who: Teller, button: str) -> None:
    """Presses a button that is not, or no longer, before them: its message is old, or somebody made it up."""
    room, newest = who.ward.room, who.newest_from_bot()
    assert isinstance(room, StoryRoom)
    message = room.reference(room.world.messages[newest])
    key = f"again:{who.id}:{button}:{room.clock()}"
    trigger = room._trigger(key, who.id, message.room)
    await who.ward.bot.receive(ButtonPressed(key, room.clock(), room.account(who.id), button, message, trigger))
    await who.ward.bot.idle()


@pytest.mark.only_on("room")
@pytest.mark.usefixtures("draft")
async def test_no_member_settles_anything_even_with_a_button_that_they_made_up(
    ward: Ward, ravi: Teller, ben: Teller, maeve: Teller
) -> None:
    await ben.uses(f"/ask {QUESTION}")
    await ben.presses("Ask, with my name")
    await ravi.uses(f"/tip {TIP}")
    for route in FEATURE.routes:
        if isinstance(route, Pressed):
            for about in ("1:2", "2:1", "question:1"):
                told = len(ben.told_by_bot())
                await presses_again(ben, f"review:{route.action}:{about}:0")
                assert len(ben.told_by_bot()) == told + 1 and ben.sees_last("so a coordinator does it"), route.action
    assert await done(ward) == [] and not ben.sees("What needs a look")


@pytest.mark.only_on("room")
@pytest.mark.usefixtures("alike")
async def test_what_is_pressed_twice_is_done_once(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    for teller, question in zip((ravi, ben, lena), TRANSFERS, strict=True):
        await teller.uses(f"/ask {question}")
        await teller.presses("Ask, with my name")
    await lena.uses("/tip show 2")
    await lena.presses("Not here")
    await lena.fills_in()
    await ravi.uses("/tip show 2")
    await ravi.presses("Worked for me")
    await maeve.uses("/review")
    for button in (
        "review:notnow:question:1:0",
        "review:holds:2:0",
        "review:notsame:1:2:0",
        "review:rest:1:0",
        "review:merge:2:1:0",
        "review:retire:1:0",
    ):
        before = len(await done(ward))
        for _ in range(2):
            await ward.lets_pass(minutes=1)
            await presses_again(maeve, button)
        assert maeve.sees_last("That is settled already, so I changed nothing."), button
        assert len(await done(ward)) == before + 1, button
    for entry in range(1, 10):
        await presses_again(maeve, f"review:undo:{entry}:0")
    undone = len(await done(ward))
    assert undone > 6
    await ward.lets_pass(minutes=1)
    for entry in range(1, 10):
        await presses_again(maeve, f"review:undo:{entry}:0")
        assert not maeve.sees("it's my fault")
    assert len(await done(ward)) == undone


@pytest.mark.only_on("room")
@pytest.mark.parametrize(
    "about", ["", "0", "999999999", "9999999999", "-1", "x", "1:1", "question:x", "question", "1:²"]
)
async def test_a_button_that_names_nothing_does_nothing(ward: Ward, ravi: Teller, maeve: Teller, about: str) -> None:
    await ravi.uses(f"/tip {TIP}")
    await maeve.uses("/review")
    for route in FEATURE.routes:
        if isinstance(route, Pressed):
            await presses_again(maeve, f"review:{route.action}:{about}:0")
            assert not maeve.sees("it's my fault"), (route.action, about)
    assert set(await done(ward)) <= {"review.retired"}


@pytest.mark.only_on("room")
async def test_the_pages_are_offered_where_there_are_any(ward: Ward, maeve: Teller) -> None:
    await maeve.uses("/review")
    assert not maeve.sees_button("Open the pages")
    services = replace(ward.bot.services, pages="http://127.0.0.1/pages", features=(*FEATURES, Feature("pages", ())))
    async with ward.store.read(ward.community, ward.room.clock()) as work:
        member = next(each for each in await members.list_members(work) if each.name == "Maeve")
    context = services.for_member(await services.context(ward.community), member, ward.room.account("maeve"))
    now = ward.room.clock()
    nowhere = MessageRef(ward.room.room(HERE), "-")
    pressed = ButtonPressed("1", now, ward.room.account("maeve"), "review:more:0", nowhere, Trigger("t", now))
    message = await show_review(context, pressed)
    assert [each.id for section in message.sections for each in section.buttons if isinstance(each, Button)] == [
        "pages:open"
    ]

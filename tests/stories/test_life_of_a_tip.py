"""A tip lives: it is confirmed, commented, edited, merged, retired, and every change can be undone."""

import pytest
from telling import Teller, Ward

from knowledge.models import TipKind
from knowledge.store import tips
from knowledge.tips import TipForm

TIP = "Seat the hoist battery until it clicks twice, one click only looks charged."


@pytest.fixture(autouse=True)
async def known(ravi: Teller) -> None:
    """Ravi's tip."""
    await ravi.uses(f"/tip {TIP}")


async def test_it_worked_for_me_and_where(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    assert ben.sees("worked for you")
    await lena.uses("/tip show 1")
    assert lena.sees("1 other has used it (ward 6)")


async def test_with_a_change_says_which(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip show 1")
    await ben.presses("With a change")
    assert await ben.fills_in(note="") is not None
    await ben.fills_in(note="Three clicks on the old ones.")
    await lena.uses("/tip show 1")
    assert lena.sees("Worked with a change (ward 6): Three clicks on the old ones.")


async def test_not_here_says_where_and_is_no_failing_of_the_person(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip show 1")
    await ben.presses("Not here")
    await ben.fills_in(note="Ours have no click.")
    assert ben.sees("it says something about the place, not about you")
    await lena.uses("/tip show 1")
    assert lena.sees("It didn't work for 1 (ward 6)")


async def test_ones_latest_word_counts(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await ben.presses("Not here")
    await ben.fills_in(note="")
    await lena.uses("/tip show 1")
    assert lena.sees_last("It didn't work for 1") and not lena.sees_last("has used it")


async def test_ones_own_tip_is_not_confirmed_by_oneself(ravi: Teller) -> None:
    await ravi.uses("/tip show 1")
    await ravi.presses("Worked for me")
    assert ravi.sees("I don't count your own word")


async def test_a_comment(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip comment 1")
    await ben.fills_in(note="The charger in the sluice is the good one.")
    await lena.uses("/tip show 1")
    assert lena.sees("Ben: The charger in the sluice is the good one.")


async def test_authors_edit_their_own_and_others_cannot(ravi: Teller, ben: Teller) -> None:
    await ben.uses("/tip edit 1")
    assert ben.form is None and ben.sees("You could add a comment instead")
    await ravi.uses("/tip edit 1")
    await ravi.fills_in(works="Click it in twice.")
    await ben.uses("/tip show 1")
    assert ben.sees_last("Click it in twice.")


async def test_a_coordinator_may_edit_and_the_author_is_told(ravi: Teller, maeve: Teller) -> None:
    await maeve.uses("/tip edit 1")
    await maeve.fills_in(title="Two clicks")
    assert ravi.sees("Maeve changed #1")
    await ravi.presses("Undo that")
    await ravi.uses("/tip show 1")
    assert not ravi.sees_last("Two clicks")


async def test_every_version_is_kept_and_a_change_is_undone(ravi: Teller) -> None:
    await ravi.uses("/tip edit 1")
    await ravi.fills_in(works="Something wrong.")
    await ravi.presses("Undo that")
    await ravi.uses("/tip show 1")
    assert ravi.sees_last("until it clicks twice")
    await ravi.uses("/tip history 1")
    assert ravi.sees_last("Ravi kept it") and ravi.sees_last("Ravi took a change back")


async def test_nobody_takes_back_what_an_author_changed(ravi: Teller, ben: Teller) -> None:
    await ravi.uses("/tip edit 1")
    await ravi.fills_in(works="Click it in twice.")
    await ben.uses("/tip undo 1")
    assert ben.sees_last("Only whoever made that change")
    await ben.uses("/tip retire 1")
    await ben.presses("Undo that")
    await ben.uses("/tip show 1")
    assert ben.sees_last("Click it in twice.")


async def test_retired_tips_no_longer_come_up_and_can_come_back(ravi: Teller, ben: Teller) -> None:
    await ben.uses("/tip retire 1")
    assert ravi.sees("found #1") and ravi.sees("out of date and retired it")
    await ben.uses("/tip list")
    assert ben.sees("There are no tips yet")
    await ben.tells_bot("hoist battery clicks twice?")
    assert ben.sees_last("I don't have this one")
    await ravi.presses("Undo that")
    await ben.tells_bot("hoist battery clicks twice?")
    assert ben.sees_last("From Ravi")


async def test_two_that_say_the_same_become_one(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring for a new hoist when it beeps, never lift on a beep.")
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await lena.uses("/tip merge 1 into 2")
    assert lena.sees("#1 now lives on in this one")
    await lena.uses("/tip show 2")
    assert lena.sees_last("From Ravi and Ben")
    assert lena.sees_last("1 other has used it")
    await lena.uses("/tip undo 1")
    await lena.uses("/tip show 1")
    assert lena.sees_last("until it clicks twice")


async def test_deleted_by_its_author_and_brought_back(ravi: Teller, ben: Teller) -> None:
    await ravi.uses("/tip delete 1")
    await ben.uses("/tip show 1")
    assert ben.sees("I can't find #1")
    await ravi.presses("Undo that")
    await ben.uses("/tip show 1")
    assert ben.sees_last("until it clicks twice")


@pytest.mark.only_on("room")
async def test_a_month_after_deletion_it_is_gone_for_good(ward: Ward, ravi: Teller) -> None:
    await ravi.uses("/tip delete 1")
    await ward.lets_pass(days=32)
    await ravi.uses("/tip undo 1")
    assert ravi.sees_last("I can't find #1")


async def test_merging_ones_own_into_it_gives_no_say_over_it(ravi: Teller, ben: Teller) -> None:
    await ben.uses("/tip Ring for a new hoist when it beeps, never lift on a beep.")
    await ben.uses("/tip merge 2 into 1")
    await ben.uses("/tip edit 1")
    assert ben.form is None and ben.sees_last("Only somebody whose words are in it")


async def test_two_that_were_merged_into_each_other_do_not_vanish(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring for a new hoist when it beeps, never lift on a beep.")
    await ben.uses("/tip merge 1 into 2")
    await ben.uses("/tip merge 2 into 1")
    assert ben.sees_last("Tell me which one goes into which")
    await lena.uses("/tip list")
    assert lena.sees_last("#2")


async def test_what_was_merged_goes_along_when_its_home_is_merged(ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring for a new hoist when it beeps, never lift on a beep.")
    await lena.uses("/tip Hoists: ask the clerk which one was mended last.")
    await lena.uses("/tip merge 1 into 2")
    await lena.uses("/tip merge 2 into 3")
    await ben.uses("/tip show 1")
    assert ben.sees_last("#3") and all(ben.sees_last(name) for name in ("Ravi", "Ben", "Lena"))


async def test_an_old_undo_button_takes_no_later_change_back(ravi: Teller, ben: Teller) -> None:
    await ben.uses("/tip retire 1")
    retired = ben.newest_from_bot()
    await ben.presses("Undo that", on=retired)
    await ravi.uses("/tip edit 1")
    await ravi.fills_in(works="Click it in twice.")
    await ben.presses("Undo that", on=retired)
    assert ben.sees_last("settled already")
    await ben.uses("/tip show 1")
    assert ben.sees_last("Click it in twice.")


async def test_without_a_name_is_without_a_name_everywhere(ward: Ward, ravi: Teller, ben: Teller) -> None:
    porter = await ward.welcomes("Kofi", "night porter", "theatres")
    await porter.uses("/tip Push the bed from the foot end on the ramp, the brakes are there.")
    await porter.presses("Take my name off")
    await ben.uses("/tip history 2")
    assert ben.sees_last("somebody here kept it") and not ben.sees_last("Kofi")
    await ben.uses("/tip list night porter")
    assert not ben.sees_last("#2")


async def test_editing_an_imported_tip_cuts_nothing_off(ward: Ward, maeve: Teller) -> None:
    long = "word " * 2_000
    async with ward.store.write(ward.community, ward.room.clock()) as work:
        id = await tips.keep_tip(work, TipForm(long, title="title " * 40, context="place " * 60), kept_by=None)
        await tips.publish_tip(work, id, by=None)
    await maeve.uses("/tip edit 2")
    await maeve.fills_in(kind="story")
    await maeve.uses("/tip show 2")
    await maeve.presses("Where and tags")
    await maeve.fills_in(tags="long")
    async with ward.store.read(ward.community, ward.room.clock()) as work:
        known = (await tips.find_tips(work, [id]))[0]
    assert known.form.works == long.strip() and known.form.kind is TipKind.STORY
    assert known.form.title.count("title") == 40 and known.form.context.count("place") == 60


async def test_nobody_else_deletes_it(ben: Teller) -> None:
    await ben.uses("/tip delete 1")
    assert ben.sees("Only somebody whose words are in it")


@pytest.mark.only_on("room")
async def test_a_tip_unconfirmed_for_six_months_is_offered_for_a_look(ward: Ward, ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await ward.lets_pass(days=190)
    looks = [text for text in ben.told_by_bot() if "Does it still hold?" in text]
    assert len(looks) == 1 and "at most one a month" in looks[0]
    assert not any("Does it still hold?" in text for text in lena.told_by_bot())
    await ben.presses("Worked for me")
    await ward.lets_pass(days=40)
    assert len([text for text in ben.told_by_bot() if "Does it still hold?" in text]) == 1


async def test_browse_by_tag_practice_and_place(ravi: Teller, ben: Teller) -> None:
    await ravi.uses("/tip show 1")
    await ravi.presses("Where and tags")
    await ravi.fills_in(tags="Hoists #batteries")
    for word in ("hoists", "#batteries", "nurse", "Ward 4"):
        await ben.uses(f"/tip list {word}")
        assert ben.sees_last("#1"), word
    await ben.uses("/tip list submarines")
    assert ben.sees_last("Nothing here is filed under submarines")


@pytest.mark.only_on("room")  # Slack completes no commands
async def test_suggestions_while_typing(ravi: Teller, ben: Teller) -> None:
    assert (await ben.types("/tip show hoist batery"))[0].startswith("#1 · Seat the hoist battery")
    assert (await ben.types("/tip show 1"))[0].startswith("#1")
    assert "nurse" in await ben.types("/tip list nu")


async def test_a_long_list_goes_on(ravi: Teller, ben: Teller) -> None:
    things = ("brakes", "slings", "trays", "pumps", "beds", "lifts", "charts", "keys", "phones")
    for thing in things:
        await ravi.uses(f"/tip For {thing}: ask the ward clerk before eight, not after.")
        if ravi.sees_button("Different, keep mine"):
            await ravi.presses("Different, keep mine")
    await ben.uses("/tip list")
    assert ben.sees_last("#10") and not ben.sees_last("until it clicks twice")
    await ben.presses("Show more")
    assert ben.sees_last("until it clicks twice")

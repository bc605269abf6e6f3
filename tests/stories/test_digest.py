"""The digest: what people see of a week, what coordinators may change, and one of one's own."""

import pytest
from telling import Teller, Ward

from knowledge.store import communities


async def _a_week(ravi: Teller, ben: Teller, lena: Teller) -> None:
    """Ravi keeps two things, one works for Ben and Lena, and Lena asks what nobody knows."""
    await ravi.uses("/tip Blocked feeding tube: lukewarm water, push gently, pull, then wait ten minutes.")
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await lena.uses("/tip show 1")
    await lena.presses("Worked for me")
    await lena.uses("/ask why does the pump in bed nine alarm at three every night")
    await lena.presses("Ask, with my name")


async def _begins(ward: Ward, maeve: Teller) -> None:
    """A coordinator lets it be posted here; the ward's first Monday is over, the next is in a week."""
    await maeve.uses("/digest here")
    assert maeve.sees_last("From now on I post a digest in #ward-floor")


async def test_a_week_is_told_on_monday_at_nine(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _begins(ward, maeve)
    await _a_week(ravi, ben, lena)
    await ward.lets_pass(days=6, hours=23)
    assert not ben.sees("What worked")
    await ward.lets_pass(hours=2)
    assert ben.sees("This week “Blocked feeding tube: lukewarm water, push gently, pull…” helped 2 of us")
    assert ben.sees("nobody knows yet: “why does the pump in bed nine alarm at three every night”")
    assert ben.sees("worked for 2 of us. From Ravi.")
    assert ben.sees("Lena asks: “why does the pump in bed nine alarm at three every night”")
    before = len(ben.told_by_bot())
    await ward.lets_pass(days=5)
    assert len(ben.told_by_bot()) == before, "one digest a week"


@pytest.mark.only_on("room")
async def test_nothing_is_told_twice_in_a_row_and_a_thin_week_is_not_told(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _begins(ward, maeve)
    await _a_week(ravi, ben, lena)
    await ward.lets_pass(days=7, hours=1)
    told = [each for each in ben.told_by_bot() if "What worked" in each]
    await ravi.uses("/tip Hoist battery dies: charge it with the handset unplugged, an hour is enough.")
    await ward.lets_pass(days=7)
    assert [each for each in ben.told_by_bot() if "What worked" in each or "New here" in each] == told


async def test_coordinators_see_it_a_day_ahead_and_leave_something_out(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _begins(ward, maeve)
    await _a_week(ravi, ben, lena)
    await ravi.uses("/tip Hoist battery dies: charge it with the handset unplugged, an hour is enough.")
    await ward.lets_pass(days=6, hours=1)
    assert maeve.sees_last("This is the next digest. I post it")
    assert maeve.sees_last("Hoist battery dies")
    await maeve.presses("Leave something out")
    assert maeve.form is not None
    await maeve.fills_in(items="new:2")
    assert maeve.sees_last("This is the next digest") and not maeve.sees_last("Hoist battery dies")
    await maeve.presses("Change the opening")
    await maeve.fills_in(opening="The pump again: has nobody stopped it yet?")
    assert maeve.sees_last("The pump again: has nobody stopped it yet?")
    await ward.lets_pass(days=1)
    assert ben.sees("The pump again: has nobody stopped it yet?")
    assert ben.sees("worked for 2 of us")
    assert not ben.sees("Hoist battery dies")


async def test_a_coordinator_skips_one_or_sends_it_at_once(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _begins(ward, maeve)
    await _a_week(ravi, ben, lena)
    await ward.lets_pass(days=6, hours=1)
    await maeve.presses("Skip this one")
    assert maeve.sees_last("Then there is none this week")
    await maeve.presses("Post it after all")
    assert maeve.sees_last("This is the next digest")
    await maeve.presses("Send it now")
    assert maeve.sees("It's on its way")
    assert ben.sees("worked for 2 of us")
    told = len(ben.told_by_bot())
    await ward.lets_pass(days=2)
    assert len(ben.told_by_bot()) == told, "what was sent is not posted again"


@pytest.mark.only_on("room")
async def test_one_that_is_skipped_is_not_posted(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _begins(ward, maeve)
    await _a_week(ravi, ben, lena)
    await ward.lets_pass(days=6, hours=1)
    await maeve.presses("Skip this one")
    await ward.lets_pass(days=2)
    assert not ben.sees("What worked")


async def test_anybody_sees_the_last_days_when_they_like(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await ben.uses("/digest")
    assert ben.sees_last("Nothing new in the last seven days")
    await _a_week(ravi, ben, lena)
    await ward.lets_pass(days=2)
    await ben.uses("/digest")
    assert ben.sees_last("worked for 2 of us")
    assert ben.sees_last("Lena asks")
    assert not maeve.sees("What worked")


async def test_whoever_wants_gets_one_of_their_own(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await lena.uses("/digest")
    await lena.presses("Each day")
    assert lena.sees_last("on days when something new is near to you")
    await ravi.uses("/tip Blocked feeding tube: lukewarm water, push gently, pull, then wait ten minutes. #feeding")
    await lena.uses("/tip show 1")
    await lena.presses("Worked for me")
    await ward.lets_pass(days=1, hours=1)
    assert lena.sees_last("near to what you do or asked")
    assert lena.sees_last("worked for one of us")
    told = len(lena.told_by_bot())
    await ward.lets_pass(days=1)
    assert len(lena.told_by_bot()) == told, "a day without news is a quiet day"
    assert not ben.sees("near to what you do or asked")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("/digest at friday 14", "The next digest comes"),
        ("/digest at someday 14", "such as /digest at monday 9"),
        ("/digest at friday 25", "such as /digest at monday 9"),
        ("/digest zone Europe/Berlin", "The next digest comes"),
        ("/digest zone Middle/Earth", "I don't know a time zone Middle/Earth"),
        ("/digest off", "From now on I post no digest"),
    ],
)
@pytest.mark.only_on("room")
async def test_coordinators_say_when_and_members_do_not(
    ward: Ward, ben: Teller, maeve: Teller, words: str, says: str
) -> None:
    await _begins(ward, maeve)
    await maeve.uses(words)
    assert maeve.sees_last(says)
    await ben.uses(words)
    assert ben.sees_last("a coordinator does it")


@pytest.mark.only_on("room")
async def test_it_follows_the_clock_on_the_wall(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    """The clocks go forward on 29 March: nine is still nine."""
    await _begins(ward, maeve)
    await ward.lets_pass(days=22)  # to Tuesday, 24 March
    await _a_week(ravi, ben, lena)
    await ward.lets_pass(days=5, hours=22, minutes=59)  # Monday, 30 March, 07:59 UTC
    assert not ben.sees("What worked")
    await ward.lets_pass(minutes=2)
    assert ben.sees("What worked")


@pytest.mark.only_on("room")
async def test_a_room_that_is_gone_is_told_to_coordinators(
    ward: Ward, ravi: Teller, ben: Teller, lena: Teller, maeve: Teller
) -> None:
    await _begins(ward, maeve)
    await _a_week(ravi, ben, lena)
    async with ward.store.write(ward.community, ward.room.clock()) as work:
        gone = f"{ward.platform.space.key}:gone"  # type: ignore[attr-defined]
        await communities.remember_channel(work, gone, "old-floor")
        await communities.choose(work, digest_rooms=(gone,))
    await ward.lets_pass(days=7, hours=1)
    assert maeve.sees("I couldn't post the digest in #old-floor")
    assert maeve.sees("/digest here in another room mends it")

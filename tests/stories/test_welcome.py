"""The way in: what somebody new is shown, at their own pace, and who shows them round."""

from telling import Teller, Ward


async def test_somebody_new_is_told_what_people_rely_on(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ravi.uses("/tip Blocked feeding tube: lukewarm water, push gently, pull, then wait ten minutes.")
    for each in (ben, lena):
        await each.uses("/tip show 1")
        await each.presses("Worked for me")
    noor = await ward.joins("Noor")
    assert noor.sees("Hello, I'm Tacit, a bot")
    assert noor.sees("Welcome to The ward")
    assert noor.sees("#1 Blocked feeding tube")
    await noor.presses("Say what I do")
    await noor.fills_in(practice="nurse", place="ward 9")
    assert noor.sees_last("Thank you. That helps me choose.")

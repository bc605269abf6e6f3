"""What looks like personal data is shown to its author with the places marked, and nothing is kept."""

from pathlib import Path

from sqlalchemy import select
from telling import Teller, Ward

from knowledge.models import metadata

NUMBER = "943 476 5919"


async def test_a_patients_number_is_shown_and_not_kept(ward: Ward, ben: Teller) -> None:
    await ben.uses(f"/tip For bed 4, {NUMBER}, raise the head end before you roll.")
    assert ben.sees("This looks like a patient's number. I haven't kept anything.")
    assert ben.sees(NUMBER)
    await ben.uses("/tip drafts")
    assert ben.sees("There are no drafts of yours")
    assert not await _is_kept_anywhere(ward, NUMBER)


async def test_take_it_out_and_keep_the_rest(ben: Teller) -> None:
    await ben.uses(f"/tip For bed 4, {NUMBER}, raise the head end before you roll.")
    await ben.presses("Take it out")
    assert NUMBER not in ben.form_says("works")
    await ben.fills_in(works="Raise the head end before you roll.")
    assert ben.sees("Kept as #1")


async def test_an_author_may_say_that_it_is_none(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Ring the lift desk on 020 7946 0018 before you unlock the bed.")
    assert ben.sees("This looks like a phone number")
    await ben.presses("It isn't, keep it")
    assert ben.sees("Kept as #1")


async def test_an_author_who_adds_personal_data_before_saying_yes(ravi: Teller, ben: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says("Thread the wide sling from the left, it lies flatter."))
    await ravi.presses("Edit first")
    await ravi.fills_in(works=f"For {NUMBER}, thread the wide sling from the left.")
    assert ravi.sees("This looks like a patient's number")
    await ravi.presses("Take it out")
    await ravi.fills_in(works="Thread the wide sling from the left.")
    assert ravi.sees_last("Changed. May I keep it so?")
    await ravi.presses("Yes, with my name")
    assert ravi.sees("Kept as #1") and ben.sees("Its author said yes, so #1 is kept")
    await ben.uses("/tip list")
    assert not ben.sees_last("#2")


async def test_an_edit_is_looked_at_too(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Raise the head end before you roll.")
    await ben.uses("/tip edit 1")
    await ben.fills_in(works=f"For {NUMBER}, raise the head end before you roll.")
    assert ben.sees_last("This looks like a patient's number. I haven't kept anything.")
    await lena.uses("/tip show 1")
    assert not lena.sees_last(NUMBER)
    await ben.presses("Take it out")
    await ben.fills_in(works="Raise the head end well before you roll.")
    await lena.uses("/tip show 1")
    assert lena.sees_last("Raise the head end well before")


async def test_notes_and_comments_are_looked_at_too(ben: Teller, lena: Teller) -> None:
    await ben.uses("/tip Raise the head end before you roll.")
    await lena.uses("/tip comment 1")
    errors = await lena.fills_in(note=f"As for {NUMBER} last week.")
    assert errors is not None and "a patient's number: 943 476 5919" in errors.errors["note"]
    await lena.fills_in(note="As we did last week.")
    assert lena.sees_last("Your comment stands under #1")


async def test_forget_it(ben: Teller) -> None:
    await ben.uses("/tip Write to kit.desk@example.org and they bring one up.")
    await ben.presses("Forget it")
    assert ben.sees_last("Forgotten")
    await ben.uses("/tip list")
    assert ben.sees("There are no tips yet")


async def test_what_was_not_decided_is_gone_after_an_hour(ward: Ward, ben: Teller) -> None:
    await ben.uses("/tip Write to kit.desk@example.org and they bring one up.")
    await ward.lets_pass(hours=2)
    await ben.presses("It isn't, keep it")
    assert ben.sees("so it is gone by now")


async def test_doses_times_and_part_numbers_are_no_alarm(ben: Teller) -> None:
    await ben.uses(
        "/tip At 0730 give part 4471-22 two turns; BP 120/80 and 2 x 500 ml are written on bleep 4521's list."
    )
    assert ben.sees("Kept as #1")


async def test_personal_data_in_somebody_elses_message(ward: Ward, ravi: Teller, ben: Teller) -> None:
    message = await ravi.says(f"She is {NUMBER} and needs the wide sling, thread it from the left.")
    await ben.reacts("bulb", to=message)
    assert ben.sees("This looks like a patient's number")
    assert not ravi.told_by_bot()
    assert not ben.sees_button("It isn't, keep it")
    await ben.presses("Take it out")
    await ben.fills_in(works="She needs the wide sling, thread it from the left.", title="Wide sling")
    assert ravi.sees("would like to keep what you wrote")


async def test_a_question_with_personal_data_is_answered_and_not_written_down(ward: Ward, ben: Teller) -> None:
    await ben.tells_bot(f"Which sling for {NUMBER}?")
    assert ben.sees("I haven't written your question down")
    assert not await _is_kept_anywhere(ward, NUMBER)


async def _is_kept_anywhere(ward: Ward, words: str) -> bool:
    """Whether words stand in any row, or in the files of a SQLite database, in which more may linger than its rows."""
    async with ward.store.session(reading=True) as session:
        connection = await session.connection()
        rows = repr([(await connection.execute(select(table))).all() for table in metadata.sorted_tables])
    path = Path(ward.store.url.removeprefix("sqlite:///"))
    return words in rows or any(words.encode() in each.read_bytes() for each in path.parent.glob(f"{path.name}*"))

"""What practice says of tips: like places count more, nobody speaks for themself, nobody pushes a tip up."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from knowledge.models import Outcome, TipState
from knowledge.practice import FARTHEST, Asker, NotAsked, like_the_asker, moved_by, ordered
from knowledge.tips import Author, Known, Said, TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NURSE = Asker(1, "ward nurse", "Ward 6")
QUESTION = "How do I unblock a feeding tube?"


def word(member: int, outcome: Outcome = Outcome.WORKED, *, practice: str = "", place: str = "") -> Said:
    return Said(member, outcome, "", practice, place, NOW)


def tip(id: int, *said: Said, author: int = 99) -> Known:
    return Known(id, id, TipState.LIVE, TipForm("works"), NOW, authors=(Author(author, "A"),), said=said)


def order(found: list[tuple[Known, float]], *not_asked: NotAsked, asker: Asker = NURSE) -> list[int]:
    return [known.id for known, _ in ordered(found, asker, QUESTION, not_asked)]


WORDS = st.builds(
    word,
    member=st.integers(2, 40),
    outcome=st.sampled_from(list(Outcome)),
    practice=st.sampled_from(["", "ward nurse", "Ward nurses", "porter"]),
    place=st.sampled_from(["", "Ward 6", "ward 9"]),
)


@given(said=st.lists(WORDS, max_size=300), refusals=st.integers(0, 40))
def test_however_many_speak_a_tip_moves_no_further_than_two_near_ties(said: list[Said], refusals: int) -> None:
    refused = [NotAsked(1, asker, QUESTION) for asker in range(refusals)]
    assert abs(moved_by(tip(1, *said), NURSE, refused)) < FARTHEST


@given(said=st.lists(WORDS, max_size=20))
def test_one_more_whom_it_worked_for_never_lowers_a_tip(said: list[Said]) -> None:
    before = moved_by(tip(1, *said), NURSE)
    assert moved_by(tip(1, *said, word(70)), NURSE) > before
    assert moved_by(tip(1, *said, word(70, Outcome.NOT_HERE)), NURSE) < before


def test_what_nobody_spoke_of_stays_where_it_was() -> None:
    assert moved_by(tip(1), NURSE) == 0
    assert order([(tip(1), 0.8), (tip(2), 0.79)]) == [1, 2]


def test_among_near_ties_the_one_that_worked_where_the_asker_is_comes_first() -> None:
    there, elsewhere = tip(1, word(5, place="Ward 6")), tip(2, word(6, place="Theatre"))
    failed = tip(3, word(7, Outcome.NOT_HERE, place="ward 6"))
    assert order([(failed, 0.81), (elsewhere, 0.80), (there, 0.80)]) == [1, 2, 3]
    assert order([(failed, 0.95), (there, 0.80)]) == [3, 1]


def test_a_like_practice_counts_as_the_same() -> None:
    like, unlike = tip(1, word(5, practice="Ward nurses")), tip(2, word(6, practice="Porter"))
    assert moved_by(like, NURSE) > moved_by(unlike, NURSE) > 0
    assert [each.member for each in like_the_asker(like, NURSE)] == [5]
    assert like_the_asker(unlike, NURSE) == []


def test_another_number_is_another_place() -> None:
    assert like_the_asker(tip(1, word(5, place="Ward 16")), NURSE) == []
    assert like_the_asker(tip(1, word(5, place="ward  6")), NURSE) != []


def test_nobody_speaks_for_their_own_tip_nor_for_themself() -> None:
    own = tip(1, word(99), author=99)
    mine = tip(2, word(1, place="Ward 6"))
    assert moved_by(own, NURSE) == moved_by(mine, NURSE) == 0
    assert like_the_asker(mine, NURSE) == []


def test_what_somebody_said_was_not_the_answer_is_not_shown_to_them_for_it_again() -> None:
    found = [(tip(1), 0.9), (tip(2), 0.6)]
    said = NotAsked(1, 1, "how do I unblock a Feeding tube")
    assert order(found, said) == [2]
    assert order(found, NotAsked(1, 1, "Which tape is best for tubes?")) == [1, 2]


def test_what_others_said_was_not_the_answer_sinks_for_it_alone() -> None:
    found = [(tip(1), 0.80), (tip(2), 0.78)]
    others = [NotAsked(1, asker, QUESTION) for asker in (5, 6, 7)]
    assert order(found, *others) == [2, 1]
    assert order(found, *(NotAsked(1, asker, "Where are the spare beds?") for asker in (5, 6, 7))) == [1, 2]
    assert order([(tip(1), 0.95), (tip(2), 0.78)], *others) == [1, 2]


def test_one_who_refuses_again_and_again_counts_once() -> None:
    again = [NotAsked(1, 5, QUESTION)] * 50
    assert moved_by(tip(1), NURSE, again) == moved_by(tip(1), NURSE, again[:1])


def test_who_is_not_known_is_asked_nothing_of() -> None:
    assert order([(tip(1), 0.9)], NotAsked(1, None, QUESTION), asker=Asker()) == [1]

"""What needs a look and how much of it is shown; of newcomers, numbers behind which enough people stand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port.limits import SECTIONS_WITH_BUTTONS
from bot.features.review.rules import (
    FAILED_OFTEN,
    SILENT_AFTER,
    UNANSWERED_AFTER,
    Doubt,
    Numbers,
    Share,
    doubt_of,
    is_silent,
    is_unanswered,
    numbers,
    shown_of,
)
from knowledge.models import Step
from knowledge.participation import Level
from knowledge.store.confirmations import Doubted
from knowledge.store.consents import LAPSE_AFTER_DAYS
from knowledge.store.first_words import FirstAnswer
from knowledge.store.newcomers import StepCount

NEWCOMER, PERIPHERAL, OCCASIONAL, ACTIVE, CORE = Level


def hours(*waited: float | None) -> list[FirstAnswer]:
    """First words that waited so many hours for an answer; None: for ever."""
    return [FirstAnswer(None if each is None else timedelta(hours=each)) for each in waited]


def sums(
    answers: Sequence[FirstAnswer] = (), moves: Mapping[tuple[Level, Level], int] | None = None, came: int = 40
) -> Numbers:
    shown = numbers(came, {}, answers, moves or {})
    assert shown is not None
    return shown


def half(*waited: float | None) -> float | None:
    """Within how many hours the luckier half had an answer."""
    within = sums(hours(*waited)).half_within
    return None if within is None else within / timedelta(hours=1)


levels = st.sampled_from(Level)
waits = st.lists(st.none() | st.timedeltas(timedelta(), timedelta(days=90)), max_size=20)
first_answers = st.lists(
    st.builds(
        FirstAnswer, st.none() | st.timedeltas(timedelta(), timedelta(days=90)), st.sampled_from([None, True, False])
    ),
    max_size=20,
)


@pytest.mark.parametrize(("came", "is_shown"), [(0, False), (1, False), (4, False), (5, True), (6, True)])
def test_there_are_numbers_from_five_who_came_on(came: int, is_shown: bool) -> None:
    shown = numbers(came, {Step.ASK: StepCount(came, came)}, hours(*[1] * 9), {(PERIPHERAL, ACTIVE): 9})
    assert (shown is not None) is is_shown
    assert shown is None or shown.came == came


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    assert sums() == Numbers(came=40, taken={})


@pytest.mark.parametrize(
    ("count", "of", "how"),
    [
        (0, 40, "few"),
        (4, 40, "few"),
        (5, 40, "some"),
        (20, 40, "some"),
        (35, 40, "some"),
        (36, 40, "nearly_all"),
        (40, 40, "nearly_all"),
        (5, 10, "some"),
        (5, 9, "nearly_all"),
        (4, 9, "few"),
        (4, 5, "few"),
        (5, 5, "nearly_all"),
    ],
)
def test_a_share_is_a_number_where_five_are_in_it_and_five_are_not(count: int, of: int, how: str) -> None:
    assert Share(count, of).how == how


def test_each_step_is_a_share_of_those_who_came_not_of_those_who_were_asked() -> None:
    shown = numbers(12, {Step.ASK: StepCount(4, 8), Step.TELL: StepCount(5, 6)}, [], {})
    assert shown is not None
    assert shown.taken == {Step.ASK: Share(4, 12), Step.TELL: Share(5, 12)}


@pytest.mark.parametrize(
    ("waited", "within"),
    [
        ((), None),
        ((1, 1, 1, 1), None),
        ((1, 2, 3, 4, 5), 3),
        ((5, 3, 1, 4, 2), 3),
        ((6, 5, 4, 3, 2, 1), 3),
        ((1, 2, 3, None, None), 3),
        ((None, None, 3, 2, 1), 3),
        ((1, 2, None, None, None), None),
        ((1, 2, 3, None, None, None), 3),
        ((1, 2, None, None, None, None), None),
        ((0, 0, 0, None, None), 0),
        ((None, None, None, None, None), None),
    ],
)
def test_half_of_all_who_wrote_had_an_answer_within_so_long(
    waited: tuple[float | None, ...], within: float | None
) -> None:
    assert half(*waited) == within


@given(waits)
def test_at_least_half_had_an_answer_within_what_is_said_and_fewer_within_less(waited: list[timedelta | None]) -> None:
    shown = sums([FirstAnswer(each) for each in waited]).half_within
    answered = [each for each in waited if each is not None]
    if len(waited) < 5 or 2 * len(answered) < len(waited):
        assert shown is None
    else:
        assert shown in answered
        assert 2 * sum(each <= shown for each in answered) >= len(waited)
        assert 2 * sum(each < shown for each in answered) < len(waited)


@pytest.mark.parametrize(("none", "shown"), [(0, None), (4, None), (5, 5), (6, 6)])
@pytest.mark.parametrize("answered", [0, 30])
def test_how_many_got_no_answer_is_said_from_five_on(none: int, answered: int, shown: int | None) -> None:
    share = sums(hours(*[None] * none, *[0] * answered)).unanswered
    assert share == (Share(shown, none + answered) if shown else None)


def test_an_answer_after_more_than_a_day_came_too_late() -> None:
    assert sums(hours(*[25] * 5, *[24] * 5)).unanswered == Share(5, 10)


def from_whom(*lateral: bool | None) -> Share | None:
    return sums([FirstAnswer(timedelta(hours=1), each) for each in lateral]).lateral


@pytest.mark.parametrize(
    ("lateral", "shown"),
    [
        ([], None),
        ([True] * 4, None),
        ([True] * 4 + [None] * 9, None),
        ([True] * 5, Share(5, 5)),
        ([True] * 5 + [None] * 9, Share(5, 5)),
        ([False] * 5, Share(0, 5)),
        ([True, False, False, True, None, False, True], Share(3, 6)),
    ],
)
def test_only_answers_of_whom_it_is_known_count_as_from_the_core_group_or_not(
    lateral: list[bool | None], shown: Share | None
) -> None:
    assert from_whom(*lateral) == shown


@pytest.mark.parametrize(
    ("then", "now", "is_counted"),
    [
        (NEWCOMER, PERIPHERAL, False),
        (NEWCOMER, OCCASIONAL, True),
        (NEWCOMER, ACTIVE, True),
        (PERIPHERAL, OCCASIONAL, True),
        (PERIPHERAL, ACTIVE, True),
        (OCCASIONAL, ACTIVE, True),
        (OCCASIONAL, OCCASIONAL, False),
        (ACTIVE, ACTIVE, False),
        (ACTIVE, OCCASIONAL, False),
        (CORE, ACTIVE, False),
        (CORE, OCCASIONAL, False),
        (OCCASIONAL, PERIPHERAL, False),
        (ACTIVE, CORE, False),
        (NEWCOMER, CORE, False),
        (PERIPHERAL, NEWCOMER, False),
    ],
)
def test_inwards_is_who_takes_part_now_and_stood_further_out_before(then: Level, now: Level, is_counted: bool) -> None:
    assert sums(moves={(then, now): 7}).inwards == (7 if is_counted else None)


@pytest.mark.parametrize(
    ("moves", "shown"),
    [
        ({(PERIPHERAL, OCCASIONAL): 4}, None),
        ({(PERIPHERAL, OCCASIONAL): 5}, 5),
        ({(PERIPHERAL, OCCASIONAL): 2, (OCCASIONAL, ACTIVE): 2}, None),
        ({(PERIPHERAL, OCCASIONAL): 2, (OCCASIONAL, ACTIVE): 3}, 5),
        ({(PERIPHERAL, OCCASIONAL): 4, (NEWCOMER, PERIPHERAL): 9, (ACTIVE, OCCASIONAL): 9}, None),
    ],
)
def test_how_many_moved_inwards_is_said_from_five_on(moves: dict[tuple[Level, Level], int], shown: int | None) -> None:
    assert sums(moves=moves).inwards == shown


@given(st.integers(0, 12), first_answers, st.dictionaries(st.tuples(levels, levels), st.integers(0, 6)))
def test_no_number_of_fewer_than_five_is_shown(
    came: int, answers: list[FirstAnswer], moves: dict[tuple[Level, Level], int]
) -> None:
    shown = numbers(came, {}, answers, moves)
    if shown is not None:
        said = (
            shown.came,
            shown.unanswered.count if shown.unanswered else None,
            shown.inwards,
            shown.lateral.of if shown.lateral else None,
        )
        assert all(each is None or each >= 5 for each in said)


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY, NEVER = timedelta(days=1), timedelta(0)
spans = st.timedeltas(NEVER, timedelta(days=90))


def days_ago(days: float) -> datetime:
    """So many days before now."""
    return NOW - days * DAY


@pytest.mark.parametrize(
    ("posted", "told", "waits"),
    [(3, (), True), (2.9, (), False), (9, (1,), False), (9, (8, 3), True), (None, (), False)],
)
def test_a_question_waits_from_the_third_day_that_nobody_was_asked_it(
    posted: float | None, told: tuple[float, ...], waits: bool
) -> None:
    posted_at = None if posted is None else days_ago(posted)
    assert is_unanswered(posted_at, [days_ago(each) for each in told], NOW) is waits


@given(spans, st.lists(spans, max_size=3), spans)
def test_a_question_that_waits_goes_on_waiting_until_somebody_is_asked(
    ago: timedelta, told: list[timedelta], later: timedelta
) -> None:
    told_at = [NOW - each for each in told]
    if is_unanswered(NOW - ago, told_at, NOW):
        assert is_unanswered(NOW - ago, told_at, NOW + later)
        assert not is_unanswered(NOW - ago, [*told_at, NOW], NOW + UNANSWERED_AFTER - timedelta(seconds=1))


def test_who_was_asked_again_has_a_day_and_is_let_go_on_the_fourth() -> None:
    assert [is_silent(days_ago(days), NOW) for days in (0.9, 1, 3.9, LAPSE_AFTER_DAYS)] == [False, True, True, False]
    assert timedelta(days=LAPSE_AFTER_DAYS) > SILENT_AFTER


def doubted(failed: int, worked: int, failed_at: datetime = NOW, changed_at: datetime | None = None) -> Doubted:
    """A tip that did not work for somebody."""
    return Doubted(1, 1, failed, worked, failed_at, changed_at)


def test_a_tip_that_worked_for_some_depends_and_one_that_worked_for_nobody_fails() -> None:
    assert doubt_of(doubted(1, 1), None) is Doubt.DIFFERS
    assert doubt_of(doubted(FAILED_OFTEN, 0), None) is Doubt.FAILED
    assert doubt_of(doubted(FAILED_OFTEN - 1, 0), None) is None


@given(st.integers(1, 9), st.integers(0, 9), spans, spans)
def test_what_was_said_before_a_coordinator_looked_or_it_changed_is_settled(
    failed: int, worked: int, ago: timedelta, since: timedelta
) -> None:
    at = NOW - ago
    doubt = doubt_of(doubted(failed, worked, at), None)
    assert doubt_of(doubted(failed, worked, at), at + since) is None
    assert doubt_of(doubted(failed, worked, at, at + since + DAY), None) is None
    assert doubt_of(doubted(failed, worked, at + DAY), at) is doubt


counts = st.integers(0, 30)


@given(counts, counts, st.booleans(), st.booleans())
def test_a_review_never_has_more_buttons_than_a_message_holds(
    count: int, start: int, is_undo: bool, is_foot: bool
) -> None:
    shown = shown_of(count, start, is_undo=is_undo, is_foot=is_foot)
    is_more = shown.stop < count
    assert len(shown) + is_undo + (is_foot or is_more) <= SECTIONS_WITH_BUTTONS
    assert (len(shown) > 0) is (count > 0) and shown.stop <= count and shown.start >= 0
    assert shown.start == start or start >= count


@given(counts, st.booleans())
def test_who_goes_on_sees_each_thing_once(count: int, is_foot: bool) -> None:
    seen: list[int] = []
    while len(seen) < count:
        seen += shown_of(count, len(seen), is_undo=False, is_foot=is_foot)
    assert seen == list(range(count))

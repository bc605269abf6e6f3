"""The way in: which step fits whom, when it is enough, and what is an answer to first words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Account, MessagePosted, MessageRef, Post, ReactionAdded, Room, Space
from bot.features.welcome import rules
from bot.features.welcome.rules import Invitation, Stood, Way, fitting
from knowledge.models import FirstWord, PairState, Step, StepState, WayState
from knowledge.participation import Deed
from knowledge.store.communities import Options

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def way(
    *deeds: Deed,
    days: float = 10,
    sent: tuple[float, ...] = (10,),
    sign: float | None = None,
    steps: Mapping[Step, Stood] | None = None,
    introduced: bool = False,
) -> Way:
    """Somebody who came `days` ago; `sent` and `sign` say how many days ago something was sent and done."""
    return Way(
        now=NOW,
        began_at=ago(days),
        introduced=introduced,
        deeds=frozenset(deeds),
        last_sign_at=None if sign is None else ago(sign),
        sent_at=tuple(ago(each) for each in sent),
        steps=steps or {},
    )


def stood(state: StepState, times: int = 1, days: float = 20) -> Stood:
    return Stood(state, times, ago(days))


def steps_for(one: Way) -> list[Step]:
    """The steps that fit somebody, best first; a question that nobody could answer, which few have, aside."""
    return list(dict.fromkeys(each.step for each in fitting(one) if each.because != "gap"))


moments = st.integers(0, 24 * 240).map(lambda hours: NOW - timedelta(hours=hours))
ways = st.builds(
    Way,
    now=st.just(NOW),
    began_at=moments,
    introduced=st.booleans(),
    deeds=st.frozensets(st.sampled_from(Deed), max_size=4),
    last_sign_at=st.none() | moments,
    sent_at=st.lists(moments, max_size=6).map(lambda sent: tuple(sorted(sent, reverse=True))),
    steps=st.dictionaries(
        st.sampled_from(Step), st.builds(Stood, st.sampled_from(StepState), st.integers(1, 2), moments)
    ),
    pairs=st.frozensets(st.sampled_from(PairState), max_size=2),
    is_companion=st.booleans(),
    welcomed=st.booleans(),
    joined_in=st.booleans(),
)


@given(ways)
def test_no_step_is_offered_that_was_taken_let_go_lies_open_or_was_put_off_twice(one: Way) -> None:
    for each in fitting(one):
        before = one.steps.get(each.step)
        assert each.step not in one.taken
        assert before is None or (before.state is StepState.LATER and before.times == 1)


@given(ways)
def test_what_was_put_off_comes_before_anything_else(one: Way) -> None:
    waiting = {
        step
        for step, each in one.steps.items()
        if each.state is StepState.LATER and each.times == 1 and step not in one.taken
    }
    first = fitting(one)[: len(waiting)]
    assert {each.step for each in first} == waiting
    assert {each.because for each in first} <= {"later"}


@given(ways, moments, moments)
def test_no_date_chooses_a_step(one: Way, now: datetime, began: datetime) -> None:
    """Only who is asked to welcome others was here for a while."""
    other = replace(one, now=now, began_at=began, sent_at=(), last_sign_at=None)
    ours, theirs = ([each for each in fitting(way) if each.because != "inside"] for way in (one, other))
    assert ours == theirs


@given(ways)
def test_who_asks_is_offered_what_fits_and_after_it_what_was_let_go(one: Way) -> None:
    unasked, asked = fitting(one), fitting(one, is_asked_for=True)
    again = asked[len(unasked) :]
    assert asked[: len(unasked)] == unasked
    assert all(each.step in one.steps and each.step not in one.taken for each in again)
    assert {each.step for each in again}.isdisjoint(each.step for each in unasked)
    offered = {step for step, each in one.steps.items() if each.state is not StepState.TAKEN}
    assert offered & {Step.LISTEN, Step.MATCH, Step.ASK} - one.taken <= {each.step for each in asked}


@pytest.mark.parametrize(
    ("one", "steps"),
    [
        (way(), [Step.LISTEN, Step.MATCH]),
        (way(introduced=True), [Step.MATCH, Step.LISTEN, Step.COME]),
        (way(Deed.SEARCHED), [Step.MATCH, Step.LISTEN, Step.COME]),
        (way(Deed.REACTED), [Step.COME, Step.ASK, Step.MATCH]),
        (way(Deed.REPLIED), [Step.COME, Step.TELL, Step.ASK, Step.MATCH]),
        (way(Deed.USED), [Step.LISTEN, Step.COME, Step.TELL, Step.ASK]),
        (way(Deed.COMMENTED), [Step.LISTEN, Step.COME, Step.ASK]),
        (way(Deed.ASKED), [Step.LISTEN, Step.COME, Step.TELL, Step.MATCH]),
        (way(Deed.USED, Deed.REACTED, Deed.TOLD), [Step.COME, Step.ASK]),
    ],
)
def test_what_somebody_did_chooses_the_step(one: Way, steps: list[Step]) -> None:
    assert steps_for(one) == steps


def test_a_question_that_nobody_could_answer_comes_first_and_says_why() -> None:
    assert fitting(way(Deed.SEARCHED))[:2] == [Invitation(Step.ASK, "gap"), Invitation(Step.MATCH)]
    assert Step.ASK not in [each.step for each in fitting(way(Deed.ASKED))]


@pytest.mark.parametrize(
    ("before", "comes"),
    [
        (stood(StepState.LATER, 1), True),
        (stood(StepState.LATER, 2), False),
        (stood(StepState.OFFERED, 1), False),
        (stood(StepState.PASSED, 1), False),
        (stood(StepState.TAKEN, 0), False),
    ],
)
def test_a_step_comes_twice_only_after_later_and_then_no_more(before: Stood, comes: bool) -> None:
    one = way(steps={Step.LISTEN: before})
    assert (Step.LISTEN in steps_for(one)) is comes
    assert (fitting(one)[0] == Invitation(Step.LISTEN, "later")) is comes


@pytest.mark.parametrize(
    ("days", "deeds", "comes"),
    [
        (14, {Deed.USED, Deed.REACTED, Deed.ASKED}, True),
        (13, {Deed.USED, Deed.REACTED, Deed.ASKED}, False),
        (60, {Deed.USED, Deed.REACTED}, False),
    ],
)
def test_who_took_three_steps_and_was_here_for_a_while_is_asked_to_welcome_the_next(
    days: float, deeds: set[Deed], comes: bool
) -> None:
    assert (Invitation(Step.WELCOME, "inside") in fitting(way(*deeds, days=days))) is comes


@pytest.mark.parametrize(
    ("one", "taken"),
    [
        (way(), set()),
        (way(introduced=True), {Step.INTRODUCE}),
        (way(Deed.SEARCHED), set()),
        (way(Deed.REACTED), {Step.LISTEN}),
        (way(Deed.REPLIED), {Step.LISTEN}),
        (way(Deed.USED), {Step.MATCH}),
        (way(Deed.COMMENTED), {Step.MATCH}),
        (way(Deed.ASKED), {Step.ASK}),
        (way(Deed.TOLD), {Step.TELL}),
        (replace(way(), pairs=frozenset({PairState.AGREED})), {Step.COME}),
        (replace(way(), pairs=frozenset({PairState.ENDED})), {Step.COME}),
        (replace(way(), pairs=frozenset({PairState.NAMED, PairState.ASKED, PairState.DECLINED})), set()),
        (replace(way(), is_companion=True), {Step.WELCOME}),
        (replace(way(), welcomed=True), {Step.WELCOME}),
        (replace(way(), joined_in=True), {Step.LISTEN}),
        (way(steps={Step.LISTEN: stood(StepState.TAKEN), Step.ASK: stood(StepState.PASSED)}), {Step.LISTEN}),
    ],
)
def test_a_step_that_somebody_took_by_themself_is_ticked(one: Way, taken: set[Step]) -> None:
    assert one.taken == taken


@given(ways, moments)
def test_only_messages_after_the_last_sign_are_in_a_row(one: Way, sign: datetime) -> None:
    signed = replace(one, last_sign_at=sign)
    after, before = replace(signed, sent_at=(sign + MOMENT, *one.sent_at)), (sign, sign - MOMENT)
    assert after.in_a_row == signed.in_a_row + 1
    assert replace(signed, sent_at=(*one.sent_at, *before)).in_a_row == signed.in_a_row
    assert replace(one, last_sign_at=NOW).in_a_row == 0
    assert replace(one, last_sign_at=None).in_a_row == len(one.sent_at)


@given(ways)
def test_nobody_rests_before_three_in_a_row_and_nobody_goes_on_after_them(one: Way) -> None:
    state = rules.state_after(one)
    assert state in (WayState.GOING, WayState.RESTING, WayState.DONE)
    assert state is not WayState.RESTING or one.in_a_row >= 3
    lies_open = bool(one.sent_at) and NOW - one.sent_at[0] < rules.LIES_OPEN
    assert state is not WayState.GOING or one.in_a_row < 3 or lies_open


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (way(sent=()), WayState.GOING),
        (way(sent=(8, 14)), WayState.GOING),
        (way(sent=(8, 14, 19)), WayState.RESTING),
        (way(sent=(6, 12, 17)), WayState.GOING),
        (way(sent=(8, 14, 19), sign=14), WayState.GOING),
        (way(sent=(8, 14, 19), sign=20), WayState.RESTING),
        (way(days=183), WayState.DONE),
        (way(days=182), WayState.GOING),
        (way(Deed.USED, Deed.REACTED, Deed.ASKED), WayState.GOING),
        (way(Deed.USED, Deed.ASKED, steps={Step.WELCOME: stood(StepState.PASSED)}), WayState.GOING),
        (way(Deed.USED, Deed.REACTED, Deed.ASKED, steps={Step.WELCOME: stood(StepState.PASSED)}), WayState.DONE),
        (way(Deed.USED, Deed.REACTED, Deed.ASKED, steps={Step.WELCOME: stood(StepState.OFFERED)}), WayState.GOING),
        (replace(way(Deed.USED, Deed.ASKED), welcomed=True), WayState.DONE),
        (replace(way(Deed.USED), is_companion=True), WayState.GOING),
    ],
)
def test_where_a_way_ends_or_rests(one: Way, state: WayState) -> None:
    assert rules.state_after(one) is state


def test_the_third_in_a_row_is_the_last_one() -> None:
    assert [rules.is_last_before_rest(way(sent=sent)) for sent in ((), (1,), (1, 6), (1, 6, 11))] == [
        False,
        False,
        True,
        True,
    ]
    assert not rules.is_last_before_rest(way(sent=(1, 6), sign=3))


@pytest.mark.parametrize(
    ("one", "may"),
    [
        (way(sent=()), True),
        (replace(way(sent=(5,)), is_waiting=True), False),
        (way(sent=(5,)), True),
        (way(sent=(4.9,)), False),
        (way(sent=(2,), sign=1), True),
        (way(sent=(1.9,), sign=1), False),
        (way(sent=(4.9,), sign=6), False),
        (way(sent=(6.9,), steps={Step.LISTEN: stood(StepState.OFFERED, days=6.9)}), False),
        (way(sent=(7,), steps={Step.LISTEN: stood(StepState.OFFERED, days=7)}), True),
        (way(sent=(3,), sign=1, steps={Step.LISTEN: stood(StepState.OFFERED, days=3)}), False),
        (way(sent=(20,), steps={Step.LISTEN: stood(StepState.OFFERED, days=6.9)}), False),
        (way(sent=(3,), steps={Step.LISTEN: stood(StepState.OFFERED, days=8)}), False),
        (way(Deed.REACTED, sent=(3,), sign=1, steps={Step.LISTEN: stood(StepState.OFFERED, days=3)}), True),
        (way(sent=(20,), steps={Step.LISTEN: stood(StepState.LATER, days=13.9)}), False),
        (way(sent=(20,), steps={Step.LISTEN: stood(StepState.LATER, days=14)}), True),
        (way(sent=(20,), steps={Step.LISTEN: stood(StepState.PASSED, days=1)}), True),
    ],
)
def test_how_long_somebody_is_left_in_peace(one: Way, may: bool) -> None:
    assert rules.is_time(one) is may


@given(ways)
def test_what_lies_open_is_what_was_offered_and_not_taken(one: Way) -> None:
    offered = {step for step, each in one.steps.items() if each.state is StepState.OFFERED} - one.taken
    assert one.open in offered if offered else one.open is None


@given(ways)
def test_nothing_comes_within_a_fortnight_of_later(one: Way) -> None:
    put_off = [each.at for each in one.steps.values() if each.state is StepState.LATER]
    if any(NOW - at < rules.LATER for at in put_off):
        assert not rules.is_time(one)
        assert rules.look_again(one) == max(NOW + timedelta(days=1), max(put_off) + rules.LATER)
    else:
        assert rules.look_again(one) == NOW + timedelta(days=1)


WARD = Space("room", "ward")
FLOOR, OTHER = Room(WARD, "floor"), Room(WARD, "other")
NOOR, BEN, LENA = (Account(WARD, name.lower(), name) for name in ("Noor Haddad", "Ben", "Lena"))
WORD = FirstWord(community_id=1, member_id=1, message="room:ward:floor:m1", room=FLOOR.key, thread="m1", at=NOW)


def said(
    text: str = "Yes.",
    *,
    minutes: float = 60,
    in_: Room = FLOOR,
    mentions: tuple[Account, ...] = (),
    answers: Account | None = None,
    direct: bool = False,
    to_bot: bool = False,
) -> MessagePosted:
    """What Ben wrote so many minutes after Noor's first words."""
    at = NOW + timedelta(minutes=minutes)
    post = Post(MessageRef(in_, "m9"), BEN, at, text, mentions=mentions)
    return MessagePosted("key", at, BEN, post, to_bot=to_bot, direct=direct, answers=answers)


THREAD, OTHER_THREAD = (replace(FLOOR, thread_id=each) for each in ("m1", "m2"))
SOON = 10
"""Minutes within which a greeting is taken as an answer."""


@pytest.mark.parametrize(
    ("event", "is_answer"),
    [
        (said(in_=THREAD), True),
        (said(in_=THREAD, minutes=60 * 24 * 30), True),
        (said(in_=THREAD, mentions=(LENA,)), True),
        (said(in_=OTHER_THREAD), False),
        (said(mentions=(NOOR,)), True),
        (said(mentions=(LENA, NOOR)), True),
        (said(mentions=(LENA,)), False),
        (said(answers=NOOR), True),
        (said(answers=LENA), False),
        (said(in_=OTHER_THREAD, mentions=(NOOR,)), True),
        (said(in_=OTHER_THREAD, answers=NOOR), True),
        (said("Noor can tell you."), False),
        (said("Noor can tell you.", minutes=5), False),
        (said("The hoist is back."), False),
        (said("The hoist is back.", minutes=5), False),
        (said("Welcome, Noor!", in_=OTHER, mentions=(NOOR,), answers=NOOR), False),
        (said("Morning!", minutes=5, in_=OTHER), False),
        (said("Where is Noor?", minutes=-1, mentions=(NOOR,)), False),
        (said("Morning!", minutes=-1), False),
        (said("Morning!", minutes=0), True),
    ],
)
def test_what_is_an_answer(event: MessagePosted, is_answer: bool) -> None:
    assert rules.answers(event, WORD, NOOR.key) is is_answer


@pytest.mark.parametrize(
    ("text", "is_greeting"),
    [
        ("Morning all", True),
        ("Good morning!", True),
        ("good evening everybody", True),
        ("Hi!", True),
        ("  hello there  ", True),
        ("Hallo zusammen", True),
        ("Welcome, great to have another nurse here", True),
        ("Hi and welcome, the kettle is next to the linen room", True),
        ("Hello, so good to have you with us on nights", True),
        ("The evening meds trolley is short of syringes.", False),
        ("Hi Ben, can you swap Friday?", False),
        ("Morning all, anyone", True),
        ("Morning all, anyone there", False),
        ("See you this evening", False),
        ("Quiet evening", False),
        ("Good idea", False),
        ("History matters", False),
        ("Relatives are welcome from three", False),
        ("So welcome", False),
        ("", False),
    ],
)
def test_a_greeting_opens_the_message_and_says_little_else_or_bids_welcome(text: str, is_greeting: bool) -> None:
    assert rules.answers(said(text, minutes=5), WORD, NOOR.key) is is_greeting


@pytest.mark.parametrize("text", ["Morning!", "Good morning!", "Welcome, great to have another nurse here"])
def test_a_greeting_counts_within_ten_minutes_outside_a_thread_where_it_mentions_nobody(text: str) -> None:
    assert rules.answers(said(text, minutes=SOON), WORD, NOOR.key)
    assert rules.answers(said(text, minutes=SOON, in_=THREAD), WORD, NOOR.key)
    assert rules.answers(said(text, minutes=SOON, mentions=(NOOR,)), WORD, NOOR.key)
    assert not rules.answers(said(text, minutes=SOON + 0.1), WORD, NOOR.key)
    assert not rules.answers(said(text, minutes=SOON, in_=OTHER_THREAD), WORD, NOOR.key)
    assert not rules.answers(said(text, minutes=SOON, mentions=(LENA,)), WORD, NOOR.key)


DAY = 24 * 60


@pytest.mark.parametrize(
    ("event", "is_named"),
    [
        (said("Noor can tell you."), True),
        (said("Ask Noor, or Lena."), True),
        (said("noor can tell you."), False),
        (said("NOOR can tell you."), False),
        (said("Welcome, noor!"), True),
        (said("  hi NOOR, the kettle is next door"), True),
        (said("Good evening noor"), True),
        (said("Did you say hi to noor?"), False),
        (said("This evening noor is on."), False),
        (said("Did you say hi to Noor?"), True),
        (said("It was Noorish."), False),
        (said("Hi, it was noorish."), False),
        (said("Ask Haddad."), False),
        (said("Welcome!"), False),
        (said("Yes.", mentions=(NOOR,), answers=NOOR), False),
        (said("Ask Noor.", in_=THREAD), True),
        (said("Ask Noor.", in_=OTHER_THREAD), True),
        (said("Ask Noor.", in_=OTHER), False),
        (said("Ask Noor.", minutes=0), True),
        (said("Ask Noor.", minutes=-1), False),
        (said("Ask Noor.", minutes=DAY), True),
        (said("Ask Noor.", minutes=DAY + 1), False),
        (said("Hi Noor!", minutes=DAY + 1), False),
    ],
)
def test_who_calls_a_newcomer_by_their_first_name_within_a_day_names_them(event: MessagePosted, is_named: bool) -> None:
    assert rules.names(event, WORD, NOOR.name) is is_named


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("Will", "That will do.", False),
        ("Will", "Will knows.", True),
        ("Grace Obi", "It comes with grace.", False),
        ("Bo", "Bo knows.", True),
        ("Zoë", "Hi ZOË", True),
        ("", "The hoist is back.", False),
        ("  ", "The hoist is back.", False),
        ("A", "A hoist is back.", False),
        ("A", "Hi a, the hoist is back.", False),
        ("C+ D", "C was it", False),
        ("N.or", "Noor knows.", False),
    ],
)
def test_a_name_that_is_a_word_or_none_names_nobody_by_chance(name: str, text: str, is_named: bool) -> None:
    assert rules.names(said(text), WORD, name) is is_named


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        (said(), False),
        (replace(said(), who=NOOR), True),
        (replace(said(to_bot=True), who=NOOR), False),
        (replace(said(direct=True), who=NOOR), False),
        (said(in_=OTHER), True),
        (said(in_=replace(OTHER, thread_id="m1"), to_bot=True), True),
        (said(in_=OTHER, direct=True), False),
    ],
)
def test_only_newcomers_and_rooms_where_some_wait_are_listened_to(event: MessagePosted, heard: bool) -> None:
    options = Options(new_here=frozenset({NOOR.key}), waiting_in=frozenset({OTHER.key}))
    assert rules.is_in_room(event, options) is heard


def test_an_emoji_is_looked_at_in_rooms_where_somebody_waits() -> None:
    there = ReactionAdded("key", NOW, BEN, MessageRef(OTHER, "m1"), "wave", NOOR)
    options = Options(waiting_in=frozenset({OTHER.key}))
    assert rules.is_on_first_words(there, options)
    assert not rules.is_on_first_words(replace(there, message=MessageRef(FLOOR, "m1")), options)


def test_what_two_write_is_between_them_where_it_is_not_for_the_bot() -> None:
    assert rules.is_between_two(said(direct=True), Options())
    assert not rules.is_between_two(said(direct=True, to_bot=True), Options())
    assert not rules.is_between_two(said(), Options())

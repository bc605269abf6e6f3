"""What a newcomer is shown and who is brought to them: relied on and not merely liked, lateral, and never a burden."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.welcome import choices
from knowledge.models import Member, Outcome, TipKind, TipState
from knowledge.store.for_newcomers import Talk
from knowledge.store.pairs import Load
from knowledge.tips import Author, Known, Said, TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEW = 100
WORKED, NOT_HERE = Outcome.WORKED, Outcome.NOT_HERE


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def said(member: int, practice: str = "", place: str = "", outcome: Outcome = WORKED) -> Said:
    return Said(member, outcome, "", practice, place, NOW)


def tip(number: int, *words: Said, by: int | None = None, shown: str = "", kind: TipKind = TipKind.TIP) -> Known:
    """A tip by somebody (of number 1000 and more unless said) whose name is shown unless it is empty."""
    author = Author(by or 1000 + number, shown or f"Author {by or number}")
    form = TipForm(f"tip {number}", kind=kind)
    return Known(number, number, TipState.LIVE, form, NOW, (author,), words)


def newcomer(practice: str = "", place: str = "") -> Member:
    return Member(id=NEW, community_id=1, name="Noor", practice=practice, place=place, joined_at=NOW)


def member(id: int, practice: str = "", place: str = "", *, days: float = 500, **more: Any) -> Member:
    """Somebody who came so many days ago."""
    return Member(id=id, community_id=1, name=f"M{id}", practice=practice, place=place, joined_at=ago(days), **more)


def ids(tips: list[choices.Chosen]) -> list[int]:
    return [each.tip.id for each in tips]


PRACTICES, PLACES = ["", "nurse", "porter"], ["", "ward 4", "ward 6"]
practices, places = st.sampled_from(PRACTICES), st.sampled_from(PLACES)
people = st.integers(1, 6) | st.just(NEW)
words = st.lists(st.builds(said, people, practices, places, st.sampled_from(Outcome)), max_size=4)
tips = st.lists(
    st.builds(
        lambda said, by, kind: (said, by, kind),
        words,
        people,
        st.sampled_from([TipKind.TIP, TipKind.TIP, TipKind.RULE_OF_THUMB, TipKind.WORKAROUND, TipKind.STORY]),
    ),
    max_size=7,
).map(lambda rows: [tip(number, *said, by=by, kind=kind) for number, (said, by, kind) in enumerate(rows, 1)])
newcomers = st.builds(newcomer, practices, places)


def like(known: Known, one: Member) -> int:
    """How many people like the newcomer a tip worked for, its author aside."""
    return sum(
        bool((one.practice and each.practice == one.practice) or (one.place and each.place == one.place))
        for each in known.said
        if each.outcome is not NOT_HERE and not known.is_by(each.member)
    )


@given(newcomers, tips)
def test_the_tips_of_the_first_message_are_three_at_most_each_once_and_by_others(
    one: Member, known: list[Known]
) -> None:
    chosen = choices.tips_for(one, known)
    assert len(chosen) <= 3 and len(set(ids(chosen))) == len(chosen)
    assert all(each.tip in known and not each.tip.is_by(NEW) for each in chosen)
    assert all(said.member != NEW for each in chosen for said in each.tip.said)


@given(newcomers, tips)
def test_what_people_like_the_newcomer_use_comes_before_what_others_do(one: Member, known: list[Known]) -> None:
    chosen = [each.tip for each in choices.tips_for(one, known)]
    authors = {name for each in chosen for name in each.names}
    for other in known:
        theirs = other.is_by(NEW) or any(said.member == NEW for said in other.said)
        if other not in chosen and not theirs and not authors & set(other.names):
            assert all(like(each, one) >= like(other, one) for each in chosen) and len(chosen) == 3


@given(newcomers, tips)
def test_nobody_s_second_tip_comes_before_somebody_s_first(one: Member, known: list[Known]) -> None:
    chosen = [each.tip for each in choices.tips_for(one, known)]
    named = [each.names[0] for each in chosen]
    if len(set(named)) < len(named):
        open_to = [each for each in known if not each.is_by(NEW) and all(said.member != NEW for said in each.said)]
        assert {each.names[0] for each in open_to} == set(named)


def test_what_two_colleagues_use_comes_before_what_nine_others_like() -> None:
    liked = tip(1, *(said(id, "porter", "ward 6") for id in range(1, 10)))
    used = tip(2, said(11, "nurse", "ward 1"), said(12, "Nurses", "ward 2"))
    assert ids(choices.tips_for(newcomer("nurse"), [liked, used])) == [2, 1]
    assert [each.because for each in choices.tips_for(newcomer("nurse"), [liked, used])] == ["practice", "broad"]


def test_where_nothing_is_known_of_a_newcomer_many_walks_come_before_many_votes() -> None:
    liked = tip(1, *(said(id, "porter", "ward 6") for id in range(1, 10)))
    broad = tip(2, said(11, "nurse", "ward 1"), said(12, "porter", "ward 2"))
    assert ids(choices.tips_for(newcomer(), [liked, broad])) == [2, 1]
    assert {each.because for each in choices.tips_for(newcomer(), [liked, broad])} == {"broad"}


def test_what_failed_somewhere_comes_after_what_did_not() -> None:
    failed = tip(1, said(1, "nurse", "a"), said(2, "porter", "b"), said(3, "porter", "c", NOT_HERE))
    held = tip(2, said(1, "nurse", "a"), said(2, "porter", "a"))
    assert ids(choices.tips_for(newcomer(), [failed, held])) == [2, 1]


@pytest.mark.parametrize(
    ("one", "because"),
    [
        (newcomer("nurse", "ward 9"), "practice"),
        (newcomer("porter", "ward 4"), "place"),
        (newcomer("nurse", "ward 4"), "practice"),
        (newcomer("porter", "ward 9"), "broad"),
        (newcomer(), "broad"),
    ],
)
def test_a_tip_says_why_it_was_chosen(one: Member, because: str) -> None:
    (chosen,) = choices.tips_for(one, [tip(1, said(1, "nurse", "ward 4"), said(2, "nurse", "ward 6"))])
    assert chosen.because == because


def test_where_there_is_little_one_person_s_tips_are_shown_together() -> None:
    known = [tip(1, said(1), by=5), tip(2, said(1), by=5), tip(3, said(1), by=5), tip(4, by=6)]
    assert ids(choices.tips_for(newcomer(), known)) == [3, 4, 2]


@given(newcomers, tips, st.sets(st.integers(1, 7), max_size=2))
def test_a_tip_to_check_is_a_small_thing_and_nobody_of_the_place_said_anything_of_it(
    one: Member, known: list[Known], but: set[int]
) -> None:
    chosen = choices.tip_to_match(one, known, but=but)
    if chosen is not None:
        of = chosen.tip
        assert of in known and of.id not in but and not of.is_by(NEW)
        assert of.form.kind in (TipKind.TIP, TipKind.RULE_OF_THUMB)
        assert all(each.outcome is not NOT_HERE and each.member != NEW for each in of.said)
        assert not one.place or all(each.place != one.place for each in of.said)
        assert len({each.member for each in of.said if not of.is_by(each.member)}) >= 2


TWICE = (said(1, "nurse", "ward 6"), said(2, "nurse", "ward 7"))


@pytest.mark.parametrize(
    ("known", "fits"),
    [
        (tip(1, *TWICE), True),
        (tip(1, *TWICE, kind=TipKind.RULE_OF_THUMB), True),
        (tip(1, *TWICE, kind=TipKind.WORKAROUND), False),
        (tip(1, *TWICE, kind=TipKind.STORY), False),
        (tip(1, *TWICE, said(3, "porter", "ward 8", NOT_HERE)), False),
        (tip(1, *TWICE, said(3, "porter", "Ward 4")), False),
        (tip(1, *TWICE, said(NEW)), False),
        (tip(1, *TWICE, by=NEW), False),
        (tip(1, *TWICE, by=2), False),
        (tip(1, TWICE[0]), False),
        (tip(9, *TWICE), False),
    ],
)
def test_what_may_be_checked(known: Known, fits: bool) -> None:
    chosen = choices.tip_to_match(newcomer("nurse", "ward 4"), [known], but={9})
    assert (chosen is not None) is fits


def test_of_tips_to_check_one_of_the_own_practice_comes_first() -> None:
    known = [tip(1, *TWICE), tip(2, *(said(id, "porter", f"ward {id}") for id in range(1, 7)))]
    chosen = choices.tip_to_match(newcomer("nurse", "ward 44"), known)
    assert chosen is not None and (chosen.tip.id, chosen.because) == (1, "practice")


def talk(
    number: int, *who: int, days: float = 1, practices: tuple[str, ...] = (), places: tuple[str, ...] = ()
) -> Talk:
    return Talk(f"slack:T1:C1:{number}", ago(days), frozenset(who), f"talk {number}", practices, places)


def test_a_conversation_of_the_own_practice_or_place_comes_first_then_the_newest() -> None:
    talks = [
        talk(1, days=1, practices=("porter",)),
        talk(2, days=2),
        talk(3, days=9, places=("ward 4",)),
        talk(4, days=8, practices=("porter", "nurse")),
    ]
    chosen = choices.talks_for(newcomer("nurse", "ward 4"), talks, ["slack:T1"])
    assert [(each.subject, because) for each, because in chosen] == [
        ("talk 4", "practice"),
        ("talk 3", "place"),
        ("talk 1", "recent"),
        ("talk 2", "recent"),
    ]


def test_nobody_listens_in_on_themself_or_where_they_are_not() -> None:
    talks = [talk(1, 5, NEW), talk(2, 5)]
    assert [each.subject for each, _ in choices.talks_for(newcomer(), talks, ["slack:T1"])] == ["talk 2"]
    for elsewhere in ([], ["slack:T"], ["slack:T2"], ["discord:T1"]):
        assert choices.talks_for(newcomer(), talks, elsewhere) == []


def guide(id: int, practice: str = "", place: str = "", *, days: float = 500, **more: Any) -> Member:
    return member(id, practice, place, days=days, **{"shows_round": True, **more})


members = st.builds(
    lambda number, practice, place, days, core, shows, takes, pause: member(
        number,
        practice,
        place,
        days=days,
        is_core=core,
        shows_round=shows,
        takes_newcomers=takes,
        paused_until=None if pause is None else ago(-pause),
    ),
    st.integers(1, 8) | st.just(NEW),
    practices,
    places,
    st.integers(0, 800),
    st.booleans(),
    st.sampled_from([True, True, True, False]),
    st.booleans(),
    st.sampled_from([None, None, -1, 0, 1]),
)
crowds = st.lists(members, max_size=8, unique_by=lambda each: each.id)
several = st.sets(st.integers(1, 8), max_size=3)


@given(
    newcomers,
    crowds,
    st.dictionaries(st.integers(1, 8), st.builds(Load, st.integers(0, 3), st.integers(0, 5), st.integers(0, 3))),
    several,
)
def test_a_companion_is_lateral_willing_there_and_free_and_did_it_about_as_little_as_anybody(
    one: Member, crowd: list[Member], loads: dict[int, Load], without: set[int]
) -> None:
    chosen = choices.companion_for(one, crowd, loads, NOW, without=without)
    free = {
        each.id: loads.get(each.id or 0, Load()).lately
        for each in crowd
        if each.shows_round
        and not each.is_core
        and each.id not in {NEW, *without}
        and (each.paused_until is None or each.paused_until <= NOW)
        and NOW - each.joined_at >= timedelta(days=28)
        and loads.get(each.id or 0, Load()).open < 2
        and loads.get(each.id or 0, Load()).silent < 2
    }
    assert (chosen.member.id if chosen is not None else None) in (free or {None: 0})
    assert chosen is None or free[chosen.member.id] - min(free.values()) < choices.ABOUT_AS_MUCH


@pytest.mark.parametrize(
    ("willing", "loads", "expected"),
    [
        ([guide(1, "nurse", "ward 4"), guide(2)], {1: Load(lately=1)}, (1, "both")),
        ([guide(1, "nurse", "ward 4"), guide(2)], {1: Load(lately=2)}, (2, "willing")),
        ([guide(1), guide(2, "nurse"), guide(3, "nurse", "ward 4")], {}, (3, "both")),
        ([guide(1), guide(2, "nurse", "ward 6")], {}, (2, "practice")),
        ([guide(1), guide(2, "porter", "ward 4")], {}, (2, "place")),
        ([guide(1, days=400), guide(2, days=364)], {}, (2, "recent")),
        ([guide(1, "nurse", days=400), guide(2, days=30)], {}, (1, "practice")),
        ([guide(1), guide(2)], {1: Load(open=2)}, (2, "willing")),
        ([guide(1)], {1: Load(open=1)}, (1, "willing")),
        ([guide(1)], {1: Load(open=2)}, None),
        ([guide(1, "nurse", "ward 4"), guide(2)], {1: Load(lately=1, silent=1)}, (1, "both")),
        ([guide(1, "nurse", "ward 4"), guide(2)], {1: Load(lately=1, silent=2)}, (2, "willing")),
        ([guide(1)], {1: Load(silent=1)}, (1, "willing")),
        ([guide(1)], {1: Load(silent=2)}, None),
        ([guide(1)], {1: Load(silent=3)}, None),
        ([guide(1, is_core=True), member(2)], {}, None),
        ([], {}, None),
    ],
)
def test_who_shows_a_newcomer_round_and_why(
    willing: list[Member], loads: dict[int, Load], expected: tuple[int, str] | None
) -> None:
    chosen = choices.companion_for(newcomer("nurse", "ward 4"), willing, loads, NOW)
    assert (None if chosen is None else (chosen.member.id, chosen.because)) == expected


def test_the_newcomers_are_spread_over_those_who_show_them_round() -> None:
    willing, loads = [guide(1, "nurse"), guide(2), guide(3)], dict[int, Load]()
    for _ in range(6):
        chosen = choices.companion_for(newcomer("nurse"), willing, loads, NOW)
        assert chosen is not None and chosen.member.id is not None
        before = loads.get(chosen.member.id, Load())
        loads[chosen.member.id] = Load(before.open + 1, before.lately + 1)
    assert {load.open for load in loads.values()} == {2} and len(loads) == 3
    assert choices.companion_for(newcomer("nurse"), willing, loads, NOW) is None


def test_who_was_new_themself_lately_is_asked_first_whether_they_would_show_others_round() -> None:
    crowd = [member(1, days=700), member(2, days=300), member(3, days=40), member(4, days=28), member(5, days=27)]
    crowd += [member(6, is_core=True), guide(7), member(8, takes_newcomers=False), member(9), member(10)]
    likely = choices.likely_companions(crowd, set(range(1, 10)), NOW, without={9})
    assert [each.id for each in likely] == [4, 3, 2, 1]


def test_who_did_nothing_lately_is_not_asked_whether_they_would_show_others_round() -> None:
    crowd = [member(1), member(3), member(2)]
    assert [each.id for each in choices.likely_companions(crowd, [3, 2, 8], NOW)] == [2, 3]
    assert choices.likely_companions(crowd, (), NOW) == []


@given(
    newcomers,
    crowds,
    st.dictionaries(st.integers(1, 8), st.integers(0, 2)),
    several,
    several,
    several,
)
def test_first_words_are_brought_to_peers_who_want_it_and_were_not_told_this_week(
    one: Member, crowd: list[Member], told: dict[int, int], knowing: set[int], about: set[int], without: set[int]
) -> None:
    asked = choices.helpers_for(one, crowd, told, knowing=knowing, about=about, without=without)
    assert len({each.id for each in asked}) == len(asked)
    assert all(each in crowd and not each.is_core and each.takes_newcomers for each in asked)
    assert all(each.id not in {NEW, *without} and not told.get(each.id or 0) for each in asked)
    knows = [each.id in knowing for each in asked]
    assert knows == sorted(knows, reverse=True)


def helpers(*crowd: Member, knowing: tuple[int, ...] = (), about: tuple[int, ...] = ()) -> list[int | None]:
    one = newcomer("nurse", "ward 4")
    return [each.id for each in choices.helpers_for(one, crowd, {}, knowing=knowing, about=about, without=())]


def test_who_knows_is_asked_before_who_is_alike_and_they_before_who_was_about() -> None:
    crowd = (member(1), member(2), member(3, "nurse"), member(4, "nurse", "ward 4"), member(5))
    assert helpers(*crowd, knowing=(5,), about=(2,)) == [5, 4, 3, 2]
    assert helpers(*crowd[:2]) == [1, 2], "somebody is better than nobody"


@pytest.mark.parametrize(
    ("helper", "because"),
    [
        (member(1, "nurse", "ward 4"), "both"),
        (member(1, "nurse", "ward 6"), "practice"),
        (member(1, "nurse"), "practice"),
        (member(1, "porter", "ward 4"), "place"),
        (member(1, "porter"), ""),
        (member(1), ""),
    ],
)
def test_a_peer_is_told_why_it_is_they(helper: Member, because: str) -> None:
    one = newcomer("nurse", "ward 4")
    assert choices.why_helper(one, helper, {1, 2}) == (because or "about")
    assert choices.why_helper(one, helper, {2}) == (because or "here")
    assert choices.why_helper(newcomer(), helper, {1}) == "about"
    assert choices.why_helper(newcomer(), helper, ()) == "here"

"""Asking's decisions on plain values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.ask import rules
from knowledge import peers
from knowledge.models import Member, Outcome
from knowledge.tips import Author, Known, Said, TipForm, TipState

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def tip(
    number: int, *authors: int, used_by: tuple[int, ...] = (), failed_at: str = "", shown: str = "Somebody"
) -> Known:
    said = [Said(who, Outcome.WORKED, "", "nurse", "ward 4", NOW) for who in used_by]
    said += [Said(99, Outcome.NOT_HERE, "", "nurse", failed_at, NOW)] if failed_at else []
    people = tuple(Author(who, shown) for who in authors)
    return Known(number, number, TipState.LIVE, TipForm(f"tip {number}"), NOW, people, tuple(said))


def member(id: int, *, core: bool = False, takes: bool = True) -> Member:
    return Member(id=id, community_id=1, name=f"M{id}", is_core=core, takes_questions=takes)


def people(*members: Member) -> dict[int, Member]:
    return {each.id: each for each in members if each.id is not None}


def chosen(found: list[Known], members: dict[int, Member], told: dict[int, int] | None = None) -> list[int]:
    found_peers = peers.peers_for(found, members, told or {}, asker=1)
    return [peer.member.id for peer in found_peers if peer.member.id is not None]


def test_lateral_members_come_before_the_core() -> None:
    found = [tip(1, 2), tip(2, 3, 4)]
    assert chosen(found, people(member(2, core=True), member(3), member(4))) == [3, 4]


def test_the_load_is_spread() -> None:
    assert chosen([tip(1, 2, 3, 4)], people(member(2), member(3), member(4)), {2: 1}) == [3, 4]


def test_nobody_who_opted_out_was_told_twice_or_asks_is_told() -> None:
    found = [tip(1, 1, 2, 3)]
    assert chosen(found, people(member(1), member(2, takes=False), member(3)), {3: 2}) == []


def test_who_used_it_may_know_and_who_it_failed_for_is_not_asked() -> None:
    assert chosen([tip(1, used_by=(5,), failed_at="ward 6")], people(member(5), member(99))) == [5]


def test_an_unnamed_author_is_not_given_away() -> None:
    assert chosen([tip(1, 2, shown="")], people(member(2))) == []


@given(st.lists(st.tuples(st.integers(2, 9), st.booleans(), st.booleans(), st.integers(0, 3)), max_size=8))
def test_never_more_than_two_never_the_asker_never_over_the_limit(rows: list[tuple[int, bool, bool, int]]) -> None:
    members = people(*(member(id, core=core, takes=takes) for id, core, takes, _ in rows), member(1))
    told = {id: count for id, _, _, count in rows}
    found = [tip(at, id) for at, (id, *_) in enumerate(rows)]
    who = chosen(found, members, told)
    assert len(who) <= peers.PEERS and 1 not in who
    assert all(told[id] < peers.TOLD_A_WEEK and members[id].takes_questions for id in who)


def test_an_answer_has_three_tips_at_most_and_only_close_ones() -> None:
    scored = [(tip(1), 0.9), (tip(2), 0.85), (tip(3), 0.8), (tip(4), 0.79), (tip(5), 0.3)]
    assert [each.number for each in rules.choose(scored)] == [1, 2, 3]
    assert [each.number for each in rules.choose([scored[0], scored[4]])] == [1]
    assert rules.choose([]) == []


def test_near_misses_have_something_in_common() -> None:
    assert rules.near_misses([(tip(1), 0.34)]) == []
    assert len(rules.near_misses([(tip(1), 0.5), (tip(2), 0.45), (tip(3), 0.44)])) == 2


@pytest.mark.parametrize(("text", "wanted"), [("offers on", True), ("Offers OFF", False), ("offers of help?", None)])
def test_offers_choice(text: str, wanted: bool | None) -> None:
    assert rules.offers_choice(text) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sure 7", 7),
        ("Sure 9 in 10", 9),
        ("sure 5 in ten", 5),
        ("sure 10", None),
        ("sure 0", None),
        ("sure about it?", None),
    ],
)
def test_how_sure_an_answer_must_be(text: str, wanted: int | None) -> None:
    assert rules.sure_in_ten(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("languages de", ("de",)),
        ("Languages de, en de", ("de", "en")),
        ("languages ja en th", ("ja", "en", "th")),
        ("languages qq", None),
        ("languages we do", None),
        ("languages de en fr it es nl", None),
        ("languages spoken on the ward?", None),
        ("languages", None),
    ],
)
def test_which_languages_a_community_writes_in(text: str, wanted: tuple[str, ...] | None) -> None:
    assert rules.languages_named(text) == wanted

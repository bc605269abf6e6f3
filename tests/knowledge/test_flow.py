"""In which rooms it is inferred who is answered: those that talk without threads, and nowhere else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.mining import flow
from knowledge.mining.answers import Guess
from knowledge.mining.flow import FIRST, LOOKED_AT, SELDOM, Flow, Rooms, Said, inferred
from knowledge.mining.turns import Line

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

MORNING = [(f"p{number % 5}", "good morning everybody") for number in range(FIRST)]
TALK = [
    ("ravi", "how do you get the hoist battery to charge?"),
    ("lena", "does anybody have the new splint forms?"),
    ("ben", "ravi: seat it until it clicks twice"),
    ("maeve", "lena: they are in the blue folder"),
]


def said(talk: Sequence[tuple[str, str]]) -> list[Said]:
    return [Said(Line(who, text, at=NOON + timedelta(minutes=place))) for place, (who, text) in enumerate(talk)]


def test_in_a_room_without_threads_it_is_inferred_who_is_answered() -> None:
    assert Rooms().hear("floor", said([*MORNING, *TALK]))[-4:] == [[], [], ["ravi"], ["lena"]]


def test_it_makes_no_difference_in_how_many_pieces_a_room_is_heard() -> None:
    talk = said([*MORNING, *TALK])
    rooms = Rooms()
    assert [whom for each in talk for whom in rooms.hear("floor", [each])] == Rooms().hear("floor", talk)


def test_rooms_do_not_hear_each_other() -> None:
    rooms = Rooms()
    rooms.hear("floor", said([*MORNING, *TALK]))
    assert rooms.hear("stairs", said([("ben", "ravi: it clicks")])) == [[]]


def test_in_a_room_that_talks_in_threads_nothing_is_inferred() -> None:
    """Whoever begins something there does not answer whoever began something before."""
    talk = [replace(each, in_thread=number % 4 == 0) for number, each in enumerate(said([*MORNING, *TALK]))]
    assert Rooms().hear("floor", talk) == [[]] * len(talk)


def test_where_the_chat_says_who_is_answered_nobody_is_inferred() -> None:
    talk = said([*MORNING, *TALK])
    talk[-2] = replace(talk[-2], answers="lena")
    found = Rooms().hear("floor", talk)
    assert found[-2:] == [[], ["lena"]]


def test_whom_a_line_mentions_is_a_tie_already() -> None:
    line = Line("ben", "it clicks", mentions=("ravi",))
    assert inferred(Said(line), (Guess("ravi", 0.9), Guess("lena", 0.5))) == ["lena"]


def test_rooms_that_were_quiet_longest_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "ROOMS", 2)
    rooms = Rooms()
    for room in ("floor", "stairs", "floor", "yard"):
        rooms.hear(room, said([*MORNING, *TALK[:2]]))
    assert [rooms.hear(room, said(TALK[2:3])) for room in ("floor", "stairs")] == [[["ravi"]], [[]]]


@settings(max_examples=60)
@given(marked=st.lists(st.booleans(), max_size=3 * LOOKED_AT))
def test_lines_are_taken_where_few_of_the_last_say_whom_they_answer(marked: list[bool]) -> None:
    room = Flow()
    for number, is_marked in enumerate(marked, 1):
        taken = room.takes(Said(Line("ravi", "so"), answers="ben" if is_marked else ""))
        last = marked[max(0, number - LOOKED_AT) : number]
        assert taken == (len(last) >= FIRST and sum(last) / len(last) < SELDOM)

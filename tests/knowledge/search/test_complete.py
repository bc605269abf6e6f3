"""Suggestions while somebody types: beginnings and typing errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search import Completer

TITLES = {
    1: "Seat the hoist battery until it clicks",
    2: "Ring the lift before you unlock the bed",
    3: "Warm the ultrasound gel in your hands",
    4: "Übergabe: the short way",
    5: "Defibrillator pads on a wet chest",
    6: "Ring the ward before you send the lift",
}


@pytest.fixture
def titles() -> Completer:
    made = Completer()
    for number, text in TITLES.items():
        made.put(number, text)
    return made


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hois", 1),
        ("hoist bat", 1),
        ("BATTERY", 1),
        ("bed", 2),
        ("uberg", 4),
        ("Überg", 4),
        ("hiost", 1),
        ("hoist batery", 1),
        ("defibrilator", 5),
        ("defibirl", 5),
        ("ultrsound", 3),
        ("unlock the", 2),
        ("send lift", 6),
    ],
)
def test_what_is_meant_comes_first(titles: Completer, typed: str, first: int) -> None:
    assert titles.find(typed)[0] == first


def test_nothing_typed_gives_the_newest_and_nonsense_gives_nothing(titles: Completer) -> None:
    assert titles.find("", limit=2) == [6, 5]
    assert titles.find("  ?!", limit=2) == [6, 5]
    assert titles.find("xyzzyx") == []


def test_what_fits_better_comes_before_what_is_newer(titles: Completer) -> None:
    assert titles.find("ring bed") == [2, 6]


def test_a_changed_or_removed_text_is_not_found_by_its_old_words(titles: Completer) -> None:
    titles.put(1, "Charge the sling")
    titles.remove(2)
    titles.remove(99)
    assert titles.find("hoist") == [] and titles.find("unlock") == [] and titles.find("sling") == [1]
    assert len(titles) == 5


@given(st.dictionaries(st.integers(1, 50), st.text(max_size=40), max_size=20), st.text(max_size=20))
def test_whatever_is_typed_only_what_is_there_is_suggested_once(texts: dict[int, str], typed: str) -> None:
    made = Completer()
    for number, text in texts.items():
        made.put(number, text)
    found = made.find(typed, limit=10)
    assert len(found) == len(set(found)) <= 10 and set(found) <= set(texts)


@given(st.lists(st.text("abcdeé ", min_size=1, max_size=30), min_size=1, max_size=20), st.data())
def test_the_beginning_of_any_word_finds_its_text(texts: list[str], data: st.DataObject) -> None:
    made = Completer()
    for number, text in enumerate(texts):
        made.put(number, text)
    number = data.draw(st.integers(0, len(texts) - 1))
    words = texts[number].split()
    if words:
        word = data.draw(st.sampled_from(words))
        typed = word[: data.draw(st.integers(1, len(word)))]
        assert number in made.find(typed, limit=len(texts))

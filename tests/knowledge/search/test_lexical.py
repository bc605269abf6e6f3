"""Words find their documents, in several languages, whatever else the question holds."""

import pytest

from knowledge.search.lexical import Lexical


def filled(*texts: tuple[str, str], languages: tuple[str, ...] = ("en",)) -> Lexical:
    made = Lexical(languages)
    made.change(dict(enumerate(texts)), ())
    return made


def test_inflected_words_are_found() -> None:
    assert list(filled(("", "Booking rooms"), ("", "nothing")).search("how to book a room", 5)) == [0]


def test_a_word_in_the_title_counts_more() -> None:
    found = filled(("plain", "about the printer and more"), ("printer", "about and the plain more")).search(
        "printer", 5
    )
    assert list(found) == [1, 0]


def test_a_question_of_fillers_finds_nothing() -> None:
    assert filled(("", "what do I do with it")).search("what do I do?", 5) == {}


@pytest.mark.parametrize(
    "question", ['"', "title:x AND (", "room^9 OR -room", "*", "[a TO b]", "\\", "🙂", "\x00", "room " * 8000, "NOT"]
)
def test_no_question_is_taken_for_an_operator(question: str) -> None:
    filled(("room", "the room")).search(question, 5)


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("de", "Die Besprechungsräume werden gebucht", "besprechungsraum"),
        ("fr", "Les imprimantes cassées", "imprimante cassée"),
        ("ja", "会議室の予約方法", "予約"),
        ("zh", "如何预订会议室", "会议室"),
        ("pl", "drukarka nie działa", "drukarka"),
        ("xx", "blorpu snarf", "snarf"),
    ],
)
def test_other_languages(language: str, text: str, question: str) -> None:
    assert list(filled(("", text), languages=(language,)).search(question, 5)) == [0]


def test_a_community_of_two_languages_finds_both() -> None:
    made = filled(("", "Die Drucker sind kaputt"), ("", "printers are broken"), languages=("en", "de"))
    assert list(made.search("druckern", 5)) == [0]
    assert list(made.search("printer", 5)) == [1]


def test_many_changes_wear_it() -> None:
    made = filled(*(("", f"apple {number}") for number in range(20)))
    assert not made.worn
    made.change({0: ("", "apple 0"), 1: ("", "pear")}, [99])
    assert not made.worn
    made.change({2: ("", "plum")}, [3])
    assert made.worn and len(made) == 19


def test_rare_stems_weigh_more() -> None:
    made = filled(("", "room key"), ("", "room"), ("", "room"))
    assert made.rarity("key") > made.rarity("room") >= 0
    assert made.rarity("unheard") > made.rarity("key")


def test_it_says_which_stems_a_document_has_and_whether_any_has() -> None:
    made = filled(("room", "the keys"), ("", "ключ"))
    assert made.held_by(0, ["room", "key", "plum"]) == ["room", "key"] and made.held_by(7, ["room"]) == []
    assert made.has("key") and not made.has("keys") and made.has("ключ")


def test_settling_changes_nothing_and_changes_go_on_after_it() -> None:
    made = filled(("room", "the room key"), ("plum", ""))
    made.commit()
    made.settle()
    made.change({1: ("pear", "pear"), 3: ("", "fig")}, [0, 8])
    assert list(made.search("pear plum", 5)) == [1] and made.search("room", 5) == {}
    assert 0 not in made and 3 in made and len(made) == 2

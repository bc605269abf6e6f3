"""Mistyped words become words of the community, and nothing else changes."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.correct import Corrector
from knowledge.search.lexical import Lexical

TEXTS = ("Booking the meeting room", "meeting notes and certificate", "Größe der Schaltfläche", "naïve printer drivers")


def corrector(*texts: str) -> Corrector:
    lexical = Lexical(("en",))
    made = Corrector(lexical.stem, lexical.has)
    lexical.change({number: ("", text) for number, text in enumerate(texts or TEXTS)}, ())
    made.add(texts or TEXTS)
    return made


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("who has a meetng today", "who has a meeting today"),
        ("the emeting room?", "the meeting room?"),
        ("Metings", "Metings"),
        ("ceritficaet expired", "certificate expired"),
        ("die Größee", "die größe"),
        ("pritner!", "printer!"),
        ("a romo", "a room"),
    ],
)
def test_unknown_words_become_the_nearest_known_one(asked: str, understood: str) -> None:
    assert corrector().correct(asked) == understood


@pytest.mark.parametrize(
    "word",
    [
        "roam2",
        "12345",
        "INC-4471",
        "ROMO",
        "rooms.txt",
        "@rooom",
        "http://rooom",
        "rom",
        "book_ing",
        "👋",
        "会議室会議室",
    ],
)
def test_numbers_codes_and_short_words_stay(word: str) -> None:
    assert corrector().correct(f"see {word} please") == f"see {word} please"


def test_inflected_words_of_a_known_stem_stay() -> None:
    assert corrector().correct("printers") == "printers"


def test_everyday_words_stay() -> None:
    made = Corrector(str, {"room"}.__contains__, frozenset({"broom"}))
    made.add(["the room"])
    assert made.correct("broom") == "broom"


def test_of_two_equally_near_the_commoner_wins() -> None:
    assert corrector("cable", "table", "table tennis").correct("xable") == "table"
    assert corrector("cable", "cable car", "table").correct("xable") == "cable"


def test_words_that_no_document_has_any_more_are_no_corrections() -> None:
    there = {"meeting", "melting"}
    made = Corrector(str, there.__contains__)
    made.add(["meeting meeting melting"])
    assert made.correct("meetin") == "meeting"
    there.remove("meeting")
    assert made.correct("meetin") == "meetin" and made.correct("meltin") == "melting"


@given(st.lists(st.text(max_size=30), max_size=6), st.text(max_size=80))
def test_any_text_can_be_learned_and_corrected(texts: list[str], question: str) -> None:
    made = Corrector(str, lambda stem: True)
    made.add(texts)
    assert made.correct(question) == question
    assert isinstance(Corrector(str, lambda stem: False).correct(question), str)


def test_eighty_thousand_words_are_no_burden() -> None:
    chance = random.Random(1)
    letters = "eeeeeaaaaiiioonnrrttssllccuuddppmmhhggbbffyywwkkvxzjq"
    words = ["".join(chance.choices(letters, k=chance.randint(4, 11))) for _ in range(80_000)]
    made = corrector(" ".join(words))
    typos = [word[:2] + word[3:] for word in words[:100]]
    started = time.perf_counter()
    for typo in typos:
        made.correct(typo)
    assert (time.perf_counter() - started) / len(typos) < 0.02

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
    made = Corrector(Lexical(("en",)).stem)
    for text in texts or TEXTS:
        made.add([text])
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
    made = Corrector(Lexical(("en",)).stem, frozenset({"broom"}))
    made.add(["the room"])
    assert made.correct("broom") == "broom"


def test_of_two_equally_near_the_commoner_wins() -> None:
    assert corrector("cable", "table", "table tennis").correct("xable") == "table"
    assert corrector("cable", "cable car", "table").correct("xable") == "cable"


def test_a_removed_text_takes_its_words_along() -> None:
    made = corrector()
    for text in TEXTS:
        made.remove(text)
    assert len(made) == 0
    assert made.correct("meetng") == "meetng"


@given(st.lists(st.text(max_size=30), max_size=6), st.text(max_size=80))
def test_any_text_can_be_learned_corrected_and_forgotten(texts: list[str], question: str) -> None:
    made = Corrector(str)
    for text in texts:
        made.add([text])
    made.correct(question)
    for text in texts:
        made.remove(text)
    assert len(made) == 0
    assert not made._buckets


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

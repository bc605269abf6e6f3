"""The index finds what was put, forgets what was removed, and never minds what it is asked."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.search import Document, Encoder, Found, Index, pack, whole
from knowledge.search.index import Encode

from .store import document, documents, filled, hash_encode, read_texts, states_of
from .tips import ANSWERED, TIPS, UNANSWERED

SURE = 0.7
LIGHT = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.sampled_from("printer room plant coffee trip guest notebook release parent certificate Zürich don't".split())  # noqa: SIM905
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
STORES = st.dictionaries(st.integers(0, 50), st.tuples(st.one_of(st.just(""), TEXTS), TEXTS), min_size=1, max_size=8)


def store(texts: dict[int, tuple[str, str]]) -> Index:
    index = Index()
    index.put(document(id, title, text, hash_encode) for id, (title, text) in texts.items())
    return index


def answers(index: Index) -> list[Found]:
    questions = ("printer room", "certificate of the guest", "plant", "realese notebok")
    return [index.search(question, encode=encode) for question in questions for encode in (None, hash_encode)]


@pytest.mark.parametrize("encode", [None, hash_encode])
@pytest.mark.parametrize("question", ["", "  \n", "🙂🙂", "?!", "…", "\ud800"])
def test_a_question_without_words_has_no_answer(question: str, encode: Encode | None) -> None:
    found = filled(hash_encode).search(question, encode=encode)
    assert (found.hits, found.confidence) == ((), 0.0)


def test_an_empty_index_has_no_answer() -> None:
    for encode in (None, hash_encode):
        assert Index().search("printer", encode=encode) == Found("printer", "printer", ())
    assert Index().similar("a", "b", read_texts, text_vector=pack(hash_encode("a b").vector)) == ()


@pytest.mark.parametrize(
    "question", ["printer " * 5000, "x" * 40_000, '"AND (OR', "C:\\temp\\*", "a\x00b", "🤖 printer"]
)
def test_odd_questions_are_only_questions(question: str) -> None:
    for index in (filled(), filled(hash_encode)):
        for encode in (None, hash_encode):
            assert 0 <= index.search(question, encode=encode).confidence <= 1


@given(question=st.text(max_size=60))
@LIGHT
def test_any_question_may_be_asked(question: str) -> None:
    found = FILLED.search(question, encode=hash_encode)
    assert 0 <= found.confidence <= 1
    assert all(0 < hit.score <= 1 for hit in found.hits)
    FILLED.search(question, encode=None)


FILLED = filled(hash_encode)


@given(texts=STORES)
@LIGHT
def test_what_is_put_is_found_and_what_is_removed_is_not(texts: dict[int, tuple[str, str]]) -> None:
    index = store(texts)
    for id, (title, text) in texts.items():
        for encode in (None, hash_encode):
            assert id in {hit.id for hit in index.search(whole(title, text), encode=encode).hits}
    gone = next(iter(texts))
    index.remove([gone, 999])
    assert len(index) == len(texts) - 1
    for encode in (None, hash_encode):
        assert gone not in {hit.id for hit in index.search(whole(*texts[gone]), encode=encode).hits}


@given(texts=STORES)
@LIGHT
def test_putting_twice_changes_nothing(texts: dict[int, tuple[str, str]]) -> None:
    index = store(texts)
    before = answers(index)
    index.put(document(id, title, text, hash_encode) for id, (title, text) in texts.items())
    assert answers(index) == before


@given(texts=STORES, chance=st.randoms(use_true_random=False))
@LIGHT
def test_the_order_of_putting_changes_nothing(texts: dict[int, tuple[str, str]], chance: object) -> None:
    order = list(texts)
    chance.shuffle(order)  # type: ignore[attr-defined]
    one_by_one = Index()
    for id in order:
        one_by_one.put([document(id, *texts[id], hash_encode)])
    for one, other in zip(answers(one_by_one), answers(store(texts)), strict=True):
        assert one.corrected == other.corrected and one.confidence == pytest.approx(other.confidence, abs=1e-3)
        assert scores(one) == pytest.approx(scores(other), abs=1e-4)


def scores(found: Found) -> dict[int, float]:
    return {hit.id: hit.score for hit in found.hits}


def test_a_replaced_tip_is_found_by_its_new_words_alone() -> None:
    index = filled(hash_encode)
    index.put([document(1, "Parking", "Bicycles go behind the shed.", hash_encode)])
    assert len(index) == len(TIPS)
    assert index.search("bicycle shed", encode=None).hits[0].id == 1
    assert 1 not in {hit.id for hit in index.search("wireless", encode=None).hits}


def test_a_freed_row_is_used_again_by_another_tip() -> None:
    index = filled(hash_encode)
    index.remove([3, 4])
    index.put([document(77, "Lifts", "The lift stops at eight.", hash_encode)])
    assert index.search("lift stops", encode=hash_encode).hits[0].id == 77
    assert {3, 4}.isdisjoint(hit.id for hit in index.search("travel receipts", encode=hash_encode, limit=50).hits)


def test_typing_errors_are_mended_before_every_view() -> None:
    found = filled(hash_encode).search("wierless netwrok", encode=hash_encode)
    assert found.corrected == "wireless network"
    assert found.hits[0].id == 1


def test_tips_without_vectors_are_found_among_others() -> None:
    index = filled(hash_encode)
    index.put([Document(50, "Lift", "The lift stops at eight.")])
    found = index.search("when does the lift stop", encode=hash_encode)
    assert found.hits[0].id == 50


def test_the_limit_is_kept() -> None:
    index = filled(hash_encode)
    assert [len(index.search("the plants", encode=hash_encode, limit=n).hits) for n in (0, 1, 3)] == [0, 1, 3]


def test_vectors_of_another_encoder_are_refused() -> None:
    index = filled(hash_encode)
    with pytest.raises(ValueError, match="one encoder"):
        index.put([Document(59, "", "x"), Document(60, "", "x", None, pack(np.ones(3, np.float32)))])
    assert len(index) == len(TIPS)
    assert index.search("x", encode=None).hits == ()
    with pytest.raises(ValueError, match="one encoder"):
        index.search("printer", encode=lambda text: replace(hash_encode(text), vector=np.ones(3, np.float32)))


def test_a_copy_is_a_duplicate_and_a_neighbour_is_not() -> None:
    for encode in (None, hash_encode):
        index = filled(encode)
        title, text = TIPS[6]
        vector = pack(encode(whole(title, text)).vector) if encode else None
        assert [hit.id for hit in index.similar(title, text, read_texts, text_vector=vector)] == [6]
        other = "Run the deploy tool with care."
        assert index.similar("", other, read_texts, text_vector=pack(encode(other).vector) if encode else None) == ()


def test_the_answers_of_words_alone_are_trusted_when_they_share_enough() -> None:
    index = filled()
    found = {question: index.search(question, encode=None) for question in ANSWERED}
    assert all(found[question].hits[0].id == id for question, id in ANSWERED.items())
    assert sum(each.confidence >= 0.6 for each in found.values()) >= 8
    assert all(index.search(question, encode=None).confidence < 0.6 for question in UNANSWERED)


@pytest.mark.parametrize("size", [1, 3, 5, 12])
def test_small_stores_answer_what_they_can_and_nothing_else(encoder: Encoder, encode: Encode, size: int) -> None:
    index = Index(everyday_words=encoder.words)
    kept = documents(encode)[:size]
    index.put(kept)
    for states in (states_of(kept, encode), None):
        for question, id in ANSWERED.items():
            found = index.search(question, encode=encode, read_states=states)
            if id in {each.id for each in kept}:
                assert found.hits[0].id == id, question
            assert (found.confidence >= SURE) == (id in {each.id for each in kept}), question
        for question in UNANSWERED:
            assert index.search(question, encode=encode, read_states=states).confidence < SURE, question


def test_a_rewritten_tip_is_a_duplicate(encode: Encode) -> None:
    text = "Visitors get a code for the wireless network from the front desk. It works for one day, until midnight."
    vector = pack(encode(whole("Guest Wi-Fi", text)).vector)
    assert [hit.id for hit in filled(encode).similar("Guest Wi-Fi", text, read_texts, text_vector=vector)] == [1]
    text = "The wireless network in the lab needs the long password."
    vector = pack(encode(whole("Lab Wi-Fi", text)).vector)
    assert filled(encode).similar("Lab Wi-Fi", text, read_texts, text_vector=vector) == ()

"""The second look at word pieces: what is alike is alike, rare pieces weigh more, what has none is not compared."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge.search import pack_pieces, pack_states
from knowledge.search.pieces import Rarity, likeness

from .store import documents, filled, hash_encode, states_of


def of(*texts: str) -> list[bytes]:
    return [pack_states(hash_encode(text).states) for text in texts]


def even(text: str) -> np.ndarray:
    count = len(hash_encode(text).pieces)
    return np.full(count, 1 / count, np.float32)


def test_the_same_pieces_are_alike_in_any_order_and_others_are_not() -> None:
    asked = hash_encode("the printer jams")
    same, turned, half, other = likeness(
        asked, even("the printer jams"), of("the printer jams", "jams printer the", "the printer", "green tea")
    )
    assert same == pytest.approx(turned) and same == pytest.approx(1, abs=0.1)
    assert same > half > other


def test_pieces_without_weight_count_for_nothing() -> None:
    asked = hash_encode("the printer")
    only_printer = np.array([0, 1], np.float32)
    printer, article = likeness(asked, only_printer, of("printer", "the"))
    assert printer == pytest.approx(1, abs=0.1) and article < 0.5


def test_what_has_no_states_or_broken_ones_is_not_compared() -> None:
    found = likeness(hash_encode("tea"), even("tea"), [b"", b"abc", *of("tea")])
    assert np.isnan(found[:2]).all() and not np.isnan(found[2])
    assert np.isnan(likeness(hash_encode("tea"), np.zeros(1, np.float32), of("tea"))).all()
    nothing = hash_encode("")
    assert np.isnan(likeness(nothing, np.zeros(0, np.float32), of("tea"))).all()


def test_rare_pieces_weigh_more_and_all_weights_together_are_one() -> None:
    rarity = Rarity()
    rarity.count([pack_pieces(hash_encode(text).pieces) for text in ("the tea", "the cup", "the cat")])
    the, tea, unknown = rarity.weights(hash_encode("the tea unknown").pieces)
    assert the < tea < unknown and the + tea + unknown == pytest.approx(1)
    assert rarity.weights(np.array([4_000_000], np.uint32)).tolist() == [1]


def test_before_anything_is_counted_nothing_is_lost() -> None:
    rarity = Rarity()
    rarity.count([])
    assert rarity.weights(hash_encode("a b").pieces).sum() == pytest.approx(1)
    assert rarity.weights(np.zeros(0, np.uint32)).shape == (0,)


def test_the_second_look_mends_the_first() -> None:
    """The first look sees one direction for a whole text; word by word, the right tip has all that was asked."""
    index = filled(hash_encode)
    question = "how long does the code of the wireless network work"
    first = index.search(question, encode=hash_encode)
    second = index.search(question, encode=hash_encode, read_states=states_of(documents(), hash_encode))
    assert first.hits and {hit.id for hit in first.hits} == {hit.id for hit in second.hits}
    assert second.hits[0].id == 1 and all(0 < hit.score <= 1 for hit in second.hits)


def test_documents_without_states_are_taken_for_the_least_alike() -> None:
    index = filled(hash_encode)
    known = states_of(documents(), hash_encode)
    best = index.search("plants", encode=hash_encode, read_states=known).hits[0].id

    without = index.search(
        "plants", encode=hash_encode, read_states=lambda ids: {id: s for id, s in known(ids).items() if id != best}
    )
    nobody = index.search("plants", encode=hash_encode, read_states=lambda ids: {})
    assert nobody == index.search("plants", encode=hash_encode)
    assert best in {hit.id for hit in without.hits}


def test_what_goes_between_two_looks_is_not_found() -> None:
    index = filled(hash_encode)
    known = states_of(documents(), hash_encode)
    best = index.search("plants", encode=hash_encode).hits[0].id

    def remove_meanwhile(ids: list[int]) -> dict[int, bytes]:
        index.remove([best])
        return dict(known(ids))

    found = index.search("plants", encode=hash_encode, read_states=remove_meanwhile)
    assert best not in {hit.id for hit in found.hits}


def test_states_of_another_width_are_passed_over() -> None:
    index = filled(hash_encode)
    wide = replace(hash_encode("plants"), states=np.ones((1, 96), np.float32))
    found = index.search("plants", encode=lambda text: wide, read_states=states_of(documents(), hash_encode))
    assert found.hits


def test_a_document_that_is_put_again_as_it_was_is_counted_once() -> None:
    once, often = filled(hash_encode), filled(hash_encode)
    for _ in range(9):
        often.put(documents(hash_encode)[:3])
    known = states_of(documents(), hash_encode)
    question = "how long does the code of the wireless network work"
    assert often.search(question, encode=hash_encode, read_states=known) == once.search(
        question, encode=hash_encode, read_states=known
    )

"""Vectors kept small: the nearest documents stay the nearest, among few and among many."""

from collections.abc import Iterable

import numpy as np
import pytest

from knowledge.search.dense import COMPARED_IN_FULL, TITLES, WHOLES, Dense, pack, unpack

WIDTH = 96
MANY = 3 * COMPARED_IN_FULL


def vectors(count: int, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, WIDTH)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


def packed(rows: Iterable[np.ndarray]) -> list[bytes]:
    return [pack(row) for row in rows]


def filled(count: int) -> tuple[Dense, np.ndarray, np.ndarray]:
    dense, titles, wholes = Dense(), vectors(count, 1), vectors(count, 2)
    dense.put(range(count), packed(titles), packed(wholes))
    return dense, titles, wholes


@pytest.mark.parametrize("count", [1, 70, 5_000])
def test_a_cosine_is_nearly_what_it_was_in_full(count: int) -> None:
    dense, titles, wholes = filled(count)
    asked = vectors(1, 3)[0]
    rows = np.arange(count)
    assert np.abs(dense.cosines(asked, rows) - np.maximum(titles @ asked, wholes @ asked)).max() < 0.07
    assert np.abs(dense.cosines(asked, rows, (TITLES,)) - titles @ asked).max() < 0.07


def test_of_many_what_is_like_the_question_is_among_those_that_are_compared() -> None:
    dense, titles, wholes = filled(MANY)
    for number, noise in enumerate(vectors(40, 4)):
        like = (titles if number % 2 else wholes)[number]
        asked = 0.6 * like + 0.8 * noise
        rows = dense.nearest((asked / np.linalg.norm(asked)).astype(np.float32))
        assert len(rows) == COMPARED_IN_FULL and (np.diff(rows) > 0).all() and number in rows


def test_a_document_itself_is_the_nearest_to_it() -> None:
    dense, _, wholes = filled(MANY)
    for number in (0, 17, MANY - 1):
        rows = dense.nearest(wholes[number], (WHOLES,))
        assert rows[np.argmax(dense.cosines(wholes[number], rows, (WHOLES,)))] == number


@pytest.mark.parametrize("count", [40, MANY])
def test_what_was_removed_or_has_no_vector_is_not_near(count: int) -> None:
    dense, _, wholes = filled(count)
    dense.remove(3)
    dense.put([5], [None], [None])
    assert not {3, 5} & set(dense.nearest(wholes[3]).tolist()) and not {3, 5} & set(dense.nearest(wholes[5]).tolist())
    assert np.isnan(dense.cosines(wholes[5], np.array([dense.row(5)])))[0]
    dense.put([3], [None], [pack(wholes[3])])
    assert dense.row(3) in dense.nearest(wholes[3])


def test_vectors_of_another_encoder_are_refused_and_nothing_is_changed() -> None:
    dense, _, wholes = filled(10)
    with pytest.raises(ValueError, match="one encoder"):
        dense.put([10, 11], [None, None], packed([wholes[0], np.ones(7, np.float32)]))
    assert len(dense.nearest(wholes[0])) == 10


def test_likeness_of_what_has_no_vector_is_none() -> None:
    dense, _, wholes = filled(4)
    dense.put([9], [None], [None])
    assert dense.likeness(9, [0, 1]).tolist() == [0, 0]
    found = dense.likeness(0, [0, 1, 9])
    assert abs(found[0] - 1) < 0.03 and abs(found[1] - wholes[0] @ wholes[1]) < 0.05 and found[2] == 0


def test_a_vector_comes_back_nearly_as_it_was() -> None:
    for vector in vectors(20, 5):
        back = unpack(pack(vector))
        assert len(pack(vector)) == WIDTH / 2 and back.dtype == np.float32
        assert back @ vector / np.linalg.norm(back) > 0.98
    assert np.abs(unpack(pack(np.zeros(WIDTH, np.float32)))).max() < 0.02


def test_an_odd_dimension_is_filled_up() -> None:
    odd = vectors(3, 6)[:, : WIDTH - 1]
    dense = Dense()
    dense.put([0, 1, 2], [None] * 3, packed(odd))
    assert dense.cosines(odd[1], np.arange(3), (WHOLES,)).argmax() == 1
    assert dense.likeness(1, [0, 1, 2]).argmax() == 1

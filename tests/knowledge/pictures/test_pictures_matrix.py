"""The matrix says which pair has most and which fewest, and draws nothing of what is hidden."""

from dataclasses import replace

import pytest
from made_pictures import MATRIX_WORDS, ODD_NAMES, Recorder, three_practices

from knowledge.pictures.matrix import MOST, Compared, MatrixShown, Pair, draw_matrix, matrix


def drawn(compared: Compared) -> tuple[MatrixShown, Recorder]:
    pen = Recorder()
    return draw_matrix(pen, pen.page.inset(12), compared, MATRIX_WORDS), pen


def test_the_alternative_says_the_strongest_and_the_emptiest_pair() -> None:
    assert drawn(three_practices())[0] == MatrixShown(
        groups=("Nurses", "Doctors", "Porters"),
        left_out=0,
        strongest=Pair("Doctors", "Nurses", 3.0),
        emptiest=Pair("Porters", "Nurses", 0.1),
        within_more=1,
        within=3,
        hidden=1,
        unsure=1,
    )


def test_a_hidden_cell_is_hatched_and_nothing_of_it_is_written() -> None:
    shown = three_practices()
    also_known = replace(shown, expected=((20.0, 10.0, 77.0), *shown.expected[1:]))
    pen = drawn(also_known)[1]
    assert sum(bool(hatch) for _, _, hatch in pen.boxes) == 1 + 1
    assert not any("77" in each for each in pen.words())
    assert {"2.0\u00d7", "40", "0.5\u00d7", "5", "3.0\u00d7", "30", MATRIX_WORDS.hidden} < set(pen.words())
    figures = [each for each in pen.words() if each.endswith("\u00d7")]
    assert len(figures) == 7 + 2


def test_too_few_to_compare_is_a_dash_and_no_colour() -> None:
    pen = drawn(three_practices())[1]
    assert pen.words().count("\u2013") == 1 + 1 and MATRIX_WORDS.unsure in pen.words()
    alone = Compared(("A",), ((9.0,),), ((9.0,),))
    found, pen = drawn(alone)
    assert (found.strongest, found.emptiest) == (None, None)
    assert MATRIX_WORDS.unsure not in pen.words() and MATRIX_WORDS.hidden not in pen.words()


def test_rows_act_and_columns_are_acted_towards() -> None:
    _, pen = drawn(three_practices())
    places = dict(pen.texts)
    from_doctors_to_nurses, from_nurses_to_doctors = places["30"], places["5"]
    assert from_doctors_to_nurses.bottom < from_nurses_to_doctors.bottom
    assert from_doctors_to_nurses.left < from_nurses_to_doctors.left


def test_of_too_many_groups_those_with_most_ties_are_drawn() -> None:
    count = MOST + 3
    observed = [[float(10 * min(one, other)) for other in range(count)] for one in range(count)]
    found, pen = drawn(Compared([f"Ward {each}" for each in range(count)], observed, [[9.0] * count] * count))
    assert found.left_out == 3 and found.groups == tuple(f"Ward {each}" for each in range(3, count))
    assert "Ward 0" not in pen.words()


@pytest.mark.parametrize("count", [1, 5, MOST])
def test_nothing_is_written_over_the_edge_or_over_something_else(count: int) -> None:
    for name in ODD_NAMES:
        pen = Recorder()
        compared = Compared([name] * count, [[12345.0] * count] * count, [[6000.0] * count] * count)
        words = replace(MATRIX_WORDS, title=name, by=name, to=name, fewer=name, more=name)
        draw_matrix(pen, pen.page.inset(12), compared, words)
        assert pen.outside() == [] and pen.overlapping() == []


def test_without_counts_ratios_alone_are_written() -> None:
    table = Compared(("A", "B"), ((15.0, 20.0), (25.0, 10.0)), ((10.0, 10.0), (10.0, 10.0)))
    with_counts, without = (drawn(replace(table, has_counts=each))[1].words() for each in (True, False))
    assert {"15", "20", "25"} < set(with_counts) and not {"15", "20", "25"} & set(without)
    assert {"1.5\u00d7", "2.0\u00d7", "2.5\u00d7"} < set(without)


def test_a_table_is_of_groups_by_groups() -> None:
    with pytest.raises(ValueError, match="groups by groups"):
        Compared(("A", "B"), ((1.0, 2.0),), ((1.0, 2.0), (1.0, 2.0)))


def test_a_picture_comes_of_it() -> None:
    picture = matrix(three_practices(), MATRIX_WORDS)
    assert picture.content.startswith(b"\x89PNG") and picture.alternative.hidden == 1

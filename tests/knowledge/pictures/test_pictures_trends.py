"""Trends say first, last, highest and lowest; months that were worked out are never joined with others."""

from dataclasses import replace

import pytest
from made_pictures import ODD_NAMES, TREND_WORDS, Recorder, year

from knowledge.pictures.groups import FEWEST
from knowledge.pictures.trends import Figure, Point, Trends, TrendShown, TrendsShown, draw_trends, trends


def drawn(of: Trends) -> tuple[TrendsShown, Recorder]:
    pen = Recorder(432, 504)
    return draw_trends(pen, pen.page.inset(12), of, TREND_WORDS), pen


def test_the_alternative_says_first_last_highest_and_lowest() -> None:
    found, _ = drawn(year())
    assert found.share == TrendShown(
        first=Figure("1/26", 0.4),
        last=Figure("12/26", 0.4 + 11 / 40),
        highest=Figure("12/26", 0.4 + 11 / 40),
        lowest=Figure("1/26", 0.4),
        missing=1,
        inferred=4,
    )
    assert found.people.highest == Figure("5/26", 24.0) and found.people.lowest == Figure("1/26", 20.0)
    assert found.hours.last == Figure("12/26", 16.5) and found.hours.missing == 0


def test_without_figures_it_says_none() -> None:
    found, _ = drawn(Trends(["May"], [Point(None)], [Point(None)], [Point(None, is_inferred=True)]))
    assert found.share == TrendShown(None, None, None, None, missing=1, inferred=0)
    assert found.hours.inferred == 1


def test_fewer_than_five_people_are_not_shown() -> None:
    few = [Point(float(each)) for each in (FEWEST - 1, FEWEST, 3, 2)]
    found, pen = drawn(Trends(list("abcd"), [Point(0.5)] * 4, few, [Point(2.0)] * 4))
    assert found.people.first == found.people.last == Figure("b", 5.0) and found.people.missing == 3
    assert not {"4", "3"} & set(pen.words())


def test_months_that_were_worked_out_are_never_joined_with_others_nor_over_a_gap() -> None:
    _, pen = drawn(year())
    solid = [len(points) for dashes, points in pen.every_line if dashes == "-" and len({y for _, y in points}) > 1]
    dotted = [len(points) for dashes, points in pen.every_line if dashes == ":" and len({y for _, y in points}) > 1]
    assert solid == [2, 5, 8, 8] and dotted == [4, 4, 4]
    hollow = [each for each in pen.every_mark if each.fill == pen.colours.page]
    assert len(hollow) == 3 * 4 + 1


def test_the_legend_says_what_is_drawn_and_no_more() -> None:
    meanings = {TREND_WORDS.band, TREND_WORDS.beside, TREND_WORDS.inferred}
    assert meanings < set(drawn(year())[1].words())
    bare = [Point(0.5), Point(0.6)]
    assert not meanings & set(drawn(Trends(["a", "b"], bare, bare, bare))[1].words())


def test_the_last_figure_stands_beside_its_mark() -> None:
    words = drawn(year())[1].words()
    assert {"68 %", "21", "16"} < set(words)


def test_shares_are_drawn_from_nothing_to_all_and_higher_is_higher() -> None:
    _, pen = drawn(Trends(list("abc"), [Point(0.0), Point(1.0), Point(0.5)], [Point(9.0)] * 3, [Point(1.0)] * 3))
    lowest, highest, middle = (each.y for each in pen.every_mark[:3])
    assert middle == pytest.approx((lowest + highest) / 2)
    grid = [points[0][1] for _, points in pen.every_line[:3]]
    assert [lowest, middle, highest] == pytest.approx(sorted(grid))


@pytest.mark.parametrize("months", [1, 13, 40])
def test_nothing_is_written_over_the_edge_or_over_something_else(months: int) -> None:
    for name in ODD_NAMES:
        pen = Recorder(432, 504)
        points = [Point(float(10**5 + each)) for each in range(months)]
        of = Trends(
            [f"{name} {each}"[:12] for each in range(months)], [Point(0.5, 0.4, 0.6, 0.5)] * months, points, points
        )
        words = replace(TREND_WORDS, title=name, share=name, band=name, beside=name)
        draw_trends(pen, pen.page.inset(12), of, words)
        assert pen.outside() == [] and pen.overlapping() == []


def test_trends_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="as many"):
        Trends(["a"], [Point(1.0)], [], [])
    with pytest.raises(ValueError, match="no month"):
        Trends([], [], [], [])


def test_a_picture_comes_of_it() -> None:
    picture = trends(year(), TREND_WORDS)
    assert picture.content.startswith(b"\x89PNG") and picture.alternative == drawn(year())[0]

"""The map says what is there, shows no small group by itself, and names nobody who did not agree."""

from collections import Counter
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_pictures import MAP_WORDS, ODD_NAMES, PRACTICES, Mark, Recorder, community, drawn_pairs, forty
from PIL import Image

from knowledge.network.ties import UNKNOWN
from knowledge.pictures.groups import FEWEST, MOST, shown
from knowledge.pictures.layout import MOST_PEOPLE, around
from knowledge.pictures.map import DrawnAs, Mapped, MapShown, draw_map, network_map
from knowledge.pictures.pen import Box
from knowledge.pictures.picture import MOST_BYTES, Form
from knowledge.pictures.style import MARKS, PALETTE, Look


def drawn(mapped: Mapped) -> tuple[MapShown, Recorder]:
    pen = Recorder()
    return draw_map(pen, pen.page.inset(12), mapped, MAP_WORDS), pen


def parts_without(pairs: list[tuple[int, int]], people: int, gone: set[int]) -> list[int]:
    """Sizes of the parts, found by walking."""
    near: dict[int, set[int]] = {each: set() for each in range(people) if each not in gone}
    for one, other in pairs:
        if one != other and not {one, other} & gone:
            near[one].add(other)
            near[other].add(one)
    sizes, seen = [], set()
    for start in near:
        reached, edge = {start}, [start]
        while edge:
            edge = [new for each in edge for new in near[each] - reached if not reached.add(new)]  # type: ignore[func-returns-value]
        if start not in seen:
            sizes.append(len(reached))
        seen |= reached
    return sizes


@pytest.mark.parametrize("people", [12, 60, MOST_PEOPLE + 20])
def test_the_alternative_says_what_is_there(people: int) -> None:
    pairs, core = drawn_pairs(people, people * 3 // 4, seed=4), {0, 3, 5}
    found, _ = drawn(community(people, pairs, [each % 3 for each in range(people)], core=tuple(core)))
    tied = {frozenset(pair) for pair in pairs if pair[0] != pair[1]}
    sizes = parts_without(pairs, people, set())
    assert found == MapShown(
        drawn_as=DrawnAs.PEOPLE if people <= MOST_PEOPLE else DrawnAs.GROUPS,
        people=people,
        core=3,
        pairs=len(tied),
        lateral_pairs=sum(not pair & core for pair in tied),
        parts=sum(each > 1 for each in sizes),
        alone=sizes.count(1),
        largest=max(sizes),
        largest_without_core=max(parts_without(pairs, people, core)),
        groups=("Doctors", "Nurses", "Physiotherapists") if people > 12 else (),
        has_others=people == 12,
        labels=(),
    )


@settings(deadline=None)
@given(st.lists(st.integers(UNKNOWN, 8), min_size=1, max_size=90), st.sets(st.integers(0, 5)))
@example([0] * 30 + [1] * 2, {0})
@example([0] * 30 + [1] * 8 + [UNKNOWN], set())
@example([0] * 6 + [1], set())
@example([each for each in range(9) for _ in range(6)], set())
@example([0] * 3, set())
def test_no_group_under_five_stands_out(codes: list[int], named: set[int]) -> None:
    found = shown(np.array(codes), PRACTICES, named)
    sizes = Counter(found.of.tolist())
    if found.names:
        assert min(sizes.values()) >= FEWEST
    assert found.others == sizes[UNKNOWN] and len(found.names) <= MOST
    assert sorted(found.names) == list(found.names)
    assert {each for each in sizes if each != UNKNOWN} == set(range(len(found.names)))
    for code, number in zip(codes, found.of.tolist(), strict=True):
        assert number == UNKNOWN or found.names[number] == PRACTICES[code]


def test_others_take_no_more_from_a_large_group_than_they_must() -> None:
    found = shown(np.array([0] * 30 + [1] * 2), PRACTICES, {29})
    assert found.others == FEWEST and found.names == ("Nurses",)
    assert found.of[29] == 0 and (found.of == 0).sum() == 27
    assert shown(np.array([0] * 30 + [UNKNOWN] * 5), PRACTICES).others == 5
    assert shown(np.array([0] * 30), PRACTICES).others == 0


def test_a_name_of_emoji_alone_is_a_sign_and_not_nothing() -> None:
    assert shown(np.array([0] * 9), ["\U0001fa7a"]).names == ("\u25a1",)


def marks_of(pen: Recorder, mapped: Mapped) -> list[Mark]:
    """The marks of people, without those of the legend and the rings."""
    people = [each for each in pen.every_mark if each.fill != "none"]
    return people[: len(mapped.people)]


def test_everybody_is_drawn_once_in_the_shape_and_colour_of_their_group() -> None:
    mapped = community(46, drawn_pairs(40, 80), [0] * 20 + [1] * 15 + [2] * 2 + [UNKNOWN] * 9, core=(0, 20))
    found, pen = drawn(mapped)
    looks = Counter((each.mark, each.fill) for each in marks_of(pen, mapped))
    grey = ("o", pen.colours.other)
    assert looks == {(MARKS[0], PALETTE[0]): 20, (MARKS[1], PALETTE[1]): 15, grey: 11}
    assert found.groups == ("Nurses", "Physiotherapists") and found.has_others
    assert {"Nurses", "Physiotherapists", "everybody else"} < set(pen.words()) and "Doctors" not in pen.words()
    assert sum(each.fill == "none" for each in pen.every_mark) == 2 + 1


def test_ties_between_members_lie_dark_above_the_pale_ones_with_the_core() -> None:
    mapped = community(8, [(0, 1), (0, 2), (0, 3), (4, 5), (6, 7), (5, 6)], [0] * 8, core=(0,))
    _, pen = drawn(mapped)
    assert pen.many == [(pen.colours.with_core, 3), (pen.colours.lateral, 3)]


def test_nobody_is_larger_than_anybody() -> None:
    mapped = community(30, [(0, each) for each in range(1, 30)], [0] * 30)
    _, pen = drawn(mapped)
    assert len({each.radius for each in marks_of(pen, mapped)}) == 1


def test_only_who_agreed_is_named() -> None:
    mapped = replace(forty(), labels={3: "Aisha", 8: "\U0001f600", 9: "Kofi"})
    found, pen = drawn(mapped)
    assert found.labels == ("Aisha", "Kofi")
    assert {"Aisha", "Kofi"} < set(pen.words())


@pytest.mark.parametrize("people", [15, MOST_PEOPLE + 2])
@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_odd_names_neither_reach_over_the_page_nor_over_other_words(name: str, people: int) -> None:
    names = [name, "B", name + " C"]
    mapped = community(people, drawn_pairs(people, 60), [each % 3 for each in range(people)], names=names)
    pen = Recorder()
    words = replace(MAP_WORDS, title=name, other=name, core=name, lateral=name)
    draw_map(pen, pen.page.inset(12), replace(mapped, labels={0: name, 1: name}), words)
    assert pen.outside() == [] and pen.overlapping() == []
    assert pen.words()


def test_of_many_people_groups_are_drawn_and_no_small_one_is_named() -> None:
    people = MOST_PEOPLE + 1
    mapped = community(people, drawn_pairs(people, 900), [0] * 200 + [1] * (people - 204) + [2] * 4, core=(0,))
    found, pen = drawn(mapped)
    assert found.drawn_as is DrawnAs.GROUPS and found.groups == ("Nurses", "Physiotherapists")
    assert {"Nurses", "Physiotherapists", "everybody else"} < set(pen.words()) and "Doctors" not in pen.words()
    bubbles = [each for each in pen.every_mark if each.mark == "o"][:3]
    assert [each.fill for each in bubbles] == [PALETTE[0], PALETTE[1], pen.colours.other]
    assert bubbles[0].radius / bubbles[2].radius == pytest.approx((200 / 5) ** 0.5, rel=0.02)
    assert all(pen.page.holds(Box(each.x, each.y, 0, 0).inset(-each.radius)) for each in bubbles)


def test_a_bubble_does_not_tell_that_one_person_came() -> None:
    radii = []
    for more in (0, 1):
        mapped = community(500, drawn_pairs(500, 600), [0] * (200 + more) + [1] * (300 - more))
        radii.append([each.radius for each in drawn(mapped)[1].every_mark][:2])
    assert radii[0] == radii[1]


def test_groups_are_drawn_of_few_people_where_that_is_wanted_and_ties_in_fives() -> None:
    across = [(number, 10 + number) for number in range(9)]
    shown = []
    for pairs in (across[:4], across[:5], across):
        mapped = replace(community(20, pairs, [0] * 10 + [1] * 10, core=()), as_groups=True)
        picture = network_map(mapped, MAP_WORDS, form=Form.SVG)
        assert picture.alternative.drawn_as is DrawnAs.GROUPS
        shown.append(picture.content)
    assert shown[0] != shown[1] == shown[2]


def test_groups_with_most_ties_stand_side_by_side() -> None:
    weights = np.array([[0, 1, 9, 0], [1, 0, 0, 5], [9, 0, 0, 7], [0, 5, 7, 0]], dtype=np.float64)
    assert around(weights) == [0, 2, 3, 1]


@pytest.mark.parametrize("people", [1, 2, 7])
def test_a_community_without_ties_has_a_map(people: int) -> None:
    found, pen = drawn(community(people, [], [0] * people))
    assert (found.parts, found.alone, found.largest, found.largest_without_core) == (0, people, 0, 0)
    assert MAP_WORDS.alone in pen.words()


def test_the_png_opens_is_as_large_as_the_page_and_light_enough_for_a_phone() -> None:
    crowded = community(120, drawn_pairs(120, 3000), [each % 8 for each in range(120)], core=(0, 1))
    picture = network_map(crowded, MAP_WORDS, look=Look.DARK)
    assert (picture.name, picture.media_type) == ("map.png", "image/png")
    assert len(picture.content) < MOST_BYTES
    with Image.open(BytesIO(picture.content)) as image:
        assert image.format == "PNG" and image.size == (1200, 1300)
        assert image.convert("RGB").getpixel((0, 0)) == (0x15, 0x19, 0x1E)


def test_the_same_is_drawn_in_the_same_bytes() -> None:
    first, second = (network_map(forty(), MAP_WORDS, form=Form.SVG).content for _ in range(2))
    assert first == second

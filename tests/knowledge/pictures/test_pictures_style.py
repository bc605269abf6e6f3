"""Words become fit to be drawn; colours are read by everybody."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_pictures import ODD_NAMES

from knowledge.pictures.matrix import colour_of
from knowledge.pictures.style import COLOURS, PALETTE, Look, mixed, over, plain, shortened, width_of, wrapped


def light_of(colour: str) -> float:
    """Relative luminance by the Web Content Accessibility Guidelines 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast by the same, 1 to 21."""
    dark, light = sorted((light_of(one), light_of(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("Nurses \U0001fa7a", "Nurses"),
        ("\U0001f469\u200d\u2695\ufe0f", ""),
        ("看護 A", "\u25a1\u25a1 A"),
        ("  a\n b\tc  ", "a b c"),
        ("\u202eevil\u2066", "evil"),
        ("a\x00b\x1b", "ab"),
        ("\ud800x", "x"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("אחיות", "אחיות"),
        ("$x^2$", "$x^2$"),
        ("", ""),
    ],
)
def test_a_text_becomes_plain(written: str, drawn: str) -> None:
    assert plain(written) == drawn


def test_marks_over_a_letter_do_not_pile_up() -> None:
    assert len(plain("Z" + "\u0301" * 300)) <= 4


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_every_plain_text_is_measured_without_a_warning(text: str) -> None:
    found = plain(text)
    assert plain(found) == found
    assert width_of(found, 10) >= 0 and width_of(found, 10, bold=True) >= 0


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ODD_NAMES), st.floats(20, 300), st.integers(1, 4))
def test_a_line_is_never_too_wide(text: str, width: float, lines: int) -> None:
    assert width_of(shortened(plain(text), width, 10), 10) <= width
    found = wrapped(plain(text), width, 10, lines=lines)
    assert len(found) <= lines and all(width_of(each, 10) <= width for each in found)


def test_what_has_room_is_not_cut() -> None:
    text = "three small words"
    assert shortened(text, 200, 10) == text
    assert wrapped(text, 60, 10, lines=3) == ["three", "small", "words"]
    assert wrapped(text, 60, 10, lines=2)[1].endswith("\u2026")
    assert shortened(text, 60, 10).endswith("\u2026") and len(shortened(text, 60, 10)) > 5


@pytest.mark.parametrize("look", Look)
def test_words_and_lines_are_seen_on_the_page(look: Look) -> None:
    colours = COLOURS[look]
    assert contrast(colours.ink, colours.page) >= 7
    assert contrast(colours.muted, colours.page) >= 4.5
    assert all(contrast(each, colours.page) >= 3 for each in colours.series)
    assert contrast(colours.lateral, colours.page) > 3 * contrast(colours.with_core, colours.page)
    assert contrast(colours.with_core, colours.page) > 1.4


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize("ratio", [0, 0.25, 0.4, 0.7, 1, 1.4, 2.5, 4, 9])
def test_a_figure_is_read_on_its_colour(look: Look, ratio: float) -> None:
    colour = colour_of(ratio, COLOURS[look])
    assert contrast(over(colour), colour) >= 4.5


@pytest.mark.parametrize("look", Look)
def test_the_scale_is_even_at_one_and_as_far_to_either_side(look: Look) -> None:
    colours = COLOURS[look]
    assert colour_of(1, colours) == colours.even
    assert colour_of(4, colours) == colour_of(99, colours) == colours.more
    assert colour_of(0, colours) == colour_of(0.25, colours) == colours.fewer
    assert colour_of(2, colours) == mixed(colours.even, colours.more, 0.5)
    assert colour_of(0.5, colours) == mixed(colours.even, colours.fewer, 0.5)


def test_no_two_groups_have_one_colour_even_to_who_sees_no_red_or_no_green() -> None:
    for matrix in (
        ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ):  # Machado, Oliveira & Fernandes, 2009: as all see, without red cones, without green cones
        seen = [[int(each[place : place + 2], 16) / 255 for place in (1, 3, 5)] for each in PALETTE]
        seen = [[sum(a * b for a, b in zip(row, each, strict=True)) for row in matrix] for each in seen]
        nearest = min(sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) for one, two in combinations(seen, 2))
        assert nearest**0.5 > 0.12

"""What leaves the house: files that open, an SVG that is safe within a page, and settings left as they were."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import matplotlib
import pytest
from made_pictures import (
    MAP_WORDS,
    MATRIX_WORDS,
    ODD_NAMES,
    TREND_WORDS,
    community,
    drawn_pairs,
    forty,
    three_practices,
    year,
)
from PIL import Image

from knowledge.pictures.map import network_map
from knowledge.pictures.matrix import Compared, matrix
from knowledge.pictures.picture import MOST_BYTES, Form
from knowledge.pictures.sheet import LINES, MOST_SENTENCES, Sheet, SheetWords, sheet
from knowledge.pictures.style import Look, plain
from knowledge.pictures.trends import trends

SHEET = Sheet(forty(), year(), three_practices())
WORDS = SheetWords(
    "Stroke unit", "May 2026", ["More went through you.", "Nine would be alone."], "Not counted: two rooms.",
    MAP_WORDS, TREND_WORDS, MATRIX_WORDS,
)  # fmt: skip
EVIL = '<script>alert(1)</script> & "x" url(http://evil.example) ]]> --> $x$'


@pytest.fixture(scope="module")
def vectors() -> dict[str, ElementTree.Element]:
    """Every picture as SVG, with names that would like to be more."""
    odd = community(40, drawn_pairs(37, 60), [each % 5 for each in range(40)], names=[EVIL, *ODD_NAMES[2:6]])
    compared = replace(three_practices(), names=(EVIL, "B", "C"))
    of = Sheet(replace(odd, labels={0: EVIL}), year(), compared)
    made = [
        network_map(of.mapped, MAP_WORDS, form=Form.SVG),
        trends(year(), replace(TREND_WORDS, title=EVIL), form=Form.SVG, look=Look.DARK),
        matrix(compared, MATRIX_WORDS, form=Form.SVG),
        sheet(of, WORDS, form=Form.SVG),
    ]
    assert all(each.media_type == "image/svg+xml" and len(each.content) < MOST_BYTES for each in made)
    return {each.name: ElementTree.fromstring(each.content) for each in made}


def test_an_svg_has_nothing_in_it_that_runs_or_reaches_out(vectors: dict[str, ElementTree.Element]) -> None:
    for root in vectors.values():
        tags = {each.tag.removeprefix("{http://www.w3.org/2000/svg}") for each in root.iter()}
        assert tags <= {"svg", "g", "defs", "path", "use", "text", "clipPath", "rect", "pattern", "tspan"}
        for element in root.iter():
            for key, value in element.attrib.items():
                assert key not in ("style", "class") and not key.startswith("on")
                assert not key.endswith("href") or value.startswith("#")
                assert "http" not in value and "evil" not in value
                assert "url(" not in value or re.fullmatch(r"url\(#[\w-]+\)", value)


def test_within_an_svg_every_reference_leads_somewhere(vectors: dict[str, ElementTree.Element]) -> None:
    every: list[str] = []
    for name, root in vectors.items():
        ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
        links = {each.attrib["href"][1:] for each in root.iter() if "href" in each.attrib}
        links |= {
            found
            for each in root.iter()
            for value in each.attrib.values()
            for found in re.findall(r"url\(#(.*?)\)", value)
        }
        assert links == set(ids)
        assert all(each.startswith(name.removesuffix(".svg") + "-") for each in ids)
        every += ids
    assert len(every) == len(set(every))


def test_words_stay_words_in_an_svg(vectors: dict[str, ElementTree.Element]) -> None:
    texts = {each.text for each in vectors["map.svg"].iter() if each.tag.endswith("text")}
    assert {MAP_WORDS.title, MAP_WORDS.core, "אחיות"} < texts
    assert any(text and text.startswith("<script>") for text in texts)
    assert all(text and text == plain(text) for text in texts)


def test_an_svg_is_an_element_for_a_page() -> None:
    content = trends(year(), TREND_WORDS, form=Form.SVG).content
    assert content.startswith(b"<svg ") and b"<!DOCTYPE" not in content and b"<!--" not in content


def test_the_sheet_is_a4_upright() -> None:
    picture = sheet(SHEET, WORDS, look=Look.DARK)
    assert picture.name == "sheet.png" and len(picture.content) < MOST_BYTES
    with Image.open(BytesIO(picture.content)) as image:
        assert image.size == pytest.approx((1240, 1754), abs=1)
    shown = picture.alternative
    assert shown.sentences == ("More went through you.", "Nine would be alone.")
    assert shown.map.people == 40 and shown.matrix and shown.matrix.hidden == 1 and shown.trends


def test_the_sheet_is_a_pdf_too_with_no_date_in_it() -> None:
    picture = sheet(SHEET, WORDS, form=Form.PDF)
    assert (picture.name, picture.media_type) == ("sheet.pdf", "application/pdf")
    assert picture.content.startswith(b"%PDF-") and b"CreationDate" not in picture.content


def test_what_has_no_room_on_the_sheet_is_not_said_to_be_there() -> None:
    many = sheet(
        Sheet(forty(), None, None), replace(WORDS, sentences=["Short.", "", *["word " * 90] * 9]), form=Form.SVG
    )
    assert 2 <= len(many.alternative.sentences) < MOST_SENTENCES <= LINES
    assert many.alternative.sentences[0] == "Short."
    assert (many.alternative.trends, many.alternative.matrix) == (None, None)


def test_odd_names_are_drawn_without_a_warning() -> None:
    names = list(ODD_NAMES[2:9])
    odd = community(42, drawn_pairs(42, 60), [each % 7 for each in range(42)], names=names)
    labels, table = dict(enumerate(ODD_NAMES)), [[9.0] * len(names)] * len(names)
    picture = sheet(
        Sheet(replace(odd, labels=labels), None, Compared(names, table, table)),
        replace(WORDS, title=ODD_NAMES[6], sentences=ODD_NAMES, foot=ODD_NAMES[8]),
    )
    assert len(picture.content) > 1000


def test_settings_are_left_as_they_were_and_no_setting_changes_a_picture() -> None:
    first = trends(year(), TREND_WORDS, form=Form.SVG).content
    with matplotlib.rc_context({"svg.fonttype": "path", "lines.solid_capstyle": "butt", "font.size": 30}):
        names = [each for each in matplotlib.rcParams if each != "backend"]
        before = [matplotlib.rcParams[each] for each in names]
        assert trends(year(), TREND_WORDS, form=Form.SVG).content == first
        assert [matplotlib.rcParams[each] for each in names] == before


def test_pictures_may_be_drawn_in_several_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: trends(year(), TREND_WORDS, form=Form.SVG).content, range(4)))
    assert set(made) == {trends(year(), TREND_WORDS, form=Form.SVG).content}


def test_no_window_is_ever_asked_for() -> None:
    assert "matplotlib.pyplot" not in sys.modules

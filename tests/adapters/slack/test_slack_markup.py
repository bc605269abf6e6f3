"""Text of the port as rich text: words stay words, styles become styles, and long texts are cut between paragraphs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import SIGNS, texts

from adapters.port import Account, Fact, Mention, Space, Text, When, as_text, escape, plain
from adapters.slack import markup, reading

Json = dict[str, Any]
HERE = Space("slack", "T1")
NAMES = {"U1": "Ann", "UANN": "Ann"}
LAW = settings(max_examples=50, deadline=None)
JOINER = "\u2060"
"""What stands in a call for everyone so that it is none."""


def drawn(text: Text | str, *facts: Fact) -> list[Json]:
    """The parts of all blocks of a text."""
    return [part for block in markup.blocks(as_text(text), facts, HERE) for part in block["elements"]]


def inline(text: Text | str) -> list[Json]:
    """What stands in the only section of a text."""
    (part,) = drawn(text)
    assert part["type"] == "rich_text_section"
    return list(part["elements"])


def leaves(thing: Any) -> Iterator[Json]:
    """Everything that stands in a line, in reading order."""
    for part in thing:
        if "elements" in part:
            yield from leaves(part["elements"])
        else:
            yield part


def words_of(parts: Any) -> str:
    return "".join(each.get("text", "") for each in leaves(parts)).replace(JOINER, "")


def back(blocks: list[Json]) -> str:
    return reading.read({"blocks": blocks}, "UTACIT", NAMES).text


def anything() -> st.SearchStrategy[str]:
    """Words with many signs among them, that are not blank."""
    letters = st.one_of(st.characters(exclude_categories=["Cs", "Co", "Cc"]), st.sampled_from(SIGNS))
    return st.text(letters, min_size=1, max_size=60).filter(lambda words: bool(words.strip()))


TRICKS = [
    "<!channel>",
    "<!here|here>",
    "<@U1>",
    "<@U1|ann>",
    "<#C1|general>",
    "<https://example.org|safe>",
    "<mailto:a@example.org>",
    "*x*",
    "_x_",
    "~x~",
    "`x`",
    "```x```",
    "**x**",
    "__init__",
    "> x",
    "- x",
    "1. x",
    "# x",
    "[x](https://example.org)",
    "![x](https://example.org)",
    "<https://example.org>",
    "&lt;@U1&gt;",
    "\\*x\\*",
    "@channel",
    "@U1",
    "a\nb",
]


@pytest.mark.parametrize("words", TRICKS)
def test_what_looks_like_slacks_signs_is_plain_text(words: str) -> None:
    (element,) = inline(escape(words))
    assert element["type"] == "text" and "style" not in element
    assert words_of([element]) == " ".join(words.split())
    assert "<!" not in element["text"] and "<@" not in element["text"] and "<#" not in element["text"]


@given(words=anything())
@example("`*_<@U1>_*`")
@LAW
def test_literal_words_stay_literal(words: str) -> None:
    assume(not re.search(r":[\w+-]+:", words) and not re.match(r"\s*\d{2,}[.)]", words))
    elements = inline(escape(words))
    assert {element["type"] for element in elements} == {"text"}
    assert not any("style" in element for element in elements)
    assert words_of(elements) == " ".join(words.split())


@given(words=anything())
@LAW
def test_literal_words_are_read_back(words: str) -> None:
    assume(not re.search(r":[\w+-]+:", words) and not re.match(r"\s*\d{2,}[.)]", words))
    read = back(markup.blocks((escape(words),), (), HERE)).replace(JOINER, "")
    assert plain(read) == plain(escape(words))


@given(text=texts())
@LAW
def test_no_text_of_anybody_calls_somebody_here(text: Text) -> None:
    kinds = {element["type"] for element in leaves(drawn((*text, "x")))}
    assert kinds <= {"text", "link", "date"}


def test_styles_are_styles() -> None:
    assert inline("a **b** _c_ **_d_** `e` **`f`**") == [
        {"type": "text", "text": "a "},
        {"type": "text", "text": "b", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "c", "style": {"italic": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "d", "style": {"bold": True, "italic": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "e", "style": {"code": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "f", "style": {"bold": True, "code": True}},
    ]


def test_a_link_has_its_address_and_its_words() -> None:
    assert inline("See [the **new** page](https://example.org/a_b?c=d&e).") == [
        {"type": "text", "text": "See "},
        {"type": "link", "url": "https://example.org/a_b?c=d&e", "text": "the "},
        {"type": "link", "url": "https://example.org/a_b?c=d&e", "text": "new", "style": {"bold": True}},
        {"type": "link", "url": "https://example.org/a_b?c=d&e", "text": " page"},
        {"type": "text", "text": "."},
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "slack://channel", "file:///etc", "data:text/html,x"])
def test_only_web_addresses_are_links(address: str) -> None:
    assert {element["type"] for element in leaves(drawn(f"[x]({address})"))} == {"text"}


def test_nested_lists_are_indented() -> None:
    item = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]
    assert drawn("- x\n    - x\n        1. x\n- x") == [
        {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": item},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": item},
        {"type": "rich_text_list", "style": "ordered", "indent": 2, "offset": 0, "elements": item},
        {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": item},
    ]


def test_a_numbered_list_begins_and_goes_on_where_it_says() -> None:
    first, nested, second = drawn("4. a\n5. b\n    - x\n6. c")
    assert (first["offset"], len(first["elements"])) == (3, 2)
    assert nested["style"] == "bullet"
    assert (second["offset"], words_of([second])) == (5, "c")


def test_quotes_and_fences_are_their_own() -> None:
    assert drawn("> a **b**\n> c\n\n```py\nx < y\n  *z*\n```") == [
        {
            "type": "rich_text_quote",
            "elements": [
                {"type": "text", "text": "a "},
                {"type": "text", "text": "b", "style": {"bold": True}},
                {"type": "text", "text": "\n"},
                {"type": "text", "text": "c"},
            ],
        },
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x < y\n  *z*"}]},
    ]


def test_paragraphs_have_a_blank_line_between_them() -> None:
    assert words_of(drawn("a\nb\n\nc")) == "a\nb\n\nc"


def test_a_moment_is_shown_in_the_readers_own_time() -> None:
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert inline(("at ", When(at)))[1] == {
        "type": "date",
        "timestamp": 1_795_512_600,
        "format": "{date_long_pretty}, {time}",
        "fallback": "Tue 24 Nov, 09:30 UTC",
    }


def test_people_of_this_workspace_are_called_and_others_named() -> None:
    ann = Mention(Account(HERE, "UANN", "Ann"))
    assert inline(("Ask ", ann))[1] == {"type": "user", "user_id": "UANN"}
    others = (Account(Space("slack", "T2"), "UANN", "Ann"), Account(Space("room", "demo"), "ann", "Ann"))
    for other in (*others, Account(HERE, "B1", "Ann"), Account(HERE, "U1> <!channel", "Ann")):
        assert inline(("Ask ", Mention(other)))[1] == {"type": "text", "text": "@Ann"}


def test_a_name_calls_nobody() -> None:
    (element,) = inline((Mention(Account(Space("room", "demo"), "x", "<!channel> *x*")),))
    assert element["type"] == "text" and "<!" not in element["text"] and "style" not in element


def test_an_emoji_is_a_sign() -> None:
    assert inline("Keep :bulb: `:bulb:`") == [
        {"type": "text", "text": "Keep 💡 "},
        {"type": "text", "text": ":bulb:", "style": {"code": True}},
    ]


def test_facts_are_lines_with_a_bold_name() -> None:
    facts = (Fact("Where", "Ward **4**"), Fact("*When*", "today"))
    (part,) = drawn("Kept.", *facts)
    assert part["elements"] == [
        {"type": "text", "text": "Kept."},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Where: ", "style": {"bold": True}},
        {"type": "text", "text": "Ward "},
        {"type": "text", "text": "4", "style": {"bold": True}},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "*When*: ", "style": {"bold": True}},
        {"type": "text", "text": "today"},
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "```\n```"])
def test_nothing_makes_no_empty_element(text: str) -> None:
    assert all(element["text"] for element in leaves(drawn(text)))

"""What the port allows fits into Slack: blocks of 3,000 characters, messages of 50 blocks, texts of 4,000."""

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from loopback_checks import block_errors, view_errors
from strategies import forms, messages
from test_slack_markup import leaves

from adapters.port import (
    Account,
    Button,
    Choice,
    Date,
    Fact,
    Form,
    Line,
    Mention,
    Message,
    Option,
    Paragraph,
    People,
    Section,
    Space,
    limits,
)
from adapters.slack import markup, outbound

Json = dict[str, Any]
HERE = Space("slack", "T1")
LAW = settings(max_examples=50, deadline=None)
FEW = settings(max_examples=25, deadline=None)
"""For what takes long to draw."""


def length(block: Json) -> int:
    """Characters of a block, with what people and times are shown as."""
    return sum(len(each.get("text") or each.get("fallback") or each.get("user_id", "")) for each in leaves([block]))


def words_of(blocks: list[Json]) -> list[str]:
    return "".join(str(each.get("text", " ")) + " " * ("url" in each) for each in leaves(blocks)).split()


def long_words() -> st.SearchStrategy[list[str]]:
    """Paragraphs, a few of them very long, each word numbered."""
    sizes = st.lists(st.one_of(st.integers(1, 40), st.integers(300, 420)), min_size=1, max_size=12)
    return sizes.map(lambda counts: [_paragraph(place, count) for place, count in enumerate(counts)])


def _paragraph(place: int, count: int) -> str:
    return " ".join(f"w{place}x{number}" for number in range(count))


@given(paragraphs=long_words(), mark=st.sampled_from(["", "- ", "1. ", "> "]))
@LAW
def test_a_long_text_is_cut_and_no_word_is_lost_or_doubled(paragraphs: list[str], mark: str) -> None:
    text = "\n\n".join(f"{mark}{paragraph}" for paragraph in paragraphs)
    blocks = markup.blocks((text,), (), HERE)
    joined = [word for block in blocks for word in words_of([block])]
    assert "".join(joined) == "".join(" ".join(paragraphs).split())
    assert all(0 < length(block) <= markup.BLOCK_TEXT for block in blocks)


def test_short_paragraphs_are_never_cut() -> None:
    paragraphs = [_paragraph(place, 100) for place in range(14)]
    blocks = markup.blocks(("\n\n".join(paragraphs),), (), HERE)
    assert len(blocks) > 1
    shown = [paragraph for block in blocks for paragraph in "".join(e["text"] for e in leaves([block])).split("\n\n")]
    assert shown == paragraphs


def test_a_long_paragraph_is_cut_at_a_space() -> None:
    words = _paragraph(0, 1_000)
    blocks = markup.blocks((words,), (), HERE)
    assert len(blocks) > 1
    assert [word for block in blocks for word in words_of([block])] == words.split()


@pytest.mark.parametrize(
    "text", ["x" * 12_000, f"```\n{'y ' * 5_000}\n```", f"[{'z ' * 200}](https://example.org) " * 25]
)
def test_what_has_no_paragraphs_is_cut_too(text: str) -> None:
    blocks = markup.blocks((text,), (), HERE)
    assert all(length(block) <= markup.BLOCK_TEXT for block in blocks)
    shown = "".join(str(each["text"]) for each in leaves(blocks))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s|```|\[|\]\([^)]*\)", "", text)


@given(message=messages())
@FEW
def test_any_message_is_one_that_slack_takes(message: Message) -> None:
    assert block_errors(outbound.message_blocks(message, HERE)) == []


def _fullest(section: int, words: int) -> Section:
    facts = [Fact("n" * 20, "v" * 60) for _ in range(limits.FACTS)] if section < 5 else []
    ids = range(limits.BUTTONS) if section < limits.SECTIONS_WITH_BUTTONS else ()
    buttons = [Button(f"{section}:{place}".ljust(limits.BUTTON_ID, "x"), "l" * limits.BUTTON_LABEL) for place in ids]
    return Section("w" * words, title="t" * 20, facts=facts, buttons=buttons)


def test_the_fullest_message_fits() -> None:
    sections = [_fullest(section, 700) for section in range(limits.SECTIONS)]
    blocks = outbound.message_blocks(Message("s" * limits.SUMMARY, sections), HERE)
    assert len(blocks) <= 50 and block_errors(blocks) == []


@given(sizes=st.lists(st.integers(1, 11_990), min_size=1, max_size=10))
@example(sizes=[1_501] * 7 + [100] * 3)
@LAW
def test_however_its_text_is_spread_a_message_fits(sizes: list[int]) -> None:
    left, sections = limits.MESSAGE_TEXT - 100, []
    for place, size in enumerate(sizes):
        size = max(1, min(size, left - (len(sizes) - place)))
        left -= size
        buttons = [Button(f"a:{place}", "b")] if place < limits.SECTIONS_WITH_BUTTONS else []
        halves = f"{'w' * (size // 2)}\n\n{'v' * (size - size // 2)}" if size > 4 else "w" * size
        sections.append(Section(halves[:size], title="t", buttons=buttons))
    blocks = outbound.message_blocks(Message("s", sections), HERE)
    assert len(blocks) <= 50 and block_errors(blocks) == []


def test_many_people_fit() -> None:
    people = tuple(Mention(Account(HERE, f"U{number:010}", "Ann")) for number in range(600))
    blocks = markup.blocks(people, (), HERE)
    assert all(length(block) <= markup.BLOCK_TEXT for block in blocks)
    assert [each["user_id"] for each in leaves(blocks)] == [mention.account.id for mention in people]


@given(form=forms())
@FEW
def test_any_form_is_one_that_slack_takes(form: Form) -> None:
    assert view_errors(outbound.view(form, "{}"), "modal") == []


def test_the_fullest_form_fits() -> None:
    common = {"label": "l" * limits.FIELD_LABEL, "hint": "h" * limits.FIELD_HINT, "required": True}
    values = [f"{number}".ljust(limits.OPTION_VALUE, "v") for number in range(limits.OPTIONS)]
    options = tuple(Option(value, "o" * limits.OPTION_LABEL) for value in values)
    fields = (
        Line("n" * 40, value="x" * 150, **common),
        Paragraph("p", value="x" * limits.FIELD_TEXT, **common),
        Choice("c", options=options, chosen=tuple(values), many=True, **common),
        People("w", chosen=(Account(HERE, "UANN"),), many=True, **common),
        Date("d", value="2026-11-24", **common),
    )
    form = Form("f" * limits.BUTTON_ID, "t" * limits.FORM_TITLE, fields, "s" * limits.FORM_SUBMIT)
    assert view_errors(outbound.view(form, "m" * 3_000), "modal") == []


def test_the_text_beside_the_blocks_says_everything_once() -> None:
    section = Section("It **works**.", title="A tip", facts=[Fact("Where", "Ward 4")], buttons=[Button("a:b", "Yes")])
    message = Message("A tip", [section, Section("It **works**.")])
    assert outbound.message_text(message) == "A tip\nIt works.\nWhere: Ward 4"


@pytest.mark.parametrize("words", ["<!channel>", "<@UANN>", "a & b < c > d"])
def test_the_text_beside_the_blocks_calls_nobody(words: str) -> None:
    said = outbound.message_text(Message(words, [Section(words.replace("<", "\\<"))]))
    assert "<" not in said and ">" not in said
    assert re.search(r"&(?!amp;|lt;|gt;)", said) is None


def test_a_long_text_beside_the_blocks_ends_with_a_whole_line() -> None:
    lines = [f"Line {number} of the tip." for number in range(400)]
    said = outbound.message_text(Message("All lines", [Section("\n".join(lines))]))
    assert len(said) <= outbound.SHOWN_TEXT
    assert said.split("\n") == ["All lines", *lines][: len(said.split("\n"))]
    assert len(said) > outbound.SHOWN_TEXT - 30

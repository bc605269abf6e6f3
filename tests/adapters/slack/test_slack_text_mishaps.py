"""Words that are easily lost or changed on the way."""

import pytest
from test_slack_markup import drawn, leaves, words_of
from test_slack_reading import TACIT, read, rich, section, styled, user

from adapters.port import Fact, Message, Section, escape, subset
from adapters.slack import outbound, reading


def again(*elements):
    """What people wrote, read and drawn again."""
    return drawn(read(rich(*elements)))


@pytest.mark.parametrize("words", ["Dilute 1:100:2 in water", "a:b:c", "stat:on:call"])
def test_colons_between_words_stay(words):
    assert words_of(drawn(escape(words))) == words


@pytest.mark.parametrize("summary", ["Tips & tricks", "& so on"])
def test_a_long_text_beside_the_blocks_is_cut_at_its_end(summary):
    said = outbound.message_text(Message(summary, [Section("\n".join(f"Line {n} of it" for n in range(500)))]))
    assert len(said) > 3_000


def test_paragraphs_of_a_fact_stay_apart():
    assert "one two" in " ".join(words_of(drawn("x", Fact("n", "one\n\ntwo"))).split())


def test_a_second_paragraph_of_an_item_stays_in_it():
    parts = drawn("1. a\n\n   more\n2. b")
    numbers = [part.get("offset", 0) + place for part in parts for place, _ in enumerate(part["elements"], 1)]
    assert numbers == [1, 2]


@pytest.mark.parametrize("before", ["- b", "1. b", "> b"])
def test_what_follows_a_list_or_a_quote_stays_outside(before):
    first = drawn(f"{before}\n\nafter")
    blocks = [{"type": "rich_text", "elements": first}]
    assert drawn(reading.read({"blocks": blocks}, "UTACIT", {}).text) == first


@pytest.mark.parametrize("url", ["https://e.org/__init__.py", "https://e.org/_a_/b", "https://e.org/a*b*c"])
def test_a_bare_address_keeps_its_signs(url):
    assert words_of(again(section({"type": "link", "url": url}))) == url


@pytest.mark.parametrize("words", ["+ 5 mg", "\\,", "C:\\(new)", "<https://e.org>"])
def test_literal_words_read_back_as_they_were(words):
    parts = again(section("x\n" + words))
    assert words_of(parts) == "x\n" + words and {each["type"] for each in leaves(parts)} == {"text"}


def test_signs_on_both_sides_of_a_person_stay_signs():
    assert words_of(again(section("*0", user("UANN"), "0*"))) == "*0@Ann0*"


@pytest.mark.parametrize("name", ["*Ann*", "[Ann](https://evil.example)"])
def test_a_name_is_no_markdown(name):
    text = reading.read(rich(section("Ask ", user("UANN"))), "UTACIT", {"UANN": name}).text
    elements = list(leaves(drawn(text)))
    assert words_of(elements) == f"Ask @{name}" and {each["type"] for each in elements} == {"text"}


def test_a_style_goes_over_a_blank_line():
    assert words_of(again(section(styled("a\n\nb", "bold")))) == "a\n\nb"


def test_an_own_emoji_after_the_mention_keeps_its_colon():
    assert read(rich(section(TACIT, " ", {"type": "emoji", "name": "party_parrot"}, " hi"))) == ":party_parrot: hi"


def test_groups_and_channels_keep_their_names():
    found = rich(
        section("ask ", {"type": "usergroup", "usergroup_id": "S1"}, " in ", {"type": "channel", "channel_id": "C1"})
    )
    found["text"] = "ask <!subteam^S1|@nurses> in <#C1|general>"
    assert read(found) == "ask @nurses in #general"


def test_code_of_several_lines_in_a_text_keeps_its_first():
    assert "first" in words_of(drawn(read({"text": "```first line\nsecond```"})))


def test_a_bold_text_with_code_in_it_is_bold():
    (first, *_) = leaves(drawn(read({"text": "*a `b` c*"})))
    assert first.get("style") == {"bold": True}


def test_a_year_is_no_list_when_it_is_escaped():
    assert next(token.type for token in subset.parse(escape("2026. It was a year."))) == "paragraph_open"


def test_a_mention_in_the_middle_leaves_one_space():
    assert read({"text": "keep <@UTACIT> this"}) == "keep this"

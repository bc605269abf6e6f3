"""Messages and forms of the port as components: nothing is lost, and nothing is longer than Discord takes."""

import re
from typing import Any

import pytest
from discord_limits import problems
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import forms, messages

from adapters.discord import markup, outbound
from adapters.discord.outbound import MESSAGE_TEXT, PIECE, cut, filled, layouts, modal, section_text
from adapters.discord.whose import mark_of, without_mark
from adapters.port import (
    Account,
    Button,
    Choice,
    Date,
    Fact,
    File,
    Form,
    Line,
    Link,
    Message,
    Option,
    Paragraph,
    People,
    Section,
    Space,
    limits,
)

Json = dict[str, Any]
HERE = Space("discord", "1")
ANN, BOB = Account(HERE, "100", "Ann"), Account(HERE, "101", "Bob")
LAW = settings(max_examples=40, deadline=None)
TEXT, ROW, BUTTON = 10, 1, 2


def pages(message: Message) -> list[list[Json]]:
    """The components of each message that is sent."""
    sent: list[Any] = [*layouts(message, HERE)]
    return [layout.to_components() for layout in sent]


def texts(page: list[Json]) -> list[str]:
    return [each["content"] for each in page if each["type"] == TEXT]


def buttons(page: list[Json]) -> list[str]:
    rows = [each for each in page if each["type"] == ROW]
    return [each.get("custom_id") or each["url"] for row in rows for each in row["components"]]


def lines(count: int, apart: str = "\n\n") -> str:
    return apart.join(f"Line {number} of it." for number in range(count))


def bare(words: str) -> str:
    return "".join(words.split())


def wrong(page: list[Json]) -> list[str]:
    return problems("POST", "/channels/1/messages", {"components": page, "flags": 1 << 15})


def test_a_short_message_is_one_message() -> None:
    section = Section("Warm it.", title="The *line*", facts=[Fact("Where", "Ward **4**"), Fact("_When_", "today")])
    (page,) = pages(Message("A tip", [section]))
    assert texts(page) == ["### The \\*line\\*\nWarm it.\n**Where**: Ward **4**\n**\\_When\\_**: today"]


def test_a_title_is_one_line() -> None:
    assert section_text(Section(title="a\n# b"), HERE) == "### a # b"


def test_a_long_text_goes_over_several_messages_and_nothing_is_lost() -> None:
    message = Message("All", [Section(lines(600))])
    found = pages(message)
    assert len(found) > 1
    assert re.findall(r"Line \d+ of it\.", "\n".join(text for page in found for text in texts(page))) == [
        f"Line {number} of it." for number in range(600)
    ]
    assert [wrong(page) for page in found] == [[]] * len(found)


def test_sections_stay_in_their_order() -> None:
    sections = [Section(f"{number} {'x' * 1100}") for number in range(10)]
    found = [text for page in pages(Message("All", sections)) for text in texts(page)]
    assert [text[0] for text in found] == [str(number) for number in range(10)]


def test_the_buttons_stand_after_the_last_words_of_their_section() -> None:
    message = Message("All", [Section(lines(600), buttons=[Button("a:b", "Go"), Link("https://e.org", "See")])])
    found = pages(message)
    assert [buttons(page) for page in found] == [[]] * (len(found) - 1) + [["a:b", "https://e.org"]]
    assert found[-1][-1]["type"] == ROW


def test_each_section_keeps_its_own_buttons() -> None:
    sections = [Section(f"Part {number}", buttons=[Button(f"a:b:{number}", "Go")]) for number in range(5)]
    (page,) = pages(Message("All", sections))
    assert [each["type"] for each in page] == [TEXT, ROW] * 5
    assert buttons(page) == [f"a:b:{number}" for number in range(5)]


def test_buttons_need_no_words() -> None:
    (page,) = pages(Message("All", [Section(buttons=[Button("a:b", "Go")])]))
    assert [each["type"] for each in page] == [ROW]


def test_buttons_look_as_they_weigh() -> None:
    row = [Button("a:b:1", "A"), Button("a:b:2", "B", "primary"), Button("a:b:3", "C", "danger")]
    (page,) = pages(Message("All", [Section("x", buttons=[*row, Link("https://e.org/a?b=c", "D")])]))
    shown = [(each["label"], each["style"]) for each in page[-1]["components"]]
    assert shown == [("A", 2), ("B", 1), ("C", 4), ("D", 5)]


@pytest.mark.parametrize("blank", [" ", "\n", "&nbsp;", "\u200b"])
def test_blank_words_make_no_empty_piece(blank: str) -> None:
    found = pages(Message("All", [Section(blank, title="Here", facts=[Fact("Where", "x")]), Section(f"{blank}y")]))
    assert all(text.strip() for page in found for text in texts(page))


@pytest.mark.parametrize("apart", ["\n\n", "\n", " "])
def test_a_text_is_cut_where_it_pauses(apart: str) -> None:
    words = lines(300, apart)
    pieces = list(cut(words, PIECE))
    assert all(piece.startswith("Line") or apart == " " for piece in pieces)
    assert bare("".join(pieces)) == bare(words)


def test_a_text_without_a_pause_is_cut_all_the_same() -> None:
    pieces = list(cut("x" * 4500, PIECE))
    assert [len(piece) for piece in pieces] == [2000, 2000, 500]


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    paragraphs = ["a " * 600, "b " * 600, "c " * 600]
    pieces = list(cut("\n\n".join(each.strip() for each in paragraphs), PIECE))
    assert [set(piece) - {" "} for piece in pieces] == [{"a"}, {"b"}, {"c"}]


@given(words=st.text(st.sampled_from("ab \n"), max_size=300), most=st.integers(3, 40))
@LAW
def test_cutting_loses_no_word(words: str, most: int) -> None:
    pieces = list(cut(words, most))
    assert all(0 < len(piece) <= most and piece.strip() for piece in pieces)
    assert bare("".join(pieces)) == bare(words)


@given(words=st.text(st.sampled_from("ab \n`*<>[]|\\_@"), max_size=200), most=st.integers(60, 90), fenced=st.booleans())
@example(f"{'*' * 29}|", 60, False)
@LAW
def test_no_sign_is_cut_from_its_backslash_and_no_code_from_its_fences(words: str, most: int, fenced: bool) -> None:
    body = "\n".join(f"{number} {words}" for number in range(3)).replace("```", "")
    said = f"before\n\n```\n{body}\n```\n\nafter" if fenced else markup.harmless(body)
    pieces = list(cut(said, most))
    assert all(len(piece) <= most and piece.count("```") % 2 == 0 for piece in pieces)
    if not fenced:
        assert [piece for piece in pieces if (len(piece) - len(piece.rstrip("\\"))) % 2] == []
        assert bare("".join(pieces)) == bare(said)


@pytest.mark.parametrize("sign", ["*", "<", "|"])
def test_no_sign_is_cut_from_its_backslash(sign: str) -> None:
    for piece in cut(markup.harmless("x" + sign * 1500), PIECE):
        assert (len(piece) - len(piece.rstrip("\\"))) % 2 == 0


def test_code_that_goes_over_several_pieces_is_code_in_each() -> None:
    code = [f"line *{number}* of it" for number in range(300)]
    pieces = list(cut(section_text(Section(("```\n", "\n".join(code), "\n```\n\nafter")), HERE), PIECE))
    assert len(pieces) > 2 and all(len(piece) <= PIECE for piece in pieces)
    blocks = [each for piece in pieces for each in re.findall(r"```\n(.*?)\n```", piece, re.DOTALL)]
    assert "\n".join(blocks).split("\n") == code
    assert pieces[-1].endswith("```\n\nafter")


@pytest.mark.parametrize("before", range(960, 1000, 3))
def test_no_link_is_cut_in_two(before: int) -> None:
    link = "[the new page of the ward](https://example.org/very/long/address/of/it)"
    text = f"{'a ' * before}{link} {link} https://example.org/and/a/bare/one"
    for piece in cut(section_text(Section(text), HERE), PIECE):
        assert piece.count("[") == piece.count("](<") and piece.count("<") == piece.count(">")


@given(message=messages())
@LAW
def test_a_message_that_can_be_built_is_within_discords_limits(message: Message) -> None:
    assert [each for page in pages(message) for each in wrong(page)] == []


def test_the_longest_message_is_within_discords_limits() -> None:
    sections = [Section("*" * 1190, title="t") for _ in range(10)]
    for section in (sections, [Section("x " * 5_990)], [Section("ab\n" * 3_990)], [Section("\\" * 11_990)]):
        found = pages(Message("All", section))
        assert [each for page in found for each in wrong(page)] == []
        assert all(sum(map(len, texts(page))) <= MESSAGE_TEXT for page in found)


def test_as_much_as_the_port_allows_is_within_discords_limits() -> None:
    """Ten sections, the first in five pieces, half of them with five buttons: one page has forty components."""
    words = ["\n\n".join(["x" * 700] * 4 + ["x" * 600]), *["y"] * 9]
    rows = [[Button(f"a:b:{row}:{place}", "B") for place in range(5)] if row < 5 else [] for row in range(10)]
    sections = [Section(text, buttons=row) for text, row in zip(words, rows, strict=True)]
    given = [File(f"{number}.csv", b"1", "text/csv") for number in range(10)]
    found: list[Any] = [*layouts(Message("All", sections, given), HERE)]
    assert [layout.total_children_count <= 40 for layout in found] == [True] * len(found)
    shown = [layout.to_components() for layout in found]
    assert [each for page in shown for each in wrong(page)] == []
    assert [id for page in shown for id in buttons(page)] == [each.id for row in rows for each in row]


def test_files_are_shown_below_the_words() -> None:
    given = [File("a b.png", b"x", "image/png", "A valve"), File("b.csv", b"1", "text/csv"),
             File("c.gif", b"x", "image/gif", "It drips")]  # fmt: skip
    (page,) = pages(Message("All", [Section("Look.")], given))
    words, gallery, file = page
    assert [(each["media"]["url"], each.get("description")) for each in gallery["items"]] == [
        ("attachment://a_b.png", "A valve"),
        ("attachment://c.gif", "It drips"),
    ]
    assert (words["content"], file["file"]["url"]) == ("Look.", "attachment://b.csv")
    assert [each.filename for each in outbound.files(given)] == ["a_b.png", "b.csv", "c.gif"]


@pytest.mark.parametrize("summary", ["# All of it", "- a thing", "1. first", "-# small", "> so", "a\n# b"])
def test_a_summary_above_files_is_one_plain_line(summary: str) -> None:
    (page,) = pages(Message(summary, (), [File("a.csv", b"1", "text/csv")]))
    (words,) = texts(page)
    assert not re.match(r"(?m)(#{1,3} |-# |- |\d+\. |>)", words) and "\n" not in words


def test_files_alone_are_announced() -> None:
    (page,) = pages(Message("All that we know @everyone", (), [File("a.csv", b"1", "text/csv")]))
    assert texts(page) == ["All that we know @\u200beveryone"]


def test_ten_files_come_with_their_alternative_texts() -> None:
    given = [File(f"{number}.png", bytes([number]), "image/png", f"Picture {number}") for number in range(1, 11)]
    found = outbound.files(given)
    assert [(each.filename, each.description, each.fp.read()) for each in found] == [
        (f"{number}.png", f"Picture {number}", bytes([number])) for number in range(1, 11)
    ]
    assert outbound.files([File("a.csv", b"1", "text/csv")])[0].description is None


def control(field: Any) -> tuple[Json, Json]:
    """A field's label and what stands in it."""
    shown = modal(Form("a:b", "T", (field,), "Go")).to_dict()
    (label,) = shown["components"]
    return label, label["component"]


def test_a_form_is_a_modal() -> None:
    form = Form("capture:save:1", "Keep a tip", (Line("a", "One", hint="As short as can be"), Line("b", "Two")), "Keep")
    shown = modal(form).to_dict()
    assert (shown["custom_id"], shown["title"]) == ("capture:save:1", "Keep a tip")
    assert [each["label"] for each in shown["components"]] == ["One", "Two"]
    assert [each.get("description") for each in shown["components"]] == ["As short as can be", None]


@pytest.mark.parametrize(("kind", "style"), [(Line, 1), (Paragraph, 2)])
def test_a_text_field(kind: Any, style: int) -> None:
    _, shown = control(kind("a", "A", "before", "hint", True, 40))
    assert (shown["style"], shown["value"], shown["required"], shown["max_length"]) == (style, "before", True, 40)
    assert not control(kind("a", "A"))[1].get("value")


def test_a_full_text_field_still_fits() -> None:
    _, shown = control(Paragraph("a", "A", "x" * 3000))
    assert len(shown["value"]) == shown["max_length"] == 3000


OPTIONS = tuple(Option(f"v{number}", f"Label {number}") for number in range(25))


def test_a_choice_of_one() -> None:
    _, shown = control(Choice("a", "A", OPTIONS, ("v3",), required=True))
    assert (shown["custom_id"], shown["min_values"], shown["max_values"], shown["required"]) == ("a", 1, 1, True)
    assert [each["value"] for each in shown["options"]] == [each.value for each in OPTIONS]
    assert [each["value"] for each in shown["options"] if each["default"]] == ["v3"]


def test_a_choice_of_several() -> None:
    _, shown = control(Choice("a", "A", OPTIONS, ("v3", "v5"), many=True))
    assert (shown["custom_id"], shown["min_values"], shown["max_values"], shown["required"]) == ("a[]", 0, 25, False)
    assert [each["value"] for each in shown["options"] if each["default"]] == ["v3", "v5"]


def test_people_stand_chosen_where_discord_knows_them() -> None:
    strangers = (Account(Space("slack", "T1"), "U1"), Account(Space("room", "demo"), "ann"), Account(HERE, "0"))
    _, shown = control(People("a", "A", (ANN, *strangers, BOB), many=True))
    assert (shown["custom_id"], shown["max_values"]) == ("a[]", 25)
    assert [str(each["id"]) for each in shown["default_values"]] == ["100", "101"]
    assert {each["type"] for each in shown["default_values"]} == {"user"}


def test_no_more_people_stand_chosen_than_may_be() -> None:
    several = tuple(Account(HERE, str(number), "Ann") for number in range(100, 130))
    for many, most in ((False, 1), (True, 25)):
        _, shown = control(People("a", "A", several, many=many))
        assert len(shown["default_values"]) == most == shown["max_values"]
    assert not control(People("a", "A", (Account(Space("room", "demo"), "12", "Ann"),)))[1].get("default_values")


def test_one_person() -> None:
    _, shown = control(People("a", "A", (ANN,), required=True))
    assert (shown["custom_id"], shown["min_values"], shown["max_values"], shown["required"]) == ("a", 1, 1, True)


def test_a_day_is_shown_how_to_write() -> None:
    _, shown = control(Date("a", "A", "2026-11-24"))
    assert (shown["value"], shown["placeholder"], shown["max_length"]) == ("2026-11-24", "2026-11-24", 10)


@given(form=forms())
@LAW
def test_a_form_that_can_be_built_is_within_discords_limits(form: Form) -> None:
    assert problems("POST", "/interactions/1/x/callback", {"type": 9, "data": modal(form).to_dict()}) == []


EVERYTHING = Form(
    "a:b",
    "T",
    (
        Line("line", "Line", "l"),
        Paragraph("words", "Words", "p"),
        Choice("one", "One", OPTIONS, ("v1",)),
        Choice("many", "Many", OPTIONS, ("v1",), many=True),
        Date("day", "Day", "2026-11-24"),
    ),
    "Go",
)


def standing(form: Form) -> dict[str, Any]:
    """What stands in each field."""
    return {each.name: each.chosen if isinstance(each, Choice | People) else each.value for each in form.fields}


def test_a_form_is_offered_again_as_it_was_filled_in() -> None:
    values: dict[str, Any] = {"line": "L", "words": "P\nQ", "one": "v7", "many": ("v8", "v9"), "day": "tomorrow"}
    again = filled(EVERYTHING, values)
    expected = {**values, "one": ("v7",)}
    assert standing(again) == expected
    assert (again.id, again.title, again.submit) == ("a:b", "T", "Go")


def test_what_was_emptied_stays_empty() -> None:
    again = filled(EVERYTHING, {"line": "", "words": "", "one": "", "many": (), "day": ""})
    assert standing(again) == {"line": "", "words": "", "one": (), "many": (), "day": ""}
    assert standing(filled(EVERYTHING, {})) == standing(again)


def test_line_breaks_that_were_pasted_into_a_line_are_spaces() -> None:
    form = Form("a:b", "T", (Line("line", "Line"), Date("day", "Day")), "Go")
    assert standing(filled(form, {"line": "one\ntwo", "day": "2026-\n11"})) == {"line": "one two", "day": "2026- 11"}


def test_an_id_carries_what_it_is_given() -> None:
    """Where a message belongs to no server, its ids name one; the longest still fits."""
    id = "a:b:" + "x" * (limits.BUTTON_ID - 4)
    mark = mark_of(Space("discord", str(2**63)))
    sent: list[Any] = [*layouts(Message("All", [Section("x", buttons=[Button(id, "Go")])]), HERE, mark)]
    (row,) = [each for each in sent[0].to_components() if each["type"] == ROW]
    made: list[Any] = [*row["components"], modal(Form(id, "T", (Line("a", "A"),), "Go"), mark).to_dict()]
    for each in made:
        assert without_mark(each["custom_id"]) == (id, str(2**63)) and len(each["custom_id"]) <= 100


def test_people_are_chosen_anew() -> None:
    form = Form("a:b", "T", (People("who", "Who", (ANN,)),), "Go")
    assert standing(filled(form, {"who": "101"})) == {"who": (ANN,)}

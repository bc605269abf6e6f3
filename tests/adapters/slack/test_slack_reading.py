"""What people wrote in Slack, as the port's Markdown: from rich text, and from text alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback_composer import Names, compose

from adapters.port import Fact, Message, Section, Space, plain
from adapters.slack import markup, outbound, reading

Json = dict[str, Any]
BOT, HERE = "UTACIT", Space("slack", "T1")
PEOPLE = {"UANN": "Ann", "UBOB": "Bob", BOT: "tacit"}
LAW = settings(max_examples=50, deadline=None)


def read(message: Json) -> str:
    return reading.read(message, BOT, PEOPLE).text


def rich(*parts: Json) -> Json:
    return {"type": "message", "text": "not read", "blocks": [{"type": "rich_text", "elements": list(parts)}]}


def section(*elements: Json | str) -> Json:
    found = [{"type": "text", "text": each} if isinstance(each, str) else each for each in elements]
    return {"type": "rich_text_section", "elements": found}


def styled(words: str, *styles: str) -> Json:
    return {"type": "text", "text": words, "style": dict.fromkeys(styles, True)}


def user(id: str) -> Json:
    return {"type": "user", "user_id": id}


TACIT = user(BOT)


def items(style: str, *words: str, **more: Any) -> Json:
    return {"type": "rich_text_list", "style": style, "indent": 0, "elements": [*map(section, words)], **more}


def test_styles_become_markdown() -> None:
    words = section(styled("b", "bold"), " ", styled("i", "italic"), " ", styled("bi", "bold", "italic"), " x")
    assert read(rich(words)) == "**b** _i_ **_bi_** x"


def test_spaces_stay_outside_of_styles() -> None:
    assert read(rich(section("a", styled(" b ", "bold"), "c", styled("  ", "bold"), "d"))) == "a **b** c  d"


def test_code_is_literal() -> None:
    assert read(rich(section("Run ", styled("a*b*_c_", "code")))) == "Run `a*b*_c_`"


def test_what_has_no_sign_of_ours_keeps_its_words() -> None:
    assert read(rich(section(styled("gone", "strike"), " stays"))) == "gone stays"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("*not bold*", r"\*not bold\*"),
        ("__init__", r"\_\_init\_\_"),
        ("snake_case_name", "snake_case_name"),
        ("`", r"\`"),
        ("`x`", r"\`x\`"),
        ("- no list", r"\- no list"),
        ("> no quote", r"\> no quote"),
        ("1. no list", r"1\. no list"),
        ("[x](https://example.org)", r"\[x\](https://example.org)"),
        ("a < b & c > d", "a < b & c > d"),
        ("&lt;@UANN&gt;", "&lt;@UANN&gt;"),
        ("<@UANN> <!channel>", "<@UANN> <!channel>"),
    ],
)
def test_literal_signs_stay_literal(typed: str, expected: str) -> None:
    assert read(rich(section(typed))) == expected
    assert plain(expected) == typed


def test_links_keep_their_words() -> None:
    page = {"type": "link", "url": "https://example.org/a", "text": "the page"}
    bare = {"type": "link", "url": "https://example.org/b"}
    mail = {"type": "link", "url": "mailto:a@example.org", "text": "a@example.org"}
    assert read(rich(section(page, " ", bare, " ", mail))) == (
        "[the page](https://example.org/a) https://example.org/b a@example.org"
    )


def test_people_are_named_and_noted() -> None:
    found = reading.read(rich(section("Ask ", user("UANN"), " or ", user("UEVE"), user("UANN"))), BOT, PEOPLE)
    assert found == reading.Read("Ask @Ann or @UEVE@Ann", ("UANN", "UEVE"))


def test_emoji_are_signs_where_anybody_knows_them() -> None:
    thumb = {"type": "emoji", "name": "bulb", "unicode": "1f4a1"}
    assert read(rich(section(thumb, " ", {"type": "emoji", "name": "party_parrot"}))) == "💡 :party_parrot:"


def test_calls_for_everyone_are_words() -> None:
    calls = [{"type": "broadcast", "range": each} for each in ("here", "channel", "everyone")]
    assert read(rich(section(*calls))) == "@here@channel@everyone"


def test_a_date_is_what_it_falls_back_to() -> None:
    date = {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1 Jan 1970"}
    assert read(rich(section("On ", date))) == "On 1 Jan 1970"


def test_lists_are_lists() -> None:
    bullets = items("bullet", "a", "b")
    nested = items("bullet", "x", indent=1, border=0)
    numbers = items("ordered", "c", "d", offset=3)
    assert read(rich(section("First\n"), bullets, nested, numbers)) == "First\n- a\n- b\n    - x\n4. c\n5. d"


def test_quotes_and_code_are_their_own() -> None:
    quote = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]}
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x *y*\n z"}], "border": 0}
    assert read(rich(section("She said\n"), quote, code)) == "She said\n> a\n> b\n```\nx *y*\n z\n```"


def test_what_slack_may_invent_is_left_out() -> None:
    assert read(rich(section("a", {"type": "hologram"}), {"type": "rich_text_hologram"})) == "a"
    assert read({"text": "seen", "blocks": [{"type": "hologram"}]}) == "seen"


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ((TACIT, " keep this"), "keep this"),
        ((TACIT, ": keep this"), "keep this"),
        ((TACIT, ", keep this"), "keep this"),
        (("  ", TACIT, "\nkeep\nthis"), "keep\nthis"),
        (("keep ", TACIT, " this"), "keep this"),
        (("keep this ", TACIT), "keep this"),
        ((TACIT, " ", TACIT, " keep ", TACIT, " this ", TACIT), "keep this"),
        (("hi ", user("UANN"), " ", TACIT, " keep"), "hi @Ann keep"),
        ((TACIT,), ""),
        ((TACIT, "   "), ""),
    ],
)
def test_the_bots_own_mention_is_taken_out(elements: tuple[Any, ...], expected: str) -> None:
    assert read(rich(section(*elements))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("*b* _i_ `c`", "**b** _i_ `c`"),
        ("2 * 3 * 4 snake_case_name", "2 * 3 * 4 snake_case_name"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("&lt;@UANN&gt; &lt;!here&gt;", "<@UANN> <!here>"),
        ("<@UANN> and <@UBOB|bob>", "@Ann and @Bob"),
        ("<https://example.org|the page> <https://example.org>", "[the page](https://example.org) https://example.org"),
        ("<https://example.org/?a=1&amp;b=2>", "https://example.org/?a=1&b=2"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org"),
        ("<#C1|general> <#C1>", "#general #C1"),
        ("<!here> <!channel|channel> <!subteam^S1|@nurses>", "@here channel @nurses"),
        ("<!date^1392734382^{date}|18 Feb>", "18 Feb"),
        ("&gt; said\nnot", "> said\nnot"),
        (":bulb: :party_parrot:", "💡 :party_parrot:"),
        ("<@UTACIT> keep this", "keep this"),
        ("<@UTACIT>: keep this", "keep this"),
        ("keep this <@UTACIT|tacit>", "keep this"),
        ("", ""),
    ],
)
def test_a_text_without_blocks_is_read(text: str, expected: str) -> None:
    assert read({"type": "message", "text": text}) == expected


def test_who_is_mentioned_is_known_before_names_are() -> None:
    nested = items("bullet", indent=0)
    nested["elements"] = [section(user("UANN"))]
    message = {**rich(section(user("UBOB")), nested), "text": "<@UEVE> <@W1|w> &lt;@UNO&gt;"}
    assert reading.mentioned_in(message) == {"UANN", "UBOB", "UEVE", "W1"}


def test_a_message_with_files_alone_has_no_words() -> None:
    assert read({"type": "message", "text": "", "files": [{"id": "F1", "name": "a.png"}]}) == ""


def test_other_bots_blocks_are_read() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Ward *4*"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Full* since <https://example.org|noon>"}},
        {"type": "section", "fields": [{"type": "plain_text", "text": "a"}, {"type": "mrkdwn", "text": "_b_"}]},
        {
            "type": "context",
            "elements": [{"type": "image", "image_url": "x"}, {"type": "mrkdwn", "text": "by <@UANN>"}],
        },
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]},
    ]
    assert read({"text": "not read", "blocks": blocks}) == (
        "**Ward \\*4\\***\n\n**Full** since [noon](https://example.org)\n\na\n\n_b_\n\nby @Ann"
    )


@pytest.mark.parametrize(
    "said",
    [
        "plain",
        "a **b** _c_ `d` [e](https://example.org/f)",
        "one\ntwo\n\nthree",
        "- a\n- b\n    - c\n- d",
        "3. a\n4. b\n    - c\n5. d",
        "> a\n> b",
        "```\na *b*\n  c\n```",
        "before\n```\ncode\n```\nafter",
        r"\*a\* \_b\_",
    ],
)
def test_what_the_bot_said_is_read_as_it_was(said: str) -> None:
    assert read({"blocks": markup.blocks((said,), (), HERE)}) == said


@given(words=st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=6), data=st.data())
@LAW
def test_what_people_type_is_read_as_they_typed_it(words: list[str], data: st.DataObject) -> None:
    forms = st.sampled_from(["{}", "**{}**", "_{}_", "`{}`", "[{}](https://example.org)", "({})"])
    typed = " ".join(data.draw(forms).format(word) for word in words)
    text, blocks = compose(typed, Names({}))
    assert read({"text": text, "blocks": blocks}) == typed
    assert read({"text": text}) == typed


def test_a_whole_message_of_the_bot_is_read() -> None:
    section = Section("It **works**.", title="A tip", facts=[Fact("Where", "Ward 4")])
    message = {"blocks": outbound.message_blocks(Message("A tip", [section]), HERE)}
    assert read(message) == "**A tip**\n\nIt **works**.\n**Where:** Ward 4"

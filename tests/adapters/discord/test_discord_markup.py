"""Text of the port as Discord's Markdown and back: words stay words, and nobody's words call anybody."""

import re
from datetime import UTC, datetime

import emoji
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import SIGNS, texts

from adapters.discord import markup
from adapters.port import Account, Mention, Space, Text, When, as_text, escape, plain, subset

HERE = Space("discord", "1")
ANN = Account(HERE, "5", "Ann")
BOT = frozenset({7})
LAW = settings(max_examples=60, deadline=None)
CALL = re.compile(r"<@[!&]?\d+>|<#\d+>|@everyone|@here|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^>]+:\d+>|<id:\w+>")
LITERAL = re.compile(r"\\([^0-9A-Za-z\s])|<(https?://[^\s>]+)>")
LINE_SIGN = re.compile(r"(?m)^ *(?:#{1,3} |-# |[-*] |\d+\. )")
CODE = re.compile(r"(`+).+?\1", re.DOTALL)
NAMES = {("@", 5): "Ann", ("@&", 6): "Nurses", ("#", 8): "general"}


def written(text: Text | str) -> str:
    return markup.written(as_text(text), HERE)


def shown(said: str) -> str:
    """What people read, without the backslashes that hide a sign and the brackets of an address.

    Raises:
        AssertionError: a sign is left that Discord would take for one of its own.
    """
    left = LITERAL.sub("x", said)
    assert not re.search(r"[*_~|`<>\[\]]", left) and not LINE_SIGN.search(left), said
    return LITERAL.sub(r"\1\2", said).replace("\u200b", "")


def read(content: str) -> str:
    return markup.read(content, BOT, lambda *named: NAMES.get(named, ""))


def anything() -> st.SearchStrategy[str]:
    """Words with many signs among them, that are not blank."""
    letters = st.one_of(st.characters(exclude_categories=["Cs", "Co", "Cc"]), st.sampled_from(SIGNS))
    return st.text(letters, min_size=1, max_size=60).filter(lambda words: bool(words.strip()))


def calls() -> st.SearchStrategy[str]:
    """Words that look like calls, in all sorts of company."""
    call = st.sampled_from(["<@5>", "<@!5>", "<@&6>", "<#8>", "@everyone", "@here", "<t:0:R>", "<:x:1>", "</x:1>"])
    company = st.sampled_from(["", " ", "\\", "*", "_", "~~", "||", "> ", "- ", "# ", "1", "\n", "[", "](", "<", ">"])
    return st.lists(st.one_of(call, company), min_size=1, max_size=8).map("".join)


TRICKS = [
    "<@5>",
    "<@!5>",
    "<@&6>",
    "<#8>",
    "@everyone",
    "@here",
    "<t:1772442000:R>",
    "<:party:55>",
    "<a:party:55>",
    "</tips list:123>",
    "<id:browse>",
    "*x*",
    "_x_",
    "__x__",
    "**x**",
    "***x***",
    "~~x~~",
    "||x||",
    "`x`",
    "```x```",
    "> x",
    ">>> x",
    "- x",
    "# x",
    "### x",
    "-# x",
    "[x](https://example.org)",
    "![x](https://example.org)",
    "\\*x\\*",
    "C:\\new\\",
    "snake_case_word",
    "a\nb",
]


@pytest.mark.parametrize("words", TRICKS)
def test_what_looks_like_discords_signs_is_plain_text(words: str) -> None:
    assert shown(written(escape(words))) == " ".join(words.split())
    assert not CALL.search(written(escape(words)))


@given(words=anything())
@example("`*_<@5>_*`")
@example("a@everyone@here")
@LAW
def test_literal_words_stay_literal(words: str) -> None:
    assume(not re.search(r":[\w+-]+:", words) and "\u200b" not in words)
    assert shown(written(escape(words))) == " ".join(words.split())


@given(text=texts())
@LAW
def test_no_text_of_anybody_calls_somebody_here(text: Text) -> None:
    outside = CODE.sub("", written(tuple(span for span in text if not isinstance(span, When))))
    assert not CALL.search(outside)


@given(words=calls())
@example("\\<@5>")
@example("\\\\<@5>")
@example("<@5\n>")
@example("<<@5>>")
@example("[<@5>](https://example.org)")
@LAW
def test_no_words_become_a_call(words: str) -> None:
    assert not CALL.search(written(words))
    assert not CALL.search(markup.harmless(words))


@pytest.mark.parametrize("place", ["**{}**", "_{}_", "> {}", "- {}", "1. {}", "[{}](https://example.org)", "x\n{}"])
def test_a_call_is_harmless_wherever_it_stands(place: str) -> None:
    for call in ("<@5>", "<@&6>", "@everyone", "@here"):
        assert not CALL.search(written(place.format(call)))


def test_people_of_this_server_are_called_and_others_named() -> None:
    assert written(("Ask ", Mention(ANN), ".")) == "Ask <@5>."
    others = (Account(Space("discord", "2"), "5", "Ann"), Account(Space("room", "demo"), "5", "Ann"))
    for other in (
        *others,
        Account(HERE, "ann", "Ann"),
        Account(HERE, "0", "Ann"),
        Account(HERE, "5> @everyone", "Ann"),
    ):
        assert written(("Ask ", Mention(other))) == "Ask @Ann"


def test_nobody_is_called_inside_a_link_or_code() -> None:
    assert written(("[", Mention(ANN), "](https://example.org)")) == "[@Ann](<https://example.org>)"
    assert written(("`", Mention(ANN), "`")) == "`@Ann`"
    assert written(("```\n", Mention(ANN), "\n```")) == "```\n@Ann\n```"


@pytest.mark.parametrize("name", ["everyone", "here", "<@5>", "*x*", "||x||", "&6>"])
def test_a_name_calls_nobody(name: str) -> None:
    said = written((Mention(Account(Space("room", "demo"), "x", name)),))
    assert not CALL.search(said)
    assert shown(said) == f"@{name}"


def test_a_moment_is_shown_in_the_readers_own_time() -> None:
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert written(("at ", When(at))) == "at <t:1795512600:F>"
    assert written(("`", When(at), "`")) == "`Tue 24 Nov, 09:30 UTC`"
    assert written(("[", When(at), "](https://example.org)")) == "[Tue 24 Nov, 09:30 UTC](<https://example.org>)"


def test_styles_are_styles() -> None:
    assert written("a **b** _c_ *d* **_e_** `f` **`g`**") == "a **b** _c_ _d_ **_e_** `f` **`g`**"


def test_code_holds_its_signs_as_they_are() -> None:
    assert written("`a*b_c<@5>`") == "`a*b_c<@5>`"
    assert written("`` a`b ``") == "`` a`b ``"
    assert written("```py\nx < y\n  *z*\n```") == "```\nx < y\n  *z*\n```"


def test_backticks_do_not_end_code_early() -> None:
    said = written("````\na\n```\n@everyone\n````")
    assert said.startswith("```\n") and said.endswith("\n```") and said.count("```") == 2


def test_code_with_signs_of_code_in_it_stays_code() -> None:
    assert written("``` a``b ```") == "`a''b`"
    assert written("```` @everyone ```**y** ````") == "`@everyone '''**y**`"


def test_a_link_has_its_words_and_its_address() -> None:
    said = written("See [the **new** page](https://example.org/a_b?c=d&e).")
    assert said == "See [the **new** page](<https://example.org/a_b?c=d&e>)."


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://e.org/a*b*c", "https://e.org/a*b*c"),
        ("https://e.org/__init__.py", "https://e.org/__init__.py"),
        ("https://e.org/a_(b)", "https://e.org/a_(b)"),
        ("<https://e.org/a b>", "https://e.org/a%20b"),
        ("HTTPS://E.org", "HTTPS://E.org"),
        ("https://e.org/\u202etxt", "https://e.org/%E2%80%AEtxt"),
        ("https://e.org/@everyone", "https://e.org/@everyone"),
    ],
)
def test_odd_addresses_stay_whole_and_inside_their_brackets(address: str, expected: str) -> None:
    assert written(f"[x]({address})") == f"[x](<{expected}>)"


def test_an_address_in_brackets_is_a_plain_address() -> None:
    """Discord draws no link whose words are an address."""
    assert written("See <https://e.org/a>.") == "See <https://e.org/a>."


@pytest.mark.parametrize("address", ["javascript:alert(1)", "discord://-/settings", "file:///etc", "data:text/html,x"])
def test_only_web_addresses_are_links(address: str) -> None:
    assert "](" not in written(f"[x]({address})").replace("\\](", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("See https://e.org/a_b.", "See <https://e.org/a_b>."),
        ("(https://e.org/a)", "(<https://e.org/a>)"),
        ("https://e.org/*a*", "<https://e.org/*a*>"),
        ("https://e.org/||a|| b", "<https://e.org/||a||> b"),
    ],
)
def test_a_bare_address_keeps_its_signs_and_shows_no_preview(words: str, expected: str) -> None:
    assert markup.harmless(words) == expected


def test_nested_lists_are_indented() -> None:
    assert written("- x\n    - y\n        1. z\n- w") == "- x\n  - y\n    1. z\n- w"


def test_a_numbered_list_begins_and_goes_on_where_it_says() -> None:
    assert written("4. a\n5. b\n    - x\n6. c") == "4. a\n5. b\n  - x\n6. c"


def test_all_that_belongs_to_an_item_stays_in_it() -> None:
    assert written("1. a\n\n   more\n2. b") == "1. a\n   more\n2. b"
    assert written("1. ```\n   x\n   ```\n2. b") == "1. ```\n   x\n   ```\n2. b"


def test_code_in_a_quote_stays_in_the_quote() -> None:
    assert written("> ```\n> x\n> ```") == "> ```\n> x\n> ```"


@pytest.mark.parametrize("words", ["12. November was it", "1. Warm it", "3) so", "2026. A year", "x\n4. y"])
def test_a_number_before_a_line_stays_as_it_is(words: str) -> None:
    """Discord takes a backslash before a digit for a backslash."""
    assert shown(written(escape(words))) == " ".join(words.split())


@pytest.mark.parametrize(
    ("text", "said"), [("a*b*c", "a*b*c"), ("x**y**z", "x**y**z"), ("*a*b", "*a*b"), ("*a* b", "_a_ b")]
)
def test_a_style_inside_a_word_is_a_style(text: str, said: str) -> None:
    """Discord reads no `_` inside a word."""
    assert written(text) == said


def test_quotes_and_what_follows_them_are_apart() -> None:
    assert written("> a **b**\n> c\n\nd") == "> a **b**\n> c\n\nd"
    assert written("> - a\n> - b") == "> - a\n> - b"


@pytest.mark.parametrize("before", ["- b", "1. b", "> b", "```\nb\n```"])
def test_what_follows_a_block_stays_outside(before: str) -> None:
    assert written(f"{before}\n\nafter").endswith("\n\nafter")


def test_paragraphs_have_a_blank_line_between_them() -> None:
    assert written("a\nb\n\nc") == "a\nb\n\nc"


@pytest.mark.parametrize("sign", ["# ", "## ", "### ", "-# ", "- ", "> ", ">>> ", "* "])
def test_no_line_becomes_a_heading_a_list_or_a_quote(sign: str) -> None:
    said = written(("x\n", escape(f"{sign}y"), "\n", f"\\{sign}z"))
    assert shown(said) == f"x\n{sign}y\n{sign}z"


@pytest.mark.parametrize(
    "words", ["שלום world", "\u202etxt.exe", "a\u200db", "e\u0301", "👩‍🚀 up", "日本語", "a\u00a0b"]
)
def test_words_of_every_script_stay_as_they_are(words: str) -> None:
    assert markup.harmless(words) == words
    assert read(written(words)) == words


def test_an_emoji_is_a_sign_and_in_code_a_name() -> None:
    assert written("Keep :bulb: `:bulb:` 10:30:15 a:b:c") == "Keep 💡 `:bulb:` 10:30:15 a:b:c"


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert written(text).strip() == ""


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@7> keep this", "keep this"),
        ("<@!7>, keep this", "keep this"),
        ("<@7>: keep this", "keep this"),
        ("keep <@7> this", "keep this"),
        ("keep this <@7>", "keep this"),
        ("<@7>", ""),
        ("<@7> <@7> hi", "hi"),
        ("ask <@5> or <@!5>", "ask @Ann or @Ann"),
        ("ask <@&6> in <#8>", "ask @Nurses in #general"),
        ("<:party_parrot:55> and <a:wave:56>", ":party_parrot: and :wave:"),
        ("<@7> <:party_parrot:55> hi", ":party_parrot: hi"),
        ("<@7> :) hi", ":) hi"),
        ("at <t:1772442000:F> or <t:1772442000>", "at 2026-03-02 09:00 UTC or 2026-03-02 09:00 UTC"),
        ("use </tips list:123>", "use /tips list"),
        ("x < y and y > z", "x < y and y > z"),
        ("<@nobody> <@> <#x>", "<@nobody> <@> <#x>"),
        ("||x|| ~~y~~", "||x|| ~~y~~"),
        ("  a\n\nb  ", "a\n\nb"),
        ("", ""),
    ],
)
def test_what_people_write_is_read_with_names(content: str, text: str) -> None:
    assert read(content) == text


@pytest.mark.parametrize("name", ["*Ann*", "[Ann](https://evil.example)", "`x`", "_Ann_", "<@9>", "# Ann"])
def test_a_name_is_no_markdown(name: str) -> None:
    text = markup.read("Ask <@5>", BOT, lambda *_: name)
    assert {each.type for token in subset.parse(text) for each in token.children or ()} == {"text"}
    assert plain(text) == f"Ask @{name}"


@given(words=anything())
@LAW
def test_reading_never_fails_and_never_adds(words: str) -> None:
    assert set(read(words)) <= set(words) | set("@Ann#generalNurses:")


def test_those_who_are_mentioned_are_found_in_order() -> None:
    assert markup.mentioned("<@9> <@!5> <@&6> <@x> @5 <#8> <@9>") == [9, 5, 6, 9]
    assert markup.mentioned("nobody") == []
    assert markup.mentioned("`<@7>` calls me, ```\n<@8>\n``` calls you") == []


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("💡", "bulb"),
        ("👍", "thumbsup"),
        ("👍🏻", "thumbsup"),
        ("👍🏿", "thumbsup"),
        ("❤️", "red_heart"),
        ("❤", "red_heart"),
        ("✅", "white_check_mark"),
        ("🇩🇪", "Germany"),
    ],
)
def test_a_sign_has_a_name_without_its_skin_tone(sign: str, name: str) -> None:
    found = markup.name_of(sign)
    assert found in (name, *(each.strip(":") for each in emoji.EMOJI_DATA.get(sign, {}).get("alias", ())))
    assert ":" not in found and not re.search("[\U0001f3fb-\U0001f3ff]", found)


@pytest.mark.parametrize("name", ["bulb", "white_check_mark", "eyes", "seedling", "tada", "wave", "heavy_plus_sign"])
def test_names_and_signs_go_both_ways(name: str) -> None:
    sign = markup.sign_of(name)
    assert emoji.is_emoji(sign) and markup.sign_of(markup.name_of(sign)) == sign


def test_what_is_no_emoji_keeps_its_name() -> None:
    assert markup.sign_of("party_parrot:55") == "party_parrot:55"
    assert markup.name_of("party_parrot") == "party_parrot"
    assert markup.name_of("") == ""


@given(sign=st.sampled_from(sorted(sign for sign, about in emoji.EMOJI_DATA.items() if about["status"] == 2)))
@LAW
def test_every_sign_has_a_name(sign: str) -> None:
    assert re.fullmatch(r"[^:\s]+", markup.name_of(sign))


@pytest.mark.parametrize("id", ["", "0", "-5", "5.0", "١٢", "5a", " 5", str(2**63)])
def test_what_is_no_users_id_is_told(id: str) -> None:
    assert not markup.is_user(id)


def test_a_users_id_is_told() -> None:
    assert markup.is_user("1") and markup.is_user(str(2**63 - 1))

"""The values of the port: what is too long, too many or unsafe cannot be built."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SIGNS, forms, messages

from adapters.port import (
    Account,
    Answer,
    Button,
    Choice,
    Command,
    Fact,
    File,
    Form,
    Line,
    Link,
    Mention,
    Message,
    MessageRef,
    Option,
    Room,
    Section,
    Space,
    Suggestions,
    Surface,
    When,
    escape,
    limits,
    plain,
)

SPACE = Space("slack", "T1")
LINE = Line("title", "Title")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Button("", "Yes"),
        lambda: Button("a" * 101, "Yes"),
        lambda: Button("a", " "),
        lambda: Button("a", "Yes", "loud"),
        lambda: Link("javascript:alert(1)", "Go"),
        lambda: Link("https://" + "a" * 512, "Go"),
        lambda: Fact("Where", " "),
        lambda: Section(""),
        lambda: Section("x" * (limits.SECTION_TEXT + 1)),
        lambda: Section("x", title="x" * (limits.SECTION_TITLE + 1)),
        lambda: Section("x", facts=[Fact("a", "b")] * 11),
        lambda: Section("x", buttons=[Link("https://a.org", "Go")] * 6),
        lambda: File("map.png", b"", "image/png"),
        lambda: File("big", b"x" * (limits.FILE_BYTES + 1), "text/csv"),
        lambda: Message("Nothing"),
        lambda: Message(" ", [Section("x")]),
        lambda: Message("Many", [Section("x")] * 11),
        lambda: Message("Many", [Section("x", buttons=[Link("https://a.org", "Go")])] * 6),
        lambda: Message("Twice", [Section("x", buttons=[Button("a", "1")]), Section("y", buttons=[Button("a", "2")])]),
        lambda: Line("title", "Title", "two\nlines"),
        lambda: Line("title", "Title", "long", length=3),
        lambda: Choice("kind", "Kind", ()),
        lambda: Choice("kind", "Kind", (Option("a", "A"),), ("b",)),
        lambda: Choice("kind", "Kind", (Option("a", "A"), Option("b", "B")), ("a", "b")),
        lambda: Choice("kind", "Kind", (Option("a", "A"), Option("a", "B"))),
        lambda: Form("a:b", "T" * 25, (LINE,), "Go"),
        lambda: Form("a:b", "Title", (), "Go"),
        lambda: Form("a:b", "Title", (LINE, LINE), "Go"),
        lambda: Command("tip", "", "", "", Answer.FORM),
    ],
)
def test_what_no_platform_takes_cannot_be_built(build: object) -> None:
    with pytest.raises(ValueError):
        build()  # type: ignore[operator]


@given(message=messages(), form=forms())
@settings(max_examples=20, deadline=None)
def test_what_is_drawn_at_random_is_within_the_limits(message: Message, form: Form) -> None:
    assert message.sections and len(form.fields) <= limits.FIELDS


@given(words=st.text(st.one_of(st.characters(exclude_categories=["C"]), st.sampled_from(SIGNS)), max_size=80))
def test_escaped_words_are_plain_again(words: str) -> None:
    assert plain(escape(words)) == " ".join(words.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**bold** and _soft_ `code`", "bold and soft code"),
        ("[a page](https://a.org/b)", "a page"),
        ("> quoted\n> twice", "quoted\ntwice"),
        (r"2 \* 3 and \[brackets\]", "2 * 3 and [brackets]"),
        ("snake_case_name", "snake_case_name"),
        ("", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


def test_people_and_times_are_said_in_words() -> None:
    moment = When(datetime(2026, 11, 24, 14, tzinfo=UTC))
    assert plain(("Ask ", Mention(Account(SPACE, "U1", "Ann")), " ", moment)) == "Ask @Ann Tue 24 Nov, 14:00 UTC"


def test_keys_and_places() -> None:
    message = MessageRef(Room(SPACE, "C1"), "m7")
    assert (Account(SPACE, "U1").key, message.key) == ("slack:T1:U1", "slack:T1:C1:m7")
    assert message.thread == Room(SPACE, "C1", "m7")
    assert MessageRef(message.thread, "m8").thread == message.thread
    assert message.thread.channel == Room(SPACE, "C1")
    assert Account(SPACE, "U1", "Ann") == Account(SPACE, "U1", "Ann Reed")


def test_a_command_is_found_by_its_first_word() -> None:
    bare, text, show = (Command("tip", word, "", "Does it.", Answer.PRIVATE) for word in ("", "*", "show"))
    surface = Surface((bare, text, show), (), {}, {})
    assert surface.command("tip", "  ") is bare
    assert surface.command("tip", "Show 12") is show
    assert surface.command("tip", "shower chairs") is text
    assert surface.command("ask", "why") is None


def test_suggestions_beyond_the_limit_are_dropped() -> None:
    assert len(Suggestions([Option(str(number), "x") for number in range(40)]).options) == limits.SUGGESTIONS

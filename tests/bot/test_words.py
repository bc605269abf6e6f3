"""The catalogue: plurals, values that stay what they are, lists, a community's own texts, other languages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.port import Account, Markdown, Mention, Space, When, as_text, plain
from bot import words as words_module
from bot.words import Words, catalogue_files, languages

SAY = Words()
RAVI = Mention(Account(Space("room", "demo"), "ravi", "Ravi"))
NOON = When(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Catalogues of our own: English and German of one made-up feature."""
    folder = tmp_path / "features" / "greet"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    _write(tmp_path / "words.po", head + 'msgid "common.yes"\nmsgstr "Yes"\n')
    _write(
        folder / "words.po",
        head
        + 'msgid "greet.hello"\nmsgstr "Hello, {name}."\n\n'
        + 'msgid "greet.tips"\nmsgid_plural "greet.tips"\nmsgstr[0] "{count} tip"\nmsgstr[1] "{count} tips"\n',
    )
    _write(
        folder / "words.de.po",
        head + 'msgid "greet.tips"\nmsgid_plural "greet.tips"\nmsgstr[0] "{count} Tipp"\nmsgstr[1] "{count} Tipps"\n',
    )
    monkeypatch.setattr(words_module, "_FEATURES", tmp_path / "features")
    monkeypatch.setattr(words_module, "_PAGES", tmp_path / "web")
    monkeypatch.setattr(words_module, "_COMMON", tmp_path / "words.po")
    words_module._catalogue.cache_clear()
    yield tmp_path
    words_module._catalogue.cache_clear()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def test_a_sentence_with_a_value() -> None:
    assert SAY.line("capture.kept_summary", number=12) == "Kept as #12."


@pytest.mark.parametrize(("count", "said"), [(0, "0 others have"), (1, "1 other has"), (2, "2 others have")])
def test_the_count_chooses_the_plural(count: int, said: str) -> None:
    assert SAY.line("card.used", count=count).startswith(said)


def test_a_plural_without_a_number_in_one_form() -> None:
    assert SAY.line("ask.answer", count=1) == "One thing people here do about this:"
    assert SAY.line("ask.answer", count=3) == "3 things people here do about this:"


def test_a_count_in_a_sentence_without_plurals_is_only_a_value(elsewhere: Path) -> None:
    assert SAY.line("greet.hello", name="Ben", count=2) == "Hello, Ben."


def test_an_unknown_key_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.sentence"):
        SAY("no.such.sentence")
    with pytest.raises(KeyError, match=r"no\.such\.sentence"):
        SAY("no.such.sentence", count=2)


def test_a_missing_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="number"):
        SAY("capture.kept_summary")


@pytest.mark.parametrize("name", ["*Ravi*", "_x_", "[a](http://b)", "`c`", "<!channel>", "{number}", "> q", "# 1"])
def test_values_show_as_they_are(name: str) -> None:
    said = SAY("ask.you_solved", name=name, topic="tubes")
    assert plain(said) == f"Your reply solved it for {name}: tubes"


def test_a_value_on_several_lines_stays_inside_its_sentence() -> None:
    assert "\n" not in "".join(map(str, SAY("ask.you_solved", name="Ra\n\nvi", topic="x")))


def test_markdown_stands_as_it_is() -> None:
    assert "**both**" in SAY("card.situation", text=Markdown("**both** hands"))[0]


def test_mentions_and_times_stay_values() -> None:
    assert SAY("ask.posted", name=RAVI) == (RAVI, " asks:")
    assert SAY("ask.posted", name=NOON) == (NOON, " asks:")
    assert SAY.line("ask.posted", name=RAVI) == "@Ravi asks:"


def test_a_text_goes_into_a_sentence_whole() -> None:
    names = SAY.list([RAVI, "Lena"])
    assert SAY("ask.posted", name=names) == (RAVI, " and Lena asks:")


def test_a_line_is_one_plain_line(elsewhere: Path) -> None:
    assert SAY.line("greet.hello", name=Markdown("a **b**\n\nc")) == "Hello, a b c."


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["Ravi"], "Ravi"),
        (["Ravi", "Lena"], "Ravi and Lena"),
        (["Ravi", "Lena", "Sam"], "Ravi, Lena and Sam"),
        (["Ravi", "Lena", "Sam", "Ben"], "Ravi, Lena, Sam and Ben"),
    ],
)
def test_lists_are_joined_as_people_do(names: list[str], said: str) -> None:
    assert plain(SAY.list(names)) == said


def test_a_list_of_alternatives() -> None:
    assert plain(SAY.list(["Ravi", "Lena"], any_of=True)) == "Ravi or Lena"


def test_names_in_a_list_are_escaped_and_people_stay_people() -> None:
    said = SAY.list(["*Ravi*", RAVI])
    assert RAVI in said
    assert plain(said) == "*Ravi* and @Ravi"


def test_days_are_written_as_people_do() -> None:
    assert SAY.day(datetime(2026, 3, 12, tzinfo=UTC)) == "12 March 2026"


def test_a_community_changes_a_text() -> None:
    own = Words(changed={"capture.dropped": "Gone, no harm done.", "card.used": "{count} of us use it."})
    assert own.line("capture.dropped") == "Gone, no harm done."
    assert own.line("card.used", count=1) == "1 of us use it."
    assert own.line("capture.forgotten") == SAY.line("capture.forgotten")


def test_a_changed_text_is_filled_as_safely_as_ours() -> None:
    own = Words(changed={"ask.posted": "**{name}** would like to know:"})
    assert plain(own("ask.posted", name="<!here> *x*")) == "<!here> *x* would like to know:"


def test_a_language_without_a_catalogue_reads_english() -> None:
    assert Words("fr").line("capture.dropped") == SAY.line("capture.dropped")
    assert Words("fr").line("card.used", count=2) == SAY.line("card.used", count=2)


def test_a_translation_with_gaps_falls_back_to_english(elsewhere: Path) -> None:
    german = Words("de")
    assert german.line("greet.tips", count=1) == "1 Tipp"
    assert german.line("greet.tips", count=2) == "2 Tipps"
    assert german.line("greet.hello", name="Ben") == "Hello, Ben."
    assert german.line("common.yes") == "Yes"


def test_languages_are_found_by_their_files(elsewhere: Path) -> None:
    assert languages() == ["en", "de"]
    assert [path.name for path in catalogue_files()] == ["words.po", "words.po"]
    assert [path.name for path in catalogue_files("de")] == ["words.de.po"]
    assert catalogue_files("fr") == []


def test_lists_in_another_language(elsewhere: Path) -> None:
    assert plain(Words("de").list(["Ravi", "Lena"])) == "Ravi und Lena"


def test_a_text_is_never_more_pieces_than_it_needs() -> None:
    assert len(SAY("common.not_found", number=12)) == 1
    assert as_text("") == ()

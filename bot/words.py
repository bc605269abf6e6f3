"""Every sentence that the bot says, by key, in the reader's language.

Sentences stand in `words.po` beside the feature that says them (English; `words.<language>.po` for others) under keys
such as `capture.kept`, with Babel's plural rules. A community may change any of them. Values are put into sentences as
what they are: strings are escaped, `Markdown` stands as it is, mentions and times stay values.
"""

import gettext
import io
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.port import Markdown, Mention, Text, When, as_text, escape, plain
from adapters.port.limits import SUMMARY
from knowledge.tips import shorten

SOURCE_LANGUAGE = "en"
MANY = 9
"""A number of things whose plural form stands for all: a changed sentence has one form only."""

_FEATURES = Path(__file__).parent / "features"
_PAGES = Path(__file__).parent / "web"
_COMMON = Path(__file__).parent / "words.po"


@dataclass(frozen=True)
class Words:
    """The catalogue in one language. Call it with a key and values to get a `Text`.

    Args:
        language: ISO 639-1 code; languages without a catalogue read English.
        changed: texts that the community changed, key -> text.
    """

    language: str = SOURCE_LANGUAGE
    changed: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, /, **values: Any) -> Text:
        """Gives the sentence under `key`. `count` chooses the plural form and is also a value.

        Raises:
            KeyError: there is no such sentence, or a placeholder has no value.
        """
        return _fill(self._template(key, values.get("count")), values)

    def line(self, key: str, /, **values: Any) -> str:
        """Gives the sentence under `key` as one plain line, for labels, titles and summaries.

        One that the community changed is cut to what a summary holds, however long its values are.
        """
        said = " ".join(plain(self(key, **values)).split())
        return shorten(said, max(SUMMARY, len(self.changed[key]))) if key in self.changed else said

    def list(self, items: Sequence[str | Mention | When | Text], *, any_of: bool = False) -> Text:
        """Joins names as people do: `Ravi, Lena and Sam` (or `or`)."""
        from babel.lists import format_list

        marks = [f"{{{index}}}" for index in range(len(items))]
        return _fill(
            format_list(marks, "or" if any_of else "standard", _locale(self.language)),
            {str(index): item for index, item in enumerate(items)},
        )

    def day(self, moment: Any) -> str:
        """Writes a day as people do: `12 March 2026`."""
        from babel.dates import format_date

        return format_date(moment, "d MMMM yyyy", _locale(self.language))

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """A time on somebody's clock, with its weekday, such as `Tue 24 Nov, 15:00`: for labels, which hold no time."""
        from babel.dates import format_datetime

        return format_datetime(moment, "EEE d MMM, HH:mm", tzinfo=zone, locale=_locale(self.language))

    def month(self, moment: Any) -> str:
        """A date as people say it when the day does not matter, such as "March 2026"."""
        from babel.dates import format_date

        return format_date(moment, "MMMM yyyy", _locale(self.language))

    def name_of(self, language: str) -> str:
        """The name of a language, as it begins a line; its code where it has none."""
        from babel import Locale, UnknownLocaleError

        try:
            return (Locale.parse(language).get_display_name(_locale(self.language)) or language).capitalize()
        except (ValueError, UnknownLocaleError):
            return language

    def template(self, key: str) -> str:
        """Gives the sentence under `key` as the catalogue has it, its placeholders in braces; of plurals that of many.

        Raises:
            KeyError: there is no such sentence.
        """
        return self._template(key, MANY)

    def _template(self, key: str, count: int | None) -> str:
        if key in self.changed:
            return self.changed[key]
        catalogue = _catalogue(self.language)
        found = catalogue.gettext(key) if count is None else catalogue.ngettext(key, key, count)
        if found == key:
            found = catalogue.gettext(key)
        if found == key:
            raise KeyError(f"no sentence {key!r}")
        return found


def catalogue_files(language: str = SOURCE_LANGUAGE) -> list[Path]:
    """Lists the catalogues of a language: the common one, that of the pages, and one for each feature that has it."""
    name = "words.po" if language == SOURCE_LANGUAGE else f"words.{language}.po"
    paths = (_COMMON.with_name(name), _PAGES / name, *sorted(_FEATURES.glob(f"*/{name}")))
    return [path for path in paths if path.exists()]


def languages() -> list[str]:
    """Lists the languages that have a catalogue."""
    return [SOURCE_LANGUAGE, *_translations(_FEATURES, _COMMON.parent)]


@lru_cache
def keys() -> tuple[str, ...]:
    """Lists the keys of all sentences, in order."""
    from babel.messages.pofile import read_po

    found: set[str] = set()
    for path in catalogue_files():
        with path.open("rb") as stream:
            ids = [message.id for message in read_po(stream, locale=SOURCE_LANGUAGE) if message.id]
        found |= {id if isinstance(id, str) else str(id[0]) for id in ids}
    return tuple(sorted(found))


@lru_cache
def _translations(features: Path, common: Path) -> tuple[str, ...]:
    files = (*features.glob("*/words.*.po"), *common.glob("words.*.po"), *common.glob("web/words.*.po"))
    return tuple(sorted({path.name.split(".")[1] for path in files}))


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    files = catalogue_files(language)
    if language == SOURCE_LANGUAGE or not files:
        return _compile(tuple(catalogue_files()), SOURCE_LANGUAGE)
    translations = _compile(tuple(files), language)
    translations.add_fallback(_catalogue(SOURCE_LANGUAGE))
    return translations


def _compile(files: tuple[Path, ...], language: str) -> gettext.NullTranslations:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language)
    for path in files:
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _locale(language: str) -> str:
    return language if language in languages() and language != SOURCE_LANGUAGE else "en_GB"


def _fill(template: str, values: Mapping[str, Any]) -> Text:
    spans: list[Any] = []
    for literal, name, _, _ in string.Formatter().parse(template):
        spans.append(literal)
        if name is not None:
            spans.extend(_spans(values[name]))
    return _joined(spans)


def _spans(value: Any) -> Text:
    if isinstance(value, Mention | When):
        return (value,)
    if isinstance(value, Markdown):
        return as_text(str(value))
    if isinstance(value, tuple):
        return value
    return as_text(escape(str(value)))


def _joined(spans: Sequence[Any]) -> Text:
    joined: list[Any] = []
    for span in spans:
        if isinstance(span, str) and joined and isinstance(joined[-1], str):
            joined[-1] += span
        elif span != "":
            joined.append(span)
    return tuple(joined)

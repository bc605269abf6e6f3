"""What the bot says, as values: messages, forms and where they go.

Every value is checked when it is built (`ValueError` says which limit it breaks), against the narrowest limits of all
platforms, so a message that can be built can be sent everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from adapters.port import limits
from adapters.port.inbound import Account, Room, Trigger
from adapters.port.text import Text, as_text


@dataclass(frozen=True, slots=True)
class Button:
    """A button that comes back as `ButtonPressed`. `id` is `feature:action:argument…`.

    Raises:
        ValueError: id or label empty or too long, or `weight` unknown.
    """

    id: str
    label: str
    weight: str = "plain"

    def __post_init__(self) -> None:
        _between("button id", self.id, 1, limits.BUTTON_ID)
        _between("button label", self.label.strip(), 1, limits.BUTTON_LABEL)
        if self.weight not in ("plain", "primary", "danger"):
            raise ValueError(f"a button's weight is plain, primary or danger, not {self.weight!r}")


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an address. Only http and https."""

    url: str
    label: str

    def __post_init__(self) -> None:
        _between("link address", self.url, 1, limits.LINK_URL)
        _between("link label", self.label.strip(), 1, limits.BUTTON_LABEL)
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("a link starts with http:// or https://")


Element: TypeAlias = Button | Link


@dataclass(frozen=True, slots=True)
class Fact:
    """A short name and value, shown as a pair."""

    name: str
    value: Text

    def __init__(self, name: str, value: Text | str) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "value", as_text(value))
        _between("fact name", name.strip(), 1, limits.FACT_NAME)
        _between("fact value", _written(self.value).strip(), 1, limits.FACT_VALUE)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a message: a title, a text, facts and buttons, each optional, one at least."""

    text: Text
    title: str
    facts: tuple[Fact, ...]
    buttons: tuple[Element, ...]

    def __init__(
        self, text: Text | str = (), *, title: str = "", facts: Sequence[Fact] = (), buttons: Sequence[Element] = ()
    ) -> None:
        object.__setattr__(self, "text", as_text(text))
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "facts", tuple(facts))
        object.__setattr__(self, "buttons", tuple(buttons))
        _between("section title", title, 0, limits.SECTION_TITLE)
        _between("section text", _written(self.text), 0, limits.SECTION_TEXT)
        _at_most("facts", self.facts, limits.FACTS)
        _at_most("buttons in a section", self.buttons, limits.BUTTONS)
        if not (_written(self.text).strip() or title.strip() or self.facts or self.buttons):
            raise ValueError("a section needs a text, a title, facts or buttons")


@dataclass(frozen=True, slots=True)
class File:
    """A file. Pictures (`image/…`) need an alternative text that says what they show."""

    name: str
    content: bytes = field(repr=False)
    media_type: str
    alternative_text: str = ""

    def __post_init__(self) -> None:
        _between("file name", self.name.strip(), 1, 200)
        _between("alternative text", self.alternative_text, 0, limits.ALTERNATIVE_TEXT)
        if not 1 <= len(self.content) <= limits.FILE_BYTES:
            raise ValueError(f"a file holds 1 to {limits.FILE_BYTES} bytes")
        if self.media_type.startswith("image/") and not self.alternative_text.strip():
            raise ValueError("a picture needs an alternative text")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people come to, for the calendar of a platform that has one.

    Attributes:
        title: one line.
        starts_at: aware UTC; so is `ends_at`, which is later.
        place: a channel to talk in, or where it is in a few words (an address, a link).
        description: plain text.
        cancelled: whether it will not happen after all.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    place: Room | str
    description: str = ""
    cancelled: bool = False

    def __post_init__(self) -> None:
        _between("event title", self.title.strip(), 1, limits.EVENT_TITLE)
        _between("event description", self.description, 0, limits.EVENT_DESCRIPTION)
        if isinstance(self.place, str):
            _between("event place", self.place.strip(), 1, limits.EVENT_PLACE)
        if self.starts_at.utcoffset() is None or self.ends_at.utcoffset() is None:
            raise ValueError("an event's times are aware")
        if self.ends_at <= self.starts_at:
            raise ValueError("an event ends after it starts")


@dataclass(frozen=True, slots=True)
class Message:
    """What the bot says at once.

    Attributes:
        summary: one plain line for notifications and screen readers.
        sections: the message itself, in reading order; at least one, unless there are files.
        files: attachments.
    """

    summary: str
    sections: tuple[Section, ...]
    files: tuple[File, ...]

    def __init__(self, summary: str, sections: Sequence[Section] = (), files: Sequence[File] = ()) -> None:
        object.__setattr__(self, "summary", summary)
        object.__setattr__(self, "sections", tuple(sections))
        object.__setattr__(self, "files", tuple(files))
        _between("summary", summary.strip(), 1, limits.SUMMARY)
        _at_most("sections", self.sections, limits.SECTIONS)
        _at_most("sections with buttons", [s for s in sections if s.buttons], limits.SECTIONS_WITH_BUTTONS)
        _at_most("files", self.files, limits.FILES)
        if not (self.sections or self.files):
            raise ValueError("a message needs a section or a file")
        _between("text of all sections", "".join(map(_all_words, self.sections)), 0, limits.MESSAGE_TEXT)
        _unique("button ids", [b.id for s in self.sections for b in s.buttons if isinstance(b, Button)])


@dataclass(frozen=True, slots=True)
class Line:
    """A field for one line of text, at most `length` characters."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    length: int = 150

    def __post_init__(self) -> None:
        _check_text_field(self)
        if "\n" in self.value:
            raise ValueError("the value of a line field is one line")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A field for several lines of text, at most `length` characters."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    length: int = limits.FIELD_TEXT

    def __post_init__(self) -> None:
        _check_text_field(self)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the value that comes back and the label that is seen."""

    value: str
    label: str

    def __post_init__(self) -> None:
        _between("option value", self.value, 1, limits.OPTION_VALUE)
        _between("option label", self.label.strip(), 1, limits.OPTION_LABEL)


@dataclass(frozen=True, slots=True)
class Choice:
    """A field for one option, or for several where `many`. `chosen` are the values chosen beforehand."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    many: bool = False
    hint: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_field(self)
        values = [option.value for option in self.options]
        if not 1 <= len(values) <= limits.OPTIONS:
            raise ValueError(f"a choice has 1 to {limits.OPTIONS} options, not {len(values)}")
        _unique("option values", values)
        if not set(self.chosen) <= set(values) or (len(self.chosen) > 1 and not self.many):
            raise ValueError("what is chosen beforehand must be among the options, and one only unless many")


@dataclass(frozen=True, slots=True)
class People:
    """A field for people of the space; comes back as account ids."""

    name: str
    label: str
    chosen: tuple[Account, ...] = ()
    many: bool = False
    hint: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_field(self)


@dataclass(frozen=True, slots=True)
class Date:
    """A field for a day; `value` and what comes back are ISO 8601 (`2026-11-24`)."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_field(self)


Field: TypeAlias = Line | Paragraph | Choice | People | Date


@dataclass(frozen=True, slots=True)
class Form:
    """A form of 1 to 5 fields that comes back as `FormSubmitted`. `id` is `feature:form:argument…`."""

    id: str
    title: str
    fields: tuple[Field, ...]
    submit: str

    def __post_init__(self) -> None:
        _between("form id", self.id, 1, limits.BUTTON_ID)
        _between("form title", self.title.strip(), 1, limits.FORM_TITLE)
        _between("form submit label", self.submit.strip(), 1, limits.FORM_SUBMIT)
        if not 1 <= len(self.fields) <= limits.FIELDS:
            raise ValueError(f"a form has 1 to {limits.FIELDS} fields, not {len(self.fields)}")
        _unique("field names", [each.name for each in self.fields])


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Why a form was not taken: field name -> one plain sentence. The form stays open where the platform can."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Completions for what somebody is typing, best first; extra ones are dropped."""

    options: tuple[Option, ...]

    def __init__(self, options: Sequence[Option]) -> None:
        object.__setattr__(self, "options", tuple(options[: limits.SUGGESTIONS]))


@dataclass(frozen=True, slots=True)
class Only:
    """To one person, seen by nobody else: in `room` where the platform can, else as a direct message."""

    account: Account
    room: Room | None = None
    trigger: Trigger | None = None


Destination: TypeAlias = Room | Account | Only
"""A room (or its thread), a person directly, or one person only."""


def _check_text_field(entry: Line | Paragraph) -> None:
    _check_field(entry)
    if not 1 <= entry.length <= limits.FIELD_TEXT:
        raise ValueError(f"a text field takes 1 to {limits.FIELD_TEXT} characters")
    _between(f"value of the field {entry.name!r}", entry.value, 0, entry.length)


def _check_field(entry: Field) -> None:
    _between("field name", entry.name, 1, 40)
    _between("field label", entry.label.strip(), 1, limits.FIELD_LABEL)
    _between("field hint", entry.hint, 0, limits.FIELD_HINT)


def _between(what: str, words: str, least: int, most: int) -> None:
    if not least <= len(words) <= most:
        raise ValueError(f"{what}: {least} to {most} characters, not {len(words)}")


def _at_most(what: str, pieces: Sequence[object], most: int) -> None:
    if len(pieces) > most:
        raise ValueError(f"{what}: at most {most}, not {len(pieces)}")


def _unique(what: str, values: Sequence[str]) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"{what} must differ")


def _all_words(section: Section) -> str:
    facts = (fact.name + _written(fact.value) for fact in section.facts)
    return "".join([section.title, _written(section.text), *facts])


def _written(text: Text) -> str:
    return "".join(span if isinstance(span, str) else "@" * 20 for span in text)

"""Messages and forms at random, within the limits of the port: what can be built can be sent."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from adapters.port import (
    Account,
    Button,
    Choice,
    Date,
    Fact,
    Field,
    File,
    Form,
    Line,
    Link,
    Mention,
    Message,
    Option,
    Paragraph,
    People,
    Section,
    Space,
    When,
    limits,
)

SIGNS = "*_`~[]()<>&#|!\\>-+.1) \n@:/"


def words(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Texts of `least` to `most` characters that are not blank, with many Markdown signs among them."""
    letters = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(SIGNS))
    short = st.text(letters, min_size=least, max_size=min(most, 40))
    return short.filter(lambda text: bool(text.strip())) if least else short


def accounts() -> st.SearchStrategy[Account]:
    return st.builds(Account, st.just(Space("room", "demo")), words(12), words(20))


def texts() -> st.SearchStrategy[tuple[str | Mention | When, ...]]:
    moments = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
    spans = st.one_of(words(200), st.builds(Mention, accounts()), st.builds(When, moments))
    return st.lists(spans, min_size=1, max_size=4).map(tuple)


def links() -> st.SearchStrategy[Link]:
    return st.builds(Link, st.sampled_from(["https://example.org", "http://example.org/a?b=c&d=<e>"]), words(75))


def facts() -> st.SearchStrategy[Fact]:
    visible = texts().filter(lambda text: any(not isinstance(span, str) or span.strip() for span in text))
    return st.builds(Fact, words(60), visible)


@st.composite
def sections(draw: st.DrawFn, place: int) -> Section:
    labels = draw(st.lists(words(limits.BUTTON_LABEL), max_size=3)) if place < limits.SECTIONS_WITH_BUTTONS else []
    weights = st.sampled_from(["plain", "primary", "danger"])
    buttons = [Button(f"feature:do:{place}:{number}", label, draw(weights)) for number, label in enumerate(labels)]
    extra = draw(st.lists(links(), max_size=2)) if buttons else []
    title = draw(words(limits.SECTION_TITLE, least=0))
    return Section(
        (*draw(texts()), "x"), title=title, facts=draw(st.lists(facts(), max_size=3)), buttons=[*buttons, *extra]
    )


def files() -> st.SearchStrategy[File]:
    kinds = st.sampled_from(["image/png", "image/svg+xml", "text/csv", "text/html", "application/pdf"])
    return st.builds(File, words(40), st.binary(min_size=1, max_size=60), kinds, words(60))


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any message that can be built, in the small."""
    count = draw(st.integers(min_value=1, max_value=6))
    parts = [draw(sections(place)) for place in range(count)]
    return Message(draw(words(limits.SUMMARY)), parts, draw(st.lists(files(), max_size=2)))


@st.composite
def fields(draw: st.DrawFn, name: str) -> Field:
    label, hint, required = draw(words(limits.FIELD_LABEL)), draw(words(60, least=0)), draw(st.booleans())
    values = draw(st.lists(words(20), min_size=1, max_size=8, unique=True))
    options = tuple(Option(value, draw(words(limits.OPTION_LABEL))) for value in values)
    many = draw(st.booleans())
    line = draw(words(40, least=0)).replace("\n", " ")
    kinds: list[Field] = [
        Line(name, label, line, hint, required),
        Paragraph(name, label, line, hint, required),
        Choice(name, label, options, (values[0],), many, hint, required),
        People(name, label, (), many, hint, required),
        Date(name, label, "", hint, required),
    ]
    return draw(st.sampled_from(kinds))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Any form that can be built, in the small."""
    count = draw(st.integers(min_value=1, max_value=limits.FIELDS))
    entries = tuple(draw(fields(f"field{number}")) for number in range(count))
    return Form("feature:form", draw(words(limits.FORM_TITLE)), entries, draw(words(limits.FORM_SUBMIT)))

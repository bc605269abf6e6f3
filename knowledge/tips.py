"""Tips as values: what people fill in, what people see, and what their confirmations say together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from knowledge.models import Consent, Outcome, TipKind, TipState

TITLE_LENGTH = 120
"""Longest title that people type, in characters: one line on a phone, twice."""

LONGEST_TITLE = 400
"""Longest title that is kept, in characters: imported ones are often headings of a whole page."""

PART_LENGTH = 3_000
"""Longest situation, works or why that people type, in characters (what a form field of every platform takes)."""

IMPORTED_LENGTH = 20_000
"""Longest part that is imported, in characters."""

TAGS = 8
"""Most tags of a tip."""


@dataclass(frozen=True, slots=True)
class TipForm:
    """The parts of a tip that people fill in. Text is Markdown as they wrote it; tags are small letters."""

    works: str
    title: str = ""
    situation: str = ""
    why: str = ""
    context: str = ""
    kind: TipKind = TipKind.TIP
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody whose words a tip holds. `shown` is their name where they chose to be named, else empty.

    Authors of a tip that was merged into this one are `lent`: they are named here and have no say over its words.
    """

    member: int | None
    shown: str
    place: str = ""
    part: str = "works"
    consent: Consent = Consent.OWN
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One member's word on a tip, with where they were."""

    member: int
    outcome: Outcome
    note: str
    practice: str
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment under a tip."""

    member: int
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A tip as people see it: its parts, who it is from, and what others said of it."""

    id: int
    number: int
    state: TipState
    form: TipForm
    created_at: datetime
    authors: tuple[Author, ...] = ()
    said: tuple[Said, ...] = ()
    remarks: tuple[Remark, ...] = ()
    source: str = ""
    source_link: str = ""
    external_id: str = ""
    kept_by: int | None = None
    variation_of: int | None = None
    merged_into: int | None = None
    published_at: datetime | None = None
    checked_at: datetime | None = None

    @property
    def title(self) -> str:
        """The title on one line, or the beginning of what works where nobody gave one."""
        return shorten(self.form.title, TITLE_LENGTH) or title_from(self.form.works)

    @property
    def names(self) -> tuple[str, ...]:
        """The names to show of those who found what works and why, each once."""
        ordered = sorted(self.authors, key=lambda author: author.part != "works")
        return tuple(dict.fromkeys(each.shown for each in ordered if each.shown and each.part != "situation"))

    @property
    def askers(self) -> tuple[str, ...]:
        """The names to show of those whose question it answers."""
        asked = (each.shown for each in self.authors if each.shown and each.part == "situation")
        return tuple(dict.fromkeys(name for name in asked if name not in self.names))

    def is_by(self, member: int) -> bool:
        """Whether the tip's own parts hold words of this member."""
        return any(author.member == member and not author.lent for author in self.authors)

    def hides(self, member: int | None) -> bool:
        """Whether this member is an author who chose not to be named."""
        own = [author for author in self.authors if author.member == member and member is not None]
        return any(not author.shown for author in own)


@dataclass(frozen=True, slots=True)
class Uses:
    """What confirmations say together.

    Attributes:
        worked: how many it worked for, with a change or without.
        changed: how many of these changed something.
        not_here: how many it did not work for.
        places_worked: places where it worked and never failed, most mentions first.
        places_failed: places where it failed and never worked.
        places_mixed: places where both were said.
    """

    worked: int = 0
    changed: int = 0
    not_here: int = 0
    places_worked: tuple[str, ...] = ()
    places_failed: tuple[str, ...] = ()
    places_mixed: tuple[str, ...] = field(default=())

    @property
    def differ(self) -> bool:
        """Whether it depends on the place: it worked somewhere and failed somewhere."""
        return self.worked > 0 and self.not_here > 0


def who_touched(known: Known) -> list[tuple[int, bool]]:
    """Lists who knows of a tip by experience: (member id, whether they wrote it); its named authors first."""
    named = [(author.member, True) for author in known.authors if author.member is not None and author.shown]
    return named + [(each.member, False) for each in known.said if each.outcome is not Outcome.NOT_HERE]


def own_changes(known: Known, changed: TipForm, member: int) -> TipForm:
    """What an author may change: everything where all words are theirs, else only the parts that are their words."""
    authors = [author for author in known.authors if not author.lent]
    if all(author.member == member for author in authors):
        return changed
    theirs = {author.part for author in authors if author.member == member}
    before = known.form
    return replace(
        changed,
        works=changed.works if "works" in theirs else before.works,
        situation=changed.situation if "situation" in theirs else before.situation,
        why=changed.why if "why" in theirs else before.why,
        title=changed.title if "works" in theirs else before.title,
    )


def uses_of(said: Sequence[Said]) -> Uses:
    """Sums up confirmations, by place."""
    good = _places([each for each in said if each.outcome is not Outcome.NOT_HERE])
    bad = _places([each for each in said if each.outcome is Outcome.NOT_HERE])
    return Uses(
        worked=sum(each.outcome is not Outcome.NOT_HERE for each in said),
        changed=sum(each.outcome is Outcome.CHANGED for each in said),
        not_here=sum(each.outcome is Outcome.NOT_HERE for each in said),
        places_worked=tuple(place for place in good if place not in bad),
        places_failed=tuple(place for place in bad if place not in good),
        places_mixed=tuple(place for place in good if place in bad),
    )


def look_before(now: datetime, months: int) -> datetime:
    """Tips last checked before this moment need a look. A month counts as 30.4 days."""
    return now - timedelta(days=30.4 * months)


def title_from(words: str) -> str:
    """Makes a title from the first sentence of `words`, cut at a word where it is long."""
    line = " ".join(words.split())
    for end, sign in enumerate(line):
        if sign in ".?!;" and 12 <= end < TITLE_LENGTH and line[end + 1 : end + 2] in ("", " "):
            return line[:end] if sign in ".;" else line[: end + 1]
    return shorten(line, TITLE_LENGTH)


def shorten(words: str, length: int) -> str:
    """Cuts `words` to `length` characters at a word, with an ellipsis where something is missing."""
    words = words.strip()
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > length // 2 else cut).rstrip(" ,;:-") + "…"


def tidy(form: TipForm) -> TipForm:
    """Strips every part, makes the title one line and the tags small, single and at most `TAGS`.

    NUL characters go: the store takes none.
    """
    texts = {part: getattr(form, part).replace("\0", "") for part in ("works", "title", "situation", "why", "context")}
    form = replace(form, **texts, tags=tuple(tag.replace("\0", "") for tag in form.tags))
    tags = dict.fromkeys(tag for raw in form.tags if (tag := "-".join(raw.strip(" #,").lower().split())))
    return replace(
        form,
        title=shorten(" ".join(form.title.split()), LONGEST_TITLE),
        situation=form.situation.strip(),
        works=form.works.strip(),
        why=form.why.strip(),
        context=" ".join(form.context.split()),
        tags=tuple(tag[:40] for tag in list(tags)[:TAGS]),
    )


def checked(form: TipForm) -> TipForm:
    """Gives a tip's parts tidied.

    Raises:
        ValueError: what works is empty, or a part is too long.
    """
    form = tidy(form)
    if not form.works:
        raise ValueError("what works is empty")
    for part in ("situation", "works", "why", "context"):
        if len(getattr(form, part)) > IMPORTED_LENGTH:
            raise ValueError(f"{part} is longer than {IMPORTED_LENGTH} characters")
    return form


def search_text(form: TipForm) -> str:
    """The words of a tip, without its title, that a question is compared with."""
    parts = (form.situation, form.works, form.why, form.context, " ".join(form.tags))
    return "\n".join(part for part in parts if part)


def _places(said: Sequence[Said]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for each in said:
        if each.place:
            counts[each.place] = counts.get(each.place, 0) + 1
    return tuple(sorted(counts, key=lambda place: (-counts[place], place)))

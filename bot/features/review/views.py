"""What coordinators see that needs a look. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from adapters.port import Button, Element, Link, Message, Section, Text, When
from bot import cards
from bot.features.review.items import Alike, Done, Doubtful, Hot, Item, LeftAlone, Review, Silent, Unanswered
from bot.features.review.rules import Numbers, Share
from bot.words import Words
from knowledge.models import Step
from knowledge.tips import shorten

HOUR = timedelta(hours=1)

TITLE_LENGTH = 60
"""Characters of a title inside a sentence with two of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which items are shown (their places), the addresses that go with some of them, and whether the pages have all."""

    places: range
    links: Mapping[int, str] = field(default_factory=dict)
    has_pages: bool = False


def review(words: Words, review: Review, shown: Shown, done: Done | None = None) -> Message:
    """What needs a look, below it what else there is, and the numbers where it begins; above it what was just done."""
    sections = [_done(words, done, shown.places.start)] if done is not None else []
    if not review.items:
        sections.append(Section(words("review.nothing")))
    sorts = [type(item) for item in review.items]
    for at in shown.places:
        title = words.line(f"review.sort.{sorts[at].__name__.lower()}")
        is_first = at == shown.places.start or sorts[at] is not sorts[at - 1]
        text, buttons = _item(words, review.items[at], at, shown)
        sections.append(Section(text, title=title if is_first else "", buttons=buttons))
    sections += _foot(words, len(review.items) - shown.places.stop, shown)
    if shown.places.start == 0:
        lines = list(_lines(words, review.numbers)) if review.numbers is not None else [words("review.too_few")]
        sections.append(Section(_joined(lines), title=words.line("review.quarter")))
    return Message(words.line("review.summary"), sections)


def _done(words: Words, done: Done, start: int) -> Section:
    buttons = [Button(f"review:undo:{done.entry}:{start}", words.line("review.undo"))] if done.entry else []
    return Section(words(done.key, **done.values), buttons=buttons)


def _foot(words: Words, more: int, shown: Shown) -> list[Section]:
    buttons = [Button(f"review:more:{shown.places.stop}", words.line("review.show_more"))] if more > 0 else []
    if shown.has_pages:
        buttons.append(Button("pages:open", words.line("review.pages")))
    text = words("review.more", count=more) if more > 0 else words("review.pages_too")
    return [Section(text, buttons=buttons)] if buttons else []


def _item(words: Words, item: Item, at: int, shown: Shown) -> tuple[Text, list[Element]]:
    """What is said of an item, and what settles it. Every button ends with the place where the message begins."""
    start, link = shown.places.start, shown.links.get(at, "")
    match item:
        case LeftAlone():
            return _left_alone(words, item, start, link)
        case Unanswered():
            return _unanswered(words, item, start, link)
        case Silent():
            return _silent(words, item, start)
        case Doubtful():
            return _doubtful(words, item, start)
        case Alike():
            return _alike(words, item, start, at)
        case Hot():
            return _hot(words, item, start)
        case _:
            assert_never(item)


def _left_alone(words: Words, item: LeftAlone, start: int, link: str) -> tuple[Text, list[Element]]:
    text = words("review.waits_seen" if item.is_seen else "review.waits", name=item.name, at=When(item.at))
    there: list[Element] = [Link(link, words.line("review.answer_there"))] if link else []
    return text, [*there, Button(f"review:seento:{item.word}:{start}", words.line("review.seen_to"))]


def _unanswered(words: Words, item: Unanswered, start: int, link: str) -> tuple[Text, list[Element]]:
    values = {"topic": item.topic, "at": When(item.at)}
    text = words("review.asked_by", name=item.name, **values) if item.name else words("review.asked", **values)
    there: list[Element] = [Link(link, words.line("review.answer_there"))] if link else []
    again = Button(f"review:askagain:{item.number}:{start}", words.line("review.ask_again"))
    return text, [*there, again, Button(f"review:rest:{item.number}:{start}", words.line("review.rest"))]


def _silent(words: Words, item: Silent, start: int) -> tuple[Text, list[Element]]:
    values = {"names": words.list(item.names), "at": When(item.since)}
    text = words("review.silent_in", room=item.room, **values) if item.room else words("review.silent", **values)
    go = Button(f"review:letgo:{item.number}:{start}", words.line("review.let_go"))
    if not item.may_ask:
        return text, [go]
    return text, [Button(f"review:askmore:{item.number}:{start}", words.line("review.ask_once_more")), go]


def _doubtful(words: Words, item: Doubtful, start: int) -> tuple[Text, list[Element]]:
    day = words.day(item.checked_at) if item.checked_at is not None else ""
    said = words(f"review.doubt.{item.why}", number=item.number, title=item.title, day=day)
    return _joined([said, cards.went(words, item.uses)]), [
        Button(f"review:holds:{item.number}:{start}", words.line("review.holds")),
        Button(f"review:retire:{item.number}:{start}", words.line("review.retire")),
        Button(f"tips:show:{item.number}", words.line("review.show")),
        Button(f"tips:edit:{item.number}", words.line("review.edit")),
    ]


def _alike(words: Words, item: Alike, start: int, at: int) -> tuple[Text, list[Element]]:
    """One tip may be in several pairs, so the buttons that show it say which pair they belong to."""
    one, other = item.number, item.other
    titles = {"title": shorten(item.title, TITLE_LENGTH), "other_title": shorten(item.other_title, TITLE_LENGTH)}
    return words("review.alike", number=one, other=other, **titles), [
        Button(f"review:merge:{other}:{one}:{start}", words.line("review.merge", number=other, into=one)),
        Button(f"review:merge:{one}:{other}:{start}", words.line("review.merge", number=one, into=other)),
        Button(f"review:notsame:{one}:{other}:{start}", words.line("review.not_same")),
        Button(f"tips:show:{one}:{at}", words.line("review.show_one", number=one)),
        Button(f"tips:show:{other}:{at}", words.line("review.show_one", number=other)),
    ]


def _hot(words: Words, item: Hot, start: int) -> tuple[Text, list[Element]]:
    return words("review.hot", problem=item.label), [
        Button(f"meetups:new:{item.key}", words.line("review.propose")),
        Button(f"review:notnow:{item.key}:{start}", words.line("review.not_now")),
    ]


def _joined(lines: list[Text]) -> Text:
    return tuple(span for line in lines if line for span in (*line, "\n"))


def _lines(words: Words, numbers: Numbers) -> Iterator[Text]:
    yield words("review.came", count=numbers.came)
    if numbers.half_within is not None:
        hours = numbers.half_within / HOUR
        yield words("review.within_hour") if hours < 1 else words("review.within", count=round(hours))
    if numbers.unanswered is not None:
        yield words("review.unanswered", many=_share(words, numbers.unanswered))
    if numbers.lateral is not None:
        yield words("review.lateral", many=_share(words, numbers.lateral))
    for step in Step:
        yield words(f"review.step.{step}", many=_share(words, numbers.taken[step]))
    if numbers.inwards is not None:
        yield words("review.inwards", count=numbers.inwards)


def _share(words: Words, share: Share) -> str:
    return words.line(f"review.share.{share.how}", count=share.count, of=share.of)

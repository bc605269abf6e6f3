"""What coordinators see that needs a look. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from adapters.port import Button, Element, Link, Message, Section, Text, When
from adapters.port.limits import LINK_URL, SECTIONS_WITH_BUTTONS
from bot.features.review.rules import Numbers, Share
from bot.words import Words
from knowledge.models import FirstWord, Member, Step

HOUR = timedelta(hours=1)


def review(words: Words, alone: Sequence[tuple[Member, FirstWord, str]], numbers: Numbers | None) -> Message:
    """Newcomers who were left alone, each with the address of their first words; then numbers."""
    sections = [
        Section(words("review.alone" if alone else "review.nobody_alone"), title=words.line("review.newcomers"))
    ]
    sections += [_waits(words, *each) for each in alone[:SECTIONS_WITH_BUTTONS]]
    if len(alone) > SECTIONS_WITH_BUTTONS:
        sections.append(Section(words("review.more", count=len(alone) - SECTIONS_WITH_BUTTONS)))
    lines = list(_lines(words, numbers)) if numbers is not None else [words("review.too_few")]
    text = tuple(span for line in lines for span in (*line, "\n"))
    sections.append(Section(text, title=words.line("review.quarter")))
    return Message(words.line("review.summary"), sections)


def _waits(words: Words, newcomer: Member, word: FirstWord, link: str) -> Section:
    said = words("review.waits_seen" if word.seen_at else "review.waits", name=newcomer.name, at=When(word.at))
    buttons: list[Element] = [Button(f"welcome:seento:{word.id}", words.line("review.seen_to"))]
    if link.startswith(("http://", "https://")) and len(link) <= LINK_URL:
        buttons.insert(0, Link(link, words.line("review.answer_there")))
    return Section(said, buttons=buttons)


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

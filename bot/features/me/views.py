"""What `/me` and the home tab show. Pure."""

from collections.abc import Iterator, Sequence

from adapters.port import Button, Fact, Form, Line, Message, Section, Text
from bot import cards
from bot.words import Words
from knowledge.models import Member, Question
from knowledge.tips import Known, shorten, uses_of

TAKES = ("takes_requests", "takes_questions", "takes_offers", "is_counted")
"""What a member may switch off: consent requests, questions of others, quiet offers, being counted."""

SHOWN = 5
"""Drafts, questions and tips that are listed, at most; the others are counted."""

LINE = 100
"""Characters of a title or question in a line."""


def me(
    words: Words, member: Member, drafts: Sequence[Known], asked: Sequence[Question], written: Sequence[Known]
) -> Message:
    """Who somebody is here, what waits for them, what their tips did, and what the bot may bring them."""
    facts = [
        Fact(words.line("me.practice"), words("me.value", value=member.practice) or words("me.not_said")),
        Fact(words.line("me.place"), words("me.value", value=member.place) or words("me.not_said")),
    ]
    switches = [_switch(words, name, on=bool(getattr(member, name))) for name in TAKES]
    takes = [words(f"me.{name}.{'on' if getattr(member, name) else 'off'}") for name in TAKES]
    edit = Button("me:edit", words.line("me.edit"), "primary")
    return Message(
        words.line("me.summary"),
        [
            Section(words("me.summary"), facts=facts, buttons=[edit]),
            *_open(words, drafts, asked),
            *_tips(words, written),
            Section(_lines(takes), title=words.line("me.takes"), buttons=switches),
        ],
    )


def edit_form(words: Words, member: Member) -> Form:
    """Practice and place."""
    return Form(
        "me:edit",
        words.line("me.form"),
        (
            Line(
                "practice", words.line("me.practice"), member.practice[:80], words.line("me.practice_hint"), length=80
            ),
            Line("place", words.line("me.place"), member.place[:80], words.line("me.place_hint"), length=80),
        ),
        words.line("me.save"),
    )


def _open(words: Words, drafts: Sequence[Known], asked: Sequence[Question]) -> Iterator[Section]:
    lines = [words("me.draft", number=each.number, title=shorten(each.title, LINE)) for each in drafts[:SHOWN]]
    lines += [words("me.question", text=shorten(each.text, LINE)) for each in asked[:SHOWN]]
    more = max(len(drafts) - SHOWN, 0) + max(len(asked) - SHOWN, 0)
    lines += [words("me.more", count=more)] if more else []
    if lines:
        buttons = [Button(f"tips:show:{each.number}", f"#{each.number}") for each in drafts[:SHOWN]]
        yield Section(_lines(lines), title=words.line("me.open"), buttons=buttons)


def _tips(words: Words, written: Sequence[Known]) -> Iterator[Section]:
    lines = [
        (*words("me.tip", number=each.number, title=shorten(each.title, LINE)), *_went(words, each))
        for each in written[:SHOWN]
    ]
    lines += [words("me.more", count=len(written) - SHOWN)] if len(written) > SHOWN else []
    if lines:
        buttons = [Button(f"tips:show:{each.number}", f"#{each.number}") for each in written[:SHOWN]]
        yield Section(_lines(lines), title=words.line("me.tips"), buttons=buttons)


def _went(words: Words, tip: Known) -> Text:
    went = cards.went(words, uses_of(tip.said))
    return (" ", *went) if went else ()


def _lines(lines: Sequence[Text]) -> Text:
    return tuple(span for line in lines for span in (*line, "\n"))


def _switch(words: Words, name: str, *, on: bool) -> Button:
    wanted = "off" if on else "on"
    return Button(f"me:take:{name}:{wanted}", words.line(f"me.{name}.turn_{wanted}"))

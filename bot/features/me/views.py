"""What `/me` and the home tab show. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.port import Button, Fact, Form, Line, Message, Section, Text
from adapters.port.limits import BUTTON_LABEL
from bot import cards
from bot.words import Words
from knowledge.models import Account, Member, Question
from knowledge.tips import Known, shorten, uses_of

TAKES = ("takes_requests", "takes_questions", "takes_offers", "is_counted")
"""What a member may switch off: consent requests, questions of others, quiet offers, being counted."""

SHOWN = 5
"""Drafts, questions and tips that are listed, at most; the others are counted."""

LINE = 100
"""Characters of a title or question in a line."""


@dataclass(frozen=True, slots=True)
class Open:
    """What waits for somebody: drafts, and questions that they asked."""

    drafts: Sequence[Known]
    asked: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Linked:
    """Somebody's accounts, and whether there is another chat to link one of."""

    accounts: Sequence[Account]
    can_link: bool


def me(words: Words, member: Member, waiting: Open, written: Sequence[Known], linked: Linked) -> Message:
    """Who somebody is here, what waits for them, what their tips did, their accounts, what the bot may bring them."""
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
            *_open(words, waiting),
            *_tips(words, written),
            *_accounts(words, linked),
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


def code(words: Words, code: str) -> Message:
    """A one-time code, and what to do with it."""
    return Message(words.line("me.link.code", code=code), [Section(words("me.link.code", code=code))])


def ask_back(words: Words, offered: Account, code: str) -> Message:
    """Whose code that is, and whether both are the same person."""
    said = _named(words, offered)
    buttons = [
        Button(f"me:link:{code}", words.line("me.link.yes"), "primary"),
        Button("me:leave", words.line("me.link.no")),
    ]
    return Message(words.line("me.link.sure", **said), [Section(words("me.link.sure", **said), buttons=buttons)])


def linked(words: Words, offered: Account) -> Message:
    """Two accounts are one person now."""
    said = _named(words, offered)
    return Message(words.line("me.link.done", **said), [Section(words("me.link.done", **said))])


def left_alone(words: Words) -> Message:
    """Nothing was linked."""
    return Message(words.line("me.link.left"), [Section(words("me.link.left"))])


def was_linked(words: Words, joined: Account) -> Message:
    """Says on the first account that another one was linked, with the way back."""
    said = _named(words, joined)
    return Message(
        words.line("me.link.heads_up", **said),
        [Section(words("me.link.heads_up", **said), buttons=[_unlink(words, joined)])],
    )


def _accounts(words: Words, linked: Linked) -> Iterator[Section]:
    is_linked = len(linked.accounts) > 1
    if is_linked or linked.can_link:
        lines = [words("me.account", **_named(words, each)) for each in linked.accounts]
        unlink = [_unlink(words, each) for each in linked.accounts[: SHOWN - 1]] if is_linked else []
        buttons = [*unlink, *([Button("me:code", words.line("me.link"))] if linked.can_link else [])]
        yield Section(_lines(lines), title=words.line("me.accounts"), buttons=buttons)


def _unlink(words: Words, account: Account) -> Button:
    label = shorten(words.line("me.unlink", **_named(words, account)), BUTTON_LABEL)
    return Button(f"me:unlink:{account.key}", label)


def _named(words: Words, account: Account) -> dict[str, str]:
    platform = account.key.split(":", 1)[0]
    return {"name": shorten(account.name, LINE), "chat": words.line(f"me.chat.{platform}")}


def _open(words: Words, waiting: Open) -> Iterator[Section]:
    drafts, asked = waiting.drafts, waiting.asked
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

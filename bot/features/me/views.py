"""What `/me` shows. Pure."""

from adapters.port import Button, Fact, Form, Line, Message, Section
from bot.words import Words
from knowledge.models import Member

TAKES = ("takes_requests", "takes_questions", "takes_offers", "is_counted")
"""What a member may switch off: consent requests, questions of others, quiet offers, being counted."""


def me(words: Words, member: Member) -> Message:
    """Who somebody is here, and what the bot may bring them."""
    facts = [
        Fact(words.line("me.practice"), words("me.value", value=member.practice) or words("me.not_said")),
        Fact(words.line("me.place"), words("me.value", value=member.place) or words("me.not_said")),
    ]
    switches = [_switch(words, name, on=bool(getattr(member, name))) for name in TAKES]
    lines = [words(f"me.{name}.{'on' if getattr(member, name) else 'off'}") for name in TAKES]
    text = tuple(span for line in lines for span in (*line, "\n"))
    edit = Button("me:edit", words.line("me.edit"), "primary")
    return Message(
        words.line("me.summary"),
        [
            Section(words("me.summary"), facts=facts, buttons=[edit]),
            Section(text, title=words.line("me.takes"), buttons=switches),
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


def _switch(words: Words, name: str, *, on: bool) -> Button:
    wanted = "off" if on else "on"
    return Button(f"me:take:{name}:{wanted}", words.line(f"me.{name}.turn_{wanted}"))

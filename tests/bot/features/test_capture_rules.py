"""Capture's decisions on plain values."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.port import Account, MessagePosted, MessageRef, Post, Reaction, Room, Space
from bot.features.capture import rules
from knowledge.personal import personal_in, redacted
from knowledge.store.communities import Options
from knowledge.tips import TipForm

SPACE = Space("room", "x")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def post(id: str, who: str, text: str, **more: object) -> Post:
    return replace(Post(MessageRef(Room(SPACE, "c"), id), Account(SPACE, who, who.title()), NOW, text), **more)


@pytest.mark.parametrize(
    "text", ["keep this", "Keep this!", "please keep that", "could you save this thread?", "keep this as a tip please"]
)
def test_ways_of_asking_to_keep(text: str) -> None:
    event = MessagePosted("k", NOW, Account(SPACE, "ann"), post("m1", "ann", text), to_bot=True)
    assert rules.asks_to_keep(event, Options())
    assert not rules.asks_to_keep(replace(event, to_bot=False), Options())


@pytest.mark.parametrize("text", ["how do I keep this clean?", "keep this line flushed with water", "keep"])
def test_what_only_sounds_like_it(text: str) -> None:
    event = MessagePosted("k", NOW, Account(SPACE, "ann"), post("m1", "ann", text), to_bot=True)
    assert not rules.asks_to_keep(event, Options())


def test_a_reply_is_kept_with_the_question_as_its_situation() -> None:
    thread = [post("m1", "ann", "How do you seat the battery?"), post("m2", "ben", "Two clicks, not one, every time.")]
    draft = rules.draft_from(thread, "m2", link="")
    assert draft is not None
    assert (draft.form.situation, draft.form.works) == (thread[0].text, thread[1].text)
    assert [(each.name, each.part) for each in draft.credits] == [("Ann", "situation"), ("Ben", "works")]


def test_the_bots_own_words_are_never_kept() -> None:
    assert rules.draft_from([post("m1", "bot", "Hello, I'm a bot.", by_bot=True)], "m1", link="") is None


def test_an_emptied_part_asks_nobody() -> None:
    thread = [post("m1", "ann", "How do you seat the battery?"), post("m2", "ben", "Two clicks, not one, every time.")]
    draft = rules.draft_from(thread, "m2", link="")
    assert draft is not None
    left = rules.credits_left(draft, replace(draft.form, situation=" "))
    assert [each.name for each in left] == ["Ben"]


def test_the_ticked_reply_wins_over_the_liked_one() -> None:
    ann = Account(SPACE, "ann")
    thread = [
        post("m1", "ann", "How do you seat the battery?"),
        post("m2", "ben", "Hit it, that is what I do.", reactions=(Reaction("heart", (ann, Account(SPACE, "cy"))),)),
        post("m3", "cy", "Two clicks, not one, every time.", reactions=(Reaction("white_check_mark", (ann,)),)),
    ]
    draft = rules.draft_from(thread, "m1", link="")
    assert draft is not None and draft.form.works == thread[2].text


def test_redacted_leaves_nothing_to_find() -> None:
    form = TipForm("Ring 020 7946 0018 for 943 476 5919.", title="Ring 020 7946 0018")
    assert personal_in(form) and not personal_in(redacted(form)) and not personal_in(form, before=form)


def test_without_a_refused_part_the_title_made_from_it_goes_too() -> None:
    form = TipForm("Two clicks, not one.", title="How do you seat it?", situation="How do you seat it?", why="because")
    left = rules.without(form, {"situation"})
    assert (left.situation, left.title, left.why) == ("", "Two clicks, not one", "because")

"""The bot's own words on pages: changed with a preview, said from then on everywhere, and put back."""

import re
from dataclasses import replace
from typing import Any

import pytest
import test_views as views
from hypothesis import given
from hypothesis import strategies as st
from made_up import NOW
from web.pages_stage import Stage, Window, words_of
from web.test_roles import CALLS, COORDINATOR, Call, sent

from adapters.port import plain
from bot.web.routes import ROUTES
from bot.web.texts import Sentence, room_for, wrong_in
from bot.web.visit import Whom
from bot.words import Words, keys
from knowledge.models import Outcome, Question, TipKind, TipState
from knowledge.store import audit, communities
from knowledge.tips import Author, Known, Remark, Said, TipForm

ANN = "room:ward:ann"
FILLED = "/settings/words/tips.edited"


def longest(key: str) -> str:
    """A sentence of plain letters as long as it may be, with each of its values once."""
    ours = Words().template(key)
    names = "".join(f"{{{name}}}" for name in dict.fromkeys(re.findall(r"\{(\w+)\}", ours)))
    room = room_for(key, ours) - len(names)
    return f"{names}{('letters ' * 100)[:room].rstrip().ljust(room, 's')}" if room > 0 else ours


LONGEST = {key: longest(key) for key in keys()}


def sentence(key: str) -> Sentence:
    ours = Words().template(key)
    return Sentence(key, ours, "", (), room_for(key, ours))


async def change(window: Window, key: str, text: str, language: str = "en") -> Any:
    return await window.send(f"/settings/words/{key}", {"language": language, "text": text})


async def undo_of(window: Window, answer: Any) -> dict[str, str]:
    assert answer.status_code == 303, words_of(answer)
    said = (await window.open(answer.headers["location"])).text
    return dict(re.findall(r'<input type="hidden" name="(entry)" value="(\d+)">', said))


async def command(stage: Stage, line: str) -> str:
    """What the bot says to Ann who types a command in the room."""
    before = {each.id for each in stage.room.messages_seen_by("ann")}
    await stage.room.use_command("ann", "floor", line)
    await stage.bot.idle()
    new = [each.id for each in stage.room.messages_seen_by("ann") if each.id not in before]
    return " ".join(stage.room.words_of(each) for each in new)


@pytest.fixture
async def running(stage: Stage) -> Stage:
    """A stage whose room the bot listens to."""
    stage.room.connect(stage.bot.router.surface, stage.bot.receive)
    return stage


async def test_a_changed_sentence_is_said_in_chat_and_on_pages_and_put_back(running: Stage) -> None:
    window = await running.window(ANN)
    title, intro = "web.nav.tips", "me.everything"
    assert "Know-how" not in await window.sees("/tips")
    undo = await undo_of(window, await change(window, title, "Know-how"))
    assert "Know-how" in (await window.open("/tips")).text
    entry = await undo_of(window, await change(window, intro, "Your whole drawer"))
    assert "Your whole drawer" in await command(running, "/me") and "Your whole drawer" in await window.sees("/me")
    for each in (undo, entry):
        assert (await window.send("/settings/words/undo", each)).status_code == 303
    assert "Your whole drawer" not in await command(running, "/me")
    assert "Know-how" not in (await window.open("/tips")).text
    assert (await window.send("/settings/words/undo", undo)).status_code == 409


async def test_what_cannot_be_said_is_not_saved(stage: Stage) -> None:
    window = await stage.window(ANN)
    for text, said in (
        ("{number", "A brace is open"),
        ("number}", "A brace is open"),
        ("{number!r}", "a value that I can't fill in"),
        ("{number:>9}", "a value that I can't fill in"),
        ("{number.real}", "a value that I can't fill in"),
        ("{}", "a value that I can't fill in"),
        ("{0}", "a value that I can't fill in"),
        ("{secret}", "a value that I can't fill in"),
        ("{number} {number}", "a value that I can't fill in"),
        ("***", "no words in it"),
        ("{number}", "no words in it"),
        ("x" * 281, "more than 280 characters"),
    ):
        answer = await change(window, "tips.edited", text)
        assert answer.status_code == 422 and said in words_of(answer), f"{text}: {words_of(answer)}"
    async with stage.store.read(stage.ward, stage.now[0]) as work:
        assert (await communities.options(work)).words == {}


async def test_a_preview_shows_it_with_samples_and_says_what_is_wrong(stage: Stage) -> None:
    window = await stage.window(ANN)
    assert words_of(await window.open(f"{FILLED}/preview?text=Well:+{{number}}+is+new.")) == "Well: 12 is new."
    assert "a value that I can't fill in" in words_of(await window.open(f"{FILLED}/preview?text={{secret}}"))
    long = words_of(await window.open(f"{FILLED}/preview?text={'x' * 300}"))
    assert "more than 280 characters" in long


async def test_an_empty_one_or_ours_puts_ours_back(stage: Stage) -> None:
    window = await stage.window(ANN)
    for text in ("", "  ", Words().template("tips.edited")):
        await change(window, "tips.edited", "Done: {number}.")
        assert (await change(window, "tips.edited", text)).status_code == 303
        async with stage.store.read(stage.ward, stage.now[0]) as work:
            assert (await communities.options(work)).words == {}
    assert "nothing was changed" in await window.sends(FILLED, {"language": "en", "text": ""})


async def test_another_language_is_changed_by_itself_and_stays_chosen_when_it_is_wrong(running: Stage) -> None:
    async with running.store.write(running.ward, running.now[0]) as work:
        await communities.choose(work, languages=("cy", "en"))
    window = await running.window(ANN)
    wrong = await change(window, "me.everything", "{nothing}", "en")
    assert wrong.status_code == 422 and 'name="language" value="en"' in wrong.text
    assert "preview?language=en" in wrong.text
    await change(window, "me.everything", "Your whole drawer", "en")
    assert "Your whole drawer" in await command(running, "/me"), (
        "there is no Welsh, so English is said as it was changed"
    )
    await change(window, "me.everything", "Dy ddrôr", "cy")
    assert "Dy ddrôr" in await command(running, "/me") and "Dy ddrôr" in await window.sees("/me")
    assert "Your whole drawer" in await window.sees("/settings/words/me.everything?language=en")
    assert (await change(window, "me.everything", "x", "tlh")).status_code == 409


async def test_sentences_are_found_by_words_and_by_whether_they_were_changed(stage: Stage) -> None:
    window = await stage.window(ANN)
    assert "No sentence has these words" in await window.sees("/settings/words?changed=yes")
    await change(window, "tips.edited", "Seldom-heard {number}.")
    assert "tips.edited" in await window.sees("/settings/words?changed=yes")
    assert "tips.edited" in await window.sees("/settings/words?q=SELDOM-heard")
    part = (await window.open("/settings/words?q=seldom-heard", **{"HX-Request": "true"})).text
    assert "<html" not in part and "tips.edited" in part
    assert (await window.open("/settings/words/no.such.key")).status_code == 409


async def test_the_trail_holds_the_bot_s_words_and_nobody_else_s(stage: Stage) -> None:
    window = await stage.window(ANN)
    await change(window, "tips.edited", "Done: {number}.")
    async with stage.store.read(stage.ward, stage.now[0]) as work:
        (done,) = await audit.trail(work)
    assert done.subject == {"key": "tips.edited", "language": "en", "before": "", "after": "Done: {number}."}


@given(st.sampled_from(keys()))
def test_ours_is_always_allowed(key: str) -> None:
    one = sentence(key)
    assert wrong_in(one.ours, one) == "" and wrong_in(LONGEST[key], one) == ""
    assert wrong_in(f"{LONGEST[key]}x", one) == "web.words.too_long"


async def test_every_page_can_be_drawn_with_every_sentence_as_long_as_it_may_be(stage: Stage) -> None:
    await say_longest(stage)
    window = await stage.window(COORDINATOR)
    for row in (each for each in ROUTES if each.method == "GET" and each.whom is not Whom.ANYBODY):
        call = CALLS.get((row.method, row.path), Call())
        assert (await sent(window, row, call)).status_code in call.answers, row.path


COMMANDS = ("/tacit", "/me", "/tip list", "/tip 1", "/ask how do I lift", "/digest", "/report", "/review")
BUTTONS = ("me:edit", "me:bring", "core:add", "core:takeout", "tips:comment:2", "tips:nothere:2", "tips:changed:2")


async def test_whatever_is_asked_is_answered_with_every_sentence_as_long_as_it_may_be(running: Stage) -> None:
    await say_longest(running)
    for line in COMMANDS:
        assert "letters" in await command(running, line), line
    await command(running, "/meetup")
    assert running.room.open_form_of("ann") is not None
    window = await running.window(ANN)
    for button in BUTTONS:
        shown = await window.send("/press", {"button": button, "back": "/me"})
        assert shown.status_code == 200 and "letters" in shown.text, f"{button}: {words_of(shown)}"


def test_whatever_is_said_can_be_built_with_every_sentence_as_long_as_it_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "SAY", Words(changed=LONGEST))
    name, text = "N" * 40, "w " * 1_500
    form = TipForm(text, "t" * 120, text, text, text, TipKind.STORY, tuple(f"tag-{at}" * 5 for at in range(8)))
    people = tuple(Author(at, name, name, part) for at, part in enumerate(("works", "why", "situation"), 1))
    said = tuple(
        Said(at, outcome, text, "nurse", name + str(at), NOW) for at, outcome in enumerate((*Outcome, *Outcome))
    )
    remarks = tuple(Remark(at, name, text, NOW) for at in range(1, 4))
    known = Known(10**9, 9_999_999, TipState.LIVE, form, NOW, people, said, remarks, checked_at=NOW)
    question = Question(community_id=1, number=10**8, asker_id=1, text=text, asked_at=NOW)
    several = [replace(known, number=known.number - at) for at in range(7)]
    plainly: list[tuple[Any, tuple[Any, ...]]] = [
        (views.test_every_tip_can_be_shown, (known, True)),
        (views.test_every_list_and_answer_can_be_shown, (several, text[:60])),
        (views.test_every_request_can_be_sent, (known, name, True)),
        (views.test_every_question_can_be_put, (question, name, known)),
        (views.test_every_tip_fits_its_form, (form,)),
        (views.test_every_member_can_be_shown, (name, several, [question] * 7)),
        (views.test_history_can_be_shown, (known, list(remarks))),
        (views.test_the_way_in_can_be_shown, (name, "p" * 40, "p" * 40, several[:3], known, question)),
    ]
    for test, values in plainly:
        test.hypothesis.inner_test(*values)
    views.test_the_menu_and_every_command_can_be_shown()


def test_a_changed_summary_is_cut_to_what_a_summary_holds() -> None:
    own = Words(changed={"ask.settled": "{name} " + "letters " * 30})
    assert len(own.line("ask.settled", name="N" * 200)) <= 300
    assert len(plain(own("ask.settled", name="N" * 200))) > 400, "a text is left whole"


async def say_longest(stage: Stage) -> None:
    async with stage.store.write(stage.ward, stage.now[0]) as work:
        await communities.choose(work, words={"en": LONGEST})

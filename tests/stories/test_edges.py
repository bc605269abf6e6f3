"""Odd input and bad days: each gets a clear, kind sentence, and nothing accepted is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telling import HERE, Teller, Ward

from adapters.port import Account, ButtonPressed, FormSubmitted, MessageRef, Part, PlatformRefused, Refused, Trigger
from bot.wiring import build
from knowledge.store import StoreUnavailable


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> everybody look",
        "@everyone look here now",
        "<script>alert(1)</script> is a tip",
        "*bold* _and_ `code` [x](y)",
    ],
)
async def test_markup_and_mentions_are_only_words(ben: Teller, lena: Teller, words: str) -> None:
    await ben.uses(f"/tip {words}")
    await lena.uses("/tip show 1")
    assert lena.sees_last("#1")
    async with ben.ward.store.read(ben.ward.community, ben.ward.room.clock()) as work:
        from knowledge.store import tips

        known = await tips.find_tip(work, 1)
    assert known is not None and known.form.works == words


@pytest.mark.parametrize(
    "words", ["لا تنس شحن البطارية قبل الليل", "电池要按两次才算装好", "Пересадка: сначала тормоза"]
)
async def test_every_script_is_kept_and_found(ben: Teller, lena: Teller, words: str) -> None:
    await ben.uses(f"/tip {words}")
    await lena.tells_bot(words)
    assert lena.sees_last(words.split()[0][:4])


@pytest.mark.parametrize("words", ["🙂", "🙂🙂 🙂", "…", "???"])
async def test_questions_without_words(ben: Teller, words: str) -> None:
    await ben.tells_bot(words)
    assert ben.sees_last("Ask me in a sentence")


@pytest.mark.only_on("room", "slack")  # Discord takes no message that long
async def test_a_very_long_question(ben: Teller) -> None:
    await ben.tells_bot("what about the pump " * 1_990)
    assert ben.sees_last("I don't have this one")


@pytest.mark.only_on("room", "slack")  # Discord takes no message that long
async def test_a_very_long_message_cannot_become_a_tip_whole(ben: Teller, ravi: Teller) -> None:
    message = await ravi.says("so " * 13_000)
    await ben.reacts("bulb", to=message)
    assert ben.sees("What is the heart of it?")
    assert not ravi.told_by_bot()


@pytest.mark.parametrize(
    "button",
    [
        "gone:away:1",
        "tips:show:abc",
        "tips:show",
        "tips:show:99999999999999999999",
        "capture:same:1",
        "ask:put",
        "tips:worked:x",
    ],
)
async def test_an_unknown_or_broken_button(ward: Ward, ben: Teller, button: str) -> None:
    room, account = ward.room.room(HERE), ward.room.account("ben")
    trigger = Trigger("t", room_now(ward))
    await ward.bot.receive(ButtonPressed("k1", room_now(ward), account, button, MessageRef(room, "m1"), trigger))
    assert ben.sees_last("I don't know that one any more")


async def test_a_forged_button_reads_nobody_elses_message(ward: Ward, ravi: Teller, ben: Teller) -> None:
    secret = await ravi.tells_bot("nobody must know about the blue key")
    direct = ward.room.channel_of(secret)
    room, account = ward.room.room(HERE), ward.room.account("ben")
    trigger = Trigger("t", room_now(ward))
    see = f"ask:see:{direct}:{secret}"
    await ward.bot.receive(ButtonPressed("k1", room_now(ward), account, see, MessageRef(room, "m1"), trigger))
    keep = f"capture:keep:{direct}::{secret}"
    await ward.bot.receive(FormSubmitted("k2", room_now(ward), account, room, keep, {"works": "mine"}, trigger))
    await ben.uses("/tip drafts")
    assert not any("blue key" in text for text in ben.told_by_bot())
    assert ben.sees_last("There are no drafts of yours")


async def test_a_forged_button_of_somebody_else(ward: Ward, ravi: Teller, ben: Teller, lena: Teller) -> None:
    await ben.reacts("bulb", to=await ravi.says("Lukewarm water, push, pull, and wait ten minutes."))
    room, account = ward.room.room(HERE), ward.room.account("lena")
    await ward.bot.receive(
        ButtonPressed(
            "k2", room_now(ward), account, "capture:yes:1", MessageRef(room, "m1"), Trigger("t", room_now(ward))
        )
    )
    assert lena.sees_last("Only the person whose words these are")
    await lena.uses("/tip list")
    assert lena.sees_last("There are no tips yet")


async def test_a_form_sent_twice_keeps_one(ward: Ward, ben: Teller) -> None:
    await ben.uses("/tip")
    opened = ward.room.open_form_of("ben")
    assert opened is not None
    await ben.fills_in(works="Ring the lift before you unlock the bed.")
    with pytest.raises(Exception, match="no longer open"):
        await ward.room.submit("ben", opened.id, {"works": "Ring the lift before you unlock the bed."})
    await ben.uses("/tip list")
    assert ben.sees_last("#1") and not ben.sees_last("#2")


async def test_somebody_who_takes_no_direct_messages(ward: Ward, ravi: Teller, ben: Teller) -> None:
    ward.room.change_person("ravi", closed_direct_messages=True)
    await ben.reacts("bulb", to=await ravi.says("Lukewarm water, push, pull, and wait ten minutes."))
    assert ben.sees_last("Ravi takes no direct messages from me")
    await ravi.uses("/tip drafts")
    await ravi.presses("#1")
    await ravi.presses("Yes, with my name")
    assert ravi.sees_last("Kept as #1")


async def test_an_edited_message_is_kept_as_it_stands_now(ravi: Teller, ben: Teller) -> None:
    message = await ravi.says("Cold water, push and pull for a while.")
    await ravi.edits(message, "Lukewarm water, push and pull for a while.")
    await ben.reacts("bulb", to=message)
    assert ravi.sees("Lukewarm water, push and pull")


async def test_a_failure_is_said_with_a_code_and_never_with_the_error(
    ward: Ward, ben: Teller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*args: object, **more: object) -> None:
        raise RuntimeError("secret words of somebody")

    monkeypatch.setattr(ward.bot.services.library, "search", breaks)
    await ben.tells_bot("what about the secret pump words?")
    assert ben.sees_last("That didn't work, and it's my fault, not yours")
    assert not ben.sees_last("RuntimeError") and not ben.sees_last("secret words of somebody")
    assert "RuntimeError" in caplog.text and "secret" not in caplog.text


async def test_help_shows_what_can_be_done_with_buttons(ben: Teller) -> None:
    await ben.uses("/tacit")
    assert ben.sees_last("Keep something you know") and ben.sees_last("Ask something")
    await ben.presses("Keep something you know")
    assert ben.form is not None
    await ben.presses("All commands")
    assert ben.sees_last("/tip show [number]")


async def test_me_says_what_i_do_and_switches_things_off(ben: Teller, ravi: Teller) -> None:
    await ben.uses("/me")
    await ben.presses("Change that")
    await ben.fills_in(practice="porter", place="theatres")
    assert ben.sees_last("theatres")
    await ben.uses("/me")
    await ben.presses("What I may bring you…")
    await ben.presses("Keep none of my words")
    await ravi.reacts("bulb", to=await ben.says("Brakes before belts, every single time."))
    assert ravi.sees("would rather not have their words kept")


def room_now(ward: Ward):  # type: ignore[no-untyped-def]
    """The room's time."""
    return ward.room.clock()


async def test_a_locked_database_is_said_and_nothing_is_half_kept(
    ward: Ward, ben: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def locked(*args: object, **more: object) -> AsyncIterator[None]:
        raise StoreUnavailable("database is locked")
        yield

    with monkeypatch.context() as patched:
        patched.setattr(ward.store, "write", locked)
        await ben.uses("/tip Ring the lift before you unlock the bed.")
        assert ben.sees_last("I can't write anything down just now, so I haven't kept or changed anything")
    await ben.uses("/tip Ring the lift before you unlock the bed.")
    assert ben.sees_last("Kept as #1")


async def test_what_was_owed_when_the_process_died_is_delivered_by_the_next(
    ward: Ward, ravi: Teller, ben: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await ravi.says("Lukewarm water, push, pull, and wait ten minutes.")

    async def dies() -> None:
        return None

    with monkeypatch.context() as patched:
        patched.setattr(ward.bot.outbox, "deliver", dies)
        await ben.reacts("bulb", to=message)
    assert not ravi.told_by_bot()
    successor = build(ward.store, None, ward.platform, clock=ward.room.clock)
    await successor.tick()
    await successor.tick()
    assert sum("would like to keep" in text for text in ravi.told_by_bot()) == 1


async def test_an_unreachable_chat_is_tried_again_later(
    ward: Ward, ravi: Teller, ben: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await ravi.says("Lukewarm water, push, pull, and wait ten minutes.")
    send, failed = ward.platform.send, []

    async def unreachable(to: object, *args: object, **more: object) -> object:
        if not failed and isinstance(to, Account):
            failed.append(to)
            raise PlatformRefused(Refused.UNREACHABLE)
        return await send(to, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ward.platform, "send", unreachable)
    await ben.reacts("bulb", to=message)
    assert failed and not ravi.told_by_bot()
    await ward.lets_pass(hours=1)
    assert sum("would like to keep" in text for text in ravi.told_by_bot()) == 1


@pytest.mark.only_on("discord")
async def test_what_is_off_because_the_bot_may_not_hear_it_is_said(ward: Ward, ben: Teller) -> None:
    await ben.uses("/tacit")
    assert not ben.sees_last("Off here")
    ward.platform.asks_for = frozenset({Part.MEMBERS})  # type: ignore[attr-defined]
    await ben.uses("/tacit")
    assert ben.sees_last("Off here: quiet offers") and not ben.sees_last("who comes and goes")

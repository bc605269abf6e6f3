"""A long day with many mishaps, everything logged: not a word that was said, no name and no account is in it."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from listening import Log, listening
from sqlalchemy.exc import IntegrityError
from telling import Teller, Ward

from adapters.port import Account, Destination, PlatformRefused, Refused, Room
from knowledge.library import Library
from knowledge.store import Store, StoreUnavailable

WATER = "Lukewarm water unblocks the feeding tube, push a little and pull a little."
NUMBER = "943 476 5919"
SAID = {
    WATER,
    NUMBER,
    f"For bed nineteen, {NUMBER}, raise the head end before you roll.",
    "Thread the wide sling from the left, it lies flatter.",
    "Thread the narrow sling from the right instead.",
    "how do I unblock a feeding tube",
    "who has the key to the plaster room",
    "It hangs behind the door of the sluice.",
    "only with the thin tubes",
    "midwife of the night shift",
    "nobody must hear of the blue trolley",
    "the grey trolley squeaks when it rains",
    "a purple commode was left in the lift",
    "the zebra blanket is in the third drawer",
}
NAMES = ("Quirine", "Zebedee", "Ottoline")


@pytest.fixture
def log() -> Iterator[Log]:
    with listening() as heard:
        yield heard


async def people(ward: Ward) -> list[Teller]:
    return [await ward.welcomes(name) for name in NAMES]


async def keeps_and_asks(quirine: Teller, zebedee: Teller, ottoline: Teller) -> None:
    await quirine.uses(f"/tip {WATER}")
    await zebedee.tells_bot("how do I unblock a feeding tube")
    await zebedee.uses("/ask how do I unblock a feeding tube")
    await zebedee.says("@tacit how do I unblock a feeding tube")
    await zebedee.types("/tip show tub")
    await zebedee.uses("/tip comment 1")
    await zebedee.fills_in(note="only with the thin tubes")
    await zebedee.uses(f"/tip For bed nineteen, {NUMBER}, raise the head end before you roll.")
    await zebedee.presses("Forget it")
    message = await quirine.says("Thread the wide sling from the left, it lies flatter.")
    await zebedee.reacts("bulb", to=message)
    await quirine.presses("Edit first")
    await quirine.fills_in(works="Thread the narrow sling from the right instead.")
    await quirine.presses("Yes, with my name")
    asked = await ottoline.says("@tacit who has the key to the plaster room")
    await zebedee.says("It hangs behind the door of the sluice.", to=asked)
    await ottoline.edits(asked, "nobody must hear of the blue trolley")
    await ottoline.deletes(asked)
    await ottoline.uses("/me")
    await ottoline.tells_bot("midwife of the night shift")


async def meets_failures(ward: Ward, zebedee: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    async def raises(*args: Any, **options: Any) -> NoReturn:
        raise ValueError(f"{args} {options} the grey trolley squeaks when it rains")

    def raises_at_once(*args: Any, **options: Any) -> NoReturn:
        raise KeyError(f"{args} {options} the grey trolley squeaks when it rains")

    async def breaks_a_rule(*args: Any, **options: Any) -> NoReturn:
        raise IntegrityError("INSERT INTO question VALUES (?)", (args, options), ValueError("the zebra blanket"))

    async def is_away(*args: Any, **options: Any) -> NoReturn:
        raise StoreUnavailable("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(Library, "search", raises)
        await zebedee.tells_bot("the grey trolley squeaks when it rains")
    with monkeypatch.context() as patched:
        patched.setattr(Library, "search", breaks_a_rule)
        await zebedee.tells_bot("the zebra blanket is in the third drawer")
    with monkeypatch.context() as patched:
        patched.setattr(Library, "search", is_away)
        await zebedee.tells_bot("a purple commode was left in the lift")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "session", raises_at_once)
        await zebedee.tells_bot("a purple commode was left in the lift")
    with monkeypatch.context() as patched:
        patched.setattr(ward.platform, "send", refuses)
        await zebedee.tells_bot("a purple commode was left in the lift")
        await zebedee.says("@tacit how do I unblock a feeding tube")


async def refuses(to: Destination, *args: Any, **options: Any) -> NoReturn:
    who = to if isinstance(to, Account | Room) else to.account
    raise PlatformRefused(Refused.NO_DIRECT_MESSAGES, f"{who} {who.key}")


async def is_left_to_nobody() -> None:
    async def work() -> None:
        raise ValueError("the grey trolley squeaks when it rains")

    await asyncio.wait((asyncio.create_task(work()),))
    gc.collect()


async def test_a_long_day_is_logged_without_a_word_that_was_said(
    ward: Ward, log: Log, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    quirine, zebedee, ottoline = await people(ward)
    await keeps_and_asks(quirine, zebedee, ottoline)
    await ward.lets_pass(days=8)
    await meets_failures(ward, zebedee, monkeypatch)
    await is_left_to_nobody()
    await ward.bot.idle()
    written = log.text + "".join(capfd.readouterr())
    accounts = {ward.room.account(name.lower()).id for name in NAMES}
    found = [each for each in (*SAID, *NAMES, *accounts, "trolley", "zebra") if each.lower() in written.lower()]
    assert found == []
    assert {"error", "warning"} <= {line["level"] for line in log.lines}
    assert {"ValueError", "IntegrityError", "KeyError"} <= {line.get("error") for line in log.lines}


async def test_each_line_says_where_it_belongs(ward: Ward, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    (quirine, *_) = await people(ward)

    async def raises(*args: Any, **options: Any) -> NoReturn:
        raise ValueError("no")

    with monkeypatch.context() as patched:
        patched.setattr(Library, "search", raises)
        await quirine.tells_bot("how do I unblock a feeding tube")
    (line,) = [each for each in log.lines if each.get("code")]
    platform = ward.platform.name
    assert (line["platform"], line["kind"], line["community"]) == (platform, "MessagePosted", ward.community)
    assert quirine.sees(line["code"])

"""The outbox: what is owed comes once and soon, whatever the chat does meanwhile, and nobody gets more than enough."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_stage import Stage, open_stage
from sqlmodel import select

from adapters.port import Message, PlatformRefused, Refused, Section
from adapters.room import Person, RoomPlatform
from bot import outbox, wiring
from bot.feature import Context, Feature, notice
from bot.nudges import Nudge
from knowledge.models import Notice, NoticeState
from knowledge.store import Store, StoreUnavailable, communities, members, notices

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


async def write(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """What a test owes: its own words, or nothing where they are empty."""
    if subject["words"] == "fails":
        raise RuntimeError("what somebody wrote")
    return Message(subject["words"], [Section(subject["words"])]) if subject["words"] else None


MADE = Feature(
    name="made",
    routes=(
        notice("owed", write, asked_for="a test"),
        notice("asks", write, nudge=Nudge.REQUESTS),
        notice("thanks", write, nudge=Nudge.THANKS),
    ),
)


class Room(RoomPlatform):
    """A room that can be away, and notes in which order it was spoken to."""

    away = False
    asked = 0

    async def send(self, *given: Any, **named: Any) -> Any:
        self.asked += 1
        if self.away:
            raise PlatformRefused(Refused.UNREACHABLE, "send")
        return await super().send(*given, **named)


class Ward:
    """A community in a room, with as many members as it takes."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        self.room = Room("demo", now=lambda: self.now, url="http://127.0.0.1:8000")
        self.bot = wiring.build(store, None, self.room, clock=lambda: self.now, listening=(MADE,))
        self.ids: dict[str, int] = {}

    async def welcomes(self, *names: str) -> None:
        community = await communities.open_community(self.store, "The ward", self.now)
        for name in names:
            await self.room.join(Person(name, name.title(), "nurse", "ward 4", "Europe/London"))
            async with self.store.write(community, self.now) as work:
                member = await members.member_of(work, self.room.account(name).key, name.title())
            self.ids[name] = members.member_id(member)

    async def owes(self, name: str, words: str, *, kind: str = "owed", once: str = "") -> None:
        async with self.store.write(1, self.now) as work:
            await notices.owe(work, f"made.{kind}", self.ids[name], {"words": words}, once=once or words)

    async def delivers(self, **later: float) -> None:
        self.now += timedelta(**later)
        await self.bot.outbox.deliver()

    def seen(self, name: str) -> list[str]:
        found = (self.room.words_of(each.id) for each in self.room.messages_seen_by(name))
        return [each.split("\n")[-1] for each in found]

    async def rows(self) -> list[Notice]:
        async with self.store.session(reading=True) as session:
            return list((await session.exec(select(Notice).order_by(Notice.id))).all())  # type: ignore[arg-type]


@pytest.fixture
async def ward(store: Store) -> Ward:
    made = Ward(store)
    await made.welcomes("ann", "ben")
    return made


async def test_what_is_owed_comes_once(ward: Ward) -> None:
    for _ in range(3):
        await ward.owes("ann", "Your pump is mended.")
        await ward.delivers(minutes=10)
    assert ward.seen("ann") == ["Your pump is mended."]
    (row,) = await ward.rows()
    assert (row.state, row.tries) == (NoticeState.SENT, 1) and row.message.startswith("room:demo:")


async def test_a_chat_that_is_away_for_three_hours_gets_it_within_ten_minutes_of_its_return(ward: Ward) -> None:
    ward.room.away = True
    await ward.owes("ann", "Your pump is mended.")
    for _ in range(180):
        await ward.delivers(minutes=1)
    assert ward.seen("ann") == []
    ward.room.away = False
    for _ in range(11):
        await ward.delivers(minutes=1)
    assert ward.seen("ann") == ["Your pump is mended."]


async def test_what_no_chat_takes_for_two_days_is_let_go(ward: Ward) -> None:
    ward.room.away = True
    await ward.owes("ann", "Your pump is mended.")
    for _ in range(60):
        await ward.delivers(hours=1)
    ward.room.away = False
    await ward.delivers(hours=1)
    (row,) = await ward.rows()
    assert (row.state, row.held, ward.seen("ann")) == (NoticeState.DROPPED, "unreachable", [])


async def test_while_a_chat_is_away_it_is_asked_once_and_not_for_everything(ward: Ward) -> None:
    ward.room.away = True
    for number in range(200):
        await ward.owes("ann" if number % 2 else "ben", f"News {number}.")
    await ward.delivers()
    assert ward.room.asked <= 2


async def test_a_full_outbox_is_emptied_in_order_and_leaves_nothing_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ROUNDS", 4)
    ward = Ward(store)
    names = [f"person{number}" for number in range(12)]
    await ward.welcomes(*names)
    async with store.write(1, ward.now) as work:
        for number in range(240):
            subject, once = {"words": f"News {number // 12}."}, f"{number}"
            await notices.owe(work, "made.owed", ward.ids[names[number % 12]], subject, once=once)
    await ward.delivers()
    assert sum(len(ward.seen(name)) for name in names) == 200, "one round has an end, so that others get their turn"
    await ward.delivers(seconds=20)
    for name in names:
        assert ward.seen(name) == [f"News {number}." for number in range(20)]


async def test_one_that_fails_harms_no_other(ward: Ward, caplog: pytest.LogCaptureFixture) -> None:
    await ward.owes("ann", "fails")
    await ward.owes("ann", "Your pump is mended.")
    await ward.delivers()
    assert ward.seen("ann") == ["Your pump is mended."]
    assert "what somebody wrote" not in caplog.text
    for _ in range(10):
        await ward.delivers(days=1)
    assert (await ward.rows())[0].held == "failed"


async def test_one_whose_occasion_has_passed_is_not_sent(ward: Ward) -> None:
    await ward.owes("ann", "", once="passed")
    await ward.delivers()
    (row,) = await ward.rows()
    assert (row.state, row.held) == (NoticeState.DROPPED, "passed")


async def test_two_a_week_and_the_third_waits(ward: Ward) -> None:
    for number in (1, 2, 3):
        await ward.owes("ann", f"May I {number}?", kind="asks")
    await ward.delivers()
    assert ward.seen("ann") == ["May I 1?", "May I 2?"]
    (*_, third) = await ward.rows()
    assert (third.state, third.held, third.due_at) == (NoticeState.PENDING, "budget", NOW + timedelta(days=7))
    await ward.delivers(days=6, hours=23)
    assert len(ward.seen("ann")) == 2
    await ward.delivers(hours=1, minutes=1)
    assert ward.seen("ann")[2:] == ["May I 3?"]


async def test_a_pause_that_is_ended_early_lets_through_what_waited(ward: Ward) -> None:
    async with ward.store.write(1, ward.now) as work:
        await members.describe(work, ward.ids["ann"], paused_until=NOW + timedelta(weeks=4))
    await ward.owes("ann", "May I?", kind="asks")
    await ward.delivers()
    assert ward.seen("ann") == [] and (await ward.rows())[0].held == "paused"
    await ward.delivers(days=1)
    async with ward.store.write(1, ward.now) as work:
        await members.describe(work, ward.ids["ann"], paused_until=None)
    await ward.delivers()
    assert ward.seen("ann") == ["May I?"]


async def test_whoever_wants_more_a_week_gets_what_waited(ward: Ward) -> None:
    for number in (1, 2, 3):
        await ward.owes("ann", f"May I {number}?", kind="asks")
    await ward.delivers()
    async with ward.store.write(1, ward.now) as work:
        await members.describe(work, ward.ids["ann"], nudges_a_week=5)
    await ward.delivers()
    assert ward.seen("ann") == ["May I 1?", "May I 2?", "May I 3?"]


async def test_whoever_does_something_with_the_bot_gets_what_waited_because_it_was_ignored(ward: Ward) -> None:
    for number in (1, 2, 3):
        await ward.owes("ann", f"May I {number}?", kind="asks")
        await ward.delivers(days=8 if number > 1 else 0)
    await ward.delivers(days=3)
    await ward.owes("ann", "May I 4?", kind="asks")
    await ward.delivers()
    assert "May I 4?" not in ward.seen("ann") and (await ward.rows())[-1].held == "ignored"
    async with ward.store.write(1, ward.now) as work:
        await notices.note_answered(work, ward.ids["ann"])
    await ward.delivers()
    assert ward.seen("ann")[-1] == "May I 4?"


async def test_what_was_asked_for_comes_whatever_the_budget(ward: Ward) -> None:
    for number in (1, 2, 3):
        await ward.owes("ann", f"May I {number}?", kind="asks")
    await ward.owes("ann", "Your pump is mended.")
    await ward.delivers()
    assert "Your pump is mended." in ward.seen("ann")


async def test_nothing_unasked_comes_at_night(ward: Ward) -> None:
    ward.now = NOW + timedelta(hours=11)  # nine in the evening
    await ward.owes("ann", "May I?", kind="asks")
    await ward.owes("ben", "Your pump is mended.")
    await ward.delivers()
    assert ward.seen("ann") == [] and ward.seen("ben") == ["Your pump is mended."]
    await ward.delivers(hours=11, minutes=1)
    assert ward.seen("ann") == ["May I?"]


async def test_two_copies_that_deliver_at_once_keep_the_budget_together(ward: Ward) -> None:
    import asyncio

    other = wiring.build(Store(ward.store.url), None, ward.room, clock=lambda: ward.now, listening=(MADE,))
    for number in range(8):
        await ward.owes("ann", f"May I {number}?", kind="asks")
    await asyncio.gather(ward.bot.outbox.deliver(), other.outbox.deliver())
    assert len(ward.seen("ann")) == 2
    await other.services.store.close()


async def _told(store: Store, stage: Stage, *words: str) -> wiring.Bot:
    """Ann on Slack, who is owed something."""
    await stage.people.join(Person("ann", "Ann", "nurse", "ward 4", "Europe/London"))
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        member = await members.member_of(work, stage.people.account("ann").key, "Ann")
        for each in words:
            await notices.owe(work, "made.owed", members.member_id(member), {"words": each}, once=each)
    return wiring.build(store, None, stage.platform, clock=stage.slack.clock, listening=(MADE,))


async def _nothing(*given: Any) -> None:
    """Nobody listens."""


def _heard(platform: Any) -> Any:
    return wiring.build(Store("sqlite://"), None, listening=()).router.surface, _nothing, _nothing


async def test_a_storm_of_refusals_ends_in_one_message(store: Store) -> None:
    async with open_stage("http", _heard, clock=lambda: NOW) as stage:
        bot = await _told(store, stage, "Your pump is mended.")
        stage.slack.faults.next("chat.postMessage", status=429, times=6)
        for _ in range(30):
            await bot.outbox.deliver()
            await stage.people.pass_time(timedelta(minutes=5))
        said = [stage.people.words_of(each.id) for each in stage.people.messages_seen_by("ann")]
        assert [each.split("\n")[-1] for each in said] == ["Your pump is mended."]


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"status": 500, "after": True}, {"status": 503, "after": True}])
async def test_what_was_said_by_a_process_that_died_is_found_and_not_said_again(
    store: Store, fault: dict[str, Any]
) -> None:
    async with open_stage("http", _heard, clock=lambda: NOW) as stage:
        bot = await _told(store, stage, "Your pump is mended.")
        row = None
        async with store.write(1, NOW) as work:  # it took the row, said it, and died
            (due,) = await notices.due_notices(work)
            row = await notices.take_notice(work, due.id or 0, lease=timedelta(minutes=2))
        assert row is not None
        message = Message("Your pump is mended.", [Section("Your pump is mended.")])
        await stage.platform.send(stage.people.account("ann"), message, once=f"notice:1:{row.once}")
        stage.platform._sent.clear()  # another process knows nothing of it
        await bot.outbox.deliver()
        await stage.people.pass_time(timedelta(hours=3))
        stage.slack.faults.next("chat.postMessage", **fault)
        await bot.outbox.deliver()
        said = [stage.people.words_of(each.id) for each in stage.people.messages_seen_by("ann")]
        assert len(said) == 1
        async with store.session(reading=True) as session:
            found = (await session.exec(select(Notice))).one()
            assert (found.state, found.tries) == (NoticeState.SENT, 2) and found.message


async def test_after_a_restore_what_is_owed_is_looked_for_first(ward: Ward) -> None:
    await ward.owes("ann", "Your pump is mended.")
    await ward.delivers()
    async with ward.store.session() as session:  # the backup was made before that
        row = (await session.exec(select(Notice))).one()
        row.state, row.tries, row.tried_at, row.sent_at = NoticeState.PENDING, 0, None, None
        row.due_at = ward.now
    await notices.look_before_saying(ward.store)
    asked: list[datetime | None] = []
    send = ward.room.send

    async def listening(*given: Any, **named: Any) -> Any:
        asked.append(named["tried_at"])
        return await send(*given, **named)

    ward.room.send = listening  # type: ignore[method-assign]
    await ward.delivers(minutes=1)
    assert asked == [NOW] and ward.seen("ann") == ["Your pump is mended."]


async def test_a_database_that_goes_away_after_the_sending_is_no_second_message(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ward.owes("ann", "Your pump is mended.")
    await ward.owes("ben", "Yours too.")
    settle = notices.settle_notice

    async def once_away(*given: Any, **named: Any) -> None:
        monkeypatch.setattr(notices, "settle_notice", settle)
        raise StoreUnavailable("it is away")

    monkeypatch.setattr(notices, "settle_notice", once_away)
    await ward.delivers()
    assert ward.seen("ann") == ["Your pump is mended."] and ward.seen("ben") == ["Yours too."]
    await ward.delivers(minutes=2)
    assert ward.seen("ann") == ["Your pump is mended."] and ward.seen("ben") == ["Yours too."]
    assert {each.state for each in await ward.rows()} == {NoticeState.SENT}

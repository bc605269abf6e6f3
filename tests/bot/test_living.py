"""What the sample's people answer when they are asked about meetups, in a room that only notes what they press."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from adapters.port import Button, Message, Section
from bot.sample.living import NOT_THIS_TIME, REPLIES, WINS, WITHIN, People

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
EVERYBODY = tuple(f"p{number}" for number in range(len(REPLIES)))
INVITATION = ("meetups:vote:3:0", "meetups:vote:3:1", "meetups:vote:3:2", "meetups:no:3", "meetups:nomore")
AFTER = ("meetups:try:3", "meetups:there:3", "meetups:leaveit")
HELD = ("meetups:heldup:9:held", "meetups:heldup:9:changed", "meetups:heldup:9:nothold", "meetups:leaveit")


@dataclass(frozen=True)
class Told:
    id: str
    said: Message


@dataclass(frozen=True)
class Opened:
    id: str


class SmallRoom:
    """Everybody is told the same, and who presses `there` is told what the bot tells them then."""

    def __init__(self, *buttons: str, in_room: bool = False) -> None:
        self.now, self.played = NOW, set[str]()
        self.pressed: list[tuple[str, str]] = []
        self.sent: list[Mapping[str, str]] = []
        self._said = {who: [] if in_room else [told(f"m-{who}", *buttons)] for who in EVERYBODY}
        self._in_room = [told("m", *buttons)] if in_room else []

    def clock(self) -> datetime:
        return self.now

    def unplayed(self) -> Sequence[str]:
        return [each for each in EVERYBODY if each not in self.played]

    def told(self, person: str) -> Sequence[Told]:
        return self._said[person]

    def messages_seen_by(self, who: str, channel: str = "") -> Sequence[Told]:
        return self._in_room

    async def press(self, who: str, id: str, button: str) -> None:
        self.pressed.append((who, button))
        if button == "meetups:there:3":
            self._said[who] = [replace(told("", "meetups:try:3"), id=id)]

    def open_form_of(self, person: str) -> Opened | None:
        return Opened("f") if self.pressed and self.pressed[-1] == (person, "meetups:try:3") else None

    async def submit(self, who: str, opening: str, values: Mapping[str, str]) -> object:
        self.sent.append(values)
        return None


def told(id: str, *buttons: str) -> Told:
    return Told(id, Message("Asked", [Section("Asked", buttons=[Button(each, "A button") for each in buttons])]))


def come_into(room: SmallRoom, seed: int, there: Sequence[str] = EVERYBODY) -> People:
    """The people, who came before anything was said."""
    said, room._said = room._said, {who: [] for who in EVERYBODY}
    in_room, room._in_room = room._in_room, []
    people = People(room, there, "general", Random(seed))
    room._said, room._in_room = said, in_room
    return people


async def lived(room: SmallRoom, seed: int, there: Sequence[str] = EVERYBODY) -> SmallRoom:
    """Four days go by, six hours at a time."""
    people = come_into(room, seed, there)
    for _ in range(16):
        room.now += timedelta(hours=6)
        await people.answer()
    return room


@pytest.mark.parametrize("seed", range(5))
async def test_most_say_which_times_suit_one_passes_and_some_say_nothing(seed: int) -> None:
    room = await lived(SmallRoom(*INVITATION), seed)
    said = Counter(who for who, _ in room.pressed)
    passed = [who for who, button in room.pressed if button == "meetups:no:3"]
    assert len(passed) == REPLIES.count(NOT_THIS_TIME) and len(EVERYBODY) - len(said) == REPLIES.count(())
    assert all(1 <= count <= 2 for count in said.values()) and len(set(room.pressed)) == len(room.pressed)
    suits = Counter(button for _, button in room.pressed)
    assert all(suits[time] >= 2 for time in INVITATION[:3])
    assert not any(button == "meetups:nomore" for _, button in room.pressed)


async def test_nobody_answers_late_and_not_all_at_once() -> None:
    room = SmallRoom(*INVITATION)
    people = come_into(room, 1)
    await people.answer()
    room.now += WITHIN / 2
    await people.answer()
    early = {who for who, _ in room.pressed}
    room.now += WITHIN / 2
    await people.answer()
    done = list(room.pressed)
    assert 0 < len(early) < len({who for who, _ in done})
    room.now += WITHIN
    await people.answer()
    assert room.pressed == done


@pytest.mark.parametrize("seed", range(5))
async def test_somebody_was_there_and_one_or_two_tell_what_they_will_try(seed: int) -> None:
    room = await lived(SmallRoom(*AFTER), seed)
    there = {who for who, button in room.pressed if button == "meetups:there:3"}
    assert 1 <= len(there) < len(EVERYBODY)
    assert 1 <= len(room.sent) <= 2
    assert [each["showing"] for each in room.sent] == ["named", "unnamed"][: len(room.sent)]
    assert len({each["text"] for each in room.sent} & set(WINS)) == len(room.sent)


async def test_a_fortnight_later_they_say_one_thing() -> None:
    room = await lived(SmallRoom(*HELD), 1)
    assert Counter(who for who, _ in room.pressed) == dict.fromkeys(EVERYBODY, 1)
    assert {button for _, button in room.pressed} <= set(HELD[:3])


@pytest.mark.parametrize("seed", range(5))
async def test_who_is_asked_to_host_says_yes_no_or_nothing(seed: int) -> None:
    room = await lived(SmallRoom("meetups:hostyes:3", "meetups:hostno:3", "meetups:nomore"), seed)
    said = Counter(button for _, button in room.pressed)
    assert set(said) <= {"meetups:hostyes:3", "meetups:hostno:3"}
    assert max(Counter(who for who, _ in room.pressed).values()) == 1


async def test_what_goes_out_in_their_name_they_send() -> None:
    room = await lived(SmallRoom("meetups:send:3", "meetups:change:3", "meetups:drop:3"), 1)
    assert room.pressed and {button for _, button in room.pressed} == {"meetups:send:3"}


async def test_some_come_when_all_are_asked_and_none_presses_what_is_announced() -> None:
    called = [await lived(SmallRoom("meetups:join:3", in_room=True), seed) for seed in range(5)]
    assert 0 < sum(len(each.pressed) for each in called) < 5 * len(EVERYBODY) / 2
    announced = await lived(SmallRoom("meetups:join:3", "meetups:leave:3", in_room=True), 1)
    assert announced.pressed == []


async def test_other_features_are_nothing_to_them() -> None:
    room = await lived(SmallRoom("capture:yes:1", "digest:send:3", "welcome:join:2"), 1)
    assert room.pressed == []


async def test_who_is_played_or_not_of_the_sample_is_left_alone() -> None:
    room = SmallRoom("meetups:send:3")
    room.played = {"p0", "p1"}
    await lived(room, 1, EVERYBODY[1:4])
    assert {who for who, _ in room.pressed} == {"p2", "p3"}


async def test_what_stood_there_before_they_came_they_leave() -> None:
    room = SmallRoom(*INVITATION)
    people = People(room, EVERYBODY, "general", Random(1))
    room.now += WITHIN
    await people.answer()
    assert room.pressed == []


async def test_the_same_dice_give_the_same_deeds() -> None:
    one, same, other = [(await lived(SmallRoom(*INVITATION), seed)).pressed for seed in (3, 3, 4)]
    assert one == same != other

"""The second look at a history: whom messages answer without saying so, each counted once however it goes."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlmodel import select

from knowledge.importing import bringing, inferred
from knowledge.importing.bringing import bring_history, infer_answers
from knowledge.importing.history import History, Message, Person, Read
from knowledge.importing.inferred import inferred_in
from knowledge.mining.answers import second_pass
from knowledge.mining.flow import FIRST
from knowledge.mining.turns import Line
from knowledge.models import Account, Asking, TieMonth
from knowledge.store import Store, communities, ties

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=900)
PEOPLE = ("ravi", "lena", "ben", "maeve", "nora")
SAID = ("how do you get the hoist to charge?", "{}: seat it until it clicks", "{}: it does, thanks", "so it goes", "hm")


class Made(History):
    """A history that stands in a list."""

    def __init__(self, messages: list[Message], **people: Person) -> None:
        super().__init__("slack:T1", "d", len(messages), people={id: Person(id) for id in PEOPLE} | people)
        self.said = messages

    def _messages(self) -> Iterator[Read]:
        for self.done, each in enumerate(self.said, 1):  # noqa: B020 - how far it was read
            yield each


class StopError(Exception):
    """What a killed process is in these tests."""


def room(name: str, lines: int = 120, at: datetime = NOW - timedelta(days=3)) -> list[Message]:
    """A room in which people call each other by name."""
    random = Random(name)
    return [
        Message(
            *(f"{name}{number}", name, random.choice(PEOPLE), at + timedelta(minutes=number)),
            random.choice(SAID).format(random.choice(PEOPLE)),
        )
        for number in range(lines)
    ]


def mixed(*rooms: list[Message]) -> list[Message]:
    """Rooms as a file has them that is sorted by time: to and fro."""
    return sorted((each for one in rooms for each in one), key=lambda each: each.at)


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


def found_in(history: History) -> Counter[tuple[str, str]]:
    seen = [tie for told in inferred_in(history, {}) for tie in told.ties]
    return Counter((tie.once, tie.to_account.rpartition(":")[2]) for tie in seen)


async def kept(store: Store, community: int) -> Counter[tuple[str, str, str]]:
    async with store.read(community, NOW) as work:
        accounts = (await work.session.exec(select(Account).where(Account.community_id == community))).all()
        keys = {each.member_id: each.key.rpartition(":")[2] for each in accounts}
        months = (await work.session.exec(select(TieMonth).where(TieMonth.community_id == community))).all()
        found: Counter[tuple[str, str, str]] = Counter()
        for tie in await ties.list_ties(work):
            found[keys[tie.from_id], keys[tie.to_id], str(tie.kind)] += 1
        for each in months:
            found[keys[each.from_id], keys[each.to_id], str(each.kind)] += each.count
        return found


def test_a_room_is_read_as_the_second_pass_reads_its_lines() -> None:
    talk = room("floor")
    lines = [Line(each.author, each.text, each.author, each.at) for each in talk]
    guesses = list(second_pass(lines[FIRST - 1 :]))
    plainly = Counter(
        (f"slack:T1:floor:{each.id}:inferred:{place}", str(guess.whom))
        for each, of in zip(talk[FIRST - 1 :], guesses, strict=True)
        for place, guess in enumerate(of)
    )
    assert found_in(Made(talk)) == plainly and plainly.total() > 10


def test_rooms_that_come_to_and_fro_are_read_as_one_after_another() -> None:
    rooms = [room(name, 400) for name in ("floor", "stairs", "yard")]
    assert found_in(Made(mixed(*rooms))) == found_in(Made([each for one in rooms for each in one]))


def test_of_more_rooms_than_are_held_some_are_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inferred, "ROOMS", 1)
    one, other = room("floor"), room("stairs")
    found = found_in(Made([*one[:60], *other, *one[60:]]))
    assert {once.split(":")[2] for once, _ in found} == {"floor", "stairs"}
    assert not any(f"floor{60 + number}:" in once for once, _ in found for number in range(FIRST - 1))


def test_nothing_is_inferred_among_threads_nor_of_bots() -> None:
    talk = room("floor")
    answers = [
        Message(f"a{number}", "floor", "ben", each.at, "yes", thread=each.id) for number, each in enumerate(talk)
    ]
    threads = [each for pair in zip(talk, answers, strict=True) for each in pair]
    assert not found_in(Made(threads))
    assert "ben" not in {whom for _, whom in found_in(Made(talk, ben=Person("ben", is_bot=True)))}


@pytest.mark.parametrize("at", [NOW - timedelta(days=3), LONG_AGO], ids=["kept one by one", "kept as months"])
@pytest.mark.parametrize("stop", [1, 3])
async def test_it_goes_on_where_it_stopped_and_adds_nothing_twice(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch, at: datetime, stop: int
) -> None:
    monkeypatch.setattr(bringing, "BATCH", 10)
    history = Made([each for name in ("floor", "stairs") for each in room(name, at=at)])
    whole = Counter(told.author.rpartition(":")[2] for told in inferred_in(history, {}) for _ in told.ties)
    await bring_history(store, community, history, NOW)
    batches = iter(range(10))

    def stopping(done: int, count: int) -> None:
        if next(batches) == stop:
            raise StopError

    with suppress(StopError):
        await infer_answers(store, community, history, NOW, progress=stopping)
    for _ in range(2):
        last = await infer_answers(store, community, history, NOW)
    found = await kept(store, community)
    by = Counter[str]()
    for (author, _, kind), count in found.items():
        assert kind == "inferred"
        by[author] += count
    assert last == 0 and by == whole


async def test_nothing_is_lost_of_a_room_that_takes_to_threads(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for more lines stands before what need not wait: it is told first, or it would be passed over."""
    monkeypatch.setattr(bringing, "BATCH", 1)
    later = NOW - timedelta(days=1)
    asked = [Message(f"q{n}", "floor", "ben", later + timedelta(hours=n), SAID[0]) for n in range(20)]
    answers = [Message(f"a{n}", "floor", "lena", each.at, "so", thread=each.id) for n, each in enumerate(asked)]
    threads = [each for pair in zip(asked, answers, strict=True) for each in pair]
    history = Made([*room("floor", 100), *threads, *room("floor", 100)])
    numbers = [told.number for told in inferred_in(history, {})]
    assert numbers == sorted(numbers) and len(numbers) > 20
    await bring_history(store, community, history, NOW)
    await infer_answers(store, community, history, NOW)
    kinds = Counter[str]()
    for (_, _, kind), count in (await kept(store, community)).items():
        kinds[kind] += count
    assert kinds["inferred"] == found_in(history).total() > 10


@pytest.mark.parametrize("waiting", [2, 60])
def test_few_messages_wait_however_the_room_goes(monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    monkeypatch.setattr(inferred, "WAITING", waiting)
    numbers = [told.number for told in inferred_in(Made(room("floor", 300)), {})]
    assert numbers == sorted(numbers) and len(numbers) > 60


async def test_months_that_were_counted_before_a_history_came_stay_as_they_are(store: Store, community: int) -> None:
    """An export of the whole and an export of its beginning have months in common."""
    talk = room("floor", at=LONG_AGO)
    first, second = Made(talk[:80]), Made(talk)
    second.digest = "e"
    found = []
    for history in (first, second):
        await bring_history(store, community, history, NOW)
        await infer_answers(store, community, history, NOW)
        found.append(await kept(store, community))
    assert found[0] == found[1] and found[0].total() > 5


async def test_questions_to_a_room_are_noted_once_and_none_that_is_to_somebody(store: Store, community: int) -> None:
    talk = room("floor", 60)
    threads = [Message("t1", "stairs", "ben", NOW, SAID[0]), Message("t2", "stairs", "lena", NOW, SAID[0], thread="t1")]
    old = [Message("o1", "yard", "ben", LONG_AGO, SAID[0])]
    history = Made([*talk, *threads, *old])
    answers = {once.split(":")[3] for once, _ in found_in(history)}
    await bring_history(store, community, history, NOW)
    for _ in range(2):
        await infer_answers(store, community, history, NOW)
    async with store.read(community, NOW) as work:
        noted = (await work.session.exec(select(Asking.once).where(Asking.community_id == community))).all()
    asked = {each.id for each in talk if each.text == SAID[0]} - answers
    assert sorted(noted) == sorted([*(f"slack:T1:floor:{id}" for id in asked), "slack:T1:stairs:t1"])
    assert len(asked) > 5

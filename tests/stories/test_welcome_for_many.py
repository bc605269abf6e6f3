"""Half a year with three hundred newcomers of every temperament: nobody is flooded, asked twice or left alone."""

import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete
from sqlmodel import col, select
from telling import HERE, Ward

from adapters.room import BOT, Person, RoomMessage
from adapters.room.reading import buttons
from bot.features.welcome.choices import SILENT_BEFORE_LEFT
from knowledge.models import FirstWord, JobTime, Member, Notice, NoticeState, Pair, TieKind
from knowledge.store import Work, communities, pairs, ties
from knowledge.store.ties import Seen

WEEKS = 26
NEWCOMERS = 300
MEMBERS = 40
A_DAY = timedelta(days=1)
TEMPERAMENTS = {"keen": 3, "steady": 6, "silent": 8, "stops": 3, "puts_off": 3, "leaves": 2, "closed": 2, "far": 3}
PRACTICES = ("nurse", "porter", "physiotherapist", "ward clerk", "doctor")
PLACES = ("ward 4", "ward 6", "ward 9", "community team")


class Crowd:
    """Everybody in the half-year: what they do with what they see, by their temperament and by chance."""

    def __init__(self, ward: Ward, random: Random) -> None:
        self.ward, self.random, self.room = ward, random, ward.room
        self.seed = random.random()
        self.chances: dict[str, Random] = {}
        self.temperament: dict[str, str] = {}
        self.put_off: Counter[str] = Counter()
        self.willing_since: dict[str, datetime] = {}
        self.stopped: dict[str, datetime] = {}
        self.seen = 0
        self.answers_later: list[tuple[str, str]] = []
        self.most_open = 0

    async def settle_in(self) -> None:
        """The members who are here already, some tips and conversations, and who shows people round."""
        async with self.ward.store.write(self.ward.community, self.room.clock()) as work:
            await communities.choose(work, nudges_a_week=2)
        for number in range(MEMBERS):
            practice, place = self.random.choice(PRACTICES), self.random.choice(PLACES)
            teller = await self.ward.welcomes(f"Member{number}", practice, place, core=number < 3)
            if 3 <= number < 13:
                await teller.uses("/tacit welcome")
                await teller.presses("Yes, I would")
                self.willing_since[teller.id] = self.room.clock()
        for number in range(3, 9):
            await self.room.use_command(
                f"member{number}", HERE, f"/tip Knack {number}: hold it at the {number}th rung."
            )
            for other in range(10, 16):
                await self.room.use_command(f"member{other}", HERE, f"/tip show {number - 2}")
                await self._press(self._newest_to(f"member{other}"), f"member{other}", "Worked for me")

    async def comes(self, number: int) -> None:
        """Somebody new joins, and may write their first words."""
        id, temperament = f"new{number}", self.random.choices([*TEMPERAMENTS], [*TEMPERAMENTS.values()])[0]
        self.temperament[id] = temperament
        zone = "America/New_York" if temperament == "far" else "Europe/London"
        closed = temperament == "closed"
        await self.room.join(Person(id, f"New{number}", time_zone=zone, closed_direct_messages=closed))
        if temperament not in ("silent", "leaves") and self.random.random() < 0.8:
            words = await self.room.say(id, HERE, f"Hello, I'm {id} and new. Where do I find the {number}th rung?")
            if self.random.random() < 0.5:
                self.answers_later.append((f"member{self.random.randrange(3, MEMBERS)}", words))

    async def a_day(self) -> None:
        """Time passes, and everybody sees what came."""
        for who, words in self.answers_later:
            await self.room.say(who, HERE, "Hello! By the store.", words)
        self.answers_later.clear()
        self.ward.platform.commit("time_passed", seconds=A_DAY.total_seconds())  # type: ignore[attr-defined]
        await self.ward.bot.tick()
        messages = list(self.ward.platform.world.messages.values())  # type: ignore[attr-defined]
        new, self.seen = messages[self.seen :], len(messages)
        by_reader = defaultdict(list)
        for message in new:
            channel = self.ward.platform.world.channels[message.channel]  # type: ignore[attr-defined]
            if message.author == BOT and channel.kind in ("direct", "group"):
                by_reader[tuple(sorted(channel.members - {BOT}))].append(message)
        for readers, shown in sorted(by_reader.items()):  # what comes at once comes in no order of its own
            for message in shown:
                await (self._sees(readers[0], message) if len(readers) == 1 else self._talk(message.channel, readers))
        await self._look_at_loads()

    def _chance(self, who: str) -> Random:
        """Each has chance of their own, so that what one does changes nothing for the others."""
        return self.chances.setdefault(who, Random(f"{self.seed}:{who}"))

    async def _sees(self, who: str, message: RoomMessage) -> None:
        labels = [each.label for each in buttons(message)]
        if "Yes, please do" in labels:
            await self._chooses(who, message, {"Yes, please do": 75, "Not this time": 15, "": 10})
        elif "Don't ask again" in labels:
            await self._chooses(who, message, {"Yes, I would": 40, "Not now": 30, "Don't ask again": 10, "": 20})
        elif "Not this one" in labels:
            words = self.ward.room.words_of(message.id)
            first = [id for id, each in self.ward.platform.world.messages.items() if each.text and each.text in words]  # type: ignore[attr-defined]
            if self._chance(who).random() < 0.6 and first:
                await self.room.say(who, HERE, "Hello, and welcome.", first[-1])
            else:
                await self._chooses(who, message, {"Not this one": 50, "": 50})
        elif "Ask somebody else" in labels:
            await self._chooses(who, message, {"Ask somebody else": 60, "No need": 40})
        elif who in self.temperament and "Stop these" in labels:
            await self._takes_a_step(who, message, labels)

    async def _talk(self, channel: str, two: Sequence[str]) -> None:
        newcomer, companion = sorted(two, key=lambda who: who not in self.temperament)
        if self._chance(newcomer).random() < 0.6:
            await self.room.say(newcomer, channel, "Hello! Where do people eat here?")
        if self._chance(companion).random() < 0.8:
            await self.room.say(companion, channel, "By the lifts, at noon. Come along.")

    async def _takes_a_step(self, who: str, message: RoomMessage, labels: Sequence[str]) -> None:
        temperament = self.temperament[who]
        eager = {"keen": 0.95, "steady": 0.5, "far": 0.5, "puts_off": 0.3}.get(temperament, 0.0)
        if temperament == "stops" and self._chance(who).random() < 0.5:
            self.stopped[who] = self.room.clock()
            await self._press(message, who, "Stop these")
        elif temperament == "leaves" and self._chance(who).random() < 0.4:
            await self.room.leave(who)
        elif temperament == "puts_off" and "Later" in labels:
            self.put_off[who] += 1
            await self._press(message, who, "Later")
        elif self._chance(who).random() < eager:
            await self._does(who, message, labels)

    async def _does(self, who: str, message: RoomMessage, labels: Sequence[str]) -> None:
        ask = next((each for each in labels if each.startswith("Yes, ask")), "")
        if ask:
            await self._press(message, who, ask)
        if "Say what I do" in labels:
            await self._press(message, who, "Say what I do")
            opened = self.room.open_form_of(who)
            assert opened is not None
            chance = self._chance(who)
            said = {"practice": chance.choice(PRACTICES), "place": chance.choice(PLACES), "named": "no"}
            await self.room.submit(who, opened.id, said)
        for label in ("Yes", "I've read it", "Yes, I would"):
            if label in labels:
                await self._press(message, who, label)
        if "Tell one" in labels:
            await self.room.use_command(who, HERE, f"/tip From {who}: the other way round works too, on {who}'s ward.")

    async def _chooses(self, who: str, message: RoomMessage, weights: dict[str, int]) -> None:
        label = self._chance(who).choices([*weights], [*weights.values()])[0]
        if label:
            await self._press(message, who, label)

    async def _press(self, message: RoomMessage, who: str, label: str) -> None:
        found = [each.id for each in buttons(message) if each.label == label]
        if found:
            await self.room.press(who, message.id, found[0])
            if label == "Yes, I would":
                self.willing_since.setdefault(who, self.room.clock())

    def _newest_to(self, who: str) -> RoomMessage:
        seen = self.ward.platform.messages_seen_by(who)  # type: ignore[attr-defined]
        return next(each for each in reversed(seen) if each.author == BOT)

    async def _look_at_loads(self) -> None:
        async with self.ward.store.read(self.ward.community, self.room.clock()) as work:
            loads = await pairs.loads(work)
        self.most_open = max([self.most_open, *(load.open for load in loads.values())])

    async def are_about(self, week: int) -> None:
        """Members do what members do: they answer each other."""
        account = self.room.account("member0").key.removesuffix("member0")
        seen = [
            Seen(
                f"{week}:{n}", TieKind.REPLY, f"{account}member{n}", f"{account}member{n - 1}", HERE, self.room.clock()
            )
            for n in range(3, MEMBERS)
            if self.random.random() < 0.5
        ]
        async with self.ward.store.write(self.ward.community, self.room.clock()) as work:
            await ties.note_ties(work, seen)


@pytest.mark.skipif(not os.environ.get("TACIT_TEST_LONG"), reason="takes two minutes: TACIT_TEST_LONG=1 runs it")
@pytest.mark.timeout(400)
@pytest.mark.only_on("room")
async def test_half_a_year_with_three_hundred_newcomers(ward: Ward) -> None:
    crowd = Crowd(ward, Random(7))
    await ward.lets_pass(hours=5)
    await crowd.settle_in()
    async with ward.store.write(ward.community, ward.room.clock()) as work:
        await communities.choose(work, welcomes=True)
        others = col(JobTime.job).not_like("welcome.%")  # what else is due by the clock is not what this is about
        await work.session.exec(delete(JobTime).where(others, col(JobTime.community_id) == work.community))
    arrivals = Counter(crowd.random.randrange(WEEKS * 7 - 30) for _ in range(NEWCOMERS - 50))
    arrivals[75] += 50
    came = 0
    for day in range(WEEKS * 7):
        if day % 7 == 0:
            await crowd.are_about(day)
        for _ in range(arrivals[day]):
            await crowd.comes(came)
            came += 1
        await crowd.a_day()
    assert came == NEWCOMERS
    async with ward.store.read(ward.community, ward.room.clock()) as work:
        await _nobody_got_more_than_the_budget(work)
        await _nobody_was_invited_twice(work, crowd)
        await _every_first_word_was_answered_or_brought(work)
        await _the_load_is_spread(work, crowd)


async def _nobody_got_more_than_the_budget(work: Work) -> None:
    sent = defaultdict(list)
    rows = (await work.session.exec(select(Notice).where(Notice.state == NoticeState.SENT, Notice.nudge != ""))).all()
    for row in rows:
        if row.nudge != "companions" and row.sent_at is not None:
            sent[row.member_id].append(row.sent_at)
    assert len(sent) > NEWCOMERS * 0.9
    for moments in sent.values():
        moments.sort()
        assert all(later - first >= timedelta(days=7) for first, later in zip(moments, moments[2:], strict=False))


async def _nobody_was_invited_twice(work: Work, crowd: Crowd) -> None:
    rows = (await work.session.exec(select(Notice).where(Notice.name.startswith("welcome.")))).all()  # type: ignore[attr-defined]
    invited: Counter[tuple[int | None, str]] = Counter()
    for row in rows:
        if row.name in ("welcome.hello", "welcome.step") and row.state is NoticeState.SENT:
            invited[row.member_id, str(row.subject.get("step", ""))] += 1
    people = {each.id: each.name.lower() for each in (await work.session.exec(select(Member))).all()}
    again: Counter[str] = Counter()
    for (member, step), times in invited.items():
        assert times <= 2, f"{people[member]} was invited to {step} {times} times"
        again[people[member]] += times - 1
    assert +again and all(crowd.put_off[name] >= count for name, count in again.items()), "who did not say Later"


async def _every_first_word_was_answered_or_brought(work: Work) -> None:
    rows = (await work.session.exec(select(FirstWord))).all()
    late = work.now - timedelta(days=3)
    waited = [
        row
        for row in rows
        if row.at < late and (row.answered_at is None or row.answered_at - row.at > timedelta(hours=12))
    ]
    assert len(rows) > 100 and len(waited) > 30
    assert [row for row in waited if row.brought_at is None] == []
    assert all(row.brought_at - row.at <= timedelta(hours=48) for row in waited if row.brought_at is not None)


async def _the_load_is_spread(work: Work, crowd: Crowd) -> None:
    """Who said yes in the last month can't have shown as many round as who did at the beginning: so many a week."""
    assert crowd.most_open <= 2
    rows = (await work.session.exec(select(Pair))).all()
    shown = Counter(row.companion_id for row in rows if row.room)
    assert sum(shown.values()) > 40
    loads = await pairs.loads(work)
    a_week = {
        each.name: shown[each.id or 0] / ((work.now - crowd.willing_since[each.name.lower()]) / timedelta(days=7))
        for each in await pairs.companions(work)
        if loads.get(each.id or 0, pairs.Load()).silent < SILENT_BEFORE_LEFT  # who does not answer is left in peace
        and work.now - crowd.willing_since[each.name.lower()] > timedelta(days=28)
    }
    assert len(a_week) > 10
    assert _gini([*a_week.values()]) < 0.3, a_week


def _gini(values: Sequence[float]) -> float:
    """Source: Gini, *Variabilità e mutabilità*, 1912; for a sample: the mean difference over twice the mean."""
    pairs_of = sum(abs(one - other) for one in values for other in values)
    return pairs_of / (2 * len(values) * sum(values))

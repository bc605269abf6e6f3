"""Communities made of a real public chat: brought in by one command, with what a chat has not laid on top of it."""

import asyncio
import gzip
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import by_hand
import pytest
from rows_by_hand import FEWEST, Rows, rows_of
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import app
from bot.features.reports.reading import report_of
from bot.features.reports.rules import Period, Report
from knowledge.importing import bringing
from knowledge.importing.inferred import inferred_in
from knowledge.importing.ties_of import told_in
from knowledge.models import (
    Asking,
    Confirmation,
    Consent,
    Newcomer,
    Outcome,
    Question,
    QuestionState,
    Tie,
    TieKind,
    Tip,
    TipAuthor,
    TipState,
)
from knowledge.store import Store, Work, communities, members
from knowledge.store.ties import Seen

CHAT = Path(__file__).parents[3] / "shared" / "data" / "chats" / "ubuntu-irc-dev.jsonl.gz"

NOW = datetime.now(UTC).replace(microsecond=0)
MARCH = Period(datetime(2009, 3, 1, tzinfo=UTC), datetime(2009, 4, 1, tzinfo=UTC))
ALL = Period(datetime(2004, 11, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC))
WEEK = Period(NOW - timedelta(days=9), NOW)
BY_HAND = NOW - timedelta(days=8)
"""When the questions were asked that are put into rooms by hand."""

LAST_DAY = "2016-12-19_20"
CORE_PERCENT = 12

ROOMS: dict[str, tuple[TieKind, timedelta, bool]] = {
    "soon": (TieKind.REPLY, timedelta(hours=1), True),
    "quoted": (TieKind.QUOTE, timedelta(days=1), True),
    "just in time": (TieKind.MENTION, timedelta(days=3), True),
    "too late": (TieKind.REPLY, timedelta(days=3, seconds=1), False),
    "thanked": (TieKind.THANKS, timedelta(hours=1), False),
    "before": (TieKind.REPLY, timedelta(hours=-1), False),
    "at once": (TieKind.REPLY, timedelta(0), True),
}
"""Rooms with one question each: how somebody turned to the asker, how much later, and whether that is an answer."""

T = TypeVar("T")


@dataclass(frozen=True)
class Installed:
    """A data folder, and the community in it; `seen` is what its import read of ties."""

    folder: Path
    community: int
    seen: tuple[Seen, ...] = ()

    @property
    def file(self) -> Path:
        return self.folder / "tacit.db"

    def copied(self, folder: Path) -> "Installed":
        """The same in another folder."""
        shutil.copy(self.file, folder / "tacit.db")
        return Installed(folder, self.community, self.seen)

    def run(self, asked: Callable[[Store], Awaitable[T]]) -> T:
        """Does something with the store."""

        async def done() -> T:
            store = Store(f"sqlite:///{self.file}")
            try:
                return await asked(store)
            finally:
                await store.close()

        return asyncio.run(done())

    def typed(self, *words: str) -> str:
        """Runs `./tacit WORDS` and gives what it prints."""
        with pytest.MonkeyPatch.context() as patched:
            for name in ("DATABASE_URL", "TACIT_CONFIG", "TACIT_COMMUNITY"):
                patched.delenv(name, raising=False)
            patched.setenv("TACIT_DATA", str(self.folder))
            patched.setenv("TACIT_MODEL", "none")
            patched.setattr(logs, "configure", lambda *given, **more: None)
            done = CliRunner().invoke(app, [*words])
        assert done.exit_code == 0, done.output
        return done.stdout

    def report(self, period: Period) -> Report:
        """The report on a time, as everybody gets it."""

        async def asked(store: Store) -> Report:
            options = await communities.options_now(store, self.community, NOW)
            found = await report_of(store, self.community, NOW, options, period)
            assert found is not None
            return found[0]

        return self.run(asked)

    def rows(self, period: Period) -> Rows:
        return rows_of(self.file, self.community, period.since, period.until)


def old_chat(folder: Path, empty_file: Path) -> Installed:
    """The chat, brought in by the command; people with practices, places and a core group, and a few questions."""
    shutil.copy(empty_file, folder / "tacit.db")
    seen: list[Seen] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bringing, "told_in", _noted(told_in, seen))
        patched.setattr(bringing, "inferred_in", _noted(inferred_in, seen))
        Installed(folder, 0).typed("import", "messages", str(CHAT), "--community", "Ubuntu")
    made = Installed(folder, 1, tuple(seen))
    made.run(lambda store: _described(store, made, ALL, left=datetime(2009, 3, 20, tzinfo=UTC), letters=2))
    made.run(lambda store: _asked(store, made, MARCH, first=datetime(2009, 2, 20, tzinfo=UTC), every=16))
    made.run(lambda store: _a_tip(store, made))
    made.report(ALL)
    return made


def again_last_week(ubuntu: Installed, folder: Path) -> Installed:
    """A copy with a second community: the same people's names, and what they said on the last day, as if last week."""
    made = ubuntu.copied(folder)
    with gzip.open(CHAT, "rt", encoding="utf-8") as stream:
        said = [row for row in map(json.loads, stream) if row["room"] == LAST_DAY]
    later = NOW - timedelta(days=5) - max(datetime.fromisoformat(row["at"]) for row in said)
    for row in said:
        row["at"] = (datetime.fromisoformat(row["at"]) + later).isoformat()
    file = made.folder / "again.jsonl"
    file.write_text("\n".join(map(json.dumps, said)), "utf-8")
    made.typed("import", "messages", str(file), "--community", "Again")
    return Installed(folder, 2)


def livened(again: Installed, folder: Path) -> Installed:
    """The same with people of whom more is known, ties of all kinds, and questions; one is not counted."""
    made = again.copied(folder)
    with closing(sqlite3.connect(made.file)) as database, database:
        for at, kind in enumerate(("reply", "mention", "quote", "thanks", "reaction", "met", "welcomed")):
            database.execute("UPDATE tie SET kind = ? WHERE community_id = 2 AND id % 14 = ?", (kind, at))
    made.run(lambda store: _described(store, made, WEEK, left=NOW - timedelta(days=5, hours=6), letters=1))
    made.run(lambda store: _asked(store, made, WEEK, first=WEEK.since + timedelta(minutes=30), every=3))
    made.run(lambda store: _asked_in_rooms(store, made))
    made.report(WEEK)
    return made


def _noted(reading: Callable[..., Iterator[Any]], seen: list[Seen]) -> Callable[..., Iterator[Any]]:
    """The same reading, which also notes what ties it gives."""

    def read(*given: Any) -> Iterator[Any]:
        for each in reading(*given):
            seen.extend(getattr(each, "ties", ()))
            yield each

    return read


async def _described(store: Store, made: Installed, period: Period, *, left: datetime, letters: int) -> None:
    """The busiest are the core group; practice and place go by a rule, and of some they are not known. Some left."""
    busy = by_hand.taking_part(made.rows(period))
    async with store.write(made.community, NOW) as work:
        everybody = await members.list_members(work)
        order = sorted(everybody, key=lambda each: (-busy[members.member_id(each)], members.member_id(each)))
        for place, member in enumerate(order):
            member.is_core = place < len(order) * CORE_PERCENT // 100
            member.practice = f"team {member.name[:letters]}" if member.name[:2].isalpha() else ""
            member.place = f"Town  of {len(member.name)}" if len(member.name) < 12 else ""
            if place % 17 == 5 and member.joined_at < left:
                member.left_at = left if place % 2 else left - timedelta(days=30)


async def _asked(store: Store, made: Installed, period: Period, *, first: datetime, every: int) -> None:
    """Questions around a time, most of them answered, many by people of three practices; two long before; newcomers."""
    async with store.write(made.community, NOW) as work:
        people = made.rows(period).people
        ids = sorted(people, key=lambda each: (people[each].practice, each))
        core = [each for each in ids if people[each].is_core]
        large = [name for name, _ in Counter(person.practice for person in people.values()).most_common(4) if name]
        often = [
            each
            for name, count in zip(large, (FEWEST, FEWEST - 1, FEWEST + 2), strict=False)
            for each in [id for id in ids if people[id].practice == name][:count]
        ]
        for n in range(62):
            at = first + timedelta(hours=every * n) if n < 60 else first - timedelta(days=60)
            near = ids[(n * 7 + 1) % len(ids)]
            asker = often[n // 2 % len(often)] if n % 2 else ids[n * 7 % len(ids)]
            question = Question(
                community_id=made.community,
                number=n + 1,
                asker_id=asker if n % 11 else None,
                text="?",
                state=QuestionState.ANSWERED if n % 5 else QuestionState.OPEN,
                named=bool(n % 4),
                post=f"import:ubuntu:{n}" if n % 13 else "",
                answerer_id=(near if n % 3 else core[n % len(core)]) if n % 5 and n % 8 else None,
                asked_at=at,
                posted_at=at,
                answered_at=at + timedelta(hours=(n % 7) ** 2, minutes=n) if n % 5 else None,
            )
            work.session.add(question)
            if n % 2:
                new = Newcomer(community_id=made.community, member_id=ids[n * 3 % len(ids)], began_at=at, look_at=at)
                work.session.add(new)


async def _a_tip(store: Store, made: Installed) -> None:
    """One of four who are behind it may be named with what works; three say each of the words on it."""
    at, here = MARCH.since + timedelta(days=3), made.community
    people = made.rows(MARCH).people
    ids = sorted(people, key=lambda each: (people[each].practice, each))
    async with store.write(here, NOW) as work:
        tip = Tip(community_id=here, number=1, state=TipState.LIVE, works="Seat it.", created_at=at, published_at=at)
        work.session.add(tip)
        await work.session.flush()
        assert tip.id is not None
        given = (("works", Consent.OWN, True), ("works", Consent.YES, False), ("works", Consent.NO, True))
        for who, (part, consent, is_named) in zip(ids, (*given, ("why", Consent.OWN, True)), strict=False):
            parts = TipAuthor(
                community_id=here, tip_id=tip.id, member_id=who, part=part, named=is_named, consent=consent
            )
            work.session.add(parts)
        for n, outcome in enumerate([*Outcome] * 3):
            on, who = at + timedelta(days=5 * n), ids[n + 3]
            said = Confirmation(community_id=here, tip_id=tip.id, member_id=who, outcome=outcome, at=on)
            work.session.add(said)


async def _asked_in_rooms(store: Store, made: Installed) -> None:
    """A question in each of `ROOMS`, and one answered in another room; somebody who answers much is not counted."""
    rows = made.rows(WEEK)
    ids, gave = [*rows.people], Counter(tie.by for tie in rows.ties)
    async with store.write(made.community, NOW) as work:
        for n, (room, (kind, later, _)) in enumerate(ROOMS.items()):
            _in_room(work, ids[n], room, room)
            _turned(work, ids[n + 1], ids[n], room, kind, later)
        _in_room(work, ids[20], "here", "here")
        _turned(work, ids[21], ids[20], "elsewhere", TieKind.REPLY, timedelta(hours=1))
        lateral = [each for each in ids if not rows.people[each].is_core]
        await members.describe(work, max(lateral, key=lambda each: gave[each]), is_counted=False)


def _in_room(work: Work, asker: int, channel: str, once: str) -> None:
    work.session.add(Asking(community_id=work.community, asker_id=asker, channel=channel, once=once, at=BY_HAND))


def _turned(work: Work, by: int, to: int, channel: str, kind: TieKind, later: timedelta) -> None:
    tie = Tie(
        community_id=work.community,
        from_id=by,
        to_id=to,
        kind=kind,
        channel=channel,
        once=f"by hand:{channel}",
        at=BY_HAND + later,
    )
    work.session.add(tie)

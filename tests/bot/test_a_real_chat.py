"""A real public chat, brought in by one command, gives a report; each figure is computed a second time, by plain loops.

The chat is old, so its ties are kept as counts of their months. A copy of its last day, moved to last week, is another
community's: its ties are kept one by one.
"""

import asyncio
import gzip
import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, quantiles, stdev
from typing import Any, TypeVar

import by_hand
import pytest
from by_hand import FEWEST, MEASURED, OTHERS, Figures, Rows, figures, rows_of
from typer.testing import CliRunner

from adapters.port import Message, plain
from bot import logs
from bot.__main__ import app
from bot.features.reports import views
from bot.features.reports.reading import report_of
from bot.features.reports.rules import Period, Report
from bot.words import Words
from knowledge.importing import bringing
from knowledge.importing.inferred import inferred_in
from knowledge.importing.messages import open_messages
from knowledge.importing.ties_of import told_in
from knowledge.models import Confirmation, Consent, Outcome, Question, QuestionState, Tip, TipAuthor, TipState
from knowledge.network.activity import Activity
from knowledge.network.chance import Beside
from knowledge.store import Store, Work, communities, members, network
from knowledge.store.ties import Seen

CHAT = Path(__file__).parents[3] / "shared" / "data" / "chats" / "ubuntu-irc-dev.jsonl.gz"

pytestmark = [
    pytest.mark.skipif(not CHAT.is_file(), reason="the chat ubuntu-irc-dev is in ../shared/data, which is not here"),
    pytest.mark.timeout(300),
]

NOW = datetime.now(UTC).replace(microsecond=0)
MARCH = Period(datetime(2009, 3, 1, tzinfo=UTC), datetime(2009, 4, 1, tzinfo=UTC))
ALL = Period(datetime(2004, 11, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC))
LAST_DAY = "2016-12-19_20"
CORE_PERCENT = 12
DEALT_ANEW = 400

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


def noted(reading: Callable[..., Iterator[Any]], seen: list[Seen]) -> Callable[..., Iterator[Any]]:
    """The same reading, which also notes what ties it gives."""

    def read(*given: Any) -> Iterator[Any]:
        for each in reading(*given):
            seen.extend(getattr(each, "ties", ()))
            yield each

    return read


@pytest.fixture(scope="module")
def ubuntu(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Installed:
    """The chat, brought in by the command; people with practices, places and a core group, and a few questions."""
    folder = tmp_path_factory.mktemp("ubuntu")
    shutil.copy(empty_file, folder / "tacit.db")
    seen: list[Seen] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bringing, "told_in", noted(told_in, seen))
        patched.setattr(bringing, "inferred_in", noted(inferred_in, seen))
        Installed(folder, 0).typed("import", "messages", str(CHAT), "--community", "Ubuntu")
    made = Installed(folder, 1, tuple(seen))
    made.run(lambda store: described(store, made, ALL))
    made.run(lambda store: asked_and_kept(store, made))
    return made


async def described(store: Store, made: Installed, period: Period) -> None:
    """The busiest are the core group; practice and place go by a rule, and of some they are not known."""
    busy = by_hand.taking_part(made.rows(period))
    async with store.write(made.community, NOW) as work:
        everybody = await members.list_members(work)
        order = sorted(everybody, key=lambda each: (-busy[members.member_id(each)], members.member_id(each)))
        for place, member in enumerate(order):
            member.is_core = place < len(order) * CORE_PERCENT // 100
            member.practice = f"team {member.name[:2]}" if member.name[:2].isalpha() else ""
            member.place = f"Town  of {len(member.name)}" if len(member.name) < 12 else ""


async def asked_and_kept(store: Store, made: Installed) -> None:
    """Questions in March and before, most of them answered, and a tip that some say worked."""
    async with store.write(made.community, NOW) as work:
        people = made.rows(MARCH).people
        ids = sorted(people, key=lambda each: (people[each].practice, each))
        core = [each for each in ids if people[each].is_core]
        for n in range(60):
            near = ids[(n * 7 + 1) % len(ids)]
            at = datetime(2009, 2, 20, tzinfo=UTC) + timedelta(hours=16 * n)
            question = Question(
                community_id=made.community,
                number=n + 1,
                asker_id=ids[n * 7 % len(ids)] if n % 11 else None,
                text="?",
                state=QuestionState.ANSWERED if n % 5 else QuestionState.OPEN,
                named=bool(n % 4),
                post=f"import:ubuntu:{n}" if n % 13 else "",
                answerer_id=(near if n % 3 else core[n]) if n % 5 and n % 8 else None,
                asked_at=at,
                posted_at=at,
                answered_at=at + timedelta(hours=(n % 7) ** 2, minutes=n) if n % 5 else None,
            )
            work.session.add(question)
        await _a_tip(work, ids)


async def _a_tip(work: Work, ids: list[int]) -> None:
    """One of four who are behind it may be named with what works; three say each of the words on it."""
    at, here = MARCH.since + timedelta(days=3), work.community
    tip = Tip(community_id=here, number=1, state=TipState.LIVE, works="Seat it.", created_at=at, published_at=at)
    work.session.add(tip)
    await work.session.flush()
    assert tip.id is not None
    given = (("works", Consent.OWN, True), ("works", Consent.YES, False), ("works", Consent.NO, True))
    for who, (part, consent, is_named) in zip(ids, (*given, ("why", Consent.OWN, True)), strict=False):
        parts = TipAuthor(community_id=here, tip_id=tip.id, member_id=who, part=part, named=is_named, consent=consent)
        work.session.add(parts)
    for n, outcome in enumerate([*Outcome] * 3):
        day = at + timedelta(days=5 * n)
        work.session.add(Confirmation(community_id=here, tip_id=tip.id, member_id=ids[n + 3], outcome=outcome, at=day))


@pytest.fixture(scope="module")
def again(ubuntu: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A copy with a second community: the same people's names, and what they said on the last day, as if last week."""
    made = ubuntu.copied(tmp_path_factory.mktemp("again"))
    with gzip.open(CHAT, "rt", encoding="utf-8") as stream:
        said = [row for row in map(json.loads, stream) if row["room"] == LAST_DAY]
    later = NOW - timedelta(days=5) - max(datetime.fromisoformat(row["at"]) for row in said)
    for row in said:
        row["at"] = (datetime.fromisoformat(row["at"]) + later).isoformat()
    file = made.folder / "again.jsonl"
    file.write_text("\n".join(map(json.dumps, said)), "utf-8")
    made.typed("import", "messages", str(file), "--community", "Again")
    other = Installed(made.folder, 2)
    other.run(lambda store: described(store, other, Period(NOW - timedelta(days=9), NOW)))
    return other


def values_of(measured: Any, name: str = "") -> Figures:
    """Every figure of what was measured by its name, those that are computed when asked for included."""
    if isinstance(measured, tuple):
        items = [(f"{name}.{at}", each) for at, each in enumerate(measured)]
    elif is_dataclass(measured):
        computed = [each for each, how in vars(type(measured)).items() if isinstance(how, property)]
        names = [*(each.name for each in fields(measured)), *computed]
        items = [(f"{name}.{each}" if name else each, getattr(measured, each)) for each in names]
    else:
        return {name: measured}
    return {key: value for at, each in items for key, value in values_of(each, at).items()}


def compared(measured: Activity, rows: Rows) -> dict[str, tuple[Any, Any]]:
    """Figures that differ: as the report has them, and by hand; of all that is measured by hand."""
    practices, by_rows = practices_of(rows), figures(rows)
    found = {key: value for key, value in values_of(measured).items() if key.split(".")[0] in MEASURED}
    for key in [each for each in found if re.fullmatch(r"voices\.\d+\.code", each)]:
        found[key] = practices[found[key]] if found[key] >= 0 else OTHERS
    return {
        key: (found.get(key, "nothing"), by_rows.get(key, "nothing"))
        for key in sorted({*found, *by_rows})
        if not is_same(found.get(key, "nothing"), by_rows.get(key, "nothing"))
    }


def practices_of(rows: Rows) -> tuple[str, ...]:
    return tuple(sorted({person.practice for person in rows.people.values()} - {""}))


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return type(one) is type(other) and bool(one == other)


def text_of(said: Message) -> str:
    return "\n".join([said.summary, *(f"{each.title}\n{plain(each.text)}" for each in said.sections)])


def test_what_is_kept_of_the_chat_is_what_was_read(ubuntu: Installed) -> None:
    read = Counter(
        (f"{each.at:%Y-%m}", each.from_account, each.to_account, str(each.kind), each.channel) for each in ubuntu.seen
    )
    kept: Counter[tuple[str, ...]] = Counter()
    query = """SELECT month, one.key, other.key, kind, channel, count FROM tiemonth
        JOIN account one ON one.member_id = from_id JOIN account other ON other.member_id = to_id"""
    with closing(sqlite3.connect(ubuntu.file)) as database:
        for *tie, count in database.execute(query):
            kept[tuple(tie)] += count
        assert database.execute("SELECT count(*) FROM tie").fetchone() == (0,)
    assert read == kept and read.total() > 5_000


def test_what_is_kept_tie_by_tie_is_what_was_read(again: Installed) -> None:
    history = open_messages(again.folder / "again.jsonl")
    told = [*told_in(history), *inferred_in(history, {})]
    read = Counter(
        (tie.from_account, tie.to_account, str(tie.kind), tie.channel, tie.at)
        for each in told
        for tie in getattr(each, "ties", ())
    )
    query = """SELECT one.key, other.key, kind, channel, at FROM tie
        JOIN account one ON one.member_id = from_id JOIN account other ON other.member_id = to_id"""
    with closing(sqlite3.connect(again.file)) as database:
        kept = Counter((*tie, by_hand.moment(at)) for *tie, at in database.execute(query))
    assert read == kept and read.total() > 500


@pytest.mark.parametrize("period", [MARCH, ALL], ids=["a month", "all of it"])
def test_every_figure_is_the_same_by_hand(ubuntu: Installed, period: Period) -> None:
    told, rows = ubuntu.report(period), ubuntu.rows(period)
    assert compared(told.now, rows) == {}
    answers = told.now.answers
    assert told.now.lateral.ties > 500 and answers.median_hours is not None
    assert answers.by_lateral and answers.by_core and answers.by_same_practice and answers.by_other_practice
    assert OTHERS in {each.get("code") for each in by_hand.voices(rows)}
    assert told.practices == practices_of(rows) and told.channels == rows.channels
    if period is MARCH:
        assert told.before is not None and compared(told.before, ubuntu.rows(period.before)) == {}
    else:
        assert told.before is None and len(told.now.trend) == 146


@pytest.mark.parametrize("period", [MARCH, ALL], ids=["a month", "all of it"])
def test_chance_is_as_far_as_drawing_gets(ubuntu: Installed, period: Period) -> None:
    """Means and deviations, and how far the lateral share could be otherwise, by drawing anew."""
    told, rows = ubuntu.report(period).now, ubuntu.rows(period)
    sides: list[tuple[Beside | None, str]] = [(told.across_practices, "practice"), (told.across_places, "place")]
    for beside, side in sides:
        assert beside is not None and beside.expected is not None and beside.deviation
        group = {each: str(getattr(person, side)) for each, person in rows.people.items()}
        indices = by_hand.shuffled(rows, group, DEALT_ANEW)
        assert fmean(indices) == pytest.approx(beside.expected, abs=5 * beside.deviation / DEALT_ANEW**0.5)
        assert stdev(indices) == pytest.approx(beside.deviation, rel=0.2)
    assert told.lateral_between is not None and told.lateral.share_of_ties is not None
    low, *_, high = quantiles(by_hand.drawn(rows, DEALT_ANEW), n=40)
    assert low < told.lateral.share_of_ties < high
    assert told.lateral_between.low == pytest.approx(low, abs=(high - low) / 5)
    assert told.lateral_between.high == pytest.approx(high, abs=(high - low) / 5)


@pytest.mark.parametrize("period", [MARCH, ALL], ids=["a month", "all of it"])
def test_the_report_tells_of_nobody_and_of_no_few(ubuntu: Installed, period: Period, tmp_path: Path) -> None:
    told, rows = ubuntu.report(period), ubuntu.rows(period)
    texts = [text_of(views.report(Words(), told, is_core=is_core)) for is_core in (False, True)]
    people = r"(?:people|persons?|members?|newcomers?|others|of (?:you|them))\b"
    for text in texts:
        said = re.findall(rf"\b([\d,]+)(?: (?:out )?of (?:the )?([\d,]+))? {people}", text)
        counts = [int(each.replace(",", "")) for pair in said for each in pair if each]
        assert counts and all(count >= FEWEST or count == 0 for count in counts), text
    sizes = Counter(person.practice for person in rows.people.values())
    few = {practice for practice, size in sizes.items() if practice and size < FEWEST}
    assert few and not any(practice in text.casefold() for practice in few for text in texts)
    renamed = ubuntu.copied(tmp_path)
    with closing(sqlite3.connect(renamed.file)) as database, database:
        database.execute("UPDATE member SET name = 'Somebody ' || id")
    assert text_of(views.report(Words(), renamed.report(period))) == texts[0]


def test_two_communities_reports_never_mix(ubuntu: Installed, again: Installed) -> None:
    same = Installed(again.folder, ubuntu.community)
    ever = Period(ALL.since, NOW)
    for period in (MARCH, ALL, ever):
        assert same.report(period) == ubuntu.report(period)
    whole = Period(NOW - timedelta(days=9), NOW)
    cut = Period(NOW - timedelta(days=5, hours=12), NOW - timedelta(days=5, hours=1))
    for period in (ever, whole, cut):
        told, rows = again.report(period), again.rows(period)
        assert compared(told.now, rows) == {} and told.channels == rows.channels == 1
    assert 100 < again.report(cut).now.lateral.ties < again.report(whole).now.lateral.ties


def test_who_opted_out_is_in_no_figure_and_nowhere_by_name(ubuntu: Installed, tmp_path: Path) -> None:
    made, before = ubuntu.copied(tmp_path), {period: ubuntu.rows(period) for period in (MARCH, ALL)}
    rows = before[ALL]
    busy, asked = by_hand.taking_part(rows), {each for row in rows.asked for each in row[:2]}
    out = max((each for each in before[MARCH].people if each in asked), key=lambda each: busy[each])
    partners = sorted(by_hand.neighbours(rows)[out], key=lambda each: -busy[each])[:5]

    async def opt_out(store: Store) -> str:
        async with store.write(made.community, NOW) as work:
            await members.describe(work, out, is_counted=False)
            member = await members.find_member(work, out)
            assert member is not None
            return member.name

    async def mirrors(store: Store) -> list[network.Mirror]:
        async with store.read(made.community, NOW) as work:
            return [await network.counted_of(work, each, ALL.since) for each in (out, *partners)]

    name = made.run(opt_out)
    is_named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    for period, then in before.items():
        told = made.report(period)
        assert compared(told.now, then.without(out)) == {}
        assert told.now != ubuntu.report(period).now
        assert not is_named.search(text_of(views.report(Words(), told)))
    left = rows.without(out)
    assert made.run(mirrors) == [mirrored(left, each) for each in (out, *partners)] and partners
    days = ("--since", f"{ALL.since:%Y-%m-%d}", "--until", f"{ALL.until:%Y-%m-%d}")
    lines = [json.loads(line) for line in made.typed("ties", *days, "--json").splitlines()]
    assert not {name} & {end for line in lines for end in (line["from"], line["to"])}
    assert sum(line["count"] for line in lines) == sum(tie[3] for tie in left.ties)
    assert not is_named.search(made.typed("report", *days))


def mirrored(rows: Rows, member: int) -> network.Mirror:
    """What the report counts of somebody, by hand."""
    given = sum(tie[3] for tie in rows.ties if tie[0] == member)
    received = sum(tie[3] for tie in rows.ties if tie[1] == member)
    return network.Mirror(
        len({end for tie in rows.ties if member in tie[:2] for end in tie[:2]} - {member}), given, received
    )

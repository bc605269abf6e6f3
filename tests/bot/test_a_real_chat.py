"""A real public chat, brought in by one command, gives a report; each figure is computed a second time, by plain loops.

The chat is old, so its ties are kept as counts of their months. A copy of its last day, moved to last week, is another
community's: its ties are kept one by one, and what was asked in its room is kept.
"""

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from statistics import fmean, quantiles, stdev
from typing import Any

import by_hand
import pytest
import report_by_hand
from by_hand import MEASURED, Figures, figures
from real_chat import ALL, BY_HAND, CHAT, MARCH, NOW, ROOMS, WEEK, Installed, again_last_week, livened, old_chat
from report_by_hand import TOLD
from rows_by_hand import FEWEST, Rows, in_rooms, moment, wrongly_published

from adapters.port import Message, plain
from bot.features.reports import views
from bot.features.reports.rules import Period, Report
from bot.words import Words
from knowledge.importing.inferred import inferred_in
from knowledge.importing.messages import open_messages
from knowledge.importing.ties_of import told_in
from knowledge.network.activity import Activity
from knowledge.network.chance import Beside
from knowledge.store import Store, members, network

pytestmark = [
    pytest.mark.skipif(not CHAT.is_file(), reason="the chat ubuntu-irc-dev is in ../shared/data, which is not here"),
    pytest.mark.timeout(300),
]

DEALT_ANEW = 400


@pytest.fixture(scope="module")
def ubuntu(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Installed:
    return old_chat(tmp_path_factory.mktemp("ubuntu"), empty_file)


@pytest.fixture(scope="module")
def again(ubuntu: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return again_last_week(ubuntu, tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="module")
def lively(again: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return livened(again, tmp_path_factory.mktemp("lively"))


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
    return differing(_only(MEASURED, values_of(measured)), figures(rows))


def compared_besides(told: Report, made: Installed) -> dict[str, tuple[Any, Any]]:
    """The same of what a report says besides, its months included; the share of each is where it is said to lie."""
    found = _only(TOLD, {each.name: getattr(told, each.name) for each in fields(told)})
    found |= values_of(found.pop("trend"), "trend")
    between = {key: found.pop(key) for key in [*found] if ".between" in key}
    for at, month in enumerate(told.trend):
        assert (month.share is None) == (month.between is None), (at, between)
        assert month.share is None or month.between is None or month.between.low <= month.share <= month.between.high
    return differing(found, report_by_hand.told(made.file, made.community, told.period.since, told.period.until, NOW))


def _only(names: set[str], values: Figures) -> Figures:
    return {key: value for key, value in values.items() if key.split(".")[0] in names}


def differing(found: Figures, other: Figures) -> dict[str, tuple[Any, Any]]:
    pairs = {key: (found.get(key, "nothing"), other.get(key, "nothing")) for key in sorted({*found, *other})}
    return {key: pair for key, pair in pairs.items() if not is_same(*pair)}


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        is_number = isinstance(one, int | float) and isinstance(other, int | float)
        return is_number and bool(one == pytest.approx(other, rel=1e-9, abs=1e-9))
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
        kept = Counter((*tie, moment(at)) for *tie, at in database.execute(query))
    assert read == kept and read.total() > 500


def test_every_figure_there_is_is_computed_by_hand() -> None:
    assert {each.name for each in fields(Activity)} == MEASURED | {"lateral_between"}
    assert {each.name for each in fields(Report)} == TOLD | {"name", "period", "now", "before", "happened"}


@pytest.mark.parametrize("period", [MARCH, ALL], ids=["a month", "all of it"])
def test_every_figure_is_the_same_by_hand(ubuntu: Installed, period: Period) -> None:
    told, rows = ubuntu.report(period), ubuntu.rows(period)
    assert compared(told.now, rows) == {} and compared_besides(told, ubuntu) == {}
    now, answers = told.now, told.now.answers
    assert now.lateral.ties > 500 and answers.median_hours is not None
    assert answers.by_lateral and answers.by_core and answers.by_same_practice and answers.by_other_practice
    assert now.carriers and now.carriers >= FEWEST and len(now.waiting) > 1 and now.askers < answers.asked
    assert 0 < now.newcomers_met < now.newcomers and 0 < told.inferred < 1 and told.is_old
    if period is MARCH:
        assert told.before is not None and compared(told.before, ubuntu.rows(period.before)) == {}
        assert sum(each.share is not None for each in told.trend) > 2
        assert any(each.hours for each in told.trend) and told.inferred != told.inferred_before
        assert told.trend[0].share is not None and told.trend[0].hours is None
        assert by_hand.OTHERS in by_hand.merged(by_hand.lines(rows)).values()
    else:
        assert told.before is None and not told.trend


def test_practices_are_published_in_lines_of_five_or_more(ubuntu: Installed, lively: Installed) -> None:
    for made, period in ((ubuntu, MARCH), (lively, WEEK)):
        assert wrongly_published(made.file, made.community) == []
        told, rows = made.report(period), made.rows(period)
        here = Counter(line for line in by_hand.lines(rows).values() if line)
        assert any(" · " in each for each in told.practices) and any(" · " not in each for each in told.practices)
        assert any(here[f"{at:04}"] != count for at, count in enumerate(rows.published))
        assert any(person.practice and not person.line for person in ubuntu.rows(ALL).people.values())


@pytest.mark.parametrize("period", [MARCH, ALL], ids=["a month", "all of it"])
def test_chance_is_as_far_as_drawing_gets(ubuntu: Installed, period: Period) -> None:
    """Means and deviations, and how far the lateral share could be otherwise, by drawing anew."""
    told, rows = ubuntu.report(period).now, ubuntu.rows(period)
    sides: list[tuple[Beside | None, str]] = [(told.across_practices, "line"), (told.across_places, "place")]
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


@pytest.mark.parametrize(
    ("chat", "period"),
    [("ubuntu", MARCH), ("ubuntu", ALL), ("lively", WEEK)],
    ids=["a month", "all of it", "a week of another"],
)
def test_the_report_tells_of_nobody_and_of_no_few(
    chat: str, period: Period, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made: Installed = request.getfixturevalue(chat)
    told, rows = made.report(period), made.rows(period)
    texts = [text_of(views.report(Words(), told, is_core=is_core)) for is_core in (False, True)]
    people = r"(?:people|persons?|members?|newcomers?|others(?!, on average)|of (?:you|them))\b"
    for text in texts:
        said = re.findall(rf"\b([\d,]+)(?: (?:out )?of (?:the )?([\d,]+))? {people}", text)
        said += re.findall(r"\b([\d,]+)() (?:take part|now and then|are at the edge|told|came)\b", text)
        counts = [int(each.replace(",", "")) for pair in said for each in pair if each]
        assert counts and all(count >= FEWEST or count == 0 for count in counts), text
        rest = without_lines(text.casefold(), told, rows)
        assert not any(practice in rest for practice in small(rows)), text
    renamed = made.copied(tmp_path)
    with closing(sqlite3.connect(renamed.file)) as database, database:
        database.execute("UPDATE member SET name = 'Somebody ' || id")
    assert text_of(views.report(Words(), renamed.report(period))) == texts[0]


def small(rows: Rows) -> set[str]:
    """Practices of fewer than five people."""
    sizes = Counter(person.practice for person in rows.people.values())
    found = {practice for practice, size in sizes.items() if practice and size < FEWEST}
    assert found
    return found


def without_lines(text: str, told: Report, rows: Rows) -> str:
    """A text without the names of lines, each of which is of five people or more, published and in this time."""
    here = Counter(by_hand.lines(rows).values())
    for at, name in sorted(enumerate(told.practices), key=lambda each: -len(each[1])):
        if name and name in text and (" · " in name or name not in small(rows)):
            assert rows.published[at] >= FEWEST and (here[f"{at:04}"] >= FEWEST), name
            text = text.replace(name, "")
    return text


def test_two_communities_reports_never_mix(ubuntu: Installed, lively: Installed) -> None:
    same = Installed(lively.folder, ubuntu.community)
    ever = Period(ALL.since, NOW)
    for period in (MARCH, ALL, ever):
        assert same.report(period) == ubuntu.report(period)
    cut = Period(NOW - timedelta(days=5, hours=12), NOW - timedelta(days=5, hours=1))
    half = Period(NOW - timedelta(days=5, hours=7), NOW - timedelta(days=5))
    for period in (ever, WEEK, cut, half):
        told = lively.report(period)
        assert compared(told.now, lively.rows(period)) == {} and compared_besides(told, lively) == {}
        assert 0 < told.inferred < 1 and told.uncounted == 1 and told.is_old == (period is ever)
    assert 100 < lively.report(cut).now.lateral.ties < lively.report(WEEK).now.lateral.ties


def test_what_was_asked_in_rooms_is_answered_by_who_turned_to_the_asker(lively: Installed) -> None:
    rows, now = lively.rows(WEEK), lively.report(WEEK).now
    with closing(sqlite3.connect(lively.file)) as database:
        asked = [*in_rooms(database, lively.community)]
    answered = sum(1 for each in asked if each[3])
    assert Counter(asked) < Counter(rows.asked) and now.answers.asked == len(rows.asked)
    assert 20 < answered < len(asked) - 20
    assert sum(1 for _, by, _, then in rows.asked if then and by and by not in rows.people)
    mine = Counter(then and then - at for _, _, at, then in asked if at == BY_HAND)
    assert mine == Counter([None, *(later if is_answer else None for _, later, is_answer in ROOMS.values())])
    assert now.waiting and 0 < now.newcomers_met < now.newcomers and now.carriers


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
        partners=len({end for tie in rows.ties if member in tie[:2] for end in tie[:2]} - {member}),
        given=given,
        received=received,
        inferred=sum(tie.times for tie in rows.ties if member in tie[:2] and tie.kind == "inferred"),
        asked=sum(asker == member for asker, *_ in rows.asked if member in rows.people),
    )

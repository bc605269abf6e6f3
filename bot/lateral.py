"""Commands about lateral activity: the report, and the ties that it is taken from."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.port import Message, plain
from bot import wiring
from bot.features.reports import pictures, reading, rules, views
from bot.features.reports.rules import Period, Report
from bot.terminal import CommunityOption, JsonOption, community_named, fail, run, settings_with
from bot.words import Words
from config.settings import Settings
from knowledge.pictures.picture import Form
from knowledge.store import communities, network
from knowledge.store.network import KINDS, Read

SinceOption = Annotated[str, typer.Option("--since", help="The first day, such as 2026-10-01.")]
UntilOption = Annotated[str, typer.Option("--until", help="The day after the last, such as 2026-11-01.")]


def report(
    since: SinceOption = "",
    until: UntilOption = "",
    png: Annotated[Path | None, typer.Option("--png", help="A folder that gets the pictures.")] = None,
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print the report on lateral activity. Example: ./tacit report --since 2026-10-01 --until 2026-11-01."""
    period = _period(since, until, days=rules.DAYS)
    found: tuple[Report, Read] | None = run(_report(settings_with(), period, community))
    told = found[0] if found is not None else None
    if png is not None and found is not None:
        _write_pictures(png, *found)
    if as_json:
        typer.echo(json.dumps(_as_values(told), default=str))
    else:
        said = views.report(Words(), told) if told is not None else views.too_little(Words(), period)
        typer.echo(_readable(said))


def ties(
    since: SinceOption = "", until: UntilOption = "", community: CommunityOption = "", as_json: JsonOption = False
) -> None:
    """Print who acted towards whom, how and how often. Example: ./tacit ties --since 2026-10-01 --json."""
    read: Read = run(_ties(settings_with(), _period(since, until, days=rules.LONGEST_DAYS), community))
    counts = read.ties.counts if read.ties.counts is not None else [1] * len(read.ties)
    found: Counter[tuple[int, int, int]] = Counter()
    for by, to, kind, count in zip(read.ties.by, read.ties.to, read.ties.kind, counts, strict=True):
        found[int(by), int(to), int(kind)] += int(count)
    for (by, to, kind), count in sorted(found.items()):
        row = {"from": read.names[by], "to": read.names[to], "kind": str(KINDS[kind]), "count": count}
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(map(str, row.values())))


def _write_pictures(folder: Path, told: Report, read: Read) -> None:
    """The map, trends and matrix, and the page with all of it, each with what it shows as text beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [pictures.sheet_of(Words(), told, read, form) for form in (Form.PNG, Form.PDF)]
    for drawn in (*pictures.drawn(Words(), told, read), *pages):
        (folder / drawn.name).write_bytes(drawn.content)
        (folder / f"{drawn.name}.txt").write_text(f"{drawn.alternative_text}\n", encoding="utf-8")


async def _report(settings: Settings, period: Period, name: str) -> tuple[Report, Read] | None:
    now = datetime.now(UTC)
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        options = await communities.options_now(store, community, now)
        return await reading.report_of(store, community, now, options, period)


async def _ties(settings: Settings, period: Period, name: str) -> Read:
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.read(community, datetime.now(UTC)) as work:
            return await network.read_network(work, period.since, period.until, with_names=True)


def _period(since: str, until: str, *, days: int) -> Period:
    end = _day(until) or datetime.now(UTC)
    begin = _day(since) or end - timedelta(days=days)
    if begin >= end:
        fail("--since has to be before --until.")
    return Period(begin, end)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return fail(f"I can't tell what day {text[:40]!r} is; write it as 2026-10-01.")


def _readable(message: Message) -> str:
    """A message as lines for a terminal."""
    parts = ["\n".join(filter(None, (each.title.upper(), plain(each.text)))) for each in message.sections]
    return "\n\n".join(part for part in parts if part)


def _as_values(told: Report | None) -> dict[str, Any]:
    """The figures of a report that may be shown to everybody."""
    if told is None:
        return {"too_little": True}
    now = told.now
    sides = {"practices": now.across_practices, "places": now.across_places}
    return {
        "since": told.period.since.isoformat(),
        "until": told.period.until.isoformat(),
        "people": now.people,
        "core": now.core,
        "lateral_share": now.lateral.share_of_ties,
        "lateral_share_before": told.before.lateral.share_of_ties if told.before is not None else None,
        "lateral_between": asdict(now.lateral_between) if now.lateral_between is not None else None,
        "density": now.cohesion.density,
        "returned": now.cohesion.returned,
        "connected_without_core": now.without_core.connected_share,
        "largest_without_core": now.without_core.largest_share,
        "external_internal": {name: asdict(side) for name, side in sides.items() if side is not None},
        "trend": [{"month": each.month, "lateral_share": each.lateral.share_of_ties} for each in now.trend],
        "could_try": [str(each) for each in rules.suggestions(told)],
    }

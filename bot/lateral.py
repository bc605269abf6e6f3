"""Commands about lateral activity: the report, and the ties that it is taken from."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.port import Message, plain
from bot import wiring
from bot.features.reports import figures, pictures, reading, rules, views
from bot.features.reports.rules import Period, Report
from bot.terminal import CommunityOption, JsonOption, ToOption, community_named, fail, run, settings_with, write_out
from bot.words import Words
from config.settings import Settings
from knowledge.importing import writing
from knowledge.pictures.picture import Form
from knowledge.store import communities, network
from knowledge.store.network import KINDS, Read

SinceOption = Annotated[str, typer.Option("--since", help="The first day, such as 2026-10-01.")]
COLUMNS = ("from", "to", "kind", "count")
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
        typer.echo(json.dumps(figures.figures(told), default=str))
    else:
        said = views.report(Words(), told) if told is not None else views.too_little(Words(), period)
        typer.echo(_readable(said))


def ties(
    since: SinceOption = "", until: UntilOption = "", community: CommunityOption = "", as_json: JsonOption = False
) -> None:
    """Print who acted towards whom, how and how often. Example: ./tacit ties --since 2026-10-01 --json."""
    for row in _rows(run(_ties(settings_with(), _period(since, until, days=rules.LONGEST_DAYS), community))):
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(map(str, row.values())))


def export_ties(
    form: Annotated[str, typer.Option("--format", help="jsonl, csv or markdown.")] = "jsonl",
    to: ToOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    community: CommunityOption = "",
) -> None:
    """Export who acted towards whom, how and how often. Example: ./tacit export ties --format csv --to ties.csv."""
    if form not in ("jsonl", "csv", "markdown"):
        fail(f"I can't write {form}; choose jsonl, csv or markdown.")
    rows = _rows(run(_ties(settings_with(), _period(since, until, days=rules.LONGEST_DAYS), community)))
    writers: dict[str, Callable[[Iterator[dict[str, Any]]], Iterator[str]]] = {
        "jsonl": writing.table_as_jsonl,
        "csv": partial(writing.table_as_csv, COLUMNS),
        "markdown": partial(writing.table_as_markdown, COLUMNS),
    }
    write_out("".join(writers[form](rows)), to)


def export_report(
    form: Annotated[str, typer.Option("--format", help="markdown or json.")] = "markdown",
    to: ToOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    community: CommunityOption = "",
) -> None:
    """Export the report. Example: ./tacit export report --since 2026-10-01 --until 2026-11-01 --to october.md."""
    if form not in ("markdown", "json"):
        fail(f"I can't write {form}; choose markdown or json.")
    period = _period(since, until, days=rules.DAYS)
    found: tuple[Report, Read] | None = run(_report(settings_with(), period, community))
    told = found[0] if found is not None else None
    if form == "json":
        write_out(json.dumps(figures.figures(told), default=str, indent=2) + "\n", to)
    else:
        said = views.report(Words(), told) if told is not None else views.too_little(Words(), period)
        write_out(_markdown(said), to)


def _rows(read: Read) -> Iterator[dict[str, Any]]:
    """Each pair with how one acted towards the other, and how often."""
    counts = read.ties.counts if read.ties.counts is not None else [1] * len(read.ties)
    found: Counter[tuple[int, int, int]] = Counter()
    for by, to, kind, count in zip(read.ties.by, read.ties.to, read.ties.kind, counts, strict=True):
        found[int(by), int(to), int(kind)] += int(count)
    for (by, to, kind), count in sorted(found.items()):
        values = (read.names[by], read.names[to], str(KINDS[kind]), count)
        yield dict(zip(COLUMNS, values, strict=True))


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


def _markdown(message: Message) -> str:
    """A message as a document; each of its lines is one, too."""
    parts = []
    for section in message.sections:
        text = plain(section.text).replace("\n", "  \n")
        parts.append(f"## {section.title}\n\n{text}" if section.title else f"# {text}")
    return "\n\n".join(parts) + "\n"

"""Commands that bring in a chat's history: who acted towards whom, and none of what was said."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot import wiring
from bot.terminal import CommunityOption, JsonOption, community_named, console, fail, run, settings_with
from config.settings import Settings
from knowledge.importing.bringing import Brought, bring_history, infer_answers
from knowledge.importing.discord_export import open_discord
from knowledge.importing.history import History
from knowledge.importing.messages import open_messages
from knowledge.importing.slack_export import open_slack
from knowledge.store import communities, members

SpaceOption = Annotated[
    str, typer.Option("--space", help="The space that it is from, such as slack:T1, where the file doesn't say.")
]

CoreOption = Annotated[
    str, typer.Option("--core", help="Who is the core group, by name or id, with commas between them.")
]
BotsOption = Annotated[str, typer.Option("--bots", help="Which authors are programs, with commas between them.")]

STOPPED = 130
"""The exit code of a command that was stopped from the keyboard."""


def import_slack(
    file: Annotated[Path, typer.Argument(help="The .zip of a standard Slack export.")],
    space: SpaceOption = "",
    core: CoreOption = "",
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count who acted towards whom in a Slack export. Example: ./tacit import slack export.zip."""
    _import(lambda: open_slack(file, space), community, _names(core), as_json=as_json)


def import_discord(
    path: Annotated[Path, typer.Argument(help="A .json of DiscordChatExporter, or a folder of them.")],
    space: SpaceOption = "",
    core: CoreOption = "",
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count who acted towards whom in Discord exports. Example: ./tacit import discord exports/."""
    _import(lambda: open_discord(path, space), community, _names(core), as_json=as_json)


def import_messages(
    file: Annotated[Path, typer.Argument(help="A .jsonl file (also .gz) with id, room, author, at, text.")],
    space: SpaceOption = "",
    bots: BotsOption = "",
    core: CoreOption = "",
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count who acted towards whom in any chat's messages. Example: ./tacit import messages chat.jsonl."""
    _import(lambda: open_messages(file, space, _names(bots)), community, _names(core), as_json=as_json)


def readable(brought: Brought, inferred: int = 0) -> str:
    """What an import did, for a terminal; `inferred` ties came from a second look."""
    if not brought.messages:
        lines = ["There are no messages of people in it."]
    else:
        span = f"from {_day(brought.since)} to {_day(brought.until)}"
        wrote = f"written by {_many(brought.authors, 'person', 'people')} in {_many(brought.rooms, 'channel')}"
        lines = [f"Read {_many(brought.messages, 'message')} {span}, {wrote}."]
        known = brought.messages - brought.new
        if known:
            lines.append(f"{known:,} of them {'was' if known == 1 else 'were'} here already.")
        ties = f"Counted {_many(brought.ties + brought.in_months, 'tie')} between people"
        months = f", {brought.in_months:,} of them old ones that are kept as counts of their month"
        lines.append(f"{ties}{months if brought.in_months else ''}.")
        lines.append(f"{_many(brought.people, 'person is', 'people are')} new here by it.")
        if inferred:
            said = "that the chat doesn't show: whom messages answer in channels without threads"
            lines.append(f"Inferred {_many(inferred, 'more tie')} {said}.")
    left = [f"{why} ({count:,})" for why, count in sorted(brought.left_out.items()) if count]
    if left:
        lines.append(f"Left out: {'; '.join(left)}.")
    return "\n".join([*lines, "Nothing of what was said is kept."])


def as_fields(brought: Brought, inferred: int = 0) -> dict[str, Any]:
    """What an import did, as plain fields."""
    moments = {"since": brought.since, "until": brought.until}
    names = ("messages", "new", "rooms", "authors", "people", "ties", "in_months", "broken_lines")
    counts = {name: getattr(brought, name) for name in names}
    left_out = {why.name.lower(): count for why, count in brought.left_out.items() if count}
    broken = [{"where": each.where, "why": each.why} for each in brought.broken]
    said = {name: at.isoformat() if at else None for name, at in moments.items()}
    return {**counts, **said, "inferred": inferred, "left_out": left_out, "broken": broken}


def _names(given: str) -> list[str]:
    return [name for name in (part.strip() for part in given.split(",")) if name]


def _import(opened: Callable[[], History], community: str, core: list[str], *, as_json: bool) -> None:
    try:
        brought, inferred, unknown = run(_bring(settings_with(), opened, community, core))
    except typer.Exit as stopped:
        if stopped.exit_code == STOPPED:
            console.print("Stopped. What was read is kept; the same command goes on from there.")
        raise
    typer.echo(json.dumps(as_fields(brought, inferred)) if as_json else readable(brought, inferred))
    for line in brought.broken:
        console.print(f"{line.where}: {line.why}", markup=False)
    if unknown:
        fail(f"Nobody there goes by {', '.join(unknown)}: name the core group again with --core.")
    if brought.broken_lines:
        fail(f"{_many(brought.broken_lines, 'part')} could not be read; the others are counted.")


async def _bring(
    settings: Settings, opened: Callable[[], History], name: str, core: list[str]
) -> tuple[Brought, int, list[str]]:
    history, now = opened(), datetime.now(UTC)
    async with wiring.opened_store(settings) as store:
        community = None if name else await communities.community_of_space(store, history.space)
        community = community or await community_named(store, settings, name, make=True)
        with _progress("Reading", history.size) as told:
            brought = await bring_history(store, community, history, now, progress=told)
        async with store.write(community, now) as work:
            unknown = await members.name_core(work, history.space, core)
        seen = _many(brought.ties + brought.in_months, "tie")
        if console.is_terminal:
            console.print(
                f"{seen} counted: the report knows them now. The second look can be stopped and goes on later."
            )
        with _progress("Looking who answers whom", history.size) as told:
            inferred = await infer_answers(store, community, history, now, progress=told)
        return brought, inferred, unknown


@contextmanager
def _progress(title: str, size: int) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn(title), BarColumn(), TextColumn("{task.fields[count]:,}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=size, count=0)
        yield lambda done, count: shown.update(task, completed=done, count=count)


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def _day(at: datetime | None) -> str:
    return f"{at:%-d %B %Y}" if at else "?"

"""The command line. Each command says what it does, prints data as JSON where asked, and fails with one sentence."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported; more threads are slower here
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import json
import sys
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from bot import checking, coordinators, histories, lateral, people, serving, upkeep, wiring
from bot.terminal import (
    CommunityOption,
    JsonOption,
    ToOption,
    community_named,
    console,
    fail,
    run_for_long,
    settings_with,
    write_out,
)
from bot.terminal import run as run_to_end
from config.hosts import EVERY_ADDRESS
from config.settings import Settings
from knowledge.importing import reading, writing
from knowledge.importing.tips import Imported, import_tips
from knowledge.search import ModelUnavailable, fetch_and_build
from knowledge.store import communities, tips
from knowledge.tips import Known

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Tacit: a bot that remembers what people work out.",
)
importing = typer.Typer(no_args_is_help=True, help="Bring in what is known elsewhere.")
exporting = typer.Typer(no_args_is_help=True, help="Take out what is known here.")
app.add_typer(importing, name="import")
app.add_typer(exporting, name="export")
app.add_typer(coordinators.app, name="core")


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Where the room is served.", min=1, max=65_535)] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew with the sample community.")] = False,
) -> None:
    """Open the browser room with the sample community. Example: ./tacit demo --port 8100."""
    _serve(settings_with(port=port), sample=True, fresh=fresh, open_browser=open_browser)


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="Where the room is served.", min=1, max=65_535)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away what was said in the room.")] = False,
    web: Annotated[bool, typer.Option("--web/--no-web", help="Listen on the port; a worker needs none.")] = True,
) -> None:
    """Run the bot on Slack and Discord where tokens are set, else in a room of your own. Example: ./tacit run."""
    settings = settings_with(port=port)
    if not web and not settings.has_chats:
        fail("Without tokens Tacit opens a room in the browser, and --no-web leaves nothing to do. Set tokens first.")
    _serve(settings, sample=False, fresh=fresh, open_browser=False, web=web)


@app.command()
def check(as_json: JsonOption = False) -> None:
    """Say whether everything is in place, and what to mend. Example: ./tacit check."""
    found = run_to_end(checking.check(settings_with()))
    if as_json:
        print(json.dumps([{"what": each.what, "ok": each.ok, "says": each.says} for each in found]))
    else:
        for each in found:
            print(f"{each.mark}  {each.what}: {each.says}")
    if not all(each.ok for each in found):
        raise typer.Exit(1)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Where Slack's signed requests reach the bot; Socket Mode without.")] = "",
) -> None:
    """Print the manifest for your workspace's own Slack app. Example: ./tacit manifest > my-app.yaml."""
    if url and not url.startswith("https://"):
        fail("Slack only sends to an address that begins with https://.")
    sys.stdout.write(wiring.slack_manifest(url))


@app.command()
def model() -> None:
    """Get and build the sentence encoder, once. Example: ./tacit model."""
    folder = settings_with().model_folder
    if folder is None:
        fail("TACIT_MODEL is none, so there is no encoder to build.")
    try:
        print(fetch_and_build(folder, console.print, lock=wiring.MODEL_LOCK))
    except ModelUnavailable as error:
        fail(str(error))


@app.command()
def migrate() -> None:
    """Bring the database to its newest form. Example: ./tacit migrate."""

    async def work() -> None:
        async with wiring.opened_store(settings_with()):
            print("The database is in its newest form.")

    run_to_end(work())


app.command()(upkeep.backup)
app.command()(upkeep.restore)
app.command()(people.forget)
app.command()(lateral.report)
app.command()(lateral.ties)
exporting.command("member")(people.export_member)
exporting.command("report")(lateral.export_report)
exporting.command("ties")(lateral.export_ties)
importing.command("slack")(histories.import_slack)
importing.command("discord")(histories.import_discord)
importing.command("messages")(histories.import_messages)


@importing.command("tips")
def import_tips_command(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .csv file (also .gz), or a folder of .md files.")],
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Import tips; again updates them by their id. Example: ./tacit import tips tips.jsonl."""
    imported = run_to_end(_import(settings_with(), file, community))
    result = {key: value for key, value in asdict(imported).items() if key != "personal"}
    if as_json:
        print(json.dumps(result | {"look_personal": imported.personal}))
    else:
        print(f"{imported.new} new, {imported.changed} changed, {imported.same} the same.")
    for line in imported.broken[:50]:
        console.print(f"{line.where}: {line.why}", markup=False)
    if imported.left_out:
        console.print(f"{imported.left_out} left out: whoever wrote them asked to be forgotten, and their tips too.")
    if imported.personal:
        places = ", ".join(imported.personal[:10])
        console.print(
            f"In {len(imported.personal)} of them something looks like personal data; please look at {places}."
        )
    if imported.broken:
        fail(f"{len(imported.broken)} could not be read; the others are kept.")


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question.")] = "",
    batch: Annotated[Path | None, typer.Option(help='A file of {"id", "text"} lines; prints a JSON line each.')] = None,
    limit: Annotated[int, typer.Option(help="Tips for each question.", min=1, max=1_000)] = 3,
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Ask what is known. Example: ./tacit ask "how do you unblock a feeding tube"."""
    if bool(text.strip()) == bool(batch):
        fail('Give either a question in quotes, or --batch with a file of {"id", "text"} lines.')
    failed = run_to_end(_ask(settings_with(), text, batch, limit, community, as_json=as_json))
    if failed:
        fail(f"{failed} lines could not be read; the others are answered.")


@exporting.command("tips")
def export_tips_command(
    form: Annotated[str, typer.Option("--format", help="jsonl, csv or markdown.")] = "jsonl",
    to: ToOption = None,
    community: CommunityOption = "",
) -> None:
    """Export the live tips. Example: ./tacit export tips --format csv --to tips.csv."""
    writers: dict[str, Callable[[list[Known]], Iterator[str]]] = {
        "jsonl": writing.as_jsonl,
        "csv": writing.as_csv,
        "markdown": writing.as_markdown,
    }
    if form not in writers:
        fail(f"I can't write {form}; choose jsonl, csv or markdown.")
    write_out("".join(writers[form](run_to_end(_live_tips(settings_with(), community)))), to)


def _serve(settings: Settings, *, sample: bool, fresh: bool, open_browser: bool, web: bool = True) -> None:
    def ready(url: str) -> None:
        what = "The room is open" if sample or not settings.has_chats else "Tacit is running"
        console.print(f"{what}{f' at [bold]{url}[/bold]' if url else ''} (stop with Ctrl+C).")
        if open_browser:
            webbrowser.open(url)

    if web:
        _refuse_taken_port(settings.port)
    work = serving.serve(settings, sample=sample, fresh=fresh, report=console.print, ready=ready, web=web)
    run_for_long(work, settings)


def _refuse_taken_port(port: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((EVERY_ADDRESS, port))
        except OSError:
            fail(f"Something else uses port {port}. Choose another, such as --port {port + 100}.")


async def _import(settings: Settings, file: Path, name: str) -> Imported:
    encoder = wiring.get_encoder(settings, console.print)
    now = datetime.now(UTC)
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=True)
        library = wiring.build(store, encoder).services.library
        with Progress(console=console) as progress:
            task = progress.add_task("Writing tips", total=None)
            imported = await import_tips(
                store, community, reading.read_tips(file), now, lambda done: progress.update(task, completed=done)
            )
            progress.update(task, total=progress.tasks[task].completed)
            encoding = progress.add_task("Reading them for search", total=None)
            await library.refresh(
                community, now, lambda done, of_all: progress.update(encoding, completed=done, total=of_all)
            )
        return imported


async def _ask(settings: Settings, text: str, batch: Path | None, limit: int, name: str, *, as_json: bool) -> int:
    encoder = wiring.get_encoder(settings, console.print)
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        services = wiring.build(store, encoder).services
        await services.library.refresh(community, services.clock())
        if batch is None:
            answer = await _answer(services, community, {"id": "", "text": text}, limit)
            print(json.dumps(answer, ensure_ascii=False) if as_json else _readable(answer))
            return 0
        failed = 0
        for number, question in _questions(batch):
            if question is None:
                console.print(f"line {number}: this is no object with id and text.")
                failed += 1
                continue
            print(json.dumps(await _answer(services, community, question, limit), ensure_ascii=False))
        return failed


async def _answer(services: Any, community: int, question: dict[str, Any], limit: int) -> dict[str, Any]:
    now = services.clock()
    found = await services.library.search(community, str(question["text"]), now, limit=limit)
    async with services.store.read(community, now) as work:
        known = await tips.find_tips(work, [hit.id for hit in found.hits])
        options = await communities.options(work)
    scores = {hit.id: hit.score for hit in found.hits}
    return {
        "id": question["id"],
        "confidence": round(found.confidence, 4),
        "answered": bool(known) and found.confidence_of_shown >= options.answered_from,
        "results": [
            {
                "external_id": each.external_id or None,
                "tip": each.number,
                "title": each.title,
                "score": round(scores[each.id], 4),
            }
            for each in known
        ],
    }


def _readable(answer: dict[str, Any]) -> str:
    lines = [f"#{each['tip']}  {each['title']}" for each in answer["results"]]
    if answer["answered"]:
        return "\n".join(["People here do this:", *lines])
    return "\n".join(["I don't have this one." + (" The nearest:" if lines else ""), *lines])


def _questions(batch: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    if not batch.is_file():
        raise reading.UnreadableFile(f"There is no file {batch}.")
    with reading.open_text(batch) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                fields = json.loads(line)
            except ValueError:
                fields = None
            usable = isinstance(fields, dict) and "id" in fields and "text" in fields
            yield number, fields if usable else None


async def _live_tips(settings: Settings, name: str) -> list[Known]:
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.read(community, datetime.now(UTC)) as work:
            return await tips.live_tips(work)


if __name__ == "__main__":
    app(prog_name="./tacit")

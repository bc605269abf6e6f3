"""The command line. Each command says what it does, prints data as JSON where asked, and fails with one sentence."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported; more threads are slower here
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import asyncio
import json
import logging
import sys
import webbrowser
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from adapters.port import PlatformRefused
from bot import wiring
from config.settings import Settings, SettingsError, read_settings
from knowledge.importing import reading, writing
from knowledge.importing.tips import Imported, import_tips
from knowledge.search import ModelUnavailable, fetch_and_build
from knowledge.store import Store, StoreUnavailable, communities, tips
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

console = Console(stderr=True, highlight=False)

CommunityOption = Annotated[str, typer.Option("--community", help="The community's name, where there are several.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Where the room is served.", min=1, max=65_535)] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew with the sample community.")] = False,
) -> None:
    """Open the browser room with the sample community. Example: ./tacit demo --port 8100."""
    _serve(_settings(port=port), sample=True, fresh=fresh, open_browser=open_browser)


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="Where the room is served.", min=1, max=65_535)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away what was said in the room.")] = False,
) -> None:
    """Run the bot on Slack and Discord where tokens are set, else in a room of your own. Example: ./tacit run."""
    _serve(_settings(port=port), sample=False, fresh=fresh, open_browser=False)


@app.command()
def check(as_json: JsonOption = False) -> None:
    """Say whether everything is in place, and what to mend. Example: ./tacit check."""
    settings = _settings()
    found = _run(_checks(settings))
    if as_json:
        print(json.dumps([{"what": what, "ok": ok, "says": says} for what, ok, says in found]))
    else:
        for what, ok, says in found:
            print(f"{'ok  ' if ok else 'mend'}  {what}: {says}")
    if not all(ok for _, ok, _ in found):
        raise typer.Exit(1)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Where Slack's signed requests reach the bot; Socket Mode without.")] = "",
) -> None:
    """Print the manifest for your workspace's own Slack app. Example: ./tacit manifest > my-app.yaml."""
    if url and not url.startswith("https://"):
        _fail("Slack only sends to an address that begins with https://.")
    sys.stdout.write(wiring.slack_manifest(url))


@app.command()
def model() -> None:
    """Get and build the sentence encoder, once. Example: ./tacit model."""
    folder = _settings().model_folder
    if folder is None:
        _fail("TACIT_MODEL is none, so there is no encoder to build.")
    try:
        print(fetch_and_build(folder, console.print, lock=wiring.MODEL_LOCK))
    except ModelUnavailable as error:
        _fail(str(error))


@app.command()
def migrate() -> None:
    """Bring the database to its newest form. Example: ./tacit migrate."""

    async def work() -> None:
        async with wiring.opened_store(_settings()):
            print("The database is in its newest form.")

    _run(work())


@importing.command("tips")
def import_tips_command(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .csv file (also .gz), or a folder of .md files.")],
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Import tips; again updates them by their id. Example: ./tacit import tips tips.jsonl."""
    imported = _run(_import(_settings(), file, community))
    result = {key: value for key, value in asdict(imported).items() if key != "personal"}
    if as_json:
        print(json.dumps(result | {"look_personal": imported.personal}))
    else:
        print(f"{imported.new} new, {imported.changed} changed, {imported.same} the same.")
    for line in imported.broken[:50]:
        console.print(f"{line.where}: {line.why}", markup=False)
    if imported.personal:
        places = ", ".join(imported.personal[:10])
        console.print(
            f"In {len(imported.personal)} of them something looks like personal data; please look at {places}."
        )
    if imported.broken:
        _fail(f"{len(imported.broken)} could not be read; the others are kept.")


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
        _fail('Give either a question in quotes, or --batch with a file of {"id", "text"} lines.')
    failed = _run(_ask(_settings(), text, batch, limit, community, as_json=as_json))
    if failed:
        _fail(f"{failed} lines could not be read; the others are answered.")


@exporting.command("tips")
def export_tips_command(
    form: Annotated[str, typer.Option("--format", help="jsonl, csv or markdown.")] = "jsonl",
    to: Annotated[Path | None, typer.Option("--to", help="A file; the screen otherwise.")] = None,
    community: CommunityOption = "",
) -> None:
    """Export the live tips. Example: ./tacit export tips --format csv --to tips.csv."""
    writers: dict[str, Callable[[list[Known]], Iterator[str]]] = {
        "jsonl": writing.as_jsonl,
        "csv": writing.as_csv,
        "markdown": writing.as_markdown,
    }
    if form not in writers:
        _fail(f"I can't write {form}; choose jsonl, csv or markdown.")
    text = "".join(writers[form](_run(_live_tips(_settings(), community))))
    if to is None:
        sys.stdout.write(text)
    else:
        to.write_text(text, encoding="utf-8", newline="")


def _serve(settings: Settings, *, sample: bool, fresh: bool, open_browser: bool) -> None:
    def ready(url: str) -> None:
        what = "The room is open" if sample or not settings.has_chats else "Tacit is running"
        console.print(f"{what} at [bold]{url}[/bold] (stop with Ctrl+C).")
        if open_browser:
            webbrowser.open(url)

    _refuse_taken_port(settings.port)
    _run(wiring.serve(settings, sample=sample, fresh=fresh, report=console.print, ready=ready))


def _refuse_taken_port(port: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            _fail(f"Something else uses port {port}. Choose another, such as --port {port + 100}.")


async def _checks(settings: Settings) -> list[tuple[str, bool, str]]:
    found = [("settings", True, f"data in {settings.data}")]
    try:
        async with wiring.opened_store(settings) as store:
            names = [name for _, name in await communities.list_communities(store)]
            found.append(("database", True, f"reached and up to date; communities: {', '.join(names) or 'none yet'}"))
    except StoreUnavailable as error:
        found.append(("database", False, f"cannot be written ({error}). See whether the disk is full or read-only."))
    said: list[str] = []
    encoder = wiring.get_encoder(settings, said.append)
    if encoder is not None:
        found.append(("sentence encoder", True, encoder.name))
    elif settings.model_folder is None:
        found.append(("sentence encoder", True, "none wanted; search goes by words alone"))
    else:
        found.append(("sentence encoder", False, " ".join(said)))
    return [*found, *await wiring.check_chats(settings)]


async def _import(settings: Settings, file: Path, name: str) -> Imported:
    encoder = wiring.get_encoder(settings, console.print)
    now = datetime.now(UTC)
    async with wiring.opened_store(settings) as store:
        community = await _community(store, settings, name, make=True)
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
        community = await _community(store, settings, name, make=False)
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
        community = await _community(store, settings, name, make=False)
        async with store.read(community, datetime.now(UTC)) as work:
            return await tips.live_tips(work)


async def _community(store: Store, settings: Settings, name: str, *, make: bool) -> int:
    name = name or settings.community
    known = await communities.list_communities(store)
    named = [id for id, each in known if each == name]
    if named:
        return named[0]
    if not name and len(known) == 1:
        return known[0][0]
    if make and (name or not known):
        return await communities.open_community(store, name or "Our community", datetime.now(UTC))
    names = ", ".join(each for _, each in known)
    if name:
        return _fail(f"There is no community {name!r}. There is: {names or 'none yet'}.")
    return _fail(
        f"Name one with --community: {names}." if known else "There is nothing here yet; import tips or run the bot."
    )


def _settings(**given: Any) -> Settings:
    try:
        return read_settings(**given)
    except SettingsError as error:
        _fail(str(error))


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs a command's work to its end; what people can mend becomes one sentence."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        return asyncio.run(work)
    except StoreUnavailable as error:
        _fail(f"The database cannot be written ({error}). Nothing was half-written.")
    except reading.UnreadableFile as error:
        _fail(str(error))
    except PlatformRefused as refused:
        _fail(f"The chat doesn't accept its token ({refused.detail}). Run ./tacit check: it says what to mend.")
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _fail(sentence: str) -> NoReturn:
    console.print(sentence, style="bold", markup=False)
    raise typer.Exit(1)


if __name__ == "__main__":
    app(prog_name="./tacit")

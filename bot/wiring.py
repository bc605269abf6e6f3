"""The one file that knows everything: settings -> store, search, platforms, features, schedule, pages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.port import Inbound, MessageRef, Platform, Returned
from adapters.room import Person, RoomPlatform, application
from bot import features
from bot.feature import Feature
from bot.held import Held
from bot.outbox import Outbox
from bot.router import Router
from bot.sample import loading
from bot.schedule import Schedule
from bot.services import Services
from config.settings import ROOT, Settings
from knowledge.library import Library
from knowledge.migrations import migrate
from knowledge.search import Encoder, ModelUnavailable, fetch_and_build, is_built
from knowledge.store import Store, StoreUnavailable, communities

if TYPE_CHECKING:
    import uvicorn


def find_features() -> tuple[Feature, ...]:
    """Finds every folder of `bot.features`, in the order in which they see a message to the bot."""
    found = (import_module(f"bot.features.{each.name}").FEATURE for each in iter_modules(features.__path__))
    return tuple(sorted(found, key=lambda feature: (feature.comes_last, feature.name)))


FEATURES: tuple[Feature, ...] = find_features()
"""Every feature. The first one that takes a message to the bot is the only one."""

SAMPLE = "The stroke service"
"""The sample community's name."""

TICK_SECONDS = 20
MODEL_LOCK = ROOT / "config" / "model.lock"

Report = Callable[[str], None]


@dataclass(frozen=True)
class Bot:
    """A bot that is put together and not yet running."""

    services: Services
    router: Router
    outbox: Outbox
    schedule: Schedule

    async def receive(self, event: Inbound) -> Returned:
        """Takes one event, and delivers at once what it made the bot owe to others."""
        returned = await self.router.receive(event)
        await self.outbox.deliver()
        return returned

    async def tick(self) -> None:
        """Does what is due now."""
        await self.schedule.tick()
        await self.outbox.deliver()


def build(
    store: Store,
    encoder: Encoder | None,
    *platforms: Platform,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    random: Random | None = None,
    listening: tuple[Feature, ...] = FEATURES,
) -> Bot:
    """Puts a bot together from its parts."""
    services = Services(
        store=store,
        library=Library(store, encoder),
        held=Held(),
        platforms={platform.name: platform for platform in platforms},
        features=listening,
        clock=clock,
        random=random or Random(),  # noqa: S311 - chance among equals, no secret
    )
    return Bot(services, Router(services), Outbox(services), Schedule(services))


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """Opens the database, brought to its newest form, and closes it.

    Raises:
        StoreUnavailable: the database is locked, full or cannot be written.
    """
    try:
        store = Store(settings.database)
    except OSError as error:
        raise StoreUnavailable("its folder is not there and cannot be made") from error
    try:
        await migrate(store)
        yield store
    finally:
        await store.close()


def get_encoder(settings: Settings, report: Report) -> Encoder | None:
    """Loads the sentence encoder, getting and building it the first time; says so once where there is none."""
    folder = settings.model_folder
    if folder is None:
        return None
    try:
        if not settings.model and not is_built(folder):
            fetch_and_build(folder, report, lock=MODEL_LOCK)
        return Encoder.load(folder)
    except ModelUnavailable as error:
        report(f"{error} Until then I search by words alone.")
    except Exception as error:
        report(f"The sentence encoder in {folder} can't be loaded ({type(error).__name__}); I search by words alone.")
    return None


async def serve(settings: Settings, *, sample: bool, fresh: bool, report: Report, ready: Callable[[str], None]) -> None:
    """Runs the room with its bot until it is stopped.

    Args:
        settings: port, data folder, model.
        sample: whether the room opens with the sample community, under `demo` in the data folder.
        fresh: whether what the room holds is thrown away first.
        report: is told what happens, a sentence each.
        ready: is told the address once it answers.
    """
    folder = settings.data / ("demo" if sample else "room")
    if fresh:
        _throw_away(folder, settings, sample=sample)
    folder.mkdir(parents=True, exist_ok=True)
    url = settings.url or f"http://127.0.0.1:{settings.port}"
    chosen = (
        settings if not sample else settings.model_copy(update={"database_url": f"sqlite:///{folder / 'tacit.db'}"})
    )
    encoder = get_encoder(settings, report)
    async with opened_store(chosen) as store:
        room = RoomPlatform("demo" if sample else "room", folder=folder, url=url)
        bot = build(store, encoder, room, clock=room.clock)
        community = await communities.open_community(store, SAMPLE if sample else "Our community", room.clock())
        async with store.write(community, room.clock()) as work:
            await communities.connect_space(work, room.space.key)
        if sample and not room.world.people:
            report("Opening the sample community: a stroke service with 40 members.")
            await fill_room(room, store, community)
        elif not room.world.people:
            room.open_channel("general", topic="For everyone")
        await bot.services.library.refresh(community, room.clock(), _encoding(report))
        await _run_room(bot, room, settings, ready, title=SAMPLE if sample else "Tacit")


async def fill_room(room: RoomPlatform, store: Store, community: int) -> None:
    """Puts the sample community into an empty room and an empty community."""
    now = room.clock()
    people = list(loading.rows("members"))
    for row in people:
        joined = now - timedelta(days=row["joined_days_ago"])
        person = Person(row["id"], row["name"], row["practice"], row["place"], row["time_zone"], joined_at=joined)
        await room.join(person)
    for row in loading.rows("rooms"):
        room.open_channel(row["id"], row["name"], topic=row["topic"])
    placed = await _place_messages(room, now)
    await loading.load(store, community, room.space.key, placed, now)


async def _place_messages(room: RoomPlatform, now: datetime) -> dict[str, loading.Placed]:
    ids: dict[str, str] = {}
    placed: dict[str, loading.Placed] = {}
    for row in loading.order(list(loading.rows("messages"))):
        root = row.get("thread", "")
        thread = ids.get(root, "") if root != row["id"] else ""
        ids[row["id"]] = room.place(row["author"], row["room"], row["text"], at=loading.moment(row, now), thread=thread)
        for emoji, who in row["reactions"].items():
            for each in who:
                await room.add_reaction(each, ids[row["id"]], emoji)
        place = room.room(row["room"])
        ref = MessageRef(place, ids[row["id"]])
        placed[row["id"]] = loading.Placed(ref.key, place.key, await room.link(ref))
    return placed


async def _run_room(
    bot: Bot, room: RoomPlatform, settings: Settings, ready: Callable[[str], None], *, title: str
) -> None:
    import uvicorn
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    async def tick_at(now: datetime) -> None:
        await bot.tick()

    room.connect(bot.router.surface, bot.receive)
    room.on_time_passed(tick_at)
    front = application(room, title=title, hosts=[urlsplit(room.url).hostname or ""])
    config = uvicorn.Config(
        front, host="127.0.0.1", port=settings.port, log_level="warning", timeout_graceful_shutdown=2, lifespan="off"
    )
    server = uvicorn.Server(config)
    ticker = AsyncIOScheduler(timezone=UTC)
    ticker.add_job(bot.tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None)
    ticker.start()
    telling = asyncio.create_task(_tell_when_started(server, lambda: ready(room.url)))
    try:
        await server.serve()
    finally:
        telling.cancel()
        ticker.shutdown(wait=False)
        room.close()


async def _tell_when_started(server: "uvicorn.Server", ready: Callable[[], None]) -> None:
    while not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.05)
    ready()


def _encoding(report: Report) -> Callable[[int, int], None]:
    def tell(done: int, of_all: int) -> None:
        if of_all > 500 or done == of_all:
            report(f"Reading tips for search: {done} of {of_all}")

    return tell


def _throw_away(folder: Path, settings: Settings, *, sample: bool) -> None:
    for name in ("room.jsonl", *(("tacit.db", "tacit.db-wal", "tacit.db-shm") if sample else ())):
        (folder / name).unlink(missing_ok=True)

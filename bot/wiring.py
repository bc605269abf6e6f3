"""The one file that knows everything: settings -> store, search, platforms, features, schedule, pages."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.port import Inbound, MessageRef, Platform, PlatformRefused, Refused, Returned, Space
from adapters.room import Person, RoomPlatform, application
from bot import features
from bot.feature import Feature, surface_of
from bot.held import Held
from bot.lease import while_held
from bot.outbox import Outbox
from bot.router import Router
from bot.running import run
from bot.sample import loading
from bot.schedule import Schedule
from bot.services import Services
from bot.tally import Tally
from bot.words import Words
from config.settings import ROOT, Settings
from knowledge.library import Library
from knowledge.migrations import migrate
from knowledge.search import Encoder, ModelUnavailable, fetch_and_build, is_built
from knowledge.store import Store, StoreUnavailable, communities

if TYPE_CHECKING:
    from adapters.discord import DiscordPlatform, DiscordSettings
    from adapters.slack import SlackPlatform


def find_features() -> tuple[Feature, ...]:
    """Finds every folder of `bot.features`, in the order in which they see a message to the bot."""
    found = (import_module(f"bot.features.{each.name}").FEATURE for each in iter_modules(features.__path__))
    return tuple(sorted(found, key=lambda feature: (feature.comes_last, feature.name)))


FEATURES: tuple[Feature, ...] = find_features()
"""Every feature. The first one that takes a message to the bot is the only one."""

SAMPLE = "The stroke service"
"""The sample community's name."""

COLLECTED_AFTER = 50_000
"""New objects after which Python looks for rubbish: an index of 100,000 tips, which lives on, is looked through less
often. Source: the project's measurement, 3.6 instead of 4.3 seconds until such an index is read."""

MODEL_LOCK = ROOT / "config" / "model.lock"

Report = Callable[[str], None]
Meet = Callable[[Space, str], Awaitable[None]]
"""Connects a space to its community, by its name."""


@dataclass(frozen=True)
class Bot:
    """A bot that is put together and not yet running."""

    services: Services
    router: Router
    outbox: Outbox
    schedule: Schedule
    tally: Tally

    async def receive(self, event: Inbound) -> Returned:
        """Takes one event; what it makes the bot owe to others is delivered beside."""
        return await self.router.receive(event)

    async def tick(self) -> None:
        """Does what is due now."""
        await self.tally.write(self.services.clock())
        await self.schedule.tick()
        await self.outbox.deliver()

    async def idle(self) -> None:
        """Waits until nothing is under way, and writes what was only counted."""
        await self.outbox.idle()
        await self.tally.write(self.services.clock())


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
    outbox, tally = Outbox(services), Tally(store)
    return Bot(services, Router(services, tally, outbox.deliver_soon), outbox, Schedule(services), tally)


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
        await store.tune()
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
    """Runs the bot until it is stopped: on the chats that the settings name, else in a room of its own.

    Args:
        settings: tokens, port, data folder, model.
        sample: whether to open the room with the sample community instead, under `demo` in the data folder.
        fresh: whether what the room holds is thrown away first.
        report: is told what happens, a sentence each.
        ready: is told what can be reached now, and where.

    Raises:
        PlatformRefused: NOT_ACCEPTED, where a chat does not accept its token.
    """
    gc.set_threshold(COLLECTED_AFTER)
    if settings.has_chats and not sample:
        await _serve_chats(settings, report, ready)
    else:
        await _serve_room(settings, sample=sample, fresh=fresh, report=report, ready=ready)


async def _serve_chats(settings: Settings, report: Report, ready: Callable[[str], None]) -> None:
    encoder = get_encoder(settings, report)
    reading: set[asyncio.Task[None]] = set()
    async with opened_store(settings) as store:

        async def meet(space: Space, name: str) -> None:
            community = await _connect(store, settings, space.key, datetime.now(UTC))
            reading.add(asyncio.create_task(_read_ahead(bot, community, report)))

        slack = slack_platform(settings) if settings.slack_bot_token else None
        discord = discord_platform(settings, meet) if settings.discord_token else None
        platforms: list[Platform] = [each for each in (slack, discord) if each is not None]
        bot = build(store, encoder, *platforms)
        chats: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        url = settings.url or f"http://127.0.0.1:{settings.port}"
        host = "0.0.0.0" if settings.url else "127.0.0.1"  # noqa: S104 - who has an address outside is reached there
        app = Starlette(routes=[Route("/health", _health), *(slack.routes if slack else ())])
        try:
            if slack is not None:
                await _try_token(slack, "Slack", report)
                chats.append(("slack", partial(_talk_on_slack, slack, bot, meet, report)))
            if discord is not None:
                await _try_token(discord, "Discord", report)
                chats.append(("discord", partial(_talk_on_discord, discord, bot)))
            await run(bot, app, chats, host=host, port=settings.port, started=lambda: ready(url))
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
            if slack is not None:
                await slack.close()


async def _read_ahead(bot: Bot, community: int, report: Report) -> None:
    """Reads the tips for search before anybody asks; who asks earlier waits for it."""
    try:
        await bot.services.library.refresh(community, datetime.now(UTC), _encoding(report))
    except StoreUnavailable as error:
        report(f"The tips can't be read for search yet: {error}")


async def _try_token(chat: "SlackPlatform | DiscordPlatform", name: str, report: Report) -> None:
    try:
        await chat.identify()
    except PlatformRefused as refused:
        if refused.reason is not Refused.UNREACHABLE:
            raise
        report(f"I can't reach {name} yet; I keep trying.")


async def _talk_on_slack(slack: "SlackPlatform", bot: Bot, meet: Meet, report: Report) -> None:
    await meet(await slack.identify(), "")
    report(f"I listen on Slack {'by Socket Mode' if slack.settings.app_token else 'by signed HTTP'}.")
    await slack.run(bot.router.surface, bot.receive)


async def _talk_on_discord(discord: "DiscordPlatform", bot: Bot) -> None:
    async def listen(before: datetime | None) -> None:
        discord.heard_until(before)
        await discord.run(bot.router.surface, bot.receive)

    await while_held(bot.services.store, "discord", bot.services.clock, listen)


def slack_platform(settings: Settings) -> "SlackPlatform":
    """Builds the Slack platform that the settings describe."""
    from adapters.slack import SlackPlatform, SlackSettings

    return SlackPlatform(
        SlackSettings(
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value(),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            api_url=settings.slack_api_url,
        )
    )


async def check_chats(settings: Settings) -> list[tuple[str, bool, str]]:
    """Looks at every chat that the settings name; gives what was looked at, whether it is well, and what to mend."""
    found: list[tuple[str, bool, str]] = []
    if settings.slack_bot_token:
        from adapters.slack import check as slack_check

        slack = slack_platform(settings)
        try:
            found += [(each.what, each.ok, each.says) for each in await slack_check(slack)]
        finally:
            await slack.close()
    if settings.discord_token:
        from adapters.discord import check as discord_check

        found += [(each.what, each.ok, each.says) for each in await discord_check(_discord_settings(settings))]
    return found or [("platforms", True, "the browser room")]


def discord_platform(settings: Settings, meet: Meet) -> "DiscordPlatform":
    """Builds the Discord platform that the settings describe."""
    from adapters.discord import DiscordPlatform

    return DiscordPlatform(_discord_settings(settings), connected=meet)


def _discord_settings(settings: Settings) -> "DiscordSettings":
    from adapters.discord import DiscordSettings

    return DiscordSettings(
        token=settings.discord_token.get_secret_value(),
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
        server=settings.discord_server,
    )


def slack_manifest(url: str = "") -> str:
    """Gives the manifest for the workspace's own Slack app, as YAML; for signed HTTP where `url` is given."""
    from adapters.slack import written

    return written(surface_of(FEATURES, Words()), url)


async def _connect(store: Store, settings: Settings, space: str, now: datetime) -> int:
    """Finds the community of a space; a new space belongs to the one that is named, or to the only one."""
    known = await communities.community_of_space(store, space)
    if known is not None:
        return known
    names = [name for _, name in await communities.list_communities(store)]
    name = settings.community or (names[0] if len(names) == 1 else "Our community")
    community = await communities.open_community(store, name, now)
    async with store.write(community, now) as work:
        await communities.connect_space(work, space)
    return community


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _serve_room(
    settings: Settings, *, sample: bool, fresh: bool, report: Report, ready: Callable[[str], None]
) -> None:
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
    async def tick_at(now: datetime) -> None:
        await bot.tick()

    async def talk() -> None:
        room.on_time_passed(tick_at)
        await room.run(bot.router.surface, bot.receive)

    front = application(room, title=title, hosts=[urlsplit(room.url).hostname or ""])
    await run(bot, front, [("room", talk)], host="127.0.0.1", port=settings.port, started=lambda: ready(room.url))


def _encoding(report: Report) -> Callable[[int, int], None]:
    def tell(done: int, of_all: int) -> None:
        if of_all > 500 or done == of_all:
            report(f"Reading tips for search: {done} of {of_all}")

    return tell


def _throw_away(folder: Path, settings: Settings, *, sample: bool) -> None:
    for name in ("room.jsonl", *(("tacit.db", "tacit.db-wal", "tacit.db-shm") if sample else ())):
        (folder / name).unlink(missing_ok=True)

"""A loopback Discord on real sockets: a gateway and the REST interface on 127.0.0.1, for tests of connections.

    async with GatewayServer() as server:
        guild = server.world.add_guild()
        server.world.add_channel(guild, "general")
        settings = DiscordSettings(server.token, api_url=server.api_url, gateway_url=server.gateway_url)

`people` does what people do, `hub` loses and repeats events, `faults` and `limits` are about requests, `calls`,
`violations` and `answers()` say what the bot did.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Self

import gateway_channels
import gateway_guilds
import gateway_interactions
import gateway_messages
from aiohttp import web
from gateway_bell import Bell
from gateway_calls import Call, Handler
from gateway_faults import Faults
from gateway_hub import Hub
from gateway_interactions import Interactions
from gateway_limits import Limits
from gateway_people import People
from gateway_rest import BASE, Rest
from gateway_socket import Gateway
from gateway_world import BOT, World

Json = dict[str, Any]
MODULES = (gateway_messages, gateway_channels, gateway_guilds)


class GatewayServer:
    """Discord.

    Args:
        token: the only one that is accepted.
        shards: how many `GET /gateway/bot` recommends.

    Attributes:
        world: what there is.
        people: what people do.
        hub: sessions and sockets.
        gateway: the protocol's settings: `interval`, `must_shard`.
        rest: requests; `rest.checks` off makes it faster.
    """

    def __init__(self, token: str = "stand-in", *, shards: int = 1) -> None:
        self.token, self.shards, self.bell = token, shards, Bell()
        self.world = World()
        self.hub = Hub(self.world, self.bell)
        self.world.emit = self.hub.emit
        self.gateway = Gateway(self.hub, token)
        self.interactions = Interactions(self.world)
        self.people = People(self.world, self.hub, self.interactions)
        self.rest = Rest(token, self._routes(), self.bell)
        self._runner: web.AppRunner | None = None

    @property
    def calls(self) -> list[Call]:
        """Every request of the bot."""
        return self.rest.calls

    @property
    def violations(self) -> list[str]:
        """What Discord would not have taken."""
        return self.rest.violations

    @property
    def faults(self) -> Faults:
        """What goes wrong with requests."""
        return self.rest.faults

    @property
    def limits(self) -> Limits:
        """How many requests are taken."""
        return self.rest.limits

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1; `api_url` and `gateway_url` are known from then on."""
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_route("*", BASE + "/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        at = self._runner.addresses[0][1]
        self.api_url, self.gateway.url = f"http://127.0.0.1:{at}", f"ws://127.0.0.1:{at}/gateway"

    async def stop(self) -> None:
        """Ends everything."""
        self.hub.open.set()
        for connection in list(self.hub.connections):
            connection.cut()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def gateway_url(self) -> str:
        """Where the gateway listens."""
        return self.gateway.url

    async def until(self, done: Callable[[], object], seconds: float = 10) -> None:
        """Waits until `done` gives something true; it is asked after each request and frame of the bot."""
        await self.bell.until(done, seconds)

    async def connected(self, count: int = 1, seconds: float = 10) -> None:
        """Waits until so many sessions have a socket."""
        await self.until(lambda: len(self.hub.live) >= count, seconds)

    def messages(self, channel: str) -> list[Json]:
        """All messages of a place, those for one person too, in order."""
        return list(self.world.messages.get(self.world.channel(channel)["id"], {}).values())

    def answers(self, channel: str = "") -> list[Json]:
        """Messages of the bot, of one place or of all, in order."""
        places = [self.world.channel(channel)["id"]] if channel else list(self.world.messages)
        found = [each for place in places for each in self.world.messages.get(place, {}).values()]
        own = [each for each in found if each["author"]["id"] == BOT and each["type"] in (0, 19)]
        return sorted(own, key=lambda each: int(each["id"]))

    def _routes(self) -> dict[str, Handler]:
        found: dict[str, Handler] = {"GET /gateway": self._address, "GET /gateway/bot": self._shards}
        for module in MODULES:
            found |= {route: partial(handler, self.world) for route, handler in module.ROUTES.items()}
        return found | {
            route: partial(handler, self.interactions) for route, handler in gateway_interactions.ROUTES.items()
        }

    def _address(self, call: Call) -> Json:
        return {"url": self.gateway.url}

    def _shards(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return {"url": self.gateway.url, "shards": self.shards, "session_start_limit": limit}


def words_of(message: Json) -> str:
    """Everything that stands in a message."""
    from gateway_acts import components

    parts = [message["content"], *(each.get("content") or "" for each in components(message["components"]))]
    return "\n".join(part for part in parts if part)

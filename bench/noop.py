"""The alternative: an app of bolt that acknowledges and does nothing more. `python -m bench.noop message|all`."""

import asyncio
import os
import re
import sys
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

EVERYTHING = re.compile(".*")


def app_for(what: str) -> AsyncApp:
    """Makes the app: it listens to messages, or to everything that the benchmark sends."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=f"{os.environ['SLACK_API_URL'].rstrip('/')}/")
    app = AsyncApp(
        token=os.environ["SLACK_BOT_TOKEN"],
        signing_secret=os.environ.get("SLACK_SIGNING_SECRET"),
        client=client,
    )
    app.event("message" if what == "message" else EVERYTHING)(_nothing)
    if what != "message":
        app.command(EVERYTHING)(_acknowledge)
        app.action(EVERYTHING)(_acknowledge)
    return app


async def _nothing(event: dict[str, Any]) -> None:
    pass


async def _acknowledge(ack: Any) -> None:
    await ack()


async def _by_http(app: AsyncApp) -> None:
    import uvicorn
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from starlette.applications import Starlette
    from starlette.routing import Route

    routes = [Route("/slack/events", AsyncSlackRequestHandler(app).handle, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning"
    )
    await uvicorn.Server(config).serve()


async def _run(what: str) -> None:
    app = app_for(what)
    if os.environ.get("SLACK_APP_TOKEN"):
        await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()  # type: ignore[no-untyped-call]
    else:
        await _by_http(app)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))

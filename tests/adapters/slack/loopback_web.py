"""The loopback's HTTP side: the Web API, uploads, response urls and the sockets, on a free port of 127.0.0.1."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web
from loopback_errors import SlackError
from loopback_faults import Fault
from loopback_methods import METHODS, Method
from loopback_responses import respond

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]
_JSON_ARGUMENTS = {"blocks", "view", "metadata", "files", "attachments"}


class Front:
    """Listens for one workspace."""

    def __init__(self, slack: "LoopbackSlack") -> None:
        self._slack = slack
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Starts to listen on a free port."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_post("/response/{token}", self._response)
        app.router.add_get("/link", self._slack.sockets.handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stops to listen."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        fault = self._slack.faults.take(name)
        if fault and not fault.after:
            return await self._fail(request, fault)
        if name == "apps.connections.open" and self._slack.refuse_connections:
            self._slack.refuse_connections -= 1
            return web.Response(status=503)
        answer = self._answer(name, token, args)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._slack.scopes))}
        if fault and (fault.drop or fault.status != 200 or fault.error):
            return await self._fail(request, fault)
        if fault:
            await asyncio.sleep(fault.slow)
        return web.json_response(answer, headers=headers)

    def _answer(self, name: str, token: str, args: Json) -> Json:
        slack = self._slack
        try:
            method = self._allowed(name, token)
            slack.calls.append(slack.new_call(name, args))
            self._check(method, name, args)
            return {"ok": True, **method.do(slack, args)}
        except SlackError as error:
            if error.malformed:
                slack.violations.append(f"{name}: {error.code} {error.detail}".strip())
            return error.answer()

    def _allowed(self, name: str, token: str) -> Method:
        slack = self._slack
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", malformed=True, req_method=name)
        if not token:
            raise SlackError("not_authed")
        if token not in (slack.bot_token, slack.app_token):
            raise SlackError("invalid_auth")
        if token != (slack.app_token if method.scope == "connections:write" else slack.bot_token):
            raise SlackError("not_allowed_token_type")
        if method.scope not in ("", "connections:write"):
            slack.need(method.scope)
        return method

    def _check(self, method: Method, name: str, args: Json) -> None:
        missing = [each for each in method.required if args.get(each) in (None, "")]
        if missing:
            messages = [f"[ERROR] missing required field: {each}" for each in missing]
            raise SlackError(
                "invalid_arguments", str(missing), malformed=True, response_metadata={"messages": messages}
            )
        known = {*method.required, *method.optional, "team_id"}
        self._slack.violations.extend(f"{name}: unknown argument {each}" for each in set(args) - known)

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        await asyncio.sleep(fault.slow)
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after else {}
        error = fault.error or ("ratelimited" if fault.status == 429 else "internal_error")
        return web.json_response({"ok": False, "error": error}, status=fault.status, headers=headers)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self._slack.faults.take("upload")
        if fault and not fault.after:
            return await self._fail(request, fault)
        file = self._slack.world.files.get(request.match_info["id"])
        content = await request.read()
        if file is None or file.content is not None or len(content) != file.size:
            self._slack.violations.append("upload: no such upload, or of another length")
            return web.Response(status=400, text="no")
        file.content = content
        return await self._fail(request, fault) if fault else web.Response(text=f"OK - {file.size}")

    async def _response(self, request: web.Request) -> web.StreamResponse:
        fault = self._slack.faults.take("response_url")
        if fault and not fault.after:
            return await self._fail(request, fault)
        try:
            body = await request.json()
            respond(self._slack, request.match_info["token"], body)
        except (SlackError, ValueError) as error:
            return self._no_response(error)
        return await self._fail(request, fault) if fault else web.json_response({"ok": True})

    def _no_response(self, error: Exception) -> web.Response:
        known = error if isinstance(error, SlackError) else SlackError("invalid_payload", malformed=True)
        if known.malformed:
            self._slack.violations.append(f"response_url: {known.code} {known.detail}")
        status = 404 if known.code in ("used_url", "expired_url") else 400
        return web.json_response(known.answer(), status=status)


async def _arguments(request: web.Request) -> Json:
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        found |= json.loads(text) if text.strip() else {}
    elif request.method == "POST":
        form = await request.post()
        found |= {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: _value(name, value) for name, value in found.items() if value is not None}


def _value(name: str, value: Any) -> Any:
    if name in _JSON_ARGUMENTS and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value

"""Calls of Slack's Web API: paced, repeated where that is safe, and refused in the port's words.

A message that may or may not have been posted (a cut connection, a server's error) is looked for by the key in its
metadata before it is posted again. Source: Slack, docs.slack.dev, *Rate limits*, *Using message metadata*.
"""

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp
from aiolimiter import AsyncLimiter
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from adapters.port import PlatformRefused, Refused
from adapters.slack.markup import Json

MESSAGES_A_SECOND = 1.0
"""Messages posted to one channel. Source: Slack, *Rate limits*, chat.postMessage."""

TIMEOUT_SECONDS = 10
RATE_LIMIT_TRIES = 5
POST_TRIES = 3
KEYS_KEPT = 5_000
CHANNELS_PACED = 2_000
LOOKED_THROUGH = 20
"""Newest messages of a channel among which an unclear one is looked for."""

LISTED = 200
"""People in one page of a listing. Source: Slack, docs.slack.dev, *Pagination*: at most 200 is recommended."""

CLOCKS_APART = 300
"""Seconds by which a clock here and Slack's may differ, when it is looked what was posted since a moment."""

EVENT_TYPE = "tacit_sent"

REASONS: Mapping[str, Refused] = {
    **dict.fromkeys(
        ("not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived", "posting_to_channel_denied"),
        Refused.NOT_IN_CHANNEL,
    ),
    **dict.fromkeys(
        (
            "missing_scope",
            "not_allowed_token_type",
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "cant_update_message",
            "cant_delete_message",
            "edit_window_closed",
            "ekm_access_denied",
            "access_denied",
            "no_permission",
            "plan_upgrade_required",
        ),
        Refused.MISSING_PERMISSION,
    ),
    **dict.fromkeys(("message_not_found", "thread_not_found", "bad_timestamp", "no_such_subteam"), Refused.GONE),
    **dict.fromkeys(
        (
            "cannot_dm_bot",
            "cannot_dm_user",
            "messages_tab_disabled",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
            "users_not_found",
            "account_inactive_user",
        ),
        Refused.NO_DIRECT_MESSAGES,
    ),
    **dict.fromkeys(
        ("expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged", "invalid_trigger_id"),
        Refused.EXPIRED,
    ),
    **dict.fromkeys(
        ("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"),
        Refused.UNREACHABLE,
    ),
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "team_access_not_granted"),
        Refused.NOT_ACCEPTED,
    ),
}
"""Slack's error -> why it is refused. What is not here is a fault of ours and is raised as it is."""

_UNREACHABLE = (TimeoutError, aiohttp.ClientError, SlackClientError)
_log = logging.getLogger("tacit.slack")


class SlackSaysNo(Exception):
    """Slack refused a call for a reason that nobody here can mend, such as blocks that it does not take."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"{method}: {error}")
        self.method, self.error = method, error


class Unclear(PlatformRefused):
    """Slack cannot be reached, and what was asked of it may or may not have been done.

    Args:
        method: what was asked.
        answered: whether it said that it failed; then it was most likely not done.
    """

    def __init__(self, method: str, *, answered: bool = False) -> None:
        super().__init__(Refused.UNREACHABLE, method)
        self.answered = answered


class Calls:
    """The Web API of one workspace.

    Args:
        token: the bot's token.
        url: the API's address; Slack's own where empty.
        messages_a_second: to one channel.
    """

    def __init__(self, token: str, url: str = "", *, messages_a_second: float = MESSAGES_A_SECOND) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        given = {"base_url": f"{url.rstrip('/')}/"} if url else {}
        limited = AsyncRateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_TRIES)
        repeated = [
            AsyncConnectionErrorRetryHandler(max_retry_count=2),
            AsyncServerErrorRetryHandler(max_retry_count=2),
        ]
        options: Json = {
            "token": token,
            "session": self._session,
            "timeout": TIMEOUT_SECONDS,
            "logger": quiet(),
            **given,
        }
        self.web = AsyncWebClient(retry_handlers=[limited, *repeated], **options)
        self._unrepeated = AsyncWebClient(retry_handlers=[limited], **options)
        self._messages_a_second = messages_a_second
        self._paces: OrderedDict[str, AsyncLimiter] = OrderedDict()
        self._unclear: OrderedDict[str, float | None] = OrderedDict()

    async def close(self) -> None:
        """Closes every connection."""
        await self._session.close()

    async def once(self, method: str, *, done: str = "", may_be_done: bool = True, **arguments: Any) -> Any:
        """Calls a method that must not be done twice. Where it stays open whether it was done, it is taken as done.

        Args:
            method: the method's name.
            may_be_done: whether to take it as done where that stays open; else it is refused.
            done: an error of a second try that says that the first one was done; without one there is no second try.
            arguments: what it takes.
        """
        try:
            return await self._call(self._unrepeated, method, arguments)
        except Unclear as unclear:
            if not may_be_done or (unclear.answered and not done):
                raise
            return await self._call(self._unrepeated, method, arguments, done) if done else None

    async def call(self, method: str, *, fine: str = "", **arguments: Any) -> Any:
        """Calls a method that may safely be repeated, named as in `AsyncWebClient` (`users_info`).

        Args:
            method: the method's name.
            fine: an error that means that it was done already; then None is given.
            arguments: what it takes.

        Raises:
            PlatformRefused: Slack said no, or cannot be reached.
            SlackSaysNo: for a reason that nobody here can mend.
        """
        return await self._call(self.web, method, arguments, fine)

    async def pages(self, method: str, key: str, **arguments: Any) -> AsyncIterator[Any]:
        """Gives what a method lists under `key`, page after page."""
        cursor = ""
        while True:
            page = await self.call(method, cursor=cursor or None, **arguments)
            for each in page.get(key) or ():
                yield each
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def post(self, channel: str, thread: str, key: str, **content: Any) -> str:
        """Posts a message once, whatever the network does; gives its timestamp.

        Args:
            channel: the channel's id.
            thread: timestamp of the thread's first message, or empty.
            key: tells this message from every other.
            content: text and blocks.
        """
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        for _ in range(POST_TRIES):
            found = await self._find(channel, thread, key, self._unclear[key]) if key in self._unclear else ""
            if found:
                self._unclear.pop(key, None)
                return found
            await self._pace(channel)
            try:
                arguments = {"channel": channel, "thread_ts": thread or None, "metadata": metadata, **content}
                posted = await self._call(self._unrepeated, "chat_postMessage", _QUIET | arguments)
            except PlatformRefused as refused:
                if refused.reason is not Refused.UNREACHABLE:
                    raise
                remember(self._unclear, key, None)
            else:
                self._unclear.pop(key, None)
                return str(posted["ts"])
        raise PlatformRefused(Refused.UNREACHABLE, "chat.postMessage")

    def look_for(self, key: str, since: datetime) -> None:
        """Has the message with this key looked for before it is posted: another process may have posted it."""
        remember(self._unclear, key, since.timestamp() - CLOCKS_APART)

    async def respond(self, url: str, body: Json) -> bool:
        """Answers an interaction by its `response_url`; False where that is used up, too old, or fails."""
        try:
            async with self._session.post(url, json=body) as response:
                return response.status == 200
        except aiohttp.ClientConnectorError:
            return False
        except (TimeoutError, aiohttp.ClientError):
            return True  # it may stand there: an answer is not said twice

    async def _call(self, client: AsyncWebClient, method: str, arguments: Mapping[str, Any], fine: str = "") -> Any:
        try:
            return await getattr(client, method)(**arguments)
        except SlackApiError as error:
            if fine and _code(error) == fine:
                return None
            raise _refusal(method, error) from None  # its text holds the whole answer
        except aiohttp.ClientConnectorError as error:
            raise PlatformRefused(Refused.UNREACHABLE, method) from error
        except _UNREACHABLE as error:
            raise Unclear(method) from error

    async def _find(self, channel: str, thread: str, key: str, since: float | None) -> str:
        if thread:  # oldest first: the whole thread
            whole = self.pages(
                "conversations_replies", "messages", channel=channel, ts=thread, limit=200, include_all_metadata=True
            )
            messages = [message async for message in whole]
        elif since is not None:
            newer = self.pages(
                "conversations_history",
                "messages",
                channel=channel,
                oldest=f"{since:.6f}",
                limit=200,
                include_all_metadata=True,
            )
            messages = [message async for message in newer]
        else:
            page = await self.call(
                "conversations_history", channel=channel, limit=LOOKED_THROUGH, include_all_metadata=True
            )
            messages = list(page.get("messages") or ())
        for message in messages:
            if ((message.get("metadata") or {}).get("event_payload") or {}).get("key") == key:
                return str(message["ts"])
        return ""

    async def _pace(self, channel: str) -> None:
        pace = self._paces.get(channel)
        if pace is None:
            pace = AsyncLimiter(1, 1 / self._messages_a_second)
            self._paces[channel] = pace
            while len(self._paces) > CHANNELS_PACED:
                self._paces.popitem(last=False)
        await pace.acquire()


def quiet() -> logging.Logger:
    """A logger for the SDK that never says what people wrote: its debug and info lines hold payloads."""
    logger = logging.getLogger("tacit.slack.sdk")
    logger.setLevel(logging.ERROR)
    return logger


def _refusal(method: str, error: SlackApiError) -> Exception:
    answer, code = error.response, _code(error)
    status = int(getattr(answer, "status_code", 200) or 200)
    if status >= 500 or not code:
        return Unclear(method, answered=True)
    if status == 429:
        return PlatformRefused(Refused.UNREACHABLE, method)
    reason = REASONS.get(code)
    if reason is None:
        return SlackSaysNo(method, code)
    needed = str(answer.get("needed") or "") if code == "missing_scope" else code
    return PlatformRefused(reason, needed)


def _code(error: SlackApiError) -> str:
    answer = error.response
    return str(answer.get("error") or "") if hasattr(answer, "get") else ""


def remember(known: "OrderedDict[str, Any]", key: str, value: Any) -> None:
    """Notes something under a key, for as long as it is among the newest `KEYS_KEPT`."""
    known[key] = value
    while len(known) > KEYS_KEPT:
        known.popitem(last=False)


_QUIET = {"unfurl_links": False, "unfurl_media": False}

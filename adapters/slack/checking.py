"""Looks at tokens, scopes, the way in and channels, and says what to mend."""

import asyncio
from dataclasses import dataclass

from adapters.port import PlatformRefused
from adapters.slack.calls import SlackSaysNo
from adapters.slack.manifest import SCOPES
from adapters.slack.platform import SlackPlatform

NAMED = 8
"""Channels that are named; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and a sentence that says what is or what to mend."""

    what: str
    ok: bool
    says: str


async def check(platform: SlackPlatform) -> list[Finding]:
    """Looks at everything; what cannot be looked at because of something before it is left out."""
    found: list[Finding] = []
    try:
        who = await platform.calls.call("auth_test")
    except (PlatformRefused, SlackSaysNo) as refused:
        return [_refused_token(refused)]
    found.append(Finding("Slack bot token", True, f"for {who.get('user')} in {who.get('team')}"))
    found.append(_scopes(str(who.headers.get("x-oauth-scopes") or "")))
    found.append(await _way_in(platform))
    try:
        found.append(await _channels(platform))
    except (PlatformRefused, SlackSaysNo) as refused:
        found.append(Finding("Slack channels", False, f"cannot be listed ({refused})."))
    return found


def _refused_token(refused: Exception) -> Finding:
    reason = getattr(refused, "detail", "") or str(refused)
    if isinstance(refused, PlatformRefused) and refused.reason == "unreachable":
        return Finding("Slack", False, "cannot be reached. See whether this machine has a way out, and SLACK_API_URL.")
    return Finding(
        "Slack bot token", False, f"is not accepted ({reason}). Copy SLACK_BOT_TOKEN anew from Install App (xoxb-…)."
    )


def _scopes(granted: str) -> Finding:
    has = {scope.strip() for scope in granted.split(",") if scope.strip()}
    missing, extra = sorted(set(SCOPES) - has), sorted(has - set(SCOPES))
    if missing:
        return Finding(
            "Slack scopes",
            False,
            f"missing: {', '.join(missing)}. Paste config/slack-manifest.yaml under App Manifest and install again.",
        )
    more = f"; not needed: {', '.join(extra)}" if extra else ""
    return Finding("Slack scopes", True, f"all {len(SCOPES)} granted{more}")


async def _way_in(platform: SlackPlatform) -> Finding:
    token = platform.settings.app_token
    if not token:
        return Finding(
            "Slack requests", True, "signed HTTP at /slack/events; SLACK_SIGNING_SECRET is tried by the first request"
        )
    try:
        await platform.calls.call("apps_connections_open", app_token=token)
    except (PlatformRefused, SlackSaysNo) as refused:
        reason = getattr(refused, "detail", "") or getattr(refused, "error", "")
        return Finding(
            "Slack Socket Mode",
            False,
            f"does not open ({reason}). SLACK_APP_TOKEN needs the scope connections:write (Basic Information,"
            " App-Level Tokens), and Socket Mode must be on.",
        )
    return Finding("Slack Socket Mode", True, "opens")


async def _channels(platform: SlackPlatform) -> Finding:
    pages = platform.calls.pages(
        "users_conversations", "channels", types="public_channel,private_channel", exclude_archived=True, limit=200
    )
    async with asyncio.timeout(60):
        names = sorted([str(each.get("name") or each["id"]) async for each in pages])
    if not names:
        return Finding("Slack channels", False, "I'm in none yet. Invite me where people talk: /invite @Tacit.")
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return Finding("Slack channels", True, f"in {', '.join(f'#{name}' for name in names[:NAMED])}{more}")

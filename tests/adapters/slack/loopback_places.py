"""Where the app may speak and read: conversations and messages by the ids that a call names."""

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from loopback_errors import SlackError
from loopback_world import BOT_USER, SLACKBOT, Conversation, Note, User

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Item = TypeVar("Item")


def place(slack: "LoopbackSlack", id: str) -> Conversation:
    """A conversation that the app can know of.

    Raises:
        SlackError: it is not there, or private and without the app.
    """
    found = slack.world.conversations.get(str(id))
    if found is None or (found.kind != "channel" and BOT_USER not in found.members):
        raise SlackError("channel_not_found")
    return found


def readable(slack: "LoopbackSlack", id: str) -> Conversation:
    """A conversation that the app is in.

    Raises:
        SlackError: it is not.
    """
    found = place(slack, id)
    if BOT_USER not in found.members:
        raise SlackError("not_in_channel")
    return found


def reachable(slack: "LoopbackSlack", id: str) -> Conversation:
    """A conversation that the app can write to; a user's id is their direct messages.

    Raises:
        SlackError: it cannot.
    """
    if id in slack.world.users:
        addressee(slack, id)
        found = slack.world.between({BOT_USER, id})
    else:
        found = readable(slack, id)
    if found.archived:
        raise SlackError("is_archived")
    others = [slack.world.users[each] for each in found.members - {BOT_USER}]
    if found.kind == "im" and any(other.closed_direct_messages for other in others):
        raise SlackError("messages_tab_disabled")
    if found.kind == "im" and all(other.deleted for other in others):
        raise SlackError("user_disabled")
    return found


def addressee(slack: "LoopbackSlack", id: str) -> User:
    """Somebody that the app can write to directly.

    Raises:
        SlackError: they are not there, gone, or a bot.
    """
    user = slack.world.users.get(id)
    if user is None:
        raise SlackError("user_not_found")
    if user.is_bot or id == SLACKBOT:
        raise SlackError("cannot_dm_bot")
    if user.deleted:
        raise SlackError("user_disabled")
    return user


def standing(slack: "LoopbackSlack", conversation: Conversation, ts: str) -> Note:
    """A message that everybody in the conversation can see.

    Raises:
        SlackError: there is none.
    """
    note = slack.world.messages.get(ts)
    if note is None or note.channel != conversation.id or note.deleted or note.only:
        raise SlackError("message_not_found")
    if note.subtype == "tombstone":
        raise SlackError("message_not_found")
    return note


def page(items: Sequence[Item], args: dict[str, Any], default: int, most: int = 1000) -> tuple[list[Item], str]:
    """A page of items and the cursor of the next one, empty after the last.

    Raises:
        SlackError: the cursor or the limit is none.
    """
    start = _start(str(args.get("cursor") or ""))
    try:
        limit = min(int(args.get("limit") or default), most)
    except ValueError:
        raise SlackError("invalid_limit", malformed=True) from None
    following = base64.b64encode(f"at:{start + limit}".encode()).decode() if start + limit < len(items) else ""
    return list(items[start : start + limit]), following


def _start(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("at:")) if cursor else 0
    except ValueError:
        raise SlackError("invalid_cursor", malformed=True) from None


def is_true(value: Any) -> bool:
    """Whether an argument says yes, in JSON or in a form."""
    return value in (True, 1, "1", "true", "True")

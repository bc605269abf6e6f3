"""Answers to interactions: by response url, and in the acknowledgement itself."""

from typing import TYPE_CHECKING, Any

from loopback_errors import SlackError
from loopback_methods import check_content
from loopback_places import is_true
from loopback_world import BOT_USER, ResponseUrl

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]
MOST_USES = 5
_KNOWN = {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "metadata", "mrkdwn"}
_KNOWN |= {"unfurl_links", "unfurl_media"}


def respond(slack: "LoopbackSlack", token: str, body: Any) -> None:
    """Does what was posted to a response url.

    Raises:
        SlackError: the url is used up, too old or unknown, or the body is not as it must be.
    """
    url = slack.interactions.response_urls.get(token)
    if url is None or slack.clock() > url.expires_at:
        raise SlackError("expired_url")
    if url.uses >= MOST_USES:
        raise SlackError("used_url")
    if not isinstance(body, dict):
        raise SlackError("invalid_payload", malformed=True)
    slack.calls.append(slack.new_call("response_url", body))
    answer(slack, url, body)
    url.uses += 1


def answer(slack: "LoopbackSlack", url: ResponseUrl, body: Json) -> None:
    """Shows an answer: in place of the original, or as a message for one or for all.

    Raises:
        SlackError: the body is not as it must be, or the original is gone.
    """
    slack.violations.extend(f"response_url: unknown argument {each}" for each in set(body) - _KNOWN)
    original = slack.world.messages.get(url.original)
    if is_true(body.get("delete_original")) and original:
        slack.erase(original)
        return
    check_content(body)
    if is_true(body.get("replace_original")) and original:
        if original.deleted:
            raise SlackError("message_not_found")
        slack.rewrite(original, body.get("text", ""), body.get("blocks", []), by=BOT_USER)
        return
    kind = body.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_arguments", f"response_type {kind}", malformed=True)
    _post(slack, url, body, only=url.user if kind == "ephemeral" else "")


def _post(slack: "LoopbackSlack", url: ResponseUrl, body: Json, *, only: str) -> None:
    if slack.world.conversations[url.channel].archived:
        raise SlackError("is_archived")
    text, blocks, thread = body.get("text", ""), body.get("blocks", []), str(body.get("thread_ts", ""))
    note = slack.new_note(url.channel, BOT_USER, text, blocks, thread_ts=thread, only=only)
    note.metadata = body.get("metadata")
    slack.write(note)

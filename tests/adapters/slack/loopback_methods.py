"""The methods of the Web API that the loopback knows: chat and reactions here, the rest beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loopback_checks import TEXT, block_errors, metadata_error
from loopback_conversations import CONVERSATION_METHODS
from loopback_errors import SlackError
from loopback_files import FILE_METHODS
from loopback_payloads import message_json, read_json
from loopback_places import is_true, place, reachable, readable, standing
from loopback_usergroups import USERGROUP_METHODS
from loopback_views import VIEW_METHODS
from loopback_world import APP, BOT_ID, BOT_USER, TEAM, Note

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]
Do = Callable[["LoopbackSlack", Json], Json]


@dataclass(frozen=True)
class Method:
    """One method: what it does, its arguments, and the scope that it always needs."""

    do: Do
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scope: str = ""


def check_content(args: Json, *, least: bool = True) -> None:
    """Refuses what no message may hold.

    Raises:
        SlackError: the text, the blocks or the metadata are not as they must be.
    """
    text, blocks = args.get("text", ""), args.get("blocks", [])
    if least and not text and not blocks:
        raise SlackError("no_text", malformed=True)
    if len(text) > TEXT:
        raise SlackError("msg_too_long", malformed=True)
    if errors := block_errors(blocks):
        messages = [f"[ERROR] {error}" for error in errors]
        raise SlackError("invalid_blocks", str(errors), malformed=True, response_metadata={"messages": messages})
    if code := metadata_error(args.get("metadata")):
        raise SlackError(code, str(args["metadata"]), malformed=True)


def post_message(slack: "LoopbackSlack", args: Json) -> Json:
    """chat.postMessage."""
    conversation = reachable(slack, args["channel"])
    check_content(args)
    thread = str(args.get("thread_ts", ""))
    subtype = "thread_broadcast" if thread and is_true(args.get("reply_broadcast")) else ""
    blocks = args.get("blocks", [])
    note = slack.new_note(conversation.id, BOT_USER, args.get("text", ""), blocks, thread_ts=thread, subtype=subtype)
    note.metadata = args.get("metadata") or None
    slack.write(note)
    return {"channel": conversation.id, "ts": note.ts, "message": message_json(slack.world, note, metadata=True)}


def post_ephemeral(slack: "LoopbackSlack", args: Json) -> Json:
    """chat.postEphemeral."""
    conversation = reachable(slack, args["channel"])
    check_content(args)
    if args["user"] not in conversation.members or slack.world.users[args["user"]].deleted:
        raise SlackError("user_not_in_channel")
    thread = str(args.get("thread_ts", ""))
    text, blocks = args.get("text", ""), args.get("blocks", [])
    note = slack.new_note(conversation.id, BOT_USER, text, blocks, thread_ts=thread, only=args["user"])
    slack.write(note)
    return {"message_ts": note.ts}


def update(slack: "LoopbackSlack", args: Json) -> Json:
    """chat.update. Blocks and metadata that are left out stay."""
    note = _own(slack, args, "cant_update_message")
    check_content(args, least="text" in args or "blocks" in args)
    note.metadata = args.get("metadata", note.metadata) or None
    text, blocks = args.get("text", note.text), args.get("blocks", note.blocks)
    slack.rewrite(note, text, blocks, by=BOT_USER)
    return {"channel": note.channel, "ts": note.ts, "text": text, "message": message_json(slack.world, note)}


def delete(slack: "LoopbackSlack", args: Json) -> Json:
    """chat.delete."""
    note = _own(slack, args, "cant_delete_message")
    slack.erase(note)
    return {"channel": note.channel, "ts": note.ts}


def _own(slack: "LoopbackSlack", args: Json, refusal: str) -> Note:
    conversation = place(slack, args["channel"])
    note = standing(slack, conversation, str(args["ts"]))
    if conversation.archived:
        raise SlackError("is_archived")
    if note.author != BOT_USER:
        raise SlackError(refusal)
    return note


def permalink(slack: "LoopbackSlack", args: Json) -> Json:
    """chat.getPermalink."""
    conversation = place(slack, args["channel"])
    note = standing(slack, conversation, str(args["message_ts"]))
    query = f"?thread_ts={note.thread_ts}&cid={note.channel}" if note.thread_ts not in ("", note.ts) else ""
    address = f"https://loopback.slack.com/archives/{note.channel}/p{note.ts.replace('.', '')}{query}"
    return {"channel": note.channel, "permalink": address}


def add_reaction(slack: "LoopbackSlack", args: Json) -> Json:
    """reactions.add."""
    note = standing(slack, readable(slack, args["channel"]), str(args["timestamp"]))
    if not args["name"].replace("_", "").replace("-", "").replace("+", "").replace("'", "").isalnum():
        raise SlackError("invalid_name", args["name"], malformed=True)
    if slack.world.conversations[note.channel].archived:
        raise SlackError("is_archived")
    if not slack.react(note, BOT_USER, args["name"]):
        raise SlackError("already_reacted")
    return {}


def get_reactions(slack: "LoopbackSlack", args: Json) -> Json:
    """reactions.get."""
    note = standing(slack, readable(slack, args["channel"]), str(args["timestamp"]))
    return {"type": "message", "channel": note.channel, "message": read_json(slack.world, note, metadata=False)}


def auth_test(slack: "LoopbackSlack", args: Json) -> Json:
    """auth.test."""
    names = {"url": "https://loopback.slack.com/", "team": "Loopback", "user": slack.world.users[BOT_USER].handle}
    return {**names, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}


def open_connection(slack: "LoopbackSlack", args: Json) -> Json:
    """apps.connections.open."""
    if slack.mode != "socket":
        raise SlackError("forbidden_for_app", "Socket Mode is off", malformed=True)
    ticket = slack.sockets.ticket()
    return {"url": f"{slack.url.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={APP}"}


def bot_info(slack: "LoopbackSlack", args: Json) -> Json:
    """bots.info."""
    found = next((user for user in slack.world.users.values() if user.is_bot and user.bot_id == args.get("bot")), None)
    if found is None:
        raise SlackError("bot_not_found")
    app = APP if found.id == BOT_USER else "A9"
    bot = {"id": found.bot_id, "deleted": found.deleted, "name": found.real_name, "updated": 0}
    return {"bot": {**bot, "app_id": app, "user_id": found.id, "icons": {}}}


_SAID = ("text", "blocks", "metadata", "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn", "parse", "link_names")
METHODS: dict[str, Method] = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(open_connection, scope="connections:write"),
    "bots.info": Method(bot_info, (), ("bot",), "users:read"),
    "chat.postMessage": Method(post_message, ("channel",), (*_SAID, "reply_broadcast"), "chat:write"),
    "chat.postEphemeral": Method(
        post_ephemeral, ("channel", "user"), ("text", "blocks", "thread_ts", "parse", "link_names"), "chat:write"
    ),
    "chat.update": Method(
        update, ("channel", "ts"), ("text", "blocks", "metadata", "parse", "link_names"), "chat:write"
    ),
    "chat.delete": Method(delete, ("channel", "ts"), (), "chat:write"),
    "chat.getPermalink": Method(permalink, ("channel", "message_ts")),
    "reactions.add": Method(add_reaction, ("channel", "timestamp", "name"), (), "reactions:write"),
    "reactions.get": Method(get_reactions, ("channel", "timestamp"), ("full",), "reactions:read"),
    **{
        name: Method(*parts)
        for name, parts in {**CONVERSATION_METHODS, **USERGROUP_METHODS, **FILE_METHODS, **VIEW_METHODS}.items()
    },
}

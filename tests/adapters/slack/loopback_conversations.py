"""The methods of the Web API about conversations and users."""

from typing import TYPE_CHECKING, Any

from loopback_errors import SlackError
from loopback_payloads import conversation_json, read_json, user_json
from loopback_places import addressee, is_true, page, place, readable
from loopback_world import BOT_USER, Conversation, Note

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]
_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def open_conversation(slack: "LoopbackSlack", args: Json) -> Json:
    """conversations.open."""
    if args.get("channel"):
        found = readable(slack, args["channel"])
    else:
        ids = [each for each in str(args.get("users", "")).split(",") if each]
        if not ids:
            raise SlackError("users_list_not_supplied", malformed=True)
        if len(ids) > 8:
            raise SlackError("too_many_users", malformed=True)
        slack.need("im:write" if len(set(ids)) == 1 else "mpim:write")
        found = slack.world.between({BOT_USER, *(addressee(slack, id).id for id in ids)})
    whole = conversation_json(found) if is_true(args.get("return_im")) else {"id": found.id}
    return {"channel": whole}


def info(slack: "LoopbackSlack", args: Json) -> Json:
    """conversations.info."""
    found = place(slack, args["channel"])
    slack.need(slack.scope_of(found, "read"))
    return {"channel": conversation_json(found)}


def history(slack: "LoopbackSlack", args: Json) -> Json:
    """conversations.history: newest first."""
    found = readable(slack, args["channel"])
    slack.need(slack.scope_of(found, "history"))
    notes = [note for note in reversed(slack.world.history(found.id)) if _within(note, args)]
    return _messages(slack, *page(notes, args, 100, 999), args=args)


def replies(slack: "LoopbackSlack", args: Json) -> Json:
    """conversations.replies: the first message, then its replies, oldest first; of a reply only itself."""
    found = readable(slack, args["channel"])
    slack.need(slack.scope_of(found, "history"))
    root = slack.world.messages.get(str(args["ts"]))
    if root is None or root.channel != found.id or root.deleted or root.only:
        raise SlackError("thread_not_found")
    notes = [note for note in slack.world.replies(root.ts) if _within(note, args)]
    return _messages(slack, *page([root, *notes], args, 1000), args=args)


def _messages(slack: "LoopbackSlack", notes: list[Note], cursor: str, *, args: Json) -> Json:
    with_metadata = is_true(args.get("include_all_metadata"))
    messages = [read_json(slack.world, note, metadata=with_metadata) for note in notes]
    following = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": messages, "has_more": bool(cursor), "pin_count": 0, **following}


def _within(note: Note, args: Json) -> bool:
    moment = float(note.ts)
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    return oldest <= moment <= latest if is_true(args.get("inclusive")) else oldest < moment < latest


def members(slack: "LoopbackSlack", args: Json) -> Json:
    """conversations.members: ids, at most 999 on a page."""
    found = readable(slack, args["channel"])
    slack.need(slack.scope_of(found, "read"))
    ids, cursor = page(sorted(found.members), args, 100, 999)
    return {"members": ids, "response_metadata": {"next_cursor": cursor}}


def list_conversations(slack: "LoopbackSlack", args: Json) -> Json:
    """conversations.list: public ones, and of the others those with the app."""
    kinds = _kinds(slack, args)
    found = [each for each in slack.world.conversations.values() if _listed(each, kinds, args)]
    visible = [each for each in found if each.kind == "channel" or BOT_USER in each.members]
    return _channels(visible, args)


def list_own(slack: "LoopbackSlack", args: Json) -> Json:
    """users.conversations: those that somebody is in, the app itself unless another one is named."""
    kinds, user = _kinds(slack, args), str(args.get("user") or BOT_USER)
    found = [each for each in slack.world.conversations.values() if _listed(each, kinds, args)]
    mine = [each for each in found if user in each.members]
    return _channels([each for each in mine if each.kind == "channel" or BOT_USER in each.members], args)


def _kinds(slack: "LoopbackSlack", args: Json) -> set[str]:
    names = [name for name in str(args.get("types") or "public_channel").split(",") if name]
    if not set(names) <= set(_TYPES):
        raise SlackError("invalid_types", malformed=True)
    prefixes = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
    for name in names:
        slack.need(f"{prefixes[name]}:read")
    return {_TYPES[name] for name in names}


def _listed(conversation: Conversation, kinds: set[str], args: Json) -> bool:
    return conversation.kind in kinds and not (conversation.archived and is_true(args.get("exclude_archived")))


def _channels(found: list[Conversation], args: Json) -> Json:
    shown, cursor = page(found, args, 100)
    return {"channels": [conversation_json(each) for each in shown], "response_metadata": {"next_cursor": cursor}}


def user_info(slack: "LoopbackSlack", args: Json) -> Json:
    """users.info."""
    user = slack.world.users.get(args["user"])
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(user, locale=is_true(args.get("include_locale")))}


def list_users(slack: "LoopbackSlack", args: Json) -> Json:
    """users.list: everybody, those who left and bots too."""
    users, cursor = page(list(slack.world.users.values()), args, max(len(slack.world.users), 1), 1000)
    locale = is_true(args.get("include_locale"))
    shown = [user_json(user, locale=locale) for user in users]
    return {"members": shown, "cache_ts": 0, "response_metadata": {"next_cursor": cursor}}


_PAGE = ("cursor", "limit")
_READ = (*_PAGE, "latest", "oldest", "inclusive", "include_all_metadata")
CONVERSATION_METHODS = {
    "conversations.open": (open_conversation, (), ("users", "channel", "return_im")),
    "conversations.info": (info, ("channel",), ("include_locale", "include_num_members")),
    "conversations.history": (history, ("channel",), _READ),
    "conversations.replies": (replies, ("channel", "ts"), _READ),
    "conversations.members": (members, ("channel",), _PAGE),
    "conversations.list": (list_conversations, (), (*_PAGE, "types", "exclude_archived")),
    "users.conversations": (list_own, (), (*_PAGE, "types", "exclude_archived", "user")),
    "users.info": (user_info, ("user",), ("include_locale",), "users:read"),
    "users.list": (list_users, (), (*_PAGE, "include_locale"), "users:read"),
}

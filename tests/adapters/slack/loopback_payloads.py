"""The payloads that Slack sends to an app and answers with: messages, users, conversations, events, interactions."""

from typing import Any

from loopback_reading import with_entities
from loopback_world import APP, BOT_ID, BOT_USER, SLACKBOT, TEAM, Conversation, Note, StoredFile, User, View, World

Json = dict[str, Any]
DOMAIN = "loopback"


def user_json(user: User, *, locale: bool = False) -> Json:
    """A user as `users.info` and events give them."""
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.handle,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz or None,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.display_name,
            "team": user.team,
            **({"bot_id": user.bot_id} if user.is_bot else {}),
        },
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "updated": 0,
        **({"is_stranger": True} if user.is_stranger else {}),
        **({"enterprise_user": {"id": user.id, "teams": list(user.teams)}} if user.teams else {}),
        **({"locale": user.locale} if locale else {}),
    }


def conversation_json(conversation: Conversation) -> Json:
    """A conversation as `conversations.info` gives it."""
    kind = conversation.kind
    common = {"id": conversation.id, "created": conversation.created, "is_archived": conversation.archived}
    if kind == "im":
        other = next(iter(conversation.members - {BOT_USER}), BOT_USER)
        return {**common, "is_im": True, "user": other, "is_org_shared": False, "is_open": True}
    return {
        **common,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": kind == "channel",
        "is_group": kind == "group",
        "is_general": kind == "channel" and conversation.name == "general",
        "is_im": False,
        "is_mpim": kind == "mpim",
        "is_private": kind != "channel",
        "is_member": BOT_USER in conversation.members,
        "num_members": len(conversation.members),
    }


def file_json(file: StoredFile) -> Json:
    """A file as messages carry it."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    kinds = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf", "csv": "text/csv"}
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": kinds.get(ending, "text/plain"),
        "filetype": ending,
        "user": file.user,
        "size": file.size,
        "mode": "hosted",
        **({"alt_txt": file.alt_text} if file.alt_text else {}),
    }


def message_json(world: World, note: Note, *, metadata: bool = False) -> Json:
    """A message as history, events and interactions carry it."""
    if note.subtype == "tombstone":
        buried = {"type": "message", "subtype": "tombstone", "user": SLACKBOT, "text": note.text, "ts": note.ts}
        return {**buried, "hidden": True, **_thread(world, note)}
    return {
        "type": "message",
        **({"subtype": note.subtype} if note.subtype else {}),
        **({"username": world.handle(note.author)} if note.subtype == "bot_message" else {"user": note.author}),
        "text": note.text,
        "ts": note.ts,
        "team": TEAM,
        **(_bot_parts(world, note) if note.bot_id else {}),
        **({"blocks": with_entities(note.blocks) if note.bot_id else note.blocks} if note.blocks else {}),
        **({"files": [file_json(file) for file in note.files]} if note.files else {}),
        **({"edited": note.edited} if note.edited else {}),
        **({"metadata": note.metadata} if metadata and note.metadata else {}),
        **_thread(world, note),
        **note.extra,
    }


def _bot_parts(world: World, note: Note) -> Json:
    name = world.users[note.author].real_name if note.author in world.users else "bot"
    app = APP if note.bot_id == BOT_ID else "A9"
    profile = {"id": note.bot_id, "app_id": app, "name": name, "deleted": False, "team_id": TEAM}
    return {"bot_id": note.bot_id, "app_id": app, "bot_profile": profile}


def _thread(world: World, note: Note) -> Json:
    if note.thread_ts and note.thread_ts != note.ts:
        root = world.messages.get(note.thread_ts)
        return {"thread_ts": note.thread_ts} | ({"parent_user_id": root.author} if root else {})
    replies = world.replies(note.ts)
    if not replies:
        return {}
    authors = list(dict.fromkeys(reply.author for reply in replies))
    return {
        "thread_ts": note.ts,
        "reply_count": len(replies),
        "reply_users_count": len(authors),
        "latest_reply": replies[-1].ts,
        "reply_users": authors[:5],
    }


def read_json(world: World, note: Note, *, metadata: bool) -> Json:
    """A message as it is read again: with its reactions."""
    reactions = [{"name": name, "users": who, "count": len(who)} for name, who in note.reactions.items() if who]
    return message_json(world, note, metadata=metadata) | ({"reactions": reactions} if reactions else {})


def view_json(view: View) -> Json:
    """A view as interactions and answers carry it."""
    content = view.content
    modal = {key: content.get(key) for key in ("title", "submit", "close")} if content["type"] == "modal" else {}
    return {
        "id": view.id,
        "team_id": TEAM,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": view.entered},
        "hash": view.hash,
        **modal,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "previous_view_id": view.previous or None,
        "root_view_id": view.root or view.id,
        "app_id": APP,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }


def message_event(world: World, note: Note) -> Json:
    """The event of a new message."""
    kind = world.conversations[note.channel].kind
    plain = {key: value for key, value in message_json(world, note).items() if not key.startswith(("reply_", "latest"))}
    root = world.messages.get(note.thread_ts) if note.subtype == "thread_broadcast" else None
    broadcast = {"root": message_json(world, root)} if root else {}
    return {**plain, **broadcast, "channel": note.channel, "channel_type": kind, "event_ts": note.ts}


def mention_event(world: World, note: Note) -> Json:
    """The event that comes as well where the bot is mentioned in a channel."""
    event = message_event(world, note)
    return {key: value for key, value in event.items() if key not in ("channel_type", "subtype")} | {
        "type": "app_mention"
    }


def changed_event(world: World, note: Note, before: Json) -> Json:
    """The event of a message that stands differently now."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message_json(world, note) | {"source_team": TEAM, "user_team": TEAM},
        "previous_message": before,
        "hidden": True,
        **_place(world, note),
    }


def deleted_event(world: World, note: Note, before: Json) -> Json:
    """The event of a message that is gone."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "hidden": True,
        "deleted_ts": note.ts,
        **_place(world, note),
    }


def _place(world: World, note: Note) -> Json:
    ts = world.next_ts()
    kind = world.conversations[note.channel].kind
    return {"channel": note.channel, "channel_type": kind, "ts": ts, "event_ts": ts}


def reaction_event(world: World, note: Note, user: str, name: str, *, on: bool) -> Json:
    """The event of an emoji put on a message or taken back."""
    return {
        "type": "reaction_added" if on else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": note.channel, "ts": note.ts},
        "item_user": note.author,
        "event_ts": world.next_ts(),
    }


def callback(world: World, event: Json, token: str) -> Json:
    """An event with all that Slack wraps around it."""
    return {
        "token": token,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": world.next_id("Ev"),
        "event_time": int(float(event.get("event_ts") or world.next_ts())),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": world.next_id("4-"),
    }


def channel_name(conversation: Conversation) -> str:
    """What commands and interactions call a conversation."""
    return {"im": "directmessage", "group": "privategroup"}.get(conversation.kind, conversation.name)


def interaction(world: World, kind: str, user: str, token: str) -> Json:
    """What every interaction carries."""
    person = world.users[user]
    return {
        "type": kind,
        "token": token,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {"id": user, "username": person.handle, "name": person.handle, "team_id": TEAM},
        "api_app_id": APP,
        "enterprise": None,
        "is_enterprise_install": False,
    }

"""What Slack delivers as the port's events: one pure function for each kind, one table.

What a payload says of people and channels is only ids; `wanted` names those whose names are needed, and `Known` brings
them. Source: Slack, docs.slack.dev, *Events API*, *Interaction payloads*, *Slash commands*.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.port import (
    Account,
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    HomeOpened,
    Inbound,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageRef,
    Post,
    Reaction,
    ReactionAdded,
    ReactionRemoved,
    Room,
    ShortcutUsed,
    Space,
)
from adapters.slack import reading
from adapters.slack.markup import Json, short_name
from adapters.slack.outbound import LINK
from adapters.slack.people import profile
from adapters.slack.triggers import ACT, PAGE, Interaction
from adapters.slack.triggers import read as read_interaction

SPOKEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that people write."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known while a payload is read.

    Attributes:
        space: the workspace.
        bot: the bot's user id.
        now: aware UTC.
        names: user id -> display name.
        rooms: channel id -> the channel.
    """

    space: Space
    bot: str
    now: datetime
    names: Mapping[str, str]
    rooms: Mapping[str, Room]

    def account(self, id: str, otherwise: str = "") -> Account:
        """The account of a user id."""
        return Account(self.space, id, self.names.get(id) or otherwise)

    def room(self, channel: str, thread: str = "") -> Room:
        """A channel, or a thread in it."""
        room = self.rooms.get(channel) or Room(self.space, channel, direct=channel.startswith("D"))
        return Room(self.space, channel, thread, room.name, direct=room.direct)


def read(payload: Json, known: Known) -> Inbound | None:
    """Reads one payload; None for what is the bot's own, another bot's, or nothing that the bot listens to."""
    if payload.get("type") == "event_callback":
        event = payload.get("event") or {}
        reader = _EVENTS.get(event.get("type", ""))
        return reader(event, payload, known) if reader else None
    if "command" in payload:
        return _command(payload, known)
    interaction = _INTERACTIONS.get(payload.get("type", ""))
    return interaction(payload, known) if interaction else None


def wanted(payload: Json) -> tuple[set[str], set[str]]:
    """Names the users and channels that a payload speaks of."""
    event = payload.get("event")
    if event is not None:
        messages = [event, event.get("message"), event.get("previous_message")]
        users = {_id(event.get("user")), _id(event.get("item_user"))}
        channels = {_id(event.get("channel")) or _id((event.get("item") or {}).get("channel"))}
    else:
        messages = [payload.get("message")]
        users = {_id(payload.get("user")) or _id(payload.get("user_id"))}
        channels = {_id(payload.get("channel")) or _id(payload.get("channel_id"))}
    for message in messages:
        if message:
            users |= _speaks_of(message)
    return users - {""}, channels - {""}


def post_of(message: Json, channel: str, known: Known) -> Post:
    """Gives a message as it stands."""
    ts = message["ts"]
    thread = message.get("thread_ts") or ""
    room = known.room(channel, "" if thread == ts else thread)
    said = reading.read(message, known.bot, known.names)
    author = message.get("user") or message.get("bot_id") or ""
    by_bot = author == known.bot or bool(message.get("bot_id"))
    return Post(
        MessageRef(room, ts),
        known.account(author, (message.get("bot_profile") or {}).get("name", "")),
        at(ts),
        said.text,
        by_bot=by_bot,
        private=room.channel_id.startswith("D"),
        file_names=tuple(file.get("name") or file.get("title") or "" for file in message.get("files") or ()),
        mentions=tuple(known.account(id) for id in said.mentioned if id != known.bot),
        reactions=tuple(_reactions(message, known)),
        quotes=tuple(known.account(id) for id in dict.fromkeys(_quoted(message)) if id != known.bot),
    )


def _quoted(message: Json) -> Iterator[str]:
    """Whose messages one shares: ids of users."""
    for each in message.get("attachments") or ():
        if (each.get("is_share") or each.get("is_msg_unfurl")) and _id(each.get("author_id")):
            yield _id(each["author_id"])


def at(ts: str) -> datetime:
    """Gives the moment of a Slack timestamp, aware UTC."""
    return datetime.fromtimestamp(float(ts), UTC)


def people_in(message: Json) -> set[str]:
    """Names the users that a message is from, mentions, or was reacted to by."""
    reacted = {user for reaction in message.get("reactions") or () for user in reaction.get("users") or ()}
    return (_speaks_of(message) | reacted) - {""}


def _posted(event: Json, payload: Json, known: Known) -> Inbound | None:
    special = _CHANGES.get(event.get("subtype", ""))
    if special:
        return special(event, payload, known)
    if event.get("subtype", "") not in SPOKEN or not _is_from_person(event, known):
        return None
    post = post_of(event, event["channel"], known)
    direct = post.ref.room.direct or event.get("channel_type") in ("im", "mpim")
    to_bot = post.private or event["type"] == "app_mention" or known.bot in reading.mentioned_in(event)
    answers = event.get("parent_user_id", "")
    return MessagePosted(
        f"{post.ref.room.key}:{post.ref.id}",  # a mention comes twice, under two event ids
        post.at,
        post.author,
        post,
        to_bot=to_bot,
        direct=direct,
        answers=known.account(answers) if answers and answers != known.bot else None,
    )


def _edited(event: Json, payload: Json, known: Known) -> Inbound | None:
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    if message.get("subtype") == "tombstone":
        return _deleted({**event, "deleted_ts": message["ts"]}, payload, known)
    is_same = (message.get("text"), message.get("blocks")) == (before.get("text"), before.get("blocks"))
    if is_same or message.get("subtype", "") not in SPOKEN or not _is_from_person(message, known):
        return None
    post = post_of(message, event["channel"], known)
    return MessageEdited(_key(payload, known), _time(event, payload, known), post.author, post)


def _deleted(event: Json, payload: Json, known: Known) -> Inbound | None:
    before = event.get("previous_message") or {}
    if not _is_from_person(before, known):
        return None
    ts, thread = event["deleted_ts"], before.get("thread_ts") or ""
    message = MessageRef(known.room(event["channel"], "" if thread == ts else thread), ts)
    return MessageDeleted(_key(payload, known), _time(event, payload, known), known.account(before["user"]), message)


def _reaction(event: Json, payload: Json, known: Known) -> Inbound | None:
    item = event.get("item") or {}
    if item.get("type") != "message" or event.get("user", known.bot) in _NOBODY | {known.bot}:
        return None
    author = event.get("item_user") or ""
    kind = ReactionAdded if event["type"] == "reaction_added" else ReactionRemoved
    return kind(
        _key(payload, known),
        _time(event, payload, known),
        known.account(event["user"]),
        MessageRef(known.room(item["channel"]), item["ts"]),
        short_name(event.get("reaction", "")),
        known.account(author) if author not in ("", known.bot) else None,
    )


def _joined(event: Json, payload: Json, known: Known) -> Inbound | None:
    user = event.get("user") or {}
    if user.get("is_bot") or user.get("id") in _NOBODY:
        return None
    person, who = profile(user, known.space), known.account(user["id"])
    return MemberJoined(_key(payload, known), _time(event, payload, known), who, person.time_zone, person.is_guest)


def _changed(event: Json, payload: Json, known: Known) -> Inbound | None:
    user = event.get("user") or {}
    if not user.get("deleted") or user.get("is_bot"):
        return None
    return MemberLeft(_key(payload, known), _time(event, payload, known), known.account(user["id"]))


def _home(event: Json, payload: Json, known: Known) -> Inbound | None:
    if event.get("tab") != "home":
        return None
    trigger = Interaction(home=PAGE).trigger(known.now)
    return HomeOpened(_key(payload, known), _time(event, payload, known), known.account(event["user"]), trigger)


def _command(payload: Json, known: Known) -> Inbound | None:
    name, text = payload["command"].lstrip("/").lower(), reading.unescaped(payload.get("text") or "").strip()
    room = _room_of_command(payload, known)
    interaction = _interaction(payload, room, payload["user_id"])
    who = known.account(payload["user_id"], payload.get("user_name", ""))
    key = f"{known.space.key}:{payload.get('trigger_id', '')}"
    return CommandUsed(key, known.now, who, room, name, text, interaction.trigger(known.now))


def _interaction(payload: Json, room: Room, user: str) -> Interaction:
    return Interaction(
        payload.get("trigger_id", ""),
        payload.get("response_url", ""),
        room.channel_id,
        room.thread_id,
        room.direct,
        room.name,
        user,
    )


def _room_of_command(payload: Json, known: Known) -> Room:
    name = payload.get("channel_name") or ""
    if payload["channel_id"] in known.rooms:
        return known.room(payload["channel_id"])
    direct = name == "directmessage" or name.startswith("mpdm-")
    return Room(known.space, payload["channel_id"], "", "" if direct else name, direct=direct)


def _shortcut(payload: Json, known: Known) -> Inbound | None:
    post = post_of(payload["message"], payload["channel"]["id"], known)
    who = _person(payload, known)
    return ShortcutUsed(
        f"{known.space.key}:{payload['trigger_id']}",
        known.now,
        who,
        payload["callback_id"],
        post,
        _interaction(payload, post.ref.room, who.id).trigger(known.now),
    )


def _pressed(payload: Json, known: Known) -> Inbound | None:
    action = (payload.get("actions") or [{}])[0]
    if action.get("type") != "button" or action.get("action_id", LINK).startswith(LINK):
        return None
    container = payload.get("container") or {}
    who = _person(payload, known)
    if container.get("type") == "view":
        interaction = Interaction(payload["trigger_id"], user=who.id, home=ACT)
        message = MessageRef(interaction.room(known.space, who.id), container.get("view_id", ""))
    else:
        ts, thread = container["message_ts"], container.get("thread_ts") or ""
        room = known.room(container["channel_id"], "" if thread == ts else thread)
        message = MessageRef(room, ts)
        is_ephemeral = bool(container.get("is_ephemeral"))
        interaction = replace(_interaction(payload, room, who.id), message=ts, ephemeral=is_ephemeral)
    key = f"{known.space.key}:{payload['trigger_id']}"
    return ButtonPressed(key, known.now, who, action["action_id"], message, interaction.trigger(known.now))


def _submitted(payload: Json, known: Known) -> Inbound | None:
    view, who = payload["view"], _person(payload, known)
    opened = read_interaction(view.get("private_metadata", ""))
    values: dict[str, str | tuple[str, ...]] = {}
    for name, fields in ((view.get("state") or {}).get("values") or {}).items():
        for entry in fields.values():
            values[name] = _value(entry)
    return FormSubmitted(
        f"{known.space.key}:{payload.get('trigger_id') or view['id'] + view.get('hash', '')}",
        known.now,
        who,
        opened.room(known.space, who.id),
        view["callback_id"],
        values,
        opened.trigger(known.now),
    )


def _value(entry: Json) -> str | tuple[str, ...]:
    if "selected_options" in entry:
        return tuple(option["value"] for option in entry["selected_options"] or ())
    if "selected_users" in entry:
        return tuple(entry["selected_users"] or ())
    option = entry.get("selected_option")
    given = (
        option["value"] if option else entry.get("selected_user") or entry.get("selected_date") or entry.get("value")
    )
    return str(given or "")


def _person(payload: Json, known: Known) -> Account:
    user = payload["user"]
    return known.account(user["id"], user.get("name") or user.get("username") or "")


def _is_from_person(message: Json, known: Known) -> bool:
    user = message.get("user")
    return bool(user) and user != known.bot and user not in _NOBODY and not message.get("bot_id")


def _reactions(message: Json, known: Known) -> Iterator[Reaction]:
    for reaction in message.get("reactions") or ():
        users = tuple(known.account(id) for id in reaction.get("users") or ())
        yield Reaction(short_name(reaction.get("name", "")), users)


def _speaks_of(message: Json) -> set[str]:
    said_by = {_id(message.get("user")), _id(message.get("parent_user_id"))}
    return said_by | set(reading.mentioned_in(message)) | set(_quoted(message))


def _id(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("id") or "")
    return value if isinstance(value, str) else ""


def _key(payload: Json, known: Known) -> str:
    return f"{known.space.key}:{payload.get('event_id', '')}"


def _time(event: Json, payload: Json, known: Known) -> datetime:
    stamp = event.get("event_ts") or payload.get("event_time")
    return at(str(stamp)) if stamp else known.now


_NOBODY = frozenset({"USLACKBOT", "", None})
_CHANGES = {"message_changed": _edited, "message_deleted": _deleted}
_EVENTS: Mapping[str, Callable[[Json, Json, Known], Inbound | None]] = {
    "message": _posted,
    "app_mention": _posted,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "team_join": _joined,
    "user_change": _changed,
    "app_home_opened": _home,
}
_INTERACTIONS: Mapping[str, Callable[[Json, Known], Inbound | None]] = {
    "message_action": _shortcut,
    "block_actions": _pressed,
    "view_submission": _submitted,
}

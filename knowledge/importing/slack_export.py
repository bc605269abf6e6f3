"""A standard Slack export, read where it lies: nothing is unpacked, and only a message at a time is in memory.

The zip holds `users.json`, `channels.json` and a folder for each channel with a file a day. Private channels and direct
conversations, which other kinds of export hold, are left out. Source: Slack, slack.com/help, *How to read Slack data
exports*; docs.slack.dev, *message event* and its subtypes.
"""

import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from knowledge.importing.history import History, LeftOut, Message, Person, Reaction, Read, clean, space_named
from knowledge.importing.json_pieces import BrokenJson, Pieces
from knowledge.importing.reading import BrokenLine, UnreadableFile

SPOKEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that people write; the same that live events count."""

LARGEST_EXPORT = 100_000_000_000
"""Bytes that an export may have unpacked (ours: a thousand for each of a hundred million messages)."""

MOST_PACKED, SMALL = 300, 10_000_000
"""A file of more than so many bytes that is so many times its packed size is no chat (ours: chats have about 15)."""

NOBODY = "USLACKBOT"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_PRIVATE = ("groups.json", "dms.json", "mpims.json")


@dataclass(frozen=True, slots=True)
class _Channel:
    id: str
    name: str
    days: tuple[ZipInfo, ...]


@dataclass
class SlackExport(History):
    """A Slack export; `channels` are the public ones that it has files of."""

    path: Path = Path()
    channels: Sequence[_Channel] = ()
    private: int = 0
    teams: Counter[str] = field(default_factory=Counter)

    def _messages(self) -> Iterator[Read]:
        self.left_out[LeftOut.PRIVATE] += self.private
        with ZipFile(self.path) as export:
            for channel in self.channels:
                for day in channel.days:
                    yield from self._day(export, channel, day)
                    self.done += day.file_size

    def _day(self, export: ZipFile, channel: _Channel, day: ZipInfo) -> Iterator[Read]:
        where = "/".join(day.filename.split("/")[-2:])
        try:
            for number, each in enumerate(_elements(export, day), 1):
                read = self._read(each, channel, f"{where}, message {number}")
                if read is not None:
                    yield read
        except (BrokenJson, BadZipFile, zlib.error, EOFError, OSError) as error:
            yield BrokenLine(where, _why(error))

    def _read(self, given: Any, channel: _Channel, where: str) -> Read | None:
        if not isinstance(given, dict):
            return BrokenLine(where, "this is no message.")
        if given.get("type", "message") != "message" or given.get("subtype", "") not in SPOKEN | {"bot_message"}:
            self.left_out[LeftOut.NOTICES] += 1
            return None
        author = clean(given.get("user"))
        if given.get("bot_id") or given.get("subtype") == "bot_message" or self._is_bot(author):
            self.left_out[LeftOut.BOTS] += 1
            return None
        at = _moment(given.get("ts"))
        if at is None or not author:
            return BrokenLine(where, "it doesn't say who wrote it and when.")
        if author not in self.people:
            self.people[author] = Person(_name(given.get("user_profile")))
        return _message(given, channel, author, at)

    def _is_bot(self, user: str) -> bool:
        known = self.people.get(user)
        return user == NOBODY or (known is not None and known.is_bot)


def open_slack(path: Path, space: str = "") -> SlackExport:
    """Opens an export, and reads who and which channels are in it.

    Args:
        path: the zip.
        space: the workspace, such as `T1` or `slack:T1`, where the export does not say.

    Raises:
        UnreadableFile: it is no Slack export, is damaged, or was made to do harm.
    """
    if not path.is_file():
        raise UnreadableFile(f"There is no file {path}.")
    try:
        with ZipFile(path) as export:
            return _opened(path, export, space)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(f"I can't read {path.name}: it is no zip file, or it is damaged.") from error
    except BrokenJson as error:
        raise UnreadableFile(f"I can't read the people or channels in {path.name}: {error}.") from error


def _opened(path: Path, export: ZipFile, space: str) -> SlackExport:
    files = _files(path, export)
    people, teams = _people(export, files["users.json"])
    channels = _channels(export, files)
    days = [day for channel in channels for day in channel.days]
    if not days:
        raise UnreadableFile(f"{path.name} has no messages of public channels.")
    team = teams.most_common(1)[0][0] if teams else ""
    key = space_named(space, "slack", team)
    content = "\n".join([key, *(f"{each.filename}:{each.file_size}:{each.CRC}" for each in days)])
    return SlackExport(
        key,
        hashlib.sha256(content.encode("utf-8", "replace")).hexdigest(),
        sum(day.file_size for day in days),
        people=people,
        path=path,
        channels=channels,
        private=sum(1 for name in _PRIVATE if name in files for _ in _elements(export, files[name])),
    )


def _files(path: Path, export: ZipFile) -> dict[str, ZipInfo]:
    """The files by their name in the export; somebody may have packed the folder that it was unpacked to."""
    every = [each for each in export.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    _refuse_tricks(path, every)
    tops = [each.filename.removesuffix("channels.json") for each in every if _is_top(each.filename)]
    top = min(tops, key=len, default="")
    files = {each.filename.removeprefix(top): each for each in every if each.filename.startswith(top)}
    missing = [name for name in ("channels.json", "users.json") if name not in files]
    if missing:
        raise UnreadableFile(f"{path.name} is no Slack export: {' and '.join(missing)} is not in it.")
    return files


def _is_top(name: str) -> bool:
    return name == "channels.json" or (name.endswith("/channels.json") and name.count("/") == 1)


def _refuse_tricks(path: Path, files: Sequence[ZipInfo]) -> None:
    names = [each.filename for each in files]
    if len(set(names)) < len(names) or any("\\" in name or name.startswith("/") or ".." in name for name in names):
        raise UnreadableFile(f"{path.name} has files with names that no Slack export has, so I don't read it.")
    if any(each.flag_bits & 1 for each in files):
        raise UnreadableFile(f"{path.name} is locked with a password. Unpack it, and pack it again without one.")
    swollen = (each.file_size > SMALL and each.file_size > MOST_PACKED * max(1, each.compress_size) for each in files)
    if any(swollen) or sum(each.file_size for each in files) > LARGEST_EXPORT:
        raise UnreadableFile(f"{path.name} would unpack to far more than a chat can be, so I don't read it.")


def _people(export: ZipFile, users: ZipInfo) -> tuple[dict[str, Person], Counter[str]]:
    found: dict[str, Person] = {}
    teams: Counter[str] = Counter()
    for user in _elements(export, users):
        id = clean(user.get("id")) if isinstance(user, dict) else ""
        if id:
            is_bot = bool(user.get("is_bot")) or id == NOBODY
            name = _name(user.get("profile")) or clean(user.get("real_name")) or clean(user.get("name"))
            found[id] = Person(name, is_bot, bool(user.get("deleted")))
            teams.update([clean(user.get("team_id"))] if user.get("team_id") and id != NOBODY else [])
    return found, teams


def _channels(export: ZipFile, files: Mapping[str, ZipInfo]) -> list[_Channel]:
    folders: dict[str, list[ZipInfo]] = {}
    for name, file in files.items():
        folder, _, day = name.rpartition("/")
        if _DAY.fullmatch(day):
            folders.setdefault(folder, []).append(file)
    found: dict[str, _Channel] = {}
    for each in _elements(export, files["channels.json"]):
        id, name = (clean(each.get(part)) if isinstance(each, dict) else "" for part in ("id", "name"))
        days = folders.get(name) or folders.get(id) or []
        if id and days:
            found[id] = _Channel(id, name, tuple(sorted(days, key=lambda day: day.filename)))
    return sorted(found.values(), key=lambda channel: (channel.name, channel.id))


def _elements(export: ZipFile, file: ZipInfo) -> Iterator[Any]:
    with export.open(file) as packed, io.TextIOWrapper(packed, "utf-8-sig", errors="replace", newline="") as stream:
        yield from Pieces(stream).elements()


def _message(given: Mapping[str, Any], channel: _Channel, author: str, at: datetime) -> Message:
    ts, thread = clean(given["ts"]), clean(given.get("thread_ts"))
    text = given.get("text")
    text = text if isinstance(text, str) else ""
    return Message(
        ts,
        channel.id,
        author,
        at,
        text,
        thread="" if thread == ts else thread,
        answers=clean(given.get("parent_user_id")),
        reactions=tuple(_reactions(given.get("reactions"))),
        mentions=_mentioned(text, given.get("blocks")),
        quotes=tuple(dict.fromkeys(_quoted(given.get("attachments")))),
    )


def _mentioned(text: str, blocks: Any) -> tuple[str, ...]:
    """Whom a message mentions, as live events are read: what blocks mention stands in the text too."""
    if text and "<@" not in text:
        return ()
    found = dict.fromkeys(_MENTION.findall(text))
    stack = list(_dicts(blocks))
    while stack:
        element = stack.pop(0)
        if element.get("type") == "user":
            found[clean(element.get("user_id"))] = None
        stack += _dicts(element.get("elements"))
    return tuple(id for id in found if id)


def _reactions(given: Any) -> Iterator[Reaction]:
    for each in _dicts(given):
        by = each.get("users")
        if isinstance(by, list):
            yield Reaction(clean(each.get("name")), tuple(id for id in map(clean, by) if id))


def _quoted(given: Any) -> Iterator[str]:
    for each in _dicts(given):
        if (each.get("is_share") or each.get("is_msg_unfurl")) and clean(each.get("author_id")):
            yield clean(each["author_id"])


def _dicts(given: Any) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _name(profile: Any) -> str:
    if not isinstance(profile, dict):
        return ""
    return clean(profile.get("display_name")) or clean(profile.get("real_name")) or clean(profile.get("name"))


def _moment(ts: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(cast(str, ts)), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _why(error: Exception) -> str:
    return f"{error}." if isinstance(error, BrokenJson) else "the zip is damaged here."

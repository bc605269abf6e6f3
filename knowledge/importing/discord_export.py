"""What DiscordChatExporter writes as JSON, one file or a folder of them, in the memory of one message.

A thread is a channel of its own there, with its parent as the category; its messages stand in the parent's room here,
as they do for live events. Private threads and direct conversations are left out. Source: Tyrrrz/DiscordChatExporter,
*JsonMessageWriter.cs*, release 2.46.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.importing.history import History, LeftOut, Message, Person, Reaction, Read, clean, space_named
from knowledge.importing.json_pieces import BrokenJson, Pieces
from knowledge.importing.messages import moment
from knowledge.importing.reading import BrokenLine, UnreadableFile

SPOKEN = frozenset({"Default", "Reply"})
"""Types of messages that people write."""


@dataclass(frozen=True, slots=True)
class _Head:
    """A file: whose channel it is, and of when. `thread` is empty where it is no thread's."""

    path: Path
    guild: str
    room: str
    thread: str
    first: int
    is_private: bool


@dataclass
class DiscordExport(History):
    """One or more files of one server; of `odd` nothing is known but that they are no such files."""

    files: Sequence[_Head] = ()
    odd: Sequence[str] = ()
    private: int = 0

    def _messages(self) -> Iterator[Read]:
        self.left_out[LeftOut.PRIVATE] += self.private
        yield from (BrokenLine(name, "this is no JSON export of DiscordChatExporter.") for name in self.odd)
        before = 0
        for head in self.files:
            yield from self._file(head, before)
            before += head.path.stat().st_size
            self.done = before

    def _file(self, head: _Head, before: int) -> Iterator[Read]:
        began, last = "", 0
        try:
            with _pieces(head.path) as (raw, pieces):
                pieces.fields_before("messages")
                for number, each in enumerate(pieces.elements(), 1):
                    self.done = before + raw.tell()
                    if number == 2 and _number(each) < last:
                        yield BrokenLine(head.path.name, "its newest messages stand first; export it the other way.")
                        return
                    last = _number(each)
                    read = self._read(each, head, began, f"{head.path.name}, message {number}")
                    if read is not None:
                        yield read
                    began = began or _author(each)
        except (BrokenJson, OSError) as error:
            why = error if isinstance(error, BrokenJson) else type(error).__name__
            yield BrokenLine(head.path.name, f"{why}.")

    def _read(self, given: Any, head: _Head, began: str, where: str) -> Read | None:
        if not isinstance(given, dict):
            return BrokenLine(where, "this is no message.")
        if given.get("type", "Default") not in SPOKEN:
            self.left_out[LeftOut.NOTICES] += 1
            return None
        author, at = self._person(given.get("author")), moment(given.get("timestamp"))
        id = clean(given.get("id"))
        if not author or not id or at is None:
            return BrokenLine(where, "it doesn't say who wrote it and when.")
        if self.people[author].is_bot:
            self.left_out[LeftOut.BOTS] += 1
            return None
        about = given.get("reference")
        about = about if isinstance(about, dict) else {}
        is_reply = given.get("type") == "Reply"
        of = (clean(about.get("channelId")) or head.room, clean(about.get("messageId")))
        text = given.get("content")
        return Message(
            id,
            head.room,
            author,
            at,
            text if isinstance(text, str) else "",
            thread="" if head.thread == id else head.thread,
            reply_to=of[1] if is_reply else "",
            answers=began if head.thread else "",
            reactions=tuple(self._reactions(given.get("reactions"))),
            mentions=self._all_of(given.get("mentions")),
            quote_of=of if of[1] and not is_reply else None,
        )

    def _reactions(self, given: Any) -> Iterator[Reaction]:
        for each in given if isinstance(given, list) else ():
            if isinstance(each, dict):
                emoji = each.get("emoji")
                name = clean(emoji.get("code") or emoji.get("name")) if isinstance(emoji, dict) else ""
                yield Reaction(name, self._all_of(each.get("users")))

    def _all_of(self, given: Any) -> tuple[str, ...]:
        people = (self._person(each) for each in given) if isinstance(given, list) else ()
        return tuple(dict.fromkeys(each for each in people if each))

    def _person(self, given: Any) -> str:
        id = clean(given.get("id")) if isinstance(given, dict) else ""
        if id and id not in self.people:
            name = clean(given.get("nickname")) or clean(given.get("name"))
            self.people[id] = Person(name, bool(given.get("isBot")))
        return id


def open_discord(path: Path, space: str = "") -> DiscordExport:
    """Opens a file, or every `.json` in a folder and those below it.

    Args:
        path: the file or the folder.
        space: the server, such as `123` or `discord:123`, where it is not the one that the files name.

    Raises:
        UnreadableFile: nothing is there, nothing there is such an export, or they are of several servers.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not path.exists() or not files:
        raise UnreadableFile(f"There is no file {path}." if not path.is_dir() else f"{path} has no .json files.")
    heads = {each: _head(each) for each in files}
    found = [head for head in heads.values() if head is not None]
    public = sorted((head for head in found if not head.is_private), key=_order)
    if not public:
        what = "only private conversations" if found else "no JSON export of DiscordChatExporter"
        raise UnreadableFile(f"In {path.name} there is {what}.")
    servers = sorted({head.guild for head in public})
    if len(servers) > 1:
        raise UnreadableFile(f"{path.name} has channels of {len(servers)} servers. Import those of each by themselves.")
    key = space_named(space, "discord", servers[0])
    return DiscordExport(
        key,
        _digest(key, public),
        sum(head.path.stat().st_size for head in public),
        files=public,
        odd=[each.name for each, head in heads.items() if head is None],
        private=len(found) - len(public),
    )


def _head(path: Path) -> _Head | None:
    try:
        with _pieces(path) as (_, pieces):
            fields = pieces.fields_before("messages")
            first = next(pieces.elements(), None)
    except (BrokenJson, OSError):
        return None
    guild, channel = fields.get("guild"), fields.get("channel")
    if not isinstance(guild, dict) or not isinstance(channel, dict) or not clean(channel.get("id")):
        return None
    kind, id, parent = (clean(channel.get(name)) for name in ("type", "id", "categoryId"))
    is_thread = kind.endswith("Thread") and parent != ""
    return _Head(
        path,
        clean(guild.get("id")),
        parent if is_thread else id,
        id if is_thread else "",
        _number(first),
        kind.startswith("Direct") or "Private" in kind,
    )


def _order(head: _Head) -> tuple[bool, str, str, int, str]:
    """Channels before their threads, which answer what stands there; the parts of one in their order."""
    return head.thread != "", head.room, head.thread, head.first, head.path.name


def _digest(key: str, files: Sequence[_Head]) -> str:
    digest = hashlib.sha256(f"{key}\n".encode())
    for head in files:
        with head.path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


@contextmanager
def _pieces(path: Path) -> Iterator[tuple[Any, Pieces]]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="") as stream:
        yield raw, Pieces(stream)


def _number(message: Any) -> int:
    id = message.get("id") if isinstance(message, dict) else None
    return int(id) if isinstance(id, str) and id.isascii() and id.isdigit() and len(id) < 25 else 0


def _author(message: Any) -> str:
    author: Any = message.get("author") if isinstance(message, Mapping) else None
    return clean(author.get("id")) if isinstance(author, dict) else ""

"""Tiny exports as chats write them, for tests."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

Json = dict[str, Any]

PEOPLE = ({"id": "UANN", "name": "ann"}, {"id": "UBEN", "name": "ben"}, {"id": "UCY", "name": "cy"})


def slack_zip(path: Path, channels: dict[str, list[Json]], *people: Json, top: str = "", **more: Any) -> Path:
    """Writes a Slack export: the channel's name -> its messages, each in the file of its day `day`."""
    with ZipFile(path, "w", ZIP_DEFLATED) as export:
        users = [{"team_id": "T1", **each} for each in (*PEOPLE, *people)]
        export.writestr(f"{top}users.json", json.dumps(users))
        listed = [{"id": f"C{name.upper()}", "name": name} for name in channels]
        export.writestr(f"{top}channels.json", json.dumps(listed))
        for name, value in more.items():
            export.writestr(f"{top}{name}.json", json.dumps(value))
        for name, messages in channels.items():
            for day in sorted({each.get("day", "2026-02-01") for each in messages}):
                of_day = [each for each in messages if each.get("day", "2026-02-01") == day]
                export.writestr(f"{top}{name}/{day}.json", json.dumps(of_day))
    return path


def slack(user: str, ts: str, text: str = "hello", **more: Any) -> Json:
    """A message in Slack's form."""
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


def discord_file(path: Path, messages: list[Json], **channel: Any) -> Path:
    """Writes a file as DiscordChatExporter does: with a mark at its start, and indented."""
    about = {"id": "10", "type": "GuildTextChat", "categoryId": "9", "category": "Wards", "name": "floor", **channel}
    whole = {
        "guild": {"id": "1", "name": "The [ward]", "iconUrl": ""},
        "channel": about,
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2026-02-03T00:00:00+00:00",
        "messages": messages,
        "messageCount": len(messages),
    }
    path.write_text("\ufeff" + json.dumps(whole, indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def discord(id: int, author: str, content: str = "hello", **more: Any) -> Json:
    """A message in DiscordChatExporter's form."""
    at = f"2026-02-01T10:00:{id % 60:02d}.1234567+00:00"
    return {"id": str(id), "type": "Default", "timestamp": at, "content": content, "author": user(author), **more}


def user(name: str, *, is_bot: bool = False) -> Json:
    """Somebody in DiscordChatExporter's form; their id is made of their name."""
    return {"id": str(sum(map(ord, name))), "name": name, "nickname": name.title(), "isBot": is_bot}


def neutral_file(path: Path, rows: list[Json | str]) -> Path:
    """Writes the neutral form; a text stands as a line of its own."""
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def neutral(id: str, author: str, **more: Any) -> Json:
    """A message in the neutral form."""
    return {"id": id, "room": "floor", "author": author, "at": "2026-02-01T10:00:00Z", "text": "hello", **more}

"""Discord exports are read message by message, threads with the channel that they hang on."""

import json
from pathlib import Path

import pytest
from made_exports import discord, discord_file, user

from knowledge.importing.discord_export import open_discord
from knowledge.importing.history import History, LeftOut, Message
from knowledge.importing.reading import BrokenLine, UnreadableFile
from knowledge.importing.ties_of import told_in
from knowledge.models import TieKind
from knowledge.store.history import Told

ANN, BEN, CY = (user(name)["id"] for name in ("ann", "ben", "cy"))


def read(history: History) -> list[Message]:
    return [each for each in history.messages() if isinstance(each, Message)]


def ties(history: History) -> list[tuple[TieKind, str, str]]:
    found = [tie for told in told_in(history) if isinstance(told, Told) for tie in told.ties]
    return [(each.kind, each.from_name, each.to_name) for each in found]


def test_replies_reactions_mentions_and_what_is_passed_on(tmp_path: Path) -> None:
    reaction = {"emoji": {"name": "🛏", "code": "bed"}, "users": [user("ben"), user("cy"), user("bot", is_bot=True)]}
    file = discord_file(
        tmp_path / "floor.json",
        [
            discord(100, "ann", '[not an end] "messages": []', reactions=[reaction, {**reaction, "count": 2}]),
            discord(101, "ben", type="Reply", reference={"messageId": "100"}, mentions=[user("ann"), user("cy")]),
            discord(102, "cy", reference={"messageId": "101", "channelId": "10"}),
            discord(103, "cy", type="Reply", reference={"messageId": "7"}),
        ],
    )
    export = open_discord(file)
    assert ties(export) == [
        (TieKind.REACTION, "Ben", "Ann"),
        (TieKind.REACTION, "Cy", "Ann"),
        (TieKind.REPLY, "Ben", "Ann"),
        (TieKind.MENTION, "Ben", "Cy"),
        (TieKind.QUOTE, "Cy", "Ben"),
    ]
    assert export.left_out == {LeftOut.PRIVATE: 0, LeftOut.UNKNOWN: 1}
    assert export.space == "discord:1" and export.done == export.size == file.stat().st_size


def test_keys_are_those_of_live_events(tmp_path: Path) -> None:
    message = discord(101, "ben", type="Reply", reference={"messageId": "100"}, reactions=[{"users": [user("cy")]}])
    file = discord_file(tmp_path / "floor.json", [discord(100, "ann"), message])
    found = [tie for told in told_in(open_discord(file)) if isinstance(told, Told) for tie in told.ties]
    assert [each.once for each in found] == [
        f"discord:1:10:101:reply:{ANN}",
        f"discord:1:10:101:reaction:{BEN}:{CY}",
    ]
    assert (found[0].from_account, found[0].channel) == (f"discord:1:{BEN}", "discord:1:10")


def test_a_thread_answers_whoever_began_it(tmp_path: Path) -> None:
    thread = {"type": "GuildPublicThread", "categoryId": "10", "category": "floor"}
    discord_file(tmp_path / "a.json", [discord(201, "ben")], id="100", **thread)
    discord_file(tmp_path / "b.json", [discord(300, "cy"), discord(301, "ben")], id="300", **thread)
    discord_file(tmp_path / "c.json", [discord(401, "cy"), discord(402, "ann")], id="400", **thread)
    discord_file(tmp_path / "z.json", [discord(100, "ann")])
    export = open_discord(tmp_path)
    assert [(each.room, each.thread) for each in read(export)] == [
        ("10", ""),
        ("10", "100"),
        ("10", ""),
        ("10", "300"),
        ("10", "400"),
        ("10", "400"),
    ]
    answered = [(TieKind.REPLY, "Ben", "Ann"), (TieKind.REPLY, "Ben", "Cy"), (TieKind.REPLY, "Ann", "Cy")]
    assert ties(export) == answered


def test_bots_notices_and_private_conversations_are_left_out(tmp_path: Path) -> None:
    by_bot = {**discord(2, "x"), "author": user("bot", is_bot=True)}
    discord_file(
        tmp_path / "floor.json",
        [
            discord(1, "ann", type="GuildMemberJoin"),
            by_bot,
            discord(3, "ann", type="20"),
            discord(4, "ann"),
        ],
    )
    discord_file(tmp_path / "dm.json", [discord(5, "ann")], id="50", type="DirectTextChat")
    discord_file(tmp_path / "secret.json", [discord(6, "ann")], id="60", type="GuildPrivateThread")
    export = open_discord(tmp_path)
    assert [each.id for each in read(export)] == ["4"]
    assert export.left_out == {LeftOut.PRIVATE: 2, LeftOut.NOTICES: 2, LeftOut.BOTS: 1}


def test_the_parts_of_a_channel_are_read_in_their_order(tmp_path: Path) -> None:
    discord_file(tmp_path / "floor [part 2].json", [discord(101, "ben", type="Reply", reference={"messageId": "100"})])
    discord_file(tmp_path / "floor.json", [discord(100, "ann")])
    assert ties(open_discord(tmp_path)) == [(TieKind.REPLY, "Ben", "Ann")]


def test_what_cannot_be_read_is_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    messages = [discord(1, "ann"), {"id": "2"}, "secret", discord(3, "ben")]
    whole = discord_file(tmp_path / "a.json", messages).read_text(encoding="utf-8")  # type: ignore[list-item]
    (tmp_path / "b.json").write_text(whole[: whole.rindex('"id": "3"')].replace('"10"', '"11"'), encoding="utf-8")
    (tmp_path / "odd.json").write_text('{"users": []}', encoding="utf-8")
    discord_file(tmp_path / "late.json", [discord(9, "ann"), discord(8, "ben"), discord(7, "cy")], id="12")
    found = list(open_discord(tmp_path).messages())
    assert [each.id for each in found if isinstance(each, Message)] == ["1", "3", "1", "9"]
    broken = {each.where: each.why for each in found if isinstance(each, BrokenLine)}
    assert sorted(broken) == [
        *("a.json, message 2", "a.json, message 3", "b.json", "b.json, message 2", "b.json, message 3"),
        *("late.json", "odd.json"),
    ]
    assert "newest messages stand first" in broken["late.json"] and "too early" in broken["b.json"]


def test_what_is_no_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no file"):
        open_discord(tmp_path / "nowhere")
    with pytest.raises(UnreadableFile, match=r"no \.json files"):
        open_discord(tmp_path)
    for text in ("", "[]", '{"guild": 1, "messages": []}', json.dumps({"messages": []})):
        (tmp_path / "odd.json").write_text(text, encoding="utf-8")
        with pytest.raises(UnreadableFile, match="no JSON export"):
            open_discord(tmp_path / "odd.json")
    discord_file(tmp_path / "odd.json", [], type="DirectTextChat")
    with pytest.raises(UnreadableFile, match="only private"):
        open_discord(tmp_path)


def test_channels_of_two_servers_are_not_mixed(tmp_path: Path) -> None:
    discord_file(tmp_path / "a.json", [])
    other = discord_file(tmp_path / "b.json", [], id="11")
    other.write_text(other.read_text(encoding="utf-8").replace('"id": "1"', '"id": "2"'), encoding="utf-8")
    with pytest.raises(UnreadableFile, match="2 servers"):
        open_discord(tmp_path)
    assert open_discord(other, "5").space == "discord:5"

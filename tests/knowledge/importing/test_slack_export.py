"""A Slack export is read as people wrote: without bots and notices, and without being tricked by the file."""

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from made_exports import slack, slack_zip

from knowledge.importing import slack_export
from knowledge.importing.history import LeftOut, Message, Person
from knowledge.importing.reading import BrokenLine, UnreadableFile
from knowledge.importing.slack_export import open_slack


def read(path: Path, **said: Any) -> list[Message]:
    return [each for each in open_slack(path, **said).messages() if isinstance(each, Message)]


def test_messages_come_channel_by_channel_and_in_their_order(tmp_path: Path) -> None:
    channels = {
        "ward": [slack("UBEN", "3.0", day="2026-02-02"), slack("UANN", "1.0"), slack("UBEN", "2.0")],
        "empty": [],
        "beds": [slack("UCY", "1.5")],
    }
    found = read(slack_zip(tmp_path / "e.zip", channels))
    assert [(each.room, each.id) for each in found] == [
        ("CBEDS", "1.5"),
        ("CWARD", "1.0"),
        ("CWARD", "2.0"),
        ("CWARD", "3.0"),
    ]
    assert found[0].at.timestamp() == 1.5 and found[0].at.tzinfo is not None


def test_threads_reactions_mentions_quotes_and_edits(tmp_path: Path) -> None:
    blocks = [{"type": "rich_text", "elements": [{"elements": [{"type": "user", "user_id": "UCY"}]}]}]
    shared = [
        {"is_share": True, "author_id": "UCY"},
        {"author_id": "UANN"},
        {"is_msg_unfurl": True, "author_id": "UCY"},
    ]
    messages = [
        slack("UANN", "1.0", thread_ts="1.0", reply_count=1, edited={"user": "UANN", "ts": "9.0"}),
        slack("UBEN", "2.0", "<@UANN> and <@UCY|cy> 🛏", thread_ts="1.0", parent_user_id="UANN", blocks=blocks),
        slack(
            "UBEN", "3.0", "", reactions=[{"name": "tada", "users": ["UANN", "UCY"], "count": 5}], attachments=shared
        ),
    ]
    first, second, third = read(slack_zip(tmp_path / "e.zip", {"ward": messages}))
    assert (first.thread, first.answers) == ("", "")
    assert (second.thread, second.answers, second.mentions) == ("1.0", "UANN", ("UANN", "UCY"))
    assert second.text.endswith("🛏")
    assert [(each.emoji, each.by) for each in third.reactions] == [("tada", ("UANN", "UCY"))]
    assert third.quotes == ("UCY",)


def test_bots_and_notices_are_left_out_and_counted(tmp_path: Path) -> None:
    messages = [
        slack("UANN", "1.0", subtype="channel_join"),
        slack("UANN", "2.0", subtype="tombstone", hidden=True),
        slack("UBOT", "3.0"),
        slack("UANN", "4.0", bot_id="B1"),
        {"type": "message", "subtype": "bot_message", "ts": "5.0", "bot_id": "B1"},
        slack("USLACKBOT", "6.0"),
        slack("UANN", "7.0", subtype="file_share"),
        slack("UANN", "8.0", subtype="thread_broadcast"),
    ]
    private = {"groups": [{"id": "G1"}], "dms": [{"id": "D1"}, {"id": "D2"}]}
    path = slack_zip(tmp_path / "e.zip", {"ward": messages}, {"id": "UBOT", "name": "bot", "is_bot": True}, **private)
    export = open_slack(path)
    for _ in range(2):
        assert [each.id for each in export.messages() if isinstance(each, Message)] == ["7.0", "8.0"]
        assert export.left_out == {LeftOut.NOTICES: 2, LeftOut.BOTS: 4, LeftOut.PRIVATE: 3}


def test_names_are_those_that_the_export_knows(tmp_path: Path) -> None:
    people: list[dict[str, Any]] = [
        {"id": "UDEE", "name": "dee", "deleted": True, "profile": {"real_name": "Dee Old", "display_name": ""}},
        {"id": "UEVE", "name": "eve", "profile": {"real_name": "Eve", "display_name": "Evie 🌱\ud800\0"}},
    ]
    stranger = slack("UFAR", "1.0", user_profile={"display_name": "", "real_name": "Far Away"})
    export = open_slack(slack_zip(tmp_path / "e.zip", {"ward": [stranger, slack("UNO", "2.0")]}, *people))
    assert len(list(export.messages())) == 2
    assert export.people["UDEE"] == Person("Dee Old", has_left=True)
    assert export.people["UEVE"].name == "Evie 🌱?"
    assert (export.people["UFAR"].name, export.people["UNO"].name) == ("Far Away", "")


def test_what_is_broken_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    found = list(open_slack(_with_broken(tmp_path / "e.zip")).messages())
    assert [each.id for each in found if isinstance(each, Message)] == ["2.0", "3.0"]
    where = [each.where for each in found if isinstance(each, BrokenLine)]
    assert where == [
        "ward/2026-02-01.json, message 1",
        "ward/2026-02-01.json, message 2",
        "ward/2026-02-01.json, message 3",
        "ward/2026-02-02.json",
    ]
    assert not any("secret" in each.why for each in found if isinstance(each, BrokenLine))


def _with_broken(path: Path) -> Path:
    slack_zip(path, {"ward": []})
    good = '{"type": "message", "user": "UBEN", "ts": "%s", "text": "secret"}'
    with ZipFile(path, "a") as export:
        odd = '{"type": "message", "user": "UANN", "ts": "soon", "text": "secret"}, ["secret"], {"ts": "1.0"}'
        export.writestr("ward/2026-02-01.json", f"[{odd}, {good % '2.0'}]")
        export.writestr("ward/2026-02-02.json", f"[{good % '3.0'}, {{secret")
    return path


def test_an_export_that_was_packed_again_with_its_folder(tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {"ward": [slack("UANN", "1.0")]}, top="My export/")
    with ZipFile(path, "a") as export:
        export.writestr("__MACOSX/._users.json", "x")
    assert [each.id for each in read(path)] == ["1.0"]


def test_the_workspace_is_the_one_that_people_are_of_or_the_one_that_is_named(tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {"ward": [slack("UANN", "1.0")]}, {"id": "UX", "team_id": "T2"})
    assert open_slack(path).space == "slack:T1"
    assert open_slack(path, "T9").space == open_slack(path, "slack:T9").space == "slack:T9"
    assert open_slack(path).digest == open_slack(path).digest != open_slack(path, "T9").digest
    with pytest.raises(UnreadableFile, match="no name of a space"):
        open_slack(path, "a b")
    bare = tmp_path / "bare.zip"
    with ZipFile(bare, "w") as export:
        for name, text in (("users.json", "[]"), ("channels.json", '[{"id": "C1", "name": "a"}]')):
            export.writestr(name, text)
        export.writestr("a/2026-02-01.json", "[]")
    with pytest.raises(UnreadableFile, match="--space"):
        open_slack(bare)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["../users.json"], "names that no Slack export has"),
        (["/etc/users.json"], "names that no Slack export has"),
        (["ward\\..\\2026-02-01.json"], "names that no Slack export has"),
        (["a/2026-02-01.json"] * 2, "names that no Slack export has"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, names: list[str], says: str) -> None:
    path = slack_zip(tmp_path / "e.zip", {"ward": [slack("UANN", "1.0")]})
    with ZipFile(path, "a") as export:
        for name in names:
            export.writestr(name, "[]")
    with pytest.raises(UnreadableFile, match=says):
        open_slack(path)


def test_what_swells_when_it_is_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = slack_zip(tmp_path / "e.zip", {"ward": [slack("UANN", "1.0")]})
    monkeypatch.setattr(slack_export, "SMALL", 100_000)
    with ZipFile(path, "a", ZIP_DEFLATED) as export:
        export.writestr("ward/2026-02-09.json", "[" + " " * 1_000_000 + "]")
    with pytest.raises(UnreadableFile, match="far more than a chat"):
        open_slack(path)


def test_a_locked_export_is_said(tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {"ward": [slack("UANN", "1.0")]})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(UnreadableFile, match="locked with a password"):
        open_slack(path)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (None, "no zip file"),
        ({}, "channels.json and users.json is not in it"),
        ({"channels.json": "[]"}, "users.json is not in it"),
        ({"channels.json": "[]", "users.json": "[]"}, "no messages of public channels"),
        ({"channels.json": "{}", "users.json": "[]"}, "I can't read the people or channels"),
    ],
)
def test_what_is_no_export_is_said(tmp_path: Path, files: dict[str, str] | None, says: str) -> None:
    path = tmp_path / "e.zip"
    if files is None:
        path.write_bytes(b"no zip at all")
    else:
        with ZipFile(path, "w") as export:
            for name, text in files.items():
                export.writestr(name, text)
    with pytest.raises(UnreadableFile, match=says):
        open_slack(path)
    with pytest.raises(UnreadableFile, match="no file"):
        open_slack(tmp_path / "nowhere.zip")


def test_a_damaged_day_does_not_end_the_others(tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "e.zip", {"ward": [slack("UANN", "1.0"), slack("UBEN", "2.0", day="2026-02-02")]})
    with ZipFile(path) as export:
        day = export.getinfo("ward/2026-02-01.json")
    raw = bytearray(path.read_bytes())
    raw[day.header_offset + 30 + len(day.filename) + 8] ^= 0xFF
    path.write_bytes(bytes(raw))
    found = list(open_slack(path).messages())
    assert "2.0" in [each.id for each in found if isinstance(each, Message)]
    assert [each.where for each in found if isinstance(each, BrokenLine)] == ["ward/2026-02-01.json"]

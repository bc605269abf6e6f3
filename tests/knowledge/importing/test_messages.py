"""The neutral form: every line is read or named, and nothing that somebody wrote in it can do harm."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_exports import Json, neutral, neutral_file

from knowledge.importing import messages
from knowledge.importing.history import Message, Reaction, pieces_of_rooms
from knowledge.importing.messages import open_messages
from knowledge.importing.reading import BrokenLine, UnreadableFile


def read(path: Path) -> list[Message]:
    return [each for each in open_messages(path).messages() if isinstance(each, Message)]


def test_a_message_with_all_that_there_may_be(tmp_path: Path) -> None:
    row = neutral("2", " Ann  B ", at="2026-02-01T11:00:00+01:00", thread="1", reply_to="1", text="Grüße 🛏")
    row |= {"mentions": ["Ben", "Ben", 7, None], "reactions": [{"emoji": "bed", "by": ["Cy"]}, "odd"]}
    file = neutral_file(tmp_path / "chat.jsonl", [row, neutral("3", "Ben", thread="3", reactions={"bed": ["Cy"]})])
    first, second = read(file)
    assert first == Message(
        *("2", "floor", "Ann B", datetime(2026, 2, 1, 10, tzinfo=UTC), "Grüße 🛏"),
        thread="1",
        reply_to="1",
        mentions=("Ben", "7"),
        reactions=(Reaction("bed", ("Cy",)),),
    )
    assert second.thread == "" and second.reactions == (Reaction("bed", ("Cy",)),)
    assert open_messages(file).space == "import:chat"


def test_a_moment_without_a_zone_is_utc(tmp_path: Path) -> None:
    (message,) = read(neutral_file(tmp_path / "chat.jsonl", [neutral("1", "Ann", at="2026-02-01T10:00")]))
    assert message.at == datetime(2026, 2, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "{secret",
        "[]",
        '"secret"',
        "[" * 50_000,
        neutral("", "Ann"),
        neutral("1", ""),
        neutral("1", "Ann", room=None),
        neutral("1", "Ann", room=["x"]),
        neutral("1", "Ann", at="yesterday"),
        neutral("1", "Ann", at=None),
        neutral("1", "Ann", at="0001-01-01T00:00:00+14:00"),
        neutral("1", "Ann", text="x" * 1_000_001),
    ],
)
def test_a_broken_line_is_named_without_its_text_and_the_others_are_read(tmp_path: Path, line: str | Json) -> None:
    found = list(open_messages(neutral_file(tmp_path / "chat.jsonl", [line, "", neutral("2", "Ben")])).messages())
    assert [each.id for each in found if isinstance(each, Message)] == ["2"]
    (broken,) = (each for each in found if isinstance(each, BrokenLine))
    assert broken.where == "chat.jsonl, line 1" and "secret" not in broken.why


def test_signs_that_databases_refuse_are_gone(tmp_path: Path) -> None:
    (message,) = read(
        neutral_file(
            tmp_path / "chat.jsonl", ['{"id": "1", "room": "a\\u0000b", "author": "A\\ud800", "at": "2026-02-01"}']
        )
    )
    assert (message.room, message.author) == ("ab", "A?")


def test_colons_in_names_do_not_look_like_keys(tmp_path: Path) -> None:
    file = neutral_file(tmp_path / "a chat: x.jsonl", [neutral("1", "a:b%", room="r:1")])
    export = open_messages(file)
    (message,) = (each for each in export.messages() if isinstance(each, Message))
    assert (message.author, message.room, export.people["a%3Ab%25"].name) == ("a%3Ab%25", "r%3A1", "a:b%")
    assert export.space == "import:a-chat-x"


def test_a_packed_file_is_read_and_a_cut_one_is_said(tmp_path: Path) -> None:
    plain = neutral_file(tmp_path / "chat.jsonl", [neutral(str(number), f"P{number}") for number in range(2_000)])
    packed = tmp_path / "chat.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(packed) == read(plain) and open_messages(packed).space == "import:chat"
    packed.write_bytes(packed.read_bytes()[:-500])
    with pytest.raises(UnreadableFile, match="to its end"):
        read(packed)
    with pytest.raises(UnreadableFile, match="no file"):
        open_messages(tmp_path / "nowhere.jsonl")


def test_a_file_is_read_as_far_as_somebody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by construction: what was not asked for was not read."""
    file = neutral_file(tmp_path / "chat.jsonl", [neutral(str(number), "Ann") for number in range(50_000)])
    export = open_messages(file)
    read_on = export.messages()
    assert [next(read_on) for _ in range(10)] and export.done < export.size / 10
    monkeypatch.setattr(messages, "LONGEST_LINE", 10)
    assert all(isinstance(each, BrokenLine) for each in export.messages())


def test_rooms_come_in_pieces_in_their_order(tmp_path: Path) -> None:
    rows = [neutral("1", "Ann", room="a"), neutral("2", "Ben", room="a"), "odd", neutral("3", "Ann", room="b")]
    pieces = pieces_of_rooms(open_messages(neutral_file(tmp_path / "chat.jsonl", rows)).messages())
    assert [(room, [each.id for each in some]) for room, some in pieces] == [("a", ["1", "2"]), ("b", ["3"])]

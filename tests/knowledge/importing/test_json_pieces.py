"""JSON read piece by piece gives what JSON read at once gives, whatever the size of the pieces."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing import json_pieces
from knowledge.importing.json_pieces import BrokenJson, Pieces

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


class Few(io.StringIO):
    """A stream that gives a few characters at a time, as one from a network may."""

    def read(self, size: int | None = -1) -> str:
        return super().read(min(3, size) if size and size > 0 else 3)


@settings(max_examples=80, deadline=None)
@given(st.lists(values, max_size=6), st.sampled_from([None, 1]))
def test_an_array_is_read_as_it_is(whole: list[Any], indent: int | None) -> None:
    text = json.dumps(whole, indent=indent, ensure_ascii=False)
    assert list(Pieces(Few(text)).elements()) == whole
    assert list(Pieces(io.StringIO(f" {text}\n")).elements()) == whole


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "messages"), values, max_size=4))
def test_what_stands_before_an_array_is_read_whole(before: dict[str, Any]) -> None:
    pieces = Pieces(Few(json.dumps({**before, "messages": [1, {"a": 2}], "after": 3})))
    assert pieces.fields_before("messages") == before
    assert list(pieces.elements()) == [1, {"a": 2}]


@pytest.mark.parametrize(
    ("text", "good", "why"),
    [
        ("", 0, "too early"),
        ("{}", 0, "not JSON of this form"),
        ('[{"a": 1}, {"b"', 1, "too early"),
        ('[{"a": 1}, {"b": 2}', 2, "too early"),
        ("[1 2]", 1, "not JSON of this form"),
        ("[1, oops, 2]", 1, "too early"),
        ("[1, " + "[" * 100_000, 1, "nested"),
    ],
)
def test_what_is_broken_is_said_and_what_came_before_is_kept(text: str, good: int, why: str) -> None:
    found = []
    with pytest.raises(BrokenJson, match=why):
        for each in Pieces(io.StringIO(text)).elements():
            found.append(each)
    assert len(found) == good


def test_an_object_without_the_array_is_none_of_ours() -> None:
    for text in ('{"a": 1}', "{}", "[]"):
        with pytest.raises(BrokenJson):
            Pieces(io.StringIO(text)).fields_before("messages")


def test_no_more_is_read_than_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by construction: an array that never ends is read as far as somebody asks."""
    monkeypatch.setattr(json_pieces, "CHUNK", 64)

    class Endless(io.StringIO):
        given = 0

        def read(self, size: int | None = -1) -> str:
            assert size is not None and size <= 1_000
            self.given += size
            return ("[" if self.given == size else "") + '{"a":1},' * (size // 8)

    stream = Endless()
    elements = Pieces(stream).elements()
    assert [next(elements) for _ in range(10)] == [{"a": 1}] * 10
    assert stream.given < 300


def test_an_element_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "LARGEST", 5_000)
    monkeypatch.setattr(json_pieces, "CHUNK", 100)
    stream = io.StringIO('["' + "x" * 50_000 + '"]')
    with pytest.raises(BrokenJson, match="too large"):
        list(Pieces(stream).elements())
    assert stream.tell() < 20_000

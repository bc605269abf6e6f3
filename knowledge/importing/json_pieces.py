"""JSON that is too large to be loaded: an array read element by element, in the memory of a few of them. Pure.

What stands before the array in an object is small and is read whole; what comes after it is not looked at.
"""

import json
from collections.abc import Iterator
from typing import Any, TextIO

CHUNK = 65_536
"""Characters that are read at once, at least."""

LARGEST = 16_000_000
"""Characters that one element may have (ours: a message with all that hangs on it has a few thousand)."""


class BrokenJson(Exception):
    """The text is no JSON from some place on, or ends too early; the message is a sentence about "it"."""


class Pieces:
    """A JSON text that is read once, from the start.

    Args:
        stream: where it comes from.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._has_ended = False
        self._decode = json.JSONDecoder().raw_decode

    def elements(self) -> Iterator[Any]:
        """Gives the elements of the array that begins here.

        Raises:
            BrokenJson: it is no array, an element is no JSON or too large, or the array does not end.
        """
        self._take("[")
        if self._sign() == "]":
            return
        while True:
            yield self._value()
            if self._taken("],") == "]":
                return

    def fields_before(self, name: str) -> dict[str, Any]:
        """Gives the fields of the object that begins here up to the array called `name`, which comes next.

        Raises:
            BrokenJson: it is no object, or has no such field.
        """
        self._take("{")
        found: dict[str, Any] = {}
        while self._sign() == '"':
            field = self._value()
            self._take(":")
            if field == name:
                return found
            found[field] = self._value()
            if self._taken("},") == "}":
                break
        raise BrokenJson(f"it has no {name!r}")

    def _take(self, sign: str) -> None:
        self._taken(sign)

    def _taken(self, signs: str) -> str:
        found = self._sign()
        if not found or found not in signs:
            raise BrokenJson("it ends too early" if not found else "it is not JSON of this form")
        self._at += 1
        return found

    def _sign(self) -> str:
        """The next character that is no space, which stays; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        self._sign()
        while True:
            value, end = self._decoded()
            if end >= 0 and (isinstance(value, str | dict | list) or self._stops(end) or self._has_ended):
                self._at = end
                return value
            if len(self._text) - self._at > LARGEST:
                raise BrokenJson("a part of it is no JSON, or too large")
            if not self._more() and end < 0:
                raise BrokenJson("it ends too early" if self._at < len(self._text) else "it is empty")

    def _stops(self, end: int) -> bool:
        """Whether a number that could go on in what was not read yet ends here."""
        return end < len(self._text) and self._text[end] in ",]}: \t\r\n"

    def _decoded(self) -> tuple[Any, int]:
        """The value that begins here, and where it ends: -1 while it is not whole."""
        try:
            return self._decode(self._text, self._at)
        except ValueError:
            return None, -1
        except RecursionError as error:
            raise BrokenJson("a part of it is nested too deeply") from error

    def _more(self) -> bool:
        left = self._text[self._at :]
        read = self._stream.read(max(CHUNK, len(left)))
        self._text, self._at, self._has_ended = left + read, 0, not read
        return bool(read)

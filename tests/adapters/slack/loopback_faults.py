"""What a test lets go wrong on the way between the app and the loopback."""

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One failure.

    Attributes:
        status: the HTTP status to answer with, such as 429 or 500.
        retry_after: seconds, for 429.
        error: a Slack error code to answer with, at status 200.
        slow: seconds to wait before answering.
        drop: closes the connection without an answer.
        after: whether the deed is done all the same.
    """

    status: int = 200
    retry_after: float = 0
    error: str = ""
    slow: float = 0
    drop: bool = False
    after: bool = False


class Faults:
    """Faults that wait for their method; each is used once, in order."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def next(
        self,
        method: str,
        kind: str = "",
        *,
        status: int = 200,
        retry_after: float = 0,
        error: str = "",
        slow: float = 0,
        after: bool | None = None,
        times: int = 1,
    ) -> None:
        """Lets the next call of a method fail.

        Args:
            method: a Web API method, or `response_url`, or `upload`.
            kind: `drop` closes the connection instead of answering.
            status: as in `Fault`.
            retry_after: as in `Fault`.
            error: as in `Fault`.
            slow: as in `Fault`.
            after: whether the deed is done before; unless given, it is for `drop` and `slow`.
            times: how many calls fail.
        """
        done = bool(kind == "drop" or (slow and not error and status == 200)) if after is None else after
        fault = Fault(status, retry_after, error, slow, kind == "drop", done)
        self._waiting[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """Gives the fault for this call, if any."""
        waiting = self._waiting.get(method)
        return waiting.popleft() if waiting else None

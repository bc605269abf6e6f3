"""What a test lets go wrong between the bot's requests and their answers."""

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One failure.

    Attributes:
        status: what to answer with; 0 for what would be answered anyway.
        retry_after: seconds, for 429.
        everywhere: whether a 429 is about all requests.
        via: whether a 429 comes from Discord, not from what stands before it.
        slow: seconds to wait before answering.
        cut: closes the connection instead of answering.
        after: whether the deed is done all the same.
    """

    status: int = 0
    retry_after: float = 0.0
    everywhere: bool = False
    via: bool = True
    slow: float = 0.0
    cut: bool = False
    after: bool = False


class Faults:
    """Faults that wait for their route; each is used once, in order."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def next(self, route: str, fault: Fault, times: int = 1) -> None:
        """Lets the next requests of a route, such as `POST /channels/{}/messages`, fail."""
        self._waiting[route].extend([fault] * times)

    def take(self, route: str) -> Fault:
        """The fault for this request; one that changes nothing where there is none."""
        waiting = self._waiting.get(route)
        return waiting.popleft() if waiting else Fault()

"""Rate limits: a bucket for each route and place, one for everything, and who sends before the time is up.

Source: Discord, discord-api-docs, *Rate limits*. Unless a test sets them, they are wider than Discord's.
"""

import time
from dataclasses import dataclass, field
from hashlib import blake2b

USUAL = (1_000, 1.0)
"""Requests in so many seconds, of routes that nothing was set for."""

GRACE = 0.005
"""Seconds that a clock may differ by."""


@dataclass
class Bucket:
    """How many requests are left until when. `warned` says whether the client knows that it has to wait."""

    limit: int
    seconds: float
    left: int = 0
    until: float = 0.0
    warned: bool = False

    def take(self) -> float:
        """Takes one; gives the seconds to wait where none is left."""
        now = time.monotonic()
        if now >= self.until:
            self.left, self.until, self.warned = self.limit, now + self.seconds, False
        if self.left <= 0:
            return self.until - now
        self.left -= 1
        return 0.0

    def shut(self, seconds: float) -> None:
        """Lets nothing through for a while, and says so."""
        self.left, self.until, self.warned = 0, time.monotonic() + seconds, True

    @property
    def waits(self) -> float:
        """Seconds until it is full again."""
        return max(0.0, self.until - time.monotonic())


@dataclass
class Limits:
    """All buckets.

    Attributes:
        routes: route -> requests in so many seconds.
        everything: the bucket of all requests, where one is set.
        violations: requests before the time was up.
    """

    violations: list[str]
    routes: dict[str, tuple[int, float]] = field(default_factory=dict)
    everything: Bucket | None = None
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def set(self, route: str, limit: int, seconds: float) -> None:
        """Limits a route, such as `POST /channels/{}/messages`, in each of its places."""
        self.routes[route] = (limit, seconds)
        self._buckets.clear()

    def bucket(self, route: str, place: str) -> Bucket:
        """The bucket of a route in a place."""
        return self._buckets.setdefault(f"{route} {place}", Bucket(*self.routes.get(route, USUAL)))

    def refuse(self, route: str, place: str, seconds: float, *, everywhere: bool = False) -> dict[str, str]:
        """Lets a route wait from now on, or everything; gives the answer's headers."""
        bucket = self.bucket(route, place)
        if everywhere:
            bucket = self.everything = self.everything or Bucket(*USUAL)
        bucket.shut(seconds)
        return self.refused(bucket, route, everywhere=everywhere)

    def take(self, route: str, place: str) -> tuple[Bucket, bool]:
        """Takes one; gives what refuses it or else its bucket, and whether it is refused."""
        own = self.bucket(route, place)
        for bucket in (self.everything, own):
            wait = bucket.take() if bucket else 0.0
            if bucket and wait:
                if bucket.warned and wait > GRACE:
                    self.violations.append(f"{route} was sent {wait:.3f} s before the time was up")
                bucket.warned = True
                return bucket, True
        return own, False

    def headers(self, bucket: Bucket, route: str) -> dict[str, str]:
        """What every answer says about its bucket."""
        bucket.warned = bucket.warned or bucket.left <= 0
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{time.time() + bucket.waits:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.waits:.3f}",
            "X-RateLimit-Bucket": blake2b(route.encode(), digest_size=16).hexdigest(),
        }

    def refused(self, bucket: Bucket, route: str, *, everywhere: bool = False) -> dict[str, str]:
        """What a 429 says; through Discord's own proxy, so with `Via`."""
        more = {"X-RateLimit-Global": "true"} if everywhere or bucket is self.everything else {}
        wait = {"Retry-After": str(int(bucket.waits) + 1), "X-RateLimit-Scope": "global" if more else "user"}
        return {**self.headers(bucket, route), **wait, **more, "Via": "1.1 google"}

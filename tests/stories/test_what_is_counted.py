"""What operators see of a day: what came in, what was searched for, what platforms refused and what failed."""

from typing import Any, NoReturn

import pytest
from telling import Ward
from test_metrics import Grown

from adapters.port import PlatformRefused, Refused
from bot import metrics
from knowledge.library import Library


async def test_a_day_is_counted_by_kinds_and_without_names(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    quirine = await ward.welcomes("Quirine")
    grown, platform = Grown(), ward.platform.name
    await quirine.uses("/tip Lukewarm water unblocks the feeding tube.")
    await quirine.tells_bot("how do I unblock a feeding tube")

    async def raises(*args: Any, **options: Any) -> NoReturn:
        raise ValueError("no")

    with monkeypatch.context() as patched:
        patched.setattr(Library, "search", raises)
        await quirine.tells_bot("how do I unblock a feeding tube")

    async def refuses(*args: Any, **options: Any) -> NoReturn:
        raise PlatformRefused(Refused.MISSING_PERMISSION, "im:write")

    with monkeypatch.context() as patched:
        patched.setattr(ward.platform, "send", refuses)
        await quirine.tells_bot("how do I unblock a feeding tube")

    assert grown.by("tacit_events_total", platform=platform, kind="CommandUsed") == 1
    assert grown.by("tacit_events_total", platform=platform, kind="MessagePosted") == 3
    assert grown.by("tacit_handler_seconds_count", kind="MessagePosted") == 3
    assert grown.by("tacit_searches_total") == 3
    assert grown.by("tacit_failures_total", where="MessagePosted") == 1
    assert grown.by("tacit_refusals_total", platform=platform, reason="missing_permission") == 1
    assert "quirine" not in metrics.exposition().decode().lower()

"""The check: it says what is well, and what to mend and where."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack
from slack_sdk.http_retry.handler import default_interval_calculator
from slack_stage import nothing, settings_for

from adapters.room import Person
from adapters.slack import Finding, SlackPlatform, check
from adapters.slack.manifest import SCOPES


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the SDK repeat a call at once."""
    monkeypatch.setattr(default_interval_calculator, "backoff_factor", 0)
    monkeypatch.setattr(default_interval_calculator.jitter, "recalculate", lambda seconds: seconds)


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(request.param, scopes=SCOPES) as slack:
        people = SlackPeople(slack, nothing)
        await people.join(Person("ann", "Ann"))
        people.open_channel("general")
        yield slack


async def checked(slack: LoopbackSlack, **changes: Any) -> dict[str, Finding]:
    """What the check finds, by what was looked at."""
    platform = SlackPlatform(replace(settings_for(slack, slack.mode), **changes))
    try:
        found = await check(platform)
    finally:
        await platform.close()
    assert len({each.what for each in found}) == len(found)
    assert not any(slack.bot_token in each.says or slack.app_token in each.says for each in found)
    return {each.what: each for each in found}


def bad(found: dict[str, Finding]) -> list[str]:
    return [what for what, finding in found.items() if not finding.ok]


async def test_all_is_well(slack: LoopbackSlack) -> None:
    found = await checked(slack)
    assert bad(found) == []
    assert found["Slack bot token"].says == "for tacit in Loopback"
    assert found["Slack scopes"].says == f"all {len(SCOPES)} granted"
    assert found["Slack channels"].says == "in #general"
    assert ("Slack Socket Mode" in found, "Slack requests" in found) == (slack.mode == "socket", slack.mode == "http")


async def test_a_bad_token(slack: LoopbackSlack) -> None:
    found = await checked(slack, bot_token="xoxb-another")
    assert list(found) == bad(found) == ["Slack bot token"]
    assert "invalid_auth" in found["Slack bot token"].says and "SLACK_BOT_TOKEN" in found["Slack bot token"].says


async def test_slack_cannot_be_reached(slack: LoopbackSlack) -> None:
    found = await checked(slack, api_url="http://127.0.0.1:9/api/")
    assert list(found) == bad(found) == ["Slack"]
    assert "cannot be reached" in found["Slack"].says


async def test_missing_scopes_are_named(slack: LoopbackSlack) -> None:
    slack.scopes -= {"im:write", "reactions:read"}
    found = await checked(slack)
    assert bad(found) == ["Slack scopes"]
    assert "missing: im:write, reactions:read." in found["Slack scopes"].says
    assert "slack-manifest.yaml" in found["Slack scopes"].says


async def test_scopes_that_are_not_needed_are_named_and_well(slack: LoopbackSlack) -> None:
    slack.scopes |= {"admin", "users:read.email"}
    found = await checked(slack)
    assert bad(found) == []
    assert found["Slack scopes"].says.endswith("not needed: admin, users:read.email")


async def test_without_the_scope_for_channels_the_rest_is_looked_at(slack: LoopbackSlack) -> None:
    slack.scopes -= {"channels:read"}
    found = await checked(slack)
    assert bad(found) == ["Slack scopes", "Slack channels"]
    assert "channels:read" in found["Slack channels"].says


async def test_in_no_channel(slack: LoopbackSlack) -> None:
    slack.world.conversations.clear()
    found = await checked(slack)
    assert bad(found) == ["Slack channels"]
    assert "/invite" in found["Slack channels"].says


async def test_archived_channels_do_not_count(slack: LoopbackSlack) -> None:
    slack.world.conversations["CGENERAL"].archived = True
    assert bad(await checked(slack)) == ["Slack channels"]


async def test_of_many_channels_a_few_are_named(slack: LoopbackSlack) -> None:
    people = SlackPeople(slack, nothing)
    for number in range(20):
        people.open_channel(f"a{number:02}")
    says = (await checked(slack))["Slack channels"].says
    assert says == f"in {', '.join(f'#a{number:02}' for number in range(8))} and 13 more"


async def test_an_app_token_that_is_not_accepted(slack: LoopbackSlack) -> None:
    found = await checked(slack, app_token="xapp-another")
    assert bad(found) == ["Slack Socket Mode"]
    assert "connections:write" in found["Slack Socket Mode"].says
    assert "Slack channels" in found


@pytest.mark.parametrize(
    "fault", [{"error": "internal_error"}, {"status": 503, "times": 9}, {"kind": "drop", "times": 9}]
)
async def test_a_socket_that_does_not_open(slack: LoopbackSlack, fault: dict[str, Any]) -> None:
    slack.faults.next("apps.connections.open", **fault)
    found = await checked(slack, app_token=slack.app_token)
    assert bad(found) == ["Slack Socket Mode"]

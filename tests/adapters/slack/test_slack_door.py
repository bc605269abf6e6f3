"""At the door: what is forged or broken stays outside, deliveries come in once and are acknowledged in time."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from loopback_http import signed
from loopback_payloads import callback
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import CommandUsed, FieldErrors, Form, FormSubmitted, Inbound, Line, MessagePosted, Returned
from adapters.room import Person
from adapters.slack import door

SECRET = "the words of a patient"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
LINE = Line("title", "What is it called?")
ASKED = Form("capture:save", "Keep a tip", (LINE, Line("works", "What works?")), "Keep it")


class Ear(Listener):
    """Notes events; holds them while `gate` is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.done = 0

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        await self.gate.wait()
        self.done += 1
        return self.returns


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def stage(request: pytest.FixtureRequest, ear: Ear, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    async with open_stage(request.param, lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.people.open_channel("general")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        ear.received.clear()
        ear.done = 0
        caplog.set_level(logging.INFO)
        caplog.clear()
        yield stage


HTTP = pytest.mark.parametrize("stage", ["http"], indirect=True)
BOTH = pytest.mark.parametrize("stage", ["socket", "http"], indirect=True)


def said(stage: Stage, **more: Any) -> str:
    """A delivery that would be heard if it were Slack's."""
    ts = stage.slack.world.next_ts()
    event = {"type": "message", "user": "UANN", "text": SECRET, "ts": ts, "channel": "CGENERAL", "event_ts": ts}
    return json.dumps(callback(stage.slack.world, event, "") | more)


def signature(stage: Stage, body: str) -> dict[str, str]:
    return signed(body, stage.slack.signing_secret)


async def post(stage: Stage, body: Any, headers: dict[str, str], media_type: str = JSON) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(stage.slack.events_url, data=body, headers={"Content-Type": media_type, **headers}) as response,
    ):
        await response.read()
        return response.status


def assert_refused_quietly(ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    assert ear.received == []
    (record,) = caplog.records
    assert record.name == "tacit.slack" and record.levelno == logging.WARNING
    assert SECRET not in caplog.text and SECRET.replace(" ", "+") not in caplog.text


@HTTP
async def test_what_slack_signed_is_heard(stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    body = said(stage)
    assert await post(stage, body, signature(stage, body)) == 200
    (event,) = ear.received
    assert isinstance(event, MessagePosted) and event.post.text == SECRET
    assert caplog.records == []


@HTTP
@pytest.mark.parametrize(
    "forge",
    [
        lambda headers: {**headers, "X-Slack-Signature": "v0=" + "0" * 64},
        lambda headers: {**headers, "X-Slack-Signature": ""},
        lambda headers: {**headers, "X-Slack-Request-Timestamp": str(int(time.time()) - 1)},
        lambda headers: {"X-Slack-Signature": headers["X-Slack-Signature"]},
        lambda headers: {"X-Slack-Request-Timestamp": headers["X-Slack-Request-Timestamp"]},
        lambda headers: {},
        lambda headers: {"Authorization": "Bearer xoxb-loopback"},
    ],
)
async def test_a_forged_signature_is_refused(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture, forge: Any
) -> None:
    body = said(stage)
    assert await post(stage, body, forge(signature(stage, body))) == 401
    assert_refused_quietly(ear, caplog)


@HTTP
async def test_a_signature_is_for_one_body(stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    headers = signature(stage, said(stage))
    assert await post(stage, said(stage), headers) == 401
    assert_refused_quietly(ear, caplog)


@HTTP
async def test_an_old_request_is_refused(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, now = said(stage), time.time()
    with monkeypatch.context() as back_then:
        back_then.setattr("loopback_http.time.time", lambda: now - 301)
        headers = signature(stage, body)
    assert await post(stage, body, headers) == 401
    assert_refused_quietly(ear, caplog)


@HTTP
@pytest.mark.parametrize("payload", [{"type": "block_actions"}, {"type": "view_submission"}, {"command": "/keep"}])
async def test_a_forged_interaction_is_refused(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture, payload: dict[str, str]
) -> None:
    whole = {**payload, "team": {"id": "T1"}, "team_id": "T1", "user": {"id": "UANN"}, "text": SECRET}
    forms = (urlencode({"payload": json.dumps(whole)}), urlencode(payload | {"ssl_check": "1", "text": SECRET}))
    for body in forms:
        caplog.clear()
        assert await post(stage, body, signed(body, "another secret"), FORM) == 401
        assert_refused_quietly(ear, caplog)


BROKEN = (
    b"{not json",
    b"[]",
    b"5",
    b"null",
    b'"words"',
    b"\xff\xfe\xff",
    SECRET.encode(),
    b"payload=%7Bnot",
    b"payload=5",
    b"payload=null",
    b"ssl_check=1",
    b"{}",
    b'{"type": "event_callback"}',
)
ODD = (
    b'{"type": "event_callback", "event": "words", "team_id": "T1"}',
    b'{"type": "block_actions", "team": "T1"}',
    b'{"type": ["event_callback"], "team": {"id": ["T1"]}}',
)


@HTTP
@pytest.mark.parametrize("media_type", [JSON, FORM, "text/plain"])
async def test_what_is_no_delivery_is_refused_with_one_line(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture, media_type: str
) -> None:
    for body in BROKEN:
        caplog.clear()
        headers = signature(stage, body.decode(errors="replace"))
        assert await post(stage, body, headers, media_type) in (200, 400), body
        assert_refused_quietly(ear, caplog)


@HTTP
async def test_what_is_no_delivery_is_refused_before_its_signature_is_looked_at(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    for body in (*BROKEN, *ODD):
        caplog.clear()
        assert await post(stage, body, {}) in (400, 401), body
        assert_refused_quietly(ear, caplog)


@HTTP
async def test_a_request_that_is_too_long_is_not_read(stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    body = said(stage, padding="x" * door.BODY_BYTES)
    assert await post(stage, body, signature(stage, body)) == 413
    assert_refused_quietly(ear, caplog)


@HTTP
async def test_a_request_that_does_not_say_its_length_is_not_read(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    body = said(stage)

    async def in_pieces() -> AsyncIterator[bytes]:
        yield body.encode()

    assert await post(stage, in_pieces(), signature(stage, body)) == 411
    assert_refused_quietly(ear, caplog)


@HTTP
async def test_only_posts_are_answered(stage: Stage) -> None:
    async with aiohttp.ClientSession() as session, session.get(stage.slack.events_url) as response:
        assert response.status == 405


@HTTP
async def test_the_address_is_verified(stage: Stage) -> None:
    assert await stage.slack.verify_url()
    body = json.dumps({"type": "url_verification", "challenge": "x"})
    assert await post(stage, body, signed(body, "another secret")) == 401


@BOTH
async def test_a_delivery_of_another_workspace_is_dropped(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = {"team_id": "T2", "context_team_id": "T2", "authorizations": [{"team_id": "T2", "user_id": "UTACIT"}]}
    assert await stage.slack.deliveries.event(json.loads(said(stage)) | elsewhere)
    assert_refused_quietly(ear, caplog)


@BOTH
async def test_a_delivery_that_comes_twice_is_heard_once(stage: Stage, ear: Ear) -> None:
    stage.slack.deliver_twice = True
    await stage.people.say("ann", "general", "hello")
    await stage.people.say("ann", "general", "hello @tacit")
    assert [event.post.text for event in ear.received if isinstance(event, MessagePosted)] == ["hello", "hello"]
    assert sorted(ack.kind for ack in stage.slack.acks[-6:]) == ["app_mention"] * 2 + ["message"] * 4


@BOTH
async def test_a_mention_is_heard_once_and_is_to_the_bot(stage: Stage, ear: Ear) -> None:
    await stage.people.say("ann", "general", "@tacit keep this")
    (event,) = ear.received
    assert isinstance(event, MessagePosted) and event.to_bot
    assert [ack.kind for ack in stage.slack.acks[-2:]].count("app_mention") == 1


@BOTH
async def test_everything_is_acknowledged_while_its_handler_is_still_at_it(stage: Stage, ear: Ear) -> None:
    ear.gate.clear()
    sayings = [asyncio.create_task(stage.people.say("ann", "general", f"m{number}")) for number in range(3)]
    command = asyncio.create_task(stage.people.use_command("ann", "general", "/keep this"))
    before = len(stage.slack.acks)
    async with asyncio.timeout(2):
        while len(stage.slack.acks) < before + 4:
            await asyncio.wait([*sayings, command], timeout=0.02)
    assert ear.done == 0 and len(ear.received) == 4
    ear.gate.set()
    await asyncio.gather(*sayings, command)
    assert ear.done == 4
    assert stage.slack.failures == []


async def _open_form(stage: Stage, ear: Ear) -> str:
    await stage.people.use_command("ann", "general", "/keep")
    event = ear.received[-1]
    assert isinstance(event, CommandUsed)
    await stage.platform.open_form(event.trigger, ASKED)
    opened = stage.people.open_form_of("ann")
    assert opened
    return opened.id


@BOTH
async def test_a_form_waits_for_its_answer(stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ACKNOWLEDGED_SECONDS", 0.01)
    opened = await _open_form(stage, ear)
    ear.gate.clear()
    ear.returns = FieldErrors({"works": "Say a little more."})
    sending = asyncio.create_task(stage.people.submit("ann", opened, {"works": "It"}))
    await asyncio.wait([sending], timeout=0.1)
    assert not sending.done()
    ear.gate.set()
    assert await sending == FieldErrors({"works": "Say a little more."})
    assert isinstance(ear.received[-1], FormSubmitted)


@BOTH
async def test_a_form_whose_answer_takes_too_long_is_closed_in_time(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "FORM_SECONDS", 0.1)
    opened = await _open_form(stage, ear)
    ear.gate.clear()
    sending = asyncio.create_task(stage.people.submit("ann", opened, {"works": "It"}))
    async with asyncio.timeout(2):
        while stage.people.open_form_of("ann"):
            await asyncio.wait([sending], timeout=0.02)
    assert ear.done == 1
    ear.gate.set()
    assert await sending is None
    assert ear.done == 2 and stage.slack.failures == []


def test_a_form_is_answered_before_slack_gives_up() -> None:
    assert door.ACKNOWLEDGED_SECONDS < door.FORM_SECONDS < 3


@BOTH
async def test_an_error_about_no_field_stands_at_the_first_one(stage: Stage, ear: Ear) -> None:
    opened = await _open_form(stage, ear)
    ear.returns = FieldErrors({"of another form": "Not so.", "works": "Say more."})
    assert await stage.people.submit("ann", opened, {"works": "It"}) == FieldErrors(
        {"title": "Not so.", "works": "Say more."}
    )
    assert stage.slack.violations == []


@BOTH
async def test_somebody_of_another_workspace_is_heard_in_a_shared_channel(stage: Stage, ear: Ear) -> None:
    shared = {"team_id": "T2", "context_team_id": "T2", "is_ext_shared_channel": True}
    ours = {"authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "UTACIT", "is_bot": True}]}
    delivery = json.loads(said(stage)) | shared | ours
    delivery["event"] |= {"user": "USTRANGER", "user_team": "T2", "source_team": "T2"}
    assert await stage.slack.deliveries.event(delivery)
    await stage.platform.idle()
    assert [event.who.id for event in ear.received] == ["USTRANGER"]


@BOTH
async def test_a_handler_that_fails_stops_nothing(stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as failing:
        failing.setattr(ear, "gate", None)
        await stage.people.say("ann", "general", "unheard")
        await stage.people.use_command("ann", "general", "/keep this")
    await stage.people.say("ann", "general", "heard")
    assert (len(ear.received), ear.done) == (3, 1)
    assert stage.slack.failures == []

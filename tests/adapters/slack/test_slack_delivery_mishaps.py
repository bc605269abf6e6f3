"""What happens to a delivery when something is wrong with it, its handler or the network."""

import asyncio
import gc
import json

import aiohttp
import pytest
from loopback_http import signed
from slack_stage import nothing, open_stage
from test_slack_contract import SURFACE, Listener
from test_slack_door import said

from adapters.port import FieldErrors, Form, FormSubmitted, Line
from adapters.room import Person
from adapters.slack import door, sockets

pytestmark = pytest.mark.usefixtures("impatient")

HTTP = pytest.mark.parametrize("stage", ["http"], indirect=True)
FORM = Form("a:b", "Keep", (Line("a", "A"),), "Keep")


async def status_of(stage, body, headers):
    """What the bot says to a request."""
    async with aiohttp.ClientSession() as session:
        response = await session.post(stage.slack.events_url, data=body, headers=headers)
        return response.status


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_nothing_is_lost_while_slack_does_not_say_who_the_bot_is(mode):
    ear = Listener()
    async with open_stage(mode, lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.people.open_channel("general")
        await stage.people.finish()
        stage.running.cancel()  # a new run: bolt asks auth.test at its first delivery
        await asyncio.wait([stage.running])
        stage.running = asyncio.create_task(stage.platform.run(SURFACE, ear.receive))
        if mode == "socket":
            await stage.slack.connected(2)
        await asyncio.sleep(0)
        stage.slack.faults.next("auth.test", error="internal_error")
        await stage.people.join(Person("ann", "Ann"))
        assert stage.slack.failures or ear.received, "acknowledged and never handled"


async def test_a_form_of_somebody_from_another_organisation_arrives(stage, ear):
    await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.received[-1].trigger, FORM)
    send = stage.slack.deliveries.transport.send

    async def from_elsewhere(parcel):  # bolt-js #1614: team is the sender's, the app's is view.app_installed_team_id
        parcel.payload["team"] = {"id": "T2", "domain": "elsewhere"}
        parcel.payload["user"]["team_id"] = "T2"
        return await send(parcel)

    stage.slack.deliveries.transport.send = from_elsewhere
    await stage.people.submit("ann", stage.people.open_form_of("ann").id, {"a": "words"})
    assert isinstance(ear.received[-1], FormSubmitted)


async def test_a_failing_handler_is_logged_without_what_it_holds(stage, ear, caplog):
    async def fail(event):
        raise RuntimeError("the words of a patient")

    stage.platform.door._receive = fail
    await stage.people.say("ann", "general", "x")
    gc.collect()
    assert "the words of a patient" not in caplog.text


@pytest.mark.parametrize("stage", ["socket", "http"], indirect=True)
async def test_a_form_whose_handler_fails_is_answered(stage, ear, caplog):
    await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.received[-1].trigger, FORM)

    async def fail(event):
        raise RuntimeError("the words of a patient")

    stage.platform.door._receive = fail
    await stage.people.submit("ann", stage.people.open_form_of("ann").id, {"a": "x"})
    assert "the words of a patient" not in caplog.text
    assert stage.slack.failures == []


@HTTP
@pytest.mark.parametrize("stamp", ["abc", "", "1.5"])
async def test_an_odd_timestamp_is_refused_quietly(stage, caplog, stamp):
    headers = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=x"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(stage.slack.events_url, data="{}", headers=headers) as response,
    ):
        assert response.status == 401
    assert "Traceback" not in caplog.text


@HTTP
async def test_a_deep_body_without_a_signature_is_refused(stage):
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(stage.slack.events_url, data="[" * 200_000, headers=headers) as response,
    ):
        assert response.status in (400, 401)


@HTTP
@pytest.mark.parametrize(
    "body",
    [
        '{"type": "event_callback", "event": "words", "team_id": "T1"}',
        '{"type": "event_callback", "event": null, "team_id": "T1"}',
        '{"type": "block_actions", "team": "T1"}',
        '{"type": "x", "team": {"id": ["T1"]}}',
    ],
)
async def test_what_is_signed_but_odd_is_dropped_quietly(stage, caplog, body):
    headers = {"Content-Type": "application/json", **signed(body, stage.slack.signing_secret)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(stage.slack.events_url, data=body, headers=headers) as response,
    ):
        assert response.status in (200, 400)
    assert "Traceback" not in caplog.text


async def test_a_timestamp_out_of_range_is_dropped(stage):
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    delivery = json.loads(said(stage))
    delivery["event"]["ts"] = "1e400"
    await stage.slack.deliveries.event(delivery)
    await stage.platform.idle()
    gc.collect()
    assert complaints == []


async def test_field_errors_that_come_late_are_told_privately(stage, ear, monkeypatch):
    monkeypatch.setattr(door, "FORM_SECONDS", 0.02)
    await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.received[-1].trigger, FORM)
    may_answer = asyncio.Event()

    async def slow(event):
        await may_answer.wait()
        return FieldErrors({"a": "There is one of that name."})

    stage.platform.door._receive = slow
    sending = asyncio.create_task(stage.people.submit("ann", stage.people.open_form_of("ann").id, {"a": "long words"}))
    while stage.people.open_form_of("ann"):
        await asyncio.wait([sending], timeout=0.01)
    may_answer.set()
    await sending
    assert any("There is one of that name." in seen.text for seen in stage.people.messages_seen_by("ann"))


async def test_a_close_that_is_not_answered_leaves_no_task(monkeypatch):
    monkeypatch.setattr(sockets, "CLOSE_SECONDS", 0.1)
    before = asyncio.all_tasks()
    ear = Listener()
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        for connection in stage.slack.sockets.connections:
            connection.request.transport.pause_reading()
        await stage.stop()
    for _ in range(5):
        await asyncio.sleep(0)
    left = {task.get_coro().__qualname__ for task in asyncio.all_tasks() - before}
    assert left == set()

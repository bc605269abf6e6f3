"""The loopback itself, against the real slack_sdk."""

import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientConnectionError, web
from loopback_app import NOW, SmallApp, actions, button, code_of, line, modal, rich, words
from loopback_composer import Names, compose
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.port import Choice, FieldErrors, Line
from adapters.room import BOT, NotPossible, Person

Json = dict[str, Any]


async def test_a_message_comes_in_and_is_acknowledged(people: SlackPeople, app: SmallApp) -> None:
    ts = await people.say("ann", "general", "Hi @tacit, **look**")
    message, mention = app.events
    assert (message["type"], message["text"]) == ("message", "Hi <@UTACIT>, *look*")
    assert (message["ts"], message["channel"], message["channel_type"]) == (ts, "CGENERAL", "channel")
    assert mention["type"] == "app_mention" and mention["ts"] == ts
    outer = app.got[0].payload
    assert (outer["team_id"], outer["authorizations"][0]["user_id"]) == ("T1", "UTACIT")
    assert [ack.kind for ack in app.slack.acks] == ["message", "app_mention"]
    assert not app.slack.violations


async def test_what_is_posted_is_seen_and_comes_back(people: SlackPeople, app: SmallApp) -> None:
    user = {"type": "user", "user_id": "UANN"}
    blocks = [*rich({"type": "text", "text": "Ask "}, user), *actions(button("a", "Yes & no"))]
    posted = await app.web.chat_postMessage(channel="CGENERAL", text="x", blocks=blocks)
    await people.finish()
    assert people.words_of(posted["ts"]) == "Ask @Ann Reed\nYes & no"
    assert people.messages_seen_by("bob")[-1].author == BOT
    assert people.notified(posted["ts"]) == {"UANN"}
    assert app.events[-1]["bot_id"] == "BTACIT"
    assert app.events[-1]["blocks"][1]["elements"][0]["text"]["text"] == "Yes &amp; no"


async def test_mrkdwn_notifies_too(people: SlackPeople, app: SmallApp) -> None:
    posted = await app.web.chat_postMessage(channel="CGENERAL", text="<!here> <@UANN> &lt;@UBOB&gt; <!subteam^S1>")
    assert people.notified(posted["ts"]) == {"*everyone*", "UANN", "S1"}


async def test_an_event_that_is_not_acknowledged_comes_again(people: SlackPeople, app: SmallApp) -> None:
    app.silent = 1
    await people.say("ann", "general", "Hi")
    first, second = app.got
    assert (first.retry_attempt, second.retry_attempt, second.retry_reason) == (0, 1, "timeout")
    assert first.payload["event_id"] == second.payload["event_id"]


async def test_after_a_dropped_socket_events_come_over_another_one(people: SlackPeople, app: SmallApp) -> None:
    await app.connect()
    await app.slack.drop_sockets()
    await people.say("ann", "general", "Hi")
    assert [event["text"] for event in app.events] == ["Hi"]


async def test_an_event_that_was_on_a_dropped_socket_comes_again(people: SlackPeople, app: SmallApp) -> None:
    async def cut(payload: Json) -> None:
        app.on = None
        await app.slack.drop_sockets()

    app.on = cut
    await people.say("ann", "general", "Hi")
    assert [request.retry_attempt for request in app.got] == [0, 1]


async def test_refreshed_sockets_are_replaced(people: SlackPeople, app: SmallApp) -> None:
    await app.slack.refresh_sockets()
    await people.say("ann", "general", "Hi")
    assert len(app.got) == 1


async def test_events_can_come_twice_and_take_turns(people: SlackPeople, app: SmallApp) -> None:
    await app.connect()
    app.slack.deliver_twice = True
    await people.say("ann", "general", "Hi")
    assert len({request.payload["event_id"] for request in app.got}) == 1
    assert len(app.got) == 2


async def test_tokens_and_scopes_are_checked(app: SmallApp, people: SlackPeople) -> None:
    web_client, slack = app.web, app.slack
    assert await code_of(web_client.auth_test(token="xoxb-wrong")) == "invalid_auth"
    assert await code_of(web_client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    slack.scopes.discard("chat:write")
    assert await code_of(web_client.chat_postMessage(channel="CGENERAL", text="x")) == "missing_scope"
    granted = (await web_client.auth_test()).headers["x-oauth-scopes"]
    assert "chat:write" not in granted and "users:read" in granted


async def test_channels_without_the_app_refuse_it(app: SmallApp, people: SlackPeople) -> None:
    people.open_channel("quiet", with_bot=False)
    people.open_channel("secret", with_bot=False, private=True)
    people.open_channel("old")
    await people.archive_channel("old")
    said = [await code_of(app.web.chat_postMessage(channel=each, text="x")) for each in ("CQUIET", "CSECRET", "COLD")]
    assert said == ["not_in_channel", "channel_not_found", "is_archived"]
    people.change_person("ann", closed_direct_messages=True)
    assert await code_of(app.web.chat_postMessage(channel="UANN", text="x")) == "messages_tab_disabled"


async def test_limits_are_kept(app: SmallApp, people: SlackPeople) -> None:
    too_many = [{"type": "divider"}] * 51
    long = [{"type": "header", "text": words("x" * 151)}]
    wrong = rich({"type": "user", "user_id": "ann"})
    for blocks in (too_many, long, wrong, [{"type": "no_such"}], rich({"type": "text", "text": ""})):
        assert await code_of(app.web.chat_postMessage(channel="CGENERAL", text="x", blocks=blocks)) == "invalid_blocks"
    assert await code_of(app.web.chat_postMessage(channel="CGENERAL", text="x" * 40_001)) == "msg_too_long"
    assert await code_of(app.web.chat_postMessage(channel="CGENERAL", text="x", metadata={"event_type": "x"}))
    assert await code_of(app.web.api_call("chat.shout")) == "unknown_method"
    assert len(app.slack.violations) == 8


async def test_an_app_can_be_told_to_wait(app: SmallApp, people: SlackPeople) -> None:
    app.slack.faults.next("chat.postMessage", status=429, retry_after=1)
    client = AsyncWebClient(token=app.slack.bot_token, base_url=app.slack.api_url, retry_handlers=[])
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="CGENERAL", text="x")
    assert refused.value.response.headers["Retry-After"] == "1"
    app.slack.faults.next("chat.postMessage", "drop")
    with pytest.raises(ClientConnectionError):
        await client.chat_postMessage(channel="CGENERAL", text="done all the same")
    app.slack.faults.next("chat.postMessage", status=500)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="CGENERAL", text="not done")
    assert [message.text for message in people.messages_seen_by("ann")] == ["done all the same"]


async def test_a_command_is_answered(people: SlackPeople, app: SmallApp) -> None:
    app.answer = {"text": "For you alone."}
    await people.use_command("ann", "general", "/tip Warm & dry")
    assert (app.last["command"], app.last["text"], app.last["channel_name"]) == ("/tip", "Warm &amp; dry", "general")
    assert people.messages_seen_by("ann")[-1].text == "For you alone."
    assert not people.messages_seen_by("bob")
    hook = AsyncWebhookClient(app.last["response_url"])
    for _ in range(5):
        assert (await hook.send(text="more", response_type="in_channel")).status_code == 200
    assert (await hook.send(text="more")).body == '{"ok": false, "error": "used_url"}'
    assert len(people.messages_seen_by("bob")) == 5


async def test_a_command_that_is_not_acknowledged_fails(people: SlackPeople, app: SmallApp) -> None:
    app.silent = 1
    await people.use_command("ann", "general", "/tip")
    assert "operation_timeout" in people.messages_seen_by("ann")[-1].text
    assert len(app.got) == 1 and app.slack.failures == ["operation_timeout /tip"]


async def test_a_trigger_opens_one_view_within_three_seconds(people: SlackPeople, app: SmallApp) -> None:
    await people.use_command("ann", "general", "/tip")
    trigger = app.last["trigger_id"]
    await app.web.views_open(trigger_id=trigger, view=modal(line("title")))
    assert await code_of(app.web.views_open(trigger_id=trigger, view=modal(line("title")))) == "exchanged_trigger_id"
    await people.use_command("ann", "general", "/tip")
    app.slack.time_passed += timedelta(seconds=4)
    late = app.web.views_open(trigger_id=app.last["trigger_id"], view=modal(line("title")))
    assert await code_of(late) == "expired_trigger_id"


async def test_a_form_comes_back_filled_in(people: SlackPeople, app: SmallApp) -> None:
    option = {"text": words("Ward 4"), "value": "4"}
    select = {"type": "static_select", "action_id": "v", "options": [option], "initial_option": option}
    where = {"type": "input", "block_id": "where", "label": words("Where"), "element": select, "optional": True}
    await people.use_command("ann", "general", "/tip")
    await app.web.views_open(trigger_id=app.last["trigger_id"], view=modal(line("title"), where))
    opened = people.open_form_of("ann")
    assert opened and opened.form.title == "Keep a tip"
    title, place = opened.form.fields
    assert isinstance(title, Line) and isinstance(place, Choice) and place.chosen == ("4",)
    assert await people.submit("ann", opened.id, {}) == FieldErrors({"title": "Please complete this required field."})
    app.answer = {"response_action": "errors", "errors": {"title": "Taken."}}
    assert await people.submit("ann", opened.id, {"title": "Warm"}) == FieldErrors({"title": "Taken."})
    assert people.open_form_of("ann").errors == {"title": "Taken."}
    app.answer = None
    assert await people.submit("ann", opened.id, {}) is None
    values = app.last["view"]["state"]["values"]
    assert values["title"]["v"] == {"type": "plain_text_input", "value": "Warm"}
    assert values["where"]["v"]["selected_option"]["value"] == "4"
    assert people.open_form_of("ann") is None


async def test_buttons_are_pressed_where_they_are(people: SlackPeople, app: SmallApp) -> None:
    blocks = actions(button("yes", "Yes", value="1"), button("go", "Go", url="https://example.org"))
    posted = await app.web.chat_postMessage(channel="CGENERAL", text="x", blocks=blocks)
    await people.press("bob", posted["ts"], "yes")
    assert (app.last["actions"][0]["value"], app.last["user"]["id"]) == ("1", "UBOB")
    assert app.last["container"]["message_ts"] == posted["ts"]
    assert people.links_of(posted["ts"]) == [("https://example.org", "Go")]
    with pytest.raises(AssertionError):
        await people.press("bob", posted["ts"], "no")


async def test_an_ephemeral_message_is_one_persons(people: SlackPeople, app: SmallApp) -> None:
    blocks = actions(button("yes", "Yes"))
    posted = await app.web.chat_postEphemeral(channel="CGENERAL", user="UANN", text="x", blocks=blocks)
    ts = posted["message_ts"]
    assert await code_of(app.web.chat_update(channel="CGENERAL", ts=ts, text="y")) == "message_not_found"
    with pytest.raises(AssertionError):
        await people.press("bob", ts, "yes")
    await people.press("ann", ts, "yes")
    assert app.last["container"]["is_ephemeral"] and "message" not in app.last
    await AsyncWebhookClient(app.last["response_url"]).send(text="Done.", blocks=[], replace_original=True)
    assert people.words_of(ts) == "Done."


async def test_a_message_can_be_chosen_from_where_the_app_is_not(people: SlackPeople, app: SmallApp) -> None:
    ts = await people.say("ann", people.open_direct("ann", "bob"), "between us")
    assert not app.got
    await people.use_shortcut("bob", ts, "keep")
    assert (app.last["callback_id"], app.last["message"]["text"]) == ("keep", "between us")
    assert app.last["channel"]["name"] == "directmessage"


async def test_threads_and_history_are_read(people: SlackPeople, app: SmallApp) -> None:
    root = await people.say("ann", "general", "How?")
    reply = await people.say("bob", "general", "So.", root)
    assert app.events[-1]["thread_ts"] == root and app.events[-1]["parent_user_id"] == "UANN"
    history = (await app.web.conversations_history(channel="CGENERAL"))["messages"]
    assert [message["ts"] for message in history] == [root] and history[0]["reply_count"] == 1
    thread = await app.web.conversations_replies(channel="CGENERAL", ts=root, limit=1)
    assert [message["ts"] for message in thread["messages"]] == [root] and thread["has_more"]
    alone = await app.web.conversations_replies(channel="CGENERAL", ts=reply)
    assert [message["ts"] for message in alone["messages"]] == [reply]


async def test_edits_and_deletions_are_told(people: SlackPeople, app: SmallApp) -> None:
    root = await people.say("ann", "general", "frist")
    await people.edit_message("ann", root, "first")
    assert (app.events[-1]["subtype"], app.events[-1]["message"]["text"]) == ("message_changed", "first")
    await people.say("bob", "general", "So.", root)
    await people.delete_message("ann", root)
    assert app.events[-1]["message"]["subtype"] == "tombstone"
    alone = await people.say("ann", "general", "Hm.")
    await people.delete_message("ann", alone)
    assert (app.events[-1]["subtype"], app.events[-1]["deleted_ts"]) == ("message_deleted", alone)


async def test_reactions_are_told(people: SlackPeople, app: SmallApp) -> None:
    ts = await people.say("ann", "general", "Tap it.")
    await people.add_reaction("bob", ts, "bulb")
    assert (app.events[-1]["reaction"], app.events[-1]["item"]["ts"], app.events[-1]["user"]) == ("bulb", ts, "UBOB")
    await app.web.reactions_add(channel="CGENERAL", timestamp=ts, name="eyes")
    assert await code_of(app.web.reactions_add(channel="CGENERAL", timestamp=ts, name="eyes")) == "already_reacted"


async def test_people_come_change_and_go(people: SlackPeople, app: SmallApp) -> None:
    await people.join(Person("eve", "Eve"), is_restricted=True)
    assert [event["type"] for event in app.events] == ["team_join", "member_joined_channel"]
    people.change_person("eve", name="Eva")
    await people.leave("eve")
    assert [event["user"]["deleted"] for event in app.events[2:]] == [False, True]
    first = await app.web.users_list(limit=2)
    assert len(first["members"]) == 2
    rest = await app.web.users_list(limit=10, cursor=first["response_metadata"]["next_cursor"])
    assert {user["id"] for user in [*first["members"], *rest["members"]]} == {
        *("USLACKBOT", "UTACIT", "UANN", "UBOB", "UEVE")
    }
    with pytest.raises(NotPossible):
        await people.say("eve", "general", "Hi")


async def test_a_home_is_shown_and_used(people: SlackPeople, app: SmallApp) -> None:
    await people.open_home("ann")
    assert (app.events[-1]["type"], app.events[-1]["tab"]) == ("app_home_opened", "home")
    blocks = [{"type": "header", "text": words("Yours")}, *actions(button("more", "More"))]
    await app.web.views_publish(user_id="UANN", view={"type": "home", "blocks": blocks})
    assert people.home_words("ann") == "Yours\nMore" and not people.home_words("bob")
    await people.press_home("ann", "more")
    assert app.last["container"]["type"] == "view"


async def test_files_are_uploaded_and_shared(people: SlackPeople, app: SmallApp) -> None:
    await app.web.files_upload_v2(channel="CGENERAL", filename="a.png", content=b"xyz", title="A", alt_txt="A valve")
    assert people.words_of(people.messages_seen_by("ann")[-1].id) == "A\nA valve"
    await people.add_file("ann", "general", "plan.pdf")
    assert (app.events[-1]["subtype"], app.events[-1]["files"][0]["name"]) == ("file_share", "plan.pdf")
    assert not app.slack.violations


async def test_signed_requests_are_what_the_sdk_expects() -> None:
    got: list[Json] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.text()
        assert SignatureVerifier("loopback-secret").is_valid_request(body, dict(request.headers))
        got.append({"body": body, "retry": request.headers.get("X-Slack-Retry-Num", "")})
        return web.Response(status=500 if len(got) == 1 else 200)

    listening = web.Application()
    listening.router.add_post("/slack/events", take)
    runner = web.AppRunner(listening, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with LoopbackSlack("http", clock=lambda: NOW, retry_delays=(0.0,)) as slack:
        people = SlackPeople(slack, SmallApp(slack).settled)
        await people.join(Person("ann", "Ann"))
        people.open_channel("general")
        slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        await people.say("ann", "general", "Hi")
        await people.use_command("ann", "general", "/tip x")
    await runner.cleanup()
    assert [each["retry"] for each in got] == ["", "1", ""]
    assert json.loads(got[1]["body"])["event"]["text"] == "Hi"
    assert "command=%2Ftip&text=x" in got[2]["body"]


def test_the_composer_writes_what_slacks_does() -> None:
    typed = "Hi @ann, **see** `a*b` [this](https://e.org?a&b) :bulb:\n- one\n  1. _two_\n\nAfter\n> said <b>\n"
    text, (block,) = compose(f"{typed}```\nx < y\n```", Names({"ann": "UANN"}))
    first = "Hi <@UANN>, *see* `a*b` <https://e.org?a&amp;b|this> :bulb:\n• one\n    1. _two_\n\nAfter\n"
    assert text == f"{first}&gt; said &lt;b&gt;\n```x &lt; y```"
    assert [part["type"] for part in block["elements"]] == [
        "rich_text_section",
        "rich_text_list",
        "rich_text_list",
        "rich_text_section",
        "rich_text_quote",
        "rich_text_preformatted",
    ]
    assert block["elements"][0]["elements"][:4] == [
        {"type": "text", "text": "Hi "},
        {"type": "user", "user_id": "UANN"},
        {"type": "text", "text": ", "},
        {"type": "text", "text": "see", "style": {"bold": True}},
    ]
    assert block["elements"][2] | {"elements": []} == {
        "type": "rich_text_list",
        "style": "ordered",
        "indent": 1,
        "border": 0,
        "elements": [],
    }

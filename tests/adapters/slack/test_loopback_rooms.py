"""The loopback's conversations, other apps, stacked modals and connections, against the real slack_sdk."""

import pytest
from aiohttp import ClientSession, web
from loopback_app import SmallApp, actions, button, code_of, line, modal
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.room import NotPossible


async def test_the_app_comes_into_a_channel_and_goes(people: SlackPeople, app: SmallApp) -> None:
    people.open_channel("quiet", with_bot=False)
    await people.say("ann", "quiet", "unheard")
    assert not app.events
    await people.invite("tacit", "quiet")
    assert [event["type"] for event in app.events] == ["message", "member_joined_channel"]
    mine = await app.web.users_conversations(types="public_channel,private_channel")
    assert {channel["name"] for channel in mine["channels"]} == {"general", "quiet"}
    await people.remove("tacit", "quiet")
    assert [event["type"] for event in app.events[2:]] == ["member_left_channel", "channel_left"]
    assert await code_of(app.web.conversations_history(channel="CQUIET")) == "not_in_channel"


async def test_a_channel_is_renamed_and_archived(people: SlackPeople, app: SmallApp) -> None:
    await people.rename_channel("general", "all")
    await people.archive_channel("general")
    assert [event["type"] for event in app.events] == ["channel_rename", "channel_archive"]
    assert (await app.web.conversations_info(channel="CGENERAL"))["channel"]["is_archived"]
    with pytest.raises(NotPossible):
        await people.say("ann", "general", "Hi")


async def test_a_group_is_opened_and_heard(people: SlackPeople, app: SmallApp) -> None:
    opened = await app.web.conversations_open(users=["UANN", "UBOB"])
    id = opened["channel"]["id"]
    assert id == people.open_group("ann", "bob") and id.startswith("G")
    await people.say("ann", id, "Hi @tacit")
    assert [event["type"] for event in app.events] == ["message", "app_mention"]
    assert app.events[0]["channel_type"] == "mpim" and people.room(id).direct
    assert (await app.web.conversations_members(channel=id))["members"] == ["UANN", "UBOB", "UTACIT"]


async def test_who_cannot_be_written_to_directly(people: SlackPeople, app: SmallApp) -> None:
    other = people.add_app("other", "Other App")
    assert await code_of(app.web.conversations_open(users=other)) == "cannot_dm_bot"
    assert await code_of(app.web.conversations_open(users="UNOBODY")) == "user_not_found"
    await people.leave("bob")
    assert await code_of(app.web.chat_postMessage(channel="UBOB", text="x")) == "user_disabled"
    hidden = app.web.chat_postEphemeral(channel="CGENERAL", user="UBOB", text="x")
    assert await code_of(hidden) == "user_not_in_channel"


async def test_other_apps_are_heard_as_such(people: SlackPeople, app: SmallApp) -> None:
    people.add_app("other", "Other App")
    await people.app_says("other", "general", "ping")
    await people.app_says("other", "general", "ping", classic=True)
    new, classic = app.events
    assert (new["user"], new["bot_id"]) == ("UOTHER", "BOTHER")
    assert classic["subtype"] == "bot_message" and "user" not in classic


async def test_special_messages(people: SlackPeople, app: SmallApp) -> None:
    root = await people.say("ann", "general", "waves", me=True)
    await people.say("bob", "general", "Look!", root, broadcast=True)
    await people.unfurl(root)
    wave, broadcast, unfurled = app.events
    assert wave["subtype"] == "me_message"
    assert (broadcast["subtype"], broadcast["root"]["ts"]) == ("thread_broadcast", root)
    assert unfurled["message"]["text"] == unfurled["previous_message"]["text"] and "edited" not in unfurled["message"]


async def test_modals_are_stacked_and_changed(people: SlackPeople, app: SmallApp) -> None:
    await people.use_command("ann", "general", "/tip")
    opened = await app.web.views_open(trigger_id=app.last["trigger_id"], view=modal(line("title")))
    app.answer = {"response_action": "push", "view": modal(line("place"))}
    await people.submit("ann", opened["view"]["id"], {"title": "x"})
    top = people.open_form_of("ann")
    assert top and [field.name for field in top.form.fields] == ["place"]
    await app.web.views_update(view_id=top.id, view=modal(line("time")))
    top = people.open_form_of("ann")
    assert top and [field.name for field in top.form.fields] == ["time"]
    app.answer = {"response_action": "errors", "errors": {"nowhere": "No."}}
    assert await people.submit("ann", top.id, {"time": "x"}) is None
    assert "invalid_errors" in app.slack.violations[-1]
    app.answer = {"response_action": "clear"}
    await people.submit("ann", top.id, {"time": "x"})
    assert people.open_form_of("ann") is None


async def test_a_response_url_works_where_the_app_is_not(people: SlackPeople, app: SmallApp) -> None:
    place = people.open_direct("ann", "bob")
    await people.use_command("ann", place, "/tip")
    assert app.last["channel_name"] == "directmessage"
    hook = AsyncWebhookClient(app.last["response_url"])
    await hook.send(text="x", response_type="in_channel", blocks=actions(button("yes", "Yes")))
    (shown,) = people.messages_seen_by("bob", place)
    await people.press("bob", shown.id, "yes")
    await AsyncWebhookClient(app.last["response_url"]).send(text="Done.", blocks=[], replace_original=True)
    assert people.words_of(shown.id) == "Done."


async def test_connections_can_be_refused(slack: LoopbackSlack, app: SmallApp) -> None:
    slack.refuse_connections = 1
    with pytest.raises(SlackApiError):
        await app.web.apps_connections_open(app_token=slack.app_token)
    await app.connect()
    assert len(slack.sockets.connections) == 1


async def test_only_what_was_subscribed_to_comes(people: SlackPeople, app: SmallApp) -> None:
    app.slack.subscriptions = {"message.im"}
    await people.say("ann", "general", "Hi @tacit")
    await people.say("ann", people.open_direct("ann"), "Hi")
    assert [event["channel_type"] for event in app.events] == ["im"]


async def test_no_more_than_ten_sockets(slack: LoopbackSlack, app: SmallApp) -> None:
    for _ in range(10):
        await app.connect()
    opened = await app.web.apps_connections_open(app_token=slack.app_token)
    async with ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["reason"] == "too_many_websockets"


async def test_an_address_is_verified(slack: LoopbackSlack) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"challenge": (await request.json())["challenge"]})

    listening = web.Application()
    listening.router.add_post("/", echo)
    runner = web.AppRunner(listening, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    assert await slack.verify_url()
    await runner.cleanup()

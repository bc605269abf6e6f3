"""The stand-in for Discord by itself: what people do reaches a bot, and what a bot says reaches people."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord_people import DiscordPeople
from discord_server import DiscordServer
from discord_small_bot import SmallBot
from discord_stage import connected, stop

from adapters.port import Choice, Date, FieldErrors, Line, Option, People
from adapters.room import BOT, NotPossible, Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def bot() -> SmallBot:
    return SmallBot()


@pytest.fixture
async def people(bot: SmallBot) -> AsyncIterator[DiscordPeople]:
    """Ann and Bob, the channel `general`, and the small bot."""
    server = DiscordServer(lambda: NOW)
    with server.under_discord():
        side = DiscordPeople(server)
        side.open_channel("general")
        server.attach(bot)
        running = asyncio.create_task(bot.start("stand-in"))
        await connected(server, running)
        await side.join(Person("ann", "Ann Reed"))
        await side.join(Person("bob", "Bob Hale"))
        yield side
        await bot.close()
        await stop(running)


async def test_people_come_and_go(bot: SmallBot, people: DiscordPeople) -> None:
    await people.leave("bob")
    assert bot.heard == ["joined Ann Reed", "joined Bob Hale", "left Bob Hale"]
    with pytest.raises(NotPossible):
        await people.say("bob", "general", "Still here?")


async def test_a_command_opens_a_modal_that_comes_back(people: DiscordPeople) -> None:
    await people.use_command("ann", "general", "/tip")
    opened = people.open_form_of("ann")
    assert opened
    title, kind, who, until = opened.form.fields
    assert (opened.form.id, opened.form.title, title) == (
        "capture:save",
        "Keep a tip",
        Line("title", "Name", "", "", True, 40),
    )
    assert kind == Choice("kind", "Kind", (Option("trick", "A trick"), Option("Other", "Other")), ("trick",))
    assert (who, until) == (People("who", "Who", many=True), Date("until", "Until"))
    with pytest.raises(ValueError, match="no field"):
        await people.submit("ann", opened.id, {"name": "Warm gel"})
    assert await people.submit("ann", opened.id, {}) == FieldErrors({"title": "This field is required"})
    assert await people.submit("ann", opened.id, {"title": "Warm gel", "who": ("bob",)}) is None
    answer = people.messages_seen_by("ann")[-1]
    bob = people.account("bob").id
    assert people.words_of(answer.id) == f"{{'title': 'Warm gel', 'kind': ['trick'], 'who[]': ['{bob}'], 'until': ''}}"
    assert people.open_form_of("ann") is None and people.unanswered == []


async def test_an_answer_for_one_is_seen_by_one(people: DiscordPeople) -> None:
    await people.use_command("ann", "general", "/tip list")
    assert [people.words_of(each.id) for each in people.messages_seen_by("ann")] == ["Only for you: list"]
    assert people.messages_seen_by("bob") == ()
    people.dismiss("ann", people.messages_seen_by("ann")[0].id)
    assert people.messages_seen_by("ann") == ()


async def test_what_is_never_answered_is_noticed(people: DiscordPeople) -> None:
    await people.use_command("ann", people.open_direct("ann"), "/slow")
    assert people.words_of(people.messages_seen_by("ann")[-1].id) == "Tacit is thinking…"
    assert people.unanswered == ["the command 'slow' of ann: thinking"]
    with pytest.raises(NotPossible):
        await people.use_command("ann", "general", "/slow down")
    with pytest.raises(NotPossible):
        await people.use_command("ann", "general", "/nothing")


async def test_a_button_is_pressed(people: DiscordPeople) -> None:
    await people.say("ann", "general", "Ask me.")
    asked = people.messages_seen_by("bob", "general")[-1]
    assert (asked.author, people.words_of(asked.id)) == (
        BOT,
        "May I, @Ann Reed? * Mon 02 Mar, 09:00 UTC\nYes\nMore",
    )
    assert people.buttons_of(asked.id) == [("yes", "Yes")] and people.links_of(asked.id) == [("https://x.org", "More")]
    assert people.notified(asked.id) == {people.account("ann").id}
    with pytest.raises(AssertionError):
        await people.press("bob", asked.id, "no")
    await people.press("bob", asked.id, "yes")
    assert people.words_of(asked.id) == "Pressed by Bob Hale"
    assert people.server.violations == []


async def test_a_thread_begins_at_a_message(bot: SmallBot, people: DiscordPeople) -> None:
    root = await people.say("ann", "general", "How?")
    reply = await people.say("bob", "general", "So.", root)
    assert people.reference(reply).room == people.reference(root).thread
    assert people.channel_of(reply) == people.channel_of(root) == people.room("general").channel_id
    assert bot.heard[2:] == ["said How? in TextChannel at 02 Mar", "changed How?", "said So. in Thread at 02 Mar"]
    assert [each.text for each in people.messages_seen_by("ann", "general")] == ["How?", "So."]
    await people.pass_time(timedelta(days=2))
    assert people.world.channels[int(root)].thread_metadata.archived
    await people.say("ann", "general", "Thank you.", reply)
    assert bot.heard[-1] == "said Thank you. in Thread at 04 Mar"


async def test_reactions_edits_and_unfurled_links(bot: SmallBot, people: DiscordPeople) -> None:
    said = await people.say("ann", "general", "frist, @Bob Hale :bulb:")
    await people.add_reaction("bob", said, "white_check_mark")
    await people.unfurl(said)
    await people.edit_message("ann", said, "first")
    ann, bob = people.account("ann").id, people.account("bob").id
    assert people.reactions_of(said) == {"✅": {bob}}
    assert bot.heard[2:] == [
        f"said frist, <@{bob}> 💡 in TextChannel at 02 Mar",
        f"reaction ✅ to {ann}",
        f"changed frist, <@{bob}> 💡",
        "edited first",
    ]
    with pytest.raises(NotPossible):
        await people.edit_message("bob", said, "mine")


async def test_suggestions_come_while_typing(people: DiscordPeople) -> None:
    assert await people.type_command("ann", "general", "/tip wa") == (Option("warm", "Warm the gel"),)
    assert await people.type_command("ann", people.open_direct("ann"), "/slow") == ()


async def test_a_message_command_needs_a_message_that_others_see(bot: SmallBot, people: DiscordPeople) -> None:
    said = await people.say("bob", "general", "Tap the chamber.")
    await people.use_shortcut("ann", said, "Keep")
    assert people.open_form_of("ann")
    people.close_form("ann")
    assert people.open_form_of("ann") is None
    await people.use_command("ann", "general", "/tip list")
    with pytest.raises(NotPossible):
        await people.use_shortcut("ann", people.messages_seen_by("ann")[-1].id, "Keep")


async def test_where_the_bot_is_not_it_hears_nothing(bot: SmallBot, people: DiscordPeople) -> None:
    people.open_channel("elsewhere", members=("ann", "bob"), with_bot=False)
    between = people.open_direct("ann", "bob")
    for place in ("elsewhere", between):
        said = await people.say("ann", place, "between us")
        assert [each.id for each in people.messages_seen_by("bob", place)] == [said]
        with pytest.raises(discord.Forbidden) as refused:
            await bot.get_partial_messageable(people.channel(place)).send("hello")
        assert refused.value.code == 50001
    assert len(bot.heard) == 2


async def test_the_bot_is_refused_as_by_discord(bot: SmallBot, people: DiscordPeople) -> None:
    people.change_person("bob", closed_direct_messages=True)
    direct = bot.get_partial_messageable(int(people.open_direct("bob")))
    with pytest.raises(discord.Forbidden) as refused:
        await direct.send("hello")
    assert refused.value.code == 50007
    said = await people.say("ann", "general", "Here.")
    channel = bot.get_partial_messageable(people.channel("general"), guild_id=int(people.space.id))
    root = channel.get_partial_message(int(said))
    await root.create_thread(name="Here")
    with pytest.raises(discord.HTTPException) as again:
        await root.create_thread(name="Here")
    assert again.value.code == 160004
    assert people.server.violations == []
    with pytest.raises(discord.HTTPException):
        await root.create_thread(name="x" * 101)
    assert "101" in people.server.violations[-1]

"""A message that goes over several is one message: it grows, shrinks and goes as a whole. And what is asked twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord_ear import FORM, Ear, note, shown
from discord_stage import Stage

from adapters.discord import outbound
from adapters.discord.missed import Missed
from adapters.discord.whose import Whose
from adapters.port import Button, FieldErrors, File, MessageRef, Only, Section, Space

LONG = "\n\n".join(f"Line {number} of it." for number in range(400))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def grown(stage: Stage, ear: Ear, how: str) -> MessageRef:
    """A message that goes over several now."""
    general = stage.people.room("general")
    if how == "answered":
        await stage.people.use_command("ann", "general", "/ask what")
        sent = await stage.platform.send(general, note(LONG), answering=ear.last.trigger)
    else:
        sent = await stage.platform.send(general, note("short", Button("capture:replace", "Yes")))
    assert sent
    if how == "edited":
        await stage.platform.edit(sent, note(LONG))
    elif how == "pressed":
        await stage.people.press("ann", sent.id, "capture:replace")
        await stage.platform.edit(sent, note(LONG), answering=ear.last.trigger)
    return sent


@pytest.mark.parametrize("how", ["answered", "edited", "pressed"])
async def test_what_is_long_is_made_short_again(stage: Stage, ear: Ear, how: str) -> None:
    sent = await grown(stage, ear, how)
    assert "Line 0 of it." in "\n".join(shown(stage)) and "Line 399 of it." in "\n".join(shown(stage))
    await stage.platform.edit(sent, note("short again"))
    assert shown(stage) == ["short again"]


@pytest.mark.parametrize("how", ["answered", "edited", "pressed"])
async def test_what_is_long_is_taken_away_whole(stage: Stage, ear: Ear, how: str) -> None:
    await stage.platform.delete(await grown(stage, ear, how))
    assert shown(stage) == []


async def test_what_is_long_is_there_once_after_it_changed_again(stage: Stage, ear: Ear) -> None:
    await stage.platform.edit(await grown(stage, ear, "edited"), note(LONG))
    words = "\n".join(shown(stage))
    assert words.count("Line 0 of it.") == words.count("Line 399 of it.") == 1


async def test_what_only_one_person_sees_grows_for_them_alone(stage: Stage, ear: Ear) -> None:
    await stage.people.use_command("ann", "general", "/keep what")
    private = Only(ear.last.who, ear.last.room, ear.last.trigger)
    await stage.platform.send(private, note("short", Button("capture:replace", "Yes")))
    await stage.people.press("ann", stage.people.messages_seen_by("ann")[-1].id, "capture:replace")
    await stage.platform.edit(ear.last.message, note(LONG), answering=ear.last.trigger)
    assert "Line 399 of it." in "\n".join(shown(stage)) and shown(stage, "bob") == []


async def test_a_conversation_that_is_opened_twice_at_once_is_one(stage: Stage) -> None:
    both = [stage.people.account("ann"), stage.people.account("bob")]
    one, other = await asyncio.gather(*(stage.platform.open_room(both) for _ in range(2)))
    assert one == other


async def test_a_way_back_that_is_told_twice_opens_its_form_once(stage: Stage, ear: Ear) -> None:
    await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, FORM)
    ear.returns = FieldErrors({"title": "Not so."})
    opened = stage.people.open_form_of("ann")
    assert opened
    stage.server.deliver_twice = True
    await stage.people.submit("ann", opened.id, {"title": "x"})
    again = stage.people.open_form_of("ann")
    assert again and again.form.fields[0].value == "x"  # type: ignore[union-attr]


def test_who_writes_directly_while_the_missing_is_read_does_not_stop_it() -> None:
    whose = Whose(lambda: NOW)
    for channel in (1, 2):
        whose.note(channel, Space("discord", "1"))
    latest = whose.latest()
    whose.note(1, Space("discord", "1"))
    assert latest == [2, 1]


class Place(discord.abc.Messageable):
    """A channel whose history grows."""

    def __init__(self, said: list[str], newest: datetime) -> None:
        self.said, self.id = said, 5
        self.last_message_id = discord.utils.time_snowflake(newest)

    async def history(self, **_: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        for each in list(self.said):
            yield each


async def test_a_session_that_begins_while_the_missing_is_read_has_its_own_read_too() -> None:
    now, said, heard = [NOW], ["one"], list[Any]()
    missed, place = Missed(lambda: now[0]), Place(said, NOW + timedelta(hours=1))
    guild = SimpleNamespace(shard_id=0, text_channels=[place], voice_channels=[], threads=[])
    client: Any = SimpleNamespace(guilds=[guild], get_channel=lambda number: place)
    reached, go = asyncio.Event(), asyncio.Event()

    async def hear(message: Any) -> None:
        heard.append(message)
        reached.set()
        await go.wait()

    missed.heard_before = NOW - timedelta(minutes=1)
    missed.begun(0)
    first = asyncio.create_task(missed.make_good(client, 0, (), hear))
    await reached.wait()
    now[0] += timedelta(minutes=1)
    missed.begun(0)
    said.append("two")
    go.set()
    await first
    await missed.make_good(client, 0, (), hear)
    assert heard == ["one", "one", "two"]


def test_code_in_a_quote_that_goes_over_several_pieces_stays_in_the_quote() -> None:
    text = "> ```\n" + "\n".join(f"> line {number}" for number in range(300)) + "\n> ```"
    for piece in outbound.cut(outbound.section_text(Section(text), Space("discord", "1")), outbound.PIECE):
        assert all(line.startswith("> ") for line in piece.splitlines() if line) and piece.count("```") % 2 == 0


def test_two_files_of_one_name_are_both_shown() -> None:
    files = (File("a b.csv", b"1", "text/csv"), File("a_b.csv", b"2", "text/csv"))
    assert len({each.filename for each in outbound.files(files)}) == 2

"""A message that an earlier process may have said is found in the channel, by the number of its first component."""

from datetime import timedelta

from discord_ear import Ear, note, server, shown

from adapters.port import Message, Section


async def test_what_an_earlier_process_said_is_not_said_again(ear: Ear) -> None:
    async with server(ear) as stage:
        to, began = stage.people.account("ann"), stage.people.clock()
        first = await stage.platform.send(to, note("Your pump is mended."), once="notice:1")
        stage.platform._sent.clear()  # the next process knows nothing of it
        await stage.people.pass_time(timedelta(hours=3))  # and Discord has forgotten its nonce
        again = await stage.platform.send(to, note("Your pump is mended."), once="notice:1", tried_at=began)
        assert again == first and len(shown(stage)) == 1
        other = await stage.platform.send(to, note("Another thing."), once="notice:2", tried_at=began)
        assert other != first and len(shown(stage)) == 2


async def test_the_pages_that_are_missing_are_said(ear: Ear) -> None:
    first, second = Section("word " * 700), Section("term " * 700)
    async with server(ear) as stage:
        room, began = stage.people.room("general"), stage.people.clock()
        await stage.platform.send(room, Message("Long", [first]), once="notice:1")  # it died after the first page
        stage.platform._sent.clear()
        await stage.platform.send(room, Message("Long", [first, second]), once="notice:1", tried_at=began)
        assert [each.split()[0] for each in shown(stage)] == ["word", "term"]

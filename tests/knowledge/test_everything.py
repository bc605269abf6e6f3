"""Everything that is held about somebody, in a file for themself: whole, and without the words of others."""

import json

import pytest
from waldo import BEN, DISCORD, LATER, LENA, SLACK, TRACES, WORKS, who

from knowledge.store import Store
from knowledge.store.everything import everything_about
from knowledge.store.holdings import MEMBERS


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_it_holds_every_table_that_somebody_stands_in(store: Store, community: int) -> None:
    async with store.read(community, LATER) as work:
        held = await everything_about(work, await who(work, SLACK))
    assert {place.split(".")[0] for place in MEMBERS} <= set(held)
    assert [name for name in ("account", "tie", "question", "tip", "notice", "linkcode") if not held[name]] == []
    assert [name for name in ("newcomer", "steptaken", "firstword", "firstwordpeer", "pair") if not held[name]] == []
    assert [name for name in ("meetup", "guest", "meetupvote", "quickwin") if not held[name]] == []
    said = json.dumps(held).lower()
    assert [trace for trace in TRACES if trace not in said] == []
    assert [row["key"] for row in held["account"]] == [DISCORD, SLACK]
    (own,) = [row for row in held["tipauthor"] if row["tip"] == 1]
    assert (own["works"], [each["works"] for each in own["versions"]]) == (
        f"{WORKS} Twice.",
        [WORKS, f"{WORKS} Twice."],
    )
    assert {(row["as"], row["from"], row["to"]) for row in held["tie"]} == {
        ("from", "Waldo", "Ben"),
        ("to", "Lena", "Waldo"),
        ("to", "Ben", "Waldo"),
    }
    assert {(row["as"], row["newcomer"], row["companion"]) for row in held["pair"]} == {
        ("newcomer", "Waldo", "Ben"),
        ("companion", "Lena", "Waldo"),
    }
    assert held["shown"] == [{"question": 1, "tip": 1, "said": "worked"}]
    assert held["delivery"] == ["discord:S1:5:777333111:bulb:True:1.5"]


async def test_it_holds_what_they_had_to_do_with_meetups(store: Store, community: int) -> None:
    async with store.read(community, LATER) as work:
        held = await everything_about(work, await who(work, SLACK))
    assert [(row["number"], row["problem"]) for row in held["meetup"] if row["as"] == "teller"] == [
        (1, "A unicorn is late"),
        (3, "A unicorn ran away"),
    ]
    assert [(row["number"], row["host"], row.get("problem")) for row in held["meetup"] if row["as"] == "host"] == [
        (1, "Waldo", None),
        (2, "Waldo", None),
    ]
    assert [(row["meetup"], row["reply"]) for row in held["guest"]] == [(number, "comes") for number in (1, 2, 3, 4)]
    assert [row["time"] for row in held["meetupvote"]] == [LATER.isoformat()]
    assert [(row["meetup"], row["text"], row["showing"]) for row in held["quickwin"]] == [
        (3, "Count the unicorns", "named")
    ]


async def test_it_holds_no_words_of_others(store: Store, community: int) -> None:
    async with store.read(community, LATER) as work:
        said = json.dumps(await everything_about(work, await who(work, SLACK)))
    for words in (
        "Ring the lift",
        "Ben knows too",
        "lift a bed",
        "Thanks",
        "Like @Waldo",
        "eds, @",
        "And beds",
        "twice",
    ):
        assert words not in said


async def test_it_is_only_about_them(store: Store, community: int) -> None:
    async with store.read(community, LATER) as work:
        said = json.dumps(await everything_about(work, await who(work, BEN))).lower()
        of_lena = json.dumps(await everything_about(work, await who(work, LENA))).lower()
    for words in ("unicorn?", "unicorn upright", "magician", "ulena", "unicorn is late", "count the"):
        assert words not in said
    assert "unicorn ran" not in of_lena, "who hosts a meetup did not say what it is about"

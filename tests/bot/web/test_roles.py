"""Every page and action, called by everybody: only what is meant answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from web.pages_stage import OURS, Stage, Window, words_of

from bot.web.routes import ROUTES, Row
from bot.web.visit import Whom
from knowledge.models import metadata
from knowledge.store import Store

NOBODY, MEMBER, OTHER, COORDINATOR = "", "room:ward:ben", "room:lab:zoe", "room:ward:ann"


@dataclass(frozen=True)
class Call:
    """How a row is called: what stands in its path, and what is sent."""

    path: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[int, ...] = (200, 303)


TIP = {"number": "1"}
CALLS: dict[tuple[str, str], Call] = {
    ("GET", "/in/{link}"): Call({"link": "1.no-such-link-but-long-enough"}, answers=(410,)),
    ("POST", "/in/{link}"): Call({"link": "1.no-such-link-but-long-enough"}, answers=(410,)),
    ("POST", "/press"): Call(fields={"button": "me:show", "back": "/me"}),
    ("POST", "/form"): Call(fields={"opener": "me:edit", "form": "me:edit", "practice": "porter", "back": "/me"}),
    ("GET", "/questions/{number:int}/there"): Call(TIP, answers=(303,)),
    ("GET", "/calendar/{link}.ics"): Call({"link": "1.no-such-address-but-long-enough"}, answers=(404,)),
    ("GET", "/newcomers/{number:int}/there"): Call(TIP, answers=(303,)),
    ("POST", "/exports"): Call(fields={"what": "tips", "form": "csv"}),
    ("POST", "/settings"): Call(fields={"section": "welcome"}),
    ("POST", "/settings/undo"): Call(fields={"entry": "1"}, answers=(409,)),
    ("GET", "/settings/words/{key}"): Call({"key": "tips.edited"}),
    ("POST", "/settings/words/{key}"): Call({"key": "tips.edited"}, {"language": "en", "text": "Done: {number}."}),
    ("GET", "/settings/words/{key}/preview"): Call({"key": "tips.edited"}),
    ("POST", "/settings/words/undo"): Call(fields={"entry": "1"}, answers=(409,)),
    **{("GET", f"/report/{name}.svg"): Call(answers=(404,)) for name in ("map", "trends", "matrix")},
    ("GET", "/report/sheet.pdf"): Call(answers=(404,)),
    ("GET", "/tips/{number:int}"): Call(TIP),
    ("GET", "/tips/{number:int}/edit"): Call(TIP),
    ("POST", "/tips/{number:int}/edit"): Call(TIP, {"works": "Another way."}),
    ("POST", "/tips/{number:int}/retire"): Call(TIP),
    ("POST", "/tips/{number:int}/restore"): Call(TIP, answers=(409,)),
    ("POST", "/tips/{number:int}/undo"): Call(TIP, {"version": "1"}, answers=(409,)),
    ("GET", "/tips/{number:int}/merge"): Call(TIP),
    ("POST", "/tips/{number:int}/merge"): Call(TIP, {"into": "2"}),
    ("POST", "/tips/{number:int}/apart"): Call(TIP, {"other": "2"}),
}
"""How a row is called where that is not plain."""

ABOUT_ONE = ("/tips/", "/questions/", "/newcomers/")
"""What is about one thing of a community: who is of another finds none there."""


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("people", [(NOBODY, OTHER, COORDINATOR), (MEMBER,)], ids=["others", "member"])
async def test_only_what_is_meant_answers(stage: Stage, row: Row, people: tuple[str, ...]) -> None:
    call = CALLS.get((row.method, row.path), Call())
    for who in people:
        before = await everything_of(stage.store, stage.ward)
        answer = await sent(await stage.window(who), row, call)
        after = await everything_of(stage.store, stage.ward)
        assert answer.status_code in answers_for(row, call, who), f"{who}: {words_of(answer)}"
        if answer.status_code == 401:
            assert "Nobody is signed in here" in words_of(answer)
        if answer.status_code == 403:
            assert "This page is for coordinators" in words_of(answer)
        if who in (NOBODY, OTHER):
            assert OURS not in answer.text and OURS not in str(answer.headers)
        if who in (NOBODY, OTHER) or row.method == "GET" or answer.status_code in (401, 403):
            assert after == before


def answers_for(row: Row, call: Call, who: str) -> tuple[int, ...]:
    """With what somebody is answered; who is of another community finds nothing of what is about one thing here."""
    if row.whom is Whom.ANYBODY:
        return call.answers
    if who == NOBODY:
        return (401,)
    if row.whom is Whom.COORDINATORS and who == MEMBER:
        return (403,)
    return (409,) if who == OTHER and row.path.startswith(ABOUT_ONE) else call.answers


def test_every_call_is_one_of_a_row() -> None:
    assert set(CALLS) <= {(row.method, row.path) for row in ROUTES}
    assert len({(row.method, row.path) for row in ROUTES}) == len(ROUTES)


def test_nothing_is_for_anybody_but_the_doors() -> None:
    assert {row.path for row in ROUTES if row.whom is Whom.ANYBODY} == {"/in/{link}", "/out", "/calendar/{link}.ics"}
    assert all((row.outside is None) == (row.whom is not Whom.ANYBODY) for row in ROUTES)
    assert all((row.handler is None) == (row.whom is Whom.ANYBODY) for row in ROUTES)


@pytest.mark.parametrize("path", [row.path for row in ROUTES if row.method == "GET" and row.whom is Whom.MEMBERS])
async def test_a_member_is_shown_no_way_to_what_is_for_coordinators(stage: Stage, path: str) -> None:
    call = CALLS.get(("GET", path), Call())
    page = (await sent(await stage.window(MEMBER), Row("GET", path, Whom.MEMBERS), call)).text
    closed = {row.path for row in ROUTES if row.whom is Whom.COORDINATORS}
    assert [each for each in closed if "{" not in each and f'/pages{each}"' in page] == []
    assert "For coordinators" not in page


async def sent(window: Window, row: Row, call: Call) -> Any:
    path = row.path.replace(":int", "")
    for name, value in call.path.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"{row.path} is not told here how to be called"
    return await (window.open(path) if row.method == "GET" else window.send(path, dict(call.fields)))


async def everything_of(store: Store, community: int) -> dict[str, list[Any]]:
    """Every row of a community, but for who is signed in and what each run of the job notes."""
    found: dict[str, list[Any]] = {}
    async with store.session(reading=True) as session:
        connection = await session.connection()
        for name, table in metadata.tables.items():
            if "community_id" in table.c and name not in ("browsersession", "signin", "publishedtable"):
                rows = await connection.execute(select(table).where(table.c.community_id == community))
                found[name] = sorted(map(repr, rows.all()))
    return found

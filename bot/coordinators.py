"""Commands about who coordinates: the operator names the first one, sees them all, and takes somebody out."""

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeAlias

import typer

from bot import wiring
from bot.people import AccountArgument, find_person
from bot.terminal import CommunityOption, JsonOption, community_named, fail, run, settings_with
from config.settings import Settings
from knowledge.models import Member
from knowledge.store import Work, core, members
from knowledge.store.core import LastCoordinator, NamedByGroup
from knowledge.store.members import member_id

Change: TypeAlias = Callable[[Work, Member], Coroutine[Any, Any, None]]

app = typer.Typer(help="Say who coordinates, name somebody, take somebody out. Example: ./tacit core.")


@app.callback(invoke_without_command=True)
def list_core(
    context: typer.Context,
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say who coordinates, and by what; or name somebody, or take somebody out. Example: ./tacit core."""
    if context.invoked_subcommand is None:
        _print(run(_listed(settings_with(), community)), as_json=as_json)


@app.command("add")
def add(account: AccountArgument, community: CommunityOption = "", as_json: JsonOption = False) -> None:
    """Name somebody a coordinator; the bot tells them. Example: ./tacit core add "Maeve Byrne"."""

    async def change(work: Work, member: Member) -> None:
        if member.left_at is not None:
            fail(f"{member.name} isn't here any more. Name somebody who is.")
        await core.add(work, member_id(member), by=None)

    _print(run(_changed(settings_with(), account, community, change)), as_json=as_json)


@app.command("remove")
def remove(account: AccountArgument, community: CommunityOption = "", as_json: JsonOption = False) -> None:
    """Take somebody out of the coordinators. Example: ./tacit core remove slack:T1:U2."""

    async def change(work: Work, member: Member) -> None:
        try:
            await core.remove(work, member_id(member), by=None)
        except LastCoordinator:
            fail("Nobody else who is here coordinates. Name somebody first: ./tacit core add NAME.")
        except NamedByGroup as refused:
            fail(f"{member.name} coordinates by {refused.group}, which would bring them back. Take them out of that.")

    _print(run(_changed(settings_with(), account, community, change)), as_json=as_json)


def readable(rows: list[dict[str, Any]]) -> str:
    """Who coordinates, for a terminal."""
    if not rows:
        return "Nobody coordinates yet. Name the first one: ./tacit core add NAME."
    return "\n".join(", by ".join(filter(None, (row["name"], row["by"]))) for row in rows)


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    typer.echo(json.dumps(rows, ensure_ascii=False) if as_json else readable(rows))


async def _listed(settings: Settings, name: str) -> list[dict[str, Any]]:
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.read(community, datetime.now(UTC)) as work:
            return await _rows(work)


async def _changed(settings: Settings, account: str, name: str, change: Change) -> list[dict[str, Any]]:
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.write(community, datetime.now(UTC)) as work:
            await change(work, await find_person(work, account))
            return await _rows(work)


async def _rows(work: Work) -> list[dict[str, Any]]:
    """Name, accounts, and the key of the group by which they coordinate (empty: by hand), a row each."""
    people = await core.core_members(work)
    accounts = {member_id(each): await members.accounts_of(work, member_id(each)) for each in people}
    return [
        {"name": each.name, "accounts": [row.key for row in accounts[member_id(each)]], "by": each.core_from}
        for each in people
    ]

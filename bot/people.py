"""Commands about one person: forgetting them, and everything that is held about them."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import wiring
from bot.terminal import CommunityOption, JsonOption, community_named, fail, run, settings_with
from config.settings import Settings
from knowledge.models import Member
from knowledge.store import Work, members, tips
from knowledge.store.everything import everything_about
from knowledge.store.forget import Done, forget_member, wipe
from knowledge.store.members import member_id

AccountArgument = Annotated[
    str, typer.Argument(help="The account, such as slack:T1:U2, or a name that one member goes by.")
]


def forget(
    account: AccountArgument,
    keep_tips: Annotated[
        bool, typer.Option("--keep-tips/--delete-tips", help="Their tips stay without a name, or go too.")
    ] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Forget somebody for good, as /me does. Example: ./tacit forget slack:T1:U2 --delete-tips."""
    settings = settings_with()
    if not yes:
        _ask_first(*run(_look(settings, account, community)), keep_tips=keep_tips)
    done = run(_forget(settings, account, community, keep_tips=keep_tips))
    counts = {name: value for name, value in asdict(done).items() if name != "posts"} | {"rooms": len(done.posts)}
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        typer.echo(readable(done))


def export_member(
    account: AccountArgument,
    to: Annotated[Path | None, typer.Option("--to", help="A file; the screen otherwise.")] = None,
    community: CommunityOption = "",
) -> None:
    """Export everything that is held about somebody, as JSON. Example: ./tacit export member slack:T1:U2."""
    held = run(_export(settings_with(), account, community))
    text = json.dumps(held, ensure_ascii=False, indent=1) + "\n"
    if to is None:
        sys.stdout.write(text)
    else:
        to.write_text(text, encoding="utf-8", newline="")


def readable(done: Done) -> str:
    """What a forgetting did, for a terminal."""
    gone = {
        "accounts": done.accounts,
        "questions": done.questions,
        "drafts": done.drafts,
        "words on tips": done.confirmations,
        "comments": done.comments,
        "ties": done.ties,
    }
    lines = [f"Forgotten. Gone: {', '.join(f'{count} {what}' for what, count in gone.items())}."]
    lines.append(
        f"Tips: {done.tips_kept} stay without a name, {done.tips_deleted} are gone, {done.tips_shortened} lost a part."
    )
    if done.posts:
        lines.append(f"Messages in rooms that still show them: {len(done.posts)}. The running bot cleans them.")
    return "\n".join(lines)


def _ask_first(name: str, count: int, *, keep_tips: bool) -> None:
    if not sys.stdin.isatty():
        fail("Nobody is there to say yes. Add --yes if you are sure.")
    what = f"{count} tips {'stay without a name' if keep_tips else 'go too'}"
    typer.confirm(f"Forget {name}, for good? {what}.", abort=True)


async def _look(settings: Settings, account: str, name: str) -> tuple[str, int]:
    """Who would be forgotten, and how many tips hold their words."""
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.read(community, datetime.now(UTC)) as work:
            member = await find_person(work, account)
            return member.name, len(await tips.tips_by(work, member_id(member)))


async def _forget(settings: Settings, account: str, name: str, *, keep_tips: bool) -> Done:
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.write(community, datetime.now(UTC)) as work:
            done = await forget_member(work, member_id(await find_person(work, account)), keep_tips=keep_tips)
        await wipe(store)
        return done


async def _export(settings: Settings, account: str, name: str) -> dict[str, Any]:
    async with wiring.opened_store(settings) as store:
        community = await community_named(store, settings, name, make=False)
        async with store.read(community, datetime.now(UTC)) as work:
            return await everything_about(work, member_id(await find_person(work, account)))


async def find_person(work: Work, account: str) -> Member:
    """Finds somebody by an account or a name; ends the command with a sentence where there is not exactly one."""
    found = await members.find_account(work, account)
    member = await members.find_member(work, found.member_id) if found else await members.find_by_name(work, account)
    if member is None:
        fail(f"There is no account {account!r} here, and no name that exactly one member goes by.")
    return member

"""Settings, for coordinators: every option of the community, each change said back with a way to undo it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import HTMLResponse, Response

from bot.errors import Refusal
from bot.features.digest import handlers as digest
from bot.features.digest import rules as digest_rules
from bot.web import options
from bot.web.visit import Undo, Visit
from knowledge.store import Work, audit, communities
from knowledge.store.communities import KEPT_ELSEWHERE, Options
from knowledge.zones import zone_of

CHANGED, UNDONE, CHANGED_WORDS = "settings.changed", "settings.undone", "settings.words"
"""What the audit trail calls a change of options, one that is taken back, and a change of the bot's words."""


async def shown(visit: Visit) -> Response:
    """`/settings`."""
    return await _page(visit)


async def save(visit: Visit) -> Response:
    """A part of the page came back: what is wrong in it is said, and else it is chosen."""
    fields = await visit.all_fields()
    section = dict(fields).get("section", "")
    if section not in options.SECTIONS:
        raise Refusal("common.unknown")
    rooms = await _rooms(visit)
    chosen, wrong = options.read(section, fields, list(rooms))
    if wrong:
        return await _page(visit, status=422, wrong=wrong, chosen=chosen | _typed(section, fields, wrong))
    chosen = options.in_order(visit.context.options, chosen)
    changed = options.changed(visit.context.options, chosen)
    if not changed:
        return visit.go(f"/settings#{section}", "web.settings.same")
    async with visit.context.write() as work:
        await _choose(work, {name: after for name, (_, after) in changed.items()})
        entry = await audit.note(work, CHANGED, visit.context.who, options=_as_pairs(changed))
    return visit.go(f"/settings#{section}", "web.settings.saved", Undo("/settings/undo", {"entry": str(entry)}))


async def undo(visit: Visit) -> Response:
    """*Undo*: what a change made of options becomes what it was, where nothing changed it since."""
    said = (await visit.fields()).get("entry", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    async with visit.context.write() as work:
        entry = await audit.find_entry(work, number)
        if entry is None or entry.did not in (CHANGED, UNDONE) or "options" not in entry.subject:
            raise Refusal("common.unknown")
        now = await communities.options(work)
        pairs = {name: tuple(pair) for name, pair in entry.subject["options"].items() if name in options.SORTS}
        still = {name: (after, before) for name, (before, after) in pairs.items() if _is_still(now, name, after)}
        if not still:
            raise Refusal("common.done_already")
        await _choose(work, {name: before for name, (_, before) in still.items()})
        again = await audit.note(work, UNDONE, visit.context.who, options=_as_pairs(still))
    return visit.go("/settings", "web.settings.undone", Undo("/settings/undo", {"entry": str(again)}))


async def when(visit: Visit) -> Response:
    """When the digest would come next, as its day and hour are being chosen: a part of the page."""
    fields = [(name, visit.asked(name)) for name in ("digest_day", "digest_hour")]
    chosen, wrong = options.read("digest", fields, [])
    said = "" if set(wrong) & {"digest_day", "digest_hour"} else _next_digest(visit, chosen)
    return HTMLResponse(visit.drawing.draw_outside("when.html", visit.context.words, visit.request, sentence=said))


async def digest_now(visit: Visit) -> Response:
    """`/settings/digest`: what the digest would say of the last seven days."""
    return visit.show("message.html", message=await digest.show_now(visit.context, None), back="/settings")


async def _page(visit: Visit, *, status: int = 200, **shown: Any) -> Response:
    context, rooms = visit.context, await _rooms(visit)
    chosen: Mapping[str, Any] = shown.get("chosen", {})
    values = {name: chosen.get(name, options.value_of(context.options, name)) for name in options.SORTS}
    choices = {
        name: [(value, _label(visit, name, value, rooms)) for value in options.choices_of(sort, list(rooms))]
        for name, sort in options.SORTS.items()
    }
    return visit.show(
        "settings.html",
        status=status,
        sections=options.SECTIONS,
        sorts=options.SORTS,
        values=values,
        choices=choices,
        wrong=shown.get("wrong", {}),
        next_digest=_next_digest(visit, {}),
    )


def _label(visit: Visit, name: str, value: str, rooms: Mapping[str, str]) -> str:
    words = visit.context.words
    if value in rooms:
        return rooms[value]
    if name == "languages":
        return words.name_of(value)
    if name == "digest_day":
        return words.line(f"web.day.{value}")
    if name in ("digest_hour", "quiet_from", "quiet_until"):
        return f"{int(value):02}:00"
    if name == "questions_channel":
        return words.line("web.settings.no_room")
    if name in ("nudges_a_week", "meetup_quiet_weeks") and value == "0":
        return words.line("web.settings.never")
    return words.line(f"web.settings.{name}.value", count=int(value))


def _next_digest(visit: Visit, chosen: Mapping[str, Any]) -> str:
    now = replace(visit.context.options, **chosen) if chosen else visit.context.options
    zone = zone_of(now.time_zone)
    due = digest_rules.posted(now).next_after(visit.context.now, zone)
    key = "web.settings.comes_next" if now.digest_rooms or chosen else "web.settings.comes_nowhere"
    return visit.context.words.line(key, at=visit.context.words.moment(due, zone))


async def _rooms(visit: Visit) -> dict[str, str]:
    """The rooms that the bot was invited to, by key, as they are called."""
    async with visit.context.read() as work:
        rooms = await communities.channels(work)
    return {each.key: f"#{each.name or each.key.rpartition(':')[2]}" for each in rooms}


async def _choose(work: Work, chosen: Mapping[str, Any]) -> None:
    """Writes options; where the bot may offer answers stands with its rooms."""
    if "offers_in" in chosen:
        now = (await communities.options(work)).offers_in
        for key in now ^ set(chosen["offers_in"]):
            await communities.set_offers(work, key, key in chosen["offers_in"])
    await communities.choose(work, **{name: value for name, value in chosen.items() if name not in KEPT_ELSEWHERE})


def _as_pairs(changed: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    return {name: list(pair) for name, pair in changed.items()}


def _is_still(now: Options, name: str, value: Any) -> bool:
    return not options.changed(now, {name: value})


def _typed(section: str, fields: Sequence[tuple[str, str]], wrong: Mapping[str, str]) -> dict[str, Any]:
    """What was typed where something is wrong, so that nobody types it twice."""
    found = {name: [value for field, value in fields if field == name] for name in wrong}
    return {
        name: said if options.SORTS[name].how == "several" else (said[-1] if said else "")
        for name, said in found.items()
    }

"""What the bot says in chat, shown on a page with the same buttons and forms: they go to the same handlers.

So `/me` and a review are on the pages what they are in chat. A handler decides by itself who may do what, here as
there: what buttons and forms say of themselves is made up by whoever sends it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.responses import Response

from adapters.port import (
    ButtonPressed,
    Choice,
    FieldErrors,
    File,
    Form,
    FormSubmitted,
    Message,
    MessageRef,
    People,
    Room,
    Trigger,
)
from adapters.port.surface import route_of
from bot.errors import Refusal
from bot.feature import Context, Handler, Pressed, Submitted
from bot.web.visit import Visit
from knowledge.store import members

PRESSED = ("core", "me", "review", "tips", "meetups:join", "meetups:leave", "welcome:seento")
"""Features, and single actions, that are pressed on pages too: none of them needs a room to answer in."""

IN_CHAT_ONLY = ("me:code", "me:link")
"""What is not, though its feature is: it decides which accounts are whose, and a browser may be left open."""

PLACE = "pages"
"""What stands for the room and the message where there is none."""

LONGEST_ID = 100
"""Characters of a button's or form's id. Source: `adapters.port.limits`, which no handler is given more of."""


Values: TypeAlias = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it is shown: with what was typed into it, what is wrong with it, and the button that opened it."""

    form: Form
    opener: str
    values: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


async def press(visit: Visit) -> Response:
    """A button was pressed on a page: what its handler says is shown."""
    fields = await visit.fields()
    back = _back(fields.get("back", ""))
    return await _shown(visit, await _press(visit, fields.get("button", "")), fields.get("button", ""), back)


async def submit(visit: Visit) -> Response:
    """A form was sent from a page; where something in it is wrong it is shown again with what was typed."""
    sent = await visit.all_fields()
    fields = dict(sent)
    back, opener, id = _back(fields.get("back", "")), fields.get("opener", ""), fields.get("form", "")
    handler = _handler(visit, id, Submitted)
    opened = await _press(visit, opener)
    if not isinstance(opened, Form):
        raise Refusal("common.unknown")
    typed = _values(opened, sent)
    values, unknown = await _people_named(visit, opened, typed)
    if unknown:
        return visit.show("form.html", status=422, filled=Filled(opened, opener, typed, unknown), back=back)
    event = FormSubmitted(**_event(visit), room=_room(visit), form=id, values=values)
    said = await handler(_here(visit), event)
    if isinstance(said, FieldErrors):
        return visit.show("form.html", status=422, filled=Filled(opened, opener, typed, said.errors), back=back)
    return await _shown(visit, said, opener, back)


async def _press(visit: Visit, id: str) -> Any:
    handler = _handler(visit, id, Pressed)
    message = MessageRef(_room(visit), PLACE)
    said = await handler(_here(visit), ButtonPressed(**_event(visit), button=id, message=message))
    visit.reckoners.reviews.drop(visit.context.community)
    return said


async def _shown(visit: Visit, said: Any, opener: str, back: str) -> Response:
    match said:
        case Message(files=(file,)):
            return _download(file)
        case Message():
            return visit.show("message.html", message=said, back=back)
        case Form():
            return visit.show("form.html", filled=Filled(said, opener), back=back)
        case _:
            return visit.go(back, "web.done")


def _handler(visit: Visit, id: str, kind: type[Pressed] | type[Submitted]) -> Handler:
    """The handler of a button or form.

    Raises:
        Refusal: there is none that is pressed on pages.
    """
    action = route_of(id)
    if action in IN_CHAT_ONLY:
        raise Refusal("web.link_in_chat")
    is_pressed = len(id) <= LONGEST_ID and (action in PRESSED or action.partition(":")[0] in PRESSED)
    for feature in visit.context.features if is_pressed else ():
        for route in feature.routes:
            if isinstance(route, kind) and f"{feature.name}:{route.action}" == action:
                return route.handler
    raise Refusal("common.unknown")


def _here(visit: Visit) -> Context:
    """What a handler may use; it need not say that there are pages to who is looking at them."""
    return replace(visit.context, pages="")


def _event(visit: Visit) -> dict[str, Any]:
    now, key = visit.context.now, f"pages:{secrets.token_urlsafe(12)}"
    assert visit.context.account is not None
    return {
        "key": key,
        "at": now,
        "who": visit.context.account,
        "trigger": Trigger(key, now + timedelta(seconds=3)),
    }


def _room(visit: Visit) -> Room:
    assert visit.context.account is not None
    return Room(visit.context.account.space, PLACE, direct=True)


def _values(form: Form, sent: list[tuple[str, str]]) -> Values:
    """What came back, as a form's handler is given it: within the lengths and the choices that the form has."""
    values: Values = {}
    for each in form.fields:
        given = [value for name, value in sent if name == each.name]
        match each:
            case Choice():
                known = {option.value for option in each.options}
                chosen = tuple(value for value in given if value in known)
                values[each.name] = chosen if each.many else (chosen or ("",))[-1]
            case People():
                values[each.name] = tuple(given)
            case _:
                values[each.name] = (given[-1] if given else "")[: getattr(each, "length", 40)]
    return values


async def _people_named(visit: Visit, form: Form, values: Values) -> tuple[Values, dict[str, str]]:
    """People are typed by name on a page: their accounts' ids instead, and what is said of names that nobody has."""
    assert visit.context.account is not None
    space, found, unknown = visit.context.account.space, dict(values), dict[str, str]()
    for asked in (each for each in form.fields if isinstance(each, People)):
        names = [" ".join(name.split()).removeprefix("@").casefold() for name in values[asked.name] if name.strip()]
        async with visit.context.read() as work:
            here = await members.list_members(work) if names else []
            those = [members.member_id(each) for name in names for each in here if each.name.casefold() == name]
            accounts = await members.accounts_in(work, space.key, those)
        if len(those) != len(names) or len(accounts) < len(set(those)):
            unknown[asked.name] = visit.context.words.line("web.no_such_person")
        found[asked.name] = tuple(key.removeprefix(f"{space.key}:") for key in accounts.values())
    return found, unknown


def _download(file: File) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _back(said: str) -> str:
    """The page to go back to: one of ours by its path, whatever was sent."""
    is_path = said.startswith("/") and not said.startswith(("//", "/\\")) and said.isprintable() and len(said) <= 300
    return said if is_path else "/"

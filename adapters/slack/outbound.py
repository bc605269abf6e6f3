"""Messages and forms of the port as Slack's blocks and views. Pure.

Everything fits: the port's limits are at most Slack's, and long text is cut between paragraphs. Source of names and
limits: Slack, docs.slack.dev, *Block Kit reference*.
"""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from adapters.port import (
    Button,
    Choice,
    Date,
    Element,
    Field,
    FieldErrors,
    Form,
    Line,
    Link,
    Message,
    Option,
    Paragraph,
    People,
    Section,
    Space,
    plain,
)
from adapters.slack.markup import Json, blocks, escaped, is_user

SHOWN_TEXT = 4_000
"""Characters of a message that notifications and screen readers get. Slack: `text` should be at most 4,000 long."""

HOME_BLOCKS = 100
"""Slack: blocks of a view."""

LINK = "~link:"
"""What the action id of a button that only opens an address begins with: its presses are nobody's business."""


def message_blocks(message: Message, space: Space) -> list[Json]:
    """Gives a message's sections as blocks: a header, rich text, buttons; at most 50."""
    found: list[Json] = []
    for number, section in enumerate(message.sections):
        if section.title.strip():
            found.append({"type": "header", "text": _words(section.title)})
        found += blocks(section.text, section.facts, space)
        if section.buttons:
            places = (f"{number}:{place}" for place in range(len(section.buttons)))
            elements = [_element(each, place) for each, place in zip(section.buttons, places, strict=True)]
            found.append({"type": "actions", "elements": elements})
    return found


def message_text(message: Message) -> str:
    """Gives a message's words for notifications and screen readers: its summary first, then all that it says."""
    lines = [message.summary, *(line for section in message.sections for line in _lines(section))]
    words = "\n".join(dict.fromkeys(line.strip() for line in lines if line.strip()))
    shown = escaped(words)
    if len(shown) <= SHOWN_TEXT:
        return shown
    at = shown.rfind("\n", SHOWN_TEXT // 2, SHOWN_TEXT)
    return shown[:at] if at > 0 else _HALF_SIGN.sub("", shown[:SHOWN_TEXT])


def view(form: Form, metadata: str) -> Json:
    """Gives a form as a modal.

    Args:
        form: what to ask.
        metadata: comes back with what was entered; at most 3,000 characters.
    """
    return {
        "type": "modal",
        "callback_id": form.id,
        "title": _words(form.title),
        "submit": _words(form.submit),
        "private_metadata": metadata,
        "blocks": [_input(field) for field in form.fields],
    }


def home(message: Message, space: Space, came_of_it: Sequence[Message] = ()) -> Json:
    """Gives a message as somebody's home tab, below what came of the last thing that they did on it."""
    first = [block for each in came_of_it for block in (*message_blocks(each, space), {"type": "divider"})]
    return {"type": "home", "blocks": [*first, *message_blocks(message, space)][:HOME_BLOCKS]}


def uploads(message: Message) -> list[Json]:
    """Gives a message's files as `files_upload_v2` takes them."""
    return [
        {
            "content": file.content,
            "filename": file.name,
            "title": file.name,
            "alt_txt": file.alternative_text or None,
        }
        for file in message.files
    ]


def errors(given: FieldErrors, fields: Sequence[str]) -> Json:
    """Gives a form's errors as the answer to its submission; one about a field that is not there goes to the first."""
    first = next(iter(fields), "")
    return {
        "response_action": "errors",
        "errors": {(name if name in fields else first): words for name, words in given.errors.items()},
    }


_HALF_SIGN = re.compile(r"&[a-z]{0,3}$")


def _element(element: Element, place: str) -> Json:
    match element:
        case Button(id=id, label=label, weight=weight):
            style = {} if weight == "plain" else {"style": weight}
            return {"type": "button", "action_id": id, "text": _words(label), "value": id, **style}
        case Link(url=url, label=label):
            return {"type": "button", "action_id": f"{LINK}{place}", "text": _words(label), "url": url}
        case _:
            assert_never(element)


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": _words(field.label),
        "optional": not field.required,
        "element": {"action_id": field.name, **_entry(field)},
    }
    return {**block, "hint": _words(field.hint)} if field.hint.strip() else block


def _entry(field: Field) -> Json:
    match field:
        case Line() | Paragraph():
            many_lines = isinstance(field, Paragraph)
            entry: Json = {"type": "plain_text_input", "multiline": many_lines, "max_length": field.length}
            return {**entry, "initial_value": field.value} if field.value else entry
        case Choice():
            return _choice(field)
        case People(chosen=chosen, many=many):
            ids = [account.id for account in chosen if is_user(account.id)]
            if many:
                return {"type": "multi_users_select", **({"initial_users": ids} if ids else {})}
            return {"type": "users_select", **({"initial_user": ids[0]} if ids else {})}
        case Date(value=value):
            return {"type": "datepicker", **({"initial_date": value} if value else {})}
        case _:
            assert_never(field)


def _choice(field: Choice) -> Json:
    options = [_option(each) for each in field.options]
    chosen = [_option(each) for each in field.options if each.value in field.chosen]
    if field.many:
        return {
            "type": "multi_static_select",
            "options": options,
            **({"initial_options": chosen} if chosen else {}),
        }
    return {"type": "static_select", "options": options, **({"initial_option": chosen[0]} if chosen else {})}


def _option(option: Option) -> Json:
    return {"text": _words(option.label), "value": option.value}


def _words(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": True}


def _lines(section: Section) -> Iterator[str]:
    yield section.title
    yield plain(section.text)
    for fact in section.facts:
        yield f"{fact.name}: {plain(fact.value)}"

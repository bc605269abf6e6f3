"""The bot's messages as JSON and back, for the room's log.

`from_json(to_json(message)) == message` for every message that can be built. Files travel as base64.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from adapters.port import Account, Button, Element, Fact, File, Link, Mention, Message, Section, Space, Span, Text, When

Json: TypeAlias = dict[str, Any]


def to_json(message: Message) -> Json:
    """Gives `message` as a value that the json module can write."""
    return {
        "summary": message.summary,
        "sections": [_section_to_json(section) for section in message.sections],
        "files": [_file_to_json(file) for file in message.files],
    }


def from_json(value: Mapping[str, Any]) -> Message:
    """Builds the message that `to_json` wrote.

    Raises:
        KeyError: a part is missing.
        ValueError: a part breaks a limit of the port.
    """
    return Message(
        value["summary"],
        [_section_from_json(section) for section in value["sections"]],
        [_file_from_json(file) for file in value["files"]],
    )


def _section_to_json(section: Section) -> Json:
    return {
        "text": _text_to_json(section.text),
        "title": section.title,
        "facts": [{"name": fact.name, "value": _text_to_json(fact.value)} for fact in section.facts],
        "buttons": [_element_to_json(element) for element in section.buttons],
    }


def _section_from_json(value: Json) -> Section:
    return Section(
        _text_from_json(value["text"]),
        title=value["title"],
        facts=[Fact(fact["name"], _text_from_json(fact["value"])) for fact in value["facts"]],
        buttons=[_element_from_json(element) for element in value["buttons"]],
    )


def _text_to_json(text: Text) -> list[Any]:
    return [_span_to_json(span) for span in text]


def _span_to_json(span: Span) -> Any:
    match span:
        case Mention(account):
            space = account.space
            return {"mention": [space.platform, space.id, account.id, account.name]}
        case When(at):
            return {"when": at.isoformat()}
        case words:
            return str(words)


def _text_from_json(value: Sequence[Any]) -> Text:
    return tuple(_span_from_json(span) for span in value)


def _span_from_json(value: Any) -> Span:
    if isinstance(value, str):
        return value
    if "when" in value:
        return When(datetime.fromisoformat(value["when"]))
    platform, space_id, account_id, name = value["mention"]
    return Mention(Account(Space(platform, space_id), account_id, name))


def _element_to_json(element: Element) -> Json:
    match element:
        case Button(id, label, weight):
            return {"id": id, "label": label, "weight": weight}
        case Link(url, label):
            return {"url": url, "label": label}


def _element_from_json(value: Json) -> Element:
    return Link(**value) if "url" in value else Button(**value)


def _file_to_json(file: File) -> Json:
    return {
        "name": file.name,
        "content": b64encode(file.content).decode("ascii"),
        "media_type": file.media_type,
        "alternative_text": file.alternative_text,
    }


def _file_from_json(value: Json) -> File:
    return File(value["name"], b64decode(value["content"]), value["media_type"], value["alternative_text"])

"""What the bot listens to, as a table: it feeds the adapters, the help, the docs and the platforms' manifests.

How a route answers is known before its handler runs, because platforms want an answer within three seconds and a form
must be the first one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adapters.port import limits
from adapters.port.inbound import ButtonPressed, CommandUsed, FormSubmitted, Inbound, ShortcutUsed


class Answer(StrEnum):
    """How a route answers: with a form, a private message, a public one, in place of the message, or not at all."""

    FORM = "form"
    PRIVATE = "private"
    PUBLIC = "public"
    REPLACE = "replace"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Command:
    """One way to use a slash command.

    Attributes:
        name: without the slash.
        word: the first word of the text that selects this use (`list`); empty for the bare command, `*` for any
            other text.
        argument: what follows, in one or two words for people (`number`); empty where nothing follows.
        description: one sentence, at most 100 characters.
        completes: whether suggestions are offered while the argument is typed.
    """

    name: str
    word: str
    argument: str
    description: str
    answer: Answer
    completes: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.description) <= limits.COMMAND_DESCRIPTION:
            raise ValueError(f"the description of /{self.name} {self.word} has 1 to 100 characters")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A message action: its id, the label that people see, and how it answers."""

    id: str
    label: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Surface:
    """All routes of the bot. `buttons` and `forms` map `feature:action` to their answer."""

    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    buttons: Mapping[str, Answer]
    forms: Mapping[str, Answer]

    def command(self, name: str, text: str) -> Command | None:
        """Finds the use of `/name text`, or None where the bot has no such command."""
        uses = {command.word: command for command in self.commands if command.name == name}
        first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
        return uses.get(first) or (uses.get("*") if first else None) or uses.get("")

    def answer(self, event: Inbound) -> Answer:
        """Says how the bot will answer `event`; silent for all that nobody waits for."""
        match event:
            case CommandUsed():
                command = self.command(event.name, event.text)
                return command.answer if command else Answer.PRIVATE
            case ShortcutUsed():
                return next((s.answer for s in self.shortcuts if s.id == event.shortcut), Answer.PRIVATE)
            case ButtonPressed():
                return self.buttons.get(route_of(event.button), Answer.PRIVATE)
            case FormSubmitted():
                return self.forms.get(route_of(event.form), Answer.PRIVATE)
            case _:
                return Answer.SILENT


def route_of(id: str) -> str:
    """The `feature:action` of a button's or form's id; what follows are its arguments."""
    return ":".join(id.split(":")[:2])

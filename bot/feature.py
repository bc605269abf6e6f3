"""What a feature is: a table of everything that it listens to and every job that it runs.

A handler takes the `Context` and the event, reads, decides, writes, and returns what to say to the person who waits
(or None). What it owes to anybody else it writes to the outbox in the same transaction as the state that it announces.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeAlias

from adapters.port import (
    Account,
    Answer,
    Button,
    Command,
    FieldErrors,
    Form,
    Message,
    Platform,
    Shortcut,
    Suggestions,
    Surface,
)
from bot.errors import Refusal
from bot.held import Held
from bot.nudges import Nudge
from bot.times import When
from bot.words import Words
from knowledge.library import Library
from knowledge.models import Member
from knowledge.store import Store, Work
from knowledge.store.communities import Options


@dataclass(frozen=True)
class Context:
    """What a handler or a job may use.

    Attributes:
        store: the database; `read()` and `write()` open pieces of work in this community.
        library: finds tips.
        held: words that somebody has not decided to keep yet; in memory only.
        platforms: every platform by name; `chat` is the one that the event came from.
        community: the community's id.
        options: what the community chose for itself.
        member: who acts, or to whom a notice goes. None in jobs.
        account: the member's account in the space where this happens.
        words: the catalogue in the member's language.
        now: aware UTC.
        random: the only source of chance.
        features: all features, for help.
        due: when the job that runs was due; None elsewhere.
        pages: address of the pages in the browser; empty where there are none.
    """

    store: Store
    library: Library
    held: Held
    platforms: Mapping[str, Platform]
    community: int
    options: Options
    words: Words
    now: datetime
    random: Random
    features: "Sequence[Feature]" = ()
    member: Member | None = None
    account: Account | None = None
    due: datetime | None = None
    pages: str = ""

    @property
    def who(self) -> int:
        """The id of the member who acts."""
        assert self.member is not None and self.member.id is not None
        return self.member.id

    @property
    def chat(self) -> Platform:
        """The platform on which this happens."""
        assert self.account is not None
        return self.platforms[self.account.space.platform]

    def only_for_coordinators(self) -> None:
        """Lets only the core group go on.

        Raises:
            Refusal: the member who acts is no coordinator.
        """
        assert self.member is not None
        if not self.member.is_core:
            raise Refusal("common.core_only")

    def read(self) -> Any:
        """Opens a reading piece of work in this community."""
        return self.store.read(self.community, self.now)

    def write(self) -> Any:
        """Opens a writing piece of work in this community; it commits when left without an error."""
        return self.store.write(self.community, self.now)


Said: TypeAlias = Message | Form | FieldErrors | Suggestions | None
Handler: TypeAlias = Callable[[Context, Any], Awaitable[Said]]
NoticeWriter: TypeAlias = Callable[[Context, Mapping[str, Any]], Awaitable[Message | None]]
JobRunner: TypeAlias = Callable[[Context, Work], Awaitable[None]]


@dataclass(frozen=True)
class On:
    """Listens to a kind of event, where `when` says so; the first feature that answers a message is the only one.

    What it says unasked is a `nudge`: it hears nothing from those who may not be sent one.
    """

    event: type
    handler: Handler
    when: Callable[[Any, Options], bool] = field(default=lambda event, options: True)
    exclusive: bool = False
    nudge: Nudge | None = None


@dataclass(frozen=True)
class UsedCommand:
    """Listens to one use of a slash command."""

    name: str
    word: str
    handler: Handler
    answer: Answer
    argument: str = ""
    completes: Handler | None = None


@dataclass(frozen=True)
class UsedShortcut:
    """Listens to a message action."""

    id: str
    handler: Handler
    answer: Answer


@dataclass(frozen=True)
class Pressed:
    """Listens to a button, by its action; the arguments follow in the button's id."""

    action: str
    handler: Handler
    answer: Answer


@dataclass(frozen=True)
class Submitted:
    """Listens to a form, by its action."""

    action: str
    handler: Handler
    answer: Answer = Answer.PRIVATE


@dataclass(frozen=True)
class Notice:
    """Writes what the outbox owes under `name`, when it is about to be sent.

    It is either unasked, and then a sort of `nudge`, or `asked_for` says by what its reader asked for it. Where a
    member takes no direct messages, whoever caused it (`by` in the subject) is owed `undelivered` instead; where a room
    does not take it, the coordinators are.
    """

    name: str
    writer: NoticeWriter
    nudge: Nudge | None = None
    asked_for: str = ""
    undelivered: str = ""

    def __post_init__(self) -> None:
        if (self.nudge is None) != bool(self.asked_for):
            raise ValueError(f"{self.name} is either a nudge or says by what it was asked for")


@dataclass(frozen=True)
class Job:
    """Runs once at every time that it is due, for every community, in whichever process comes first.

    It writes in the piece of work that claims the run, and nothing else: no platform is spoken to.
    """

    name: str
    when: When | Callable[[Options], When]
    run: JobRunner


Route: TypeAlias = On | UsedCommand | UsedShortcut | Pressed | Submitted | Notice | Job


@dataclass(frozen=True)
class Feature:
    """A feature: its name (also the folder's and the first part of its keys) and its table.

    `menu` gives the buttons that `/tacit` shows of it. The feature that takes whatever nobody else took `comes_last`.
    """

    name: str
    routes: tuple[Route, ...]
    menu: Callable[[Context], tuple[Button, ...]] = field(default=lambda context: ())
    comes_last: bool = False


def on(
    event: type,
    handler: Handler,
    when: Callable[[Any, Options], bool] = lambda event, options: True,
    *,
    exclusive: bool = False,
    nudge: Nudge | None = None,
) -> On:
    """A row for a kind of event. `exclusive`: no later row sees an event that this one takes."""
    return On(event, handler, when, exclusive, nudge)


def command(
    name: str, word: str, handler: Handler, *, answer: Answer, argument: str = "", completes: Handler | None = None
) -> UsedCommand:
    """A row for one use of a slash command; its description is the sentence `<feature>.command.<name>.<word>`."""
    return UsedCommand(name, word, handler, answer, argument, completes)


def shortcut(id: str, handler: Handler, *, answer: Answer) -> UsedShortcut:
    """A row for a message action; its label is the sentence `<feature>.shortcut.<id>`."""
    return UsedShortcut(id, handler, answer)


def button(action: str, handler: Handler, *, answer: Answer) -> Pressed:
    """A row for the buttons `<feature>:<action>:…`."""
    return Pressed(action, handler, answer)


def form(action: str, handler: Handler, *, answer: Answer = Answer.PRIVATE) -> Submitted:
    """A row for the forms `<feature>:<action>:…`."""
    return Submitted(action, handler, answer)


def notice(
    name: str, writer: NoticeWriter, *, nudge: Nudge | None = None, asked_for: str = "", undelivered: str = ""
) -> Notice:
    """A row for what the outbox owes under `<feature>.<name>`; `undelivered` is another of the feature's notices."""
    return Notice(name, writer, nudge, asked_for, undelivered)


def job(name: str, when: When | Callable[[Options], When], run: JobRunner) -> Job:
    """A row for scheduled work."""
    return Job(name, when, run)


def surface_of(features: Sequence[Feature], words: Words) -> Surface:
    """Sums up what all features listen to."""
    commands: list[Command] = []
    shortcuts: list[Shortcut] = []
    buttons: dict[str, Answer] = {}
    forms: dict[str, Answer] = {}
    for feature in features:
        for route in feature.routes:
            match route:
                case UsedCommand():
                    said = words.line(f"{feature.name}.command.{route.name}.{_word_key(route.word)}")
                    completes = route.completes is not None
                    commands.append(Command(route.name, route.word, route.argument, said, route.answer, completes))
                case UsedShortcut():
                    label = words.line(f"{feature.name}.shortcut.{route.id}")
                    shortcuts.append(Shortcut(route.id, label, route.answer))
                case Pressed():
                    buttons[f"{feature.name}:{route.action}"] = route.answer
                case Submitted():
                    forms[f"{feature.name}:{route.action}"] = route.answer
                case _:
                    pass
    return Surface(tuple(commands), tuple(shortcuts), buttons, forms)


def _word_key(word: str) -> str:
    return {"": "bare", "*": "text"}.get(word, word)


def number_of(id: str, at: int = 0) -> int:
    """The number among the arguments of a button's or form's id.

    Raises:
        Refusal: there is none at that place.
    """
    arguments = arguments_of(id)
    if not 0 <= at < len(arguments):
        raise Refusal("common.unknown")
    if not arguments[at].isascii() or not arguments[at].isdigit() or len(arguments[at]) > 9:
        raise Refusal("common.unknown")
    return int(arguments[at])


def argument_of(id: str, at: int = 0) -> str:
    """One of the arguments of a button's or form's id.

    Raises:
        Refusal: there is none at that place.
    """
    arguments = arguments_of(id)
    if at >= len(arguments):
        raise Refusal("common.unknown")
    return arguments[at]


def arguments_of(id: str) -> list[str]:
    """The arguments in a button's or form's id, after feature and action."""
    return id.split(":")[2:]

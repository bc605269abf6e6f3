"""What `/tacit` shows. Pure."""

from collections.abc import Collection, Sequence

from adapters.port import Button, Command, Markdown, Message, Part, Section, Shortcut
from bot.words import Words


def menu(
    words: Words, buttons: Sequence[Button], shortcuts: Sequence[Shortcut], unheard: Collection[Part] = ()
) -> Message:
    """What can be done here, by buttons, and what is off because the bot may not hear it."""
    actions = words.list([f"“{shortcut.label}”" for shortcut in shortcuts])
    sections = [
        Section(words("help.hello")),
        Section(words("help.ways")),
        Section(words("help.menus", actions=actions)),
    ]
    every = [*buttons, Button("help:commands", words.line("help.commands"))]
    sections += [Section(buttons=every[start : start + 5]) for start in range(0, len(every), 5)]
    if unheard:
        sections.append(Section(tuple(span for each in sorted(unheard) for span in (*words(f"help.off.{each}"), "\n"))))
    return Message(words.line("help.hello"), sections)


def commands(words: Words, known: Sequence[Command]) -> Message:
    """Every command, a line each."""
    lines = [words("help.command", command=Markdown(_written(each)), description=each.description) for each in known]
    text = tuple(span for line in lines for span in (*line, "\n"))
    return Message(words.line("help.commands"), [Section(text, title=words.line("help.commands"))])


def thanked(words: Words) -> Message:
    """An answer to a thank-you."""
    return Message(words.line("help.thanked"), [Section(words("help.thanked"))])


def _written(command: Command) -> str:
    word = "" if command.word in ("", "*") else f" {command.word}"
    argument = f" [{command.argument}]" if command.argument else ""
    return f"/{command.name}{word}{argument}"

"""The life of a tip, for every member: show, browse, confirm, comment, edit, merge, retire, delete, undo.

Know-how stays true only while people say how it went for them. So every tip carries one-press answers (*Worked for me*,
*With a change*, *Not here*), every version is kept, every change can be undone, and tips that nobody checked for months
are offered for a look to people who used them. Authors are told, at most once a week, what their tips did for others.
"""

from adapters.port import Answer, Button
from bot.feature import Context, Feature, button, command, form, job, notice
from bot.features.tips import handlers, jobs
from bot.nudges import Nudge
from bot.times import DAILY


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("tips:list:0:", context.words.line("tips.menu.list")),)


FEATURE = Feature(
    name="tips",
    menu=menu,
    routes=(
        command(
            "tip",
            "list",
            handlers.list_tips,
            answer=Answer.PRIVATE,
            argument="tag, practice or place",
            completes=handlers.complete_words,
        ),
        command("tip", "show", handlers.show, answer=Answer.PRIVATE, argument="number", completes=handlers.complete),
        command("tip", "edit", handlers.edit, answer=Answer.FORM, argument="number", completes=handlers.complete),
        command(
            "tip", "delete", handlers.delete, answer=Answer.PRIVATE, argument="number", completes=handlers.complete
        ),
        command(
            "tip", "retire", handlers.retire, answer=Answer.PRIVATE, argument="number", completes=handlers.complete
        ),
        command(
            "tip",
            "merge",
            handlers.merge,
            answer=Answer.PRIVATE,
            argument="number into number",
            completes=handlers.complete,
        ),
        command("tip", "undo", handlers.undo, answer=Answer.PRIVATE, argument="number"),
        command(
            "tip",
            "history",
            handlers.show_history,
            answer=Answer.PRIVATE,
            argument="number",
            completes=handlers.complete,
        ),
        command("tip", "comment", handlers.comment, answer=Answer.FORM, argument="number", completes=handlers.complete),
        button("list", handlers.list_more, answer=Answer.REPLACE),
        button("show", handlers.show, answer=Answer.PRIVATE),
        button("edit", handlers.edit, answer=Answer.FORM),
        button("takeout", handlers.take_out, answer=Answer.FORM),
        button("notpersonal", handlers.not_personal, answer=Answer.REPLACE),
        button("forget", handlers.forget_held, answer=Answer.REPLACE),
        button("details", handlers.details_pressed, answer=Answer.FORM),
        button("delete", handlers.delete, answer=Answer.PRIVATE),
        button("retire", handlers.retire, answer=Answer.PRIVATE),
        button("undo", handlers.undo, answer=Answer.PRIVATE),
        button("history", handlers.show_history, answer=Answer.PRIVATE),
        button("worked", handlers.worked, answer=Answer.PRIVATE),
        button("changed", handlers.changed, answer=Answer.FORM),
        button("nothere", handlers.not_here, answer=Answer.FORM),
        button("comment", handlers.comment, answer=Answer.FORM),
        form("edit", handlers.edited),
        form("details", handlers.detailed),
        form("changed", handlers.said_changed),
        form("nothere", handlers.said_not_here),
        form("comment", handlers.commented),
        notice("look", jobs.write_look, nudge=Nudge.LOOKS),
        notice("thanks", jobs.write_thanks, nudge=Nudge.THANKS),
        notice("altered", jobs.write_altered, asked_for="letting their words be kept: they hear of changes"),
        job("look", DAILY, jobs.offer_looks),
        job("thanks", DAILY, jobs.tell_authors),
        job("purge", DAILY, jobs.purge_withdrawn),
    ),
)

"""From chat to know-how in seconds, for whoever hears something worth keeping.

A form, a line of text, a message action, a reaction or a mention keeps a message or a thread. Nobody's words are
published without their yes: others are asked by direct message, and until then the tip is a draft that only they and
the person who kept it see. What looks like personal data is shown first and not saved; what sounds like an existing tip
is offered as a confirmation or a variation of it.
"""

from adapters.port import Answer, Button, MessageDeleted, MessagePosted, ReactionAdded
from bot.feature import Context, Feature, button, command, form, job, notice, on, shortcut
from bot.features.capture import handlers, jobs, rules
from bot.nudges import Nudge
from bot.times import HOURLY


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("capture:new", context.words.line("capture.menu.new"), "primary"),)


FEATURE = Feature(
    name="capture",
    menu=menu,
    routes=(
        command("tip", "", handlers.open_form, answer=Answer.FORM),
        command("tip", "*", handlers.file_at_once, answer=Answer.PRIVATE, argument="what works"),
        command("tip", "drafts", handlers.list_drafts, answer=Answer.PRIVATE),
        shortcut("keep", handlers.keep_message, answer=Answer.FORM),
        on(ReactionAdded, handlers.keep_by_reaction, rules.is_keep_reaction),
        on(MessagePosted, handlers.keep_by_mention, rules.asks_to_keep, exclusive=True),
        on(MessageDeleted, handlers.drop_with_message),
        button("new", handlers.open_form, answer=Answer.FORM),
        button("yes", handlers.say_yes, answer=Answer.REPLACE),
        button("unnamed", handlers.say_yes_unnamed, answer=Answer.REPLACE),
        button("no", handlers.say_no, answer=Answer.REPLACE),
        button("never", handlers.say_never, answer=Answer.REPLACE),
        button("editfirst", handlers.edit_first, answer=Answer.FORM),
        button("same", handlers.is_same, answer=Answer.REPLACE),
        button("variation", handlers.is_variation, answer=Answer.REPLACE),
        button("different", handlers.is_different, answer=Answer.REPLACE),
        button("drop", handlers.drop_draft, answer=Answer.REPLACE),
        button("win", handlers.keep_win, answer=Answer.REPLACE),
        button("unname", handlers.take_name_off, answer=Answer.REPLACE),
        button("takeout", handlers.take_out, answer=Answer.FORM),
        button("notpersonal", handlers.not_personal, answer=Answer.REPLACE),
        button("forget", handlers.forget_held, answer=Answer.REPLACE),
        form("keep", handlers.form_sent),
        form("takeout", handlers.taken_out),
        form("editfirst", handlers.edited_first),
        notice("consent", jobs.write_request, nudge=Nudge.REQUESTS, undelivered="unreached"),
        notice("unreached", jobs.write_unreached, asked_for="keeping what somebody wrote"),
        notice("decided", jobs.write_decided, asked_for="keeping what somebody wrote"),
        job("requests", HOURLY, jobs.repeat_or_lapse),
    ),
)

"""Is the community alive without its core? For the core group, and in the same words for everybody in it.

The lateral ties carry a community. A report opens with what changed in plain words, then says how much talk goes
through the core group and what would be left without it, who is heard, who answers, what was kept; at most three
things that could be tried; and what it does not know. No ranking of people, nothing of fewer than five. It is no
management tool: members see what the core sees, and in `/me` what was counted of them.
"""

from adapters.port import Answer, Button
from bot.feature import Context, Feature, button, command, job, notice
from bot.features.reports import handlers, jobs


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("reports:show", context.words.line("reports.menu.show")),)


FEATURE = Feature(
    name="reports",
    menu=menu,
    routes=(
        command("report", "", handlers.show, answer=Answer.PRIVATE),
        command("report", "*", handlers.show, answer=Answer.PRIVATE, argument="90 days, or 2026-10"),
        command("report", "here", handlers.post_here, answer=Answer.PRIVATE),
        command("report", "off", handlers.post_nowhere, answer=Answer.PRIVATE),
        button("show", handlers.show, answer=Answer.PRIVATE),
        notice("month", jobs.write_month, asked_for="a coordinator who chose this room"),
        job("month", jobs.MORNING, jobs.owe_monthly),
    ),
)

"""One post a week that people want, for everybody who cannot read along all day.

It tells what worked for others, what is new, what nobody knows yet, who answered, and what needs a look: people before
volume, a screenful at most, nothing twice in a row, and nothing at all in a thin week. Coordinators see it a day ahead
and may send it, change its opening, leave something out or skip it. Whoever wants gets one of their own by direct
message.
"""

from adapters.port import Answer, Button
from bot.feature import Context, Feature, button, command, form, job, notice
from bot.features.digest import handlers, jobs, preview, rules
from bot.nudges import Nudge


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("digest:now", context.words.line("digest.menu.now")),)


FEATURE = Feature(
    name="digest",
    menu=menu,
    routes=(
        command("digest", "", handlers.show_now, answer=Answer.PRIVATE),
        command("digest", "here", handlers.post_here, answer=Answer.PRIVATE),
        command("digest", "off", handlers.post_nowhere, answer=Answer.PRIVATE),
        command("digest", "at", handlers.choose_time, answer=Answer.PRIVATE, argument="monday 9"),
        command("digest", "zone", handlers.choose_zone, answer=Answer.PRIVATE, argument="Europe/London"),
        button("now", handlers.show_now, answer=Answer.PRIVATE),
        button("mine", handlers.ask_pace, answer=Answer.PRIVATE),
        button("pace", handlers.choose_pace, answer=Answer.REPLACE),
        button("send", preview.send_now, answer=Answer.REPLACE),
        button("opening", preview.open_opening, answer=Answer.FORM),
        button("leaveout", preview.open_left_out, answer=Answer.FORM),
        button("skip", preview.skip, answer=Answer.REPLACE),
        button("back", preview.take_back, answer=Answer.REPLACE),
        form("opening", preview.opening_sent),
        form("leaveout", preview.left_out_sent),
        notice("post", jobs.write_post, asked_for="a coordinator who chose this room", undelivered="unposted"),
        notice("unposted", jobs.write_unposted, asked_for="being a coordinator"),
        notice("preview", preview.write_preview, asked_for="being a coordinator"),
        notice("own", jobs.write_own, nudge=Nudge.DIGEST),
        job("preview", rules.previewed, preview.owe_previews),
        job("post", rules.posted, jobs.post),
        job("own", rules.own, jobs.owe_own),
    ),
)

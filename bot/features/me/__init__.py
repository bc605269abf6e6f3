"""Who somebody is here and what they want of the bot: all that it knows of them, and what it may bring them.

Practice and place are their own words; they say where a tip worked and who works alike. What waits for them and what
their tips did for others stands here too. Everything that the bot does unasked can be switched off, done less often or
paused, and nobody has to be counted. Everything that is held is given as a file, or forgotten. Where the chat has a
home tab for the bot, it shows the same. Who talks on several chats links their accounts here.
"""

from adapters.port import Answer, Button, HomeOpened, MemberJoined, MemberLeft
from bot.feature import Context, Feature, button, command, form, job, notice, on
from bot.features.me import choosing, forgetting, handlers, linking
from bot.times import HOURLY


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("me:edit", context.words.line("me.menu.edit")),)


FEATURE = Feature(
    name="me",
    menu=menu,
    routes=(
        command("me", "", handlers.show_me, answer=Answer.PRIVATE),
        command("tacit", "me", handlers.show_me, answer=Answer.PRIVATE),
        on(HomeOpened, handlers.show_me),
        button("show", handlers.show_me, answer=Answer.REPLACE),
        button("edit", handlers.edit, answer=Answer.FORM),
        form("edit", handlers.edited),
        button("bring", choosing.show_bringing, answer=Answer.REPLACE),
        button("take", choosing.take, answer=Answer.REPLACE),
        button("digest", choosing.pace_digest, answer=Answer.REPLACE),
        button("most", choosing.choose_most, answer=Answer.REPLACE),
        button("pause", choosing.pause, answer=Answer.REPLACE),
        button("uncount", choosing.ask_uncounted, answer=Answer.REPLACE),
        button("count", choosing.count, answer=Answer.REPLACE),
        button("file", forgetting.give_file, answer=Answer.PRIVATE),
        button("forget", forgetting.ask, answer=Answer.REPLACE),
        button("forgetme", forgetting.forget_me, answer=Answer.REPLACE),
        notice("cleaned", forgetting.write_cleaned, asked_for="asking to be forgotten"),
        job("sweep", HOURLY, forgetting.sweep),
        button("code", linking.give_code, answer=Answer.PRIVATE),
        command("tacit", "link", linking.ask_back, answer=Answer.PRIVATE, argument="code"),
        button("link", linking.link, answer=Answer.REPLACE),
        button("leave", linking.leave, answer=Answer.REPLACE),
        notice("linked", linking.write_linked, asked_for="linking their accounts"),
        button("unlink", linking.unlink, answer=Answer.REPLACE),
        on(MemberJoined, handlers.joined),
        on(MemberLeft, handlers.left),
    ),
)

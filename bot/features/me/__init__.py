"""Who somebody is here and what they want of the bot: practice, place, and what it may bring them.

Practice and place are their own words; they say where a tip worked and who works alike. What waits for them and what
their tips did for others stands here too, and everything that the bot does unasked can be switched off. Where the chat
has a home tab for the bot, it shows the same. Who talks on several chats links their accounts here.
"""

from adapters.port import Answer, Button, HomeOpened, MemberJoined, MemberLeft
from bot.feature import Context, Feature, button, command, form, notice, on
from bot.features.me import handlers, linking


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
        button("edit", handlers.edit, answer=Answer.FORM),
        button("take", handlers.take, answer=Answer.REPLACE),
        form("edit", handlers.edited),
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

"""Who somebody is here and what they want of the bot: practice, place, and what it may bring them.

Practice and place are their own words; they say where a tip worked and who works alike. Everything that the bot does
unasked can be switched off here.
"""

from adapters.port import Answer, Button, MemberJoined, MemberLeft
from bot.feature import Context, Feature, button, command, form, on
from bot.features.me import handlers


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("me:edit", context.words.line("me.menu.edit")),)


FEATURE = Feature(
    name="me",
    menu=menu,
    routes=(
        command("me", "", handlers.show_me, answer=Answer.PRIVATE),
        command("tacit", "me", handlers.show_me, answer=Answer.PRIVATE),
        button("edit", handlers.edit, answer=Answer.FORM),
        button("take", handlers.take, answer=Answer.REPLACE),
        form("edit", handlers.edited),
        on(MemberJoined, handlers.joined),
        on(MemberLeft, handlers.left),
    ),
)

"""The way to the pages in the browser: a link of one's own, for once, that lets its reader in without a password."""

from adapters.port import Answer, Button
from bot.feature import Context, Feature, button, command
from bot.features.pages import handlers


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("pages:open", context.words.line("pages.menu.open")),) if context.pages else ()


FEATURE = Feature(
    name="pages",
    menu=menu,
    routes=(
        command("tacit", "pages", handlers.open_pages, answer=Answer.PRIVATE),
        button("open", handlers.open_pages, answer=Answer.PRIVATE),
    ),
)

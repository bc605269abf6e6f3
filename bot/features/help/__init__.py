"""What Tacit can do, for whoever wonders: `/tacit`, or a greeting in a direct message."""

from adapters.port import Answer, MessagePosted
from bot.feature import Feature, button, command, on
from bot.features.help import handlers, rules

FEATURE = Feature(
    name="help",
    routes=(
        command("tacit", "", handlers.help_used, answer=Answer.PRIVATE),
        on(MessagePosted, handlers.greeted, rules.is_greeting, exclusive=True),
        button("commands", handlers.commands_pressed, answer=Answer.PRIVATE),
    ),
)

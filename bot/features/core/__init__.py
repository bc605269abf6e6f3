"""Who coordinates: everybody sees it, and coordinators name others, take them out, or let a group of the chat decide.

Whoever is named is told what comes with it and how to leave it again. The last one who is here stays. The first one is
named by the operator, never from the chat.
"""

from adapters.port import Answer
from bot.feature import Feature, button, command, form, notice
from bot.features.core import choosing, handlers

FEATURE = Feature(
    name="core",
    routes=(
        command("tacit", "core", handlers.core_used, answer=Answer.PRIVATE, argument="add or remove, and a name"),
        button("add", handlers.open_adding, answer=Answer.FORM),
        form("add", handlers.added),
        button("unadd", handlers.take_back_added, answer=Answer.REPLACE),
        button("takeout", handlers.open_taking_out, answer=Answer.FORM),
        form("takeout", handlers.taken_out),
        button("readd", handlers.take_back_taken_out, answer=Answer.REPLACE),
        button("groups", choosing.open_groups, answer=Answer.FORM),
        form("groups", choosing.groups_chosen),
        button("regroup", choosing.take_back_chosen, answer=Answer.REPLACE),
        button("decline", handlers.decline, answer=Answer.REPLACE),
        notice("named", handlers.write_named, asked_for="being named a coordinator", undelivered="untold"),
        notice("untold", handlers.write_untold, asked_for="naming a coordinator"),
    ),
)

"""An answer from your peers, or the peer who has it, for everybody who is stuck.

What is shown is what someone wrote, with who it is from and how it went for others; never anything made up. Where
nothing good is there, it says so, shows near misses as such, and offers to put the question to the community, with or
without the asker's name. One or two peers who probably know are told, lateral members before the core, never more often
than they want.
"""

from adapters.port import Answer, Button, MessagePosted, ReactionAdded
from bot.feature import Context, Feature, button, command, form, notice, on, shortcut
from bot.features.ask import handlers, notices, open_questions, rules
from bot.nudges import Nudge


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (
        Button("ask:new", context.words.line("ask.menu.new")),
        Button("ask:open", context.words.line("ask.menu.open")),
    )


FEATURE = Feature(
    name="ask",
    comes_last=True,
    menu=menu,
    routes=(
        command("ask", "", handlers.open_form, answer=Answer.FORM),
        command("ask", "*", handlers.ask_privately, answer=Answer.PRIVATE, argument="your question"),
        command("ask", "open", open_questions.list_open, answer=Answer.PRIVATE),
        command("ask", "offers", handlers.choose_offers, answer=Answer.PRIVATE, argument="on or off"),
        command("ask", "languages", handlers.choose_languages, answer=Answer.PRIVATE, argument="de, en"),
        command("ask", "sure", handlers.choose_sure, answer=Answer.PRIVATE, argument="1 to 9 (in 10)"),
        shortcut("who", handlers.who_knows, answer=Answer.PRIVATE),
        on(MessagePosted, handlers.ask_by_mention, rules.is_question_to_bot, exclusive=True),
        on(MessagePosted, handlers.offer_quietly, rules.may_be_question, nudge=Nudge.OFFERS),
        on(ReactionAdded, open_questions.solved_by_reaction, rules.is_solved_reaction),
        button("new", handlers.open_form, answer=Answer.FORM),
        button("open", open_questions.list_open, answer=Answer.PRIVATE),
        button("see", handlers.see_offer, answer=Answer.REPLACE),
        button("nooffers", handlers.stop_offers, answer=Answer.REPLACE),
        button("notnow", handlers.not_now, answer=Answer.REPLACE),
        button("notasked", handlers.not_what_i_asked, answer=Answer.PRIVATE),
        button("put", open_questions.put_question, answer=Answer.REPLACE),
        button("solved", open_questions.solved, answer=Answer.PRIVATE),
        button("solvedby", open_questions.solved_by, answer=Answer.REPLACE),
        button("pass", notices.pass_on, answer=Answer.REPLACE),
        button("nomore", notices.no_more, answer=Answer.REPLACE),
        form("ask", handlers.form_sent),
        notice("peer", notices.write_peer, nudge=Nudge.QUESTIONS),
        notice("answered", notices.write_answered, asked_for="answering the question"),
    ),
)

"""In from the edge, at one's own pace: for whoever is new, for those who show them round, for those who answer them.

Somebody becomes a member by small, real parts of the practice, beside somebody. So there is one message on the first
day, and then an invitation now and then, chosen by what they did: listen in, say whether a tip holds where they are,
ask what nobody wrote down, meet a companion, tell one, welcome the next. Each can be put off, all can be stopped, and
what somebody did by themself is never asked for. First words in a room that nobody answers are brought to a peer.
"""

from adapters.port import Answer, Button, MemberJoined, MessagePosted, ReactionAdded
from bot.feature import Context, Feature, button, command, form, job, notice, on
from bot.features.welcome import companions, first_words, handlers, jobs, rules
from bot.nudges import Nudge
from bot.times import HOURLY


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (Button("welcome:way", context.words.line("welcome.menu.way")),)


FEATURE = Feature(
    name="welcome",
    menu=menu,
    routes=(
        on(MemberJoined, handlers.joined),
        notice("hello", jobs.write_hello, nudge=Nudge.STEPS),
        button("introduce", handlers.introduce, answer=Answer.FORM),
        form("introduce", handlers.introduced),
        job("look", HOURLY, jobs.look),
        notice("step", jobs.write_step, nudge=Nudge.STEPS),
        button("done", handlers.done, answer=Answer.REPLACE),
        button("later", handlers.later, answer=Answer.REPLACE),
        button("stop", handlers.stop, answer=Answer.REPLACE),
        button("goon", handlers.go_on, answer=Answer.REPLACE),
        command("tacit", "welcome", handlers.show_way, answer=Answer.PRIVATE),
        button("way", handlers.show_way, answer=Answer.PRIVATE),
        command("tacit", "welcomes", handlers.choose_welcomes, answer=Answer.PRIVATE, argument="on or off"),
        on(MessagePosted, first_words.hear, rules.is_in_room),
        on(ReactionAdded, first_words.see, rules.is_on_first_words),
        job("bring", HOURLY, first_words.bring),
        notice("alone", first_words.write_alone, nudge=Nudge.NEWCOMERS),
        button("password", first_words.pass_word, answer=Answer.REPLACE),
        button("nonewcomers", first_words.no_newcomers, answer=Answer.REPLACE),
        notice("left_alone", first_words.write_left_alone, nudge=Nudge.NEWCOMERS),
        button("seento", first_words.seen_to, answer=Answer.PRIVATE),
        button("meet", companions.meet, answer=Answer.PRIVATE),
        button("another", companions.another, answer=Answer.REPLACE),
        notice("request", companions.write_request, nudge=Nudge.COMPANIONS),
        button("agree", companions.agree, answer=Answer.REPLACE),
        button("decline", companions.decline, answer=Answer.REPLACE),
        notice("together", companions.write_together, asked_for="both wanting to talk"),
        notice("agreed", companions.write_agreed, asked_for="asking to be shown round"),
        notice("away", companions.write_away, asked_for="asking to be shown round"),
        on(MessagePosted, companions.spoke, rules.is_between_two),
        button("end", companions.end, answer=Answer.REPLACE),
        notice("over", companions.write_over, nudge=Nudge.COMPANIONS),
        notice("guide", companions.write_guide, nudge=Nudge.NEWCOMERS),
        button("guide", companions.answer_guide, answer=Answer.REPLACE),
        job("pairs", HOURLY, companions.look_after),
    ),
)

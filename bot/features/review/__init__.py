"""What needs a look, for the core group: one message, the most useful first, each settled in place.

Newcomers left alone, questions that nobody answered, drafts whose authors said nothing, tips that need a look, tips
that say the same, problems that several ran into; then how newcomers find their way in. Whatever is done stands in the
audit trail and can be undone where that is possible. Somebody is named only where that helps them, a draft's words are
never shown, and no number of fewer than five people is.
"""

from adapters.port import Answer
from bot.feature import Feature, button, command, notice
from bot.features.review import acts, handlers, notices, undoing
from bot.features.review.handlers import settling

FEATURE = Feature(
    name="review",
    routes=(
        command("review", "", handlers.show_review, answer=Answer.PRIVATE),
        button("more", handlers.show_review, answer=Answer.REPLACE),
        button("seento", settling(acts.seen_to), answer=Answer.REPLACE),
        button("rest", settling(acts.let_rest), answer=Answer.REPLACE),
        notice("rested", notices.write_rested, asked_for="asking the others"),
        button("askagain", settling(acts.ask_again), answer=Answer.REPLACE),
        button("askmore", settling(acts.ask_once_more), answer=Answer.REPLACE),
        button("letgo", settling(acts.let_go), answer=Answer.REPLACE),
        button("holds", settling(acts.still_holds), answer=Answer.REPLACE),
        button("retire", settling(acts.retire), answer=Answer.REPLACE),
        button("merge", settling(acts.merge), answer=Answer.REPLACE),
        button("notsame", settling(acts.not_same), answer=Answer.REPLACE),
        button("notnow", settling(acts.leave), answer=Answer.REPLACE),
        button("undo", settling(undoing.undo), answer=Answer.REPLACE),
    ),
)

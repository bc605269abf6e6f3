"""What needs a look, for the core group: who was left alone, and how newcomers find their way in.

Somebody is named only where that helps them. Everything else is a number, and none of fewer than five people.
"""

from adapters.port import Answer
from bot.feature import Feature, command
from bot.features.review import handlers

FEATURE = Feature(name="review", routes=(command("review", "", handlers.show_review, answer=Answer.PRIVATE),))

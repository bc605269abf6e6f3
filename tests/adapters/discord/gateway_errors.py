"""What Discord answers to what it does not take. Source: Discord, discord-api-docs, *Opcodes and status codes*."""

from typing import Any

Problem = tuple[int, int, str]
"""HTTP status, Discord's code, its words."""

UNAUTHORIZED: Problem = (401, 0, "401: Unauthorized")
NOT_FOUND: Problem = (404, 0, "404: Not Found")
UNKNOWN_CHANNEL: Problem = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD: Problem = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER: Problem = (404, 10007, "Unknown Member")
UNKNOWN_MESSAGE: Problem = (404, 10008, "Unknown Message")
UNKNOWN_USER: Problem = (404, 10013, "Unknown User")
UNKNOWN_EMOJI: Problem = (400, 10014, "Unknown Emoji")
UNKNOWN_WEBHOOK: Problem = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION: Problem = (404, 10062, "Unknown interaction")
UNKNOWN_EVENT: Problem = (404, 10070, "Unknown Guild Scheduled Event")
ALREADY_ANSWERED: Problem = (400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS: Problem = (403, 50001, "Missing Access")
NOT_ITS_OWN: Problem = (403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE: Problem = (400, 50006, "Cannot send an empty message")
CLOSED_TO_IT: Problem = (403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS: Problem = (403, 50013, "Missing Permissions")
WRONG_CHANNEL_TYPE: Problem = (400, 50024, "Cannot execute action on this channel type")
INVALID_TOKEN: Problem = (401, 50027, "Invalid Webhook Token")
INVALID_BODY: Problem = (400, 50035, "Invalid Form Body")
ARCHIVED: Problem = (400, 50083, "Thread is archived")
NOTHING_IN_COMMON: Problem = (403, 50278, "Cannot send messages to this user due to having no mutual guilds")
HAS_THREAD: Problem = (400, 160004, "A thread has already been created for this message")
LOCKED: Problem = (403, 160005, "Thread is locked")


class Refusal(Exception):
    """Discord does not take a request.

    Args:
        problem: what it answers.
        details: more of the answer.
    """

    def __init__(self, problem: Problem, **details: Any) -> None:
        self.status, self.code, self.says = problem
        self.details = details
        super().__init__(f"{self.status} {self.code} {self.says}")

    @property
    def body(self) -> dict[str, Any]:
        """What stands in the answer."""
        return {"message": self.says, "code": self.code, **self.details}

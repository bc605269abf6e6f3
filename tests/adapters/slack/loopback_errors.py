"""How the loopback says no."""

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's error code; `malformed` means that no app should have asked so."""

    def __init__(self, code: str, detail: str = "", *, malformed: bool = False, **more: Any) -> None:
        super().__init__(code)
        self.code, self.detail, self.malformed, self.more = code, detail, malformed, more

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.code, **self.more}

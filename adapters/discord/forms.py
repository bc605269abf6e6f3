"""Forms that were opened, for the way back: Discord closes a form when it is sent, whatever is wrong with it."""

from collections import OrderedDict

from adapters.discord import outbound
from adapters.port import Button, FieldErrors, Form, FormSubmitted, Message, Section, escape, limits, plain
from adapters.port.surface import route_of

KEPT = 500
AGAIN = "discord:again"
"""The route of the button that opens a form again; the bot hears of it only where that form is known no more."""


class Forms:
    """Forms by who they were opened for."""

    def __init__(self) -> None:
        self._opened: OrderedDict[tuple[str, str], Form] = OrderedDict()
        self._sent: OrderedDict[str, tuple[str, Form]] = OrderedDict()

    def note(self, user: int, form: Form) -> None:
        """Keeps a form that was opened for somebody."""
        self._opened[str(user), form.id] = form
        while len(self._opened) > KEPT:
            self._opened.popitem(last=False)

    def mend(self, event: FormSubmitted, returned: FieldErrors) -> Message:
        """What to mend in a form that was sent, and the way back to it as it was filled in."""
        form = self._opened.get((event.who.id, event.form))
        labels = {field.name: field.label for field in form.fields} if form else {}
        lines = [f"**{escape(labels.get(name, name))}**: {escape(why)}" for name, why in returned.errors.items()]
        buttons = []
        if form is not None:
            self._sent[event.trigger.token] = (event.who.id, outbound.filled(form, event.values))
            buttons = [Button(f"{AGAIN}:{event.trigger.token}", form.title)]
            while len(self._sent) > KEPT:
                self._sent.popitem(last=False)
        words = "\n".join(lines)
        return Message(plain(words)[: limits.SUMMARY - 1], [Section(words, buttons=buttons)])

    def again(self, button: str, user: int) -> Form | None:
        """Gives the form that a way back leads to, as it was filled in; None for any other button."""
        if route_of(button) != AGAIN:
            return None
        owner, form = self._sent.get(button.removeprefix(f"{AGAIN}:"), ("", None))
        return form if owner == str(user) else None

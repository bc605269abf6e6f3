"""Interactions: how they may be answered, how long, and what comes of it.

Source: Discord, discord-api-docs, *Receiving and responding*.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import gateway_deeds as deeds
import gateway_errors as errors
from gateway_calls import Call
from gateway_errors import Refusal
from gateway_shapes import new_id
from gateway_world import APPLICATION, BOT, World
from gateway_writing import content_of

Json = dict[str, Any]
FIRST_SECONDS, TOKEN_SECONDS = 3.0, 15 * 60.0
COMMAND, PRESS, TYPING, SUBMIT = 2, 3, 4, 5
SAY, PUT_OFF, PUT_OFF_CHANGE, CHANGE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FITTING = {
    COMMAND: (SAY, PUT_OFF, MODAL),
    PRESS: (SAY, PUT_OFF, PUT_OFF_CHANGE, CHANGE, MODAL),
    TYPING: (CHOICES,),
    SUBMIT: (SAY, PUT_OFF, PUT_OFF_CHANGE, CHANGE),
}
"""Kind of interaction -> the answers that it takes."""


@dataclass
class Interaction:
    """One deed that the bot answers.

    Attributes:
        message: whose button was pressed.
        answered: the type of the first answer; 0 before.
        original: the id of the message that the first answer wrote or changed.
        answers: messages in answer, in order.
        modal: the form that was opened.
        choices: what was suggested.
    """

    id: str
    token: str
    kind: int
    channel: Json
    user: str
    message: Json | None = None
    began: float = field(default_factory=time.monotonic)
    answered: int = 0
    original: str = ""
    answers: list[Json] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer was promised that is not there yet."""
        return any(each["flags"] & deeds.LOADING for each in self.answers)


class Interactions:
    """All interactions, by id and by token."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Interaction] = {}

    def begin(self, kind: int, channel: Json, user: str, message: Json | None = None) -> Interaction:
        """Begins one."""
        id = new_id()
        made = Interaction(id, f"token-{id}", kind, channel, user, message)
        self.known[id] = self.known[made.token] = made
        return made

    def answer(self, call: Call) -> Json | None:
        """Takes the first answer."""
        found = self.known.get(call.ids[0])
        if found is None or found.token != call.ids[1] or time.monotonic() - found.began > FIRST_SECONDS:
            raise Refusal(errors.UNKNOWN_INTERACTION)
        if found.answered:
            raise Refusal(errors.ALREADY_ANSWERED)
        type = call.data["type"]
        if type not in FITTING[found.kind] or (type in (CHANGE, PUT_OFF_CHANGE) and not found.message):
            raise Refusal(errors.INVALID_BODY)
        self._do(found, type, Call(call.method, call.path, body=call.data.get("data") or {}, files=call.files))
        found.answered = type
        return self._with_response(found) if call.query.get("with_response") in ("1", "true", "True") else None

    def _do(self, found: Interaction, type: int, given: Call) -> None:
        match type:
            case 4:
                found.original = self._say(found, given)["id"]
            case 5:
                flags = given.data.get("flags", 0) & deeds.ONLY | deeds.LOADING
                found.original = self._write(found, {"content": "", "flags": flags})["id"]
            case 6:
                found.original = (found.message or {})["id"]
            case 7:
                assert found.message is not None
                found.original = found.message["id"]
                self._change(found.message, given.data)
            case 8:
                found.choices = given.data["choices"]
            case 9:
                found.modal = given.data

    def follow(self, call: Call) -> Json:
        """Writes a further message; after a promise the first one takes the promised place."""
        found = self._by_token(call)
        if found.answered == PUT_OFF and found.is_waiting:
            return self.change_original(call)
        return deeds.shown(self._say(found, call))

    def get_original(self, call: Call) -> Json:
        """Reads the first answer."""
        return deeds.shown(self._original(self._by_token(call)))

    def change_original(self, call: Call) -> Json:
        """Changes the first answer, or keeps what was promised."""
        message = self._original(self._by_token(call))
        message["flags"] &= ~deeds.LOADING
        self._change(message, call.data)
        return deeds.shown(message)

    def remove_original(self, call: Call) -> None:
        """Deletes the first answer."""
        found = self._by_token(call)
        message = self._original(found)
        found.answers = [each for each in found.answers if each is not message]
        deeds.delete(self.world, message)

    def change(self, call: Call) -> Json:
        """Changes a further message."""
        message = self.world.message(self._by_token(call).channel["id"], call.ids[2])
        self._change(message, call.data)
        return deeds.shown(message)

    def remove(self, call: Call) -> None:
        """Deletes a further message."""
        deeds.delete(self.world, self.world.message(self._by_token(call).channel["id"], call.ids[2]))

    def _by_token(self, call: Call) -> Interaction:
        found = self.known.get(call.ids[1])
        if found is None or call.ids[0] != APPLICATION or not found.answered:
            raise Refusal(errors.UNKNOWN_WEBHOOK)
        if time.monotonic() - found.began > TOKEN_SECONDS:
            raise Refusal(errors.INVALID_TOKEN)
        return found

    def _original(self, found: Interaction) -> Json:
        if not found.original:
            raise Refusal(errors.UNKNOWN_MESSAGE)
        return self.world.message(found.channel["id"], found.original)

    def _say(self, found: Interaction, given: Call) -> Json:
        return self._write(found, content_of(given, self.world, found.channel))

    def _write(self, found: Interaction, content: Json) -> Json:
        about = {"id": found.id, "type": found.kind, "user": self.world.users[found.user]}
        more = {"interaction_metadata": about, "application_id": APPLICATION, "webhook_id": APPLICATION}
        made = deeds.post(self.world, found.channel, BOT, **{**content, **more})
        found.answers.append(made)
        return made

    def _change(self, message: Json, data: Json) -> None:
        changes: Json = {name: data[name] or [] for name in ("embeds", "components") if name in data}
        if "content" in data:
            changes["content"] = data["content"] or ""
        if data.get("flags"):
            message["flags"] |= data["flags"]
        deeds.edit(self.world, message, **changes)

    def _with_response(self, found: Interaction) -> Json:
        told: Json = {"id": found.id, "type": found.kind}
        if not found.original:
            return {"interaction": told}
        message = self._original(found)
        is_waiting = bool(message["flags"] & deeds.LOADING)
        told |= {"response_message_id": message["id"], "response_message_loading": is_waiting}
        told |= {"response_message_ephemeral": bool(message["flags"] & deeds.ONLY)}
        return {"interaction": told, "resource": {"type": found.answered or SAY, "message": deeds.shown(message)}}


HOOK, ONE = "/webhooks/{}/{}", "/webhooks/{}/{}/messages/{}"
ROUTES = {
    "POST /interactions/{}/{}/callback": Interactions.answer,
    f"POST {HOOK}": Interactions.follow,
    f"GET {HOOK}/messages/@original": Interactions.get_original,
    f"PATCH {HOOK}/messages/@original": Interactions.change_original,
    f"DELETE {HOOK}/messages/@original": Interactions.remove_original,
    f"PATCH {ONE}": Interactions.change,
    f"DELETE {ONE}": Interactions.remove,
}

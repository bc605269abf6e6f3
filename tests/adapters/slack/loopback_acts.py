"""What people do to the bot itself: commands, message actions, buttons and forms."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import loopback_reading as reading
from loopback_composer import escaped
from loopback_delivery import NotAcked
from loopback_errors import SlackError
from loopback_eyes import PeopleEyes, Settle
from loopback_payloads import channel_name, interaction, message_json, view_json
from loopback_responses import answer
from loopback_slack import LoopbackSlack
from loopback_states import Value, entered_state, inputs, problem
from loopback_views import replace_content, stack_view
from loopback_world import APP, SLACKBOT, TEAM, Conversation, Note, View

from adapters.port import FieldErrors, Surface
from adapters.room import NotPossible

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


class Acts(PeopleEyes):
    """Interactions. Set `surface` to have only the bot's own commands and actions offered.

    Attributes:
        escapes_commands: whether `&`, `<` and `>` in the text of a command arrive as entities.
    """

    def __init__(self, slack: LoopbackSlack, settle: Settle) -> None:
        super().__init__(slack, settle)
        self.surface: Surface | None = None
        self.escapes_commands = True
        self._hooks: list[Any] = []

    async def finish(self) -> None:
        """Waits until all events are acknowledged and the bot has done what it was given."""
        while True:
            await self.slack.deliveries.quiet()
            await self._settle()
            if self.slack.deliveries.is_quiet:
                return

    async def use_command(self, who: str, channel: str, line: str, thread: str = "") -> None:
        """Uses a slash command, such as `/tip Warm the gel first`.

        Raises:
            NotPossible: the channel is not theirs, there is no such command, or it is used in a thread.
        """
        user, place = self._inside(who, channel)
        name, text = self._command(line, thread)
        url = self.slack.interactions.response_url(user, place.id)
        payload = {
            "token": self.slack.verification_token,
            "team_id": TEAM,
            "team_domain": "loopback",
            "channel_id": place.id,
            "channel_name": channel_name(place),
            "user_id": user,
            "user_name": self.world.handle(user),
            "command": name,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": f"{self.slack.url}/response/{url}",
            "trigger_id": self.slack.interactions.trigger(user, place.id),
        }
        try:
            said = await self.slack.deliveries.interaction("slash_commands", payload)
        except NotAcked:
            failed = f'{name} failed with the error "operation_timeout"'
            self.slack.write(self.slack.new_note(place.id, SLACKBOT, failed, only=user))
        else:
            self._answered(url, said)
        await self.finish()

    async def use_shortcut(self, who: str, message: str, shortcut: str) -> None:
        """Chooses a message action by its callback id.

        Raises:
            NotPossible: the message is gone or only theirs to see, or there is no such action.
        """
        note, user = self._visible(who, message), self._member(who)
        offered = [action.id for action in self.surface.shortcuts] if self.surface else [shortcut]
        if note.only or shortcut not in offered:
            raise NotPossible("There is no such action.")
        payload = {
            **interaction(self.world, "message_action", user, self.slack.verification_token),
            "action_ts": self.world.next_ts(),
            "callback_id": shortcut,
            "trigger_id": self.slack.interactions.trigger(user, note.channel),
            "channel": self._channel_part(note.channel),
            "message_ts": note.ts,
            "message": message_json(self.world, note),
            "response_url": self._response_url(user, note.channel, ""),
        }
        await self._interact(payload)

    async def press(self, who: str, message: str, button: str) -> None:
        """Presses a button of a message, by its action id or its value, one that opens an address too.

        Raises:
            AssertionError: this person does not see the message, or the button is not there.
        """
        user, note = self._member(who), self.world.messages.get(message)
        assert note and self.world.visible(note, user), f"{who} does not see the message {message}"
        action = self._action(note.blocks, button)
        place = {"channel": self._channel_part(note.channel), "container": self._container(note)}
        seen = {} if note.only else {"message": message_json(self.world, note)}
        url = self._response_url(user, note.channel, note.ts)
        await self._act(user, action, {**place, **seen, "response_url": url}, note.channel)

    async def press_home(self, who: str, button: str) -> None:
        """Presses a button on somebody's home tab.

        Raises:
            AssertionError: there is no such button.
        """
        user = self._member(who)
        view = self.world.homes.get(user)
        assert view, f"{who} has no home"
        action = self._action(view.content["blocks"], button)
        await self._act(user, action, {"container": {"type": "view", "view_id": view.id}, "view": view_json(view)}, "")

    async def submit(self, who: str, opening: str, values: Mapping[str, Value]) -> FieldErrors | None:
        """Sends the modal that stands open in front of `who`.

        Args:
            who: a person.
            opening: the id of the open form.
            values: field name -> what was entered; what is left out stays as it stood.

        Returns:
            What is to be mended, in which case the modal stays open; None where it was taken.

        Raises:
            NotPossible: that form is not open any more.
            ValueError: `values` names a field that the form has not.
        """
        view = self._view(who)
        if view is None or view.id != opening:
            raise NotPossible("That form is no longer open.")
        blocks = {block["block_id"]: block for block in inputs(view.content["blocks"])}
        self._enter(view, blocks, values)
        problems = {name: problem(block, self._state(view, name)) for name, block in blocks.items()}
        view.errors = {name: sentence for name, sentence in problems.items() if sentence}
        if not view.errors:
            await self._send(view)
            await self.finish()
        return FieldErrors(dict(view.errors)) if view.errors else None

    def close_form(self, who: str) -> None:
        """Closes the modal in front of `who` without sending it."""
        if stack := self.world.modals.get(self.user(who)):
            stack.pop()

    def _enter(self, view: View, blocks: Mapping[str, Json], values: Mapping[str, Value]) -> None:
        if unknown := set(values) - set(blocks):
            raise ValueError(f"the form has no field {sorted(unknown)[0]!r}")
        for name, value in values.items():
            element = blocks[name]["element"]
            if "users_select" in element["type"]:
                ids = (value,) if isinstance(value, str) else value
                value = tuple(self._member(id) for id in ids if id)
            view.entered[name] = {element["action_id"]: entered_state(element, value)}

    async def _send(self, view: View) -> None:
        payload = {
            **interaction(self.world, "view_submission", view.user, self.slack.verification_token),
            "trigger_id": self.slack.interactions.trigger(view.user),
            "view": view_json(view),
            "response_urls": [],
        }
        try:
            said = await self.slack.deliveries.interaction("interactive", payload)
        except NotAcked:
            view.errors = {"": TROUBLE}
        else:
            self._submitted(view, said or {})

    def _submitted(self, view: View, said: Json) -> None:
        stack = self.world.modals.get(view.user, [])
        action = said.get("response_action")
        try:
            if action == "errors":
                self._take_errors(view, said.get("errors"))
            elif action == "update":
                replace_content(self.slack, view, said.get("view"))
            elif action == "push":
                stack_view(self.slack, view.user, said.get("view"))
            elif action == "clear":
                stack.clear()
            elif view in stack:
                stack.remove(view)
        except SlackError as error:
            self.slack.violations.append(f"view_submission: {error.code} {error.detail}")
        if action not in (None, "errors", "update", "push", "clear"):
            self.slack.violations.append(f"view_submission: no such response_action {action!r}")

    def _take_errors(self, view: View, errors: Any) -> None:
        known = {block["block_id"] for block in inputs(view.content["blocks"])}
        if not isinstance(errors, dict) or not errors or not set(errors) <= known or not all(errors.values()):
            raise SlackError("invalid_errors", str(errors))
        view.errors = dict(errors)

    async def _act(self, user: str, action: Json, around: Json, channel: str) -> None:
        await self._interact(
            {
                **interaction(self.world, "block_actions", user, self.slack.verification_token),
                "trigger_id": self.slack.interactions.trigger(user, channel),
                **around,
                "state": {"values": {}},
                "actions": [{**action, "action_ts": self.world.next_ts()}],
            }
        )

    async def _interact(self, payload: Json) -> None:
        with suppress(NotAcked):  # it stands in `failures`; a person sees a warning sign beside the button
            await self.slack.deliveries.interaction("interactive", payload)
        await self.finish()

    def _answered(self, url: str, said: Any) -> None:
        if not said:
            return
        try:
            answer(self.slack, self.slack.interactions.response_urls[url], said)
        except SlackError as error:
            self.slack.violations.append(f"answer to a command: {error.code} {error.detail}")

    def _action(self, blocks: list[Json], button: str) -> Json:
        found = [each for each in reading.buttons(blocks) if each.id == button]
        found = found or [each for each in reading.buttons(blocks) if each.value and each.value == button]
        assert found, f"there is no button {button!r}"
        pressed = found[0]
        element = next(
            element
            for block in blocks
            if block["block_id"] == pressed.block_id
            for element in reading.elements(block)
            if element.get("action_id") == pressed.id
        )
        kept = {key: value for key, value in element.items() if key in ("value", "style", "text", "type", "url")}
        return {"action_id": pressed.id, "block_id": pressed.block_id, **kept}

    def _container(self, note: Note) -> Json:
        thread = {"thread_ts": note.thread_ts} if note.thread_ts else {}
        place = {"type": "message", "message_ts": note.ts, "channel_id": note.channel}
        return {**place, "is_ephemeral": bool(note.only), **thread}

    def _channel_part(self, channel: str) -> Json:
        return {"id": channel, "name": channel_name(self.world.conversations[channel])}

    def _home_part(self, user: str, tab: str) -> Json:
        view = self.world.homes.get(user)
        return {"view": view_json(view)} if view and tab == "home" else {}

    def _response_url(self, user: str, channel: str, original: str) -> str:
        return f"{self.slack.url}/response/{self.slack.interactions.response_url(user, channel, original)}"

    def _state(self, view: View, name: str) -> Json:
        return dict(next(iter(view.entered[name].values())))

    def _command(self, line: str, thread: str) -> tuple[str, str]:
        name, _, text = line.strip().partition(" ")
        known = {f"/{command.name}" for command in self.surface.commands} if self.surface else {name}
        if not name.startswith("/") or name not in known or "commands" not in self.slack.scopes:
            raise NotPossible(f"{name} is not a valid command.")
        if thread:
            raise NotPossible(f"{name} is not supported in threads. Sorry!")
        return name, escaped(text.strip()) if self.escapes_commands else text.strip()

    def _inside(self, who: str, channel: str) -> tuple[str, Conversation]:
        user, place = self._member(who), self.world.conversations.get(self.channel(channel))
        if place is None or user not in place.members or place.archived:
            raise NotPossible("That room is not there, or not yours to enter.")
        return user, place

    def _tell_member(self, kind: str, place: Conversation, user: str) -> None:
        letter = "C" if place.kind == "channel" else "G"
        event = {"type": kind, "user": user, "channel": place.id, "channel_type": letter, "team": TEAM}
        self.slack.tell(event | {"event_ts": self.world.next_ts()}, self.slack.scope_of(place, "read"))

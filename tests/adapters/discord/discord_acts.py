"""What people do to the bot itself: commands, message commands, buttons and modals."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import discord_forms as forms
from discord_eyes import PeopleEyes
from discord_forms import Value
from discord_server import DiscordServer
from simcord import BackendError, ChannelHandle, InteractionResult, MemberActor, ResponseMessage, SetupError, UserHandle
from simcord.actors import _dispatch_actor_interaction, _resolve_visible_command
from simcord.backend import serializers
from simcord.backend.models import Channel, Message
from simcord.enums import AppCommandType, InteractionType

from adapters.discord.forms import AGAIN
from adapters.discord.whose import without_mark
from adapters.port import FieldErrors, Form, Option, Surface
from adapters.room import NotPossible

NAME_CHARACTERS = 32
Actor = MemberActor | UserHandle
Json = dict[str, Any]


class Acts(PeopleEyes):
    """Interactions. Set `surface` to have message commands found by the ids of shortcuts."""

    def __init__(self, server: DiscordServer) -> None:
        super().__init__(server)
        self.surface: Surface | None = None

    async def finish(self) -> None:
        """Waits until the bot has done what it was given."""
        await self.server.finish()

    async def use_command(self, who: str, channel: str, line: str, thread: str = "") -> None:
        """Uses a slash command, such as `/tip Warm the gel first`; what follows the name fills its text option.

        Raises:
            NotPossible: the channel is not theirs, there is no such command there, or it takes no text.
        """
        user, place = self._inside(who, thread or channel)
        name, text = _split(line)
        with _as_person():
            option = self._text_option(user, place, name)
            if text and option is None:
                raise NotPossible(f"/{name} takes nothing more.")
            values = {option["name"]: text} if text and option else {}
            actor, handle = self._actor(user, place), self._handle(place)
            await (
                actor.slash(handle, name, **values) if isinstance(actor, MemberActor) else actor.slash(name, **values)
            )

    async def type_command(self, who: str, channel: str, line: str) -> Sequence[Option]:
        """Types a slash command without sending it; gives what is suggested.

        Raises:
            NotPossible: the channel is not theirs, or there is no such command there.
        """
        user, place = self._inside(who, channel)
        name, text = _split(line)
        with _as_person():
            option = self._text_option(user, place, name)
            if option is None or not option.get("autocomplete"):
                return ()
            actor, handle, ask = self._actor(user, place), self._handle(place), (name, option["name"], text)
            choices = await (
                actor.autocomplete(handle, *ask) if isinstance(actor, MemberActor) else actor.autocomplete(*ask)
            )
        return tuple(Option(str(each["value"]), each["name"]) for each in choices)

    async def use_shortcut(self, who: str, message: str, shortcut: str) -> None:
        """Chooses a message command, by its shortcut's id or its name.

        Raises:
            NotPossible: the message is gone or only theirs to see, or there is no such command there.
        """
        note, user = self._visible(who, message), self._member(who)
        if note.is_ephemeral:
            raise NotPossible("There is no such action.")
        place, name = self.world.channels[note.channel_id], self._label(shortcut)
        with _as_person():
            actor = self._actor(user, place)
            root = _resolve_visible_command(actor, place.id, name, AppCommandType.MESSAGE)
            seen = dict(serializers.message_payload(self.world, note))
            about: Json = {"target_id": str(note.id), "resolved": {"messages": {str(note.id): seen}}}
            data = {"id": root["id"], "name": root["name"], "type": AppCommandType.MESSAGE, **about}
            kind = InteractionType.APPLICATION_COMMAND
            await _dispatch_actor_interaction(actor, kind, self._handle(place), data)

    async def press(self, who: str, message: str, button: str) -> None:
        """Presses a button of a message, by its id.

        Raises:
            AssertionError: this person does not see the message, or the button is not there or cannot be pressed.
        """
        user, note = self._member(who), self.world.find_message(int(message))
        assert note and self._sees(user, note), f"{who} does not see the message {message}"
        whole = [id for id in self.button_ids(message) if button in (id, without_mark(id)[0])]
        assert whole, f"there is no button {button!r}"
        actor = self._actor(user, self.world.channels[note.channel_id])
        await actor.click(self._shown(note), custom_id=whole[0])

    async def submit(self, who: str, opening: str, values: Mapping[str, Value]) -> FieldErrors | None:
        """Sends the modal that stands open in front of `who`; then it is gone, whatever the bot says.

        Args:
            who: a person.
            opening: the id of the open form.
            values: field name -> what was entered; what is left out stays as it stood.

        Returns:
            What Discord itself wants mended, in which case the modal stays open; None where it was sent.

        Raises:
            NotPossible: that form is not open any more.
            ValueError: `values` names a field that the form has not.
        """
        opened = self.open_form_of(who)
        if opened is None or opened.id != opening:
            raise NotPossible("That form is no longer open.")
        controls = {name: control for name, (control, _) in forms.entries(opened.modal).items()}
        if unknown := set(values) - set(controls):
            raise ValueError(f"the form has no field {sorted(unknown)[0]!r}")
        entered = {name: values.get(name, forms.standing(control)) for name, control in controls.items()}
        problems = {name: forms.problem(controls[name], value) for name, value in entered.items()}
        self._errors[opening] = {name: sentence for name, sentence in problems.items() if sentence}
        if self._errors[opening]:
            return FieldErrors(dict(self._errors[opening]))
        await self._send(opening, {each["custom_id"]: (each, entered[name]) for name, each in controls.items()})
        return await self._way_back(who, opened.form)

    async def _way_back(self, who: str, form: Form) -> FieldErrors | None:
        """What the bot wants mended, after it offered the form once more and the person took it."""
        newest = self.messages_seen_by(who)[-1:]
        again = [id for id, _ in self.buttons_of(newest[0].id) if id.startswith(AGAIN)] if newest else []
        if not again:
            return None
        words = self.words_of(newest[0].id)
        await self.press(who, newest[0].id, again[0])
        wrong = {field.name: words for field in form.fields if f"{field.label}: " in words}
        return FieldErrors(wrong)

    def close_form(self, who: str) -> None:
        """Closes the modal in front of `who` without sending it."""
        if record := self._opened(self.user(who)):
            self._away.add(record.id)

    async def _send(self, opening: str, entered: Mapping[str, tuple[Json, Value]]) -> None:
        record = self.world.interactions[int(opening)]
        actor = self._actor(record.user_id, self.world.channels[record.channel_id])
        values = {id: self._entry(control, value, record.channel_id) for id, (control, value) in entered.items()}
        with _as_person():
            await actor.submit_modal(InteractionResult(self.server.env, record), values)

    def _entry(self, control: Json, value: Value, channel: int) -> Any:
        if control["type"] == 4:
            return value if isinstance(value, str) else "\n".join(value)
        if control["type"] == 3:
            return list(forms.parts(value))
        return [self._actor(self._member(each), self.world.channels[channel]) for each in forms.parts(value)]

    def _text_option(self, user: int, place: Channel, name: str) -> Json | None:
        root = _resolve_visible_command(self._actor(user, place), place.id, name, AppCommandType.CHAT_INPUT)
        return next((each for each in root.get("options") or () if each["type"] == 3), None)

    def _label(self, shortcut: str) -> str:
        known = self.surface.shortcuts if self.surface else ()
        return next((each.label[:NAME_CHARACTERS] for each in known if each.id == shortcut), shortcut)

    def _actor(self, user: int, place: Channel) -> Actor:
        handle = UserHandle(self.server.env, self.world.users[user])
        return handle if place.guild_id is None else MemberActor(self.server.env, self.server.guild, handle)

    def _handle(self, place: Channel) -> ChannelHandle:
        return ChannelHandle(self.server.env, self.server.guild if place.guild_id else None, place)

    def _shown(self, note: Message) -> ResponseMessage:
        return ResponseMessage(self.server.env, note)


@contextmanager
def _as_person() -> Iterator[None]:
    """What Discord's client or servers would not let somebody do."""
    try:
        yield
    except (SetupError, BackendError) as error:
        raise NotPossible(str(error)) from error


def _split(line: str) -> tuple[str, str]:
    name, _, text = line.strip().partition(" ")
    if not name.startswith("/"):
        raise NotPossible(f"{name} is not a command.")
    return name[1:], text.strip()

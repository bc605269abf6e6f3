"""Answers interactions in time: at once where the handler is quick, with a sign of waiting where it is not.

Discord wants a first answer within three seconds, and a modal must be that first answer. So the handler goes first, and
only when it takes long is the answer put off, in the way that its route declares. Source: Discord, discord-api-docs,
*Receiving and responding*.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Sequence
from typing import Any

import discord

from adapters.discord.outbound import Layout
from adapters.port import Answer, PlatformRefused, Refused

PUT_OFF_SECONDS = 1.5
"""After this long without an answer, Discord is told that one is coming."""

ANSWERED_ALREADY = 40060
"""Discord's code for an interaction that has its first answer. Source: Discord, *Opcodes and status codes*."""

KEPT = 2_000
"""Interactions that can still be answered; Discord takes answers for fifteen minutes."""


class Interactions:
    """Interactions that came in and may still be answered, by their ids."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, discord.Interaction] = OrderedDict()
        self._put_off: set[str] = set()
        self._answered: set[str] = set()

    def note(self, interaction: discord.Interaction) -> str | None:
        """Keeps an interaction; gives the token of its trigger, or None where it came before."""
        token = str(interaction.id)
        if token in self._known:
            return None
        self._known[token] = interaction
        while len(self._known) > KEPT:
            old, _ = self._known.popitem(last=False)
            self._put_off.discard(old)
            self._answered.discard(old)
        return token

    def find(self, token: str) -> discord.Interaction | None:
        """Finds an interaction that may still be answered."""
        found = self._known.get(token)
        return None if found is None or found.is_expired() else found

    async def put_off(self, token: str, answer: Answer) -> None:
        """Tells Discord that an answer is coming, unless one was given."""
        interaction = self.find(token)
        if interaction is None or self._is_answered(interaction):
            return
        is_press = interaction.type is discord.InteractionType.component
        self._put_off.add(token)
        if answer in (Answer.REPLACE, Answer.SILENT) and is_press:
            await self._first(interaction, interaction.response.defer())
        else:
            waiting = interaction.response.defer(ephemeral=answer is not Answer.PUBLIC, thinking=True)
            await self._first(interaction, waiting)

    async def settle(self, token: str) -> None:
        """After the handler: what it left without an answer is closed quietly."""
        interaction = self.find(token)
        if interaction is None:
            return
        if not self._is_answered(interaction):
            await self.put_off(token, Answer.SILENT)
        if token in self._put_off and interaction.type is not discord.InteractionType.component:
            self._put_off.discard(token)
            await interaction.delete_original_response()

    async def answer(
        self,
        token: str,
        pages: Sequence[Layout],
        files: Sequence[discord.File],
        mentions: discord.AllowedMentions,
        *,
        only: bool,
    ) -> discord.InteractionMessage | discord.WebhookMessage | None:
        """Answers: first, in place of the sign of waiting, or as a further one. Gives the last that others see too."""
        interaction = self.find(token)
        if interaction is None:
            return None
        sent: discord.InteractionMessage | discord.WebhookMessage | None = None
        for number, page in enumerate(pages):
            attached = list(files) if number == len(pages) - 1 else []
            if not self._is_answered(interaction):
                answer = interaction.response.send_message(
                    view=page, files=attached, allowed_mentions=mentions, ephemeral=only
                )
                await self._first(interaction, answer)
                sent = None if only else await interaction.original_response()
            elif token in self._put_off:
                self._put_off.discard(token)
                sent = await interaction.edit_original_response(
                    view=page, attachments=attached, allowed_mentions=mentions
                )
            else:
                sent = await interaction.followup.send(
                    view=page, files=attached, allowed_mentions=mentions, ephemeral=only, wait=True
                )
        return sent

    async def replace(
        self, token: str, page: Layout, files: Sequence[discord.File], mentions: discord.AllowedMentions
    ) -> bool:
        """Replaces the message whose button was pressed; False where that press can no longer be answered."""
        interaction = self.find(token)
        if interaction is None or interaction.type is not discord.InteractionType.component:
            return False
        self._put_off.discard(token)
        if not self._is_answered(interaction):
            answer = interaction.response.edit_message(view=page, attachments=list(files), allowed_mentions=mentions)
            await self._first(interaction, answer)
        else:
            await interaction.edit_original_response(view=page, attachments=list(files), allowed_mentions=mentions)
        return True

    async def open(self, token: str, modal: discord.ui.Modal) -> None:
        """Opens a modal as the first answer.

        Raises:
            PlatformRefused: EXPIRED where it is too late, something was answered already, or a modal was just sent.
        """
        interaction = self.find(token)
        if (
            interaction is None
            or self._is_answered(interaction)
            or interaction.type is discord.InteractionType.modal_submit
        ):
            raise PlatformRefused(Refused.EXPIRED, "interaction")
        await self._first(interaction, interaction.response.send_modal(modal))

    def _is_answered(self, interaction: discord.Interaction) -> bool:
        return interaction.response.is_done() or str(interaction.id) in self._answered

    async def _first(self, interaction: discord.Interaction, answer: Awaitable[Any]) -> None:
        """Gives the first answer. Where Discord has one already, it is this one, from a try that seemed to fail."""
        try:
            await answer
        except discord.HTTPException as error:
            if error.code != ANSWERED_ALREADY:
                raise
            self._answered.add(str(interaction.id))

"""Answers interactions in time: at once where the handler is quick, with a sign of waiting where it is not.

Discord wants a first answer within three seconds, and a modal must be that first answer. So the handler goes first, and
only when it takes long is the answer put off, in the way that its route declares. A sign of waiting has an audience of
its own, which what comes in its place would inherit: where that is the wrong one, the sign is taken away first. Source:
Discord, discord-api-docs, *Receiving and responding*.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from enum import Enum, auto
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

Sent = discord.InteractionMessage | discord.WebhookMessage


class _Waiting(Enum):
    """Who sees that an answer is coming."""

    FOR_ONE = auto()
    FOR_ALL = auto()


class Interactions:
    """Interactions that came in and may still be answered, by their ids."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, discord.Interaction] = OrderedDict()
        self._waiting: dict[str, _Waiting] = {}
        self._answered: set[str] = set()
        self._turns: dict[str, asyncio.Lock] = {}

    def note(self, interaction: discord.Interaction) -> str | None:
        """Keeps an interaction; gives the token of its trigger, or None where it came before."""
        token = str(interaction.id)
        if token in self._known:
            return None
        self._known[token] = interaction
        self._turns[token] = asyncio.Lock()
        while len(self._known) > KEPT:
            old, _ = self._known.popitem(last=False)
            self._waiting.pop(old, None)
            self._answered.discard(old)
            del self._turns[old]
        return token

    def find(self, token: str) -> discord.Interaction | None:
        """Finds an interaction that may still be answered."""
        found = self._known.get(token)
        return None if found is None or found.is_expired() else found

    async def put_off(self, token: str, answer: Answer) -> None:
        """Tells Discord that an answer is coming, unless one was given."""
        interaction = self.find(token)
        if interaction is not None:
            async with self._turns[token]:
                await self._put_off(interaction, answer)

    async def settle(self, token: str) -> None:
        """After the handler: what it left without an answer is closed quietly."""
        interaction = self.find(token)
        if interaction is None:
            return
        async with self._turns[token]:
            await self._put_off(interaction, Answer.SILENT)
            await self._stop_waiting(interaction)

    async def answer(
        self,
        token: str,
        pages: Sequence[Layout],
        files: Sequence[discord.File],
        mentions: discord.AllowedMentions,
        *,
        only: bool,
    ) -> list[Sent] | None:
        """Answers: first, in place of the sign of waiting, or as a further one. Gives those that others see too."""
        interaction = self.find(token)
        if interaction is None:
            return None
        sent: list[Sent] = []
        async with self._turns[token]:
            for number, page in enumerate(pages):
                attached = list(files) if number == len(pages) - 1 else []
                said = await self._say(interaction, page, attached, mentions, only=only)
                sent += [said] if said is not None else []
        return sent

    async def replace(
        self, token: str, page: Layout, files: Sequence[discord.File], mentions: discord.AllowedMentions
    ) -> bool:
        """Replaces the message whose button was pressed; False where that press can no longer be answered so."""
        interaction = self.find(token)
        if interaction is None or interaction.type is not discord.InteractionType.component:
            return False
        async with self._turns[token]:
            if token in self._waiting:
                await self._stop_waiting(interaction)
                return False
            if not self._is_answered(interaction):
                done = interaction.response.edit_message(view=page, attachments=list(files), allowed_mentions=mentions)
                await self._first(interaction, done)
            else:
                await interaction.edit_original_response(view=page, attachments=list(files), allowed_mentions=mentions)
            return True

    async def open(self, token: str, modal: discord.ui.Modal) -> None:
        """Opens a modal as the first answer.

        Raises:
            PlatformRefused: EXPIRED where it is too late, something was answered already, or a modal was just sent.
        """
        interaction = self.find(token)
        if interaction is None or interaction.type is discord.InteractionType.modal_submit:
            raise PlatformRefused(Refused.EXPIRED, "interaction")
        async with self._turns[token]:
            if self._is_answered(interaction):
                raise PlatformRefused(Refused.EXPIRED, "interaction")
            await self._first(interaction, interaction.response.send_modal(modal))

    async def _say(
        self,
        interaction: discord.Interaction,
        page: Layout,
        files: list[discord.File],
        mentions: discord.AllowedMentions,
        *,
        only: bool,
    ) -> Sent | None:
        more: dict[str, Any] = {"view": page, "allowed_mentions": mentions}
        if not self._is_answered(interaction):
            await self._first(interaction, interaction.response.send_message(files=files, ephemeral=only, **more))
            return None if only else await interaction.original_response()
        audience = _Waiting.FOR_ONE if only else _Waiting.FOR_ALL
        if self._waiting.get(str(interaction.id)) is audience:
            del self._waiting[str(interaction.id)]
            return await interaction.edit_original_response(attachments=files, **more)
        await self._stop_waiting(interaction)
        return await interaction.followup.send(files=files, ephemeral=only, wait=True, **more)

    async def _put_off(self, interaction: discord.Interaction, answer: Answer) -> None:
        if self._is_answered(interaction):
            return
        is_press = interaction.type is discord.InteractionType.component
        if answer in (Answer.REPLACE, Answer.SILENT) and is_press:
            await self._first(interaction, interaction.response.defer())
            return
        is_public = answer is Answer.PUBLIC
        await self._first(interaction, interaction.response.defer(ephemeral=not is_public, thinking=True))
        self._waiting[str(interaction.id)] = _Waiting.FOR_ALL if is_public else _Waiting.FOR_ONE

    async def _stop_waiting(self, interaction: discord.Interaction) -> None:
        if self._waiting.pop(str(interaction.id), None) is not None:
            with suppress(discord.NotFound):
                await interaction.delete_original_response()

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

"""A bot of a few lines that tries the stand-in: it answers what the tests of the stand-in do."""

from typing import Any

import discord
from discord import ui


class SmallBot(discord.Client):
    """Commands `/tip` (a form, or an answer for one) and `/slow` (never answered); `Keep` on a message; a button."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = intents.members = True
        super().__init__(intents=intents)
        self.heard: list[str] = []

    async def setup_hook(self) -> None:
        text = {"type": 3, "name": "text", "description": "what", "autocomplete": True}
        commands: list[Any] = [
            {"name": "tip", "type": 1, "description": "A tip", "options": [text]},
            {"name": "slow", "type": 1, "description": "Takes long"},
            {"name": "Keep", "type": 3},
        ]
        await self.http.bulk_upsert_global_commands(self.application_id or 0, commands)

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
            return
        self.heard.append(f"said {message.content} in {type(message.channel).__name__} at {message.created_at:%d %b}")
        if message.content.startswith("Ask"):
            row = ui.ActionRow(ui.Button(custom_id="yes", label="Yes"), ui.Button(url="https://x.org", label="More"))
            view = ui.LayoutView(timeout=None)
            view.add_item(ui.TextDisplay(f"**May I**, {message.author.mention}? `*` <t:1772442000:F>"))
            view.add_item(row)
            await message.channel.send(view=view, allowed_mentions=discord.AllowedMentions(users=[message.author]))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        edited = "edited" if payload.message.edited_at else "changed"
        self.heard.append(f"{edited} {payload.message.content}")

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.heard.append(f"reaction {payload.emoji} to {payload.message_author_id}")

    async def on_member_join(self, member: discord.Member) -> None:
        self.heard.append(f"joined {member.display_name}")

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        self.heard.append(f"left {payload.user.display_name}")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        self.heard.append(f"{interaction.type.name} {data.get('name') or data.get('custom_id')}")
        match interaction.type:
            case discord.InteractionType.autocomplete:
                choice = discord.app_commands.Choice(name="Warm the gel", value="warm")
                await interaction.response.autocomplete([choice])
            case discord.InteractionType.component:
                await interaction.response.edit_message(view=_said(f"Pressed by {interaction.user.display_name}"))
            case discord.InteractionType.modal_submit:
                await interaction.response.send_message(str(_values(data)), ephemeral=True)
            case _ if data["name"] == "slow":
                await interaction.response.defer(ephemeral=True, thinking=True)
            case _ if data.get("options"):
                await interaction.response.send_message(f"Only for you: {data['options'][0]['value']}", ephemeral=True)
            case _:
                await interaction.response.send_modal(_modal())


def _said(words: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(words))
    return view


def _modal() -> ui.Modal:
    modal = ui.Modal(title="Keep a tip", custom_id="capture:save", timeout=None)
    kinds = [discord.SelectOption(label="A trick", value="trick", default=True), discord.SelectOption(label="Other")]
    entries: dict[str, ui.Item[Any]] = {
        "Name": ui.TextInput(custom_id="title", required=True, max_length=40),
        "Kind": ui.Select(custom_id="kind", options=kinds, required=False, min_values=0),
        "Who": ui.UserSelect(custom_id="who[]", required=False, min_values=0, max_values=5),
        "Until": ui.TextInput(custom_id="until", required=False, placeholder="2026-11-24"),
    }
    for label, entry in entries.items():
        modal.add_item(ui.Label(text=label, component=entry))
    return modal


def _values(data: Any) -> dict[str, Any]:
    controls = [each["component"] for each in data["components"]]
    return {each["custom_id"]: each.get("values", each.get("value")) for each in controls}

"""The narrowest limits of all platforms, in characters or pieces.

Values of the port are checked against these when they are built. Where a text may be longer than one message of a
platform holds, the adapter splits it between paragraphs.

Sources: Slack, docs.slack.dev Block Kit reference and @slack/types 3.2.0 (2026); Discord, discord/discord-api-docs
pages *Message*, *Components* and *Interactions* (2026-08).
"""

SUMMARY = 300
"""A message's summary: one line for notifications and screen readers (ours; both platforms allow 2,000)."""

MESSAGE_TEXT = 12_000
"""All that the sections of one message say. Slack: markdown text of one message."""

SECTIONS = 10
"""Sections of one message. Discord: 10 embeds."""

SECTION_TITLE = 150
"""Slack: header block text."""

SECTION_TEXT = 12_000
"""A section's text; adapters split it. Slack: markdown text of one message."""

FACTS = 10
"""Facts of a section. Slack: 10 fields."""

FACT_NAME = 256
"""Discord: embed field name."""

FACT_VALUE = 1_024
"""Discord: embed field value."""

BUTTONS = 5
"""Buttons of a section. Discord: 5 in an action row."""

SECTIONS_WITH_BUTTONS = 5
"""Discord: 5 action rows in a message."""

BUTTON_LABEL = 75
"""Slack: button text (Discord: 80)."""

BUTTON_ID = 79
"""Discord: custom_id of 100, less the id of the server that a direct message is from."""

LINK_URL = 512
"""Discord: url of a link button."""

FILES = 10
"""Discord: 10 attachments."""

FILE_BYTES = 8_000_000
"""A file's content (ours, below what every Slack and Discord plan takes)."""

ALTERNATIVE_TEXT = 1_024
"""Discord: description of an attachment."""

FORM_TITLE = 24
"""Slack: title of a view (Discord: 45)."""

FORM_SUBMIT = 24
"""Slack: label of the submit button."""

FIELDS = 5
"""Discord: components of a modal."""

FIELD_LABEL = 45
"""Discord: label of a component in a modal."""

FIELD_HINT = 100
"""Discord: description of a label, placeholder of a text input (Slack: placeholder 150)."""

FIELD_TEXT = 3_000
"""Slack: what a plain text input takes (Discord: 4,000)."""

OPTIONS = 25
"""Discord: options of a select (Slack: 100)."""

OPTION_LABEL = 75
"""Slack: option text (Discord: 100)."""

OPTION_VALUE = 100
"""Discord: option value (Slack: 150)."""

SUGGESTIONS = 25
"""Discord: choices of an autocompletion."""

COMMAND_DESCRIPTION = 100
"""Discord: description of a command."""

EVENT_TITLE = 100
"""Discord: name of a scheduled event."""

EVENT_PLACE = 100
"""Discord: location of a scheduled event."""

EVENT_DESCRIPTION = 1_000
"""Discord: description of a scheduled event."""

"""Slack: one workspace, by Socket Mode or signed HTTP, with an app of the workspace's own.

`SlackPlatform` has the verbs of the port; `README.md` says how to set it up, `manifest.py` makes the app's manifest,
`checking.py` says what to mend.
"""

from adapters.slack.checking import Finding, check
from adapters.slack.door import EVENTS_PATH
from adapters.slack.manifest import manifest, written
from adapters.slack.platform import SlackPlatform, SlackSettings

__all__ = ["EVENTS_PATH", "Finding", "SlackPlatform", "SlackSettings", "check", "manifest", "written"]

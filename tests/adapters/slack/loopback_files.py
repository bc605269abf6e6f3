"""The methods of the Web API about files."""

from typing import TYPE_CHECKING, Any

from loopback_errors import SlackError
from loopback_places import reachable
from loopback_world import BOT_USER, StoredFile

if TYPE_CHECKING:
    from loopback_slack import LoopbackSlack

Json = dict[str, Any]


def upload_url(slack: "LoopbackSlack", args: Json) -> Json:
    """files.getUploadURLExternal."""
    size = int(args["length"])
    if size <= 0:
        raise SlackError("invalid_arguments", "length", malformed=True)
    if len(str(args.get("alt_txt", ""))) > 1_000:
        raise SlackError("alt_txt_too_large", malformed=True)
    id = slack.world.next_id("F")
    slack.world.files[id] = StoredFile(id, args["filename"], BOT_USER, size, str(args.get("alt_txt", "")))
    return {"file_id": id, "upload_url": f"{slack.url}/upload/{id}"}


def complete_upload(slack: "LoopbackSlack", args: Json) -> Json:
    """files.completeUploadExternal: shares the files in one message of the app, where a channel is named."""
    listed = args["files"]
    if not isinstance(listed, list) or not all(isinstance(each, dict) and "id" in each for each in listed):
        raise SlackError("invalid_arguments", "files", malformed=True)
    files = [slack.world.files.get(each["id"]) for each in listed]
    if any(file is None or file.content is None or file.shared for file in files):
        raise SlackError("file_not_found", malformed=True)
    stored = [file for file in files if file is not None]
    for file, each in zip(stored, listed, strict=True):
        file.title = each.get("title", "")
    if channel := args.get("channel_id"):
        _share(slack, stored, channel, args)
    return {"files": [{"id": file.id, "title": file.title} for file in stored]}


def _share(slack: "LoopbackSlack", files: list[StoredFile], channel: str, args: Json) -> None:
    if channel in slack.world.users:
        raise SlackError("channel_not_found", "files go to conversations, not to user ids", malformed=True)
    conversation = reachable(slack, channel)
    for file in files:
        file.shared = True
    text, thread = str(args.get("initial_comment", "")), str(args.get("thread_ts", ""))
    more = {"upload": True, "display_as_bot": False}
    note = slack.new_note(conversation.id, BOT_USER, text, thread_ts=thread, subtype="file_share", extra=more)
    note.files = files
    slack.write(note)


_SHARED = ("channel_id", "channels", "initial_comment", "thread_ts")
FILE_METHODS = {
    "files.getUploadURLExternal": (upload_url, ("filename", "length"), ("alt_txt", "snippet_type"), "files:write"),
    "files.completeUploadExternal": (complete_upload, ("files",), _SHARED, "files:write"),
}

"""The map of the community as a picture for chats and files, with a text that says what it shows. Pure."""

from adapters.port import File
from bot.words import Words
from knowledge.network import network_of
from knowledge.network.activity import FEWEST
from knowledge.pictures.map import DrawnAs, Mapped, MapShown, MapWords, network_map
from knowledge.store.network import Read


def map_of(words: Words, read: Read) -> File:
    """Who has ties with whom, by practice: nobody is named on it. It takes up to two seconds: draw it in a thread."""
    mapped = Mapped(network_of(read.ties, len(read.people)), read.people, read.people.practice, read.practices)
    said = {name: words.line(f"reports.map.{name}") for name in MapWords.__dataclass_fields__}
    picture = network_map(mapped, MapWords(**said), seed=1)
    return File(picture.name, picture.content, picture.media_type, alternative(words, picture.alternative))


def alternative(words: Words, shown: MapShown) -> str:
    """What the map shows, for whoever does not see it."""
    lines = [words.line("reports.map.shows", people=shown.people, core=shown.core)]
    if shown.largest:
        lines.append(words.line("reports.map.largest", count=shown.largest, left=shown.largest_without_core))
    if shown.alone >= FEWEST:
        lines.append(words.line("reports.map.none_yet", count=shown.alone))
    if shown.groups:
        lines.append(words.line("reports.map.by", groups=words.list(list(shown.groups))))
    if shown.drawn_as is DrawnAs.GROUPS:
        lines.append(words.line("reports.map.as_groups"))
    return " ".join(lines)

"""Makes matplotlib's SVG fit to stand within a page: no style, no document type, no name that another picture has."""

import re
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_LOCAL = re.compile(r"url\(#([^)]*)\)")

ElementTree.register_namespace("", _SVG)

DEFAULTS = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What matplotlib asks of all elements in a style, which would reach the page around it."""


def inlined(svg: bytes, name: str) -> bytes:
    """An SVG as an element for a page or as a file.

    Styles become attributes, which a page whose rules forbid styles lets through, and names begin with `name`. What is
    linked is within the picture. There are no scripts, comments or metadata, since only what is drawn is written.

    Args:
        svg: as matplotlib saved it.
        name: of the picture; letters, digits and hyphens.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314  (written by matplotlib a moment ago, texts escaped)
    root.attrib.update(DEFAULTS)
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}style":
                parent.remove(child)
    used = _used(root)
    for element in root.iter():
        _set(element, name, used)
    root.set("role", "img")
    content: bytes = ElementTree.tostring(root, encoding="utf-8")
    return content


def _used(root: ElementTree.Element) -> set[str]:
    """The names that something refers to."""
    links = {each.attrib[_LINK][1:] for each in root.iter() if _LINK in each.attrib}
    return links.union(*(_LOCAL.findall(value) for each in root.iter() for value in each.attrib.values()))


def _set(element: ElementTree.Element, name: str, used: set[str]) -> None:
    known = element.attrib.pop("id", "")
    if known in used:
        element.set("id", f"{name}-{known}")
    link = element.attrib.pop(_LINK, "")
    if link:
        element.set("href", f"#{name}-{link[1:]}")
    for declaration in filter(None, element.attrib.pop("style", "").split("; ")):
        key, _, value = declaration.partition(": ")
        element.set(key, value)
    for key, value in element.attrib.items():
        element.set(key, _LOCAL.sub(rf"url(#{name}-\1)", value))

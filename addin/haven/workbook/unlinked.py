"""An ``.ods`` workbook without the links that LibreOffice follows unasked when it opens one."""

import re
from html import unescape
from typing import Final
from urllib.parse import unquote

from haven.errors import HavenError, Reason
from haven.workbook.inspect.opendocument import OpenDocument
from haven.workbook.markup import local

_LINK: Final = re.compile(
    rb"""(<(?:[\w.-]+:)?(?!a\s)[\w.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*?)"""
    rb"""\s+[\w.-]+:href\s*=\s*("[^"]*"|'[^']*')"""
)
"""A link of an element other than those that readers click."""


def unlinked(document: OpenDocument) -> tuple[bytes, int]:
    """The workbook without links to pictures and files outside it, and how many they were.

    Raises
    ------
    HavenError
        INVALID where one is written in a way that can't be cut.
    """
    parts, count = {}, 0
    for name in document.names:
        if name.endswith(".xml"):
            content, cut = _cut(document.part(name))
            if cut:
                parts[name] = content
                count += cut
    if not count and not _linked(document):
        return document.data, 0
    cut_off = OpenDocument(document.replace_parts(parts), document.name)
    if left := _linked(cut_off):
        raise HavenError(Reason.INVALID, f"{document.name} links to {left}; break its links first")
    return cut_off.data, count


def _cut(content: bytes) -> tuple[bytes, int]:
    found = 0

    def replaced(match: "re.Match[bytes]") -> bytes:
        nonlocal found
        if _is_inside(unescape(match[2][1:-1].decode("utf-8", "replace"))):
            return match[0]
        found += 1
        return match[1]

    return _LINK.sub(replaced, content), found


def _linked(document: OpenDocument) -> str:
    """The first link that is left; empty when there is none."""
    for name in document.names:
        for element in document.tree(name).iter() if name.endswith(".xml") and document.raw(name) else ():
            for key, target in element.items():
                if local(element) != "a" and key.endswith("}href") and not _is_inside(target):
                    return target
    return ""


def _is_inside(target: str) -> bool:
    """Whether a link leads to another part of the same file; that of a chart leads to the workbook around it."""
    plain = unquote(target)
    return target == ".." or not (":" in plain or plain.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", plain))

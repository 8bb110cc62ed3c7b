"""Properties of an XMP packet (ISO 16684-1: RDF/XML), read with expat and without its document types."""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

from dialed.image_metadata.found_text import Findings

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIXES = {
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
}
_MOST_DEPTH, _MOST_PROPERTIES, _MOST_ELEMENTS = 64, 2000, 100_000


class _RefusedError(Exception):
    """The packet holds what no XMP packet needs; its text says what."""


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{_PREFIXES[space]}:{local}" if space in _PREFIXES else local


class _Properties:
    """Gathers the text of every property; alternatives and list items count for their property."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: list[tuple[str, list[str]]] = []
        self._count = self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _MOST_DEPTH:
            raise _RefusedError(f"elements nested deeper than {_MOST_DEPTH}")
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise _RefusedError(f"more than {_MOST_ELEMENTS} elements")
        for attribute, value in attributes.items():
            space = attribute.rpartition(" ")[0]
            if space in _PREFIXES:
                self._note(_short(attribute), value)
        self._open.append((name, []))

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        _, parts = self._open.pop()
        text = "".join(parts)
        if not text.strip():
            return
        for owner in (name, *(opened for opened, _ in reversed(self._open))):
            if not owner.startswith(_RDF) and owner.rpartition(" ")[0] != "adobe:ns:meta/":
                self._note(_short(owner), text)
                return

    def _note(self, key: str, text: str) -> None:
        self._count += 1
        if self._count > _MOST_PROPERTIES:
            raise _RefusedError(f"more than {_MOST_PROPERTIES} properties")
        self._findings.add("xmp", key, text)


def _no_document_type(*_arguments: object) -> NoReturn:
    raise _RefusedError("a document type, which could expand without bound")


def find_in_xmp(packet: bytes | str, findings: Findings) -> None:
    """Note the properties of one packet; a broken packet yields those before the break.

    Args:
        packet: The XML, with or without its packet wrapper.
        findings: Where to note texts and problems.
    """
    if not findings.allow("xmp", len(packet)):
        return
    gathered = _Properties(findings)
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.buffer_text = True
    reader.StartElementHandler = gathered.start
    reader.EndElementHandler = gathered.end
    reader.CharacterDataHandler = gathered.text
    reader.StartDoctypeDeclHandler = _no_document_type
    data = packet.strip("\0 \t\r\n") if isinstance(packet, str) else packet.strip(b"\0 \t\r\n")
    try:
        reader.Parse(data, True)
    except _RefusedError as refused:
        findings.odd("xmp", f"holds {refused}; the rest of it is left out")
    except (expat.ExpatError, LookupError, ValueError) as error:
        findings.odd("xmp", f"is no well-formed XML ({error}); the rest of it is left out")

"""Addresses lead to a public host and carry no slip of the pen."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from dialed.dialect_types import Dialect
from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.record_base import Evidence, Source
from dialed.records_loading import RecordSet
from dialed.setting_types import Setting


def _wrong(url: str) -> tuple[str, str] | None:
    """Rule that an address breaks, and the cure."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return f"cannot be read as an address ({error})", "copy it anew"
    if "@" in parts.netloc:
        return "carries a user name", "remove what stands before the @"
    if port is not None:
        return "names a port", "use the public address"
    if "." not in host or host.endswith((".local", ".localhost", ".internal")) or _is_number(host):
        return "does not lead to a public host", "use the public address"
    if url.endswith((".", ",", ";", ":", "!")) or (url.endswith(")") and "(" not in url):
        return "ends in punctuation", "remove the last character"
    if "utm_" in parts.query:
        return "carries tracking parameters", "remove utm_... from it"
    return None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _find(records: RecordSet) -> Iterator[Found]:
    for wanted, name in (
        (Evidence, "url"),
        (Source, "url"),
        (Dialect, "homepage"),
        (Setting, "edit"),
    ):
        for kind, stem, path, part in all_parts(records, wanted):
            url = getattr(part, name)
            if url is not None and (wrong := _wrong(url)):
                yield Found(kind, stem, (*path, name), f"{url} {wrong[0]}", wrong[1])


CHECK = Check("urls", "An address is https, public and whole.", _find)

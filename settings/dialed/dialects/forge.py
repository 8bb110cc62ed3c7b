"""Forge: the infotext of AUTOMATIC1111 with Forge's own names."""

from __future__ import annotations

from dialed.dialects.a1111 import flatten, write

__all__ = ["flatten", "write"]

"""The page builder: records and the manifest of published pictures in, pages out."""

from dialed_docs.pages import build_pages

__all__ = ["build_pages"]

"""Everything that is made for programs: the JSON API, short addresses, plain texts and feeds."""

from __future__ import annotations

from collections.abc import Mapping

from dialed.execution_facts import Table
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.feeds import feed_files
from dialed_docs.go_links import go_pages
from dialed_docs.json_api import api_files, llms_text
from dialed_docs.links import SiteMap
from dialed_docs.site_records import Prose, Registry
from dialed_docs.twins import twin_files
from dialed_generator.manifest import Manifest


def program_files(
    registry: Registry,
    manifest: Manifest,
    prose: Prose,
    views: Mapping[str, list[ComparisonView]],
    site: SiteMap,
    *,
    proved: Table,
    site_url: str = "",
) -> dict[str, str | bytes]:
    """All files for programs by path below the documentation folder.

    Args:
        registry: All records.
        manifest: What was published.
        prose: The Markdown beside the records.
        views: The published comparisons of each setting.
        site: For addresses; what is linked to is noted there.
        proved: What running the pipelines showed.
        site_url: Where the site will stand, with a slash at the end; empty where that is not known.
    """
    files: dict[str, str | bytes] = dict(api_files(registry, manifest, site, proved))
    files |= twin_files(registry, prose, views, site)
    files["llms.txt"] = llms_text(registry, site, whole="llms-full.txt" in files)
    files |= go_pages(registry, site, site_url)
    files |= feed_files(registry, site, site_url)
    return files

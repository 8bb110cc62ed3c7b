"""A record that tries to break out of its page: everything from records and manifest is text, and stays text."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from markdown import Markdown

from dialed.comparison_types import Axis, Comparison, Prompt, Seen
from dialed.dialect_types import Dialect
from dialed.model_types import Model, NativeSize, Pipeline
from dialed.record_base import Evidence, Source, Status
from dialed.record_registry import Registry
from dialed.setting_types import Alias, ModelValue, Setting, ValueRange
from dialed_docs.pages import build_pages
from dialed_docs.prose_html import prose as prose_html
from dialed_docs.site_records import Prose

DAY = date(2026, 11, 20)
EVIL = (
    '</title></script><script>alert(1)</script>"><img src=x onerror=alert(2)> '
    "' onmouseover='alert(3)\n\n```{ .x onclick=alert(4) }\ncode\n```\n\n"
    "~~~ {onclick=alert(5)}\nx\n~~~\n\n{: onclick=alert(6) }\n\n"
    "[a](javascript:alert(7)) <javascript:alert(8)> ![i](https://example.org/x.png) {{ 7 * 7 }} --> <!-- \x02wzxhzdk:0\x03"
)
STATUS = Status(added=DAY)
SEEN = Evidence(kind="vendor", url="https://example.org/a", read=DAY, quote=EVIL)
OWN = re.compile(r"(\.\./)*assets/\w+\.(js|css)|models\.js|filter\.js")
FENCE_TAGS = {"script", "img", "iframe", "object", "embed", "style", "link", "meta", "base", "form"}


def hostile_registry(real: Registry) -> Registry:
    comparison = Comparison(
        id="runs",
        kind="runs",
        title=EVIL,
        lesson=EVIL,
        axes=(Axis(setting="evil", values=(1, EVIL), shown=(1, EVIL)),),
        prompts=(Prompt(id="p", text=EVIL), Prompt(id="q", text=EVIL)),
        seeds=(1, 2),
        hold={"other": EVIL},
        models=("m",),
        reference=1,
        seen=(Seen(value=1, text=EVIL),),
    )
    setting = Setting(
        id="evil",
        title=EVIL,
        group="sampling",
        kind="number",
        unit=EVIL,
        summary=EVIL,
        also_known_as=(EVIL,),
        aliases=(Alias(dialect="d", name=EVIL, note=EVIL, default=EVIL, evidence=SEEN),),
        ranges=(
            ValueRange(label=EVIL, low=1, high=2, families=("m",), text=EVIL, evidence=(SEEN,)),
        ),
        values=(ModelValue(model="m", value=EVIL, evidence=SEEN, note=EVIL, recommended=True),),
        comparisons=(comparison,),
        sources=(Source(title=EVIL, url="https://example.org/b", read=DAY),),
        status=STATUS,
    )
    model = Model(
        id="m",
        title=EVIL,
        abstract=False,
        family="m",
        summary=EVIL,
        aliases=(EVIL,),
        architecture="unet",
        pipelines=(Pipeline(task="text-to-image", name=EVIL),),
        native_sizes=(NativeSize(width=64, height=64),),
        size_multiple=8,
        prediction="epsilon",
        distilled=False,
        guidance="cfg",
        sampler="euler",
        schedule="simple",
        licence=EVIL,
        evidence=(SEEN,),
        status=STATUS,
    )
    dialect = Dialect(
        id="d",
        title=EVIL,
        kind="library",
        summary=EVIL,
        homepage="https://example.org",
        written_as=EVIL,
        status=STATUS,
    )
    # The real records stay around it, for the checks ask for them; their pictures are not needed here.
    others = {s.id: s.model_copy(update={"comparisons": ()}) for s in real.settings.values()}
    return Registry(
        {
            "settings": others | {"evil": setting},
            "models": {**real.models, "m": model},
            "samplers": real.samplers,
            "schedules": real.schedules,
            "dialects": {**real.dialects, "d": dialect},
        }
    )


class Elements(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(markup: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Elements()
    reader.feed(markup)
    return reader.found


def rendered(source: str) -> str:
    """The page's body as MkDocs renders it: front matter off, Markdown with the extensions of mkdocs.yml."""
    body = source.split("\n---\n", 1)[1]
    return Markdown(extensions=["toc", "tables", "fenced_code", "attr_list"]).convert(body)


@pytest.fixture(scope="module")
def pages(registry, manifest_for):
    registry = hostile_registry(registry)
    words = {"What It Does": EVIL, "Tips": EVIL, "Under the Hood": EVIL, "When It Goes Wrong": EVIL}
    prose = Prose({"settings": {"evil": words}, "models": {"m": {"In Short": EVIL}}})
    return build_pages(registry, manifest_for(registry), prose)


def own(attributes: dict[str, str | None]) -> bool:
    """Whether an element is one of the site's own forms, scripts and styles, by an address that no record gives."""
    address = (
        attributes.get("src") or attributes.get("href") or attributes.get("data-filters") or ""
    )
    return bool(OWN.fullmatch(address)) or attributes.get("class") == "d-controls"


def harmful(markup: str) -> list[str]:
    bad = []
    for tag, attributes in elements(markup):
        bad += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        for name in ("href", "src", "srcset"):
            address = attributes.get(name) or ""
            if "javascript:" in address or address.startswith("data:text"):
                bad.append(f"{tag} {name}={address}")
        if tag == "img" and not (attributes.get("src") or "").endswith((".avif", ".webp")):
            bad.append(f"img {attributes.get('src')}")
        if tag == "script" and attributes.get("type") != "application/json" and not own(attributes):
            bad.append("script")
        if tag in FENCE_TAGS - {"script", "img"} and not own(attributes):
            bad.append(tag)
    return bad


def test_no_page_carries_markup_from_a_record(pages):
    touched = {p: t for p, t in pages.items() if p.endswith(".md") and "alert(" in t}
    wanted = {"index.md", "settings/index.md", "settings/sampling/evil.md", "models/m.md"}
    assert wanted | {"models/index.md", "tools/index.md", "tools/d.md"} <= set(touched)
    for path, text in touched.items():
        assert harmful(rendered(text)) == [], path


def test_the_hostile_text_is_still_readable(pages):
    shown = rendered(pages["settings/sampling/evil.md"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "{{ 7 * 7 }}" in shown


def test_the_page_frame_stays_whole(pages):
    # What follows the hostile text still stands in the page as the template wrote it.
    shown = rendered(pages["settings/sampling/evil.md"])
    assert [tag for tag, _ in elements(shown)].count("h1") == 1
    for heading in ("what-it-does", "visual-comparison", "tips", "sources"):
        assert f'<h2 id="{heading}">' in shown
    assert '<p class="d-status"' in shown


def test_front_matter_cannot_be_left(pages):
    for path, text in pages.items():
        if path.endswith(".md"):
            front = text.split("\n---\n", 1)[0].removeprefix("---\n")
            assert all(
                line.split(":")[0]
                in {"title", "description", "tags", "hide", "search", "twin", "preview"}
                for line in front.splitlines()
            )
            assert "<" not in front


def test_fragments_are_json_whose_programs_hold_text_as_text(pages):
    import ast
    import json

    rows = [p for p in pages if p.startswith("settings/sampling/evil/runs/")]
    assert len(rows) == 4
    for path in rows:
        for cell in json.loads(pages[path])["cells"]:
            calls = [n.func for n in ast.walk(ast.parse(cell["code"])) if isinstance(n, ast.Call)]
            assert not any(isinstance(f, ast.Name) and f.id == "alert" for f in calls)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[a](javascript:x)", "<p><a>a</a></p>"),
        ("[a](https://example.org)", '<p><a href="https://example.org" rel="noopener">a</a></p>'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("`<i>`", "<p><code>&lt;i&gt;</code></p>"),
        (
            "![a](https://example.org/p.png)",
            "<p>![a](https://example.org/p.png)</p>",
        ),
    ],
)
def test_prose(text, expected):
    assert str(prose_html(text)) == expected


def test_prose_links_a_setting_where_it_is_named_first():
    shown = prose_html("`seed` and `seed`, `other`", {"seed": "../seed/"}.get)
    assert shown.count('<a href="../seed/"><code>seed</code></a>') == 1
    assert "<code>other</code>" in shown


def test_prose_puts_no_link_into_a_link():
    shown = prose_html("[`seed`](https://example.org) and `seed`", {"seed": "../seed/"}.get)
    assert shown == (
        '<p><a href="https://example.org" rel="noopener"><code>seed</code></a> and '
        '<a href="../seed/"><code>seed</code></a></p>'
    )

"""Small parts of the page builder: words for values and conversions, curves, and what the hooks do to finished files."""

import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest

from dialed.comparison_types import Axis, Comparison, Prompt
from dialed.conversion import Function, Linear, Names, Pair, Table, TableRow
from dialed.record_base import Evidence
from dialed.setting_types import Condition, Limits
from dialed_docs.curve_svg import curve_views, numbers_of
from dialed_docs.diffusers_code import diffusers_code
from dialed_docs.evidence_view import place_of
from dialed_docs.model_values import best_value
from dialed_docs.pictures import safe_placeholder
from dialed_docs.rendering import page
from dialed_docs.wording import (
    condition_text,
    conversion_text,
    limits_text,
    stretch,
    value_text,
)
from dialed_generator.manifest import ComparisonEntry, Curve, CurvePoint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "4"),
        (7.5, "7.5"),
        (1.0, "1"),
        (1e-3, "0.001"),
        (True, "true"),
        ("euler_ancestral", "euler_ancestral"),
        ("", '""'),
        ('a "b"', '"a \\"b\\""'),
        ((1, 2.5), "1, 2.5"),
    ],
)
def test_values(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("conversion", "name", "text"),
    [
        (None, "Steps", "same value"),
        (
            Linear(how="linear", factor=-1.0, offset=1.0),
            "image_strength",
            "strength = 1 − image_strength",
        ),
        (Linear(how="linear", factor=0.01), "denoise", "strength = 0.01 × denoise"),
        (Linear(how="linear", offset=-1.0), "skip", "strength = skip − 1"),
        (Linear(how="linear", offset=1.0), "strength", "strength here = strength there + 1"),
        (
            Table(how="table", rows=(TableRow(written="K_EULER", canonical="euler"),)),
            "s",
            "K_EULER → euler",
        ),
        (
            Names(how="names", of="samplers", combined=True),
            "s",
            "by the tool's own names of samplers and schedule in one name",
        ),
        (Pair(how="pair", parts=("width", "height")), "Size", "widthxheight"),
        (
            Function(how="function", name="steps_run"),
            "s",
            "the steps that really run: steps × strength",
        ),
    ],
)
def test_conversions(conversion, name, text):
    assert conversion_text(conversion, name, "strength") == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1, 4, "1 to 4"),
        (4, 4, "4"),
        (40, None, "from 40"),
        (None, 10, "up to 10"),
        (None, None, ""),
    ],
)
def test_stretches(low, high, text):
    assert stretch(low, high) == text


def test_limits():
    limits = Limits(min=0, max=1, exclusive_min=True, multiple_of=8)
    assert limits_text(limits) == "above 0, at most 1, a multiple of 8"


def test_conditions(registry):
    condition = Condition(
        setting="guidance_scale", op="at_most", value=1, families=("family-sdxl",)
    )
    assert condition_text(condition, registry.models) == (
        f"guidance_scale is 1 or less, with {registry.models['family-sdxl'].title}"
    )


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://github.com/o/r/blob/abc/docs/euler.md", "r, euler.md"),
        ("https://github.com/o/r", "r"),
        ("https://arxiv.org/abs/2207.12598", "arXiv 2207.12598"),
        ("https://huggingface.co/org/model", "model"),
        ("https://www.example.org/a/b", "example.org"),
    ],
)
def test_places_of_evidence(url, place):
    assert place_of(url) == place


def test_a_member_takes_the_recommended_value_of_its_family(registry):
    setting = registry.settings["num_inference_steps"]
    own = [v for v in setting.values if v.model == "family-sd1"]
    assert len(own) > 1, "the record should show that sources disagree"
    chosen = best_value(setting, registry.models["sd15"], registry)
    assert chosen is not None
    assert chosen.recommended


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("data:image/webp;base64,UklGRg==", True),
        ("data:image/svg+xml;base64,AAAA", False),
        ("data:image/webp;base64,AA);x:url(//e", False),
        ("https://example.org/x.webp", False),
        ("", False),
    ],
)
def test_only_a_tiny_picture_may_be_inlined(address, kept):
    assert bool(safe_placeholder(address)) is kept


def sweep(values, points, kind="runs"):
    axes = (Axis(setting="num_inference_steps", values=values),)
    comparison = Comparison(
        id="c",
        kind=kind,
        title="t",
        lesson="l",
        axes=axes,
        prompts=(Prompt(id="p", text="x"),),
        seeds=(1,),
    )
    curve = Curve(
        measure="ssim",
        unit="",
        points=tuple(CurvePoint(value=v, mean=m, low=m, high=m, count=2) for v, m in points),
    )
    entry = ComparisonEntry(
        id="s/c", setting="s", comparison="c", model="m", cells=(), curves=(curve,)
    )
    return tuple(curve_views(comparison, entry))


def test_a_curve_stays_in_its_frame_and_keeps_its_order():
    (curve,) = sweep((1, 10, 100), [(1, 0.2), (10, 0.9), (100, 1.0)])
    xs = [p.x for p in curve.points]
    ys = [p.y for p in curve.points]
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)
    # 1, 10 and 100 stand evenly: the scale is logarithmic where values span more than a factor of 16.
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)
    assert all(curve.left <= x <= curve.right for x in xs)
    assert all(0 <= y <= curve.bottom for y in ys)
    assert numbers_of((curve,)).rows[1] == ("10", ("0.9",))


def test_points_without_order_are_not_joined():
    (curve,) = sweep(("euler", "heun"), [("euler", 0.2), ("heun", 0.4)])
    assert not curve.joined


@pytest.mark.parametrize("points", [[(1, 0.5)], [(1, float("nan")), (2, 0.5)]])
def test_what_cannot_be_drawn_is_left_out(points):
    assert sweep((1, 2), points) == ()


def test_a_program_is_refused_that_would_hold_more_than_names(registry, manifest_for):
    image = next(iter(manifest_for(registry).images.values()))
    bad = image.model_copy(update={"pipeline": "A; import os"})
    with pytest.raises(ValueError, match="not the name"):
        diffusers_code(bad, "folder")


def test_front_matter_is_one_line_a_field():
    text = page(
        "tools_index.jinja", title='a\n---\nb: "c" <i>', description="d\ne", tools=[], links=None
    )
    assert text.splitlines()[1] == 'title: "a\\n---\\nb: &quot;c&quot; &lt;i&gt;"'


def hook(repository: Path, name: str):
    spec = importlib.util.spec_from_file_location(name, repository / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_lose_bytes_and_no_text(repository):
    lean = hook(repository, "html_space").on_post_page
    page_text = '<ul>\n\n  <li class="a b">one</li>\n  <li id="x">x="y"</li>\n</ul><pre>a\n\n  b="c"</pre><p>\n  t</p>'
    assert lean(page_text) == (
        '<ul>\n<li class="a b">one<li id=x>x="y"</ul><pre>a\n\n  b="c"</pre><p>\nt</p>'
    )


def test_the_index_keeps_titles_and_names_and_shortens_texts(repository, tmp_path):
    trim = hook(repository, "search_trim")
    (tmp_path / "search").mkdir()
    docs = [
        {"location": "a/", "title": "T", "text": "<p>" + "word " * 100 + "</p>", "tags": ["cfg"]},
        {"location": "a/#s", "title": "Sources", "text": " "},
    ]
    path = tmp_path / "search/search_index.json"
    path.write_text(json.dumps({"config": {}, "docs": docs}), encoding="utf-8")
    trim.on_post_build({"site_dir": str(tmp_path)})
    (doc,) = json.loads(path.read_text(encoding="utf-8"))["docs"]
    assert (doc["title"], doc["tags"]) == ("T", ["cfg"])
    assert doc["text"].startswith("word word")
    assert len(doc["text"]) <= trim.LETTERS
    assert doc["text"].endswith("word")


def test_evidence_needs_no_link_for_a_signature():
    from dialed_docs.evidence_view import evidence_view
    from dialed_docs.links import SiteMap

    evidence = Evidence(
        kind="signature", callable="P.__call__", argument="steps", read=date(2026, 1, 2)
    )
    view = evidence_view(evidence, registry=None, links=SiteMap().links_of("index.md"))
    assert (view.place, view.address, view.read) == ("P.__call__ · steps", None, "2026-01-02")

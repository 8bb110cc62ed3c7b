"""Every job is made, or there is a reason why not."""

import dataclasses

import pytest

from dialed_generator.manifest import Manifest
from dialed_generator.planning import Plan, plan
from dialed_generator.status import FORCED, MADE, compare


def rekeyed(whole: Plan, **changes) -> Plan:
    """The same plan as another renderer or other weights would make it."""
    new = {key: dataclasses.replace(job, init=None, **changes) for key, job in whole.jobs.items()}
    comparisons = tuple(
        dataclasses.replace(
            comparison,
            init=comparison.init and new[comparison.init].key,
            cells=tuple(
                dataclasses.replace(cell, key=new[cell.key].key) for cell in comparison.cells
            ),
        )
        for comparison in whole.comparisons
    )
    return Plan({job.key: job for job in new.values()}, comparisons)


def test_all_is_new_where_nothing_was_published(small_plan, drawn):
    status = compare(small_plan, Manifest(), drawn.published)
    assert set(status.reasons.values()) == {"new"}
    assert list(status.stale()) == list(small_plan.jobs)


def test_all_is_made_after_publishing(small_plan, drawn, drawn_manifest):
    status = compare(small_plan, drawn_manifest, drawn.published)
    assert status.counts() == {MADE: len(small_plan.jobs)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"weights": "1" * 64}, "weights changed"), ({"renderer": 4}, "renderer 1 -> 4")],
)
def test_reasons_that_touch_every_image(small_plan, drawn, drawn_manifest, changes, reason):
    status = compare(rekeyed(small_plan, **changes), drawn_manifest, drawn.published)
    assert set(status.reasons.values()) == {reason}


def test_a_changed_setting_is_named(registry, small_plan, drawn, drawn_manifest):
    whole = rekeyed(small_plan)
    key = next(c for c in whole.comparisons if c.setting == "guidance_scale").cells[1].key
    job = whole.jobs[key]
    other = dataclasses.replace(job, settings={**job.settings, "guidance_scale": 5})
    jobs = {other.key if k == key else k: other if k == key else j for k, j in whole.jobs.items()}
    comparisons = tuple(
        dataclasses.replace(
            c,
            cells=tuple(
                dataclasses.replace(x, key=other.key) if x.key == key else x for x in c.cells
            ),
        )
        for c in whole.comparisons
    )
    status = compare(Plan(jobs, comparisons), drawn_manifest, drawn.published)
    assert status.reasons[other.key] == "settings changed: guidance_scale 4 -> 5"


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.unlink(), "missing"),
        (flip, "corrupt"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "corrupt"),
        (lambda path: path.write_bytes(b""), "corrupt"),
    ],
)
def test_a_damaged_file(small_plan, drawn, drawn_manifest, damage, reason):
    key, entry = next(iter(drawn_manifest.images.items()))
    damage(drawn.published / entry.files[0].path)
    assert compare(small_plan, drawn_manifest, drawn.published).stale() == {key: reason}


def test_a_picture_that_comes_into_the_figure_row_lacks_its_webp(small_plan, drawn, drawn_manifest):
    key = next(iter(small_plan.row()))
    entry = drawn_manifest.images[key]
    without = entry.model_copy(
        update={"files": tuple(f for f in entry.files if f.format == "avif")}
    )
    images = drawn_manifest.images | {key: without}
    status = compare(
        small_plan, drawn_manifest.model_copy(update={"images": images}), drawn.published
    )
    assert status.stale() == {key: "missing"}


def test_force_takes_a_setting_with_its_first_images(small_plan, drawn, drawn_manifest):
    status = compare(small_plan, drawn_manifest, drawn.published, force=["strength"])
    forced = {key for key, reason in status.reasons.items() if reason == FORCED}
    strength = next(c for c in small_plan.comparisons if c.setting == "strength")
    assert forced == {cell.key for cell in strength.cells} | {strength.init}


def test_an_empty_plan(registry, drawn, drawn_manifest):
    assert compare(plan(registry, {}), drawn_manifest, drawn.published).counts() == {}

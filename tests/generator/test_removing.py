"""`gc` removes what nobody needs, says so, and keeps the rest."""

import pytest

from dialed_generator.manifest import read_manifest
from dialed_generator.planning import Plan, plan
from dialed_generator.removing import not_needed, remove
from dialed_generator.verifying import problems


@pytest.fixture
def without_seeds(small_plan) -> Plan:
    """The plan of records that no longer ask for seeds."""
    kept = tuple(c for c in small_plan.comparisons if c.setting != "seed")
    needed = {cell.key for c in kept for cell in c.cells} | {c.init for c in kept}
    return Plan({key: job for key, job in small_plan.jobs.items() if key in needed}, kept)


def test_nothing_to_remove(drawn, small_plan):
    before = (drawn.published / "manifest.json").read_bytes()
    assert not remove(small_plan, drawn)
    assert (drawn.published / "manifest.json").read_bytes() == before


def test_what_no_comparison_shows_goes(drawn, small_plan, without_seeds):
    gone = set(small_plan.jobs) - set(without_seeds.jobs)
    assert gone
    foreseen = not_needed(without_seeds, drawn)
    assert problems(drawn)[1] == []
    assert set(foreseen.images) == gone
    assert foreseen.comparisons == ("seed/four-seeds@vignette",)
    assert remove(without_seeds, drawn) == foreseen
    manifest = read_manifest(drawn.published / "manifest.json")
    assert set(manifest.images) == set(without_seeds.jobs)
    assert problems(drawn)[1] == []
    assert set(drawn.store.keys()) == set(without_seeds.jobs)
    assert not remove(without_seeds, drawn)


def test_orphans_and_half_files_go(drawn, small_plan):
    (drawn.published / "ab").mkdir(exist_ok=True)
    for name in ("ab/.x.avif.12.part", "ab/0123456789abcdef.avif"):
        (drawn.published / name).write_bytes(b"x")
    assert len(problems(drawn)[1]) == 2
    assert set(remove(small_plan, drawn).published) == {
        "ab/.x.avif.12.part",
        "ab/0123456789abcdef.avif",
    }
    assert problems(drawn)[1] == []


def test_a_dry_run_removes_nothing(images, here, built):
    (built.published / "foreign.avif").write_bytes(b"x")
    status, out, _ = images("gc", *here, "--dry-run")
    assert status == 0
    assert "foreign.avif would be removed" in out
    assert (built.published / "foreign.avif").exists()
    assert "foreign.avif removed" in images("gc", *here)[1]
    assert not (built.published / "foreign.avif").exists()


def test_a_manifest_that_cannot_be_read_removes_nothing(images, here, built):
    path = built.published / "manifest.json"
    path.write_text("{", encoding="utf-8")
    before = sorted(built.published.rglob("*"))
    status, _, err = images("gc", *here)
    assert status == 2
    assert "not valid JSON" in err
    assert sorted(built.published.rglob("*")) == before


def test_masters_of_a_model_that_is_not_at_hand_are_spared(drawn, registry):
    nothing_at_hand = plan(registry, {})
    assert not nothing_at_hand.jobs
    assert nothing_at_hand.skipped
    before = set(drawn.store.keys())
    assert before
    assert not remove(nothing_at_hand, drawn)
    assert set(drawn.store.keys()) == before

"""From records to jobs: a golden plan, and what a plan must refuse."""

from pathlib import Path

import pytest

import dialed
from dialed_generator.errors import PlanError
from dialed_generator.job import canonical_json
from dialed_generator.planning import plan

GOLDEN = Path(__file__).parent / "data" / "plan.txt"
WEIGHTS = {"vignette": "0" * 64}


def lines(made) -> list[str]:
    """A plan as text: each cell with what its job would run."""
    told = []
    for comparison in made.comparisons:
        told.append(
            f"{comparison.name} init={comparison.init and made.jobs[comparison.init].prompt}"
        )
        for cell in comparison.cells:
            job = made.jobs[cell.key]
            row = "row" if cell.key in comparison.row() else "   "
            told.append(
                f"  {row} {cell.prompt} seed={cell.seed} {canonical_json(cell.values)} -> {job.pipeline} "
                f"{job.scheduler} {canonical_json(job.scheduler_arguments)} {canonical_json(job.call)} "
                f"step={job.step} runs={job.steps_run}"
            )
    return told


def test_the_plan_of_the_test_records(small_plan):
    # The file is the specification. After a wanted change: write lines(...) into it and read the difference.
    assert lines(small_plan) == GOLDEN.read_text(encoding="utf-8").splitlines()


def changed(registry, setting: str, **parts):
    """The registry with the first comparison of one setting changed."""
    record = registry.settings[setting]
    first = record.comparisons[0].model_copy(update=parts)
    settings = dict(registry.settings) | {
        setting: record.model_copy(update={"comparisons": (first,)})
    }
    kinds = ("models", "samplers", "schedules", "dialects")
    return dialed.Registry(
        {"settings": settings, **{kind: getattr(registry, kind) for kind in kinds}}
    )


def test_a_job_stands_once_however_many_comparisons_show_it(small_plan):
    shown = [cell.key for comparison in small_plan.comparisons for cell in comparison.cells]
    assert len(set(shown)) < len(shown)
    assert set(shown) | {c.init for c in small_plan.comparisons if c.init} == set(small_plan.jobs)


def test_images_that_others_start_from_come_first(small_plan):
    order = list(small_plan.jobs)
    for job in small_plan.jobs.values():
        if job.init is not None:
            assert order.index(job.init) < order.index(job.key)
    assert any(job.init for job in small_plan.jobs.values())


def test_a_filmstrip_is_one_run(small_plan):
    film = next(c for c in small_plan.comparisons if c.record.kind == "filmstrip")
    jobs = [small_plan.jobs[cell.key] for cell in film.cells]
    assert len({job.run for job in jobs}) == 1
    assert [job.step for job in jobs] == [0, 1, 2, 3, None]


def test_the_last_picture_of_a_filmstrip_is_that_of_the_run_itself(small_plan):
    by_name = {comparison.name: comparison for comparison in small_plan.comparisons}
    film = by_name["num_inference_steps/inside-one-run@vignette"].cells
    runs = by_name["num_inference_steps/separate-runs@vignette"].cells
    assert film[-1].key == next(
        c.key for c in runs if c.values == (4,) and (c.prompt, c.seed) == ("house", 1)
    )


def test_no_seed_is_swept_and_held_at_once(small_plan):
    seeds = next(c for c in small_plan.comparisons if c.setting == "seed")
    assert (
        [cell.seed for cell in seeds.cells]
        == [cell.values[0] for cell in seeds.cells]
        == [1, 2, 3, 4]
    )


def test_what_is_not_held_is_what_the_model_recommends(small_plan):
    for job in small_plan.jobs.values():
        assert {"sampler", "schedule", "guidance_scale"} <= set(job.settings)
        # Image-to-image takes the size of its picture: its pipeline has no argument for it.
        sizes = {"width", "height"} & set(job.settings)
        assert sizes == (set() if job.task == "image-to-image" else {"width", "height"})
        assert ("strength" in job.settings) == (job.task == "image-to-image")


def test_other_weights_give_other_keys(registry, small_plan):
    assert not set(plan(registry, {"vignette": "1" * 64}).jobs) & set(small_plan.jobs)


def test_a_selection(registry, small_plan):
    part = plan(registry, WEIGHTS, settings=["seed"])
    assert {comparison.setting for comparison in part.comparisons} == {"seed"}
    assert set(part.jobs) < set(small_plan.jobs)


def test_a_model_without_weights_is_skipped_and_listed(registry):
    made = plan(registry, {})
    assert not made.jobs
    assert "seed/four-seeds@vignette" in made.skipped


def test_an_unknown_setting(registry):
    with pytest.raises(dialed.UnknownSettingError, match="stepz"):
        plan(registry, WEIGHTS, settings=["stepz"])


@pytest.mark.parametrize(
    ("setting", "parts", "message"),
    [
        (
            "strength",
            {"hold": {"num_inference_steps": 2}},
            r"strength 0\.25 of 2 steps leaves no step to run",
        ),
        ("seed", {"hold": {"sampler": "no_such_sampler"}}, "sampler"),
    ],
)
def test_a_comparison_that_cannot_be_run(registry, setting, parts, message):
    with pytest.raises(PlanError, match=message) as caught:
        plan(changed(registry, setting, **parts), WEIGHTS, settings=[setting])
    assert f"{setting}/" in str(caught.value)


def test_budgets_are_told_before_anything_is_rendered(small_plan):
    assert small_plan.warnings(3_500) == []
    told = small_plan.warnings(45_000)
    assert [line.split(":")[0] for line in told] == ["guide num_inference_steps"]
    assert "budget is 220 kB" in told[0]
    assert "24 MB" in small_plan.warnings(1_000_000)[-1]


def test_the_figure_row(small_plan):
    runs = next(
        c for c in small_plan.comparisons if c.name.startswith("num_inference_steps/separate-runs")
    )
    row = [cell for cell in runs.cells if cell.key in runs.row()]
    assert [(cell.prompt, cell.seed, cell.values) for cell in row] == [
        ("house", 1, (1,)),
        ("house", 1, (4,)),
    ]

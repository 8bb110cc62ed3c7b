"""What a prompt names, in the words of the built-in model's captions."""

import pytest

from dialed_generator.adherence import Adherence, named_attributes
from dialed_generator.errors import WeightsError


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        (
            "a red house by a lake at sunset, pine trees",
            {
                "subject": "house",
                "colour": "red",
                "ground": "lake",
                "time_of_day": "sunset",
                "trees": "pine",
            },
        ),
        (
            "A purple castle in the snow at night, clear sky!",
            {
                "subject": "castle",
                "colour": "purple",
                "ground": "snow",
                "time_of_day": "night",
                "weather": "clear",
            },
        ),
        (
            "a yellow hot-air balloon over a meadow at noon",
            {"subject": "balloon", "colour": "yellow", "ground": "meadow", "time_of_day": "noon"},
        ),
        (
            "a white sailboat on a lake",
            {"subject": "sailboat", "colour": "white", "ground": "lake"},
        ),
        ("a lighthouse", {"subject": "lighthouse"}),
        (
            "a watercolour of three red hot air balloons at dawn",
            {
                "subject": "balloon",
                "colour": "red",
                "count": "three",
                "time_of_day": "dawn",
                "style": "watercolour",
            },
        ),
        (
            "a windmill on the left, pixel art",
            {"subject": "windmill", "position": "left", "style": "pixel"},
        ),
        ("a house and a castle", {}),
        ("redwood housekeeping", {}),
        ("a red sky", {}),
        ("", {}),
    ],
)
def test_named_attributes(prompt, named):
    assert named_attributes(prompt) == named


def test_every_evaluation_prompt_is_understood():
    from dialed_generator.vignette.evaluation import draw_questions

    for question in draw_questions(600):
        told = {k: v for k, v in question.named.items() if (k, v) != ("count", "one")}
        assert named_attributes(question.prompt) == told


def test_a_model_without_a_probe(tiny_weights):
    assert not Adherence.available(tiny_weights / "vignette")
    with pytest.raises(WeightsError, match=r"probe\.safetensors"):
        Adherence(tiny_weights / "vignette")


def test_the_built_in_model_paints_what_it_is_asked_for(repository):
    # The whole line once with the published weights: translate, render, read back.
    import torch

    import dialed
    from dialed_generator.places import Places
    from dialed_generator.planning import plan
    from dialed_generator.rendering.batches import batches
    from dialed_generator.rendering.local import local_renderer
    from dialed_generator.rendering.renderer import Rendered
    from dialed_generator.weights import weights_digest

    places = Places(repository, repository / "generator" / "weights")
    folder = places.model_folder("vignette")
    whole = plan(dialed.registry, {"vignette": weights_digest(folder)})
    wanted = [
        job
        for job in whole.jobs.values()
        if job.task == "text-to-image" and job.step is None and job.steps_run == 10
    ][:4]
    assert len(wanted) == 4
    torch.set_num_threads(1)
    renderer, environment = local_renderer(places)({}.get)
    made = [result for batch in batches(wanted, 4) for result in renderer.render(batch)]
    assert all(isinstance(result, Rendered) for result in made)
    assert environment.dtype == "float32"
    probe = Adherence(folder)
    shares = [probe.share(result.picture, result.job.prompt) for result in made]
    assert sum(shares) / len(shares) >= 0.6
    assert probe.share(made[0].picture, "anything at all") is None

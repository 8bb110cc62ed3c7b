"""A fixed shift reaches a scheduler that works its shift out from the picture's size."""

import pytest

import dialed


@pytest.mark.parametrize(
    ("model", "settings", "arguments"),
    [
        ("flux-dev", {"shift": 4.0}, {"shift": 4.0, "use_dynamic_shifting": False}),
        ("sd35-large", {"shift": 4.0}, {"shift": 4.0}),
        ("flux-dev", {"max_shift": 0.9}, {"max_shift": 0.9}),
        ("flux-dev", {}, {}),
    ],
)
def test_a_fixed_shift_turns_the_dynamic_one_off(model, settings, arguments):
    answer = dialed.translate({"prompt": "a"} | settings, to="diffusers", model=model)
    found = dict(answer.payload["scheduler_arguments"])
    assert found == arguments
    told = [note for note in answer.notes if note.setting == "shift" and note.kind == "added"]
    assert bool(told) == ("use_dynamic_shifting" in arguments)

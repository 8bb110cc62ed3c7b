"""Clip skip reaches diffusers' own code, although transformers 5 moved CLIP's final norm."""

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForText2Image

from dialed_generator.rendering.clip_skip import readable_layers

FOLDER = Path(__file__).parents[2] / "generator" / "weights" / "vignette"
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def pipe():
    loaded = AutoPipelineForText2Image.from_pretrained(FOLDER, local_files_only=True)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def _picture(pipe, layers):
    with readable_layers(pipe):
        image = pipe(
            "a red house by a lake at sunset, pine trees",
            num_inference_steps=3,
            guidance_scale=4.0,
            clip_skip=layers,
            generator=torch.Generator().manual_seed(1),
        ).images[0]
    return np.asarray(image, dtype=float)


def test_leaving_out_no_layer_changes_nothing_and_leaving_out_layers_does(pipe):
    plain, none_left_out, one, two = (_picture(pipe, layers) for layers in (None, 0, 1, 2))
    assert np.array_equal(plain, none_left_out)
    assert np.abs(plain - one).mean() > 1
    assert np.abs(one - two).mean() > 1


def test_the_lent_name_goes_again_and_touches_no_weights(pipe):
    names = list(pipe.text_encoder.state_dict())
    with readable_layers(pipe):
        assert pipe.text_encoder.text_model is pipe.text_encoder
        assert list(pipe.text_encoder.state_dict()) == names
    assert not hasattr(pipe.text_encoder, "text_model")


def test_an_encoder_that_has_the_name_keeps_it():
    class Encoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.text_model = torch.nn.Linear(1, 1)
            self.final_layer_norm = torch.nn.LayerNorm(1)

    class Pipeline:
        text_encoder = Encoder()
        text_encoder_2 = None

    with readable_layers(Pipeline):
        assert isinstance(Pipeline.text_encoder.text_model, torch.nn.Linear)
    assert isinstance(Pipeline.text_encoder.text_model, torch.nn.Linear)

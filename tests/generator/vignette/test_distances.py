"""The distances of the evaluation find what they are made to find."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dialed_generator.vignette.dataset import held_out_pictures
from dialed_generator.vignette.distances import (
    features,
    frechet,
    frechet_report,
    nearest,
    nearest_report,
    scenes_like,
    spread,
    thumbnails,
)
from dialed_generator.vignette.evaluation import draw_questions
from dialed_generator.vignette.probe import Probe, ProbeNet

PROBE = Probe(ProbeNet())
LOT = np.random.default_rng(0)


def test_frechet_of_normal_sets_is_what_theory_says() -> None:
    first = LOT.normal(size=(4000, 5))
    assert frechet(first, first) == pytest.approx(0.0, abs=1e-8)
    moved = first + np.array([3.0, 0, 0, 0, 0])
    assert frechet(first, moved) == pytest.approx(9.0, rel=1e-6)
    wider = LOT.normal(size=(4000, 5)) * 2
    assert frechet(first, wider) == pytest.approx(5.0, rel=0.1)


def test_drawn_scenes_lie_nearer_to_drawn_scenes_than_noise_does() -> None:
    questions = draw_questions(24)
    drawn = [Image.fromarray(p) for p in scenes_like(questions, 9_000_000)]
    noise = [Image.fromarray(LOT.integers(0, 255, (128, 128, 3), dtype=np.uint8)) for _ in drawn]
    near, far = (frechet_report(PROBE, questions, images) for images in (drawn, noise))
    assert near["floor"] == far["floor"]
    assert near["value"] < 3 * near["floor"] < far["value"]


def test_spread_is_nought_for_one_picture_many_times() -> None:
    same = features(PROBE, np.repeat(held_out_pictures(1), 3, axis=0))
    assert same.shape == (3, PROBE.net.channels)
    assert spread(same) == pytest.approx(0.0, abs=1e-5)
    assert spread(features(PROBE, held_out_pictures(3))) > 1e-3


def test_a_copy_is_found_whatever_its_place() -> None:
    training = held_out_pictures(12)
    gaps, places = nearest(training[[7, 2]], training, chunk=5)
    assert places.tolist() == [7, 2]
    assert gaps == pytest.approx([0.0, 0.0], abs=1e-6)
    others, _ = nearest(training[:3], training[3:], chunk=4)
    assert others.min() > 0.02


def test_a_copying_model_would_show() -> None:
    questions = draw_questions(4)
    training = held_out_pictures(8)
    report = nearest_report(questions, [Image.fromarray(p) for p in training[:4]], training)
    assert report["value"] == pytest.approx(0.0, abs=1e-3)
    assert report["fresh_smallest"] > 0.02
    assert report["training_scenes"] == 8


def test_thumbnails_are_block_means() -> None:
    picture = np.zeros((1, 128, 128, 3), dtype=np.uint8)
    picture[0, :4, :4] = 255
    small = thumbnails(picture).reshape(32, 32, 3)
    assert small[0, 0].tolist() == [1.0, 1.0, 1.0]
    assert float(small.sum()) == 3.0

"""Measures against their definitions, written out slowly here."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dialed_generator import picture_measures as measures
from dialed_generator.manifest import Cell
from dialed_generator.measuring import asked_for, curves, measure_cells, measure_image


def noisy(seed: int, height: int = 24, width: int = 20) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def slow_ssim(one: np.ndarray, other: np.ndarray) -> float:
    """The formula of Wang et al. (2004), window by window."""
    offsets = np.arange(-5, 6)
    weights = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    found = []
    for c in range(3):
        a, b = one[..., c].astype(float), other[..., c].astype(float)
        for y in range(5, a.shape[0] - 5):
            for x in range(5, a.shape[1] - 5):
                p, q = a[y - 5 : y + 6, x - 5 : x + 6], b[y - 5 : y + 6, x - 5 : x + 6]
                mp, mq = (weights * p).sum(), (weights * q).sum()
                vp = (weights * (p - mp) ** 2).sum()
                vq = (weights * (q - mq) ** 2).sum()
                cov = (weights * (p - mp) * (q - mq)).sum()
                c1, c2 = 6.5025, 58.5225
                found.append(
                    (2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2))
                )
    return float(np.mean(found))


def test_ssim_is_its_definition():
    one = noisy(1)
    near = np.clip(one.astype(int) + np.random.default_rng(2).integers(-20, 21, one.shape), 0, 255)
    for other in (near.astype(np.uint8), noisy(3), 255 - one):
        assert measures.ssim(one, other) == pytest.approx(slow_ssim(one, other), abs=1e-12)


def test_ssim_of_equal_pictures_is_one_and_it_is_symmetric():
    one, other = noisy(1), noisy(2)
    assert measures.ssim(one, one) == pytest.approx(1.0, abs=1e-12)
    assert measures.ssim(one, other) == pytest.approx(measures.ssim(other, one), abs=1e-12)
    assert measures.ssim(one, other) < 0.2


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        (noisy(1), noisy(1, 30), "different sizes"),
        (noisy(1, 8, 8), noisy(2, 8, 8), "at least 11 x 11"),
    ],
)
def test_ssim_refuses(one, other, message):
    with pytest.raises(ValueError, match=message):
        measures.ssim(one, other)


def test_psnr():
    one = np.full((4, 4, 3), 100, np.uint8)
    assert measures.psnr(one, one) == math.inf
    assert measures.psnr(one, one + 1) == pytest.approx(48.1308, abs=1e-4)
    assert measures.psnr(one, one + 10) == pytest.approx(28.1308, abs=1e-4)
    with pytest.raises(ValueError, match="different sizes"):
        measures.psnr(one, noisy(1))


def flat(r: int, g: int, b: int) -> np.ndarray:
    return np.full((16, 16, 3), (r, g, b), np.uint8)


@pytest.mark.parametrize(
    ("picture", "saturation", "clipped"),
    [
        (flat(128, 128, 128), 0.0, 0.0),
        (flat(0, 0, 0), 0.0, 1.0),
        (flat(255, 255, 255), 0.0, 1.0),
        (flat(200, 100, 100), 0.5, 0.0),
        (flat(255, 0, 128), 1.0, 2 / 3),
    ],
)
def test_colour(picture, saturation, clipped):
    assert measures.saturation(picture) == pytest.approx(saturation)
    assert measures.clipped(picture) == pytest.approx(clipped)
    assert measures.sharpness(picture) == 0


def test_sharpness_rises_with_edges():
    board = np.zeros((32, 32, 3), np.uint8)
    board[::2] = 200
    slope = np.repeat(np.arange(32, dtype=np.uint8)[:, None, None] * 6, 32, 1).repeat(3, 2)
    assert measures.sharpness(slope) == pytest.approx(0, abs=1e-9)
    assert measures.sharpness(board) == pytest.approx((4 * 100) ** 2, rel=0.02)


def test_diversity():
    assert measures.diversity([flat(0, 0, 0), flat(255, 255, 255)]) == pytest.approx(1)
    assert measures.diversity([flat(9, 9, 9)] * 3) == 0
    one, two, three = flat(0, 0, 0), flat(51, 51, 51), flat(102, 102, 102)
    assert measures.diversity([one, two, three]) == pytest.approx((0.2 + 0.4 + 0.2) / 3)
    with pytest.raises(ValueError, match="at least two"):
        measures.diversity([one])


def test_luma_weighs_green_most():
    assert measures.luma(flat(255, 0, 0))[0, 0] == pytest.approx(76.245)
    assert measures.luma(flat(0, 255, 0))[0, 0] == pytest.approx(149.685)


def test_what_one_image_measures():
    assert measure_image(flat(200, 100, 100)) == {
        "saturation": 0.5,
        "clipped": 0.0,
        "sharpness": 0.0,
    }


@pytest.fixture
def steps(small_plan):
    return next(
        c for c in small_plan.comparisons if c.name == "num_inference_steps/separate-runs@vignette"
    )


def cells_of(planned) -> list[Cell]:
    return [Cell(prompt=c.prompt, seed=c.seed, values=c.values, image=c.key) for c in planned.cells]


def test_similarity_is_to_the_reference_of_the_same_prompt_and_seed(steps):
    shade = {cell.key: flat(*(10 * cell.values[0] + cell.seed,) * 3) for cell in steps.cells}
    for cell in measure_cells(steps, cells_of(steps), shade.__getitem__):
        if cell.values == (8,):
            assert set(cell.measured) == {"diversity"}
        else:
            error = 10 * (8 - cell.values[0])
            assert cell.measured["psnr"] == pytest.approx(20 * math.log10(255 / error), abs=0.01)
            assert 0 < cell.measured["ssim"] < 1
        assert cell.measured["diversity"] == pytest.approx(1 / 255, abs=1e-4)


def test_a_picture_equal_to_its_reference_has_no_decibels(steps):
    measured = measure_cells(steps, cells_of(steps), lambda _key: flat(1, 2, 3))
    assert {tuple(sorted(cell.measured)) for cell in measured} == {
        ("diversity",),
        ("diversity", "ssim"),
    }


def test_pictures_of_two_shapes_are_not_compared(steps):
    shapes = {
        cell.key: np.zeros((16 + 8 * cell.values[0], 64, 3), np.uint8) for cell in steps.cells
    }
    planned = replace(steps, record=steps.record.model_copy(update={"measure": ("similarity",)}))
    assert all(not c.measured for c in measure_cells(planned, cells_of(steps), shapes.__getitem__))


def test_cells_of_failed_images_are_left_out(steps):
    kept = [cell for cell in cells_of(steps) if cell.values != (8,)]
    measured = measure_cells(steps, kept, lambda key: noisy(int(key[:4], 16)))
    assert all("ssim" not in cell.measured for cell in measured)


def test_curves(steps, drawn_manifest):
    entry = drawn_manifest.comparisons[steps.name]
    by_name = {curve.measure: curve for curve in curves(steps, entry.cells, drawn_manifest.images)}
    assert list(by_name) == [
        "ssim", "psnr", "seconds", "model_calls", "saturation", "clipped", "sharpness", "diversity"
    ]  # fmt: skip
    assert entry.curves == tuple(by_name.values())
    seconds = by_name["seconds"]
    assert [point.value for point in seconds.points] == [1, 4, 8]
    assert all((p.mean, p.low, p.high, p.count) == (0.1, 0.1, 0.1, 4) for p in seconds.points)
    assert [point.value for point in by_name["ssim"].points] == [1, 4]
    for curve in by_name.values():
        assert all(p.low <= p.mean <= p.high for p in curve.points)
        assert curve.unit


def test_adherence_needs_a_probe(steps):
    asked = steps.record.model_copy(update={"measure": ("adherence", "cost")})
    import dataclasses

    planned = dataclasses.replace(steps, record=asked)
    assert asked_for(planned, with_probe=False).record.measure == ("cost",)
    assert asked_for(planned, with_probe=True).record.measure == ("adherence", "cost")

"""What the renderer does beside a plain call: off it is the plain picture to the bit, on it does what it says."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler

from dialed_generator.job import Job
from dialed_generator.own_settings import OWN_SETTINGS, pipeline_class
from dialed_generator.picture_measures import psnr
from dialed_generator.places import find_root
from dialed_generator.rendering.added_noise import added_noise
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels
from dialed_generator.rendering.renderer import Failed, Renderer
from dialed_generator.rendering.scheduling import scheduler_for

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
CALL = {
    "prompt": "a red house by a lake at noon, pine trees",
    "num_inference_steps": 4,
    "guidance_scale": 4.0,
    "width": 128,
    "height": 128,
}
EULER = {
    "scheduler": "EulerDiscreteScheduler",
    "scheduler_arguments": {"use_karras_sigmas": True, "timestep_spacing": "linspace"},
}
BETA = {
    "scheduler": "EulerDiscreteScheduler",
    "scheduler_arguments": {"use_beta_sigmas": True, "timestep_spacing": "linspace"},
}
ANCESTRAL = {"scheduler": "EulerAncestralDiscreteScheduler"}


@pytest.fixture(scope="module")
def models() -> LoadedModels:
    torch.set_num_threads(1)
    weights = find_root() / "generator" / "weights"
    return LoadedModels(lambda model: weights / model)


@pytest.fixture(scope="module")
def renderer(models) -> Renderer:
    return Renderer(models, {}.get)


def job(own=None, **changes) -> Job:
    call = CALL | changes.pop("call", {})
    seed = changes.pop("seed", 1)
    return Job(
        **{
            "model": "vignette",
            "weights": "0" * 64,
            "pipeline": pipeline_class("StableDiffusionPipeline", "text-to-image", own or {}),
            "task": "text-to-image",
            "scheduler": "DPMSolverMultistepScheduler",
            "scheduler_arguments": {},
            "call": call,
            "seed": seed,
            "settings": call | {"seed": seed} | (own or {}),
        }
        | changes
    )


def made(renderer: Renderer, *jobs: Job, size: int = 1):
    results = {r.job.key: r for batch in batches(jobs, size) for r in renderer.render(batch)}
    found = [results[one.key] for one in jobs]
    assert [r.reason for r in found if isinstance(r, Failed)] == []
    return found


OFF = [
    ({"guidance_start": 0.0}, {}),
    ({"guidance_end": 1.0}, {}),
    ({"s_min_uncond": 0.0}, {}),
    ({f"freeu_{part}": 1.0 for part in ("b1", "b2", "s1", "s2")}, {}),
    ({"variation_strength": 0.0, "variation_seed": 5}, {}),
    ({"ensd": 0}, ANCESTRAL),
    ({"tiling": False}, {}),
    ({"rho": 7.0}, EULER),
    ({"beta_alpha": 0.6, "beta_beta": 0.6}, BETA),
    ({"s_churn": 0.0, "s_noise": 2.0}, EULER),
    ({"emphasis": "none"}, {}),
    ({"hires_scale": 1.0, "hires_strength": 0.5}, {}),
    ({"output_format": "png"}, {}),
]


@pytest.mark.parametrize(("own", "changes"), OFF, ids=lambda part: "-".join(map(str, part)))
def test_off_it_is_the_plain_picture(renderer, own, changes):
    plain, off = made(renderer, job(**changes), job(own, **changes))
    assert (plain.picture == off.picture).all()
    assert plain.model_calls == off.model_calls


ON = [
    ({"guidance_start": 0.5}, {}, 6),
    ({"guidance_end": 0.5}, {}, 6),
    ({"guidance_end": 0.0}, {}, 4),
    ({"s_min_uncond": 15.0}, {}, 7),
    ({"freeu_b1": 2.0}, {}, 8),
    ({"freeu_b2": 2.0}, {}, 8),
    ({"freeu_s1": 3.0}, {}, 8),
    ({"freeu_s2": 3.0}, {}, 8),
    ({"variation_strength": 0.5, "variation_seed": 5}, {}, 8),
    ({"ensd": 31337}, ANCESTRAL, 8),
    ({"tiling": True}, {}, 8),
    ({"rho": 3.0}, EULER, 8),
    ({"beta_alpha": 0.2}, BETA, 8),
    ({"beta_beta": 2.0}, BETA, 8),
    ({"s_churn": 10.0}, EULER, 8),
    ({"s_churn": 10.0, "s_noise": 1.2}, EULER, 8),
    ({"s_churn": 10.0, "s_tmin": 1.0}, EULER, 8),
    ({"s_churn": 10.0, "s_tmax": 1.0}, EULER, 8),
    ({"pag_scale": 3.0}, {"call": {"pag_scale": 3.0}}, 12),
    ({"sag_scale": 1.0}, {"call": {"sag_scale": 1.0}}, 12),
    ({"hires_scale": 1.25, "hires_strength": 0.5}, {}, 16),
    ({"hires_scale": 1.25, "hires_strength": 0.5, "hires_steps": 3}, {}, 14),
    ({"vae_tile_size": 64, "vae_tile_overlap": 0}, {}, 8),
    ({"output_format": "jpeg", "output_quality": 5}, {}, 8),
]


@pytest.mark.parametrize(("own", "changes", "calls"), ON, ids=lambda part: str(part)[:40])
def test_on_it_changes_the_picture_and_nothing_after_it(renderer, own, changes, calls):
    base = {name: value for name, value in changes.items() if name != "call"}
    before, on, after = (
        made(renderer, job(**base))[0],
        made(renderer, job(own, **changes))[0],
        made(renderer, job(**base))[0],
    )
    assert on.picture.shape != before.picture.shape or (on.picture != before.picture).any()
    assert (before.picture == after.picture).all()
    assert on.model_calls == calls


@pytest.mark.parametrize(
    ("own", "changes"), [(own, changes) for own, changes, _ in ON], ids=lambda part: str(part)[:40]
)
def test_a_neighbour_in_the_batch_changes_no_picture(renderer, own, changes):
    pair = [job(own, seed=seed, **changes) for seed in (1, 2)]
    alone, together = made(renderer, *pair, size=1), made(renderer, *pair, size=2)
    for one, other in zip(alone, together, strict=True):
        assert psnr(one.picture, other.picture) >= 55
    assert (alone[0].picture != alone[1].picture).any()


def test_every_own_setting_is_tried_somewhere_in_these_tests():
    elsewhere = {
        "lora_scale", "ip_adapter_scale",  # test_members and the tests of the image prompt
        "rng_source",  # refused below
        "extra_noise", "initial_noise_multiplier", "resize_mode", "pag_adaptive_scale",  # below
        "mask_blur", "mask_grow", "mask_invert", "masked_content",  # test_inpainting
        "inpaint_only_masked", "inpaint_padding",  # test_inpainting
        "hires_fix", "hires_upscaler", "hires_prompt",  # below
    }  # fmt: skip
    tried = {name for own, *_ in [*ON, *OFF] for name in own}
    assert tried | elsewhere == OWN_SETTINGS


def test_variation_of_one_is_the_other_seed(renderer):
    own = {"variation_strength": 1.0, "variation_seed": 7}
    varied, other = made(renderer, job(own), job(seed=7))
    assert psnr(varied.picture, other.picture) >= 50


def test_ensd_changes_no_sampler_that_adds_no_noise(renderer):
    plain, other = made(renderer, job(), job({"ensd": 31337}))
    assert (plain.picture == other.picture).all()


def test_guidance_that_never_begins_is_the_picture_of_guidance_1(renderer):
    unguided, plain = made(renderer, job({"guidance_end": 0.0}), job(call={"guidance_scale": 1.0}))
    assert (unguided.picture == plain.picture).all()


def test_guidance_reads_the_negative_prompt_also_where_it_begins_late(renderer):
    late = {"guidance_start": 0.25}
    one, other = made(renderer, job(late), job(late, call={"negative_prompt": "lake"}))
    assert (one.picture != other.picture).any()


def test_adaptive_pag_ends_before_the_run_does(renderer):
    pag = {"pag_scale": 3.0}
    own = pag | {"pag_adaptive_scale": 0.03}
    one, other = made(renderer, job(pag, call=pag), job(own, call=own))
    assert (one.picture != other.picture).any()


def test_churn_is_that_of_algorithm_2(models, renderer):
    """Against a loop written from the paper, with the model asked once for each step."""
    own = {"s_churn": 10.0, "s_noise": 1.1, "s_tmin": 0.5, "s_tmax": 20.0}
    churned = job(own, call={"guidance_scale": 1.0}, **EULER)
    (picture,) = made(renderer, churned)
    pipe, config = models.pipeline(churned)
    scheduler = scheduler_for(churned, config)
    scheduler.set_timesteps(4)
    sigmas = scheduler.sigmas.clone()
    trained = ((1 - scheduler.alphas_cumprod) / scheduler.alphas_cumprod) ** 0.5
    generator = torch.Generator().manual_seed(1)
    with torch.inference_mode():
        words, _ = pipe.encode_prompt(CALL["prompt"], "cpu", 1, False)
        state = torch.randn((1, 12, 16, 16), generator=generator) * scheduler.init_noise_sigma
        for sigma, following in itertools.pairwise(sigmas):
            churn = 0.5 <= sigma <= 20
            raised = sigma * (1 + (min(10 / 4, math.sqrt(2) - 1) if churn else 0))
            if churn:
                noise = torch.randn((1, 12, 16, 16), generator=generator) * 1.1
                state = state + noise * (raised**2 - sigma**2).sqrt()
            step = float(scheduler._sigma_to_t(raised.numpy(), trained.log().numpy()))
            velocity = pipe.unet(state / (raised**2 + 1).sqrt(), step, words).sample
            clean = state / (raised**2 + 1) - velocity * raised / (raised**2 + 1).sqrt()
            state = state + (state - clean) / raised * (following - raised)
        drawn = pipe.image_processor.postprocess(pipe.vae.decode(state).sample, output_type="np")[0]
    assert np.abs(picture.picture.astype(int) - (drawn * 255).round().astype(int)).max() <= 1


def test_a_tiled_picture_has_no_seam(renderer):
    def seam(picture: np.ndarray) -> float:
        values = picture.astype(float)
        return float(np.abs(values[0] - values[-1]).mean())

    # A sky does not go on where the lake ends; where edges meet it must.
    calls = {"call": {"num_inference_steps": 10}}
    plain, tiled = made(renderer, job(**calls), job({"tiling": True}, **calls))
    assert seam(plain.picture) > 4 * seam(tiled.picture)


def test_edges_in_the_middle_moves_the_picture_and_changes_no_pixel(renderer):
    plain, moved = made(renderer, job(), job(view="edges-in-the-middle"))
    assert (np.roll(moved.picture, (-64, -64), axis=(0, 1)) == plain.picture).all()


REFUSED = [
    ({"s_churn": 5.0}, {}, "euler alone"),
    ({"rho": 3.0}, {}, "use_karras_sigmas"),
    ({"beta_alpha": 1.0}, EULER, "use_beta_sigmas"),
    ({"rng_source": "gpu"}, {}, "not on gpu"),
    ({"extra_noise": 0.1}, {}, "need a picture to begin with"),
    ({"hires_scale": 1.5}, {}, "needs hires_strength"),
    (
        {"hires_scale": 1.5, "hires_strength": 0.5, "hires_upscaler": "4x-Unknown"},
        {},
        "choose one of",
    ),
    ({"emphasis": "original"}, {"call": {"prompt": "(house:1.2) " * 40}}, "tokens too many"),
]


@pytest.mark.parametrize(("own", "changes", "reason"), REFUSED, ids=[r for *_, r in REFUSED])
def test_what_cannot_be_rendered_is_told(renderer, own, changes, reason):
    (batch,) = batches([job(own, **changes)], 1)
    (failed,) = renderer.render(batch)
    assert isinstance(failed, Failed)
    assert reason in failed.reason


def from_a_picture(start: Job, own, **call) -> Job:
    call = {"strength": 0.5} | call
    return dataclasses.replace(
        job(own, call=call),
        task="image-to-image",
        pipeline="StableDiffusionImg2ImgPipeline",
        init=start.key,
    )


@pytest.fixture(scope="module")
def start(renderer):
    return made(renderer, job(call={"width": 160, "height": 96}))[0]


@pytest.fixture(scope="module")
def continued(models, start) -> Renderer:
    return Renderer(models, {start.job.key: start.picture}.get)


@pytest.mark.parametrize(
    ("off", "on"),
    [
        ({"extra_noise": 0.0}, {"extra_noise": 0.5}),
        ({"initial_noise_multiplier": 1.0}, {"initial_noise_multiplier": 0.5}),
    ],
)
def test_noise_on_the_picture(continued, start, off, on):
    plain, same, other = made(continued, *(from_a_picture(start.job, own) for own in ({}, off, on)))
    assert (plain.picture == same.picture).all()
    assert (plain.picture != other.picture).any()


def test_extra_noise_is_added_at_the_noise_level_of_the_start(models):
    """picture + (sigma + extra) x noise, in the units of a scheduler that keeps the variance."""
    pipe, config = models.pipeline(job())
    pipe.scheduler = scheduler = DDIMScheduler.from_config(config)
    picture, noise = torch.randn(1, 4, 2, 2), torch.randn(1, 4, 2, 2)
    timestep = torch.tensor([400])
    plain = scheduler.add_noise(picture, noise, timestep)
    with added_noise(pipe, {"extra_noise": 0.3}, {"image": picture}):
        more = scheduler.add_noise(picture, noise, timestep)
    alpha = scheduler.alphas_cumprod[400]
    sigma = ((1 - alpha) / alpha).sqrt()
    assert torch.allclose(more, alpha.sqrt() * (picture + (sigma + 0.3) * noise), atol=1e-5)
    assert torch.equal(scheduler.add_noise(picture, noise, timestep), plain)


@pytest.mark.parametrize("mode", ["stretch", "crop", "fill"])
def test_a_wide_picture_is_brought_to_a_square(continued, start, mode):
    (fitted,) = made(continued, from_a_picture(start.job, {"resize_mode": mode}))
    assert fitted.picture.shape == (128, 128, 3)


def test_a_wide_picture_stays_wide_where_nothing_is_said(continued, start):
    assert made(continued, from_a_picture(start.job, {}))[0].picture.shape == (96, 160, 3)


@pytest.mark.parametrize("upscaler", ["Latent", "Latent (bicubic)", "Latent (nearest)", "Nearest", "Lanczos"])  # fmt: skip
def test_a_second_pass_is_larger(renderer, upscaler):
    own = {"hires_scale": 1.5, "hires_strength": 0.5, "hires_upscaler": upscaler}
    assert made(renderer, job(own))[0].picture.shape == (192, 192, 3)


def test_a_second_pass_reads_its_own_prompt(renderer):
    own = {"hires_scale": 1.25, "hires_strength": 0.8}
    one, other = made(renderer, job(own), job(own | {"hires_prompt": "a castle at night"}))
    assert (one.picture != other.picture).any()

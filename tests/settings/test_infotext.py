"""Infotext read: what every odd line means.

Files that are named beside a case are AUTOMATIC1111's, at
https://github.com/AUTOMATIC1111/stable-diffusion-webui/tree/036500223de0a3caaa86360a8ad3ed301e4367b0
"""

import pytest
from infotext_lines import BASE, read

import dialed

PAIRS = [
    # (pairs behind the base line, what they state)
    ("CFG scale: 7", {"guidance_scale": 7.0}),
    ("CFG scale: 6.5", {"guidance_scale": 6.5}),
    ("Distilled CFG Scale: 3.5", {"distilled_guidance_scale": 3.5}),
    ("Size: 512x768", {"width": 512, "height": 768}),
    ("Clip skip: 2", {"clip_skip": 2}),
    ("Model: foo, Model hash: abcdef1234", {"model": "foo", "model_hash": "abcdef1234"}),
    ('Model: "with, comma: and colon"', {"model": "with, comma: and colon"}),
    ("VAE: vae-ft-mse-840000.safetensors", {"vae": "vae-ft-mse-840000.safetensors"}),
    ("Denoising strength: 0.4", {"strength": 0.4}),
    ("Denoising strength: 1.0", {"strength": 1.0}),
    # With a hires pass the one key is that pass's strength.
    (
        "Denoising strength: 0.4, Hires upscale: 2",
        {"hires_strength": 0.4, "hires_scale": 2.0},
    ),
    (
        "Denoising strength: 0.4, Hires upscale: 1.5, Hires steps: 12, Hires upscaler: 4x-UltraSharp",
        {
            "hires_strength": 0.4,
            "hires_scale": 1.5,
            "hires_steps": 12,
            "hires_upscaler": "4x-UltraSharp",
        },
    ),
    (
        "Denoising strength: 0.4, Hires resize: 1024x1536",
        {"hires_strength": 0.4, "hires_width": 1024, "hires_height": 1536},
    ),
    # Before 2023 Size was the final size (restore_old_hires_fix_params in modules/infotext_utils.py).
    (
        "Size: 1024x1536, First pass size: 512x768, Denoising strength: 0.7",
        {
            "width": 512,
            "height": 768,
            "hires_width": 1024,
            "hires_height": 1536,
            "hires_strength": 0.7,
        },
    ),
    # 0x0: about 512 x 512 pixels in the same shape, each side up to a multiple of 64
    # (old_hires_fix_first_pass_dimensions in modules/processing.py).
    (
        "Size: 1024x1536, First pass size: 0x0, Denoising strength: 0.7",
        {
            "width": 448,
            "height": 640,
            "hires_width": 1024,
            "hires_height": 1536,
            "hires_strength": 0.7,
        },
    ),
    ("Schedule type: Karras", {"schedule": "karras"}),
    ("Schedule type: Automatic", {"schedule": "automatic"}),
    ("Schedule type: SGM Uniform", {"schedule": "sgm_uniform"}),
    ("Schedule type: Align Your Steps", {"schedule": "align_your_steps"}),
    ("ENSD: 31337", {"ensd": 31337}),
    ("Eta: 0.67", {"eta": 0.67}),
    ("Mask blur: 4", {"mask_blur": 4}),
    ("Tiling: True", {"tiling": True}),
    (
        "Variation seed: 7, Variation seed strength: 0.25",
        {"variation_seed": 7, "variation_strength": 0.25},
    ),
    ("Batch size: 4, Batch pos: 2", {"batch_size": 4}),
    (
        "Refiner: sd_xl_refiner_1.0 [7440042bbd]",
        {"refiner_model": "sd_xl_refiner_1.0 [7440042bbd]"},
    ),
    # Before 1.9 this name held its schedule too, and it is not the first pass's.
    (
        "Hires upscale: 2, Hires sampler: DPM++ 2M Karras",
        {"hires_scale": 2.0, "hires_sampler": "dpmpp_2m", "hires_schedule": "karras"},
    ),
    # Share of the steps, as the number of the step.
    (
        "Refiner: r [7440042bbd], Refiner switch at: 0.8",
        {"refiner_model": "r [7440042bbd]", "refiner_switch_step": 16},
    ),
    # What stands twice counts as it stands last: the tool fills a dictionary.
    ("CFG scale: 7, CFG scale: 8", {"guidance_scale": 8.0}),
    # A comma ends a number: the tool's own expression says so.
    ("CFG scale: 7,5", {"guidance_scale": 7.0}),
    # Case of keys as people type them.
    ("cfg scale: 7, size: 64x64", {"guidance_scale": 7.0, "width": 64, "height": 64}),
]


@pytest.mark.parametrize(("pairs", "stated"), PAIRS, ids=[pairs for pairs, _ in PAIRS])
def test_what_pairs_state(pairs, stated):
    assert read(pairs).settings == {"prompt": "a cat"} | BASE | stated


SAMPLERS = [
    ("Euler a", "euler_ancestral", None),
    ("DPM++ 2M Karras", "dpmpp_2m", "karras"),
    ("DPM++ 2M SDE Karras", "dpmpp_2m_sde", "karras"),
    ("DPM++ 2M SDE Exponential", "dpmpp_2m_sde", "exponential"),
    ("DPM++ 2M SDE Heun Karras", "dpmpp_2m_sde_heun", "karras"),
    ("DPM++ 3M SDE Karras", "dpmpp_3m_sde", "karras"),
    ("DPM++ 2S a Karras", "dpmpp_2s_ancestral", "karras"),
    ("DPM2 a Karras", "dpm_2_ancestral", "karras"),
    ("LMS Karras", "lms", "karras"),
    ("PLMS", "pndm", None),
    ("DDIM", "ddim", None),
    ("UniPC", "uni_pc", None),
    ("DPM adaptive", "dpm_adaptive", None),
    ("Restart", "restart", None),
    ("k_euler_a", "euler_ancestral", None),
    ("dpmpp_2m_karras", "dpmpp_2m", "karras"),
    ("dpmpp_2m_sde_gpu", "dpmpp_2m_sde", None),
    ("dpmpp_sde_gpu_karras", "dpmpp_sde", "karras"),
    ("euler_ancestral", "euler_ancestral", None),
    ("euler a", "euler_ancestral", None),
]


@pytest.mark.parametrize(("written", "sampler", "schedule"), SAMPLERS)
def test_sampler_names_of_all_ages(written, sampler, schedule):
    found = dialed.parse(f"x\nSteps: 20, Sampler: {written}, Seed: 5").settings
    assert (found["sampler"], found.get("schedule")) == (sampler, schedule)


def test_the_schedule_in_the_samplers_name_counts_beside_a_schedule_type():
    # get_sampler_and_scheduler in modules/sd_samplers.py of Forge and of AUTOMATIC1111 since 1.9.
    found = read("Schedule type: Exponential").settings
    assert found["schedule"] == "exponential"
    both = "x\nSteps: 20, Schedule type: Automatic, Sampler: DPM++ 2M Karras, Seed: 5"
    assert dialed.parse(both).settings["schedule"] == "karras"


ODD_VALUES = [
    # (pairs, setting, value kept, place of the problem)
    ("CFG scale: seven", "guidance_scale", "seven", "CFG scale"),
    ("CFG scale: nan", "guidance_scale", "nan", "CFG scale"),
    ("CFG scale: 1e999", "guidance_scale", "1e999", "CFG scale"),
    ("Clip skip: two", "clip_skip", "two", "Clip skip"),
    ("Size: big", "width", "big", "Size"),
    ("Schedule type: Unheard", "schedule", "Unheard", "Schedule type"),
]


@pytest.mark.parametrize(("pairs", "setting", "kept", "place"), ODD_VALUES)
def test_what_cannot_be_understood_is_kept_and_told(pairs, setting, kept, place):
    found = read(pairs)
    assert found.settings.get(setting, kept) == kept
    assert place in {problem.place for problem in found.problems}


@pytest.mark.parametrize(
    ("seed", "kept"), [("-1", -1), ("4294967295", 2**32 - 1), ("18446744073709551615", 2**64 - 1)]
)
def test_seeds_stay_as_written(seed, kept):
    assert dialed.parse(f"x\nSteps: 20, Sampler: Euler, Seed: {seed}").settings["seed"] == kept


def test_an_unknown_sampler_stays_as_written_and_is_told():
    found = dialed.parse("x\nSteps: 20, Sampler: Undefined, Seed: 5")
    assert found.settings["sampler"] == "Undefined"
    assert [problem.place for problem in found.problems] == ["Sampler"]


def test_what_is_unstated_has_no_key():
    assert dialed.parse("a cat\nSteps: 20").settings == {
        "prompt": "a cat",
        "num_inference_steps": 20,
    }


def test_what_is_stated_and_empty_is_an_empty_text():
    found = dialed.parse("Negative prompt: \nSteps: 20, Sampler: Euler, Seed: 5").settings
    assert (found["prompt"], found["negative_prompt"]) == ("", "")


def test_everything_else_is_kept_under_the_tools_own_key():
    found = read(
        'Face index: 2, TI hashes: "e: 1", Version: v1.9.4, ADetailer prompt: "a, b", User: me'
    )
    assert found.extras == {
        "Face index": "2",
        "TI hashes": "e: 1",
        "Version": "v1.9.4",
        "ADetailer prompt": "a, b",
        "User": "me",
    }

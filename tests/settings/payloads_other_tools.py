"""What NovelAI, Fooocus, Draw Things and Midjourney write, with the shape that their own sources give it.

The sources are named in each parser's module.
"""

import json

NAI_FIRST = {
    "Title": "AI generated image",
    "Description": "a lake at night",
    "Software": "NovelAI",
    "Source": "Stable Diffusion 81274D13",
    "Comment": json.dumps(
        {
            "steps": 28,
            "sampler": "k_euler_ancestral",
            "seed": 3204412345,
            "strength": 0.69,
            "noise": 0.667,
            "scale": 11.0,
            "uc": "lowres, bad anatomy",
        }
    ),
}
NAI_V3 = {
    "prompt": "a lake at night",
    "steps": 28,
    "height": 1216,
    "width": 832,
    "scale": 5.0,
    "uncond_scale": 1.0,
    "cfg_rescale": 0.2,
    "seed": 3204412345,
    "n_samples": 1,
    "hide_debug_overlay": False,
    "noise_schedule": "native",
    "sampler": "k_dpmpp_2s_ancestral",
    "controlnet_strength": 1.0,
    "controlnet_model": None,
    "dynamic_thresholding": False,
    "sm": True,
    "sm_dyn": False,
    "uc": "lowres",
    "request_type": "PromptGenerateRequest",
    "signed_hash": "abc",
}
NAI_V4 = {
    "v4_prompt": {
        "caption": {
            "base_caption": "a lake at night",
            "char_captions": [{"char_caption": "a boat", "centers": [{"x": 0.5, "y": 0.5}]}],
        },
        "use_coords": False,
        "use_order": True,
    },
    "v4_negative_prompt": {"caption": {"base_caption": "fog", "char_captions": []}},
    "steps": 23,
    "height": 832,
    "width": 1216,
    "scale": 6.0,
    "uncond_scale": 0.0,
    "cfg_rescale": 0.0,
    "seed": 1,
    "n_samples": 1,
    "noise_schedule": "karras",
    "sampler": "k_euler",
}
FOOOCUS = {
    "adm_guidance": "(1.5, 0.8, 0.3)",
    "base_model": "juggernautXL_v8Rundiffusion",
    "base_model_hash": "aeb7e9e689",
    "clip_skip": 2,
    "full_negative_prompt": ["fog", "anime"],
    "full_prompt": ["a lake at night", "cinematic still a lake at night"],
    "guidance_scale": 4,
    "lora_combined_1": "sd_xl_offset_example-lora_1.0 : 0.1",
    "loras": [["sd_xl_offset_example-lora_1.0", 0.1, "4852686128"]],
    "metadata_scheme": "fooocus",
    "negative_prompt": "fog",
    "performance": "Speed",
    "prompt": "a lake at night",
    "prompt_expansion": "",
    "refiner_model": "None",
    "refiner_switch": 0.5,
    "resolution": "(1152, 896)",
    "sampler": "dpmpp_2m_sde_gpu",
    "scheduler": "karras",
    "seed": "3204412345",
    "sharpness": 2,
    "steps": 30,
    "styles": "['Fooocus V2', 'Fooocus Sharp']",
    "vae": "Default (model)",
    "version": "Fooocus v2.5.3",
}
FOOOCUS_READ = {
    "model": "juggernautXL_v8Rundiffusion",
    "model_hash": "aeb7e9e689",
    "clip_skip": 2,
    "guidance_scale": 4.0,
    "prompt": "a lake at night",
    "negative_prompt": "fog",
    "width": 1152,
    "height": 896,
    "sampler": "dpmpp_2m_sde",
    "schedule": "karras",
    "seed": 3204412345,
    "num_inference_steps": 30,
    "vae": "Default (model)",
}
FOOOCUS_INFOTEXT = (
    "cinematic still a lake at night\nNegative prompt: fog, anime\n"
    "Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 3204412345, Size: 1152x896, CFG scale: 4, Sharpness: 2, "
    'ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL_v8Rundiffusion, Model hash: aeb7e9e689, '
    "Performance: Speed, Scheduler: karras, VAE: Default (model), Raw prompt: a lake at night, "
    'Raw negative prompt: fog, Clip skip: 2, Lora hashes: "sd_xl_offset_example-lora_1.0: 4852686128", '
    'Lora weights: "sd_xl_offset_example-lora_1.0: 0.1", Version: Fooocus v2.5.3'
)
DRAWTHINGS = {
    "c": "a lake at night",
    "uc": "fog",
    "lora": [{"model": "detail_lora_f16.ckpt", "weight": 0.75}],
    "control": [{"model": "canny.ckpt", "weight": 0.5, "guidance_start": 0, "guidance_end": 0.75}],
    "mask_blur": 1.5,
    "model": "sd_xl_base_1.0_f16.ckpt",
    "sampler": "Euler A Trailing",
    "scale": 5,
    "seed": 1105283975,
    "seed_mode": "Scale Alike",
    "size": "1024x1536",
    "steps": 30,
    "strength": 1,
    "clip_skip": 2,
    "shift": 2.5,
    "hires_fix": True,
    "first_stage_size": "512x768",
    "second_stage_strength": 0.7,
    "refiner": "sd_xl_refiner_1.0_f16.ckpt",
    "refiner_start": 0.8,
    "v2": {"guidanceScale": 5, "sampler": 10},
}
DRAWTHINGS_READ = {
    "prompt": "a lake at night",
    "negative_prompt": "fog",
    "mask_blur": 1.5,
    "model": "sd_xl_base_1.0_f16.ckpt",
    "sampler": "euler_ancestral",
    "schedule": "simple",
    "guidance_scale": 5.0,
    "seed": 1105283975,
    "width": 512,
    "height": 768,
    "hires_fix": True,
    "hires_width": 1024,
    "hires_height": 1536,
    "hires_strength": 0.7,
    "num_inference_steps": 30,
    "strength": 1.0,
    "clip_skip": 2,
    "shift": 2.5,
    "refiner_model": "sd_xl_refiner_1.0_f16.ckpt",
    "refiner_switch_step": 24,
}
DRAWTHINGS_TEXT = (
    "a lake\nat night\n-fog\nSteps: 30, Sampler: UniPC Trailing, Guidance Scale: 5.0, Seed: 7, Size: 512x768, "
    "Model: sd_v1.5_f16.ckpt, Strength: 1.0, Seed Mode: Scale Alike, CLIP Skip: 2, "
    "LoRA 1 Model: detail_lora_f16.ckpt, LoRA 1 Weight: 0.8, "
    "Control: tile.ckpt, Control No Prompt: false, Control Weight: 0.5, Control Start: 0.0, Control End: 0.9"
)
JOB = "6cd01bcd-91d8-4bb3-b8a4-6cd06c2b1111"


READ = {
    "NovelAI, first models": (
        NAI_FIRST,
        "novelai",
        {
            "prompt": "a lake at night",
            "negative_prompt": "lowres, bad anatomy",
            "num_inference_steps": 28,
            "sampler": "euler_ancestral",
            "seed": 3204412345,
            "strength": 0.69,
            "guidance_scale": 11.0,
            "model": "Stable Diffusion",
            "model_hash": "81274D13",
        },
    ),
    "NovelAI 3": (
        NAI_V3,
        "novelai",
        {
            "prompt": "a lake at night",
            "negative_prompt": "lowres",
            "num_inference_steps": 28,
            "height": 1216,
            "width": 832,
            "guidance_scale": 5.0,
            "guidance_rescale": 0.2,
            "seed": 3204412345,
            "num_images": 1,
            "schedule": "native",
            "sampler": "dpmpp_2s_ancestral",
        },
    ),
    "NovelAI 4": (
        {
            "Software": "NovelAI",
            "Source": "NovelAI Diffusion V4.5 4BDE2A90",
            "Comment": json.dumps(NAI_V4),
        },
        "novelai",
        {
            "prompt": "a lake at night",
            "negative_prompt": "fog",
            "num_inference_steps": 23,
            "height": 832,
            "width": 1216,
            "guidance_scale": 6.0,
            "guidance_rescale": 0.0,
            "seed": 1,
            "num_images": 1,
            "schedule": "karras",
            "sampler": "euler",
            "model": "NovelAI Diffusion V4.5",
            "model_hash": "4BDE2A90",
        },
    ),
    "NovelAI, a request": (
        {
            "input": "a lake",
            "model": "nai-diffusion-3",
            "action": "generate",
            "parameters": {"steps": 28, "scale": 6.0, "sampler": "k_euler", "uncond_scale": 1.0},
        },
        "novelai",
        {
            "prompt": "a lake",
            "model": "nai-diffusion-3",
            "num_inference_steps": 28,
            "guidance_scale": 6.0,
            "sampler": "euler",
        },
    ),
    "Fooocus, JSON": (FOOOCUS, "fooocus", FOOOCUS_READ),
    "Fooocus, infotext": (FOOOCUS_INFOTEXT, "fooocus", FOOOCUS_READ),
    "Fooocus, labels of the log": (
        {
            "Prompt": "a lake",
            "Performance": "Speed",
            "Resolution": "(1152, 896)",
            "Guidance Scale": 4.0,
            "Sharpness": 2.0,
            "Base Model": "juggernautXL_v8Rundiffusion.safetensors",
            "Refiner Model": "realistic.safetensors",
            "Refiner Switch": 0.8,
            "Steps": 30,
            "Sampler": "euler",
            "Seed": "7",
        },
        "fooocus",
        {
            "prompt": "a lake",
            "width": 1152,
            "height": 896,
            "guidance_scale": 4.0,
            "model": "juggernautXL_v8Rundiffusion.safetensors",
            "refiner_model": "realistic.safetensors",
            "refiner_switch_step": 24,
            "num_inference_steps": 30,
            "sampler": "euler",
            "seed": 7,
        },
    ),
    "Draw Things": (DRAWTHINGS, "drawthings", DRAWTHINGS_READ),
    "Draw Things, description": (
        DRAWTHINGS_TEXT,
        "drawthings",
        {
            "prompt": "a lake\nat night",
            "negative_prompt": "fog",
            "num_inference_steps": 30,
            "sampler": "uni_pc_bh2",
            "schedule": "simple",
            "guidance_scale": 5.0,
            "seed": 7,
            "width": 512,
            "height": 768,
            "model": "sd_v1.5_f16.ckpt",
            "strength": 1.0,
            "clip_skip": 2,
        },
    ),
    "Draw Things, configuration": (
        {
            "guidanceScale": 4.5,
            "seedMode": 2,
            "batchCount": 3,
            "sampler": 12,
            "steps": 20,
            "width": 512,
            "height": 768,
            "hiresFix": False,
            "hiresFixStrength": 0.7,
            "hiresFixWidth": 384,
            "hiresFixHeight": 576,
            "maskBlur": 1.5,
        },
        "drawthings",
        {
            "guidance_scale": 4.5,
            "num_images": 3,
            "sampler": "dpmpp_2m",
            "schedule": "align_your_steps",
            "num_inference_steps": 20,
            "width": 512,
            "height": 768,
            "hires_fix": False,
            "mask_blur": 1.5,
        },
    ),
    "Midjourney": (
        "a lake at night, mist --ar 16:9 --no fog, boats --seed 77 --stylize 250 --v 6.1 --tile",
        "midjourney",
        {
            "prompt": "a lake at night, mist",
            "aspect_ratio": "16:9",
            "negative_prompt": "fog, boats",
            "seed": 77,
            "tiling": True,
        },
    ),
    "Midjourney, as pasted": (
        f"/imagine prompt: a lake —ar 2:3 —no fog --no boats --niji 6 Job ID: {JOB}",
        "midjourney",
        {"prompt": "a lake", "aspect_ratio": "2:3", "negative_prompt": "fog, boats"},
    ),
    "Midjourney, the bot's message": (
        "**a lake, mist --ar 16:9 --zoom 2 --v 5.2** - Image #2 <@12345>",
        "midjourney",
        {"prompt": "a lake, mist", "aspect_ratio": "16:9"},
    ),
    "Midjourney, a job alone": (f"a lake Job ID: {JOB}", "midjourney", {"prompt": "a lake"}),
}
"""By what it is: payload, dialect, settings."""

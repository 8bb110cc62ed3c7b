"""What InvokeAI and SwarmUI write, with the shape that their own sources give it (named in each parser's module)."""

import json

INVOKEAI = {
    "generation_mode": "sdxl_txt2img",
    "positive_prompt": "a lake at night",
    "negative_prompt": "fog",
    "width": 1024,
    "height": 768,
    "seed": 4021337,
    "rand_device": "cpu",
    "cfg_scale": 7,
    "cfg_rescale_multiplier": 0.2,
    "steps": 30,
    "scheduler": "dpmpp_2m_k",
    "clip_skip": 1,
    "app_version": "4.2.9",
}
INVOKEAI_READ = {
    "prompt": "a lake at night",
    "negative_prompt": "fog",
    "width": 1024,
    "height": 768,
    "seed": 4021337,
    "guidance_scale": 7.0,
    "guidance_rescale": 0.2,
    "num_inference_steps": 30,
    "sampler": "dpmpp_2m",
    "schedule": "karras",
    "clip_skip": 2,
}
SD_METADATA = {
    "model": "stable diffusion",
    "model_weights": "stable-diffusion-1.5",
    "model_hash": "cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516",
    "app_id": "invoke-ai/InvokeAI",
    "app_version": "v2.2.4",
    "image": {
        "prompt": [{"prompt": "a lake [fog] at night [blurry]", "weight": 1}],
        "steps": 40,
        "cfg_scale": 7.5,
        "threshold": 0,
        "perlin": 0,
        "height": 512,
        "width": 704,
        "seed": 1288122137,
        "seamless": False,
        "hires_fix": False,
        "type": "txt2img",
        "postprocessing": None,
        "sampler": "k_euler_a",
        "variations": [],
    },
}
SD_READ = {
    "prompt": "a lake at night",
    "negative_prompt": "fog blurry",
    "num_inference_steps": 40,
    "guidance_scale": 7.5,
    "height": 512,
    "width": 704,
    "seed": 1288122137,
    "tiling": False,
    "hires_fix": False,
    "sampler": "euler_ancestral",
    "model": "stable-diffusion-1.5",
    "model_hash": SD_METADATA["model_hash"],
}
DREAM = '"a lake [fog] at night" -s 50 -S 7 -W 512 -H 704 -C 7.5 -A k_lms'
DREAM_READ = {
    "prompt": "a lake at night",
    "negative_prompt": "fog",
    "num_inference_steps": 50,
    "seed": 7,
    "width": 512,
    "height": 704,
    "guidance_scale": 7.5,
    "sampler": "lms",
}
GRAPH = {
    "id": "flux_graph",
    "nodes": {
        "loader": {"id": "loader", "type": "flux_model_loader", "model": {"name": "FLUX Dev"}},
        "text": {"id": "text", "type": "flux_text_encoder"},
        "typed": {"id": "typed", "type": "string", "value": "a lake at night"},
        "run": {
            "id": "run",
            "type": "flux_denoise",
            "num_steps": 28,
            "guidance": 4,
            "cfg_scale": 1,
            "seed": 5,
            "width": 1024,
            "height": 768,
        },
    },
    "edges": [
        {
            "source": {"node_id": "typed", "field": "value"},
            "destination": {"node_id": "text", "field": "prompt"},
        },
        {
            "source": {"node_id": "text", "field": "conditioning"},
            "destination": {"node_id": "run", "field": "positive_text_conditioning"},
        },
    ],
}
SWARMUI = {
    "sui_image_params": {
        "prompt": "a lake at night",
        "negativeprompt": "",
        "model": "OfficialStableDiffusion/sd_xl_base_1.0",
        "seed": "1",
        "steps": 20,
        "cfgscale": "7.0",
        "aspectratio": "Custom",
        "width": 1344,
        "height": 768,
        "sampler": "dpmpp_2m_sde_gpu",
        "scheduler": "karras",
        "clipstopatlayer": -2,
        "refinercontrolpercentage": 0.3,
        "refinermethod": "PostApply",
        "refinerupscale": 1.5,
        "refinerupscalemethod": "pixel-lanczos",
        "swarm_version": "0.9.3.1",
    },
    "sui_extra_data": {"date": "2025-01-25", "generation_time": "4.84 sec"},
    "sui_models": [
        {
            "name": "OfficialStableDiffusion/sd_xl_base_1.0.safetensors",
            "param": "model",
            "hash": "0xd7a9105a900fd52748f20725fe52fe52b507fd36bee4fc107b1550a26e6ee1d7",
        }
    ],
}
SWARMUI_READ = {
    "prompt": "a lake at night",
    "negative_prompt": "",
    "model": "OfficialStableDiffusion/sd_xl_base_1.0",
    "model_hash": "0xd7a9105a900fd52748f20725fe52fe52b507fd36bee4fc107b1550a26e6ee1d7",
    "seed": 1,
    "num_inference_steps": 20,
    "guidance_scale": 7.0,
    "width": 1344,
    "height": 768,
    "sampler": "dpmpp_2m_sde",
    "schedule": "karras",
    "clip_skip": 2,
    "hires_strength": 0.3,
    "hires_scale": 1.5,
    "hires_upscaler": "pixel-lanczos",
}


READ = {
    "InvokeAI, flat": (INVOKEAI, "invokeai", INVOKEAI_READ),
    "InvokeAI, as text": (json.dumps(INVOKEAI), "invokeai", INVOKEAI_READ),
    "InvokeAI, texts of a PNG": (
        {"invokeai_metadata": json.dumps(INVOKEAI), "invokeai_graph": "{}"},
        "invokeai",
        INVOKEAI_READ,
    ),
    "InvokeAI, 3.x model": (
        INVOKEAI | {"model": {"model_name": "dreamshaper", "base_model": "sd-1"}},
        "invokeai",
        INVOKEAI_READ | {"model": "dreamshaper"},
    ),
    "InvokeAI, 5.x model": (
        INVOKEAI | {"model": {"key": "k", "hash": "blake3:12ab", "name": "Dreamshaper 8"}},
        "invokeai",
        INVOKEAI_READ | {"model": "Dreamshaper 8", "model_hash": "blake3:12ab"},
    ),
    "InvokeAI, hires fix off": (
        INVOKEAI | {"hrf_enabled": False, "hrf_strength": 0.45, "hrf_method": "ESRGAN"},
        "invokeai",
        INVOKEAI_READ | {"hires_fix": False},
    ),
    "InvokeAI, graph alone": (
        {"invokeai_metadata": "null", "invokeai_graph": json.dumps(GRAPH)},
        "invokeai",
        {
            "prompt": "a lake at night",
            "num_inference_steps": 28,
            "distilled_guidance_scale": 4.0,
            "guidance_scale": 1.0,
            "seed": 5,
            "width": 1024,
            "height": 768,
            "model": "FLUX Dev",
        },
    ),
    "InvokeAI 2.x": (SD_METADATA, "invokeai", SD_READ),
    "InvokeAI 1.x, command": (DREAM, "invokeai", DREAM_READ),
    "InvokeAI 1.x, in a PNG": ({"Dream": DREAM}, "invokeai", DREAM_READ),
    "InvokeAI 1.x, image-to-image": (
        "a lake at night -s50 -S7 -C 7.5 -I in.png -A k_euler -f 0.6",
        "invokeai",
        {
            "prompt": "a lake at night",
            "num_inference_steps": 50,
            "seed": 7,
            "guidance_scale": 7.5,
            "sampler": "euler",
            "strength": 0.6,
        },
    ),
    "SwarmUI": (SWARMUI, "swarmui", SWARMUI_READ),
    "SwarmUI, refiner takes over": (
        {
            "sui_image_params": {
                "prompt": "a lake",
                "steps": 20,
                "refinercontrolpercentage": 0.2,
                "refinermethod": "StepSwap",
            }
        },
        "swarmui",
        {"prompt": "a lake", "num_inference_steps": 20},
    ),
}
"""By what it is: payload, dialect, settings."""

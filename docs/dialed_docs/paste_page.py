"""The page that explains pasted settings in the reader's browser, with the library itself."""

from __future__ import annotations

from dialed_docs.browser.explain import TOOLS
from dialed_docs.links import Links
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

PATH = "paste.md"

EXAMPLES = {
    "Infotext of A1111 or Civitai": """a lighthouse on a cliff, storm, oil painting <lora:oilpaint:0.8>
Negative prompt: blurry, people
Steps: 30, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1234, Size: 512x768, Model: sdxl, Clip skip: 2, Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: Latent""",
    "A request body": """{"model": "black-forest-labs/FLUX.1-schnell", "prompt": "a red house by a lake", "negative_prompt": "people",
 "num_inference_steps": 50, "guidance_scale": 7.5, "width": 1000, "height": 1000, "num_images_per_prompt": 2}""",
    "Midjourney": "a red house by a lake, morning fog --ar 3:2 --stylize 250 --chaos 20 --no people --seed 42",
    "diffusers": """from diffusers import StableDiffusionXLPipeline, EulerAncestralDiscreteScheduler

pipe = StableDiffusionXLPipeline.from_pretrained("stabilityai/sdxl-turbo")
pipe.scheduler = EulerAncestralDiscreteScheduler.from_config(pipe.scheduler.config)
image = pipe("a red house by a lake", num_inference_steps=30, guidance_scale=7.5, negative_prompt="people").images[0]""",
}
"""Settings to try, each with something in it that is not what it looks like."""


def paste_page(registry: Registry, links: Links, *, runtime: bool = True) -> str:
    """The Markdown source of the page.

    Args:
        registry: All records.
        links: The page's links.
        runtime: Whether the Python for the browser is there; without it the page names the commands instead.
    """
    return page(
        "paste.jinja",
        title="Paste Your Settings",
        description="Paste infotext, a ComfyUI graph, a request or a picture: every setting explained, checked and translated, in your browser.",
        hide=["toc"],
        runtime=runtime,
        examples=EXAMPLES,
        tools=[registry.dialects[d] for d in TOOLS if d in registry.dialects],
        links=links,
    )

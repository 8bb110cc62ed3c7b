"""The shortest infotext of a picture, for pairs and prompts to be put into."""

import dialed

BASE = {"num_inference_steps": 20, "sampler": "euler", "seed": 5}
LINE = "Steps: 20, Sampler: Euler, Seed: 5"


def read(pairs, prompt="a cat"):
    return dialed.parse(f"{prompt}\n{LINE}{', ' if pairs else ''}{pairs}")

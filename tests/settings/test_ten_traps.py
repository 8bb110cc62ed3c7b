"""The ten traps of settings that travel: where an alias alone gets the meaning wrong.

Each case goes through what a program would call: `resolve`, `parse`, `validate`, `translate`.
"""

import pytest

import dialed

BASE = {"prompt": "a lake", "num_inference_steps": 20}


def canonical(payload, source, model=None):
    return dialed.translate(payload, source=source, to="canonical", model=model).payload


def codes(payload, **more):
    return [problem.rule for problem in dialed.validate(payload, **more).problems]


def inputs(graph, kind):
    found = [node["inputs"] for node in graph.values() if node["class_type"] == kind]
    assert len(found) == 1, kind
    return found[0]


# 1. Guidance counted from another zero.


@pytest.mark.parametrize(
    ("model", "written", "means"),
    [
        ("z-image", 5.0, 6.0),
        ("z-image", 0.0, 1.0),
        ("z-image-turbo", 0.0, 1.0),
        ("sd15", 5.0, 5.0),
        ("sd15", 0.0, 1.0),
    ],
)
def test_1_the_zero_of_guidance(model, written, means):
    assert canonical({"guidance_scale": written}, "diffusers", model) == {"guidance_scale": means}


def test_1_the_zero_of_guidance_on_the_way_back():
    call = dialed.translate({"cfg": 6.0}, source="comfyui", to="diffusers", model="z-image").payload
    assert call["call"]["guidance_scale"] == 5.0
    graph = dialed.translate(
        {"guidance_scale": 5.0}, source="diffusers", to="comfyui", model="z-image"
    ).payload
    assert inputs(graph, "KSampler")["cfg"] == 6.0


# 2. Two guidances.


@pytest.mark.parametrize(
    ("name", "dialect", "model", "setting"),
    [
        ("guidance_scale", "diffusers", "flux-dev", "distilled_guidance_scale"),
        ("true_cfg_scale", "diffusers", "flux-dev", "guidance_scale"),
        ("true_cfg_scale", "diffusers", "qwen-image", "guidance_scale"),
        ("guidance_scale", "diffusers", "sdxl", "guidance_scale"),
        ("Distilled CFG Scale", "forge", None, "distilled_guidance_scale"),
        ("CFG scale", "forge", None, "guidance_scale"),
        ("guidance", "comfyui", None, "distilled_guidance_scale"),
        ("cfg", "comfyui", None, "guidance_scale"),
        ("guidance", "replicate", None, "distilled_guidance_scale"),
        ("guidance", "bfl", None, "distilled_guidance_scale"),
    ],
)
def test_2_which_guidance_a_name_means(name, dialect, model, setting):
    assert dialed.resolve(name, dialect=dialect, model=model).id == setting


def test_2_both_guidances_travel_under_their_own_names():
    written = {"CFG scale": 2, "Distilled CFG Scale": 3.5, "Steps": 20}
    call = dialed.translate(written, source="forge", to="diffusers", model="flux-dev").payload
    assert (call["call"]["true_cfg_scale"], call["call"]["guidance_scale"]) == (2, 3.5)
    graph = dialed.translate(written, source="forge", to="comfyui", model="flux-dev").payload
    assert inputs(graph, "KSampler")["cfg"] == 2
    assert inputs(graph, "FluxGuidance")["guidance"] == 3.5


def test_2_civitai_writes_the_embedded_one_under_the_name_of_the_other():
    text = (
        "a lake\nSteps: 20, Sampler: Euler, CFG scale: 3.5, Seed: 1, Size: 64x64, Model: FLUX dev, "
        'Civitai resources: [{"type":"checkpoint","modelName":"FLUX"}]'
    )
    settings = dialed.parse(text).settings
    assert settings["distilled_guidance_scale"] == 3.5
    assert "guidance_scale" not in settings


# 3. What switches guidance off.


@pytest.mark.parametrize(
    ("source", "written", "model"),
    [
        ("diffusers", {"guidance_scale": 0.0}, "sdxl-turbo"),
        ("diffusers", {"guidance_scale": 1.0}, "sdxl-turbo"),
        ("comfyui", {"cfg": 1.0}, "sdxl-turbo"),
        ("a1111", {"CFG scale": 1}, "sdxl-turbo"),
    ],
)
def test_3_off_is_off_everywhere(source, written, model):
    assert canonical(written, source, model) == {"guidance_scale": 1}
    graph = dialed.translate(written, source=source, to="comfyui", model=model).payload
    assert inputs(graph, "KSampler")["cfg"] == 1


# 4. Strength the other way round.


@pytest.mark.parametrize(
    ("dialect", "name", "written", "means"),
    [
        ("stability", "image_strength", 0.35, 0.65),
        ("leonardo", "init_strength", 0.3, 0.7),
        ("swarmui", "Init Image Creativity", 0.6, 0.6),
        ("a1111", "Denoising strength", 0.6, 0.6),
        ("replicate", "prompt_strength", 0.8, 0.8),
        ("ai-horde", "denoising_strength", 0.75, 0.75),
    ],
)
def test_4_which_way_strength_points(dialect, name, written, means):
    assert canonical({name: written}, dialect) == {"strength": means}
    back = dialed.translate({"strength": means}, to=dialect)
    flat = {**back.payload, **back.payload.get("params", {})}
    assert flat[name] == written


# 5. The steps that really run.


@pytest.mark.parametrize(
    ("source", "written", "asked"),
    [
        ("comfyui", {"steps": 20, "denoise": 0.5}, 40),
        ("a1111", {"Steps": 20, "Denoising strength": 0.5}, 20),
        ("diffusers", {"num_inference_steps": 20, "strength": 0.5, "image": "a.png"}, 20),
        ("invokeai", {"steps": 20, "strength": 0.5}, 20),
    ],
)
def test_5_the_steps_that_are_asked_for(source, written, asked):
    assert canonical(written, source)["num_inference_steps"] == asked


def test_5_as_many_steps_run_after_the_translation():
    written = {"num_inference_steps": 20, "strength": 0.5, "image": "a.png"}
    graph = dialed.translate(written, source="diffusers", to="comfyui", model="sd15").payload
    sampler = inputs(graph, "KSampler")
    assert (sampler["steps"], sampler["denoise"]) == (10, 0.5)
    back = dialed.translate(sampler, source="comfyui", to="diffusers", model="sd15").payload
    assert (back["call"]["num_inference_steps"], back["call"]["strength"]) == (20, 0.5)


# 6. The strength of the second pass under the name of strength.


@pytest.mark.parametrize(
    ("more", "setting", "other"),
    [
        (", Hires upscale: 2, Hires upscaler: Latent", "hires_strength", "strength"),
        (", Hires steps: 10", "hires_strength", "strength"),
        ("", "strength", "hires_strength"),
    ],
)
def test_6_whose_strength_it_is(more, setting, other):
    text = "a lake\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 64x64"
    settings = dialed.parse(f"{text}, Denoising strength: 0.4{more}").settings
    assert settings[setting] == 0.4
    assert other not in settings


def test_6_both_strengths_have_one_name_in_infotext():
    payload = {**BASE, "hires_scale": 2, "hires_strength": 0.4}
    written = dialed.translate(payload, to="a1111").payload
    assert written["Denoising strength"] == 0.4
    assert canonical(written, "a1111")["hires_strength"] == 0.4


# 7. Where the counting of CLIP's layers begins.


@pytest.mark.parametrize(
    ("dialect", "name", "written", "model", "means"),
    [
        ("a1111", "Clip skip", 1, None, 1),
        ("a1111", "Clip skip", 2, None, 2),
        ("ai-horde", "clip_skip", 1, None, 1),
        ("diffusers", "clip_skip", 1, "sd15", 2),
        ("diffusers", "clip_skip", 0, "sdxl", 2),
        ("diffusers", "clip_skip", 1, "sdxl", 3),
        ("comfyui", "stop_at_clip_layer", -1, None, 1),
        ("comfyui", "stop_at_clip_layer", -2, None, 2),
        ("swarmui", "CLIP Stop At Layer", -2, None, 2),
        ("invokeai", "clip_skip", 0, None, 1),
        ("runware", "clipSkip", 0, None, 1),
        ("runware", "clipSkip", 1, "sd15", 2),
        ("runware", "clipSkip", 0, "sdxl", 2),
    ],
)
def test_7_clip_skip_counts_from(dialect, name, written, model, means):
    assert canonical({name: written}, dialect, model)["clip_skip"] == means


# 8. Seeds.


@pytest.mark.parametrize(
    ("dialect", "written", "stated"),
    [
        ("a1111", {"Seed": -1}, {}),
        ("a1111-api", {"seed": -1}, {}),
        ("swarmui", {"Seed": -1}, {}),
        ("replicate", {"seed": None}, {}),
        ("stability", {"seed": 0}, {}),
        ("stability", {"seed": 7}, {"seed": 7}),
        ("ai-horde", {"seed": "123"}, {"seed": 123}),
        ("comfyui", {"noise_seed": 2**64 - 1}, {"seed": 2**64 - 1}),
    ],
)
def test_8_what_a_seed_means(dialect, written, stated):
    found = canonical(written, dialect)
    if dialect == "a1111":  # the file of a picture keeps what stands there
        stated = {"seed": -1}
    assert found == stated


def test_8_the_word_for_a_random_seed_stays_as_written_where_it_is_read():
    assert dialed.parse({"prompt": "a", "seed": 0}, "stability").settings["seed"] == 0
    assert dialed.parse({"prompt": "a", "seed": -1}, "a1111-api").settings["seed"] == -1


def test_8_a_seed_that_would_ask_for_chance_is_not_written():
    result = dialed.translate({"seed": 0}, to="stability")
    assert result.payload == {}
    assert [(n.kind, n.code) for n in result.notes] == [("lost", "DIAL502")]


@pytest.mark.parametrize(
    ("seed", "dialect", "told"),
    [
        (2**53 + 1, "a1111-api", "DIAL207"),
        (2**53 + 1, "comfyui", "DIAL207"),
        (2**32, "invokeai", "DIAL212"),
        (2**32, "drawthings", "DIAL212"),
        (2**32, "comfyui", None),
    ],
)
def test_8_seeds_have_an_end(seed, dialect, told):
    found = [c for c in codes({"prompt": "a", "seed": seed}, dialect=dialect) if c[:5] == "DIAL2"]
    assert found == ([told] if told else [])


def test_8_the_same_seed_is_other_noise():
    assert "DIAL505" in codes({"prompt": "a", "Seed": 7}, dialect="a1111", to="comfyui")


# 9. Several pictures.


def test_9_count_and_batch_are_two_settings():
    written = {"prompt": "a", "n_iter": 2, "batch_size": 3}
    assert canonical(written, "a1111-api") == {"prompt": "a", "num_images": 2, "batch_size": 3}
    graph = dialed.translate(written, source="a1111-api", to="comfyui")
    assert inputs(graph.payload, "EmptyLatentImage")["batch_size"] == 3
    assert ("num_images", "lost") in [(note.setting, note.kind) for note in graph.notes]


@pytest.mark.parametrize(
    ("dialect", "name", "told"),
    [("diffusers", "num_images_per_prompt", True), ("a1111-api", "n_iter", False)],
)
def test_9_one_seed_for_several_pictures(dialect, name, told):
    found = codes({"prompt": "a", "seed": 7, name: 4}, dialect=dialect)
    assert ("DIAL426" in found) is told


@pytest.mark.parametrize(
    ("written", "to", "told"),
    [
        ({"n_iter": 4}, "diffusers", True),
        ({"batch_size": 4}, "diffusers", True),
        ({"n_iter": 4}, "swarmui", False),
        ({"n_iter": 1}, "diffusers", False),
    ],
)
def test_9_seeds_that_rise_are_told_on_the_way_to_one_generator(written, to, told):
    payload = {"prompt": "a", "seed": 7, **written}
    problems = dialed.validate(payload, dialect="a1111-api", to=to, model="sd15").problems
    found = [p.message for p in problems if p.rule == "DIAL505"]
    assert ["(7, 8, ...)" in message for message in found] == ([True] if told else [])


# 10. Sizes.


@pytest.mark.parametrize(
    ("dialect", "written", "width", "height"),
    [
        ("a1111", {"Size": "512x768"}, 512, 768),
        ("ai-horde", {"params": {"width": 512, "height": 768}}, 512, 768),
        ("fal", {"image_size": {"width": 512, "height": 768}}, 512, 768),
        ("openai", {"size": "1024x1536"}, 1024, 1536),
    ],
)
def test_10_ways_to_write_a_size(dialect, written, width, height):
    found = canonical(written, dialect)
    assert (found["width"], found["height"]) == (width, height)


@pytest.mark.parametrize(
    ("size", "shape", "megapixels", "kind"),
    [
        ((1344, 768), "16:9", "1", "converted"),
        ((1360, 768), "16:9", "1", "approximate"),
        ((768, 1152), "2:3", "1", "approximate"),
        ((672, 384), "16:9", "0.25", "converted"),
    ],
)
def test_10_flux_at_replicate_takes_a_shape(size, shape, megapixels, kind):
    payload = {"prompt": "a", "width": size[0], "height": size[1]}
    result = dialed.translate(payload, to="replicate", model="flux-dev")
    assert result.payload == {"prompt": "a", "aspect_ratio": shape, "megapixels": megapixels}
    assert ("width", kind) in [(note.setting, note.kind) for note in result.notes]


def test_10_a_shape_becomes_a_size_where_sizes_are_taken():
    written = {"prompt": "a", "aspect_ratio": "9:16", "megapixels": "1"}
    result = dialed.translate(written, source="replicate", to="comfyui", model="flux-dev")
    sides = [n["inputs"] for n in result.payload.values() if "width" in n["inputs"]]
    assert [(s["width"], s["height"]) for s in sides] == [(768, 1344)]
    call = dialed.translate(written, source="replicate", to="diffusers", model="flux-dev").payload
    assert (call["call"]["width"], call["call"]["height"]) == (768, 1344)


def test_10_a_shape_that_contradicts_the_size_is_told():
    payload = {"prompt": "a", "aspect_ratio": "16:9", "width": 768, "height": 1344}
    assert "DIAL427" in codes(payload)

"""The siblings at tiny size: what they learn by, and that they train, go on, publish and load."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import (
    AutoPipelineForText2Image,
    ControlNetModel,
    DDIMScheduler,
    FluxPipeline,
    LCMScheduler,
    StableDiffusionPipeline,
)

from dialed_generator.members import read_member
from dialed_generator.rendering.loading import load_pipeline as load_member
from dialed_generator.vignette.__main__ import main
from dialed_generator.vignette.adapters.evaluation import outline_agreement
from dialed_generator.vignette.adapters.settings import TINY_ADAPTER
from dialed_generator.vignette.adapters.style import plain_caption, styled_scenes
from dialed_generator.vignette.assembly import Parts
from dialed_generator.vignette.autoencoder import build_autoencoder
from dialed_generator.vignette.captions import caption
from dialed_generator.vignette.denoiser import alphas_cumprod, build_denoiser
from dialed_generator.vignette.drawing import edge_map, render
from dialed_generator.vignette.files import save_checkpoint, write_json
from dialed_generator.vignette.flow.pipeline import generate, load_flow
from dialed_generator.vignette.flow.run import FlowRun
from dialed_generator.vignette.flow.settings import TINY_FLOW
from dialed_generator.vignette.flow.text import CLIP_LENGTH, T5_LENGTH, build_t5_tokenizer
from dialed_generator.vignette.flow.transformer import draw_times, pack
from dialed_generator.vignette.probe import ProbeNet
from dialed_generator.vignette.publishing import publish
from dialed_generator.vignette.scenes import random_scene
from dialed_generator.vignette.settings import TINY
from dialed_generator.vignette.text import build_text_encoder, build_tokenizer
from dialed_generator.vignette.turbo.consistency import Distillation, build_scheduler
from dialed_generator.vignette.turbo.lora import LORA_FILE, add_lora, largest_rank, save_lora

# diffusers passes tensors to numpy.array in its schedulers; numpy 2 warns about the missing keyword.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight:UserWarning"),
]


def make_base(target: Path) -> None:
    """A published base and the folder of its run, untrained: `weights/vignette` and `work`."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    vae = build_autoencoder(TINY.vae_widths)
    tokenizer = build_tokenizer()
    unet = build_denoiser(TINY.unet_widths, TINY.text_width)
    encoder = build_text_encoder(tokenizer, TINY.text_width, TINY.text_layers)
    folder = target / "weights" / "vignette"
    publish(Parts(tokenizer, encoder, vae, unet), ProbeNet(), folder)
    figures = {"probe_accuracy": 0.5, "vae_psnr_db": 20.0, "prompt_adherence": {"value": 0.25}}
    write_json(folder / "evaluation.json", figures)
    save_checkpoint(target / "work" / "vae.pt", {"model": vae.state_dict()})
    latents = {"latents": torch.randn(TINY.scenes, 12, 16, 16)}
    save_checkpoint(target / "work" / f"latents-{TINY.scenes}.pt", latents)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("siblings")
    make_base(target)
    return target


def command(base: Path, *words: str) -> int:
    weights = base / "weights"
    places = ["--work", str(base / "work"), "--base", str(weights / "vignette"), "--tiny"]
    if words[0] == "adapters":
        places += ["--weights", str(weights)]
    else:
        places += ["--folder", str(weights / f"vignette-{words[0]}")]
    return main([*words, *places, "--threads", "1"])


def report_of(folder: Path) -> dict[str, object]:
    report: dict[str, object] = json.loads((folder / "evaluation.json").read_text("utf-8"))
    assert {"prompt_adherence", "probe_accuracy", "vae_psnr_db", "samples_seen"} <= set(report)
    assert (folder / "README.md").is_file()
    assert (folder / "contact-sheet.webp").is_file()
    return report


def test_flow_trains_goes_on_publishes_and_loads(base: Path) -> None:
    assert command(base, "flow", "train") == 0
    folder = base / "weights" / "vignette-flow"
    report = report_of(folder)
    pipe = load_flow(folder)
    assert {weight.dtype for weight in pipe.text_encoder_2.parameters()} == {torch.float32}
    (image,) = generate(pipe, ["a red house"], [1], steps=2)
    assert image.size == (128, 128)
    # The time is up: a second training adds nothing, and what is published stays as it is.
    before = (folder / "transformer" / "diffusion_pytorch_model.safetensors").read_bytes()
    assert command(base, "flow", "train") == 0
    assert (folder / "transformer" / "diffusion_pytorch_model.safetensors").read_bytes() == before
    assert report_of(folder)["samples_seen"] == report["samples_seen"]
    run = FlowRun(base / "work" / "flow", TINY_FLOW)
    assert run.load()
    assert run.teacher is not None  # the last share of the time distilled the guidance


def test_guidance_means_nothing_before_it_is_distilled(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(1)
    run = FlowRun(tmp_path, TINY_FLOW)
    for weight in run.both.parameters():
        if not weight.any() and weight.requires_grad:
            torch.nn.init.normal_(weight, 0.0, 0.2)
    run.average.load_state_dict(run.both.state_dict())

    def answers() -> list[torch.Tensor]:
        torch.manual_seed(2)
        pooled, tokens = run.texts(["a red house", "snow at night"], 16)
        noisy, times = torch.randn(2, 64, 48), torch.tensor([0.3, 0.9])
        from dialed_generator.vignette.flow.transformer import velocity

        with torch.no_grad():
            return [
                velocity(run.transformer, noisy, times, pooled, tokens, torch.full((2,), scale))
                for scale in (1.0, 6.0)
            ]

    low, high = answers()
    assert torch.equal(low, high)
    words = {name: value.clone() for name, value in run.texts.state_dict().items()}
    run.start_distillation()
    for _ in range(3):
        run.learn(torch.randn(4, 12, 16, 16), ["a red house", "", "snow", "a lake"], 16, 1e-2)
    low, high = answers()
    assert not torch.equal(low, high)
    assert all(torch.equal(words[name], value) for name, value in run.texts.state_dict().items())


def test_latents_are_packed_as_the_pipeline_packs_them() -> None:
    latents = torch.randn(2, 12, 16, 8)
    assert torch.equal(pack(latents), FluxPipeline._pack_latents(latents, 2, 12, 16, 8))


def test_times_of_the_flow_cover_it_and_lean_to_the_noise() -> None:
    torch.manual_seed(0)
    times = draw_times(4000)
    assert float(times.min()) >= 0
    assert float(times.max()) <= 1
    quarters = torch.histc(times, 4, 0, 1) / len(times)
    assert quarters.min() > 0.14
    assert quarters[3] > quarters[0]


def test_every_caption_is_whole_words_and_fits_the_recommended_length() -> None:
    tokenizer = build_t5_tokenizer()
    longest = 0
    for number in range(400):
        drawn = caption(random_scene(number), number)
        pieces = tokenizer.tokenize(drawn.text)
        longest = max(longest, len(pieces) + 1)
        assert tokenizer.unk_token not in pieces
    assert CLIP_LENGTH < longest <= T5_LENGTH
    assert tokenizer.tokenize("a red house") == ["▁a", "▁red", "▁house"]
    assert "".join(tokenizer.tokenize("xq9")) == "▁xq9"  # unknown words are spelled


def test_turbo_distils_publishes_and_loads(base: Path) -> None:
    assert command(base, "turbo", "train") == 0
    folder = base / "weights" / "vignette-turbo"
    report = report_of(folder)
    assert report["base_prompt_adherence"] == 0.25
    assert (folder / LORA_FILE).stat().st_size <= 60_000
    member = read_member(folder)
    assert member is not None
    assert member.base == "vignette"
    pipe = AutoPipelineForText2Image.from_pretrained(base / "weights" / "vignette")
    pipe.load_lora_weights(folder)
    pipe.scheduler = LCMScheduler.from_pretrained(folder, subfolder="scheduler")
    pipe.set_progress_bar_config(disable=True)
    found = pipe("a house", num_inference_steps=2, guidance_scale=1.0, output_type="np").images
    assert np.isfinite(found).all()
    assert type(load_member(folder, "text-to-image").scheduler) is LCMScheduler


def test_the_teachers_steps_stay_on_the_path_of_a_known_picture() -> None:
    """With a teacher that knows the picture, every step keeps picture and noise."""
    rules = Distillation(grid=50, hop=40, stride=2, guidance=4.0)
    torch.manual_seed(0)
    clean, noise = torch.randn(5, 12, 8, 8), torch.randn(5, 12, 8, 8)
    steps = torch.tensor([999, 519, 59, 39, 19])

    def states_at(at: torch.Tensor) -> torch.Tensor:
        return rules.bar(at).sqrt() * clean + (1 - rules.bar(at)).sqrt() * noise

    def oracle(states: torch.Tensor, at: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        del text
        bar = alphas_cumprod()[at][:, None, None, None]
        picture = clean.repeat(len(states) // len(clean), 1, 1, 1)
        left = (states - bar.sqrt() * picture) / (1 - bar).sqrt()
        return bar.sqrt() * left - (1 - bar).sqrt() * picture

    text = torch.zeros(5, 4, 8)
    before, earlier = rules.earlier(oracle, states_at(steps), steps, text, text[:1])
    assert earlier.tolist() == [959, 479, 19, -1, -1]
    assert torch.allclose(before, states_at(earlier), atol=1e-3)
    assert torch.allclose(rules.picture(oracle, before, earlier, text)[3:], clean[3:], atol=1e-4)

    def liar(states: torch.Tensor, at: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        return torch.full_like(states, 7.0)

    # At the clean end the state is the answer, whatever the model says.
    assert torch.allclose(rules.picture(liar, before, earlier, text)[3:], clean[3:], atol=1e-4)
    drawn = rules.draw(64)
    assert set(drawn.tolist()) <= set(range(19, 1000, 20))


def test_the_scheduler_visits_the_timesteps_of_the_distillation() -> None:
    config = {
        "num_train_timesteps": 1000,
        "beta_start": 0.00085,
        "beta_end": 0.03,
        "beta_schedule": "scaled_linear",
        "prediction_type": "v_prediction",
    }
    scheduler = build_scheduler(config, 50)
    grid = set(range(19, 1000, 20))
    for steps in (1, 2, 4, 8):
        scheduler.set_timesteps(steps)
        assert set(scheduler.timesteps.tolist()) <= grid
        assert int(scheduler.timesteps[0]) == 999
    own = DDIMScheduler(**config)
    assert torch.allclose(scheduler.alphas_cumprod, own.alphas_cumprod)
    assert torch.allclose(scheduler.alphas_cumprod, alphas_cumprod(), atol=1e-6)


def test_a_lora_starts_as_nothing_fits_its_budget_and_survives_its_file(
    base: Path, tmp_path: Path
) -> None:
    folder = base / "weights" / "vignette"
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    inputs = (torch.randn(1, 12, 16, 16), torch.tensor([500]), torch.randn(1, 32, TINY.text_width))
    with torch.no_grad():
        plain = pipe.unet(*inputs).sample
        unet = StableDiffusionPipeline.from_pretrained(folder).unet
        with pytest.raises(ValueError, match="a LoRA of rank 1 on this UNet needs"):
            largest_rank(unet, 1000)
        rank = largest_rank(unet, 100_000)
        weights = add_lora(unet, rank, "turbo")
        assert torch.equal(unet(*inputs).sample, plain)
        for weight in weights:
            weight.copy_(torch.randn_like(weight).half() * 0.1)
        changed = unet(*inputs).sample
        file = save_lora(unet, "turbo", tmp_path)
        assert 60_000 < file.stat().st_size <= 100_000
        pipe.load_lora_weights(tmp_path, adapter_name="again")
        assert torch.allclose(pipe.unet(*inputs).sample, changed, atol=1e-4)
        assert not torch.allclose(changed, plain, atol=1e-2)


@pytest.mark.parametrize("name", ["blueprint", "neon", "control"])
def test_adapters_train_publish_and_load(base: Path, name: str) -> None:
    assert command(base, "adapters", "train", "--only", name) == 0
    place = "vignette-controlnet" if name == "control" else f"vignette-style-{name}"
    folder = base / "weights" / place
    report = report_of(folder)
    assert isinstance(report["samples_seen"], int)
    assert report["samples_seen"] > 0
    pipe = load_member(folder, "text-to-image")
    if name == "control":
        assert type(pipe).__name__ == "StableDiffusionControlNetPipeline"
        network = ControlNetModel.from_pretrained(folder, subfolder="controlnet")
        assert {weight.dtype for weight in network.parameters()} == {torch.float32}
    else:
        assert pipe.get_active_adapters() == ["lora_0"]


def test_a_style_is_learnt_without_a_word_for_it() -> None:
    import random

    for scene in styled_scenes(TINY_ADAPTER):
        words = plain_caption(scene, random.Random(scene.seed))
        assert not any(word in words for word in ("flat", "watercolo", "pixel", "line "))


def test_outlines_are_found_in_the_scene_they_come_from() -> None:
    scenes = [random_scene(9_000_000 + index) for index in range(6)]
    maps = np.stack([edge_map(scene)[..., 0] for scene in scenes])
    drawn = outline_agreement(np.stack([render(scene, style="line") for scene in scenes]), maps)
    assert drawn["value"] > 0.6
    assert drawn["value"] > drawn["chance"] + 0.1  # line drawings are full of lines
    empty = outline_agreement(np.full((6, 128, 128, 3), 90, dtype=np.uint8), maps)
    assert empty["value"] == 0.0


@pytest.mark.parametrize("sibling", ["flow", "turbo", "adapters"])
def test_without_a_base_run_it_says_what_to_do(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], sibling: str
) -> None:
    words = [sibling, "train", "--tiny", "--work", str(tmp_path)]
    assert main([*words, "--base", str(base / "weights" / "vignette")]) == 2
    told = capsys.readouterr().err
    assert "does not exist" in told
    assert "python -m dialed_generator.vignette train" in told

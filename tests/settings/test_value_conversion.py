"""Values to canonical and back: tables, and exact inverses over many numbers."""

import random

import pytest

import dialed
from dialed.conversion import Function, Linear, Pair, Table, TableRow
from dialed.setting_types import Alias
from dialed.value_conversion import Converter, number

READ = [
    # setting, dialect, name, written value, what else is stated, canonical values
    ("clip_skip", "a1111", "Clip skip", 2, {}, {"clip_skip": 1}),
    ("clip_skip", "a1111", "Clip skip", 1, {}, {"clip_skip": 0}),
    ("clip_skip", "comfyui", "stop_at_clip_layer", -2, {}, {"clip_skip": 1}),
    ("clip_skip", "diffusers", "clip_skip", 1, {}, {"clip_skip": 1}),
    ("width", "a1111", "Size", "512x768", {}, {"width": 512, "height": 768}),
    (
        "sampler",
        "a1111",
        "Sampler",
        "DPM++ 2M Karras",
        {},
        {"sampler": "dpmpp_2m", "schedule": "karras"},
    ),
    (
        "sampler",
        "a1111",
        "Sampler",
        "DPM++ 2M SDE Karras",
        {},
        {"sampler": "dpmpp_2m_sde", "schedule": "karras"},
    ),
    ("sampler", "a1111", "Sampler", "euler a", {}, {"sampler": "euler_ancestral"}),
    ("sampler", "comfyui", "sampler_name", "dpmpp_2m", {}, {"sampler": "dpmpp_2m"}),
    ("num_inference_steps", "comfyui", "steps", 20, {"strength": 0.5}, {"num_inference_steps": 40}),
    ("num_inference_steps", "comfyui", "steps", 20, {"strength": 1.0}, {"num_inference_steps": 20}),
    ("num_inference_steps", "comfyui", "steps", 20, {}, {"num_inference_steps": 20}),
    ("keep", "a1111", "Keep", 1, {}, {"keep": "much"}),
    ("seed", "diffusers", "generator", 7, {}, {"seed": 7}),
]


def alias_of(registry, setting, dialect, name):
    return next(
        a for a in registry.settings[setting].aliases if (a.dialect, a.name) == (dialect, name)
    )


@pytest.mark.parametrize(("setting", "dialect", "name", "written", "stated", "canonical"), READ)
def test_what_a_written_value_says(small, setting, dialect, name, written, stated, canonical):
    alias = alias_of(small, setting, dialect, name)
    found = Converter(small.written).to_canonical(small.settings[setting], alias, written, stated)
    assert found == canonical
    assert [type(v) for v in found.values()] == [type(v) for v in canonical.values()]


@pytest.mark.parametrize(("setting", "dialect", "name", "written", "stated", "canonical"), READ)
def test_what_was_read_is_written_back(small, setting, dialect, name, written, stated, canonical):
    converter, alias = Converter(small.written), alias_of(small, setting, dialect, name)
    back = converter.from_canonical(small.settings[setting], alias, stated | canonical)
    again = converter.to_canonical(small.settings[setting], alias, back, stated)
    # A1111 has a place of its own for the schedule, so the name written back need not state it.
    assert again.items() <= canonical.items()
    assert again[setting] == canonical[setting]


REFUSED = [
    ("clip_skip", "a1111", "Clip skip", "two"),
    ("clip_skip", "a1111", "Clip skip", float("nan")),
    ("clip_skip", "a1111", "Clip skip", True),
    ("width", "a1111", "Size", "512"),
    ("width", "a1111", "Size", 512),
    ("sampler", "a1111", "Sampler", "No Such"),
    ("sampler", "comfyui", "sampler_name", ["euler"]),
    ("keep", "a1111", "Keep", 2),
    ("keep", "a1111", "Keep", True),
]


@pytest.mark.parametrize(("setting", "dialect", "name", "written"), REFUSED)
def test_a_value_that_no_tool_writes_is_refused(small, setting, dialect, name, written):
    alias = alias_of(small, setting, dialect, name)
    with pytest.raises(dialed.InvalidValueError) as caught:
        Converter(small.written).to_canonical(small.settings[setting], alias, written, {})
    assert isinstance(caught.value, ValueError)
    assert caught.value.setting == setting
    assert caught.value.rule in str(caught.value)


@pytest.mark.parametrize(
    ("factor", "offset", "step"),
    [
        (1.0, 1.0, 0.1),
        (-1.0, 1.0, 0.01),
        (-1.0, -1.0, 1),
        (0.01, 0.0, 1),
        (100.0, 0.0, 0.01),
        (1.0, -1.0, 0.05),
    ],
)
def test_linear_conversions_are_exact_inverses(small, factor, offset, step):
    # Decimal steps, as people and sliders write them; binary fractions would drift.
    chance = random.Random(5)
    setting = small.settings["guidance_scale"]
    alias = Alias(
        dialect="a1111", name="x", convert=Linear(how="linear", factor=factor, offset=offset)
    )
    converter = Converter(small.written)
    for _ in range(2_000):
        written = round(chance.randrange(-10_000, 10_000) * step, 6)
        said = converter.to_canonical(setting, alias, written, {})
        assert converter.from_canonical(setting, alias, said) == written


def test_inverted_strength_is_written_without_noise(small):
    alias = Alias(
        dialect="a1111",
        name="image_strength",
        convert=Linear(how="linear", factor=-1.0, offset=1.0),
    )
    converter, strength = Converter(small.written), small.settings["strength"]
    assert converter.to_canonical(strength, alias, 0.35, {}) == {"strength": 0.65}
    assert converter.from_canonical(strength, alias, {"strength": 0.65}) == 0.35


def test_an_off_value_has_its_own_spelling(small):
    guidance = small.settings["guidance_scale"]
    alias = Alias(dialect="diffusers", name="guidance", off=0.0)
    converter = Converter(small.written)
    assert converter.to_canonical(guidance, alias, 0.0, {}) == {"guidance_scale": 1.0}
    assert converter.from_canonical(guidance, alias, {"guidance_scale": 1.0}) == 0.0
    seed = Alias(dialect="a1111", name="seed", off=-1)
    assert converter.to_canonical(small.settings["seed"], seed, -1, {}) == {}


@pytest.mark.parametrize(
    ("name", "written", "stated", "expected"),
    [
        ("text_seed", "42", {}, {"seed": 42}),
        ("text_seed", "lighthouse", {}, {"seed": "lighthouse"}),
        (
            "first_pass_size",
            "512x512",
            {"width": 1024, "height": 1024},
            {"width": 512, "height": 512, "hires_width": 1024, "hires_height": 1024},
        ),
        ("first_pass_size", "512x768", {}, {"width": 512, "height": 768}),
        (  # 0x0: AUTOMATIC1111 worked it out, about 512 x 512 pixels in steps of 64
            "first_pass_size",
            "0x0",
            {"width": 1024, "height": 1536},
            {"width": 448, "height": 640, "hires_width": 1024, "hires_height": 1536},
        ),
        ("share_of_steps", 0.8, {"num_inference_steps": 25}, {"seed": 20}),
        ("share_of_steps", "0.75", {"num_inference_steps": 30}, {"seed": 23}),
        ("share_of_steps", 1, {"num_inference_steps": 30}, {"seed": 30}),
        ("hires_steps_asked", 60, {"hires_strength": 0.2}, {"seed": 12}),
        ("hires_steps_asked", 60, {}, {"seed": 60}),
    ],
)
def test_conversions_in_code(small, name, written, stated, expected):
    alias = Alias(dialect="a1111", name="x", convert=Function(how="function", name=name))
    assert (
        Converter(small.written).to_canonical(small.settings["seed"], alias, written, stated)
        == expected
    )


@pytest.mark.parametrize(
    ("name", "written", "stated", "rule"),
    [
        ("share_of_steps", 0.8, {}, "where the number of steps is stated"),
        ("share_of_steps", 1.5, {"num_inference_steps": 20}, "between 0 and 1"),
        ("share_of_steps", "half", {"num_inference_steps": 20}, "between 0 and 1"),
        ("first_pass_size", "0x0", {"width": 1024}, "which is missing"),
        ("first_pass_size", "large", {}, "512x768"),
    ],
)
def test_conversions_in_code_refuse(small, name, written, stated, rule):
    alias = Alias(dialect="a1111", name="x", convert=Function(how="function", name=name))
    with pytest.raises(dialed.InvalidValueError, match=rule):
        Converter(small.written).to_canonical(small.settings["seed"], alias, written, stated)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        *(("share_of_steps", {"num_inference_steps": steps}) for steps in (1, 3, 6, 20, 28, 50)),
        *(("hires_steps_asked", {"hires_strength": s}) for s in (0.2, 0.3, 0.35, 0.7, 1.0)),
    ],
)
def test_steps_survive_the_way_there_and_back(small, name, beside):
    alias = Alias(dialect="a1111", name="x", convert=Function(how="function", name=name))
    setting, converter = small.settings["seed"], Converter(small.written)
    for step in range(1, beside.get("num_inference_steps", 60) + 1):
        written = converter.from_canonical(setting, alias, beside | {"seed": step})
        assert converter.to_canonical(setting, alias, written, beside) == {"seed": step}


@pytest.mark.parametrize("beside", [{}, {"num_inference_steps": 10}, {"num_inference_steps": 0}])
def test_a_step_past_the_run_is_no_share_of_it(small, beside):
    alias = Alias(
        dialect="a1111", name="x", convert=Function(how="function", name="share_of_steps")
    )
    with pytest.raises(dialed.InvalidValueError, match="must not exceed"):
        Converter(small.written).from_canonical(
            small.settings["seed"], alias, beside | {"seed": 11}
        )


def test_a_generator_gives_its_seed(small):
    class Generator:
        def initial_seed(self) -> int:
            return 7

    alias = alias_of(small, "seed", "diffusers", "generator")
    assert Converter(small.written).to_canonical(
        small.settings["seed"], alias, Generator(), {}
    ) == {"seed": 7}


def test_a_pair_needs_both_parts(small):
    alias = Alias(dialect="a1111", name="Size", convert=Pair(how="pair", parts=("width", "height")))
    with pytest.raises(dialed.InvalidValueError, match="height"):
        Converter(small.written).from_canonical(small.settings["width"], alias, {"width": 512})


def test_a_table_says_what_it_can(small):
    rows = (TableRow(written=False, canonical=1), TableRow(written=True, canonical=2))
    alias = Alias(dialect="a1111", name="x", convert=Table(how="table", rows=rows))
    converter, seed = Converter(small.written), small.settings["seed"]
    assert converter.to_canonical(seed, alias, True, {}) == {"seed": 2}
    with pytest.raises(dialed.InvalidValueError, match="1 or 2"):
        converter.from_canonical(seed, alias, {"seed": 3})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1, 1),
        (1.5, 1.5),
        ("7", 7),
        ("7.0", 7.0),
        (" 7 ", 7),
        ("-1", -1),
        ("1e3", 1000.0),
        (True, None),
        ("nan", None),
        ("inf", None),
        (float("inf"), None),
        ("", None),
        ("9" * 5000, None),
        (None, None),
        ([], None),
    ],
)
def test_what_counts_as_a_number(given, expected):
    assert number(given) == expected

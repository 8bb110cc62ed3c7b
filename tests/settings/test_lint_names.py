"""Checks of names: files and their ids, aliases, and whatever one record calls by another's id."""

import pytest

STEPS, GUIDANCE, SAMPLER = "settings/steps.toml", "settings/guidance.toml", "settings/sampler.toml"


def alias(name, dialect="diffusers", **more) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'+\n[[aliases]]\ndialect = "{dialect}"\nname = "{name}"\n{lines}'


FILE_PAIRS = [
    pytest.param({}, [], id="clean"),
    pytest.param(
        {STEPS: ('id = "steps"', 'id = "step"')},
        ['settings/steps.toml:2 id: the id "step" is not the name of the file'],
        id="id",
    ),
    pytest.param(
        {"settings/steps.md": None},
        ["settings/steps.toml:0 : there is no prose steps.md beside it"],
        id="no-prose",
    ),
    pytest.param(
        {"settings/other.md": "## What It Does\n"},
        ["settings/other.md:0 : prose without its setting: there is no other.toml"],
        id="orphan",
    ),
    pytest.param(
        {"models/notes.txt": "x"},
        ["models/notes.txt:0 : a record is a .toml and a .md, and this is neither"],
        id="neither",
    ),
    pytest.param(
        {"draft.toml": "x"},
        ["draft.toml:0 : this file belongs to no kind of record"],
        id="stray-file",
    ),
    pytest.param(
        {"themes/x.toml": "x"},
        ["themes:0 : this folder belongs to no kind of record"],
        id="stray-folder",
    ),
    pytest.param(
        {"models/a-one.md": None},
        ["models/a-one.toml:0 : there is no prose a-one.md beside it"],
        id="model",
    ),
    pytest.param({"setting.schema.json": "{}"}, [], id="a-schema-is-at-home"),
]


@pytest.mark.parametrize(("edits", "expected"), FILE_PAIRS)
def test_file_pairs(lint_finds, edits, expected):
    assert lint_finds("file-pairs", edits) == expected


TAKEN = "in dialect diffusers also names guidance"
COLLISIONS = [
    pytest.param(
        {STEPS: alias("Guidance")}, [f'"Guidance" {TAKEN}, and neither is primary'], id="same-name"
    ),
    pytest.param(
        {STEPS: alias("gui-dance")},
        [f'"gui-dance" {TAKEN}, and neither is primary'],
        id="same-folded",
    ),
    pytest.param({STEPS: alias("guidance", primary="true")}, [], id="one-primary"),
    pytest.param(
        {STEPS: alias("guidance", where='{ model = ["b-one"] }')}, [], id="one-has-a-place"
    ),
    pytest.param({STEPS: alias("guidance", dialect="comfyui")}, [], id="another-dialect"),
    pytest.param(
        {
            STEPS: alias("g", where='{ family = ["family-a"] }'),
            GUIDANCE: alias("g", where='{ model = ["b-one"] }'),
        },
        [],
        id="other-models",
    ),
    pytest.param(
        {
            STEPS: alias("g", where='{ family = ["family-a"] }'),
            GUIDANCE: alias("g", where='{ model = ["a-one", "b-one"] }'),
        },
        [
            '"g" in dialect diffusers also names guidance in an overlapping place, and neither is primary'
        ],
        id="a-model-of-the-family",
    ),
    pytest.param(
        {
            STEPS: alias("g", where='{ pipeline = ["StableDiffusion*"] }'),
            GUIDANCE: alias("g", where='{ pipeline = ["*Pipeline"] }'),
        },
        [
            '"g" in dialect diffusers also names guidance in an overlapping place, and neither is primary'
        ],
        id="patterns-that-meet",
    ),
    pytest.param(
        {
            STEPS: alias("g", where='{ pipeline = ["Flux*"] }'),
            GUIDANCE: alias("g", where='{ pipeline = ["StableDiffusion*"] }'),
        },
        [],
        id="patterns-apart",
    ),
    pytest.param(
        {
            STEPS: alias("g", where='{ node = ["A"] }'),
            GUIDANCE: alias("g", where='{ node = ["B"] }'),
        },
        [],
        id="nodes",
    ),
    pytest.param(
        {
            STEPS: alias("g", where='{ version = "<1.9" }'),
            GUIDANCE: alias("g", where='{ version = ">=1.9" }'),
        },
        [],
        id="versions",
    ),
    pytest.param(
        {STEPS: alias("num_steps")},
        ['"num_steps" stands twice in dialect diffusers for the same place'],
        id="twice",
    ),
    pytest.param(
        {STEPS: alias("num_steps", where='{ model = ["a-one"] }')}, [], id="twice-in-two-places"
    ),
]


@pytest.mark.parametrize(("edits", "messages"), COLLISIONS)
def test_alias_collision(lint_finds, edits, messages):
    found = lint_finds("alias-collision", edits)
    assert [text.split(": ", 1)[1] for text in found] == messages
    assert all(text.startswith("settings/steps.toml:") for text in found)


@pytest.mark.parametrize(
    ("edits", "settings"),
    [
        ({}, []),
        ({STEPS: alias("guidance", primary="true")}, []),
        (
            {STEPS: alias("g", primary="true"), GUIDANCE: alias("G", primary="true")},
            ["guidance", "steps"],
        ),
        ({STEPS: alias("g", primary="true"), GUIDANCE: alias("g", "comfyui", primary="true")}, []),
    ],
)
def test_alias_primary(lint_finds, edits, settings):
    found = lint_finds("alias-primary", edits)
    assert [text.split(":")[0] for text in found] == [f"settings/{name}.toml" for name in settings]
    assert all("is primary here and in" in text for text in found)


NO_MODEL = 'there is no model or family "nobody"'
NO_SETTING = 'there is no setting "nothing"'
REFERENCES = [
    ("known-models", STEPS, ('families = ["family-a"]', 'families = ["family-a", "nobody"]'), "ranges[0].families[1]", NO_MODEL),
    ("known-models", STEPS, ('model = "a-one"\nvalue = 50', 'model = "nobody"\nvalue = 50'), "values[1].model", NO_MODEL),
    ("known-models", STEPS, ('models = ["a-one"]', 'models = ["nobody"]'), "comparisons[0].models[0]", NO_MODEL),
    ("known-models", STEPS, ('dialects = ["comfyui"] }', 'models = ["nobody"] }'), "does_nothing[0].when.models[0]", NO_MODEL),
    ("known-models", STEPS, ('node = ["KSampler"]', 'family = ["nobody"]'), "aliases[1].where.family[0]", NO_MODEL),
    ("known-models", "models/a-one.toml", ('family = "family-a"', 'family = "nobody"'), "family", 'there is no family "nobody"'),
    ("known-models", "models/a-one.toml", ('family = "family-a"', 'family = "b-one"'), "family", '"b-one" is a model, not a family'),
    ("known-settings", STEPS, ('with = "guidance"', 'with = "nothing"'), "interactions[0].with", NO_SETTING),
    ("known-settings", STEPS, ('setting = "guidance", op', 'setting = "nothing", op'), "does_nothing[0].when.setting", NO_SETTING),
    ("known-settings", STEPS, ("hold = { guidance", "hold = { nothing"), "comparisons[0].hold.nothing", NO_SETTING),
    ("known-settings", STEPS, ('axes = [{ setting = "steps"', 'axes = [{ setting = "nothing"'), "comparisons[0].axes[0].setting", NO_SETTING),
    ("known-settings", "models/family-a.toml", ('setting = "guidance"', 'setting = "nothing"'), "ignores[0].setting", NO_SETTING),
    ("known-settings", STEPS, ('with = "guidance"', 'with = "steps"'), "interactions", "a setting does not interact with itself"),
    ("known-settings", STEPS, ('comparison = "runs"', 'comparison = "grid"'), "interactions[0].comparison", 'there is no comparison "grid" in this record'),
    ("known-dialects", STEPS, ('dialect = "diffusers"', 'dialect = "nowhere"'), "aliases[0].dialect", 'there is no dialect "nowhere"'),
    ("known-dialects", STEPS, ('dialects = ["comfyui"]', 'dialects = ["nowhere"]'), "does_nothing[0].when.dialects[0]", 'there is no dialect "nowhere"'),
    ("known-dialects", "samplers/heun.toml", ('dialect = "comfyui"', 'dialect = "nowhere"'), "names[0].dialect", 'there is no dialect "nowhere"'),
    ("known-samplers", "models/family-b.toml", ('sampler = "euler"', 'sampler = "none"'), "sampler", 'there is no sampler "none"'),
    ("known-samplers", "models/family-b.toml", ('schedule = "normal"', 'schedule = "none"'), "schedule", 'there is no schedule "none"'),
    ("known-samplers", "samplers/heun.toml", ('schedule = "normal"', 'schedule = "none"'), "names[0].schedule", 'there is no schedule "none"'),
    ("known-samplers", "samplers/euler.toml", ('schedules = ["normal"]', 'schedules = ["none"]'), "diffusers[0].schedules[0]", 'there is no schedule "none"'),
    ("known-samplers", SAMPLER, ('value = "euler"', 'value = "none"'), "values[0].value", 'there is no sampler "none"'),
    ("known-samplers", SAMPLER, ('values = ["euler"]', 'values = ["none"]'), "ranges[0].values[0]", 'there is no sampler "none"'),
    ("known-samplers", STEPS, ('sampler = "euler"', 'sampler = "heun"'), "comparisons[0].hold.sampler", 'diffusers has no sampler "heun", so it cannot be rendered'),
]  # fmt: skip


@pytest.mark.parametrize(("check", "file", "edit", "place", "message"), REFERENCES)
def test_whatever_is_named_exists(lint_finds, check, file, edit, place, message):
    assert message in [text.split(f" {place}: ", 1)[-1] for text in lint_finds(check, {file: edit})]


@pytest.mark.parametrize(
    "check", ["known-models", "known-settings", "known-dialects", "known-samplers"]
)
def test_nothing_is_missed_in_clean_records(lint_finds, check):
    assert lint_finds(check, {}) == []


def test_a_member_is_not_told_what_its_family_wrote(lint_finds):
    found = lint_finds(
        "known-settings", {"models/family-a.toml": ('setting = "guidance"', 'setting = "nothing"')}
    )
    assert [text.split(":")[0] for text in found] == ["models/family-a.toml"]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, []),
        (
            {
                GUIDANCE: (
                    '[[interactions]]\nwith = "steps"\ntext = "Strong guidance wants more steps."\n',
                    "",
                )
            },
            ["guidance does not name steps among its own interactions"],
        ),
        (
            {STEPS: '+\n[[interactions]]\nwith = "guidance"\ntext = "Again."\n'},
            ["a second interaction with guidance"],
        ),
    ],
)
def test_interactions_symmetric(lint_finds, edits, expected):
    assert [
        text.split(": ", 1)[1] for text in lint_finds("interactions-symmetric", edits)
    ] == expected


UNIQUE = [
    ("known-as", {STEPS: ('id = "steps"\n', 'id = "steps"\nalso_known_as = ["Guid-ance"]\n')}, 'also_known_as[0]: "Guid-ance" is also a name of guidance'),
    ("known-as", {STEPS: '+renamed_from = ["sampler"]\n'}, 'status.renamed_from[0]: "sampler" is also a name of sampler'),
    ("known-as", {STEPS: ('id = "steps"\n', 'id = "steps"\nalso_known_as = ["STEPS", "s"]\n')}, None),
    ("model-names", {"models/b-one.toml": ('family = "family-b"\n', 'family = "family-b"\naliases = ["b", "A-One"]\n')}, 'aliases[1]: "A-One" is also a name of a-one'),
    ("model-names", {"models/b-one.toml": ('title = "B One"', 'title = "Family C"')}, None),
    ("model-names", {"models/b-one.toml": ('family = "family-b"\n', 'family = "family-b"\naliases = ["b"]\n')}, None),
    ("tool-names", {"samplers/heun.toml": ('name = "heun"', 'name = "Euler"')}, 'names[0].name: "Euler" in dialect comfyui also names euler'),
    ("tool-names", {"samplers/heun.toml": ('dialect = "comfyui"\nname = "heun"', 'dialect = "diffusers"\nname = "euler"')}, None),
    ("tool-names", {"schedules/normal.toml": ('name = "normal"', 'name = "normal"\npreferred = true\n[[names]]\ndialect = "comfyui"\nname = "plain"\npreferred = true')}, 'names[1].preferred: "normal" is preferred in dialect comfyui already'),
    ("tool-names", {"schedules/normal.toml": ('name = "normal"', 'name = "normal"\n[[names]]\ndialect = "comfyui"\nname = "plain"\npreferred = true')}, None),
]  # fmt: skip


@pytest.mark.parametrize(("check", "edits", "expected"), UNIQUE)
def test_a_name_leads_to_one_record(lint_finds, check, edits, expected):
    found = [text.split(" ", 1)[1] for text in lint_finds(check, edits)]
    assert found == ([] if expected is None else [expected])

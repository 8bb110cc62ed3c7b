"""Checks of what stands alone: records that nothing leads to, exceptions whose reason has gone."""

import pytest

STEPS = "settings/steps.toml"
DIFFUSERS = "dialects/diffusers.toml"
OTHER = 'written_as = "arguments"\nother_arguments = [%s]\n'

ORPHANS = [
    ({}, []),
    (
        {
            "samplers/heun.toml": (
                '[[names]]\ndialect = "comfyui"\nname = "heun"\nschedule = "normal"\n',
                "",
            )
        },
        ["samplers/heun.toml:2 id: no tool has this sampler"],
    ),
    (
        {
            "schedules/normal.toml": (
                'arguments = {}\n\n[[names]]\ndialect = "comfyui"\nname = "normal"\n',
                "",
            )
        },
        ["schedules/normal.toml:2 id: no tool has this schedule"],
    ),
    (
        {
            "models/b-one.toml": (
                'inherits = "family-b"\nfamily = "family-b"\n',
                'inherits = "family-a"\nfamily = "family-a"\n',
            )
        },
        ["models/family-b.toml:2 id: no model belongs to this family or inherits from it"],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), ORPHANS)
def test_orphans(lint_finds, edits, expected):
    assert lint_finds("orphans", edits) == expected


def test_a_dialect_in_which_nothing_has_a_name_is_an_orphan(lint_finds, record_folder):
    text = (record_folder() / "dialects" / "comfyui.toml").read_text(encoding="utf-8")
    lonely = text.replace('"comfyui"', '"lonely"')
    heir = text.replace('"comfyui"', '"heir"').replace(
        'kind = "library"', 'kind = "library"\nlike = "diffusers"'
    )
    edits = {"dialects/lonely.toml": lonely, "dialects/heir.toml": heir}
    found = lint_finds("orphans", edits)
    assert [text.split(":")[0] for text in found] == ["dialects/lonely.toml"]


STALE = [
    ({}, []),
    (
        {STEPS: ('id = "steps"\n', 'id = "steps"\nno_picture = "It takes long."\n')},
        [
            f"{STEPS}:3 no_picture: it says why no picture can show it, and has a comparison that does"
        ],
    ),
    (
        {
            DIFFUSERS: (
                'written_as = "arguments"\n',
                OTHER % '{ name = "Num steps", role = "internal" }',
            )
        },
        ['other_arguments[0].name: "Num steps" is listed as no setting and is a name of steps'],
    ),
    (
        {
            DIFFUSERS: (
                'written_as = "arguments"\n',
                OTHER % '{ name = "num_steps", role = "internal", pipelines = ["Odd*"] }',
            )
        },
        [],
    ),
    (
        {
            DIFFUSERS: (
                'written_as = "arguments"\n',
                OTHER % '{ name = "image", role = "input" }, { name = "image", role = "input" }',
            )
        },
        ['other_arguments[1].name: "image" is listed twice'],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), STALE)
def test_stale_exceptions(lint_finds, edits, expected):
    found = lint_finds("stale-exceptions", edits)
    assert [text.endswith(wanted) for text, wanted in zip(found, expected, strict=True)] == [
        True for _ in expected
    ]

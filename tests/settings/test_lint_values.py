"""Checks of values: limits, ranges, recommendations, conditions, comparisons and what is seen in them."""

import pytest

STEPS, GUIDANCE, SAMPLER = "settings/steps.toml", "settings/guidance.toml", "settings/sampler.toml"

RANGE_LIMITS = [
    pytest.param({}, [], id="clean"),
    pytest.param({STEPS: ("from = 1\n", "from = 0.5\n")}, ["ranges[0].from: 0.5 cannot be a value of steps: it must be at least 1"], id="from"),
    pytest.param({STEPS: ("to = 10\n", "to = 101\n")}, ["ranges[0].to: 101 cannot be a value of steps: it must be at most 100"], id="to"),
    pytest.param({STEPS: ("max = 50", "max = 500")}, ["view.max: 500 cannot be a value of steps: it must be at most 100"], id="view"),
    pytest.param({STEPS: ("high = 30", "high = 300")}, ["values[0].high: 300 cannot be a value of steps: it must be at most 100"], id="usual"),
    pytest.param({STEPS: ("max = 100 }", "max = 100, multiple_of = 3 }")}, [], id="bounds-need-no-multiple"),
    pytest.param({GUIDANCE: ("max = 30 }", "max = 30, exclusive_max = true }\nview = { min = 0, max = 30, step = 1 }")}, ["view.max: 30 cannot be a value of guidance: it must be below 30"], id="exclusive"),
    pytest.param({SAMPLER: ('values = ["euler"]', 'values = ["euler"]\nfrom = 1')}, ["ranges[0].from: a setting of kind choice has no bounds"], id="no-number"),
    pytest.param(
        {STEPS: '+\n[[ranges]]\nlabel = "low"\nto = 3\nfamilies = ["a-one", "family-a"]\ntext = "Again."\nevidence = [{ kind = "community", url = "https://example.com/x", read = 2026-01-02 }]\n'},
        ['ranges[1].label: a second range is called "low" for family-a'],
        id="label",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), RANGE_LIMITS)
def test_range_limits(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("range-limits", edits)] == expected


CANNOT = "cannot be a value of"
VALUE_LIMITS = [
    pytest.param({}, [], id="clean"),
    pytest.param({STEPS: ("value = 25\n", "value = 25.5\n")}, [f"values[0].value: 25.5 {CANNOT} steps: it must be a whole number"], id="whole"),
    pytest.param({STEPS: ("value = 50\nevidence", "value = true\nevidence")}, [f"values[1].value: true {CANNOT} steps: it must be a number"], id="flag"),
    pytest.param({STEPS: ("value = 50\nevidence", "value = 101\nevidence")}, [f"values[1].value: 101 {CANNOT} steps: it must be at most 100"], id="limit"),
    pytest.param({STEPS: ("value = 25\n", "value = 31\n")}, ["values[0].value: 31 lies outside its own usual range 10 to 30"], id="usual"),
    pytest.param({STEPS: ("default = 50", "default = 0")}, [f"aliases[0].default: 0 {CANNOT} steps: it must be at least 1"], id="default"),
    pytest.param({STEPS: ("default = 50", "off = 0\ndefault = 0")}, [], id="off-default"),
    pytest.param({STEPS: ("max = 100 }", "max = 100, multiple_of = 10 }")}, [f"values[0].value: 25 {CANNOT} steps: it must be a multiple of 10"], id="multiple"),
    pytest.param({GUIDANCE: ("off = 1", "off = -1")}, [f"off: -1 {CANNOT} guidance: it must be at least 0"], id="off"),
    pytest.param({GUIDANCE: ("min = 0,", "min = 1, exclusive_min = true,")}, [f"off: 1 {CANNOT} guidance: it must be above 1"], id="exclusive"),
    pytest.param({GUIDANCE: ("default = 4", "default = 40")}, [f"aliases[0].default: 41.0 {CANNOT} guidance: it must be at most 30"], id="linear"),
    pytest.param({GUIDANCE: ("default = 4", 'default = "4"')}, ['aliases[0].default: the default "4" is no number, but the conversion is linear'], id="linear-text"),
    pytest.param({GUIDANCE: ('default = "on"', 'default = "full"')}, ['aliases[1].default: the default "full" is not in the table of this alias'], id="table"),
    pytest.param({GUIDANCE: ("canonical = 7.5", "canonical = 75")}, [f"aliases[1].default: 75 {CANNOT} guidance: it must be at most 30"], id="table-limit"),
    pytest.param({SAMPLER: ('kind = "choice"', 'kind = "choice"\nlimits = { choices = ["heun"] }')}, [f'values[0].value: "euler" {CANNOT} sampler: it is not among its choices'], id="choice"),
    pytest.param({SAMPLER: ('kind = "choice"', 'kind = "choice"\nlimits = { max = 3 }')}, ["limits: a setting of kind choice has neither min nor max"], id="kind"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), VALUE_LIMITS)
def test_value_limits(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("value-limits", edits)] == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, []),
        (
            {STEPS: ("recommended = true\n", "")},
            ["values[0]: 2 values for a-one and none is recommended"],
        ),
        (
            {STEPS: ("value = 50\nevidence", "value = 50\nrecommended = true\nevidence")},
            ["values[1]: a second value for a-one is recommended"],
        ),
        (
            {
                STEPS: (
                    "value = 50\nevidence",
                    'task = "image-to-image"\nvalue = 50\nrecommended = true\nevidence',
                )
            },
            [],
        ),
    ],
)
def test_recommended(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("recommended", edits)] == expected


WHEN = 'op = "at_most", value = 1, dialects = ["comfyui"]'
CONDITIONS = [
    pytest.param({}, [], id="clean"),
    pytest.param({STEPS: (WHEN, 'op = "at_most"')}, ["value: op at_most compares with a value, and there is none"], id="no-value"),
    pytest.param({STEPS: (WHEN, 'op = "in"')}, ["values: op in chooses from values, and there are none"], id="no-values"),
    pytest.param({STEPS: (WHEN, 'op = "absent", value = 1')}, ["value: op absent takes no value"], id="value-too-many"),
    pytest.param({STEPS: (WHEN, 'op = "present", values = [1]')}, ["values: op present takes no values"], id="values-too-many"),
    pytest.param({STEPS: (WHEN, 'op = "in", values = [1, 31]')}, ["values: 31 cannot be a value of guidance: it must be at most 30"], id="limit"),
    pytest.param({STEPS: ('setting = "guidance", op = "at_most", value = 1', 'setting = "sampler", op = "at_least", value = 1')}, ["op: sampler is of kind choice, which has no order"], id="order"),
    pytest.param({STEPS: (WHEN, 'op = "equals", value = 0')}, [], id="equals"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), CONDITIONS)
def test_conditions(lint_finds, edits, expected):
    found = [text.split(" does_nothing[0].when.", 1)[1] for text in lint_finds("conditions", edits)]
    assert found == expected


COMPARISONS = [
    pytest.param({}, [], id="clean"),
    pytest.param({STEPS: ("values = [4, 50]", "values = [4, 50, 500]")}, ["comparisons[0].axes[0].values[2]: 500 cannot be a value of steps: it must be at most 100"], id="swept"),
    pytest.param({STEPS: ("guidance = 4.0", 'guidance = "high"')}, ['comparisons[0].hold.guidance: "high" cannot be a value of guidance: it must be a number'], id="held"),
    pytest.param({STEPS: ('models = ["a-one"]', 'models = ["a-one", "family-b"]')}, ['comparisons[0].models[1]: "family-b" is a family, and only a model can render'], id="family"),
    pytest.param({GUIDANCE: ('no_picture = "An invented setting."\n', "")}, [": it neither declares a comparison nor says why not"], id="neither"),
    pytest.param({STEPS: ('summary = "How', 'no_picture = "None."\nsummary = "How')}, ["no_picture: it says that no picture can show it, and declares a comparison"], id="both"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), COMPARISONS)
def test_comparison_values(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("comparison-values", edits)] == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, []),
        (
            {STEPS: ('text = "A lake."', 'text = "a  BLUR"')},
            ["comparisons[0].seen[1].text: the same text as for runs at 4"],
        ),
        (
            {STEPS: ('{ value = 50, text = "A lake." }', '{ value = 4, text = "A lake." }')},
            ["comparisons[0].seen[1].value: a second text for 4"],
        ),
    ],
)
def test_seen_texts(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("seen-texts", edits)] == expected

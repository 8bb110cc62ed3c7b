"""Checks of evidence: measurements and who made them, dates, addresses."""

import datetime

import pytest

STEPS, GUIDANCE = "settings/steps.toml", "settings/guidance.toml"
MEASURED = '{ kind = "measured", comparison = "steps/runs" }'
RANGE_EVIDENCE = '[{ kind = "community", url = "https://example.com/steps", read = 2026-01-02 }]'
SOURCE = '{{ kind = "vendor", url = "{}", read = 2026-01-02 }}'

MEASUREMENTS = [
    pytest.param({}, [], id="clean"),
    pytest.param(
        {STEPS: ("steps/runs", "steps/grid")},
        ['values[0].evidence.comparison: there is no comparison "steps/grid"'],
        id="no-comparison",
    ),
    pytest.param(
        {STEPS: ("steps/runs", "step/runs")},
        ['values[0].evidence.comparison: there is no comparison "step/runs"'],
        id="no-setting",
    ),
    pytest.param(
        {STEPS: ('model = "a-one"\nvalue = 25', 'model = "b-one"\nvalue = 25')},
        ["values[0].evidence: measured with a-one, but claimed for b-one too"],
        id="another-model",
    ),
    pytest.param(
        {STEPS: ('model = "a-one"\nvalue = 25', 'model = "family-a"\nvalue = 25')},
        [],
        id="its-whole-family",
    ),
    pytest.param(
        {
            STEPS: ('model = "a-one"\nvalue = 25', 'model = "family-a"\nvalue = 25'),
            "models/a-two.toml": 'id = "a-two"\ntitle = "A"\ninherits = "family-a"\nfamily = "family-a"\n'
            'summary = "B."\nstatus = { added = 2026-01-02 }\n',
        },
        ["values[0].evidence: measured with a-one, but claimed for a-two too"],
        id="half-of-a-family",
    ),
    pytest.param({STEPS: (RANGE_EVIDENCE, f"[{MEASURED}]")}, [], id="range"),
    pytest.param(
        {
            GUIDANCE: f'+\n[[ranges]]\nlabel = "L"\nto = 3\nfamilies = ["b-one"]\ntext = "T."\nevidence = [{MEASURED}]\n'
        },
        ["ranges[0].evidence[0]: measured with a-one, but claimed for b-one too"],
        id="range-of-another-model",
    ),
    pytest.param(
        {
            GUIDANCE: f'+\n[[ranges]]\nlabel = "L"\nto = 3\nfamilies = ["a-one", "b-one"]\ntext = "T."\n'
            f"evidence = [{MEASURED}, {SOURCE.format('https://example.com/b')}]\n"
        },
        [],
        id="another-source-beside-it",
    ),
]


@pytest.mark.parametrize(("edits", "expected"), MEASUREMENTS)
def test_measured_evidence(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("measured-evidence", edits)] == expected


FUTURE = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=3)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, []),
        (
            {STEPS: ('card", read = 2026-01-02', f'card", read = {FUTURE}')},
            [f"values[1].evidence.read: {FUTURE} lies in the future"],
        ),
        (
            {STEPS: ("[status]\nadded = 2026-01-02", f"[status]\nadded = {FUTURE}")},
            [f"status.added: {FUTURE} lies in the future"],
        ),
        (
            {STEPS: "+changed = 2026-01-01\n"},
            ["status.changed: changed 2026-01-01 is before added 2026-01-02"],
        ),
        ({STEPS: "+changed = 2026-01-03\n"}, []),
        (
            {STEPS: '+replaced_by = "nothing"\n'},
            ['status.replaced_by: it is replaced by "nothing", which has no record'],
        ),
        ({STEPS: '+replaced_by = "guidance"\n'}, []),
    ],
)
def test_dates(lint_finds, edits, expected):
    assert [text.split(" ", 1)[1] for text in lint_finds("dates", edits)] == expected


URLS = [
    ("https://example.com/card(1)", None),
    ("https://sub.example.com/a?b=c#d", None),
    ("https://me@example.com/", "carries a user name"),
    ("https://example.com:8080/", "names a port"),
    ("https://localhost/x", "does not lead to a public host"),
    ("https://10.0.0.1/x", "does not lead to a public host"),
    ("https://[::1]/x", "does not lead to a public host"),
    ("https://build.local/x", "does not lead to a public host"),
    ("https://example.com/card.", "ends in punctuation"),
    ("https://example.com/card)", "ends in punctuation"),
    ("https://example.com/?utm_source=x", "carries tracking parameters"),
    ("https://[bad/", "cannot be read as an address"),
    ("https://example.com:x/", "cannot be read as an address"),
]


@pytest.mark.parametrize(("url", "rule"), URLS)
def test_urls(lint_finds, url, rule):
    found = lint_finds("urls", {STEPS: ("https://example.com/card", url)})
    if rule is None:
        assert found == []
    else:
        (text,) = found
        assert f"values[1].evidence.url: {url} {rule}" in text


@pytest.mark.parametrize("file", ["dialects/comfyui.toml"])
def test_urls_of_a_homepage(lint_finds, file):
    (text,) = lint_finds("urls", {file: ("https://example.com", "https://localhost")})
    assert " homepage: " in text

import pytest

from underwriter.scoring import Model, ModelError, load_model

# what to replace, by what, what must be said
FAULTS = {
    "a key is missing": ("title: Default on", "titel: Default on", "`title` is missing. Add it: a text"),
    "a key is unknown": ("title: Default on", "titel: Default on", "`titel` is not a known key. Did you mean `title`?"),
    "a nested key is unknown": ("  seed:", "  sede:", "`training.sede` is not a known key. Did you mean `seed`?"),
    "a key stands twice": ("title:", "title: twice\ntitle:", "not valid YAML: the key `title` stands here twice"),
    "a key is a list": ("title:", "? [a]\n: b\ntitle:", "not valid YAML: a key must be a plain text"),
    "an alias stands there": ("unit: days\n", "unit: &unit days\n  again: *unit\n", "an alias (*) may not stand here"),
    "a text is a date": ("unit: days\n", "unit: 2026-01-31\n", "`features[1].unit` is `2026-01-31`. Give a text"),
    "a text is a number": ("unit: days\n", "unit: 3\n", "`features[1].unit` is `3`. Give a text"),
    "a text is empty": ("unit: days\n", "unit: ''\n", "`features[1].unit` is ``. Give a text"),
    "a number is a text": ("  intercept: ", "  intercept: about ", "Give a number"),
    "a number is infinite": ("  intercept: ", "  intercept: .inf #", "`graph.intercept` is `inf`. Give a number"),
    "a number is a boolean": ("target_bad_rate: 0.03", "target_bad_rate: true", "Give a number above 0 and below 1"),
    "a rate is 1": ("target_bad_rate: 0.03", "target_bad_rate: 1", "Give a number above 0 and below 1"),
    "a whole number is broken": ("minimum: 350", "minimum: 350.5", "Give a whole number from 0 to 10000"),
    "a mapping is a text": ("points:\n", "points: many\nmore:\n", "`points` is `many`. Give a mapping"),
    "a value is null": ("file: model.onnx", "file:", "`graph.file` is null. Give a text"),
    "a file lies elsewhere": ("file: model.onnx", "file: ../model.onnx", "`../model.onnx` is not of the form"),
    "a hash is short": ("  sha256: ", "  sha256: abc #", "`abc` is not of the form [0-9a-f]{64}"),
    "a direction is unknown": ("direction: increasing", "direction: up", "Give one of increasing, decreasing, none"),
    "an adverse side has no code": ("    high: MONTHS_LATE_RECENT\n", "", "`features[1].reasons.high` is missing"),
    "a side can't be adverse": (
        "    high: MONTHS",
        "    low: NEVER\n    high: MONTHS",
        "reasons.low` is not a known key",
    ),
    "a code is lower case": ("high: MONTHS_LATE_RECENT", "high: late", "`late` is not of the form"),
    "edges don't rise": ("edges: [0.0, 30.0, 60.0]", "edges: [0.0, 60.0, 30.0]", "do not rise"),
    "a share is missing": ("edges: [0.0, 30.0, 60.0]", "edges: [0.0, 30.0]", "shares` are 4 for 2 edges"),
    "a list holds a text": ("edges: [0.0, 30.0, 60.0]", "edges: [0.0, x]", "is a list. Give a list of numbers"),
    "a list is empty": ("edges: [0.0, 30.0, 60.0]", "edges: []", "is an empty list. Give a list of numbers"),
    "the scale is upside down": ("maximum: 950", "maximum: 300", "`points.maximum` is not above `minimum`"),
    "two features share a name": (
        "name: worst_days_late",
        "name: days_late_now",
        "2 features are named `days_late_now`",
    ),
    "a golden row is short": (
        "- features: [0.0, 0.0, ",
        "- features: [0.0, ",
        "`golden_rows[1].features` holds 10 values",
    ),
    "the YAML is broken": ("graph:\n", "graph: [\n", "this is not valid YAML"),
}


@pytest.mark.parametrize(("old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_place_and_what_to_do(breakable, old: str, new: str, message: str) -> None:
    breakable.edit(old, new)
    with pytest.raises(ModelError) as raised:
        load_model(breakable.folder)
    told = [fault for fault in raised.value.faults if message in str(fault)]
    assert told, str(raised.value)
    assert told[0].file == str(breakable.manifest)
    assert told[0].line >= 1
    assert told[0].remedy


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [("  seed:", "  sede:", 3), ("direction: increasing", "direction: up", 3), ("maximum: 950", "maximum: 300", 3)],
)
def test_the_line_and_column_are_those_of_the_key(breakable, old: str, new: str, column: int) -> None:
    line = breakable.edit(old, new)
    with pytest.raises(ModelError) as raised:
        load_model(breakable.folder)
    assert (line, column) in {(fault.line, fault.column) for fault in raised.value.faults}


def test_all_faults_are_told_at_once_in_the_order_of_the_file(breakable) -> None:
    lines = [
        breakable.edit(*edit) for edit in [("title:", "titel:"), ("minimum: 350", "minimum: low"), ("  ks:", "  kss:")]
    ]
    with pytest.raises(ModelError) as raised:
        load_model(breakable.folder)
    found = [fault.line for fault in raised.value.faults]
    assert found == sorted(found)
    assert set(lines) <= set(found)
    assert len(str(raised.value).splitlines()) == len(found) >= 5


@pytest.mark.parametrize("text", ["", "- a list\n", "just a text\n", "\x07\n", "a: !!python/object:os.system {}\n"])
def test_a_manifest_that_is_no_mapping_of_a_model_is_refused(breakable, text: str) -> None:
    breakable.manifest.write_text(text)
    with pytest.raises(ModelError) as raised:
        load_model(breakable.folder)
    assert all(fault.file == str(breakable.manifest) for fault in raised.value.faults)


def test_a_manifest_that_is_not_utf8_is_refused(breakable) -> None:
    breakable.manifest.write_bytes(b"model: \xff\n")
    with pytest.raises(ModelError, match=r"is not UTF-8: .* at byte 7"):
        load_model(breakable.folder)


@pytest.mark.parametrize("written", ["350", "3_50", "+350", "0x15E", "0o536", "0b101011110"])
def test_a_number_may_be_written_in_all_ways_of_yaml(breakable, written: str) -> None:
    breakable.edit("minimum: 350", f"minimum: {written}")
    assert load_model(breakable.folder).manifest.points.minimum == 350


EXPRESSIONS = {
    "plain": "expression: 1 + behaviour.x",
    "single quoted": "expression: '1 + behaviour.x'",
    "double quoted": 'expression: "1 + behaviour.x"',
    "block": "expression: |-\n      1 +\n      behaviour.x",
    "folded": "expression: >-\n      1 +\n      behaviour.x",
}


@pytest.mark.parametrize("written", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_the_position_of_an_expression_is_that_of_its_first_character(breakable, written: str) -> None:
    breakable.edit("expression: behaviour.statements[1].days_late", written)
    feature = load_model(breakable.folder).manifest.features[0]
    line, column = feature.position
    assert breakable.manifest.read_text().splitlines()[line - 1][column - 1 :].startswith("1 +")
    assert feature.expression.split() == ["1", "+", "behaviour.x"]


def test_what_the_manifest_states_is_read(shipped: Model) -> None:
    manifest = shipped.manifest
    assert (shipped.name, manifest.training.rows, manifest.metrics.folds) == ("personal_default/1", 24041, 5)
    assert manifest.metrics.auc >= 0.77
    assert manifest.metrics.ece <= 0.01
    assert {feature.direction for feature in manifest.features} == {"increasing", "decreasing"}
    assert manifest.score_distribution.edges[0] > manifest.points.minimum


def test_the_card_shows_all_plots_that_are_there(each: Model) -> None:
    card = (each.folder / "CARD.md").read_text()
    shown = {part.split(")")[0] for part in card.split("](")[1:]}
    plots = list(each.folder.glob("*.png"))
    assert {plot.name for plot in plots} == shown
    assert all(plot.stat().st_size < 250_000 for plot in plots)

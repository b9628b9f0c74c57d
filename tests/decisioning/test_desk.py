"""Desks: policies by product, refused folders, checks of files before they are used, policies from the record."""

import gc
import shutil
import weakref

import pytest

from underwriter.decisioning import (
    ActivePolicy,
    RulesRefused,
    UnknownProduct,
    desk_of,
    load_desk,
    load_product,
    policy_message,
)
from underwriter.decisioning.desk import policy_from_bundle
from underwriter.policy import RuleFiles, read_rule_files

from .desks import MODELS, RULES, decided, findings_in, shipped, tiny, write_rules

TEXT = """attributes: {member_tier: number}
parameters:
  least: {value: 18, unit: years}
  some: {value: [1, a]}
decisions:
  double: {expression: least * 2}
  grade:
    table:
      hit policy: first
      rows: |
        | applicant.age || grade |
        | < double      || "A"   |
        | -             || "B"   |
  checks:
    rules:
      - {id: C1, when: attributes.member_tier < 1, then: refer, reason: R, if unknown: pass}
outcome:
  rules: [checks]
  grade: grade
"""


def test_a_product_that_no_policy_decides_on_is_told_with_those_that_there_are(tmp_path):
    desk = load_desk(write_rules(tmp_path, TEXT), tmp_path / "none")
    with pytest.raises(UnknownProduct, match="'LOAN'; there are: TINY") as caught:
        desk.policy_for("LOAN")
    assert (caught.value.product, caught.value.known) == ("LOAN", ("TINY",))


def test_rules_in_error_are_refused_with_all_findings(tmp_path):
    rules = write_rules(tmp_path, TEXT.replace("least *", "leest *").replace("reason: R", "reason: S"))
    with pytest.raises(RulesRefused) as caught:
        load_desk(rules, tmp_path / "none")
    assert [finding.code for finding in caught.value.diagnostics] == ["unknown-name", "unknown-reason"]
    assert list(caught.value.diagnostics) == findings_in(rules, tmp_path / "none")


def test_one_policy_is_loaded_without_the_others(tmp_path):
    rules = write_rules(tmp_path, TEXT)
    broken = rules / "other" / "policy.yaml"
    broken.parent.mkdir()
    broken.write_text("policy: [", encoding="utf-8")
    tiny_policy = load_product(read_rule_files(rules), tmp_path / "none", "TINY")
    assert tiny_policy is not None
    assert tiny_policy.product == "TINY"
    with pytest.raises(RulesRefused):  # it may be the one that can't be read
        load_product(read_rule_files(rules), tmp_path / "none", "LOAN")
    broken.unlink()
    assert load_product(read_rule_files(rules), tmp_path / "none", "LOAN") is None


def test_one_policy_in_error_is_refused(tmp_path):
    rules = write_rules(tmp_path, TEXT.replace("least *", "leest *"))
    with pytest.raises(RulesRefused, match="unknown-name"):
        load_product(read_rule_files(rules), tmp_path / "none", "TINY")


@pytest.mark.parametrize(("product", "model_count"), [("EARLY_WARNING", 0), ("PERSONAL_CREDIT_LINE", 1)])
def test_one_policy_is_the_same_as_on_its_desk(product, model_count):
    on_desk = shipped().policy_for(product)
    one = load_product(read_rule_files(RULES), MODELS, product)
    assert one is not None
    assert (one.policy.id, one.policy.version) == (on_desk.policy.id, on_desk.policy.version)
    assert len(one.models) == model_count


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OSError, match="there is no rules folder"):
        load_desk(tmp_path / "none", tmp_path / "none")


def test_files_are_checked_as_if_they_stood_in_the_rules_folder(tmp_path):
    rules = write_rules(tmp_path, TEXT)
    assert findings_in(rules, tmp_path / "none") == []
    changed = {"tiny/policy.yaml": (rules / "tiny" / "policy.yaml").read_text("utf-8").replace("double  ", "doubel  ")}
    (finding,) = findings_in(rules, tmp_path / "none", changed)
    assert (finding.code, finding.help) == ("unknown-name", "did you mean 'double'?")
    assert findings_in(rules, tmp_path / "none") == []


def changed(files: RuleFiles, path: str, old: str, new: str) -> RuleFiles:
    assert old in files.texts[path]
    return files.with_files({path: files.texts[path].replace(old, new)})


@pytest.mark.parametrize(
    ("path", "old", "new", "kept"),
    [
        ("tiny/policy.yaml", "", "", {"TINY", "OTHER"}),
        ("tiny/policy.yaml", "value: 18", "value: 19", {"OTHER"}),
        ("common/age.yaml", "value: 1", "value: 2", {"TINY"}),
        ("reasons.yaml", "R:", "R: ", set()),
        ("unread.csv", "", "a,b", {"TINY", "OTHER"}),
    ],
    ids=["nothing", "a policy", "what one includes", "the catalogue", "what none reads"],
)
def test_a_desk_takes_over_what_is_made_of_the_same(tmp_path, path, old, new, kept):
    rules = write_rules(tmp_path, TEXT)
    other = (rules / "tiny" / "policy.yaml").read_text("utf-8").replace("tiny", "other").replace("TINY", "OTHER")
    (rules / "other").mkdir()
    (rules / "other" / "policy.yaml").write_text(f"include: [../common/age.yaml]\n{other}", "utf-8")
    (rules / "common").mkdir()
    (rules / "common" / "age.yaml").write_text("parameters:\n  more: {value: 1, unit: years}\n", "utf-8")
    (rules / "unread.csv").write_text("", "utf-8")
    files = read_rule_files(rules)
    before = desk_of(files, tmp_path / "none")
    after = desk_of(changed(files, path, old, new), tmp_path / "none", before)
    assert {product for product in after.policies if after.policies[product] is before.policies[product]} == kept
    alone = desk_of(changed(files, path, old, new), tmp_path / "none")
    assert {p.version for p in after.policies.values()} == {p.version for p in alone.policies.values()}


def test_a_policy_that_did_not_change_still_clashes_with_a_new_one(tmp_path):
    rules = write_rules(tmp_path, TEXT)
    files = read_rule_files(rules)
    before = desk_of(files, tmp_path / "none")
    twin = files.with_files({"twin/policy.yaml": files.texts["tiny/policy.yaml"]})
    with pytest.raises(RulesRefused) as caught:
        desk_of(twin, tmp_path / "none", before)
    assert {finding.code for finding in caught.value.diagnostics} == {"duplicate-policy"}


def test_a_desk_takes_over_sessions_of_models_and_models_of_the_standard():
    files = read_rule_files(RULES)
    before = shipped()
    after = desk_of(files, MODELS, before)
    assert dict(after.policies) == dict(before.policies)
    assert all(after.models[name] is model for name, model in before.models.items())
    assert after.dmn_models is before.dmn_models


def test_a_desk_that_nobody_uses_any_more_is_freed_without_a_collection():
    load_desk(RULES, MODELS)  # fills caches that stay
    gc.collect()
    gc.disable()
    try:
        desk = load_desk(RULES, MODELS)
        parts = [part for policy in desk.policies.values() for part in (policy, policy.policy.checked)]
        watched = [weakref.ref(part) for part in parts]
        del desk, parts
        assert [part() for part in watched] == [None] * len(watched)
    finally:
        gc.enable()


def test_a_policy_comes_back_from_its_bundle(tmp_path):
    policy = tiny(tmp_path, TEXT)
    again = policy_from_bundle(policy.bundle(), {})
    assert (again.version, again.name, again.bundle()) == (policy.version, policy.name, policy.bundle())
    given = {"applicant": {"age": 36}, "attributes": {"member_tier": 0}}
    assert decided(again, given) == decided(policy, given)


def test_a_description_tells_parameters_graph_and_inputs(tmp_path):
    policy = tiny(tmp_path, TEXT)
    message = policy_message(policy, with_files=False)
    assert (message.name, message.product, message.version, message.currency) == (
        "policies/tiny",
        "TINY",
        policy.version,
        "CNY",
    )
    assert dict(message.title) == {"en": "Tiny", "zh": "小"}
    assert [(p.name, p.value, p.unit) for p in message.parameters] == [
        ("least", "18", "years"),
        ("some", '[1, "a"]', ""),
    ]
    assert [(node.name, node.kind, list(node.requires)) for node in message.decisions] == [
        ("double", "expression", ["least"]),
        ("grade", "table", ["applicant.age", "double"]),
        ("checks", "rules", ["attributes.member_tier"]),
    ]
    assert list(message.inputs) == ["applicant.age", "attributes.member_tier"]
    assert len(message.files) == 0
    files = policy_message(policy, with_files=True).files
    assert [file.path for file in files] == ["reasons.yaml", "tiny/policy.yaml"]


def test_the_shipped_policies_come_back_from_their_bundles():
    for policy in shipped().policies.values():
        again = policy_from_bundle(policy.bundle(), {model.name: model for model in policy.models.values()})
        assert again.version == policy.version
        assert code_without_places(again) == code_without_places(policy)


def code_without_places(policy: ActivePolicy) -> list[str]:
    """Return the lines of the generated code, without the paths that stand beside them."""
    return [line.partition("  # ")[0] for line in policy.policy.compiled.python.split("\n")]


def test_the_shipped_models_stand_in_the_graph_with_their_inputs():
    message = policy_message(shipped().policy_for("PERSONAL_CREDIT_LINE"), with_files=False)
    (node,) = (node for node in message.decisions if node.kind == "model")
    assert node.name == "default_risk"
    assert all(name.startswith("behaviour.") for name in node.requires)


def test_a_model_that_is_damaged_is_refused_by_name_and_so_is_what_uses_it(tmp_path):
    shipped()
    folder = tmp_path / "personal_default" / "1"
    folder.mkdir(parents=True)
    for name in ("model.yaml", "model.onnx"):
        shutil.copy(MODELS / "personal_default" / "1" / name, folder / name)
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(content[: len(content) // 2])
    findings = findings_in(RULES, tmp_path)
    assert {finding.code for finding in findings} == {"model-refused", "unknown-model"}
    refused = [finding for finding in findings if finding.code == "model-refused"]
    assert {finding.source.name for finding in refused} == {str(folder / "model.onnx")}


def test_a_wrong_feature_is_told_in_the_manifest(tmp_path):
    shipped()
    folder = tmp_path / "personal_default" / "2"
    shutil.copytree(MODELS / "personal_default" / "2", folder)
    manifest = folder / "model.yaml"
    text = manifest.read_text("utf-8")
    line = next(number for number, line in enumerate(text.split("\n"), 1) if "behaviour." in line)
    manifest.write_text(text.replace("behaviour.", "behavior.", 1), "utf-8")
    findings = [finding for finding in findings_in(RULES, tmp_path) if finding.code == "unknown-name"]
    assert findings
    for finding in findings:
        assert finding.source.name == str(manifest)
        assert finding.position.line + 1 == line
        assert finding.help == "did you mean 'behaviour'?"
        marks = finding.render().split("\n")
        assert marks[1][marks[2].index("^") :].startswith("behavior")


@pytest.mark.parametrize("is_collecting", [True, False])
def test_the_garbage_collector_is_left_as_it_was(tmp_path, is_collecting):
    assert gc.isenabled()
    try:
        if not is_collecting:
            gc.disable()
        findings_in(RULES, MODELS)
        with pytest.raises(OSError, match="there is no rules folder"):
            load_desk(tmp_path / "none", MODELS)
        assert gc.isenabled() is is_collecting
    finally:
        gc.enable()

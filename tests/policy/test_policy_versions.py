"""A policy's version is the hash of its content; its code is the same text for the same content."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import pytest

from underwriter.policy import (
    ModelOutput,
    RuleFiles,
    RulesRefused,
    Surroundings,
    Trace,
    check_policies,
    load_policy,
)
from underwriter.policy.compiler import compile_policy

from .surroundings import HEAD, PASSING, STUB, SURROUNDINGS, files_of, loaded, policies_in

TEXT = f"""{HEAD}include: [more.yaml]
models: {{risk: stub/1}}
decisions:
{PASSING}  grade:
    table: {{hit policy: first, rows: !csv grades.csv}}
outcome:
  rules: [passing]
  grade: grade
  score: risk
"""
OTHERS = {
    "more": "parameters: {limit: {value: 5}}\n",
    "grades_csv": 'applicant.age,||,grade\n< 18,||,"""A"""\n-,||,"""B"""\n',
}


def version(text=TEXT, surroundings=SURROUNDINGS, **others):
    return load_policy(files_of(text, **{**OTHERS, **others}), "policy.yaml", surroundings).version


def test_a_version_is_a_sha256_and_the_same_for_the_same_content():
    assert version() == version()
    assert len(version()) == 64
    assert set(version()) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("more", {"more": "parameters: {limit: {value: 6}}\n"}),
        ("a comment", {"more": "# why\nparameters: {limit: {value: 5}}\n"}),
        ("csv", {"grades_csv": OTHERS["grades_csv"].replace("< 18", "< 19")}),
        ("reasons", {"reasons": files_of(TEXT).texts["reasons.yaml"].replace("A reason.", "Another.")}),
        ("policy", {"text": TEXT.replace("Tiny", "Small")}),
    ],
)
def test_any_change_of_what_a_policy_is_made_of_changes_its_version(name, others):
    assert version(**others) != version(), name


def test_a_change_of_a_model_changes_the_version():
    changed = Surroundings(
        SURROUNDINGS.environment,
        SURROUNDINGS.input_type,
        {**SURROUNDINGS.models, "stub/1": replace(STUB, version="00" * 32)},
    )
    assert version(surroundings=changed) != version()


def test_files_and_models_of_others_do_not_change_the_version():
    changed = Surroundings(
        SURROUNDINGS.environment,
        SURROUNDINGS.input_type,
        {**SURROUNDINGS.models, "strange/1": replace(STUB, name="strange/1", version="00" * 32)},
    )
    assert version(surroundings=changed, unrelated="decisions: {}\n", table_csv="a,||,b\n") == version()


def test_the_place_of_the_rules_folder_does_not_change_the_version():
    files = files_of(TEXT, **OTHERS)
    labelled = RuleFiles(files.texts, "/etc/rules")
    assert load_policy(labelled, "policy.yaml", SURROUNDINGS).version == version()


def test_only_files_that_a_policy_uses_are_kept_with_it():
    policy = load_policy(files_of(TEXT, **OTHERS, unrelated="decisions: {}\n"), "policy.yaml", SURROUNDINGS)
    assert sorted(policy.files.texts) == ["grades.csv", "more.yaml", "policy.yaml", "reasons.yaml"]


def test_a_policy_can_be_loaded_again_from_the_files_that_it_keeps():
    policy = load_policy(files_of(TEXT, **OTHERS), "policy.yaml", SURROUNDINGS)
    again = load_policy(policy.files, policy.path, SURROUNDINGS)
    assert (again.version, again.compiled.python, again.reads) == (policy.version, policy.compiled.python, policy.reads)


def test_the_same_policy_compiles_to_the_same_python():
    policy = load_policy(files_of(TEXT, **OTHERS), "policy.yaml", SURROUNDINGS)
    texts = {compile_policy(policy.checked, SURROUNDINGS.environment).python for _ in range(3)}
    assert texts == {policy.compiled.python}


def test_threads_may_ask_for_the_first_trace_at_once():
    policy = load_policy(files_of(TEXT, **OTHERS), "policy.yaml", SURROUNDINGS)
    inputs = [Decimal(20) for _ in policy.reads]
    models = [lambda _features: ModelOutput(Decimal("0.1"), Decimal(600), Decimal(0), None)]
    start = Barrier(4)

    def traced(_number):
        trace = Trace()
        start.wait()
        return policy.evaluate_traced(inputs, models, [], trace), trace.steps

    with ThreadPoolExecutor(4) as threads:
        first, *others = threads.map(traced, range(4))
    assert others == [first] * 3
    evaluation, steps = first
    assert evaluation == policy.evaluate(inputs, models, [])
    assert steps


def test_a_version_is_known_before_a_policy_is_compiled():
    checked = check_policies(files_of(TEXT, **OTHERS), SURROUNDINGS)
    assert {path: checked.version(path) for path in checked.by_path} == {"policy.yaml": version()}
    assert checked.ready("policy.yaml").version == version()


def test_a_policy_in_error_is_left_out():
    files = files_of(TEXT, **OTHERS).with_files({"b/policy.yaml": TEXT.replace("[more.yaml]", "[../none.yaml]")})
    checked = check_policies(files, SURROUNDINGS)
    assert list(checked.by_path) == ["policy.yaml"]
    assert checked.findings


def test_what_is_wrong_in_a_file_that_two_policies_include_is_told_once():
    files = files_of(TEXT, **{**OTHERS, "more": "parameters: {limit: {value: 5, unti: years}}\n"})
    other = TEXT.replace("policy: tiny", "policy: other").replace("TINY", "OTHER").replace("[more", "[../more")
    files = files.with_files({"other/policy.yaml": other.replace("grades.csv", "../grades.csv")})
    policies, found = policies_in(files)
    assert policies == []
    assert [str(finding) for finding in found if finding.source.name == "more.yaml"] == [
        "more.yaml:1:32: error[unknown-key]: the parameter has no key 'unti'"
    ]


def test_generated_lines_name_their_place_in_the_rule_files():
    policy = loaded(f"decisions:\n{PASSING}outcome:\n  rules: [passing]\n")
    assert "# policy.yaml:6:28" in policy.compiled.python


def test_text_of_the_author_is_not_pasted_into_the_code():
    hostile = 'x" + __import__("os").name + "'
    policy = loaded(f"decisions:\n{PASSING}outcome:\n  rules: [passing]\n  grade: '{json_text(hostile)}'\n")
    assert "__import__" not in policy.compiled.python
    assert policy.evaluate((), (), []).grade == hostile


def test_the_name_of_a_file_is_not_pasted_into_the_code():
    name = "x\nraise AssertionError\n#/policy.yaml"
    text = f"{HEAD}decisions:\n{PASSING}outcome:\n  rules: [passing]\n"
    policy = load_policy(files_of("").with_files({name: text}), name, SURROUNDINGS)
    assert "# x?raise AssertionError?#/policy.yaml:6:28" in policy.compiled.python


def json_text(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def test_what_a_policy_says_of_itself():
    policy = loaded(
        f"""{HEAD}currency: USD
time zone: Europe/Berlin
attributes: {{tax_region: string, brands: list of string}}
decisions:
{PASSING}  home: {{expression: attributes.tax_region}}
outcome:
  rules: [passing]
  grade: home
"""
    )
    assert (policy.id, policy.product, policy.currency, policy.time_zone.key) == (
        "tiny",
        "TINY",
        "USD",
        "Europe/Berlin",
    )
    assert {name: str(type_) for name, type_ in policy.attributes.items()} == {
        "tax_region": "string",
        "brands": "list<string>",
    }
    assert policy.reads == (("attributes", "tax_region"),)
    assert policy.evaluate(("Hubei",), (), []).grade == "Hubei"


def test_currency_and_time_zone_have_defaults():
    policy = loaded(f"decisions:\n{PASSING}outcome:\n  rules: [passing]\n")
    assert (policy.currency, policy.time_zone.key) == ("CNY", "Asia/Shanghai")


def test_inputs_are_read_first_and_the_time_last():
    policy = loaded(
        f"decisions:\n{PASSING}  a: {{expression: '[now, today, request.amount, applicant.age]'}}\n"
        "outcome:\n  rules: [passing]\n  grade: string(a)\n"
    )
    assert policy.reads == (("applicant", "age"), ("request", "amount"), ("now",), ("today",))


def test_inputs_of_a_decision_are_those_it_reads_itself_or_through_others():
    policy = loaded(
        f"""models: {{risk: stub/1}}
decisions:
{PASSING}  a: {{expression: b + applicant.age}}
  b: {{expression: risk.score + request.amount}}
outcome:
  rules: [passing]
  grade: string(a)
"""
    )
    assert policy.inputs_of("b") == {
        ("request", "amount"),
        ("applicant", "age"),
        ("bureau", "loans", "monthly_payment"),
    }
    assert policy.inputs_of("a") == policy.inputs_of("b") | {("applicant", "age")}
    grade = policy.checked.definition.outcome.grade
    assert policy.inputs_of_formula(grade) == policy.inputs_of("a")


def test_a_policy_in_error_is_refused_with_every_finding():
    text = f"decisions:\n{PASSING}  a: {{expression: nothing}}\n  b: {{expression: +}}\noutcome:\n  rules: [passing]\n"
    with pytest.raises(RulesRefused) as caught:
        loaded(text)
    assert [finding.code for finding in caught.value.diagnostics] == ["unknown-name", "unexpected-token"]
    assert str(caught.value) == "\n".join(finding.render() for finding in caught.value.diagnostics)


def test_policies_in_order_are_loaded_beside_those_in_error():
    good = f"{HEAD}decisions:\n{PASSING}outcome:\n  rules: [passing]\n"
    files = files_of(good).with_files(
        {"bad/policy.yaml": "policy: bad\n", "reasons.yaml": files_of(good).texts["reasons.yaml"]}
    )
    policies, findings = policies_in(files)
    assert [policy.id for policy in policies] == ["tiny"]
    assert {finding.source.name for finding in findings} == {"bad/policy.yaml"}


def test_a_rules_folder_without_reasons_is_told():
    texts = {"policy.yaml": f"{HEAD}decisions:\n{PASSING}outcome:\n  rules: [passing]\n"}
    _, findings = policies_in(RuleFiles(texts, "rules"))
    assert [str(finding) for finding in findings] == [
        "rules/reasons.yaml:1:1: error[missing-file]: there is no catalogue of reasons"
    ]

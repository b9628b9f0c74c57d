"""What is said of a policy that includes a DMN model which does not fit it."""

import pytest

from underwriter.policy import RulesRefused

from .dmn_files import decision, definitions, given, imported, item
from .lending import POLICY, including, loaded, refused
from .surroundings import Evaluator, files_of, policies_in

AGE = decision("Age", "applicant.age", "input applicant")
FINDINGS = {
    "an input that the policy does not have": (
        including("", given("aplicant"), decision("Age", "aplicant.age", "input aplicant")),
        ["lending.dmn:2 unbound-input: the policy has nothing called 'aplicant' for this input"],
    ),
    "a member that the policy's input does not have": (
        including("", item("tA", shoe_size="number"), given("applicant", "tA"), AGE.replace("age", "shoe_size")),
        [
            "lending.dmn:3 type-mismatch: the model asks for 'applicant.shoe_size' as a number, "
            "but the policy has no such member"
        ],
    ),
    "a member of another type": (
        including("", item("tA", age="string"), given("applicant", "tA"), AGE),
        ["lending.dmn:3 type-mismatch: the model asks for 'applicant.age' as a string, but the policy has a number"],
    ),
    "a member of a list's items of another type": (
        including(
            "",
            item("tLoan", balance="date"),
            '<itemDefinition name="tLoans" isCollection="true"><typeRef>tLoan</typeRef></itemDefinition>',
            item("tB", loans="tLoans"),
            given("bureau", "tB"),
            decision("D", "count(bureau.loans)", "input bureau"),
        ),
        [
            "lending.dmn:5 type-mismatch: the model asks for 'bureau.loans.balance' as a date, "
            "but the policy has a number"
        ],
    ),
    "a decision of another type": (
        including("  income: {expression: '5'}\n", given("income", "date"), decision("D", "income", "input income")),
        ["lending.dmn:2 type-mismatch: the model asks for 'income' as a date, but the policy has a number"],
    ),
    "rules, which have no value": (
        including("", given("passing"), decision("D", "passing", "input passing")),
        ["lending.dmn:2 unbound-input: the policy has nothing called 'passing' for this input"],
    ),
    "a member that an untyped input does not have": (
        including("", given("applicant"), AGE.replace("applicant.age", "applicant.agee")),
        ["lending.dmn:3 unknown-member: the context has no 'agee'"],
    ),
    "the name of a decision of the policy": (
        including("  Age: {expression: '5'}\n", given("applicant"), AGE),
        ["lending.dmn:3 duplicate-name: the name 'Age' is already taken by a decision at policy.yaml:8:3"],
    ),
    "the name of an input": (
        including("", given("applicant"), AGE.replace("Age", "request")),
        ["lending.dmn:3 duplicate-name: the name 'request' is already taken by an input"],
    ),
    "the name of an import": (
        including("  rates: {expression: '5'}\n", imported("rates", "urn:rates"), decision("D", "1")),
        ["lending.dmn:2 duplicate-name: the name 'rates' is already taken by a decision at policy.yaml:8:3"],
    ),
    "a circle between policy and model": (
        including(
            "  wealth: {expression: Twice * 2}\n", given("wealth"), decision("Twice", "wealth * 2", "input wealth")
        ),
        ["policy.yaml:8 circular-decisions: decisions need each other in a circle: wealth -> Twice -> wealth"],
    ),
    "an error in the model": (
        including("", decision("D", "1 +")),
        ["lending.dmn:2 unexpected-token: found the end of the text, expected a value, a name or '('"],
    ),
    "an import with the name of a decision": (
        including("", imported("D", "urn:rates"), decision("D", "1")),
        ["lending.dmn:2 duplicate-name: the name 'D' is already taken by an element at lending.dmn:3:24"],
    ),
    "an import that no file has": (
        including("", imported("a", "urn:none"), decision("D", "1")),
        ["lending.dmn:2 unknown-import: no file here has the namespace 'urn:none'"],
    ),
}


@pytest.mark.parametrize("case", FINDINGS)
def test_what_is_wrong_refuses_the_policy(case):
    (policy, lending), expected = FINDINGS[case]
    found = refused(policy, lending=lending)
    assert found == expected


def test_findings_on_a_model_show_the_line_of_its_file():
    (policy, lending), _ = FINDINGS["a member of another type"]
    with pytest.raises(RulesRefused) as caught:
        loaded(policy, lending)
    assert caught.value.diagnostics[0].render().splitlines()[:3] == [
        "lending.dmn:3:33: error[type-mismatch]: the model asks for 'applicant.age' as a string, "
        "but the policy has a number",
        '    <inputData id="applicant" name="applicant"><variable name="applicant" typeRef="tA"/></inputData>',
        "                                    ^^^^^^^^^",
    ]


def test_a_name_near_to_that_of_an_input_is_proposed():
    (policy, lending), _ = FINDINGS["an input that the policy does not have"]
    with pytest.raises(RulesRefused, match="did you mean 'applicant'"):
        loaded(policy, lending)


def test_a_decision_without_logic_is_warned_of_and_null():
    policy, lending = including(
        "  reader: {rules: [{id: Z, when: Empty, then: decline, reason: R}]}\n",
        decision("Empty", ""),
        outcome="rules: [reader]",
    )
    files = files_of(policy).with_files({"lending.dmn": lending})
    (loaded_policy,), found = policies_in(files)
    assert [str(finding) for finding in found if "missing-logic" in finding.code] != []
    assert Evaluator(loaded_policy)().undetermined == [0]


def test_two_files_with_one_namespace_are_refused():
    policy = POLICY.replace("[lending.dmn]", "[lending.dmn, other.dmn]")
    (found,) = refused(policy, **{"other.dmn": definitions("urn:lending", decision("Other", "1"))})
    assert found == "other.dmn:1 duplicate-namespace: the namespace 'urn:lending' is already that of lending.dmn"

"""The catalogue of reasons in one file or several; what is said of faults in it is among the golden findings."""

import pytest

from underwriter.policy import RuleFiles, load_policy
from underwriter.policy.reason_catalogue import catalogue_paths, load_reasons

from .surroundings import HEAD, PASSING, REASONS, SURROUNDINGS

POLICY = f"{HEAD}decisions:\n{PASSING}outcome:\n  rules: [passing]\n"
MORE = "reasons:\n  MORE: {en: One more., zh: 又一个。, adverse: false}\n"


def load(texts: dict[str, str]):
    return load_policy(RuleFiles({"policy.yaml": POLICY, **texts}), "policy.yaml", SURROUNDINGS)


@pytest.mark.parametrize(
    "texts",
    [
        {"reasons.yaml": REASONS, "reasons/more.yaml": MORE},
        {"reasons/engine.yaml": REASONS, "reasons/more.yml": MORE},
        {"reasons/deeper/engine.yaml": REASONS, "reasons/more.yaml": MORE},
    ],
    ids=lambda texts: " ".join(texts),
)
def test_the_catalogue_is_the_same_however_it_is_split(texts):
    in_one_file = {"reasons.yaml": REASONS + MORE.removeprefix("reasons:\n")}
    assert load_reasons(RuleFiles(texts)) == load_reasons(RuleFiles(in_one_file))
    entries, findings = load_reasons(RuleFiles(texts))
    assert findings == []
    assert {"NO_OFFER", "MORE"} <= set(entries)


def test_a_policy_keeps_every_file_of_reasons_and_is_named_by_them():
    texts = {"reasons/engine.yaml": REASONS, "reasons/more.yaml": MORE}
    policy = load(texts)
    assert set(policy.files.texts) == {"policy.yaml", *texts}
    assert load_policy(policy.files, policy.path, SURROUNDINGS).version == policy.version
    assert load({**texts, "reasons/more.yaml": MORE.replace("One", "Another")}).version != policy.version


def test_other_files_in_the_folder_of_reasons_are_no_part_of_the_catalogue():
    files = RuleFiles({"reasons/more.yaml": MORE, "reasons/notes.csv": "a,b\n", "common/reasons/x.yaml": MORE})
    assert catalogue_paths(files) == ("reasons/more.yaml",)

"""Policies made ready from what is kept: checked against their hashes, loaded once."""

import pytest

from underwriter.decisioning import ContentDamaged, KeptPolicies, ModelChanged, PolicyUnknown

from .desks import shipped


def kept_contents():
    policy = shipped().policy_for("PERSONAL_CREDIT_LINE")
    (model,) = policy.models.values()
    return policy, model, {policy.version: policy.bundle(), model.version: model.files.to_bytes()}


def test_a_policy_is_made_ready_once_from_contents_alone():
    policy, model, contents = kept_contents()
    asked = []
    kept = KeptPolicies(lambda version: asked.append(version) or contents.get(version))
    again = kept.get(policy.version)
    assert (again.version, [one.version for one in again.models.values()]) == (policy.version, [model.version])
    assert kept.get(policy.version) is again
    assert asked == [policy.version, model.version]


def test_what_is_at_hand_is_not_loaded():
    policy, _, _ = kept_contents()
    kept = KeptPolicies({}.get, [policy])
    assert kept.get(policy.version) is policy
    assert kept.at_hand("0" * 64) is None


def test_a_model_that_is_kept_nowhere_is_named():
    policy, _, contents = kept_contents()
    with pytest.raises(ModelChanged, match="personal_default"):
        KeptPolicies({policy.version: contents[policy.version]}.get).get(policy.version)


def test_contents_that_are_not_what_their_hashes_say_are_refused():
    policy, model, contents = kept_contents()
    with pytest.raises(PolicyUnknown):
        KeptPolicies({}.get).get(policy.version)
    for version in (policy.version, model.version):
        with pytest.raises(ContentDamaged, match=version):
            KeptPolicies((contents | {version: contents[version] + b" "}).get).get(policy.version)
    with pytest.raises(ContentDamaged, match=model.version):
        KeptPolicies((contents | {model.version: b"\xff\xff\xff\xff"}).get).get(policy.version)

"""The generated validator against messages made from the descriptors, and against reflection."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning.requests.validation import request_faults
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_service_pb2 import (
    DecideRequest,
    ExplainDecisionRequest,
    GetDecisionRequest,
    ListDecisionsRequest,
)
from underwriter.v1.policy_service_pb2 import GetPolicyRequest, ListPoliciesRequest, ValidatePolicyRequest

from .mutations import mutations
from .random_messages import CURRENCY, DECLARED, filled, wild
from .reference import faulty_paths

REQUESTS = [
    Application,
    DecideRequest,
    ListDecisionsRequest,
    GetDecisionRequest,
    ExplainDecisionRequest,
    GetPolicyRequest,
    ListPoliciesRequest,
    ValidatePolicyRequest,
]
SEEDS = st.integers(min_value=0, max_value=2**32)


@pytest.mark.parametrize("request_class", REQUESTS)
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, share=st.sampled_from([0.0, 0.3, 0.8, 1.0]))
def test_a_request_within_all_constraints_has_no_faults(request_class, seed, share):
    assert request_faults(filled(request_class, seed, share), CURRENCY, DECLARED) == []


@pytest.mark.parametrize("request_class", REQUESTS)
@settings(max_examples=50, deadline=None)
@given(seed=SEEDS)
def test_faults_are_those_that_reflection_finds(request_class, seed):
    request = wild(request_class, seed)
    paths = [fault.path for fault in request_faults(request, CURRENCY, DECLARED)]
    assert paths == list(faulty_paths(request, CURRENCY, DECLARED))


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS)
def test_one_value_outside_its_constraint_is_one_fault_at_its_path(seed):
    request = filled(DecideRequest, seed, 0.5)
    ways = mutations(request)
    path, mutate = ways[seed % len(ways)]
    mutate()
    assert [fault.path for fault in request_faults(request, CURRENCY, DECLARED)] == [path]


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS)
def test_faults_say_what_was_found_and_what_is_allowed_in_few_words(seed):
    for fault in request_faults(wild(DecideRequest, seed), CURRENCY, DECLARED):
        assert 0 < len(fault.found) <= 60
        assert 0 < len(fault.allowed) <= 400
        assert fault.found.isprintable()

"""Decides on one application: binds it, evaluates the policy, combines outcomes, makes offers."""

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.decide import Decided, decide, explain
from underwriter.decisioning.description import policy_message
from underwriter.decisioning.desk import (
    Desk,
    ModelChanged,
    UnknownProduct,
    check_files,
    check_rules,
    load_desk,
    policy_from_bundle,
)
from underwriter.decisioning.dmn_models import DmnModel, InputsRefused, UnknownModel
from underwriter.decisioning.rule_tests.running import PolicyReport, run_policy_tests
from underwriter.policy import RulesRefused

__all__ = [
    "ActivePolicy",
    "Decided",
    "Desk",
    "DmnModel",
    "InputsRefused",
    "ModelChanged",
    "PolicyReport",
    "RulesRefused",
    "UnknownModel",
    "UnknownProduct",
    "check_files",
    "check_rules",
    "decide",
    "explain",
    "load_desk",
    "policy_from_bundle",
    "policy_message",
    "run_policy_tests",
]

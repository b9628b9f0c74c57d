"""Decides on one application: binds it, evaluates the policy, combines outcomes, makes offers."""

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.decide import Decided, EvaluationFailed, decide, explain, grade
from underwriter.decisioning.description import policy_message
from underwriter.decisioning.desk import (
    CheckedFiles,
    Desk,
    UnknownProduct,
    check_files,
    desk_of,
    load_desk,
    load_product,
)
from underwriter.decisioning.dmn_models import DmnModel, InputsRefused, UnknownModel
from underwriter.decisioning.engine_version import ENGINE_VERSION
from underwriter.decisioning.kept_policies import (
    ContentDamaged,
    KeptPolicies,
    ModelChanged,
    PolicyUnknown,
    PolicyUnusable,
)
from underwriter.decisioning.replaying import DecidedAgain, ModelDifference, decide_again
from underwriter.decisioning.rule_tests.running import PolicyReport, run_policy_tests
from underwriter.decisioning.stored import Stored
from underwriter.policy import RulesRefused

__all__ = [
    "ENGINE_VERSION",
    "ActivePolicy",
    "CheckedFiles",
    "ContentDamaged",
    "Decided",
    "DecidedAgain",
    "Desk",
    "DmnModel",
    "EvaluationFailed",
    "InputsRefused",
    "KeptPolicies",
    "ModelChanged",
    "ModelDifference",
    "PolicyReport",
    "PolicyUnknown",
    "PolicyUnusable",
    "RulesRefused",
    "Stored",
    "UnknownModel",
    "UnknownProduct",
    "check_files",
    "decide",
    "decide_again",
    "desk_of",
    "explain",
    "grade",
    "load_desk",
    "load_product",
    "policy_message",
    "run_policy_tests",
]

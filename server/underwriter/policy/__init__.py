"""Reads a folder of rule files into checked, versioned, compiled policies."""

from underwriter.policy.evaluation import Evaluation, LineChangeTerms, ModelOutput, OfferTerms
from underwriter.policy.load import (
    CheckedPolicies,
    RulesRefused,
    Surroundings,
    check_policies,
    find_policy,
    load_policy,
)
from underwriter.policy.model_interface import ModelInterface
from underwriter.policy.outcome import Outcome
from underwriter.policy.policy import Policy
from underwriter.policy.rule_files import RuleFiles, read_rule_files
from underwriter.policy.trace import Step, StepKind, Trace

__all__ = [
    "CheckedPolicies",
    "Evaluation",
    "LineChangeTerms",
    "ModelInterface",
    "ModelOutput",
    "OfferTerms",
    "Outcome",
    "Policy",
    "RuleFiles",
    "RulesRefused",
    "Step",
    "StepKind",
    "Surroundings",
    "Trace",
    "check_policies",
    "find_policy",
    "load_policy",
    "read_rule_files",
]

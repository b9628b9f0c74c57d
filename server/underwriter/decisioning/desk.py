"""The desk: every active policy, by the product that it decides on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from underwriter import scoring
from underwriter.decisioning.active_policy import NOW, TODAY, ActivePolicy, activate
from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.decisioning.models import load_models, model_interface
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.feel.types import DATE, DATE_TIME, ContextType
from underwriter.policy import (
    Policy,
    RuleFiles,
    RulesRefused,
    Surroundings,
    load_policies,
    load_policy,
    read_rule_files,
)
from underwriter.policy.inputs import application_type


class UnknownProduct(Exception):
    """No policy decides on this product. `known` lists the products that there are."""

    def __init__(self, product: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no policy decides on the product {product!r}; there are: {', '.join(known)}")
        self.product = product
        self.known = known


class ModelChanged(Exception):
    """A policy from the record needs a model in a version that is not at hand."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All policies that decide, by product."""

    policies: Mapping[str, ActivePolicy]

    def policy_for(self, product: str) -> ActivePolicy:
        """Return the policy that decides on a product.

        Raises:
            UnknownProduct: when there is none.
        """
        policy = self.policies.get(product)
        if policy is None:
            raise UnknownProduct(product, tuple(self.policies))
        return policy


def load_desk(rules: Path, models: Path) -> Desk:
    """Load, check and compile every policy of a rules folder with the models of a models folder.

    Opens ONNX sessions, which must not cross a fork.

    Raises:
        RulesRefused: when any rule file or any model has an error, with all of them.
        OSError: when the rules folder can't be read.
    """
    loaded, faults = load_models(models)
    policies, findings = load_policies(read_rule_files(rules), _surroundings(loaded))
    diagnostics = in_file_order([*faults, *findings])
    if has_errors(diagnostics):
        raise RulesRefused(diagnostics)
    return Desk({policy.product: _active(policy, loaded) for policy in policies})


def check_rules(rules: Path, models: Path) -> list[Diagnostic]:
    """Check a rules folder and the models that it may use; return every finding."""
    return check_files({}, rules, models)


def check_files(files: Mapping[str, str], rules: Path, models: Path) -> list[Diagnostic]:
    """Check rule files (text by path below the rules folder) as if they stood in the rules folder."""
    loaded, faults = load_models(models)
    _, findings = load_policies(read_rule_files(rules).with_files(files), _surroundings(loaded))
    return in_file_order([*faults, *findings])


def policy_from_bundle(bundle: bytes, models: Path) -> ActivePolicy:
    """Make a policy ready again from its bundle, with the same models.

    Raises:
        ModelChanged: when a model is no longer there in the version that the policy ran.
        RulesRefused: when this version of the server does not accept the rules any more.
    """
    content = json.loads(bundle)
    loaded, _ = load_models(models)
    for name, version in content["models"].items():
        if name not in loaded or loaded[name].version != version:
            raise ModelChanged(f"model {name} is not at hand in version {version}")
    policy = load_policy(RuleFiles(content["files"]), content["policy"], _surroundings(loaded))
    return _active(policy, loaded)


def _surroundings(models: Mapping[str, scoring.Model]) -> Surroundings:
    inputs = ContextType(fields={**application_type().fields, NOW: DATE_TIME, TODAY: DATE})
    interfaces = {name: model_interface(model) for name, model in models.items()}
    return Surroundings(Environment().extended(CREDIT_FUNCTIONS), inputs, interfaces)


def _active(policy: Policy, models: Mapping[str, scoring.Model]) -> ActivePolicy:
    return activate(policy, {name: models[interface.name] for name, interface in policy.checked.models.items()})

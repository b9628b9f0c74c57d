"""The desk: every active policy, by the product that it decides on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from underwriter import scoring
from underwriter.decisioning.active_policy import NOW, TODAY, ActivePolicy, activate, policy_name
from underwriter.decisioning.collection_pause import without_collection
from underwriter.decisioning.dmn_models import DmnModel, UnknownModel, dmn_texts, load_dmn_models
from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.decisioning.models import load_models, model_interface
from underwriter.decisioning.rollout import Arm, RunningRollout
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.feel.types import DATE, DATE_TIME, ContextType
from underwriter.policy import (
    CheckedPolicies,
    Policy,
    RuleFiles,
    RulesRefused,
    Surroundings,
    check_policies,
    find_policy,
    load_policy,
    read_rule_files,
)
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.inputs import application_type
from underwriter.policy.parameter_overrides import OverrideFault, constant_text, override_faults
from underwriter.policy.policy import content_version, policy_content
from underwriter.policy.stored_inputs import STORED_INPUTS
from underwriter.v1.decision_pb2 import VersionedName


class UnknownProduct(Exception):
    """No policy decides on this product. `known` lists the products that there are."""

    def __init__(self, product: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no policy decides on the product {product!r}; there are: {', '.join(known)}")
        self.product = product
        self.known = known


@dataclass(frozen=True, slots=True)
class Desk:
    """All policies that decide, by product, and the DMN models of the rules folder, by path.

    `files` are the rule files and `models` the score models that it was made of. `rollouts`
    are those of the products in which other versions are tried beside the policy.
    """

    policies: Mapping[str, ActivePolicy]
    dmn_models: Mapping[str, DmnModel] = field(default_factory=dict)
    files: RuleFiles = field(default_factory=lambda: RuleFiles({}))
    models: Mapping[str, scoring.Model] = field(default_factory=dict)
    rollouts: Mapping[str, RunningRollout] = field(default_factory=dict)

    def policy_for(self, product: str) -> ActivePolicy:
        """Return the policy that decides on a product.

        Raises:
            UnknownProduct: when there is none.
        """
        policy = self.policies.get(product)
        if policy is None:
            raise UnknownProduct(product, tuple(self.policies))
        return policy

    def arm_for(self, product: str, subject_id: str, time_us: int) -> Arm | None:
        """Return what decides on a subject in the rollout of a product; None if none runs at that time."""
        rollout = self.rollouts.get(product)
        return None if rollout is None else rollout.arm_for(subject_id, time_us)

    def dmn_model(self, path: str) -> DmnModel:
        """Return the DMN model in a file of the rules folder.

        Raises:
            UnknownModel: when there is none.
        """
        model = self.dmn_models.get(path)
        if model is None:
            raise UnknownModel(path, self.dmn_models)
        return model


def load_desk(rules: Path, models: Path) -> Desk:
    """Load, check and compile every policy of a rules folder with the models of a models folder.

    Opens ONNX sessions, which must not cross a fork.

    Raises:
        RulesRefused: when any rule file or any model has an error, with all of them.
        OSError: when the rules folder can't be read.
    """
    return desk_of(read_rule_files(rules), models)


def desk_of(files: RuleFiles, models: Path, before: Desk | None = None) -> Desk:
    """Do the same with rule files that have been read.

    What is made of the same content as on a desk `before` is taken over as it is: policies, DMN models, and the
    sessions of score models.

    Raises:
        RulesRefused: when any rule file or any model has an error, with all of them.
    """
    with without_collection():
        return check_files(files, models, before).desk()


def load_product(files: RuleFiles, models: Path, product: str) -> ActivePolicy | None:
    """Load the policy that decides on a product, and the models if it runs any; None if no policy does.

    The others are not checked.

    Raises:
        RulesRefused: when the policy or a model that it may run has an error, or when the policy can't be told.
    """
    with without_collection():
        found = find_policy(files, product)
        if found is None:
            return None
        path, definition = found
        loaded, faults = load_models(models) if definition.models else ({}, [])
        if faults:
            raise RulesRefused(faults)
        return _active(load_policy(files, path, surroundings_of(loaded)), loaded)


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """Rule files that were checked once, and every finding. What has no errors can be made ready from here."""

    findings: Sequence[Diagnostic]
    environment: Environment
    models: Mapping[str, scoring.Model]
    _files: RuleFiles
    _policies: CheckedPolicies
    _dmn_models: Mapping[str, DmnModel]
    _before: Mapping[str, ActivePolicy]

    @property
    def policies(self) -> Sequence[CheckedPolicy]:
        """The policies that have no errors."""
        return list(self._policies.by_path.values())

    def versions(self) -> dict[str, VersionedName]:
        """Return the names and versions of the policies that have no errors, by their products."""
        return {
            checked.definition.product: VersionedName(
                name=policy_name(checked.definition.id.text), version=self._policies.version(path)
            )
            for path, checked in self._policies.by_path.items()
        }

    def ready(self, product: str) -> ActivePolicy:
        """Return the policy of a product, ready to decide. Raises KeyError if there is none without errors."""
        paths = {checked.definition.product: path for path, checked in self._policies.by_path.items()}
        policy = self._policies.ready(paths[product])
        known = self._before.get(policy.path)
        return known if known is not None and known.policy is policy else _active(policy, self.models)

    def desk(self) -> Desk:
        """Return the desk of the files.

        Raises:
            RulesRefused: when there are errors, with all findings.
        """
        if has_errors(self.findings):
            raise RulesRefused(self.findings)
        policies = {checked.definition.product: self.ready(checked.definition.product) for checked in self.policies}
        return Desk(policies, self._dmn_models, self._files, self.models)


def check_files(files: RuleFiles, models: Path, before: Desk | None = None) -> CheckedFiles:
    """Check rule files, and the models of a folder that they may use, once. Nothing is compiled.

    What is made of the same content as on a desk `before` is taken over as it is, as `desk_of` does it.
    """
    before = before or Desk({})
    with without_collection():
        loaded, faults = load_models(models, before.models.values())
        surroundings = surroundings_of(loaded)
        active = {policy.policy.path: policy for policy in before.policies.values()}
        policies = check_policies(files, surroundings, [policy.policy for policy in active.values()])
        is_dmn_unchanged = dmn_texts(files) == dmn_texts(before.files) and files.label == before.files.label
        dmn_models, dmn_findings = (
            (before.dmn_models, []) if is_dmn_unchanged else load_dmn_models(files, surroundings.environment)
        )
        findings = in_file_order([*faults, *policies.findings, *dmn_findings])
        return CheckedFiles(findings, surroundings.environment, loaded, files, policies, dmn_models, active)


def models_of_bundle(bundle: bytes) -> dict[str, str]:
    """Return the models that a bundled policy runs: the version by the name."""
    versions: dict[str, str] = json.loads(bundle)["models"]
    return versions


def policy_from_bundle(bundle: bytes, models: Mapping[str, scoring.Model]) -> ActivePolicy:
    """Make a policy ready again from its bundle, with the models that `models_of_bundle` names.

    Raises:
        RulesRefused: when this version of the server does not accept the rules any more.
    """
    content = json.loads(bundle)
    overrides = content.get("parameters", {})
    policy = load_policy(RuleFiles(content["files"]), content["policy"], surroundings_of(models), overrides)
    return _active(policy, models)


def with_parameters(active: ActivePolicy, overrides: Mapping[str, str]) -> ActivePolicy:
    """Return a policy with these values of parameters, as FEEL text by name, and all others as its files say.

    Raises:
        RulesRefused: when a parameter can't have its value, or the policy is in error with it.
    """
    models = {model.name: model for model in active.models.values()}
    policy = load_policy(active.policy.files, active.policy.path, surroundings_of(models), overrides)
    return _active(policy, models)


def version_with(active: ActivePolicy, overrides: Mapping[str, str]) -> str:
    """Return the version that `with_parameters` gives for values as `canonical_values` writes them."""
    policy = active.policy
    models = {model.name: model.version for model in active.models.values()}
    return content_version(policy_content(policy.files, policy.path, models, overrides))


def canonical_values(overrides: Mapping[str, str]) -> dict[str, str]:
    """Return values that have no faults, each written in one way whoever wrote it."""
    return {name: constant_text(text, _environment()) for name, text in overrides.items()}


def parameter_faults(active: ActivePolicy, overrides: Mapping[str, str]) -> list[OverrideFault]:
    """Return what keeps a policy's parameters from having these values; nothing if nothing does."""
    return override_faults(active.policy.checked.definition, overrides, _environment())


def surroundings_of(models: Mapping[str, scoring.Model]) -> Surroundings:
    """Return what policies are checked against, where these models are there."""
    inputs = ContextType(fields={**application_type().fields, **STORED_INPUTS, NOW: DATE_TIME, TODAY: DATE})
    interfaces = {name: model_interface(model) for name, model in models.items()}
    return Surroundings(_environment(), inputs, interfaces)


def ready_policy(files: RuleFiles, path: str, models: Mapping[str, scoring.Model]) -> ActivePolicy:
    """Make one policy of a rules folder ready, with the models that there are.

    Raises:
        RulesRefused: when it or the catalogue of reasons has errors.
    """
    return _active(load_policy(files, path, surroundings_of(models)), models)


def _environment() -> Environment:
    return Environment().extended(CREDIT_FUNCTIONS)


def _active(policy: Policy, models: Mapping[str, scoring.Model]) -> ActivePolicy:
    return activate(policy, {name: models[interface.name] for name, interface in policy.checked.models.items()})

"""From a folder of rule files to policies, or to everything that is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.feel.types import ContextType
from underwriter.policy import findings
from underwriter.policy.checker import check_policy
from underwriter.policy.compiler import compile_policy
from underwriter.policy.loader import load_definition, missing_policy
from underwriter.policy.model_interface import ModelInterface
from underwriter.policy.policy import Policy, content_version
from underwriter.policy.reason_catalogue import ReasonEntry, catalogue_paths, load_reasons
from underwriter.policy.rule_files import RuleFiles


class RulesRefused(Exception):
    """Rule files with errors. `diagnostics` holds every finding, in the order of files and places."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(diagnostic.render() for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What policies are checked against: the language with its functions, the inputs, the models by name."""

    environment: Environment
    input_type: ContextType
    models: Mapping[str, ModelInterface]


def load_policies(files: RuleFiles, surroundings: Surroundings) -> tuple[list[Policy], list[Diagnostic]]:
    """Load every policy of a rules folder; those in error are left out, and all findings are returned."""
    reasons, diagnostics = load_reasons(files)
    paths = files.policies()
    if not paths:
        diagnostics.append(missing_policy(files))
    policies: list[Policy] = []
    for path in paths:
        policy, found = _load_policy(files, path, surroundings, reasons)
        diagnostics += found
        if policy is not None:
            diagnostics += _clashes(policy, policies)
            policies.append(policy)
    return policies, in_file_order(diagnostics)


def load_policy(files: RuleFiles, path: str, surroundings: Surroundings) -> Policy:
    """Load one policy.

    Raises:
        RulesRefused: when it or the catalogue of reasons has errors.
    """
    reasons, diagnostics = load_reasons(files)
    policy, found = _load_policy(files, path, surroundings, reasons)
    if policy is None or has_errors(diagnostics + found):
        raise RulesRefused(in_file_order(diagnostics + found))
    return policy


def _load_policy(
    files: RuleFiles, path: str, surroundings: Surroundings, reasons: Mapping[str, ReasonEntry]
) -> tuple[Policy | None, list[Diagnostic]]:
    definition, diagnostics = load_definition(files, path)
    if definition is None:
        return None, diagnostics
    checked, found = check_policy(
        definition, surroundings.environment, surroundings.input_type, surroundings.models, reasons
    )
    if checked is None or not reasons:
        return None, diagnostics + found
    compiled = compile_policy(checked, surroundings.environment)
    own = files.only((*definition.files, *catalogue_paths(files)))
    versions = {model.name: model.version for model in checked.models.values()}
    return Policy(checked, compiled, reasons, own, path, content_version(own, path, versions)), diagnostics + found


def _clashes(policy: Policy, others: list[Policy]) -> list[Diagnostic]:
    name = policy.checked.definition.id
    by_id = [other.path for other in others if other.id == policy.id]
    by_product = [other.id for other in others if other.product == policy.product]
    return [
        *(findings.duplicate_policy(name, f"the id '{policy.id}'", path) for path in by_id),
        *(findings.duplicate_policy(name, f"the product '{policy.product}'", other) for other in by_product),
    ]

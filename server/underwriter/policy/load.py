"""From a folder of rule files to policies, or to everything that is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.feel.types import ContextType
from underwriter.policy import findings
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.checker import check_policy
from underwriter.policy.compiler import compile_policy
from underwriter.policy.definitions import PolicyDefinition
from underwriter.policy.documents import Fields, Text, read_document
from underwriter.policy.loader import load_definition, missing_policy
from underwriter.policy.model_interface import ModelInterface
from underwriter.policy.parameter_overrides import overridden, override_faults
from underwriter.policy.policy import Policy, content_version, policy_content
from underwriter.policy.reason_catalogue import ReasonEntry, catalogue_paths, load_reasons
from underwriter.policy.rule_files import RuleFiles
from underwriter.policy.shared_checks import SharedChecks

NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class CheckedPolicies:
    """The policies of a rules folder that have no errors, by their paths, and every finding. None is compiled yet."""

    by_path: Mapping[str, CheckedPolicy]
    findings: Sequence[Diagnostic]
    _files: RuleFiles
    _surroundings: Surroundings
    _reasons: Mapping[str, ReasonEntry]
    _unchanged: Mapping[str, Policy]

    def version(self, path: str) -> str:
        """Return the version of the policy at a path."""
        return content_version(_content(self._files, path, self.by_path[path]))

    def ready(self, path: str) -> Policy:
        """Return the policy at a path, compiled, or taken over as it is."""
        known = self._unchanged.get(path)
        return known or _ready(self._files, path, self.by_path[path], self._surroundings, self._reasons)


def check_policies(files: RuleFiles, surroundings: Surroundings, before: Iterable[Policy] = ()) -> CheckedPolicies:
    """Check every policy of a rules folder; those in error are left out.

    Policies of `before`, without errors then, are taken over as they are where nothing that they are made of changed;
    their warnings are not told again.
    """
    reasons, diagnostics = load_reasons(files)
    unchanged = {policy.path: policy for policy in before if _is_unchanged(policy, files, surroundings)}
    checked, found = _check_all(files, surroundings, reasons, unchanged)
    return CheckedPolicies(checked, in_file_order(diagnostics + found), files, surroundings, reasons, unchanged)


def load_policy(
    files: RuleFiles, path: str, surroundings: Surroundings, overrides: Mapping[str, str] = NO_OVERRIDES
) -> Policy:
    """Load one policy. `overrides` are other values of parameters than its files say: FEEL text by name.

    Raises:
        RulesRefused: when it or the catalogue of reasons has errors, with these values.
    """
    reasons, diagnostics = load_reasons(files)
    definition, found = load_definition(files, path)
    checked, more = _check(definition, surroundings, reasons, overrides)
    found += more
    if checked is None or has_errors(diagnostics + found):
        raise RulesRefused(in_file_order(diagnostics + found))
    return _ready(files, path, checked, surroundings, reasons)


def _is_unchanged(policy: Policy, files: RuleFiles, surroundings: Surroundings) -> bool:
    """Tell whether a policy would come out as it is: which files it is made of is said by these files themselves."""
    own = (*policy.checked.definition.files, *catalogue_paths(files))
    versions = {model.name: model.version for model in policy.checked.models.values()}
    now = {name: surroundings.models[name].version for name in versions if name in surroundings.models}
    return (
        all(path in files.texts for path in own)
        and dict(files.only(own).texts) == dict(policy.files.texts)
        and files.label == policy.files.label
        and now == versions
    )


def find_policy(files: RuleFiles, product: str) -> tuple[str, PolicyDefinition] | None:
    """Return the path of the policy that decides on a product, with the policy as it is written; None without one.

    Raises:
        RulesRefused: when none is found, but some can't be read and may be it.
    """
    diagnostics: list[Diagnostic] = []
    for path in files.policies():
        definition, found = load_definition(files, path)
        if definition is not None and definition.left_out is None and definition.product == product:
            return path, definition
        diagnostics += found
    if has_errors(diagnostics):
        raise RulesRefused(in_file_order(diagnostics))
    return None


def _check_all(
    files: RuleFiles,
    surroundings: Surroundings,
    reasons: Mapping[str, ReasonEntry],
    unchanged: Mapping[str, Policy],
) -> tuple[dict[str, CheckedPolicy], list[Diagnostic]]:
    """Check the policies of a folder but for unchanged ones; return all without errors by their paths, and findings."""
    paths = files.policies()
    diagnostics = [] if paths else [missing_policy(files)]
    policies: dict[str, CheckedPolicy] = {}
    definitions: dict[str, PolicyDefinition] = {}
    shared = SharedChecks()
    for path in paths:
        known = unchanged.get(path)
        definition, found = (known.checked.definition, []) if known else load_definition(files, path)
        policy, more = (known.checked, []) if known else _check(definition, surroundings, reasons, shared=shared)
        diagnostics += [*found, *more]
        if definition is not None:
            diagnostics += _clashes(definition, definitions)
            diagnostics += _unknown_monitors(definition, files)
            definitions[path] = definition
        if policy is not None:
            policies[path] = policy
    return policies, diagnostics


def _check(
    definition: PolicyDefinition | None,
    surroundings: Surroundings,
    reasons: Mapping[str, ReasonEntry],
    overrides: Mapping[str, str] = NO_OVERRIDES,
    shared: SharedChecks | None = None,
) -> tuple[CheckedPolicy | None, list[Diagnostic]]:
    if definition is None:
        return None, []
    if definition.left_out is None:
        if faults := override_faults(definition, overrides, surroundings.environment):
            return None, [findings.refused_value(definition, fault) for fault in faults]
        definition = overridden(definition, overrides, surroundings.environment)
    checked, found = check_policy(
        definition, surroundings.environment, surroundings.input_type, surroundings.models, reasons, shared
    )
    return checked if reasons else None, found


def _ready(
    files: RuleFiles,
    path: str,
    checked: CheckedPolicy,
    surroundings: Surroundings,
    reasons: Mapping[str, ReasonEntry],
) -> Policy:
    """Compile a policy that was checked, and name it by its content."""
    compiled = compile_policy(checked, surroundings.environment)
    version = content_version(_content(files, path, checked))
    return Policy(checked, compiled, reasons, _own_files(files, checked), path, version)


def _content(files: RuleFiles, path: str, checked: CheckedPolicy) -> bytes:
    versions = {model.name: model.version for model in checked.models.values()}
    return policy_content(_own_files(files, checked), path, versions, checked.definition.overrides)


def _own_files(files: RuleFiles, checked: CheckedPolicy) -> RuleFiles:
    """Return the files that a policy is made of."""
    return files.only((*checked.definition.files, *catalogue_paths(files)))


def _unknown_monitors(policy: PolicyDefinition, files: RuleFiles) -> list[Diagnostic]:
    known = _monitor_names(files)
    return [findings.unknown_monitor(name, known) for name in policy.monitors if name.text not in known]


def _monitor_names(files: RuleFiles) -> list[str]:
    """Return the names that monitors give themselves, of monitors in error too."""
    documents = [read_document(files.shown(path), files.texts[path])[0] for path in files.monitors()]
    names = [document.get("monitor") for document in documents if isinstance(document, Fields)]
    return sorted(name.text for name in names if isinstance(name, Text))


def _clashes(policy: PolicyDefinition, others: Mapping[str, PolicyDefinition]) -> list[Diagnostic]:
    by_id = [path for path, other in others.items() if other.id.text == policy.id.text]
    by_product = [other.id.text for other in others.values() if other.product == policy.product]
    return [
        *(findings.duplicate_policy(policy.id, "id", policy.id.text, path) for path in by_id),
        *(findings.duplicate_policy(policy.id, "product", policy.product, other) for other in by_product),
    ]

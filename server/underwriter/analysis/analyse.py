"""All that is told of rules that run: what never happens, what is left open, what may pass a cap, what nobody reads."""

from collections.abc import Sequence

from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.shared_work import SharedWork
from underwriter.analysis.looks import Look, told
from underwriter.analysis.null_offers import null_offer_findings
from underwriter.analysis.rate_caps import rate_cap_findings
from underwriter.analysis.rules import looks_at_rules
from underwriter.analysis.search.application_search import ApplicationSearch
from underwriter.analysis.tables import looks_at_tables
from underwriter.analysis.unused import unused_findings
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.policy.checked import CheckedPolicy


def analyse(policies: Sequence[CheckedPolicy], environment: Environment) -> list[Diagnostic]:
    """Return what is found in policies that were loaded from the same files: warnings, each with what to do.

    A finding in a file that several policies include is told once; that something never or always happens is told of
    what does so in all of them.
    """
    shared = SharedWork()
    looks: list[Look] = []
    found: list[Diagnostic] = []
    for checked in policies:
        domains = Domains(checked, shared)
        search = ApplicationSearch(checked, domains, environment)
        looks += looks_at_tables(checked, domains, environment)
        looks += looks_at_rules(checked, domains, environment)
        found += rate_cap_findings(checked, domains, search)
        found += null_offer_findings(checked, domains, search)
    return in_file_order([*found, *told(looks)])


def analyse_together(policies: Sequence[CheckedPolicy]) -> list[Diagnostic]:
    """Return what only all policies of a rules folder together can tell: which of their parts nobody uses."""
    return in_file_order(unused_findings(policies))

"""Decision tables checked and analysed on their own: each input is a name of some type and domain."""

from collections.abc import Mapping, Sequence

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.making import whole
from underwriter.analysis.tables import findings_of_table
from underwriter.dmn.formulas import Formulas
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.dmn.tables.checker import check_table
from underwriter.feel import Diagnostic, Scope, Type, Value
from underwriter.feel.values import type_of

from ..dmn.tables import ENVIRONMENT, TYPES_BY_NAME, table_of


def checked_table(
    policy: str,
    text: str,
    types: Mapping[str, Type],
    names: Mapping[str, Value] | None = None,
    output_values: Mapping[str, Sequence[str]] | None = None,
    defaults: Sequence[str] = (),
    input_values: Mapping[str, str] | None = None,
) -> CheckedTable:
    """Return a table whose texts are all in order; `names` are those that its cells may read beside its inputs."""
    scope = {**types, **{name: type_of(value) for name, value in (names or {}).items()}}
    formulas = Formulas(ENVIRONMENT, scope)
    table = table_of(policy, text, output_values, defaults, input_values=input_values)
    checked = check_table(table, formulas, Scope(scope), TYPES_BY_NAME.get)
    assert not formulas.diagnostics, [str(finding) for finding in formulas.diagnostics]
    return checked


def analysed(
    checked: CheckedTable, domains: Mapping[str, Domain] | None = None, names: Mapping[str, Value] | None = None
) -> list[Diagnostic]:
    """Return the findings on a table; an input without a domain may be anything of its type."""
    given = [(domains or {}).get(column.expression.source.text, whole(column.type)) for column in checked.columns]
    return findings_of_table(checked, given, names or {}, ENVIRONMENT)

"""The values that decision tables may answer with: what the rows that may match put out, the defaults, or null."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from underwriter.analysis.domains.comparisons import Answers, both
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.expression_domains import answers_of_cell
from underwriter.analysis.domains.intervals import is_bounded, summed
from underwriter.analysis.domains.making import NULL_ONLY, hull, is_null, numbers, whole, with_null
from underwriter.analysis.domains.names import Names
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.dmn.tables.checked_table import CheckedOutput, CheckedRow, CheckedTable
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy
from underwriter.feel import Checked
from underwriter.feel.nodes import Expression
from underwriter.feel.types import NUMBER, plain, surely_conforms


class TableReader(NamedTuple):
    """What a table is read by: the domain of its texts, and the names that its cells may read."""

    text: Callable[[Checked[Expression]], Domain]
    names: Names


class _Hit(NamedTuple):
    """A row that may match: whether it always does, and what it puts out."""

    is_sure: bool
    outputs: list[Domain]


def table_domain(table: CheckedTable, reader: TableReader) -> Domain:
    """Return what a table may answer."""
    subjects = [reader.text(column.expression) for column in table.columns]
    all_hits = [_hit(row, table, subjects, reader) for row in table.rows]
    hits = [hit for hit in all_hits if hit is not None]
    defaults = _outputs(table.defaults, table, reader) if table.defaults else None
    if table.fault or table.unreadable:
        return whole(table.type)
    if table.table.hit_rule.policy.is_multiple:
        return _collected(table, hits, defaults)
    return _chosen(table, hits, defaults)


def _hit(row: CheckedRow, table: CheckedTable, subjects: Sequence[Domain], reader: TableReader) -> _Hit | None:
    """Return a row that may match; what it puts out is read in any case, so that all texts are."""
    outputs = _outputs(row.outputs, table, reader)
    matches: Answers = frozenset({True})
    for test, subject, column in zip(row.tests, subjects, table.columns, strict=False):
        known = subject if surely_conforms(column.expression.type, column.type) else whole(column.type)
        matches = both(matches, answers_of_cell(test, known, reader.names))
        if True not in matches:
            return None
    return _Hit(matches == {True}, outputs)


def _outputs(cells: Sequence[Checked[Expression]], table: CheckedTable, reader: TableReader) -> list[Domain]:
    return [_output(reader.text(cell), result) for cell, result in zip(cells, table.results, strict=False)]


def _output(domain: Domain, result: CheckedOutput) -> Domain:
    """Return a cell's domain as the column gives it: what does not fit its type or its allowed values is null."""
    if is_null(domain) or (result.stated is None and not result.allowed):
        return domain
    fits = result.stated is None or surely_conforms(domain.type, result.stated)
    return with_null(domain) if fits else whole(result.stated or domain.type)


def _chosen(table: CheckedTable, hits: Sequence[_Hit], defaults: list[Domain] | None) -> Domain:
    """Return what a table answers of which one row does: null where no row matches, or several that may not."""
    is_covered = any(hit.is_sure for hit in hits)
    may_break = table.table.hit_rule.policy in (HitPolicy.UNIQUE, HitPolicy.ANY) and len(hits) > 1
    found = [hit.outputs for hit in hits]
    if table.table.hit_rule.policy is HitPolicy.FIRST:
        sure = next((place for place, hit in enumerate(hits) if hit.is_sure), len(hits))
        found = found[: sure + 1]
    if not is_covered and defaults is not None:
        found.append(defaults)
    answer = hull(_together(table, outputs) for outputs in found) if found else NULL_ONLY
    return with_null(answer) if may_break or not (is_covered or defaults is not None) else answer


def _together(table: CheckedTable, outputs: Sequence[Domain]) -> Domain:
    if len(table.results) == 1:
        return outputs[0]
    members = dict(zip(table.output_names, outputs, strict=True))
    return ContextDomain(table.hit_type, can_be_null=False, members=members)


def _collected(table: CheckedTable, hits: Sequence[_Hit], defaults: list[Domain] | None) -> Domain:
    """Return what a table answers of which all rows that match do."""
    fewest, aggregation = sum(hit.is_sure for hit in hits), table.table.hit_rule.aggregation
    found = [hit.outputs for hit in hits]
    if aggregation is Aggregation.COUNT and defaults is None:
        return numbers(Decimal(fewest), Decimal(len(hits)), is_whole=True)
    if defaults is not None and not fewest:
        found.append(defaults)
    item = hull(_together(table, outputs) for outputs in found)
    if aggregation is Aggregation.LIST:
        least = max(fewest, 1) if defaults is not None else fewest
        return ListDomain(table.type, can_be_null=False, item=item, fewest=least, most=max(len(hits), least))
    if aggregation is Aggregation.COUNT or plain(item.type) != NUMBER:
        return whole(table.type)
    return _aggregated(item, fewest, len(hits), is_sum=aggregation is Aggregation.SUM, has_default=defaults is not None)


def _aggregated(item: Domain, fewest: int, most: int, *, is_sum: bool, has_default: bool) -> Domain:
    within = summed(item.within, max(fewest, 1), max(most, 1)) if is_sum else item.within
    can_be_null = item.can_be_null or not is_bounded(within) or not (fewest or has_default)
    return Domain(NUMBER, can_be_null, None, within, item.is_whole)

"""The report: one HTML file with all tables and drawings, which needs nothing besides itself."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from underwriter.impact.plots import plots
from underwriter.impact.rule_changes import RuleChanges
from underwriter.impact.tables import conclusion, impact_tables, period
from underwriter.impact.tally import ImpactTally
from underwriter.whole_files import write_whole

_TEMPLATE = "report.html.jinja"


def report_html(tally: ImpactTally, changes: RuleChanges) -> str:
    """Return the report. The same figures give the same text."""
    environment = Environment(
        loader=PackageLoader("underwriter.impact", ""),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = {plot.key: {"svg": Markup(plot.svg), "described": plot.described} for plot in plots(tally)}  # noqa: S704 - drawn by us, its texts escaped
    template = environment.get_template(_TEMPLATE)
    return template.render(
        conclusion=conclusion(tally), period=period(tally), tables=impact_tables(tally, changes), plots=drawn
    )


def write_report(file: Path, tally: ImpactTally, changes: RuleChanges) -> None:
    """Write the report, whole or not at all. Raises OSError."""
    write_whole({file: report_html(tally, changes).encode()})

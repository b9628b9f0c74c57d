"""The results of tests as JUnit XML, as systems of continuous integration read it."""

import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from underwriter.decisioning import PolicyReport
from underwriter.decisioning.rule_tests.running import RuleTestResult
from underwriter.feel.diagnostics import Diagnostic
from underwriter.monitoring.monitor_test_runs import MonitorReport, MonitorTestResult

Report = PolicyReport | MonitorReport

# What XML 1.0 has no way to write (section 2.2).
_NO_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(reports: Mapping[str, Report]) -> str:
    """Return the reports by name as one XML document: a suite for each, a case for each of its tests.

    Test files with errors, and rules without any tests, are cases with an error.
    """
    root = Element("testsuites", name="underwriter test")
    for name, report in reports.items():
        _add_suite(root, name, report)
    _count(root, root.iter("testcase"))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _add_suite(root: Element, name: str, report: Report) -> None:
    suite = SubElement(root, "testsuite", name=name)
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="coverage_percent", value=f"{report.coverage.percent:.1f}")
    for result in report.results:
        _add_case(suite, name, result)
    for finding in report.diagnostics:
        _add_error(suite, name, finding)
    if not report.results and not report.diagnostics:
        case = SubElement(suite, "testcase", classname=name, name="tests", time="0")
        SubElement(case, "error", message=f"{name} has no tests")
    _count(suite, suite.iter("testcase"))


def _add_case(suite: Element, name: str, result: RuleTestResult | MonitorTestResult) -> None:
    position, file = result.test.source.position(0), result.test.source.name
    case = SubElement(
        suite,
        "testcase",
        classname=name,
        name=_written(result.test.name),
        file=_written(file),
        line=str(position.line + 1),
        time=f"{result.seconds:.6f}",
    )
    if not result.has_passed:
        failure = SubElement(case, "failure", message=_written(result.failures[0]))
        failure.text = _written("\n".join((result.test.source.location(0), *result.failures)))


def _add_error(suite: Element, name: str, finding: Diagnostic) -> None:
    file, line = finding.source.name, str(finding.position.line + 1)
    case = SubElement(suite, "testcase", classname=name, name=_written(file), file=_written(file), line=line, time="0")
    SubElement(case, "error", message=_written(finding.message), type=finding.code).text = _written(finding.render())


def _count(element: Element, cases: Iterable[Element]) -> None:
    cases = list(cases)
    element.set("tests", str(len(cases)))
    for kind in ("failure", "error"):
        element.set(f"{kind}s", str(sum(case.find(kind) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.6f}")


def _written(text: str) -> str:
    return _NO_CHARACTERS.sub("?", text)

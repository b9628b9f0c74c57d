"""Reads files of test cases."""

from underwriter.conformance.case_values import UnreadableValue, read_value
from underwriter.conformance.cases import ExpectedResult, Invoked, TestCase, TestFile
from underwriter.dmn.xml.tree import Element, read_tree
from underwriter.feel import Diagnostic

NAMESPACE = "http://www.omg.org/spec/DMN/20160719/testcase"


def read_test_file(text: str, name: str) -> tuple[TestFile | None, list[Diagnostic]]:
    """Read the text of a file of test cases; `name` is its path as it is shown. None with findings if unusable."""
    root, findings = read_tree(text, name)
    if root is None:
        return None, findings
    if (root.namespace, root.name) != (NAMESPACE, "testCases"):
        message = f"a file of test cases starts with <testCases>, not with <{root.name}>"
        return None, [_fault("not-a-test-file", message, root)]
    model = root.first("modelName")
    if model is None or not model.text.text:
        return None, [_fault("missing-element", "the file does not name its model", root)]
    cases: list[TestCase] = []
    for element in root.named("testCase"):
        try:
            cases.append(_case(element))
        except UnreadableValue as wrong:
            findings.append(_fault("unreadable-value", str(wrong), wrong.element))
    return TestFile(model.text.text, tuple(cases)), findings


def _case(element: Element) -> TestCase:
    inputs = {_input_name(node): read_value(node) for node in element.named("inputNode")}
    results = tuple(_result(node) for node in element.named("resultNode"))
    invoked = element.attributes.get("type", Invoked.DECISION)
    try:
        kind = Invoked(invoked)
    except ValueError:
        raise UnreadableValue(element, f"cases of the type '{invoked}' are not run") from None
    return TestCase(
        element.attributes.get("id", ""), inputs, results, kind, element.attributes.get("invocableName", "")
    )


def _input_name(node: Element) -> str:
    """Return the name of an input, with the namespace of its model before it where the file says that."""
    name, namespace = node.attributes.get("name", ""), node.attributes.get("namespace")
    return f"{namespace}#{name}" if namespace else name


def _result(node: Element) -> ExpectedResult:
    is_error = node.attributes.get("errorResult", "").strip() in ("true", "1")
    expected = node.first("expected")
    value = None if is_error or expected is None else read_value(expected)
    return ExpectedResult(node.attributes.get("name", ""), value)


def _fault(code: str, message: str, element: Element) -> Diagnostic:
    source = element.source
    return Diagnostic(code, message, source, source.whole)

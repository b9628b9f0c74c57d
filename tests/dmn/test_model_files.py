"""Which files belong to a model: found by namespace, looked for first where an import says."""

import pytest

from underwriter.dmn.models.model import Model, load_model
from underwriter.feel import Environment
from underwriter.feel.temporal import parse_date_time

NOON = parse_date_time("2026-01-31T12:00:00Z")
MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def file(namespace, *imports, value="1"):
    """A file with a decision `d`, and imports of the form `name=namespace` or `name=namespace@location`."""
    lines = []
    for text in imports:
        name, _, where = text.partition("=")
        wanted, _, location = where.partition("@")
        at = f' locationURI="{location}"' if location else ""
        lines.append(f'<import name="{name}" namespace="{wanted}" importType="{MODEL}"{at}/>')
    required = "".join(
        f'<informationRequirement><requiredDecision href="{text.partition("=")[2].partition("@")[0]}#d"/>'
        "</informationRequirement>"
        for text in imports
    )
    logic = f"<literalExpression><text>{value}</text></literalExpression>"
    body = f'<decision name="d" id="d"><variable name="d"/>{required}{logic}</decision>'
    return (
        f'<definitions xmlns="{MODEL}" name="{namespace}" namespace="{namespace}">{"".join(lines)}{body}</definitions>'
    )


FILES = {
    "one": ({"main.dmn": file("m")}, "1", []),
    "an import": ({"main.dmn": file("m", "a=n", value="a.d + 1"), "n.dmn": file("n")}, "2", []),
    "an import of an import": (
        {
            "main.dmn": file("m", "a=n", value="a.d + 1"),
            "n.dmn": file("n", "b=o", value="b.d + 1"),
            "o.dmn": file("o"),
        },
        "3",
        [],
    ),
    "of two files with a namespace the one that the import names": (
        {
            "main.dmn": file("m", "a=n@second.dmn", value="a.d"),
            "first.dmn": file("n", value="1"),
            "second.dmn": file("n", value="2"),
        },
        "2",
        [],
    ),
    "a file that is not imported and can't be read": ({"main.dmn": file("m"), "broken.dmn": "<"}, "1", []),
    "an import that no file has": (
        {"main.dmn": file("m", "a=n", value="a.d"), "o.dmn": file("o")},
        None,
        ["unknown-import", "unknown-reference", "unknown-name"],
    ),
    "imports in a circle": (
        {"main.dmn": file("m", "a=n", value="a.d"), "n.dmn": file("n", "b=m", value="b.d")},
        None,
        ["circular-decisions"],
    ),
}


@pytest.mark.parametrize(("files", "expected", "codes"), FILES.values(), ids=FILES)
def test_files_are_found(files, expected, codes):
    main = load_model("main.dmn", files, Environment())
    assert isinstance(main, Model)
    assert [finding.code for finding in main.diagnostics] == codes
    value = main.evaluate({}, moment=NOON).values["d"]
    assert (None if value is None else str(value)) == expected


def test_a_file_that_can_not_be_read_is_reported_where_an_import_may_mean_it():
    main = load_model("main.dmn", {"main.dmn": file("m", "a=n"), "broken.dmn": "<"}, Environment())
    assert "broken.dmn" in {finding.source.name for finding in main.diagnostics}

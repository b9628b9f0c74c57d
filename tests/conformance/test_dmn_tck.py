"""The DMN Technology Compatibility Kit, where it is present: every case passes, or stands in known_gaps.yaml."""

from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from underwriter.conformance import find_test_files, run_test_file
from underwriter.feel.temporal import parse_date_time

NOON = parse_date_time("2026-01-31T12:00:00Z")
KIT = Path(__file__).parents[3] / "shared" / "conformance" / "dmn-tck"
GAPS = Path(__file__).with_name("known_gaps.yaml")


@cache
def known_gaps() -> frozenset[str]:
    return frozenset(case for cases in YAML(typ="safe").load(GAPS).values() for case in cases)


needs_kit = pytest.mark.skipif(not KIT.is_dir(), reason="the DMN TCK is not beside the project")


@needs_kit
@pytest.mark.parametrize("path", find_test_files(KIT) if KIT.is_dir() else [KIT], ids=lambda path: path.stem)
def test_the_cases_of_a_file_pass_but_for_known_gaps(path: Path) -> None:
    report = run_test_file(path, NOON)
    assert report.findings == ()
    assert report.results
    failed = {result.name: result.failures for result in report.results if result.failures}
    gaps = known_gaps() & {result.name for result in report.results}
    assert {name: why for name, why in failed.items() if name not in gaps} == {}, "cases fail"
    assert gaps - failed.keys() == set(), "known gaps pass: take them off the list"


@needs_kit
def test_every_known_gap_is_a_case_of_the_kit() -> None:
    folders = {KIT.joinpath(*gap.split("/")[:-2]) for gap in known_gaps()}
    files = [path for folder in folders for path in find_test_files(folder)]
    assert known_gaps() <= {result.name for path in files for result in run_test_file(path, NOON).results}

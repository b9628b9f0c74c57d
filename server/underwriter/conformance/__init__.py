"""Runs test cases of the DMN Technology Compatibility Kit on our DMN models, and tells which pass."""

from underwriter.conformance.report import FolderCount, by_folder, write_csv
from underwriter.conformance.runner import CaseResult, FileReport, Outcome, find_test_files, run_test_file

__all__ = [
    "CaseResult",
    "FileReport",
    "FolderCount",
    "Outcome",
    "by_folder",
    "find_test_files",
    "run_test_file",
    "write_csv",
]

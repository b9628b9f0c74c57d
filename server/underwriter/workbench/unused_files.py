"""Rule files that no policy is made of: whoever wrote one may think that it is checked.

The catalogue of reasons, monitors and DMN models are used by themselves: all of them that stand in the rules folder.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from underwriter.decisioning.rule_tests.files import TEST_FOLDER
from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.feel.source import Source
from underwriter.policy import RuleFiles
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.reason_catalogue import REASONS_FOLDER, catalogue_paths
from underwriter.policy.rule_files import DMN_ENDING, MONITOR_FOLDER, YAML_ENDINGS

_KNOWN_FOLDERS = (MONITOR_FOLDER, REASONS_FOLDER.rstrip("/"), TEST_FOLDER)
"""The folders whose files are used though no policy includes them."""
_FIRST_LINE = re.compile(r"[^\r\n]*")
_FIRST_YAML_LINE = re.compile(r"^(?!---)[^\s#][^\r\n]*", re.MULTILINE)
"""What a comment at the top of a file stands above, so that one there can allow the finding."""


def unused_files(policies: Iterable[CheckedPolicy], files: RuleFiles) -> Iterator[Diagnostic]:
    """Yield a warning on each file that nothing reads; `policies` must be all that the files hold."""
    used = {path for checked in policies for path in checked.definition.files}
    used.update(catalogue_paths(files), files.monitors())
    for path, text in files.texts.items():
        if path in used or path.endswith(DMN_ENDING):
            continue
        file = Source(text, files.shown(path))
        yield _unused_part(file, path) if path.endswith(YAML_ENDINGS) else _unused_table(file)


def _unused_part(file: Source, path: str) -> Diagnostic:
    folders = [folder for folder in PurePosixPath(path).parent.parts if folder not in _KNOWN_FOLDERS]
    near = "".join(f"{told} if not, " for folder in folders if (told := nearest(folder, _KNOWN_FOLDERS)))
    mend = f"{near}add it to a policy's `include`, or remove it"
    message = "no policy includes this file, so nothing in it is checked or used"
    return _finding(message, _first(_FIRST_YAML_LINE, file), mend)


def _unused_table(file: Source) -> Diagnostic:
    message = "no table reads this file, so nothing in it is checked or used"
    return _finding(message, _first(_FIRST_LINE, file), "name it in a table's `rows: !csv`, or remove it")


def _first(line: re.Pattern[str], file: Source) -> Source:
    found = line.search(file.text)
    return file.part(*found.span()) if found else file.part(0, 0)


def _finding(message: str, line: Source, mend: str) -> Diagnostic:
    return Diagnostic("unused-file", message, line, line.whole, mend, Severity.WARNING)

"""Finds the files of a DMN model: the main one, and by their namespaces those that it imports, directly or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriter.dmn import findings
from underwriter.dmn.elements import Definitions, Import
from underwriter.dmn.xml import read_model
from underwriter.feel.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model as read: the main one, None if it can't be read, and all by namespace."""

    main: Definitions | None
    by_namespace: Mapping[str, Definitions]
    diagnostics: tuple[Diagnostic, ...]


def read_files(main: str, files: Mapping[str, str]) -> ModelFiles:
    """Read the file with the path `main` and what it imports from texts by path.

    Raises:
        KeyError: if there is no file of that path.
    """
    shelf = _Shelf(files)
    first = shelf.read(main)
    if first is None:
        return ModelFiles(None, {}, tuple(shelf.diagnostics[main]))
    by_namespace = {first.namespace: first}
    unknown: list[Diagnostic] = []
    waiting = [first]
    while waiting:
        for import_ in waiting.pop().imports:
            if import_.namespace in by_namespace:
                continue
            imported = shelf.find(import_)
            if imported is None:
                others = [name for name in shelf.namespaces if name not in by_namespace]
                unknown.append(findings.unknown_import(import_, others))
            else:
                by_namespace[import_.namespace] = imported
                waiting.append(imported)
    return ModelFiles(first, by_namespace, (*shelf.findings_on(by_namespace, has_gaps=bool(unknown)), *unknown))


class _Shelf:
    """Texts by path, each read when an import first asks for a namespace that is not known yet."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._unread = dict(sorted(files.items()))
        self._paths: dict[str, str] = {}
        self._read: dict[str, Definitions] = {}
        self.diagnostics: dict[str, list[Diagnostic]] = {}

    @property
    def namespaces(self) -> list[str]:
        """The namespaces of all files read so far."""
        return list(self._read)

    def read(self, path: str) -> Definitions | None:
        """Read a file; of two with one namespace the first stays."""
        definitions, self.diagnostics[path] = read_model(self._unread.pop(path), path)
        if definitions is not None and definitions.namespace not in self._read:
            self._read[definitions.namespace] = definitions
            self._paths[definitions.namespace] = path
        return definitions

    def find(self, import_: Import) -> Definitions | None:
        """Return the file with the import's namespace, looking first where the import says that it is."""
        while import_.namespace not in self._read and self._unread:
            named = (path for path in self._unread if import_.location and path.endswith(import_.location))
            self.read(next(named, next(iter(self._unread))))
        return self._read.get(import_.namespace)

    def findings_on(self, used: Mapping[str, Definitions], *, has_gaps: bool) -> list[Diagnostic]:
        """Return the findings on used files; with gaps also on those that could not be read, perhaps the reason."""
        paths = {self._paths[namespace] for namespace in used}
        unreadable = set(self.diagnostics) - set(self._paths.values())
        wanted = paths | unreadable if has_gaps else paths
        return [finding for path, found in self.diagnostics.items() if path in wanted for finding in found]

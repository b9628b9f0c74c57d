"""What is said of a DMN model to its author: one function a mistake, named for it. Codes are stable."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from underwriter.dmn.elements import Import, Reference
from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.feel.source import Source


def unknown_import(import_: Import, known: Iterable[str]) -> Diagnostic:
    """An import of a namespace that no file has."""
    message = f"no file here has the namespace '{import_.namespace}'"
    mend = nearest(import_.namespace, known) or "add the file that has it, or take the import out"
    return _finding("unknown-import", message, import_.name, mend)


def duplicate_id(name: Source, first: Source) -> Diagnostic:
    """Two elements with one id."""
    message = f"'{name.text}' has the id of '{first.text}' at {first.location(0)}"
    return _finding("duplicate-id", message, name, "give each element an id of its own")


def duplicate_name(name: Source, first: Source) -> Diagnostic:
    """Two elements of one name where a text could mean either."""
    message = f"'{name.text}' also stands at {first.location(0)}"
    return _finding("duplicate-name", message, name, "give one of them another name")


def unknown_reference(reference: Reference) -> Diagnostic:
    """A reference to an id that no element has."""
    message = f"there is no element with the id '{reference.id}'"
    return _finding("unknown-reference", message, reference.source, "write the id of an element, or take it out")


def not_imported(reference: Reference) -> Diagnostic:
    """A reference into a file that is not imported by this one."""
    message = f"this file does not import the namespace '{reference.namespace}'"
    return _finding("not-imported", message, reference.source, "import it, so that the element has a name here")


def misplaced_reference(reference: Reference, wanted: str) -> Diagnostic:
    """A reference to an element of another kind than its place asks for."""
    return _finding("misplaced-reference", f"'{reference.id}' is not {wanted}", reference.source, f"name {wanted}")


def unknown_type(name: Source, known: Iterable[str]) -> Diagnostic:
    """A type reference that leads nowhere."""
    mend = nearest(name.text, known) or "name a type of FEEL or an item definition"
    return _finding("unknown-type", f"there is no type '{name.text}'", name, mend)


def circular_type(name: Source) -> Diagnostic:
    """A type that is defined by nothing but itself."""
    message = f"the type '{name.text}' is defined by itself"
    return _finding("circular-type", message, name, "a type may contain itself as a component, but not be itself")


def type_too_deep(name: Source, limit: int) -> Diagnostic:
    """Types that refer to types without end."""
    return _finding(
        "too-deep", f"more than {limit} types refer to each other in a row up to '{name.text}'", name, "refer to fewer"
    )


def circular_decisions(names: Sequence[str], place: Source) -> Diagnostic:
    """Decisions that require each other."""
    message = f"decisions require each other: {' -> '.join(names)}"
    return _finding("circular-decisions", message, place, "one of them must do without the next")


def missing_logic(name: Source) -> Diagnostic:
    """A decision or a function that does not say how it comes to a value."""
    message = f"'{name.text}' has no logic: its value is null, unless a decision service is given it"
    return replace(_finding("missing-logic", message, name, "write its expression"), severity=Severity.WARNING)


def unsupported_language(source: Source, kind: str) -> Diagnostic:
    """A function whose body is not FEEL."""
    message = f"functions in {kind} are not run: the value is null"
    return _finding("unsupported-language", message, source, "write it in FEEL")


def too_deep(source: Source, limit: int) -> Diagnostic:
    """Boxes within boxes without end."""
    return _finding("too-deep", f"boxes stand in each other more than {limit} deep", source, "name parts of it")


def duplicate_entry(name: Source) -> Diagnostic:
    """A second entry of one name in a context, a relation's columns or an invocation's bindings."""
    return _finding("duplicate-key", f"'{name.text}' stands here twice", name, "give each a name of its own")


def misplaced_result(source: Source) -> Diagnostic:
    """An entry without a name that is not a context's last."""
    message = "an entry without a name is the context's result, and must be the last"
    return _finding("misplaced-result", message, source, "name it, or move it to the end")


def unknown_argument(parameter: Source, known: Sequence[str]) -> Diagnostic:
    """A binding to a parameter that the function does not have."""
    help_ = nearest(parameter.text, known) or f"its parameters are {', '.join(known)}"
    return _finding("unknown-argument", f"the function has no parameter '{parameter.text}'", parameter, help_)


def missing_argument(source: Source, name: str) -> Diagnostic:
    """An invocation that leaves a parameter out."""
    return _finding("wrong-argument-count", f"the parameter '{name}' is given no value", source, f"bind '{name}'")


def not_a_function(source: Source, given: str) -> Diagnostic:
    """An invocation of what is no function."""
    return _finding("not-a-function", f"a {given} cannot be called", source, "name a function")


def not_a_condition(source: Source, given: str) -> Diagnostic:
    """Something other than a boolean where a box asks for a condition."""
    return _finding("type-mismatch", f"a condition must be a boolean, this is a {given}", source, "compare it")


def wrong_type(source: Source, given: str, wanted: str) -> Diagnostic:
    """A value that never conforms to the type that was stated for it."""
    message = f"this is a {given}, but a {wanted} is asked for"
    return _finding("type-mismatch", message, source, "give a value of that type")


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, source.whole, mend)

"""What is wrong with a .dmn file, in words: one function a mistake."""

from collections.abc import Iterable

from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.feel.source import Source, Span


def too_long(file: Source, limit: int) -> Diagnostic:
    """Tell of a file beyond the bound on its length."""
    message = f"the file has {len(file.text):,} characters, more than the {limit:,} that are read"
    return Diagnostic("xml-too-long", message, file, Span(0, 1), "split the model, and import its parts")


def too_deep(file: Source, place: Span, limit: int) -> Diagnostic:
    """Tell of elements nested beyond the bound."""
    message = f"elements are nested more than {limit} deep"
    return Diagnostic("xml-too-deep", message, file, place, "make decisions of the inner expressions")


def too_many(file: Source, place: Span, what: str, limit: int) -> Diagnostic:
    """Tell of more elements, or other parts, than the bound."""
    message = f"the file has more than {limit:,} {what}"
    return Diagnostic("xml-too-long", message, file, place, "split the model, and import its parts")


def too_many_findings(root: Source, limit: int) -> Diagnostic:
    """Tell that a file is read no further."""
    message = f"the file has more than {limit:,} errors, and is not read further"
    return Diagnostic("too-many-errors", message, root, _tag(root), "mend the first ones, and read it again")


def long_name(file: Source, place: Span, limit: int) -> Diagnostic:
    """Tell of an element or attribute with too long a name."""
    message = f"a name of this element or of its attributes has more than {limit:,} characters"
    return Diagnostic("xml-too-long", message, file, place, "no name of DMN is longer than 30 characters")


def long_attribute(file: Source, place: Span, limit: int) -> Diagnostic:
    """Tell of an attribute with too long a value."""
    message = f"an attribute of this element has more than {limit:,} characters"
    return Diagnostic("xml-too-long", message, file, place, "write long texts as elements, such as <description>")


def has_document_type(file: Source, place: Span) -> Diagnostic:
    """Tell of a document type, which could define entities without end or read other files."""
    message = "the file declares a document type; DMN files have none"
    return Diagnostic("xml-document-type", message, file, place, "take the <!DOCTYPE ...> declaration out")


def not_well_formed(file: Source, place: Span, reason: str) -> Diagnostic:
    """Tell where the file stops being XML."""
    mend = "in texts write &lt; for < and &amp; for &; every element must be closed"
    return Diagnostic("xml-syntax", f"not well-formed XML: {reason}", file, place, mend)


def not_a_model(root: Source, name: str, namespace: str) -> Diagnostic:
    """Tell of XML that is something else."""
    if name == "definitions":
        message = f"'{namespace}' is not a namespace of DMN 1.1 to 1.5"
        mend = 'such as xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" for DMN 1.5'
    else:
        message = f"a DMN file starts with <definitions>, not with <{name}>"
        mend = "export the model as DMN 1.1 to 1.5"
    return _fault("not-a-dmn-file", message, root, mend)


def missing_attribute(element: Source, what: str, attribute: str) -> Diagnostic:
    """Tell of an element without an attribute that it needs."""
    return _fault("missing-attribute", f"the {what} has no {attribute}", element, f'write {attribute}="..." in its tag')


def missing_child(element: Source, what: str, child: str) -> Diagnostic:
    """Tell of an element without a child that it needs."""
    return _fault("missing-element", f"the {what} has no <{child}>", element, f"write <{child}> in it")


def missing_expression(element: Source, what: str) -> Diagnostic:
    """Tell of a place for an expression that is empty; it is read as null."""
    mend = "write an expression, such as <literalExpression><text>1 + 1</text></literalExpression>"
    return _fault("missing-expression", f"the {what} has no expression", element, mend)


def second_expression(element: Source, what: str) -> Diagnostic:
    """Tell of more than one expression where there is room for one."""
    message = f"the {what} has a second expression; only the first is used"
    return _fault("second-expression", message, element, "keep one, or make a list or a context of them")


def empty_text(element: Source, what: str) -> Diagnostic:
    """Tell of an expression without a text; it is read as null."""
    return _fault("empty-expression", f"the {what} is empty", element, "write an expression, or null")


def imported_values(element: Source) -> Diagnostic:
    """Tell of an expression that would come from another file."""
    message = "expressions from other files (importedValues) are not read; this gives null"
    return _fault("imported-values", message, element, "write the values here")


def empty_output(element: Source) -> Diagnostic:
    """Tell of an empty output cell, which many editors write for null."""
    message = "the output entry is empty, which gives null"
    return Diagnostic("empty-output", message, element, _tag(element), "write null if that is meant", Severity.WARNING)


def unknown_element(element: Source, name: str, parent: str, known: Iterable[str]) -> Diagnostic:
    """Tell of an element of DMN's namespace that DMN does not have at this place."""
    mend = nearest(name, known) or "take it out, or move it into <extensionElements>"
    return _fault("unknown-element", f"DMN has no <{name}> in <{parent}>", element, mend)


def unknown_value(value: Source, what: str, known: Iterable[str]) -> Diagnostic:
    """Tell of an attribute whose value is none of those that DMN has."""
    known = tuple(known)
    mend = " ".join(filter(None, (nearest(value.text, known), f"allowed: {', '.join(known)}")))
    return Diagnostic("unknown-value", f"{what} can't be '{value.text}'", value, value.whole, mend)


def useless_aggregation(value: Source, policy: str) -> Diagnostic:
    """Tell of an aggregation in a table that does not collect."""
    message = f"a table with hit policy {policy} does not aggregate; the aggregation has no effect"
    mend = 'take it away, or write hitPolicy="COLLECT"'
    return Diagnostic("useless-aggregation", message, value, value.whole, mend, Severity.WARNING)


def row_shape(row: Source, what: str, found: int, wanted: int) -> Diagnostic:
    """Tell of a row that does not fit the columns of its table."""
    message = f"this rule has {found} {what} entries, the table has {wanted} {what} columns"
    return _fault("row-shape", message, row, f"every rule needs one {what} entry for each {what} column")


def relation_shape(row: Source, found: int, wanted: int) -> Diagnostic:
    """Tell of a row that does not fit the columns of its relation."""
    message = f"this row has {found} expressions, the relation has {wanted} columns"
    return _fault("row-shape", message, row, "every row needs one expression for each column")


def bad_reference(href: Source) -> Diagnostic:
    """Tell of a reference that names no element."""
    message = f"'{href.text}' is no reference to an element"
    mend = "write # and the element's id, for an element of another model its namespace before that"
    return Diagnostic("bad-reference", message, href, href.whole, mend)


def other_variable_name(variable: Source, name: str) -> Diagnostic:
    """Tell of a variable that is not called like its element (DMN 1.5, 6.3.7 and 7.3.1)."""
    message = f"the variable is named '{variable.text}', its element '{name}'; the element's name counts"
    mend = "give both the same name"
    return Diagnostic("variable-name", message, variable, variable.whole, mend, Severity.WARNING)


def _fault(code: str, message: str, element: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, element, _tag(element), mend)


def _tag(element: Source) -> Span:
    return Span(0, len(element.text.partition("\n")[0]))

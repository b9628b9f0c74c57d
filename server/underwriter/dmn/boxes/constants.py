"""Folds boxed expressions: what literals alone decide is computed once, before code is written."""

from decimal import localcontext

from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedList, CheckedLiteral, CheckedRelation, Coerced
from underwriter.feel import FEEL_CONTEXT, Value
from underwriter.feel.coercion import MISFIT, fit
from underwriter.feel.folding import NotConstant, fold


def constant_value(box: CheckedBox) -> Value:
    """Return the value of a box of literals alone.

    Raises:
        NotConstant: if it is none, or gives a warning, which is left to run time.
    """
    match box:
        case CheckedLiteral(checked=checked):
            return fold(checked.tree, checked.calls)
        case CheckedList(items=items):
            return [constant_value(item) for item in items]
        case CheckedRelation(columns=columns, rows=rows):
            return [dict(zip(columns, map(constant_value, row), strict=True)) for row in rows]
        case Coerced():
            with localcontext(FEEL_CONTEXT):
                value = fit(constant_value(box.box), box.type)
            if value is not MISFIT:
                return value
    raise NotConstant

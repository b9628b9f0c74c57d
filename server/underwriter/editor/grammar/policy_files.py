"""Policies, included files and catalogues of reasons: what their keys hold."""

from underwriter.dmn.tables.hit_policy import HIT_RULES
from underwriter.editor.grammar.values import (
    FORMULA,
    PLAIN,
    Either,
    Items,
    Keys,
    Meaning,
    Named,
    Number,
    Single,
    Truth,
    Value,
    choice,
)
from underwriter.policy import shapes
from underwriter.policy.checker import POLICY_ID
from underwriter.policy.loader import LENDER
from underwriter.policy.logic_loader import LET_THROUGH, OUTCOMES
from underwriter.policy.named_types import TYPES
from underwriter.policy.outcome import Outcome
from underwriter.policy.parameter_loader import DAY
from underwriter.policy.reading import CURRENCY

TITLES = Keys(shapes.TEXTS)
OUTCOME = choice(*OUTCOMES)
REASON = Single(Meaning.REASON)
DECISION = Single(Meaning.DECISION)
TYPE = choice(*TYPES)
_SCALAR = Either((Number(), Truth(), PLAIN))

RULE = Keys(
    shapes.RULE,
    {
        "when": FORMULA,
        "then": OUTCOME,
        "reason": REASON,
        "if unknown": choice(LET_THROUGH, *(name for name, outcome in OUTCOMES.items() if outcome > Outcome.APPROVE)),
        "explained by": Single(Meaning.EXPLAINER),
    },
)
TABLE = Keys(
    shapes.TABLE,
    {
        "hit policy": choice(*HIT_RULES),
        "rows": Single(Meaning.GRID),
        "output values": Named(Items(FORMULA)),
        "default": Either((FORMULA, Named(FORMULA))),
    },
)
BIN = Keys(shapes.BIN, {"when": Single(Meaning.UNARY_TESTS), "points": Number()})
SCORECARD = Keys(
    shapes.SCORECARD,
    {
        "base": Number(),
        "attributes": Items(
            Keys(
                shapes.SCORECARD_ATTRIBUTE,
                {"value": FORMULA, "reason": REASON, "missing": Number(), "bins": Items(BIN, is_filled=True)},
            ),
            is_filled=True,
        ),
    },
)
DECISION_LOGIC = Keys(
    shapes.DECISION,
    {
        "expression": FORMULA,
        "rules": Items(RULE, is_filled=True),
        "table": TABLE,
        "scorecard": SCORECARD,
        "context": Named(FORMULA),
        "function": Keys(shapes.FUNCTION, {"parameters": Named(TYPE), "expression": FORMULA}),
    },
)
PARAMETER = Keys(
    shapes.PARAMETER,
    {"value": Either((_SCALAR, Items(_SCALAR))), "history": Named(_SCALAR, key=DAY.pattern)},
)
_PARTS: dict[str, Value] = {
    "include": Items(Single(Meaning.FILE)),
    "parameters": Named(PARAMETER),
    "attributes": Named(TYPE),
    "models": Named(Single(Meaning.MODEL_VERSION)),
    "decisions": Named(DECISION_LOGIC),
}


def _formulas(shape: shapes.Shape) -> Keys:
    """Return a mapping in which every key holds a formula."""
    return Keys(shape, dict.fromkeys(shape.keys, FORMULA))


OFFER = Keys(shapes.OFFER, {**dict.fromkeys(shapes.OFFER.keys, FORMULA), "each": Named(FORMULA)})
OUTCOME_PART = Keys(
    shapes.OUTCOME,
    {
        "rules": Items(DECISION),
        "grade": FORMULA,
        "user_group": FORMULA,
        "score": Single(Meaning.MODEL),
        "offer": OFFER,
        "line_change": _formulas(shapes.LINE_CHANGE),
        "counter_offer": Keys(
            shapes.COUNTER_OFFER,
            {"amount": _formulas(shapes.COUNTER_AMOUNT), "term_months": _formulas(shapes.COUNTER_TERM)},
        ),
        "caps": _formulas(shapes.CAPS),
    },
)
POLICY = Keys(
    shapes.POLICY,
    {
        **_PARTS,
        "policy": Single(pattern=POLICY_ID.pattern),
        "title": TITLES,
        "outcome": OUTCOME_PART,
        "lender": Single(pattern=LENDER.pattern),
        "currency": Single(pattern=CURRENCY.pattern),
        "monitors": Items(Single(Meaning.MONITOR)),
    },
)
PART = Keys(shapes.PART, _PARTS)
CATALOGUE = Keys(
    shapes.CATALOGUE, {"reasons": Named(Keys(shapes.REASON, {"adverse": Truth(), "help": Keys(shapes.TEXTS)}))}
)

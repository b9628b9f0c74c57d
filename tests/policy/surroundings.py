"""A small world to load policies in: a few inputs and two models."""

from underwriter.feel import Environment, Source
from underwriter.feel.types import BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, ChoiceType, ContextType, ListType
from underwriter.policy import ModelInterface, Surroundings

LOAN = ContextType(fields={"lender": STRING, "monthly_payment": NUMBER, "balance": NUMBER})
INPUTS = ContextType(
    fields={
        "applicant": ContextType(
            fields={
                "age": NUMBER,
                "monthly_income": NUMBER,
                "verified": BOOLEAN,
                "occupation": ChoiceType(values=("EMPLOYED", "STUDENT", "RETIRED")),
            }
        ),
        "request": ContextType(fields={"amount": NUMBER, "term_months": NUMBER}),
        "bureau": ContextType(fields={"found": BOOLEAN, "worst_days_past_due": NUMBER, "loans": ListType(item=LOAN)}),
        "now": DATE_TIME,
        "today": DATE,
    }
)

STUB = ModelInterface(
    "stub/1",
    "1f" * 32,
    (
        ("age", Source("applicant.age", "models/stub/1/model.yaml")),
        ("payments", Source("sum(bureau.loans.monthly_payment)", "models/stub/1/model.yaml")),
    ),
    ("STUB_REASON",),
)
STRANGE = ModelInterface("strange/1", "2e" * 32, (("age", Source("applicant.age", "model.yaml")),), ("STRANGE_REASON",))

SURROUNDINGS = Surroundings(Environment(), INPUTS, {"stub/1": STUB, "strange/1": STRANGE})

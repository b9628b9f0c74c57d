"""The model card of either version, so that every figure in it is the last training's."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from taiwan import FILE
from training.card import Evaluation, features_part, missing_part, quality_part, reasons_part, scale_part
from training.data_file import Row, read_rows
from training.fairness import fairness_part
from training.model_folder import Subject, Trained

_CUT_OFF = 650
_SCHOOLING = {"1": "graduate school", "2": "university", "3": "high school"}
_GROUPS: Mapping[str, Callable[[Row], str]] = {
    "sex": lambda row: {"1": "male", "2": "female"}[row["SEX"]],
    "education": lambda row: _SCHOOLING.get(row["EDUCATION"], "other"),
    "marriage": lambda row: {"1": "married", "2": "single"}.get(row["MARRIAGE"], "other"),
    "age": lambda row: _age_band(int(row["AGE"])),
}
_SELECTION = """A perfectly calibrated model would show about .006 here by chance alone. The list of features, the same
in both versions, was chosen by hand with the help of cross-validation on the same rows, which flatters the figures
slightly."""
_MONTHS = "Months are statements, 1 is the newest. "
_NO_GAPS = "The data hold no missing values, so this treatment is a rule, not a finding."


def card(what: str, data: Path, subject: Subject, trained: Trained, evaluation: Evaluation) -> Sequence[str]:
    """The sections of the card, after `what` the version is; `data` is the folder of the data file."""
    rows = read_rows(data / FILE)
    groups = {attribute: [group_of(row) for row in rows] for attribute, group_of in _GROUPS.items()}
    return (
        what,
        reasons_part(trained),
        _data(trained),
        quality_part(evaluation, _SELECTION),
        scale_part(subject, evaluation),
        features_part(subject, trained, _MONTHS),
        missing_part(subject, trained, _NO_GAPS),
        _limits(),
        fairness_part(evaluation, groups, _CUT_OFF),
        _fairness_remarks(),
    )


def _age_band(age: int) -> str:
    if age < 25:
        return "under 25"
    return next((f"{low} to {low + 9}" for low in (25, 35, 45) if age < low + 10), "55 and over")


def _data(trained: Trained) -> str:
    sample = trained.sample
    return f"""## Data

I-Cheng Yeh, Default of Credit Card Clients, UCI data set 350 (CC BY 4.0): card customers of one bank in Taiwan, April
to September 2005. {len(sample.defaulted):,} rows were used (a sample of the original 30,000), of which
{sample.defaulted.mean():.3%} defaulted in October 2005. The file's SHA-256 is in the manifest. Sex, education, marriage
and age never enter the model."""


def _limits() -> str:
    return """## For whom not

- Not for firms, and not for customers without revolving credit: the model has never seen any.
- One bank, one country, half a year, and the height of a card crisis: ranks may hold elsewhere, rates will not. Compare
  the live distribution of features and points with the manifest's before trusting a cut-off.
- `unused_limit`, `largest_bill`, `paid_3m`, `paid_6m` and `spending_3m` are amounts and were learned in new Taiwan
  dollars of 2005, one taken for one unit of the product's currency. In another currency they mean something else.
- Lateness is known in whole months only: the steps at 1 to 30 days were learned from customers one month late.
- The horizon is one month; twelve-month default rates need their own target.
- Only customers who had been given credit are in the data; those who were refused are not."""


def _fairness_remarks() -> str:
    return """The attributes are not inputs, but they correlate with limits and payments, which are. Good customers with
low limits, such as the young and those with less schooling, are declined more often than others. Whoever sets a cut-off
should look at this table for it and weigh a second look, a small first limit for instance, for the groups that fare
worse."""

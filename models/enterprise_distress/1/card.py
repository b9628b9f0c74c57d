"""The model card, so that every figure in it is the last training's."""

from collections.abc import Sequence
from pathlib import Path

from features import FEATURES
from polish import BANKRUPT, EARLIER_FILE, read_ratios
from training.card import Evaluation, features_part, missing_part, quality_part, reasons_part, scale_part, table
from training.data_file import outcomes, read_rows
from training.features import feature_matrix, logistic
from training.model_folder import Subject, Trained
from training.validation import measure


def card(data: Path, subject: Subject, trained: Trained, evaluation: Evaluation) -> Sequence[str]:
    """The sections of the card; `data` is the folder of the data files."""
    return (
        _what(),
        reasons_part(trained),
        _data(trained),
        quality_part(evaluation, _SELECTION),
        _earlier(data, trained),
        scale_part(subject, evaluation),
        features_part(subject, trained, ""),
        _map(),
        missing_part(subject, trained, _MISSING),
        _limits(),
    )


_SELECTION = """The list of features, the learning rate and the number of pairs were chosen with the help of
cross-validation on the same rows, which flatters the figures slightly. Tried and left out, since they told nothing
beside the others: net profit by assets and by sales, liabilities and equity by assets, current liabilities by assets
and by cost, days of inventory."""

_MISSING = """

Of the features learned about in this way two weigh heavily when missing, because of how these data came about: of the
firms without sales of the year before 95 % went bankrupt; of those without a cover of interest 31 %, and 53 % if they
paid no interest at all. An applicant with only one year of accounts, or without debts at interest, looks like these
firms and gets few points, though it may be sound. **Rules should look at `missing` and have such a firm judged by other
means; the model can't tell.**"""


def _what() -> str:
    return """# enterprise_distress/1

The probability that a firm goes bankrupt within a year, from its accounts of the newest year and the sales of the year
before. It is gradient boosting of monotone trees that look at one or two ratios each."""


def _data(trained: Trained) -> str:
    sample = trained.sample
    return f"""## Data

Polish companies bankruptcy, UCI data set 365 (CC BY 4.0), "5th year": 64 ratios of the accounts of Polish firms, mostly
manufacturers, of 2007 to 2013, and whether the firm was bankrupt a year later. {len(sample.defaulted):,} rows were used
(a sample of the original 5,910), of which {sample.defaulted.mean():.3%} went bankrupt. The file's SHA-256 is in the
manifest. Size, place, age and owners of a firm are not in the data and not in the model."""


def _earlier(data: Path, trained: Trained) -> str:
    rows = read_rows(data / EARLIER_FILE)
    probability = logistic(trained.effects.log_odds(feature_matrix(FEATURES, read_ratios(rows))))
    quality = measure(probability, outcomes(rows, BANKRUPT))
    return f"""## Five years ahead

The data set's "1st year" holds accounts of {len(rows):,} firms and whether they were bankrupt five years later. They
were not used to fit, since that is another question: mixing the two would blur the horizon that the probability has.
They are a check of the ranking. The shipped model, which foretells one year, ranks these firms with an AUC of
{quality.auc:.4f} (KS {quality.ks:.4f}). So the order of the points means something for longer loans too, though far
less; the probability of a longer term must come from elsewhere."""


def _map() -> str:
    rows = [(f"`{feature.name}`", feature.source, f"`{_short(feature.expression)}`") for feature in FEATURES]
    return f"""## From the data to an application

The data hold ratios, an application holds accounts. Each feature is a column of the data, by the definition in the data
set's table, and the same formula over `business.financial_statements`; here `.sales` is the newest year's.

{table(("feature", "columns", "formula"), rows)}

Where the table's words and the columns differ, the columns were followed: Attr7, Attr14 and Attr18 are all the same
profit before tax, so operating profit is that of Attr22 and Attr42; Attr11 less Attr18 is interest by assets (what is
negative counts as 0), which gives Attr27 back in 85 % of the rows that have any; "constant capital" is equity and
long-term debts. Attr27, the cover of interest, is the weakest link: half of the firms pay no interest by the other
columns, and Attr27 has values for most of them, by which expenses the table does not tell."""


def _short(expression: str) -> str:
    newest, before = "business.financial_statements[1].", "business.financial_statements[2]."
    return expression.replace(newest, ".").replace(before, "before.")


def _limits() -> str:
    return """## For whom not

- Not for sole traders and farms without accounts, nor for banks and insurers.
- Firms of one country, in and after a financial crisis, mostly in manufacturing: ranks may hold elsewhere, rates will
  not. Industries differ in stock, receivables and margins; rules add a scorecard for each.
- Bankruptcy is rarer and later than arrears. A firm that pays late is not what the model was taught.
- Accounts a year old or more are history: rules should ask for newer ones, and for the trading of the last months.
- The ratios were taken as they are, with no regard to what accountants may do to them.
- `train.py` sees ratios, the server sees accounts: figures for accounts that contradict themselves are meaningless."""

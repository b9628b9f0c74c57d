"""The features of enterprise_distress: the expressions over accounts against the ratios of the data."""

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML
from training.data_file import read_rows
from training.features import feature_matrix

from underwriter.feel import Environment
from underwriter.scoring import Feature, Model

from .conftest import ENTERPRISE, ROOT, module_of


@pytest.fixture(scope="module")
def rows(data: Path) -> list[dict[str, str]]:
    """Every hundredth row of the data."""
    return read_rows(data / "polish_bankruptcy_5year.csv.gz")[::100]


def evaluated(feature: Feature, application: dict[str, Any]) -> Any:
    return Environment().evaluate(feature.expression, application).value


def accounts(ratios: dict[int, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Accounts with assets of 1 that have the ratios, by the data set's table: newest year, year before."""
    sales = ratios[63] * ratios[51]
    newest = {
        "sales": sales,
        "cost_of_sales": (1 - ratios[56]) * sales,
        "operating_profit": ratios[22],
        "net_profit": ratios[1],
        "depreciation": ratios[26] * ratios[2] - ratios[1],
        "interest_expense": max(ratios[11] - ratios[18], 0.0),
        "total_assets": 1.0,
        "current_assets": ratios[50] * ratios[2],
        "inventory": ratios[20] * sales / 365,
        "receivables": ratios[44] * sales / 365,
        "cash": ratios[2] - ratios[30] * sales,
        "total_liabilities": ratios[2],
        "current_liabilities": ratios[51],
        "equity": ratios[10],
        "retained_earnings": ratios[6],
    }
    return newest, {"sales": sales / ratios[21]}


def application_of(row: dict[str, str]) -> dict[str, Any]:
    ratios = {number: float(row[f"Attr{number}"] or "nan") for number in range(1, 65)}
    years = [
        {name: Decimal(f"{amount:.9f}") if math.isfinite(amount) else None for name, amount in year.items()}
        for year in accounts(ratios)
    ]
    return {"business": {"financial_statements": years}}


@pytest.fixture(scope="module")
def applications(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Accounts much like those that the rows' ratios were made from."""
    return [application_of(row) for row in rows]


def test_the_expressions_give_the_ratios_of_the_data(
    rows: list[dict[str, str]], applications: list[dict[str, Any]], enterprise: Model
) -> None:
    """From accounts put together again from other ratios; some rows of the data contradict themselves."""
    training = module_of(ENTERPRISE, "train")
    expected_rows = feature_matrix(training.FEATURES, training.read_ratios(rows))
    for column, feature in enumerate(enterprise.manifest.features):
        agree = told = 0
        for application, row in zip(applications, expected_rows, strict=True):
            value = evaluated(feature, application)
            if value is not None and not np.isnan(row[column]):
                told += 1
                agree += math.isclose(float(value), row[column], rel_tol=0.02, abs_tol=0.002)
        assert told >= 20, feature.name
        assert agree / told >= (0.65 if feature.name == "long_term_capital" else 0.85), feature.name


def test_one_year_of_accounts_leaves_only_growth_unknown(applications: list[dict[str, Any]], enterprise: Model) -> None:
    newest, _ = applications[0]["business"]["financial_statements"]
    application = {"business": {"financial_statements": [{**newest, "interest_expense": Decimal("0.01")}]}}
    values = {each.name: evaluated(each, application) for each in enterprise.manifest.features}
    assert [name for name, value in values.items() if value is None] == ["sales_growth"]


def test_no_accounts_leave_everything_unknown(enterprise: Model) -> None:
    application = {"business": {"financial_statements": []}}
    assert [evaluated(each, application) for each in enterprise.manifest.features] == [None] * 17


def test_a_firm_without_interest_has_no_cover_but_a_burden_of_zero(
    applications: list[dict[str, Any]], enterprise: Model
) -> None:
    newest, before = applications[0]["business"]["financial_statements"]
    statements = [{**newest, "interest_expense": Decimal(0)}, before]
    application = {"business": {"financial_statements": statements}}
    values = {each.name: evaluated(each, application) for each in enterprise.manifest.features}
    assert values["interest_cover"] is None
    assert values["interest_to_assets"] == 0


def test_every_reason_has_a_text_and_help_in_both_languages(enterprise: Model) -> None:
    catalogue = YAML(typ="safe").load(ROOT / "rules" / "reasons" / "enterprise_model.yaml")["reasons"]
    reasons = [feature.reasons for feature in enterprise.manifest.features]
    assert {code for each in reasons for code in (each.high, each.low, each.missing) if code} == set(catalogue)
    for reason in catalogue.values():
        assert all(text.strip() for text in (reason["en"], reason["zh"], reason["help"]["en"], reason["help"]["zh"]))

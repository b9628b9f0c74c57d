"""The features of personal_default: the reading of the data, and the expressions against the training's figures."""

from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from training.data_file import read_rows
from training.features import feature_matrix

from underwriter.feel import Environment
from underwriter.scoring import Feature, Model

from .conftest import MODELS, module_of

ROW = {
    "ID": "1",
    "LIMIT_BAL": "20000",
    "SEX": "2",
    "EDUCATION": "2",
    "MARRIAGE": "1",
    "AGE": "24",
    "PAY_0": "2",
    "PAY_2": "0",
    "PAY_3": "-1",
    "PAY_4": "-2",
    "PAY_5": "8",
    "PAY_6": "1",
    **{f"BILL_AMT{month}": f"{1000 * month}.0" for month in range(1, 7)},
    **{f"PAY_AMT{month}": f"{10 * month}.0" for month in range(1, 7)},
}


@pytest.fixture(scope="module")
def customers() -> ModuleType:
    """What both versions learn from."""
    return module_of(MODELS / "personal_default", "customers")


def test_a_row_becomes_an_application_without_protected_attributes(customers: ModuleType) -> None:
    application = customers.to_application(ROW)
    assert application.keys() == {"behaviour"}
    assert application["behaviour"].keys() == {"credit_limit", "statements"}
    assert application["behaviour"]["credit_limit"] == Decimal(20000)
    statements = application["behaviour"]["statements"]
    assert [each["billed"] for each in statements] == [1000, 2000, 3000, 4000, 5000, 6000]
    assert [each["paid"] for each in statements] == [10, 20, 30, 40, 50, 60]
    assert [each["days_late"] for each in statements] == [60, 0, 0, 0, 240, 30]
    assert [each["status"] for each in statements] == ["LATE", "REVOLVING", "PAID_IN_FULL", "NO_USE", "LATE", "LATE"]


def evaluated(feature: Feature, application: dict[str, Any]) -> Any:
    """The feature's expression on an application, its whole numbers bound as FEEL's numbers are."""
    behaviour = application["behaviour"]
    statements = [{**each, "days_late": Decimal(each["days_late"])} for each in behaviour["statements"]]
    result = Environment().evaluate(feature.expression, {"behaviour": {**behaviour, "statements": statements}})
    assert result.diagnostics == ()
    return result.value


def test_the_expressions_equal_the_features_of_the_training(customers: ModuleType, data: Path, shipped: Model) -> None:
    sample = [customers.to_application(row) for row in read_rows(data / customers.FILE)[::2000]]
    expected = feature_matrix(customers.FEATURES, customers.read_behaviour(sample))
    for application, row in zip(sample, expected, strict=True):
        for feature, value in zip(shipped.manifest.features, row, strict=True):
            assert float(evaluated(feature, application)) == pytest.approx(value, rel=1e-12), feature.name


@pytest.mark.parametrize("months", range(7))
def test_a_short_history_leaves_null_what_it_cannot_tell(customers: ModuleType, shipped: Model, months: int) -> None:
    application = customers.to_application(ROW)
    del application["behaviour"]["statements"][months:]
    needed = {"days_late_now": 1, "unused_limit": 1, "paid_3m": 3, "spending_3m": 4}
    for feature in shipped.manifest.features:
        value = evaluated(feature, application)
        assert (value is not None) == (months >= needed.get(feature.name, 6)), feature.name


def test_months_before_the_sixth_change_nothing(customers: ModuleType, shipped: Model) -> None:
    application = customers.to_application(ROW)
    expected = [evaluated(feature, application) for feature in shipped.manifest.features]
    older = {"billed": Decimal(10**6), "paid": Decimal(10**6), "days_late": Decimal(999), "status": "LATE"}
    application["behaviour"]["statements"] += [older, older]
    assert [evaluated(feature, application) for feature in shipped.manifest.features] == expected


def test_a_limit_of_zero_is_missing_not_an_error(customers: ModuleType, shipped: Model) -> None:
    application = customers.to_application({**ROW, "LIMIT_BAL": "0"})
    values = {each.name: evaluated(each, application) for each in shipped.manifest.features}
    assert {name for name, value in values.items() if value is None} == {
        "peak_utilisation",
        "smallest_payment",
        "turnover_6m",
    }

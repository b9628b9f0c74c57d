"""The applications that benchmarks send: one for each product, approved, or else refused."""

import importlib
import sys
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

import pytest

from ..decisioning.desks import ROOT, shipped


@pytest.fixture(scope="module")
def applications() -> Iterator[ModuleType]:
    """The benchmarks' own module, which they import as scripts do."""
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        yield importlib.import_module("applications")
    finally:
        sys.path.remove(str(ROOT / "bench"))
        sys.modules.pop("applications", None)


def test_each_product_has_an_application_that_is_approved(applications):
    desk = shipped()
    typical = [applications.typical(name, desk) for name in applications.names()]
    assert {case.policy.product for case in typical} == set(desk.policies)
    assert all(applications.typical_for(product, desk).request.product == product for product in desk.policies)


def test_what_is_not_approved_is_not_timed(applications):
    half_a_year_later = applications.NOW + timedelta(days=180)
    with pytest.raises(applications.NotApproved, match=r"merchant_loan.yaml: not timed.* REFER \(TRADING_OLD\)"):
        applications.typical("merchant_loan", shipped(), half_a_year_later)


def test_what_a_file_says_is_stored_is_stored_in_minor_units(applications):
    review = applications.typical("line_review", shipped())
    (position,) = review.stored.exposure.positions
    assert (position.product, position.drawn, position.undrawn) == ("PERSONAL_CREDIT_LINE", 1500000, 1500000)

"""What loans come to, against cases worked by hand."""

from random import Random

import pytest


class Fixed(Random):
    """Chance that comes out as told."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self._value = value

    def random(self) -> float:
        return self._value


@pytest.mark.parametrize(("drawn", "defaults"), [(0.0299, True), (0.0301, False), (0.0, True), (0.9999, False)])
def test_default_within_a_year_has_the_true_odds(book, drawn, defaults):
    assert (book.outcomes.defaults_after(Fixed(drawn), 0.03) <= 12) is defaults


def test_half_of_a_years_odds_take_half_a_year_at_a_steady_hazard(book):
    surviving_half_a_year = (1 - 0.19) ** 0.5
    assert book.outcomes.defaults_after(Fixed(1 - surviving_half_a_year), 0.19) == pytest.approx(6)


def three_payments(book):
    row = book.outcomes.Row
    return [row(1, 300, 10, 1), row(2, 300, 7, 1), row(3, 400, 4, 1)]


def test_a_loan_that_is_repaid_earns_its_interest_less_what_money_costs(book):
    done = book.outcomes.performance(three_payments(book), [], 3.0, 0.45, 12.5)
    assert (done.amount, done.term_months, done.has_defaulted, done.loss) == (1000, 3, False, 0)
    assert (done.interest, done.fees, done.priced_loss) == (21, 3, 12.5)
    assert done.funding_cost == pytest.approx((1000 + 700 + 400) * book.outcomes.FUNDING_RATE / 12)
    assert done.profit == pytest.approx(24 - done.funding_cost)


def test_at_default_the_rest_is_owed_and_a_part_of_it_lost(book):
    done = book.outcomes.performance(three_payments(book), [], 1.5, 0.5, 0)
    assert (done.has_defaulted, done.interest, done.fees) == (True, 10, 1)
    assert done.loss == 350
    assert done.funding_cost == pytest.approx((1000 + 700 / 2) * book.outcomes.FUNDING_RATE / 12)


def test_one_payment_at_the_end_is_lost_whole(book):
    [row] = [book.outcomes.Row(6, 1000, 30, 0)]
    assert book.outcomes.performance([row], [], 5.9, 0.4, 0).loss == 400
    assert book.outcomes.performance([row], [], 6.0, 0.4, 0).loss == 0


def test_a_guarantor_bears_its_part_above_the_first_loss_for_its_price(book):
    cover = book.outcomes.Cover(0.8, 0.1, 0.01)
    [row] = [book.outcomes.Row(12, 1000, 60, 0)]
    lost = book.outcomes.performance([row], [cover], 6.0, 0.5, 0)
    assert lost.covered == pytest.approx(0.8 * (500 - 100))
    assert lost.cover_price == pytest.approx(0.8 * 0.01 * 1000 / 2)
    assert lost.profit == pytest.approx(-lost.funding_cost - 500 + 320 - 4)
    small = book.outcomes.performance([row], [cover], 6.0, 0.05, 0)
    assert small.covered == 0

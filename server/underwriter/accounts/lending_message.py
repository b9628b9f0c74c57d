"""Totals of lending as the API's messages."""

from google.type.decimal_pb2 import Decimal

from underwriter.accounts.lending_total import LendingTotal
from underwriter.accounts.money import money_message
from underwriter.accounts.totals import LendingSummary
from underwriter.v1.portfolio_service_pb2 import LendingTotal as LendingTotalMessage
from underwriter.v1.portfolio_service_pb2 import SummarizeLendingResponse


def summary_message(summary: LendingSummary, time_us: int) -> SummarizeLendingResponse:
    """Return totals that were taken at a time, in microseconds since 1970 UTC."""
    message = SummarizeLendingResponse(totals=map(total_message, summary.totals), log_size=summary.log_size)
    message.summarize_time.FromMicroseconds(time_us)
    return message


def total_message(total: LendingTotal) -> LendingTotalMessage:
    """Return the total of one group."""
    rate, loss = total.average_annual_rate, total.expected_loss
    return LendingTotalMessage(
        product=total.product,
        purpose=total.purpose,  # type: ignore[arg-type]
        term_band=total.term_band,
        user_group=total.user_group,
        funder=total.funder,
        grade=total.grade,
        approved_count=total.approved_count,
        reserved_count=total.reserved_count,
        open_count=total.open_count,
        credit_limit=money_message(total.credit_limit, total.currency),
        reserved=money_message(total.reserved, total.currency),
        drawn=money_message(total.drawn, total.currency),
        undrawn=money_message(total.undrawn, total.currency),
        average_annual_rate=None if rate is None else Decimal(value=format(rate.normalize(), "f")),
        expected_loss=None if loss is None else money_message(loss, total.currency),
    )

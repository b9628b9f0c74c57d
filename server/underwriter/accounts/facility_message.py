"""Facilities and exposures as the API's messages, and facilities' resource names."""

import re
from collections.abc import Iterable

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal

from underwriter.accounts.exposure import Amounts, ExposureState
from underwriter.accounts.facility import Facility
from underwriter.accounts.money import money_message
from underwriter.v1.facility_service_pb2 import Exposure, FunderPosition, LenderExposure
from underwriter.v1.facility_service_pb2 import Facility as FacilityMessage

_FACILITY_NAME = re.compile(r"facilities/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def facility_id_of(name: str) -> str | None:
    """Return the UUID in a facility's resource name, `facilities/{uuid}`; None if the name has another form."""
    match = _FACILITY_NAME.fullmatch(name)
    return match[1] if match else None


def facility_message(facility: Facility) -> FacilityMessage:
    """Return the facility as clients see it."""
    currency = facility.currency
    expire_time = Timestamp()
    expire_time.FromMicroseconds(facility.expire_time_us)
    return FacilityMessage(
        name=f"facilities/{facility.facility_id}",
        decision=f"decisions/{facility.facility_id}",
        state=facility.state.value,
        product=facility.product,
        credit_limit=money_message(facility.credit_limit, currency),
        drawn=money_message(facility.drawn, currency),
        undrawn=money_message(facility.undrawn, currency),
        revolving=facility.revolving,
        funders=[
            FunderPosition(
                funder=part.funder,
                credit_limit=money_message(part.credit_limit, currency),
                drawn=money_message(part.drawn, currency),
                undrawn=money_message(part.undrawn, currency),
            )
            for part in facility.parts
        ],
        expire_time=expire_time,
        grade=facility.grade,
        annual_rate=Decimal(value=facility.annual_rate) if facility.annual_rate else None,
        purpose=facility.purpose,
        term_months=facility.term_months,
    )


def exposure_message(subject_id: str, state: ExposureState, currency: str, since_us: int) -> Exposure:
    """Return what a subject owes and may still draw in one currency.

    Lenders count that set a limit aside at `since_us` or later, in any currency.
    """
    counted = {place: amounts for place, amounts in state.positions.items() if place.currency == currency}
    sums = _sum_of(counted.values())
    return Exposure(
        subject_id=subject_id,
        total=money_message(sums.total, currency),
        reserved=money_message(sums.reserved, currency),
        drawn=money_message(sums.drawn, currency),
        undrawn=money_message(sums.undrawn, currency),
        positions=[
            LenderExposure(
                lender=place.lender,
                product=place.product,
                total=money_message(amounts.total, currency),
                reserved=money_message(amounts.reserved, currency),
                drawn=money_message(amounts.drawn, currency),
                undrawn=money_message(amounts.undrawn, currency),
            )
            for place, amounts in sorted(counted.items())
        ],
        lenders_12m=sum(time_us >= since_us for time_us in state.lenders.values()),
        other_currencies=sorted({place.currency for place in state.positions} - {currency}),
    )


def _sum_of(all_amounts: Iterable[Amounts]) -> Amounts:
    return Amounts(*map(sum, zip(*all_amounts, strict=True)))

"""The applications that the benchmarks send: a typical customer with a bureau file and half a year of statements."""

from typing import Any

from underwriter.decisioning.requests.given import application_from
from underwriter.v1.decision_service_pb2 import DecideRequest

PERSONAL, PAY_LATER = "PERSONAL_CREDIT_LINE", "PAY_LATER"


def customer(number: int) -> str:
    """Return the subject id of a customer, 17 characters for any number up to 99,999,999."""
    return f"customer-{number:08d}"


_CUSTOMER: dict[str, Any] = {
    "applicant": {
        "subject_id": customer(1),
        "age": 35,
        "identity_verified": True,
        "sanctioned": False,
        "under_court_enforcement": False,
        "occupation": "EMPLOYED",
        "monthly_income": 18000,
        "income_verified": True,
        "monthly_housing_cost": 3500,
        "monthly_expenses": 3000,
        "dependants": 1,
        "employment_months": 60,
        "residence_country": "CN",
        "phone_months": 48,
    },
    "bureau": {
        "found": True,
        "worst_days_past_due_24m": 0,
        "oldest_account_months": 96,
        "inquiries_7d": 0,
        "inquiries_3m": 1,
        "inquiries_12m": 3,
        "written_off": False,
        "guaranteed_balance": 0,
        "loans": [
            {"lender": "BANK-A", "kind": "CARD", "balance": 5000, "monthly_payment": 500, "days_past_due": 0},
            {"lender": "BANK-B", "kind": "VEHICLE", "balance": 40000, "monthly_payment": 1800, "days_past_due": 0},
        ],
    },
    "behaviour": {
        "member_months": 48,
        "on_time_months": 12,
        "credit_limit": 20000,
        "bills_on_time_share": 0.98,
        "savings_balance": 8000,
        "monthly_spending": 2500,
        "disputes_3m": 0,
        "returns_share": 0.05,
        "statements": [
            {"billed": billed, "paid": billed, "days_late": 0, "status": "PAID_IN_FULL"}
            for billed in (2000, 1800, 2400, 1950, 2100, 1500)
        ],
    },
    "device": {
        "device_id": "device-1",
        "known_days": 400,
        "tampered": False,
        "anonymised": False,
        "applicants_30d": 1,
        "usual_location": True,
    },
    "consent": {"bureau_inquiry": True, "data_use": True, "automated_decision": True},
}
_ASKED: dict[str, dict[str, Any]] = {
    PERSONAL: {"amount": 30000, "term_months": 12, "purpose": "CONSUMPTION", "repayment_method": "ANNUITY"},
    PAY_LATER: {
        "amount": 1200,
        "term_months": 6,
        "purpose": "PURCHASE",
        "merchant_id": "shop-1",
        "merchant_category_code": "5732",
        "channel": "CHECKOUT",
    },
}


def decide_request(product: str) -> DecideRequest:
    """Return a typical request for a product, without an id: each sending is a new one."""
    application = application_from({**_CUSTOMER, "request": _ASKED[product]}, currency="CNY")
    return DecideRequest(product=product, application=application)

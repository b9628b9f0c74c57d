"""What the book knows of an applicant: what the lender is told, and the truth that the lender is not told."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Applicant:
    """One application and what is true of it.

    `given` is the application as plain data. `default_probability` is the true probability of default within a year;
    the lender never sees it.
    """

    subject_id: str
    product: str
    given: dict[str, Any]
    default_probability: float

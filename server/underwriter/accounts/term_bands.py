"""Bands of terms, for totals.

They fall in with the bounds of credit statistics: short-term up to one year, medium-term up to five, long-term beyond
(People's Bank of China, Sources and Uses of Credit Funds of Financial Institutions).
"""

from bisect import bisect_left

_LAST_MONTHS = (0, 3, 6, 12, 24, 36, 60)
TERM_BANDS = ("none", "1-3", "4-6", "7-12", "13-24", "25-36", "37-60", ">60")
"""The bands in months, shortest first; "none" is for facilities without a term."""


def term_band(months: int) -> str:
    """Return the band of a term in months; 0 stands for no term."""
    return TERM_BANDS[bisect_left(_LAST_MONTHS, months)]

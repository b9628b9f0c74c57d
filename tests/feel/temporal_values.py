"""Hypothesis strategies for temporal values: over nearly all years, and within those that Python's datetime has."""

import datetime

from hypothesis import strategies as st

from underwriter.feel import Date, DateTime, DaysDuration, MonthsDuration, Time
from underwriter.feel.temporal import Offset, region
from underwriter.feel.temporal.durations import MAXIMUM_MONTHS, MAXIMUM_SECONDS
from underwriter.feel.temporal.writing import NANOSECONDS

REGIONS = ("Europe/Paris", "America/New_York", "Australia/Melbourne", "Asia/Shanghai", "America/St_Johns", "Etc/UTC")
LAST_DAY_NUMBER = Date(900_000_000, 12, 31).number

dates = st.integers(-LAST_DAY_NUMBER, LAST_DAY_NUMBER).map(Date.numbered)
python_dates = st.dates(datetime.date(2, 1, 1), datetime.date(9998, 12, 31))
offsets = st.integers(-18 * 3600, 18 * 3600).map(Offset)
zones = st.none() | offsets | st.sampled_from(REGIONS).map(region)
nanoseconds_of_day = st.integers(0, 86_400 * NANOSECONDS - 1)
times = st.builds(Time.numbered, nanoseconds_of_day, zones)
moments = st.tuples(dates, times).map(lambda parts: DateTime(*parts))
days_durations = st.integers(-MAXIMUM_SECONDS * NANOSECONDS, MAXIMUM_SECONDS * NANOSECONDS).map(DaysDuration)
months_durations = st.integers(-MAXIMUM_MONTHS, MAXIMUM_MONTHS).map(MonthsDuration)

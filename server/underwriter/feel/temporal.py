"""Reading and writing dates, times and durations as text (DMN 1.5, 10.3.4.1; ISO 8601, XML Schema)."""

import datetime
import re
import zoneinfo

from underwriter.feel.values import MonthsDuration, Value

_DATE = re.compile(r"-?\d{4,9}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(
    r"(?P<clock>\d\d:\d\d:\d\d(\.\d{1,9})?)(?P<offset>Z|[+-]\d\d:\d\d(:\d\d)?)?(@(?P<zone>[A-Za-z0-9_+\-/]+))?",
    re.ASCII,
)
_MONTHS = re.compile(r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?", re.ASCII)
_DAYS = re.compile(
    r"(?P<sign>-?)P(?=[\dT])(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?(?:(?P<seconds>\d{1,12}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> datetime.date | None:
    """Return the date that `2026-01-31` tells; None if it is none."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def parse_time(text: str) -> datetime.time | None:
    """Return the time that `09:30:00`, with an offset or `@zone` or neither, tells; None if it is none."""
    match = _TIME.fullmatch(text)
    if match is None or (match["offset"] and match["zone"]) or not _is_offset(match["offset"] or "Z"):
        return None
    try:
        time = datetime.time.fromisoformat(_micro(match["clock"]) + (match["offset"] or ""))
        return time.replace(tzinfo=zoneinfo.ZoneInfo(match["zone"])) if match["zone"] else time
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        return None


def parse_date_time(text: str) -> datetime.datetime | None:
    """Return the date and time of `2026-01-31T09:30:00`, a date alone being its midnight; None if it is none."""
    day, separator, clock = text.partition("T")
    date = parse_date(day)
    time = parse_time(clock) if separator else datetime.time()
    if date is None or time is None:
        return None
    return datetime.datetime.combine(date, time)


def parse_duration(text: str) -> datetime.timedelta | MonthsDuration | None:
    """Return the duration that `P1Y6M` or `P1DT12H` tells; None if it is none."""
    match = _MONTHS.fullmatch(text)
    if match is not None:
        months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return MonthsDuration(-months if match["sign"] else months)
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    whole, _, fraction = (match["seconds"] or "0").partition(".")
    try:
        duration = datetime.timedelta(
            days=int(match["days"] or 0),
            hours=int(match["hours"] or 0),
            minutes=int(match["minutes"] or 0),
            seconds=int(whole),
            microseconds=int(fraction[:6].ljust(6, "0")),
        )
    except OverflowError:
        return None
    return -duration if match["sign"] else duration


def parse_temporal(text: str) -> Value:
    """Return what an `@"..."` literal tells, by its form; None if nothing."""
    parsed: Value = parse_duration(text)
    for parse in (parse_date, parse_time, parse_date_time):
        parsed = parse(text) if parsed is None else parsed
    return parsed


def format_temporal(value: Value) -> str:
    """Return a date, time, date and time or duration as FEEL writes it; reading the text gives the value again."""
    if isinstance(value, datetime.timedelta):
        return _format_days(value)
    if isinstance(value, MonthsDuration):
        return _format_months(value)
    if isinstance(value, datetime.datetime):
        return f"{value.date().isoformat()}T{format_temporal(value.timetz())}"
    if isinstance(value, datetime.time):
        key = getattr(value.tzinfo, "key", None)
        text = value.isoformat() if key is None else f"{value.replace(tzinfo=None).isoformat()}@{key}"
        return re.sub(r"(\.\d*?)0+(?=$|[+@-])", r"\1", text).replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _is_offset(text: str) -> bool:
    """Tell whether an offset is within the 14 hours that XML Schema allows."""
    return text == "Z" or text[1:] <= "14:00:00"


def _micro(clock: str) -> str:
    """Cut a time of day to microseconds."""
    whole, point, fraction = clock.partition(".")
    return whole + point + fraction[:6].ljust(6, "0") if point else whole


def _format_months(duration: MonthsDuration) -> str:
    years, months = divmod(abs(duration.months), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if duration.months < 0 else "") + "P" + (parts or "0M")


def _format_days(duration: datetime.timedelta) -> str:
    sign, duration = ("-", -duration) if duration < datetime.timedelta() else ("", duration)
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06}".rstrip("0") if duration.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    days = f"{duration.days}D" if duration.days else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"

"""Dates, times, offsets and durations as text (ISO 8601, XML Schema), from their parts; each in one form only."""

NANOSECONDS = 1_000_000_000
"""In a second."""


def date_text(year: int, month: int, day: int) -> str:
    """Return `2026-01-31`; the year has at least four digits."""
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"


def clock_text(hour: int, minute: int, second: int, nanosecond: int) -> str:
    """Return `09:30:00` or `09:30:00.5`."""
    return f"{hour:02}:{minute:02}:{second:02}{_fraction(nanosecond)}"


def offset_text(seconds: int) -> str:
    """Return `Z`, `+02:00` or `-00:44:30`."""
    if not seconds:
        return "Z"
    minutes, second = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{second:02}" if second else text


def months_text(months: int) -> str:
    """Return `P1Y6M`; `P0M` for none."""
    years, rest = divmod(abs(months), 12)
    parts = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return f"{'-' if months < 0 else ''}P{parts or '0M'}"


def days_text(nanoseconds: int) -> str:
    """Return `P1DT2H0.5S`; `PT0S` for none."""
    seconds, nanosecond = divmod(abs(nanoseconds), NANOSECONDS)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    clock = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    clock += f"{second}{_fraction(nanosecond)}S" if second or nanosecond else ""
    parts = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if nanoseconds < 0 else ''}P{parts or 'T0S'}"


def _fraction(nanosecond: int) -> str:
    return f".{nanosecond:09}".rstrip("0") if nanosecond else ""

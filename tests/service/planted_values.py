"""Unusual personal values to plant, and a search that finds them in whatever form they may have been written."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from struct import pack

from google.type.money_pb2 import Money

from underwriter.v1.application_pb2 import Application, AttributeValue

SUBJECT = "subject-PLANTED-7c41"

TEXTS = {
    "subject id": SUBJECT,
    "merchant id": "merchant-PLANTED-郭小明",
    "channel": "CHANNEL_PLANTED_88",
    "bureau lender": "lender-PLANTED-五四",
    "device id": "device-PLANTED-51c0ffee",
    "receivable anchor": "anchor-PLANTED-09",
    "crop": "crop-PLANTED-荔枝",
    "phone number": "13800137294",
    "attribute": "attribute-PLANTED-紫",
}
NUMBERS = {
    "income": 731_905_547,
    "housing cost": 731_905_561,
    "expenses": 731_905_571,
    "balance": 731_905_591,
    "savings": 731_905_613,
    "revenue": 731_905_661,
    "orders": 731_905_667,
}
SHARE = 0.7319055477123


def planted_application() -> Application:
    """Return an application with a planted value in every kind of personal field; it passes validation."""
    application = Application(
        applicant={
            "subject_id": SUBJECT,
            "age": 47,
            "phone_months": 1187,
            "monthly_income": _money("income"),
            "monthly_housing_cost": _money("housing cost"),
            "monthly_expenses": _money("expenses"),
        },
        request={"merchant_id": TEXTS["merchant id"], "channel": TEXTS["channel"]},
        bureau={"found": True, "loans": [{"lender": TEXTS["bureau lender"], "balance": _money("balance")}]},
        behaviour={"savings_balance": _money("savings"), "bills_on_time_share": SHARE},
        business={"annual_revenue": _money("revenue"), "trading": [{"orders": NUMBERS["orders"]}]},
        device={"device_id": TEXTS["device id"], "known_days": 31_187},
        receivables=[{"anchor_id": TEXTS["receivable anchor"]}],
        farm_season={"crop": TEXTS["crop"]},
    )
    for name in ("phone number", "attribute"):
        application.attributes[name.replace(" ", "_")].CopyFrom(AttributeValue(text=TEXTS[name]))
    return application


def planted_forms(application: Application) -> dict[str, bytes]:
    """Return every form in which a planted value could be written, by what it is."""
    forms = {f"{name} as {form}": content for name, text in TEXTS.items() for form, content in forms_of(text)}
    for name, number in NUMBERS.items():
        forms |= {f"{name} as {form}": content for form, content in forms_of(str(number))}
        forms |= {f"{name} grouped": f"{number:,}".encode(), f"{name} as cents": f"{number}00".encode()}
        forms |= {f"{name} big-endian": pack(">I", number), f"{name} little-endian": pack("<I", number)}
        forms[f"{name} in protobuf"] = Money(units=number).SerializeToString()
    forms |= {"share as text": str(SHARE).encode(), "share as a double": pack("<d", SHARE)}
    # Age and months are too short to be searched for alone.
    forms["the applicant in protobuf"] = application.applicant.SerializeToString()
    forms["the device in protobuf"] = application.device.SerializeToString()
    return forms


def forms_of(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield a text in the forms in which programs write texts, each with its name."""
    content = text.encode()
    yield "UTF-8", content
    yield "UTF-16 little-endian", text.encode("utf-16-le")
    yield "UTF-16 big-endian", text.encode("utf-16-be")
    yield "escaped text", text.encode("unicode_escape")
    yield "escaped bytes", repr(content)[2:-1].encode()
    yield from base64_forms(content)
    yield "hex", content.hex().encode()
    yield "upper-case hex", content.hex().upper().encode()


def base64_forms(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what of the base64 of a content is the same whatever stands around it, for each place it may start at."""
    for offset in range(3):
        encoded = b64encode(bytes(offset) + content)
        first, end = (0, 2, 3)[offset], (offset + len(content)) * 8 // 6
        yield f"base64 from {offset}", encoded[first:end]


def found_in(forms: Mapping[str, bytes], contents: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return which forms are found in which of the named contents."""
    return [f"{name} in {place}" for place, content in contents for name, form in forms.items() if form in content]


def files_below(folder: Path, since: float = 0) -> Iterator[tuple[str, bytes]]:
    """Yield every file in a folder and its folders that was written since a time, by its path."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_mtime >= since:
            yield str(path.relative_to(folder)), path.read_bytes()


def _money(name: str) -> Money:
    return Money(currency_code="CNY", units=NUMBERS[name])

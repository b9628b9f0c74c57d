"""Sends the customers of the Taiwan credit card data through DecideStream of a running server.

    make serve                        in one terminal
    python bench/taiwan.py            in another

Prints outcomes and the observed default rate by grade, then fetches every decision again by its name and compares it
with the one received. The data are read from --data and not part of the project.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from underwriter.client import AsyncUnderwriterClient, UnderwriterError
from underwriter.decisioning.requests.given import application_from
from underwriter.v1.decision_pb2 import Decision, Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest

# The model's own reading of the data, so that training and replay see the same customers.
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "models"))
from personal_default.taiwan import DEFAULTED, FILE, to_application
from training.data_file import read_rows

ROOT = Path(__file__).parents[1]
PRODUCT = "PERSONAL_CREDIT_LINE"
CURRENCY = "CNY"
CHANNELS = 8
FETCHES_IN_FLIGHT = 64

# What the data do not tell, and the rules ask for: an adult in work with a clean file. The income is taken from the
# limit that the bank gave.
LEAST_INCOME = 4000
LIMIT_IN_INCOMES = 4


def main() -> None:
    """Read the command line, send, print, fetch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the data")
    parser.add_argument("--server", default="127.0.0.1:50051", help="address of the server")
    parser.add_argument("--limit", type=int, help="send only the first so many customers")
    parser.add_argument("--run", default=time.strftime("%Y%m%d-%H%M%S"), help="start of the request ids")
    arguments = parser.parse_args()
    path = arguments.data / FILE
    if not path.exists():
        parser.error(f"{path} does not exist: name the folder that holds {FILE} with --data")
    rows = read_rows(path)[: arguments.limit]
    try:
        sys.exit(asyncio.run(replay(rows, arguments.server, arguments.run)))
    except UnderwriterError as error:
        sys.exit(str(error))


async def replay(rows: list[dict[str, str]], server: str, run: str) -> int:
    """Send all rows; return 0 if every one was decided and every decision could be fetched unchanged."""
    console = Console()
    async with AsyncUnderwriterClient(server, channels=CHANNELS, timeout=30) as client:
        with Progress(console=Console(stderr=True)) as progress:
            started = time.perf_counter()
            decided, errors = await _send(client, rows, run, progress)
            seconds = time.perf_counter() - started
            changed = await _fetch(client, list(decided.values()), progress)
    defaulted = {request_id(run, row): row[DEFAULTED] == "1" for row in rows}
    console.print(_table(decided, defaulted))
    console.print(f"{len(decided)} decided in {seconds:.1f} s ({len(decided) / seconds:.0f}/s), {len(errors)} in error")
    console.print(f"{len(decided) - changed} fetched again unchanged, {changed} missing or changed")
    for error in errors[:5]:
        console.print(str(error), markup=False)
    return 1 if errors or changed else 0


def application(row: dict[str, str]) -> dict[str, Any]:
    """Return a row as an application, with what the data do not tell filled in the same for all."""
    told: dict[str, Any] = to_application(row)
    income = max(int(row["LIMIT_BAL"]) // LIMIT_IN_INCOMES, LEAST_INCOME)
    return {
        "applicant": {
            "subject_id": f"taiwan-{row['ID']}",
            "age": int(row["AGE"]),
            "identity_verified": True,
            "sanctioned": False,
            "under_court_enforcement": False,
            "occupation": "EMPLOYED",
            "monthly_income": income,
            "income_verified": True,
            "monthly_housing_cost": income // 5,
            "monthly_expenses": income // 5,
            "dependants": 0,
            "employment_months": 36,
            "residence_country": "CN",
            "phone_months": 36,
        },
        "request": {"term_months": 12, "purpose": "CONSUMPTION"},
        "bureau": {
            "found": True,
            "worst_days_past_due_24m": 0,
            "oldest_account_months": 60,
            "inquiries_7d": 0,
            "inquiries_3m": 0,
            "inquiries_12m": 0,
            "written_off": False,
            "guaranteed_balance": 0,
            "loans": [],
        },
        "device": {
            "known_days": 365,
            "tampered": False,
            "anonymised": False,
            "applicants_30d": 1,
            "usual_location": True,
        },
        "consent": {"bureau_inquiry": True, "data_use": True, "automated_decision": True},
        "behaviour": {"member_months": 36, **told["behaviour"]},
    }


def request_id(run: str, row: dict[str, str]) -> str:
    """Return the request id of a row in a run: the same again for the same run, so that a run can be repeated."""
    return f"taiwan-{run}-{row['ID']}"


async def _send(
    client: AsyncUnderwriterClient, rows: list[dict[str, str]], run: str, progress: Progress
) -> tuple[dict[str, Decision], list[UnderwriterError]]:
    """Send the rows over several streams, since a stream stays with one worker."""
    decided: dict[str, Decision] = {}
    errors: list[UnderwriterError] = []
    task = progress.add_task("deciding", total=len(rows))

    def requests(part: int) -> Iterator[DecideRequest]:
        for row in rows[part::CHANNELS]:
            given = application_from(application(row), currency=CURRENCY)
            yield DecideRequest(request_id=request_id(run, row), product=PRODUCT, application=given)

    async def stream(part: int) -> None:
        async for answer in client.decide_many(requests(part)):
            progress.advance(task)
            if answer.decision is not None:
                decided[answer.request_id] = answer.decision
            elif answer.error is not None:
                errors.append(answer.error)

    await asyncio.gather(*(stream(part) for part in range(CHANNELS)))
    return decided, errors


async def _fetch(client: AsyncUnderwriterClient, decisions: list[Decision], progress: Progress) -> int:
    """Get every decision by its name; return how many are missing or differ from what was received."""
    task = progress.add_task("fetching", total=len(decisions))
    changed = 0
    pending = iter(decisions)

    async def fetcher() -> None:
        nonlocal changed
        for decision in pending:
            changed += await client.get_decision(decision.name) != decision
            progress.advance(task)

    await asyncio.gather(*(fetcher() for _ in range(FETCHES_IN_FLIGHT)))
    return changed


def _table(decided: dict[str, Decision], defaulted: dict[str, bool]) -> Table:
    by_grade: dict[str, list[tuple[Decision, bool]]] = defaultdict(list)
    for key, decision in decided.items():
        by_grade[decision.grade or "none"].append((decision, defaulted[key]))
    outcomes = [Outcome.Name(value) for value in (1, 2, 3, 4)]
    names = [name.removeprefix("OUTCOME_").lower() for name in outcomes]
    table = Table("grade", "customers", "defaulted", "rate", *names, title="outcomes and observed default by grade")
    for grade, pairs in sorted(by_grade.items()):
        bad = sum(is_bad for _, is_bad in pairs)
        counts = Counter(Outcome.Name(decision.outcome) for decision, _ in pairs)
        row = (grade, str(len(pairs)), str(bad), f"{bad / len(pairs):.2%}")
        table.add_row(*row, *(str(counts[name]) for name in outcomes))
    return table


if __name__ == "__main__":
    main()

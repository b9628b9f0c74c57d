"""Has a server decide on requests of a file, and record."""

from collections.abc import Iterator, Mapping, Sequence

from underwriter.cli.answered import Answered, decided, undecided
from underwriter.cli.exit_codes import UNREACHABLE
from underwriter.cli.servers import TIMEOUT_SECONDS, exit_code_of, why_no_answer
from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.decisioning import UnknownProduct
from underwriter.decisioning.requests.application_files import FileRefused, RequestInFile
from underwriter.v1.decision_service_pb2 import Explain

_MEND = "take it out, or decide here with --rules"


def decide_there(requests: Sequence[RequestInFile], server: str, *, with_trace: bool) -> Iterator[Answered]:
    """Yield the answers in the order of the requests, up to the first that the server could not give."""
    explain = Explain.EXPLAIN_TRACE if with_trace else Explain.EXPLAIN_REASONS
    if not requests:
        return
    with UnderwriterClient(server, timeout=TIMEOUT_SECONDS) as client:
        try:
            currencies = {policy.product: policy.currency for policy in client.list_policies()}
        except UnderwriterError as error:
            yield undecided(requests[0].place, why_no_answer(server, error), exit_code_of(error))
            return
        for item in requests:
            answer = _answer(item, client, server, currencies, explain)
            yield answer
            if answer.exit_code == UNREACHABLE:
                return


def _answer(
    item: RequestInFile, client: UnderwriterClient, server: str, currencies: Mapping[str, str], explain: Explain
) -> Answered:
    if item.product not in currencies:
        return undecided(item.place, UnknownProduct(item.product, tuple(currencies)))
    if item.stored:
        return undecided(item.place, f"{' and '.join(item.stored)}: a server goes by what it has stored; {_MEND}")
    try:
        request = item.request(currencies[item.product])
        decision = client.decide(
            request.application, product=request.product, request_id=request.request_id or None, explain=explain
        )
    except FileRefused as error:
        return undecided(item.place, error)
    except UnderwriterError as error:
        return undecided(item.place, why_no_answer(server, error), exit_code_of(error))
    return decided(item.place, decision)

"""The ids of the events that the server itself records: made from the ids of requests, so that a retry is the same.

Clients can't record events under ids of these forms, or an application could be taken for recorded that is not.
"""

import re
from hashlib import sha256

OWN_FORM = "(application|answer):[0-9a-f]{48}"
_OWN = re.compile(OWN_FORM)


def application_event_id(request_id: str) -> str:
    """Return the id of the event that the application of a request is."""
    return f"application:{_digest(request_id)}"


def answer_event_id(request_id: str) -> str:
    """Return the id of the event that a request's answer to an alert is."""
    return f"answer:{_digest(request_id)}"


def is_own(event_id: str) -> bool:
    """Tell whether an id has a form that only the server gives."""
    return _OWN.fullmatch(event_id) is not None


def _digest(request_id: str) -> str:
    return sha256(request_id.encode()).hexdigest()[:48]

"""Tokens of the pages in which changes of policies are listed: where the page before ended, and of which policy."""

from base64 import b64decode, b64encode

from underwriter.ledger import PageTokenInvalid


def write_change_token(policy: str, sequence: int) -> str:
    """Return the token of the page that follows a change in the listing of a policy's changes, or of all."""
    return b64encode(f"{sequence} {policy}".encode()).decode()


def read_change_token(token: str, policy: str) -> int | None:
    """Return the number of the change that the page before ended with, None on the first page.

    Raises PageTokenInvalid if the token was not given for this listing.
    """
    if not token:
        return None
    try:
        sequence, _, listed = b64decode(token.encode("ascii"), validate=True).decode().partition(" ")
        before = int(sequence)
    except ValueError:
        raise PageTokenInvalid from None
    if listed != policy:
        raise PageTokenInvalid
    return before

"""The tables that hold what is known of an account, and their rows of a subject that is erased."""

from sqlalchemy import Connection, delete

from underwriter.events.key_kind import KeyKind
from underwriter.storage.schema import account_events, accounts, alerts, monitor_work, warning_moves


def delete_account(connection: Connection, subject: bytes) -> None:
    """Delete all that is known of a subject's account, in a transaction of `Database.writing`.

    What is found by a device stays due to be looked at: other subjects may have used it.
    """
    for table in (account_events, accounts, warning_moves, alerts):
        connection.execute(delete(table).where(table.c.subject == subject))
    of_subject = (monitor_work.c.key_kind == KeyKind.ACCOUNT) & (monitor_work.c.key == subject)
    connection.execute(delete(monitor_work).where(of_subject))

"""Alerts as they are kept, and what becomes of one when its trigger is looked at again or staff answer it."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple, Self, TypeVar
from uuid import UUID

from underwriter.v1.account_pb2 import AlertState

OPEN = AlertState.ALERT_STATE_OPEN
ACKNOWLEDGED = AlertState.ALERT_STATE_ACKNOWLEDGED
RELEASED = AlertState.ALERT_STATE_RELEASED
WITHDRAWN = AlertState.ALERT_STATE_WITHDRAWN

MOST_ALIKE = 16
"""The most alerts of one rule that are told of an account: of more, the newest."""

_LENGTH_BYTES = 4
AlertT = TypeVar("AlertT")


class RaisedAlert(NamedTuple):
    """What a match raises on one account: a match on a device raises one for each account among its events.

    `event_ids` are those of all its events in order, `trigger_id` is that of the one that the rule was tried for.
    `expire_time_us` is None if its effect does not end by itself.
    """

    subject: bytes
    monitor: str
    rule: str
    code: str
    severity: int
    effect: int
    trigger_id: str
    event_ids: tuple[str, ...]
    event_time_us: int
    expire_time_us: int | None

    @property
    def alert_id(self) -> str:
        """The UUID that follows from monitor, rule, events and account, so that what is found twice is one alert."""
        digest = sha256()
        for part in (self.monitor, self.rule, *self.event_ids):
            text = part.encode()
            digest.update(len(text).to_bytes(_LENGTH_BYTES) + text)
        digest.update(self.subject)
        # Of the versions that Python 3.11 can write, that of names.
        return str(UUID(bytes=digest.digest()[:16], version=5))


class StoredAlert(NamedTuple):
    """An alert: the columns are explained with the table."""

    alert_id: str
    change_index: int
    subject: bytes
    monitor: str
    rule: str
    code: str
    severity: int
    effect: int
    state: int
    key_kind: int
    key: bytes
    trigger_id: str
    event_ids: tuple[str, ...]
    event_time_us: int
    raise_time_us: int
    expire_time_us: int | None
    actor: str
    acknowledge_time_us: int | None

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Return the alert that a row of the table holds."""
        alert = cls._make(row)
        return alert._replace(event_ids=tuple(row[_EVENT_IDS].split(" ")))

    def row(self) -> tuple[Any, ...]:
        """Return the alert's row, its values in the order of the table's columns."""
        return self._replace(event_ids=" ".join(self.event_ids))  # type: ignore[arg-type]

    def is_in_force(self, now_us: int) -> bool:
        """Tell whether the alert has its effect at a time."""
        has_expired = self.expire_time_us is not None and self.expire_time_us <= now_us
        return self.state in (OPEN, ACKNOWLEDGED) and not has_expired

    def found_again(self, raised: RaisedAlert) -> "StoredAlert":
        """Return the alert after its match was found again. One that staff released stays as it is."""
        if self.state == RELEASED:
            return self
        return self._replace(
            code=raised.code,
            severity=raised.severity,
            effect=raised.effect,
            state=ACKNOWLEDGED if self.actor else OPEN,
            event_time_us=raised.event_time_us,
            expire_time_us=raised.expire_time_us,
        )

    def not_found_again(self) -> "StoredAlert":
        """Return the alert after its trigger was tried and did not match. One that staff released stays as it is."""
        return self if self.state == RELEASED else self._replace(state=WITHDRAWN)

    def acknowledged(self, actor: str, now_us: int, *, release: bool) -> "StoredAlert":
        """Return the alert after somebody has seen it, or ended its effect. The first who did either stands for it."""
        if self.state == RELEASED or not (release or self.state == OPEN):
            return self
        return self._replace(state=RELEASED if release else ACKNOWLEDGED, actor=actor, acknowledge_time_us=now_us)


def newest_alike(newest_first: Iterable[AlertT], likeness: Callable[[AlertT], Hashable]) -> Iterator[AlertT]:
    """Yield the alerts but for those that `MOST_ALIKE` newer ones are like.

    Somebody who tries passwords all night raises thousands, which would make each decision's record and each answer as
    long. What alerts do is told whole, since they are alike only if they are of one rule and do the same.
    """
    seen: Counter[Hashable] = Counter()
    for alert in newest_first:
        alike = likeness(alert)
        seen[alike] += 1
        if seen[alike] <= MOST_ALIKE:
            yield alert


_EVENT_IDS = StoredAlert._fields.index("event_ids")


def first_raised(raised: RaisedAlert, key_kind: int, key: bytes, now_us: int) -> StoredAlert:
    """Return a new alert, which has no change index yet."""
    return StoredAlert(
        alert_id=raised.alert_id,
        change_index=0,
        subject=raised.subject,
        monitor=raised.monitor,
        rule=raised.rule,
        code=raised.code,
        severity=raised.severity,
        effect=raised.effect,
        state=OPEN,
        key_kind=int(key_kind),
        key=key,
        trigger_id=raised.trigger_id,
        event_ids=raised.event_ids,
        event_time_us=raised.event_time_us,
        raise_time_us=now_us,
        expire_time_us=raised.expire_time_us,
        actor="",
        acknowledge_time_us=None,
    )

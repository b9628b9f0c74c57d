import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import decimal_pb2 as _decimal_pb2
from google.type import money_pb2 as _money_pb2
from underwriter.v1 import account_event_pb2 as _account_event_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AlertSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_SEVERITY_UNSPECIFIED: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_LOW: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_MEDIUM: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_HIGH: _ClassVar[AlertSeverity]
    ALERT_SEVERITY_CRITICAL: _ClassVar[AlertSeverity]

class AlertEffect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_EFFECT_UNSPECIFIED: _ClassVar[AlertEffect]
    ALERT_EFFECT_VERIFY: _ClassVar[AlertEffect]
    ALERT_EFFECT_SUSPEND: _ClassVar[AlertEffect]
    ALERT_EFFECT_WARN: _ClassVar[AlertEffect]
    ALERT_EFFECT_REVIEW: _ClassVar[AlertEffect]

class AlertState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALERT_STATE_UNSPECIFIED: _ClassVar[AlertState]
    ALERT_STATE_OPEN: _ClassVar[AlertState]
    ALERT_STATE_ACKNOWLEDGED: _ClassVar[AlertState]
    ALERT_STATE_RELEASED: _ClassVar[AlertState]
    ALERT_STATE_WITHDRAWN: _ClassVar[AlertState]
ALERT_SEVERITY_UNSPECIFIED: AlertSeverity
ALERT_SEVERITY_LOW: AlertSeverity
ALERT_SEVERITY_MEDIUM: AlertSeverity
ALERT_SEVERITY_HIGH: AlertSeverity
ALERT_SEVERITY_CRITICAL: AlertSeverity
ALERT_EFFECT_UNSPECIFIED: AlertEffect
ALERT_EFFECT_VERIFY: AlertEffect
ALERT_EFFECT_SUSPEND: AlertEffect
ALERT_EFFECT_WARN: AlertEffect
ALERT_EFFECT_REVIEW: AlertEffect
ALERT_STATE_UNSPECIFIED: AlertState
ALERT_STATE_OPEN: AlertState
ALERT_STATE_ACKNOWLEDGED: AlertState
ALERT_STATE_RELEASED: AlertState
ALERT_STATE_WITHDRAWN: AlertState

class Account(_message.Message):
    __slots__ = ("name", "figures", "alerts", "warning_grade", "warning_moves", "events", "read_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    WARNING_GRADE_FIELD_NUMBER: _ClassVar[int]
    WARNING_MOVES_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    READ_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    figures: AccountFigures
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    warning_grade: str
    warning_moves: _containers.RepeatedCompositeFieldContainer[WarningMove]
    events: _containers.RepeatedCompositeFieldContainer[_account_event_pb2.AccountEvent]
    read_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., figures: _Optional[_Union[AccountFigures, _Mapping]] = ..., alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., warning_grade: _Optional[str] = ..., warning_moves: _Optional[_Iterable[_Union[WarningMove, _Mapping]]] = ..., events: _Optional[_Iterable[_Union[_account_event_pb2.AccountEvent, _Mapping]]] = ..., read_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccountFigures(_message.Message):
    __slots__ = ("currency", "on_time_months", "worst_days_late_12m", "missed_12m", "inquiries_7d", "inquiries_30d", "inquiring_lenders_7d", "applications_7d", "drawdowns_24h", "drawn_24h", "login_failures_24h", "devices_added_30d", "outstanding", "credit_limit", "utilisation", "turnover_change")
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ON_TIME_MONTHS_FIELD_NUMBER: _ClassVar[int]
    WORST_DAYS_LATE_12M_FIELD_NUMBER: _ClassVar[int]
    MISSED_12M_FIELD_NUMBER: _ClassVar[int]
    INQUIRIES_7D_FIELD_NUMBER: _ClassVar[int]
    INQUIRIES_30D_FIELD_NUMBER: _ClassVar[int]
    INQUIRING_LENDERS_7D_FIELD_NUMBER: _ClassVar[int]
    APPLICATIONS_7D_FIELD_NUMBER: _ClassVar[int]
    DRAWDOWNS_24H_FIELD_NUMBER: _ClassVar[int]
    DRAWN_24H_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FAILURES_24H_FIELD_NUMBER: _ClassVar[int]
    DEVICES_ADDED_30D_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    UTILISATION_FIELD_NUMBER: _ClassVar[int]
    TURNOVER_CHANGE_FIELD_NUMBER: _ClassVar[int]
    currency: str
    on_time_months: int
    worst_days_late_12m: int
    missed_12m: int
    inquiries_7d: int
    inquiries_30d: int
    inquiring_lenders_7d: int
    applications_7d: int
    drawdowns_24h: int
    drawn_24h: _money_pb2.Money
    login_failures_24h: int
    devices_added_30d: int
    outstanding: _money_pb2.Money
    credit_limit: _money_pb2.Money
    utilisation: _decimal_pb2.Decimal
    turnover_change: _decimal_pb2.Decimal
    def __init__(self, currency: _Optional[str] = ..., on_time_months: _Optional[int] = ..., worst_days_late_12m: _Optional[int] = ..., missed_12m: _Optional[int] = ..., inquiries_7d: _Optional[int] = ..., inquiries_30d: _Optional[int] = ..., inquiring_lenders_7d: _Optional[int] = ..., applications_7d: _Optional[int] = ..., drawdowns_24h: _Optional[int] = ..., drawn_24h: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., login_failures_24h: _Optional[int] = ..., devices_added_30d: _Optional[int] = ..., outstanding: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., utilisation: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., turnover_change: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class WarningMove(_message.Message):
    __slots__ = ("from_grade", "to_grade", "move_time")
    FROM_GRADE_FIELD_NUMBER: _ClassVar[int]
    TO_GRADE_FIELD_NUMBER: _ClassVar[int]
    MOVE_TIME_FIELD_NUMBER: _ClassVar[int]
    from_grade: str
    to_grade: str
    move_time: _timestamp_pb2.Timestamp
    def __init__(self, from_grade: _Optional[str] = ..., to_grade: _Optional[str] = ..., move_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Alert(_message.Message):
    __slots__ = ("name", "account", "monitor", "rule", "code", "severity", "effect", "state", "event_time", "raise_time", "expire_time", "events", "actor", "acknowledge_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    MONITOR_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    RAISE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    account: str
    monitor: str
    rule: str
    code: str
    severity: AlertSeverity
    effect: AlertEffect
    state: AlertState
    event_time: _timestamp_pb2.Timestamp
    raise_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    events: _containers.RepeatedScalarFieldContainer[str]
    actor: str
    acknowledge_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., account: _Optional[str] = ..., monitor: _Optional[str] = ..., rule: _Optional[str] = ..., code: _Optional[str] = ..., severity: _Optional[_Union[AlertSeverity, str]] = ..., effect: _Optional[_Union[AlertEffect, str]] = ..., state: _Optional[_Union[AlertState, str]] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., raise_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., events: _Optional[_Iterable[str]] = ..., actor: _Optional[str] = ..., acknowledge_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

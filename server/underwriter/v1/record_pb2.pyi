from underwriter.v1 import account_pb2 as _account_pb2
from underwriter.v1 import account_event_pb2 as _account_event_pb2
from underwriter.v1 import application_pb2 as _application_pb2
from underwriter.v1 import decision_pb2 as _decision_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TotalKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOTAL_KIND_UNSPECIFIED: _ClassVar[TotalKind]
    TOTAL_KIND_FUNDER: _ClassVar[TotalKind]
    TOTAL_KIND_GUARANTOR: _ClassVar[TotalKind]
    TOTAL_KIND_CONCENTRATION: _ClassVar[TotalKind]

class FacilityEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACILITY_EVENT_KIND_UNSPECIFIED: _ClassVar[FacilityEventKind]
    FACILITY_EVENT_KIND_RESERVED: _ClassVar[FacilityEventKind]
    FACILITY_EVENT_KIND_DRAWN: _ClassVar[FacilityEventKind]
    FACILITY_EVENT_KIND_REPAID: _ClassVar[FacilityEventKind]
    FACILITY_EVENT_KIND_RELEASED: _ClassVar[FacilityEventKind]
    FACILITY_EVENT_KIND_EXPIRED: _ClassVar[FacilityEventKind]
TOTAL_KIND_UNSPECIFIED: TotalKind
TOTAL_KIND_FUNDER: TotalKind
TOTAL_KIND_GUARANTOR: TotalKind
TOTAL_KIND_CONCENTRATION: TotalKind
FACILITY_EVENT_KIND_UNSPECIFIED: FacilityEventKind
FACILITY_EVENT_KIND_RESERVED: FacilityEventKind
FACILITY_EVENT_KIND_DRAWN: FacilityEventKind
FACILITY_EVENT_KIND_REPAID: FacilityEventKind
FACILITY_EVENT_KIND_RELEASED: FacilityEventKind
FACILITY_EVENT_KIND_EXPIRED: FacilityEventKind

class RecordFacts(_message.Message):
    __slots__ = ("facility",)
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    facility: FacilityEvent
    def __init__(self, facility: _Optional[_Union[FacilityEvent, _Mapping]] = ...) -> None: ...

class FacilityEvent(_message.Message):
    __slots__ = ("facility_id", "kind", "parts", "terms", "counted")
    FACILITY_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    facility_id: str
    kind: FacilityEventKind
    parts: _containers.RepeatedCompositeFieldContainer[FunderAmount]
    terms: FacilityTerms
    counted: _containers.RepeatedCompositeFieldContainer[CountedShare]
    def __init__(self, facility_id: _Optional[str] = ..., kind: _Optional[_Union[FacilityEventKind, str]] = ..., parts: _Optional[_Iterable[_Union[FunderAmount, _Mapping]]] = ..., terms: _Optional[_Union[FacilityTerms, _Mapping]] = ..., counted: _Optional[_Iterable[_Union[CountedShare, _Mapping]]] = ...) -> None: ...

class CountedShare(_message.Message):
    __slots__ = ("kind", "name", "share", "cap")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    kind: TotalKind
    name: str
    share: str
    cap: int
    def __init__(self, kind: _Optional[_Union[TotalKind, str]] = ..., name: _Optional[str] = ..., share: _Optional[str] = ..., cap: _Optional[int] = ...) -> None: ...

class FunderAmount(_message.Message):
    __slots__ = ("funder", "amount", "cap")
    FUNDER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    funder: str
    amount: int
    cap: int
    def __init__(self, funder: _Optional[str] = ..., amount: _Optional[int] = ..., cap: _Optional[int] = ...) -> None: ...

class FacilityTerms(_message.Message):
    __slots__ = ("product", "currency", "revolving", "purpose", "term_months", "user_group", "grade", "annual_rate", "expected_loss", "expire_time_us")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    REVOLVING_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    USER_GROUP_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_LOSS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_US_FIELD_NUMBER: _ClassVar[int]
    product: str
    currency: str
    revolving: bool
    purpose: _application_pb2.Purpose
    term_months: int
    user_group: str
    grade: str
    annual_rate: str
    expected_loss: int
    expire_time_us: int
    def __init__(self, product: _Optional[str] = ..., currency: _Optional[str] = ..., revolving: _Optional[bool] = ..., purpose: _Optional[_Union[_application_pb2.Purpose, str]] = ..., term_months: _Optional[int] = ..., user_group: _Optional[str] = ..., grade: _Optional[str] = ..., annual_rate: _Optional[str] = ..., expected_loss: _Optional[int] = ..., expire_time_us: _Optional[int] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("engine_version", "models", "exposure", "funders", "guarantees", "concentrations", "account", "rollout", "shadows")
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    FUNDERS_FIELD_NUMBER: _ClassVar[int]
    GUARANTEES_FIELD_NUMBER: _ClassVar[int]
    CONCENTRATIONS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    SHADOWS_FIELD_NUMBER: _ClassVar[int]
    engine_version: str
    models: _containers.RepeatedCompositeFieldContainer[ModelEvidence]
    exposure: ExposureEvidence
    funders: _containers.RepeatedCompositeFieldContainer[FunderAmount]
    guarantees: _containers.RepeatedCompositeFieldContainer[NamedAmount]
    concentrations: _containers.RepeatedCompositeFieldContainer[NamedAmount]
    account: AccountEvidence
    rollout: RolloutEvidence
    shadows: _containers.RepeatedCompositeFieldContainer[ShadowDecision]
    def __init__(self, engine_version: _Optional[str] = ..., models: _Optional[_Iterable[_Union[ModelEvidence, _Mapping]]] = ..., exposure: _Optional[_Union[ExposureEvidence, _Mapping]] = ..., funders: _Optional[_Iterable[_Union[FunderAmount, _Mapping]]] = ..., guarantees: _Optional[_Iterable[_Union[NamedAmount, _Mapping]]] = ..., concentrations: _Optional[_Iterable[_Union[NamedAmount, _Mapping]]] = ..., account: _Optional[_Union[AccountEvidence, _Mapping]] = ..., rollout: _Optional[_Union[RolloutEvidence, _Mapping]] = ..., shadows: _Optional[_Iterable[_Union[ShadowDecision, _Mapping]]] = ...) -> None: ...

class RolloutEvidence(_message.Message):
    __slots__ = ("rollout_id", "champion_version", "by_challenger")
    ROLLOUT_ID_FIELD_NUMBER: _ClassVar[int]
    CHAMPION_VERSION_FIELD_NUMBER: _ClassVar[int]
    BY_CHALLENGER_FIELD_NUMBER: _ClassVar[int]
    rollout_id: str
    champion_version: str
    by_challenger: bool
    def __init__(self, rollout_id: _Optional[str] = ..., champion_version: _Optional[str] = ..., by_challenger: _Optional[bool] = ...) -> None: ...

class ShadowDecision(_message.Message):
    __slots__ = ("policy_version", "decision", "failure", "facts")
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    policy_version: str
    decision: _decision_pb2.Decision
    failure: str
    facts: RecordFacts
    def __init__(self, policy_version: _Optional[str] = ..., decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ..., failure: _Optional[str] = ..., facts: _Optional[_Union[RecordFacts, _Mapping]] = ...) -> None: ...

class AccountEvidence(_message.Message):
    __slots__ = ("figures", "alerts", "alerts_unknown", "warning_grade")
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    ALERTS_UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    WARNING_GRADE_FIELD_NUMBER: _ClassVar[int]
    figures: _account_pb2.AccountFigures
    alerts: _containers.RepeatedCompositeFieldContainer[AlertEvidence]
    alerts_unknown: bool
    warning_grade: str
    def __init__(self, figures: _Optional[_Union[_account_pb2.AccountFigures, _Mapping]] = ..., alerts: _Optional[_Iterable[_Union[AlertEvidence, _Mapping]]] = ..., alerts_unknown: _Optional[bool] = ..., warning_grade: _Optional[str] = ...) -> None: ...

class AlertEvidence(_message.Message):
    __slots__ = ("alert_id", "monitor", "rule", "code", "severity", "effect", "event_time_us")
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    MONITOR_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_US_FIELD_NUMBER: _ClassVar[int]
    alert_id: str
    monitor: str
    rule: str
    code: str
    severity: _account_pb2.AlertSeverity
    effect: _account_pb2.AlertEffect
    event_time_us: int
    def __init__(self, alert_id: _Optional[str] = ..., monitor: _Optional[str] = ..., rule: _Optional[str] = ..., code: _Optional[str] = ..., severity: _Optional[_Union[_account_pb2.AlertSeverity, str]] = ..., effect: _Optional[_Union[_account_pb2.AlertEffect, str]] = ..., event_time_us: _Optional[int] = ...) -> None: ...

class AccountState(_message.Message):
    __slots__ = ("marks", "outstanding", "credit_limit", "turnover", "previous_turnover", "newest_amount")
    MARKS_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    TURNOVER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_TURNOVER_FIELD_NUMBER: _ClassVar[int]
    NEWEST_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    marks: _containers.RepeatedCompositeFieldContainer[AccountMark]
    outstanding: AccountAmount
    credit_limit: AccountAmount
    turnover: AccountAmount
    previous_turnover: AccountAmount
    newest_amount: AccountAmount
    def __init__(self, marks: _Optional[_Iterable[_Union[AccountMark, _Mapping]]] = ..., outstanding: _Optional[_Union[AccountAmount, _Mapping]] = ..., credit_limit: _Optional[_Union[AccountAmount, _Mapping]] = ..., turnover: _Optional[_Union[AccountAmount, _Mapping]] = ..., previous_turnover: _Optional[_Union[AccountAmount, _Mapping]] = ..., newest_amount: _Optional[_Union[AccountAmount, _Mapping]] = ...) -> None: ...

class AccountMark(_message.Message):
    __slots__ = ("kind", "time_us", "event_id", "days_late", "amount", "currency", "party")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TIME_US_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    kind: _account_event_pb2.AccountEventKind
    time_us: int
    event_id: str
    days_late: int
    amount: int
    currency: str
    party: bytes
    def __init__(self, kind: _Optional[_Union[_account_event_pb2.AccountEventKind, str]] = ..., time_us: _Optional[int] = ..., event_id: _Optional[str] = ..., days_late: _Optional[int] = ..., amount: _Optional[int] = ..., currency: _Optional[str] = ..., party: _Optional[bytes] = ...) -> None: ...

class AccountAmount(_message.Message):
    __slots__ = ("time_us", "event_id", "amount", "currency")
    TIME_US_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    time_us: int
    event_id: str
    amount: int
    currency: str
    def __init__(self, time_us: _Optional[int] = ..., event_id: _Optional[str] = ..., amount: _Optional[int] = ..., currency: _Optional[str] = ...) -> None: ...

class NamedAmount(_message.Message):
    __slots__ = ("name", "amount")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    amount: int
    def __init__(self, name: _Optional[str] = ..., amount: _Optional[int] = ...) -> None: ...

class ModelEvidence(_message.Message):
    __slots__ = ("model", "probability", "points", "failed")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    model: _decision_pb2.VersionedName
    probability: float
    points: int
    failed: bool
    def __init__(self, model: _Optional[_Union[_decision_pb2.VersionedName, _Mapping]] = ..., probability: _Optional[float] = ..., points: _Optional[int] = ..., failed: _Optional[bool] = ...) -> None: ...

class ExposureEvidence(_message.Message):
    __slots__ = ("version", "positions", "lenders")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    LENDERS_FIELD_NUMBER: _ClassVar[int]
    version: int
    positions: _containers.RepeatedCompositeFieldContainer[ExposurePosition]
    lenders: _containers.RepeatedCompositeFieldContainer[LenderTime]
    def __init__(self, version: _Optional[int] = ..., positions: _Optional[_Iterable[_Union[ExposurePosition, _Mapping]]] = ..., lenders: _Optional[_Iterable[_Union[LenderTime, _Mapping]]] = ...) -> None: ...

class ExposurePosition(_message.Message):
    __slots__ = ("lender", "product", "currency", "reserved", "drawn", "undrawn")
    LENDER_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    lender: str
    product: str
    currency: str
    reserved: int
    drawn: int
    undrawn: int
    def __init__(self, lender: _Optional[str] = ..., product: _Optional[str] = ..., currency: _Optional[str] = ..., reserved: _Optional[int] = ..., drawn: _Optional[int] = ..., undrawn: _Optional[int] = ...) -> None: ...

class LenderTime(_message.Message):
    __slots__ = ("lender", "time_us")
    LENDER_FIELD_NUMBER: _ClassVar[int]
    TIME_US_FIELD_NUMBER: _ClassVar[int]
    lender: str
    time_us: int
    def __init__(self, lender: _Optional[str] = ..., time_us: _Optional[int] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import decimal_pb2 as _decimal_pb2
from google.type import money_pb2 as _money_pb2
from underwriter.v1 import application_pb2 as _application_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_APPROVE: _ClassVar[Outcome]
    OUTCOME_REFER: _ClassVar[Outcome]
    OUTCOME_VERIFY: _ClassVar[Outcome]
    OUTCOME_DECLINE: _ClassVar[Outcome]

class LineAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_ACTION_UNSPECIFIED: _ClassVar[LineAction]
    LINE_ACTION_KEEP: _ClassVar[LineAction]
    LINE_ACTION_RAISE: _ClassVar[LineAction]
    LINE_ACTION_LOWER: _ClassVar[LineAction]
    LINE_ACTION_REPRICE: _ClassVar[LineAction]
    LINE_ACTION_FREEZE: _ClassVar[LineAction]

class TraceStepKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRACE_STEP_KIND_UNSPECIFIED: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_INPUT: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_DECISION: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_RULE: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_ROW: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_BIN: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_MODEL: _ClassVar[TraceStepKind]
    TRACE_STEP_KIND_OFFER: _ClassVar[TraceStepKind]
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_APPROVE: Outcome
OUTCOME_REFER: Outcome
OUTCOME_VERIFY: Outcome
OUTCOME_DECLINE: Outcome
LINE_ACTION_UNSPECIFIED: LineAction
LINE_ACTION_KEEP: LineAction
LINE_ACTION_RAISE: LineAction
LINE_ACTION_LOWER: LineAction
LINE_ACTION_REPRICE: LineAction
LINE_ACTION_FREEZE: LineAction
TRACE_STEP_KIND_UNSPECIFIED: TraceStepKind
TRACE_STEP_KIND_INPUT: TraceStepKind
TRACE_STEP_KIND_DECISION: TraceStepKind
TRACE_STEP_KIND_RULE: TraceStepKind
TRACE_STEP_KIND_ROW: TraceStepKind
TRACE_STEP_KIND_BIN: TraceStepKind
TRACE_STEP_KIND_MODEL: TraceStepKind
TRACE_STEP_KIND_OFFER: TraceStepKind

class Decision(_message.Message):
    __slots__ = ("name", "request_id", "product", "outcome", "offers", "reasons", "score", "grade", "verification", "policy", "models", "decide_time", "ledger", "trace", "counter_offer", "line_change")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    COUNTER_OFFER_FIELD_NUMBER: _ClassVar[int]
    LINE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    product: str
    outcome: Outcome
    offers: _containers.RepeatedCompositeFieldContainer[Offer]
    reasons: _containers.RepeatedCompositeFieldContainer[Reason]
    score: Score
    grade: str
    verification: Verification
    policy: VersionedName
    models: _containers.RepeatedCompositeFieldContainer[VersionedName]
    decide_time: _timestamp_pb2.Timestamp
    ledger: LedgerPosition
    trace: Trace
    counter_offer: CounterOffer
    line_change: LineChange
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ..., product: _Optional[str] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., offers: _Optional[_Iterable[_Union[Offer, _Mapping]]] = ..., reasons: _Optional[_Iterable[_Union[Reason, _Mapping]]] = ..., score: _Optional[_Union[Score, _Mapping]] = ..., grade: _Optional[str] = ..., verification: _Optional[_Union[Verification, _Mapping]] = ..., policy: _Optional[_Union[VersionedName, _Mapping]] = ..., models: _Optional[_Iterable[_Union[VersionedName, _Mapping]]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ledger: _Optional[_Union[LedgerPosition, _Mapping]] = ..., trace: _Optional[_Union[Trace, _Mapping]] = ..., counter_offer: _Optional[_Union[CounterOffer, _Mapping]] = ..., line_change: _Optional[_Union[LineChange, _Mapping]] = ...) -> None: ...

class Offer(_message.Message):
    __slots__ = ("credit_limit", "term_months", "annual_rate", "effective_annual_rate", "repayment_method", "fees", "instalments", "funding_shares", "expire_time", "grace_months", "risk_shares")
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ANNUAL_RATE_FIELD_NUMBER: _ClassVar[int]
    REPAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    FEES_FIELD_NUMBER: _ClassVar[int]
    INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    FUNDING_SHARES_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRACE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    RISK_SHARES_FIELD_NUMBER: _ClassVar[int]
    credit_limit: _money_pb2.Money
    term_months: int
    annual_rate: _decimal_pb2.Decimal
    effective_annual_rate: _decimal_pb2.Decimal
    repayment_method: _application_pb2.RepaymentMethod
    fees: _containers.RepeatedCompositeFieldContainer[Fee]
    instalments: _containers.RepeatedCompositeFieldContainer[Instalment]
    funding_shares: _containers.RepeatedCompositeFieldContainer[FundingShare]
    expire_time: _timestamp_pb2.Timestamp
    grace_months: int
    risk_shares: _containers.RepeatedCompositeFieldContainer[RiskShare]
    def __init__(self, credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., term_months: _Optional[int] = ..., annual_rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., effective_annual_rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., repayment_method: _Optional[_Union[_application_pb2.RepaymentMethod, str]] = ..., fees: _Optional[_Iterable[_Union[Fee, _Mapping]]] = ..., instalments: _Optional[_Iterable[_Union[Instalment, _Mapping]]] = ..., funding_shares: _Optional[_Iterable[_Union[FundingShare, _Mapping]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., grace_months: _Optional[int] = ..., risk_shares: _Optional[_Iterable[_Union[RiskShare, _Mapping]]] = ...) -> None: ...

class Fee(_message.Message):
    __slots__ = ("code", "amount", "rate")
    CODE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    code: str
    amount: _money_pb2.Money
    rate: _decimal_pb2.Decimal
    def __init__(self, code: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class Instalment(_message.Message):
    __slots__ = ("due_date", "payment", "principal", "interest", "fees", "balance")
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    FEES_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    due_date: _date_pb2.Date
    payment: _money_pb2.Money
    principal: _money_pb2.Money
    interest: _money_pb2.Money
    fees: _money_pb2.Money
    balance: _money_pb2.Money
    def __init__(self, due_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., payment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fees: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class FundingShare(_message.Message):
    __slots__ = ("funder", "share", "amount")
    FUNDER_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    funder: str
    share: _decimal_pb2.Decimal
    amount: _money_pb2.Money
    def __init__(self, funder: _Optional[str] = ..., share: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class RiskShare(_message.Message):
    __slots__ = ("guarantor", "coverage", "retained_loss", "annual_price", "amount")
    GUARANTOR_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    RETAINED_LOSS_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_PRICE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    guarantor: str
    coverage: _decimal_pb2.Decimal
    retained_loss: _decimal_pb2.Decimal
    annual_price: _decimal_pb2.Decimal
    amount: _money_pb2.Money
    def __init__(self, guarantor: _Optional[str] = ..., coverage: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., retained_loss: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., annual_price: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class CounterOffer(_message.Message):
    __slots__ = ("amount", "term_months", "offers")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    amount: _money_pb2.Money
    term_months: int
    offers: _containers.RepeatedCompositeFieldContainer[Offer]
    def __init__(self, amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., term_months: _Optional[int] = ..., offers: _Optional[_Iterable[_Union[Offer, _Mapping]]] = ...) -> None: ...

class LineChange(_message.Message):
    __slots__ = ("action", "credit_limit", "annual_rate", "notice_days", "effective_date")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_FIELD_NUMBER: _ClassVar[int]
    NOTICE_DAYS_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_DATE_FIELD_NUMBER: _ClassVar[int]
    action: LineAction
    credit_limit: _money_pb2.Money
    annual_rate: _decimal_pb2.Decimal
    notice_days: int
    effective_date: _date_pb2.Date
    def __init__(self, action: _Optional[_Union[LineAction, str]] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., annual_rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., notice_days: _Optional[int] = ..., effective_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Reason(_message.Message):
    __slots__ = ("code", "rank", "text", "guidance", "outcome", "source", "missing_inputs")
    class TextEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class GuidanceEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    GUIDANCE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    MISSING_INPUTS_FIELD_NUMBER: _ClassVar[int]
    code: str
    rank: int
    text: _containers.ScalarMap[str, str]
    guidance: _containers.ScalarMap[str, str]
    outcome: Outcome
    source: str
    missing_inputs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, code: _Optional[str] = ..., rank: _Optional[int] = ..., text: _Optional[_Mapping[str, str]] = ..., guidance: _Optional[_Mapping[str, str]] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., source: _Optional[str] = ..., missing_inputs: _Optional[_Iterable[str]] = ...) -> None: ...

class Score(_message.Message):
    __slots__ = ("points", "probability", "model", "missing_inputs")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MISSING_INPUTS_FIELD_NUMBER: _ClassVar[int]
    points: int
    probability: float
    model: VersionedName
    missing_inputs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, points: _Optional[int] = ..., probability: _Optional[float] = ..., model: _Optional[_Union[VersionedName, _Mapping]] = ..., missing_inputs: _Optional[_Iterable[str]] = ...) -> None: ...

class Verification(_message.Message):
    __slots__ = ("required",)
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    required: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, required: _Optional[_Iterable[str]] = ...) -> None: ...

class VersionedName(_message.Message):
    __slots__ = ("name", "version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class LedgerPosition(_message.Message):
    __slots__ = ("log", "index", "leaf_hash")
    LOG_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    LEAF_HASH_FIELD_NUMBER: _ClassVar[int]
    log: str
    index: int
    leaf_hash: bytes
    def __init__(self, log: _Optional[str] = ..., index: _Optional[int] = ..., leaf_hash: _Optional[bytes] = ...) -> None: ...

class Trace(_message.Message):
    __slots__ = ("steps", "warnings")
    STEPS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedCompositeFieldContainer[TraceStep]
    warnings: _containers.RepeatedCompositeFieldContainer[TraceWarning]
    def __init__(self, steps: _Optional[_Iterable[_Union[TraceStep, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[TraceWarning, _Mapping]]] = ...) -> None: ...

class TraceStep(_message.Message):
    __slots__ = ("name", "kind", "value", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: TraceStepKind
    value: str
    source: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[TraceStepKind, str]] = ..., value: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class TraceWarning(_message.Message):
    __slots__ = ("kind", "message", "source")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    message: str
    source: str
    def __init__(self, kind: _Optional[str] = ..., message: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

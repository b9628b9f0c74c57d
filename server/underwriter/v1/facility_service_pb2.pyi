import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import decimal_pb2 as _decimal_pb2
from google.type import money_pb2 as _money_pb2
from underwriter.v1 import application_pb2 as _application_pb2
from underwriter.v1 import constraints_pb2 as _constraints_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FacilityState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACILITY_STATE_UNSPECIFIED: _ClassVar[FacilityState]
    FACILITY_STATE_RESERVED: _ClassVar[FacilityState]
    FACILITY_STATE_OPEN: _ClassVar[FacilityState]
    FACILITY_STATE_CLOSED: _ClassVar[FacilityState]
    FACILITY_STATE_RELEASED: _ClassVar[FacilityState]
    FACILITY_STATE_EXPIRED: _ClassVar[FacilityState]
FACILITY_STATE_UNSPECIFIED: FacilityState
FACILITY_STATE_RESERVED: FacilityState
FACILITY_STATE_OPEN: FacilityState
FACILITY_STATE_CLOSED: FacilityState
FACILITY_STATE_RELEASED: FacilityState
FACILITY_STATE_EXPIRED: FacilityState

class Facility(_message.Message):
    __slots__ = ("name", "decision", "state", "product", "credit_limit", "drawn", "undrawn", "revolving", "funders", "expire_time", "grade", "annual_rate", "purpose", "term_months")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    REVOLVING_FIELD_NUMBER: _ClassVar[int]
    FUNDERS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    name: str
    decision: str
    state: FacilityState
    product: str
    credit_limit: _money_pb2.Money
    drawn: _money_pb2.Money
    undrawn: _money_pb2.Money
    revolving: bool
    funders: _containers.RepeatedCompositeFieldContainer[FunderPosition]
    expire_time: _timestamp_pb2.Timestamp
    grade: str
    annual_rate: _decimal_pb2.Decimal
    purpose: _application_pb2.Purpose
    term_months: int
    def __init__(self, name: _Optional[str] = ..., decision: _Optional[str] = ..., state: _Optional[_Union[FacilityState, str]] = ..., product: _Optional[str] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., drawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., undrawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., revolving: _Optional[bool] = ..., funders: _Optional[_Iterable[_Union[FunderPosition, _Mapping]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., grade: _Optional[str] = ..., annual_rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., purpose: _Optional[_Union[_application_pb2.Purpose, str]] = ..., term_months: _Optional[int] = ...) -> None: ...

class FunderPosition(_message.Message):
    __slots__ = ("funder", "credit_limit", "drawn", "undrawn")
    FUNDER_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    funder: str
    credit_limit: _money_pb2.Money
    drawn: _money_pb2.Money
    undrawn: _money_pb2.Money
    def __init__(self, funder: _Optional[str] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., drawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., undrawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class ConfirmDrawdownRequest(_message.Message):
    __slots__ = ("request_id", "facility", "amount")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    facility: str
    amount: _money_pb2.Money
    def __init__(self, request_id: _Optional[str] = ..., facility: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class ReleaseReservationRequest(_message.Message):
    __slots__ = ("request_id", "facility")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    facility: str
    def __init__(self, request_id: _Optional[str] = ..., facility: _Optional[str] = ...) -> None: ...

class RecordRepaymentRequest(_message.Message):
    __slots__ = ("request_id", "facility", "principal")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    facility: str
    principal: _money_pb2.Money
    def __init__(self, request_id: _Optional[str] = ..., facility: _Optional[str] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class GetFacilityRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetExposureRequest(_message.Message):
    __slots__ = ("subject_id", "currency")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    currency: str
    def __init__(self, subject_id: _Optional[str] = ..., currency: _Optional[str] = ...) -> None: ...

class Exposure(_message.Message):
    __slots__ = ("subject_id", "total", "reserved", "drawn", "undrawn", "positions", "lenders_12m", "other_currencies")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    LENDERS_12M_FIELD_NUMBER: _ClassVar[int]
    OTHER_CURRENCIES_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    total: _money_pb2.Money
    reserved: _money_pb2.Money
    drawn: _money_pb2.Money
    undrawn: _money_pb2.Money
    positions: _containers.RepeatedCompositeFieldContainer[LenderExposure]
    lenders_12m: int
    other_currencies: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, subject_id: _Optional[str] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reserved: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., drawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., undrawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., positions: _Optional[_Iterable[_Union[LenderExposure, _Mapping]]] = ..., lenders_12m: _Optional[int] = ..., other_currencies: _Optional[_Iterable[str]] = ...) -> None: ...

class LenderExposure(_message.Message):
    __slots__ = ("lender", "product", "total", "reserved", "drawn", "undrawn")
    LENDER_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    lender: str
    product: str
    total: _money_pb2.Money
    reserved: _money_pb2.Money
    drawn: _money_pb2.Money
    undrawn: _money_pb2.Money
    def __init__(self, lender: _Optional[str] = ..., product: _Optional[str] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reserved: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., drawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., undrawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

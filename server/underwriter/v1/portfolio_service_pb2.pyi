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

class LendingDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LENDING_DIMENSION_UNSPECIFIED: _ClassVar[LendingDimension]
    LENDING_DIMENSION_PRODUCT: _ClassVar[LendingDimension]
    LENDING_DIMENSION_PURPOSE: _ClassVar[LendingDimension]
    LENDING_DIMENSION_TERM_BAND: _ClassVar[LendingDimension]
    LENDING_DIMENSION_USER_GROUP: _ClassVar[LendingDimension]
    LENDING_DIMENSION_FUNDER: _ClassVar[LendingDimension]
    LENDING_DIMENSION_GRADE: _ClassVar[LendingDimension]
LENDING_DIMENSION_UNSPECIFIED: LendingDimension
LENDING_DIMENSION_PRODUCT: LendingDimension
LENDING_DIMENSION_PURPOSE: LendingDimension
LENDING_DIMENSION_TERM_BAND: LendingDimension
LENDING_DIMENSION_USER_GROUP: LendingDimension
LENDING_DIMENSION_FUNDER: LendingDimension
LENDING_DIMENSION_GRADE: LendingDimension

class SummarizeLendingRequest(_message.Message):
    __slots__ = ("group_by", "product", "start_time", "end_time")
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    group_by: _containers.RepeatedScalarFieldContainer[LendingDimension]
    product: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, group_by: _Optional[_Iterable[_Union[LendingDimension, str]]] = ..., product: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SummarizeLendingResponse(_message.Message):
    __slots__ = ("totals", "log_size", "summarize_time")
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    LOG_SIZE_FIELD_NUMBER: _ClassVar[int]
    SUMMARIZE_TIME_FIELD_NUMBER: _ClassVar[int]
    totals: _containers.RepeatedCompositeFieldContainer[LendingTotal]
    log_size: int
    summarize_time: _timestamp_pb2.Timestamp
    def __init__(self, totals: _Optional[_Iterable[_Union[LendingTotal, _Mapping]]] = ..., log_size: _Optional[int] = ..., summarize_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LendingTotal(_message.Message):
    __slots__ = ("product", "purpose", "term_band", "user_group", "funder", "grade", "approved_count", "reserved_count", "open_count", "credit_limit", "reserved", "drawn", "undrawn", "average_annual_rate", "expected_loss")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TERM_BAND_FIELD_NUMBER: _ClassVar[int]
    USER_GROUP_FIELD_NUMBER: _ClassVar[int]
    FUNDER_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    APPROVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    RESERVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    OPEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_ANNUAL_RATE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_LOSS_FIELD_NUMBER: _ClassVar[int]
    product: str
    purpose: _application_pb2.Purpose
    term_band: str
    user_group: str
    funder: str
    grade: str
    approved_count: int
    reserved_count: int
    open_count: int
    credit_limit: _money_pb2.Money
    reserved: _money_pb2.Money
    drawn: _money_pb2.Money
    undrawn: _money_pb2.Money
    average_annual_rate: _decimal_pb2.Decimal
    expected_loss: _money_pb2.Money
    def __init__(self, product: _Optional[str] = ..., purpose: _Optional[_Union[_application_pb2.Purpose, str]] = ..., term_band: _Optional[str] = ..., user_group: _Optional[str] = ..., funder: _Optional[str] = ..., grade: _Optional[str] = ..., approved_count: _Optional[int] = ..., reserved_count: _Optional[int] = ..., open_count: _Optional[int] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reserved: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., drawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., undrawn: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., average_annual_rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., expected_loss: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class SummarizeWarningsRequest(_message.Message):
    __slots__ = ("start_time",)
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SummarizeWarningsResponse(_message.Message):
    __slots__ = ("totals", "moves", "summarize_time")
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    SUMMARIZE_TIME_FIELD_NUMBER: _ClassVar[int]
    totals: _containers.RepeatedCompositeFieldContainer[WarningTotal]
    moves: _containers.RepeatedCompositeFieldContainer[WarningMoves]
    summarize_time: _timestamp_pb2.Timestamp
    def __init__(self, totals: _Optional[_Iterable[_Union[WarningTotal, _Mapping]]] = ..., moves: _Optional[_Iterable[_Union[WarningMoves, _Mapping]]] = ..., summarize_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WarningTotal(_message.Message):
    __slots__ = ("grade", "account_count", "drawn", "undrawn")
    GRADE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_COUNT_FIELD_NUMBER: _ClassVar[int]
    DRAWN_FIELD_NUMBER: _ClassVar[int]
    UNDRAWN_FIELD_NUMBER: _ClassVar[int]
    grade: str
    account_count: int
    drawn: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    undrawn: _containers.RepeatedCompositeFieldContainer[_money_pb2.Money]
    def __init__(self, grade: _Optional[str] = ..., account_count: _Optional[int] = ..., drawn: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ..., undrawn: _Optional[_Iterable[_Union[_money_pb2.Money, _Mapping]]] = ...) -> None: ...

class WarningMoves(_message.Message):
    __slots__ = ("from_grade", "to_grade", "count")
    FROM_GRADE_FIELD_NUMBER: _ClassVar[int]
    TO_GRADE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    from_grade: str
    to_grade: str
    count: int
    def __init__(self, from_grade: _Optional[str] = ..., to_grade: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import money_pb2 as _money_pb2
from underwriter.v1 import constraints_pb2 as _constraints_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccountEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_EVENT_KIND_UNSPECIFIED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_LOGIN_SUCCEEDED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_LOGIN_FAILED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_DEVICE_CHANGED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_DEVICE_REMOVED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_PASSWORD_RESET: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_CREDENTIAL_CHANGED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_VERIFICATION_PASSED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_VERIFICATION_FAILED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_APPLICATION_SUBMITTED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_DRAWDOWN: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_REPAYMENT: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_REPAYMENT_MISSED: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_CREDIT_INQUIRY: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_TURNOVER_REPORT: _ClassVar[AccountEventKind]
    ACCOUNT_EVENT_KIND_MANUAL_ACTION: _ClassVar[AccountEventKind]

class CredentialKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDENTIAL_KIND_UNSPECIFIED: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_PASSWORD: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_PHONE: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_EMAIL: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_PAYMENT_CODE: _ClassVar[CredentialKind]
ACCOUNT_EVENT_KIND_UNSPECIFIED: AccountEventKind
ACCOUNT_EVENT_KIND_LOGIN_SUCCEEDED: AccountEventKind
ACCOUNT_EVENT_KIND_LOGIN_FAILED: AccountEventKind
ACCOUNT_EVENT_KIND_DEVICE_CHANGED: AccountEventKind
ACCOUNT_EVENT_KIND_DEVICE_REMOVED: AccountEventKind
ACCOUNT_EVENT_KIND_PASSWORD_RESET: AccountEventKind
ACCOUNT_EVENT_KIND_CREDENTIAL_CHANGED: AccountEventKind
ACCOUNT_EVENT_KIND_VERIFICATION_PASSED: AccountEventKind
ACCOUNT_EVENT_KIND_VERIFICATION_FAILED: AccountEventKind
ACCOUNT_EVENT_KIND_APPLICATION_SUBMITTED: AccountEventKind
ACCOUNT_EVENT_KIND_DRAWDOWN: AccountEventKind
ACCOUNT_EVENT_KIND_REPAYMENT: AccountEventKind
ACCOUNT_EVENT_KIND_REPAYMENT_MISSED: AccountEventKind
ACCOUNT_EVENT_KIND_CREDIT_INQUIRY: AccountEventKind
ACCOUNT_EVENT_KIND_TURNOVER_REPORT: AccountEventKind
ACCOUNT_EVENT_KIND_MANUAL_ACTION: AccountEventKind
CREDENTIAL_KIND_UNSPECIFIED: CredentialKind
CREDENTIAL_KIND_PASSWORD: CredentialKind
CREDENTIAL_KIND_PHONE: CredentialKind
CREDENTIAL_KIND_EMAIL: CredentialKind
CREDENTIAL_KIND_PAYMENT_CODE: CredentialKind

class AccountEvent(_message.Message):
    __slots__ = ("event_id", "subject_id", "event_time", "device_id", "login", "device", "credential", "verification", "application", "drawdown", "repayment", "missed_repayment", "inquiry", "turnover_report", "manual_action")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    DRAWDOWN_FIELD_NUMBER: _ClassVar[int]
    REPAYMENT_FIELD_NUMBER: _ClassVar[int]
    MISSED_REPAYMENT_FIELD_NUMBER: _ClassVar[int]
    INQUIRY_FIELD_NUMBER: _ClassVar[int]
    TURNOVER_REPORT_FIELD_NUMBER: _ClassVar[int]
    MANUAL_ACTION_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    subject_id: str
    event_time: _timestamp_pb2.Timestamp
    device_id: str
    login: LoginDetail
    device: DeviceDetail
    credential: CredentialDetail
    verification: VerificationDetail
    application: ApplicationDetail
    drawdown: DrawdownDetail
    repayment: RepaymentDetail
    missed_repayment: MissedRepaymentDetail
    inquiry: InquiryDetail
    turnover_report: TurnoverReportDetail
    manual_action: ManualActionDetail
    def __init__(self, event_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., device_id: _Optional[str] = ..., login: _Optional[_Union[LoginDetail, _Mapping]] = ..., device: _Optional[_Union[DeviceDetail, _Mapping]] = ..., credential: _Optional[_Union[CredentialDetail, _Mapping]] = ..., verification: _Optional[_Union[VerificationDetail, _Mapping]] = ..., application: _Optional[_Union[ApplicationDetail, _Mapping]] = ..., drawdown: _Optional[_Union[DrawdownDetail, _Mapping]] = ..., repayment: _Optional[_Union[RepaymentDetail, _Mapping]] = ..., missed_repayment: _Optional[_Union[MissedRepaymentDetail, _Mapping]] = ..., inquiry: _Optional[_Union[InquiryDetail, _Mapping]] = ..., turnover_report: _Optional[_Union[TurnoverReportDetail, _Mapping]] = ..., manual_action: _Optional[_Union[ManualActionDetail, _Mapping]] = ...) -> None: ...

class LoginDetail(_message.Message):
    __slots__ = ("succeeded", "usual_location")
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    USUAL_LOCATION_FIELD_NUMBER: _ClassVar[int]
    succeeded: bool
    usual_location: bool
    def __init__(self, succeeded: _Optional[bool] = ..., usual_location: _Optional[bool] = ...) -> None: ...

class DeviceDetail(_message.Message):
    __slots__ = ("removed", "tampered")
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    TAMPERED_FIELD_NUMBER: _ClassVar[int]
    removed: bool
    tampered: bool
    def __init__(self, removed: _Optional[bool] = ..., tampered: _Optional[bool] = ...) -> None: ...

class CredentialDetail(_message.Message):
    __slots__ = ("credential",)
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    credential: CredentialKind
    def __init__(self, credential: _Optional[_Union[CredentialKind, str]] = ...) -> None: ...

class VerificationDetail(_message.Message):
    __slots__ = ("passed", "method")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    method: str
    def __init__(self, passed: _Optional[bool] = ..., method: _Optional[str] = ...) -> None: ...

class ApplicationDetail(_message.Message):
    __slots__ = ("product", "amount")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    product: str
    amount: _money_pb2.Money
    def __init__(self, product: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class DrawdownDetail(_message.Message):
    __slots__ = ("facility", "amount", "outstanding", "credit_limit")
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    facility: str
    amount: _money_pb2.Money
    outstanding: _money_pb2.Money
    credit_limit: _money_pb2.Money
    def __init__(self, facility: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., outstanding: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class RepaymentDetail(_message.Message):
    __slots__ = ("facility", "amount", "due_date", "days_late", "instalment_number", "outstanding", "credit_limit")
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATE_FIELD_NUMBER: _ClassVar[int]
    INSTALMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    facility: str
    amount: _money_pb2.Money
    due_date: _date_pb2.Date
    days_late: int
    instalment_number: int
    outstanding: _money_pb2.Money
    credit_limit: _money_pb2.Money
    def __init__(self, facility: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., due_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., days_late: _Optional[int] = ..., instalment_number: _Optional[int] = ..., outstanding: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class MissedRepaymentDetail(_message.Message):
    __slots__ = ("facility", "amount", "due_date", "days_late", "instalment_number")
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATE_FIELD_NUMBER: _ClassVar[int]
    INSTALMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    facility: str
    amount: _money_pb2.Money
    due_date: _date_pb2.Date
    days_late: int
    instalment_number: int
    def __init__(self, facility: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., due_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., days_late: _Optional[int] = ..., instalment_number: _Optional[int] = ...) -> None: ...

class InquiryDetail(_message.Message):
    __slots__ = ("lender",)
    LENDER_FIELD_NUMBER: _ClassVar[int]
    lender: str
    def __init__(self, lender: _Optional[str] = ...) -> None: ...

class TurnoverReportDetail(_message.Message):
    __slots__ = ("turnover", "previous_turnover", "period_end")
    TURNOVER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_TURNOVER_FIELD_NUMBER: _ClassVar[int]
    PERIOD_END_FIELD_NUMBER: _ClassVar[int]
    turnover: _money_pb2.Money
    previous_turnover: _money_pb2.Money
    period_end: _date_pb2.Date
    def __init__(self, turnover: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., previous_turnover: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., period_end: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ManualActionDetail(_message.Message):
    __slots__ = ("action", "actor", "note", "alert")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ALERT_FIELD_NUMBER: _ClassVar[int]
    action: str
    actor: str
    note: str
    alert: str
    def __init__(self, action: _Optional[str] = ..., actor: _Optional[str] = ..., note: _Optional[str] = ..., alert: _Optional[str] = ...) -> None: ...

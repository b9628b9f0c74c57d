import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import decimal_pb2 as _decimal_pb2
from google.type import money_pb2 as _money_pb2
from underwriter.v1 import constraints_pb2 as _constraints_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Occupation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OCCUPATION_UNSPECIFIED: _ClassVar[Occupation]
    OCCUPATION_EMPLOYED: _ClassVar[Occupation]
    OCCUPATION_SELF_EMPLOYED: _ClassVar[Occupation]
    OCCUPATION_FARMER: _ClassVar[Occupation]
    OCCUPATION_STUDENT: _ClassVar[Occupation]
    OCCUPATION_RETIRED: _ClassVar[Occupation]
    OCCUPATION_UNEMPLOYED: _ClassVar[Occupation]
    OCCUPATION_OTHER: _ClassVar[Occupation]

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_UNSPECIFIED: _ClassVar[Purpose]
    PURPOSE_CONSUMPTION: _ClassVar[Purpose]
    PURPOSE_PURCHASE: _ClassVar[Purpose]
    PURPOSE_EDUCATION: _ClassVar[Purpose]
    PURPOSE_MEDICAL: _ClassVar[Purpose]
    PURPOSE_HOME_IMPROVEMENT: _ClassVar[Purpose]
    PURPOSE_TRAVEL: _ClassVar[Purpose]
    PURPOSE_WORKING_CAPITAL: _ClassVar[Purpose]
    PURPOSE_EQUIPMENT: _ClassVar[Purpose]
    PURPOSE_INVENTORY: _ClassVar[Purpose]
    PURPOSE_FARM_INPUTS: _ClassVar[Purpose]
    PURPOSE_RESEARCH_AND_DEVELOPMENT: _ClassVar[Purpose]
    PURPOSE_REFINANCING: _ClassVar[Purpose]
    PURPOSE_PROPERTY: _ClassVar[Purpose]
    PURPOSE_INVESTMENT: _ClassVar[Purpose]
    PURPOSE_GAMBLING: _ClassVar[Purpose]
    PURPOSE_OTHER: _ClassVar[Purpose]

class RepaymentMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPAYMENT_METHOD_UNSPECIFIED: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_ANNUITY: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_EQUAL_PRINCIPAL: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_INTEREST_ONLY: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_SINGLE_REPAYMENT: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_FLAT_FEE: _ClassVar[RepaymentMethod]

class CreditKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDIT_KIND_UNSPECIFIED: _ClassVar[CreditKind]
    CREDIT_KIND_MORTGAGE: _ClassVar[CreditKind]
    CREDIT_KIND_VEHICLE: _ClassVar[CreditKind]
    CREDIT_KIND_CARD: _ClassVar[CreditKind]
    CREDIT_KIND_CONSUMER: _ClassVar[CreditKind]
    CREDIT_KIND_PAY_LATER: _ClassVar[CreditKind]
    CREDIT_KIND_BUSINESS: _ClassVar[CreditKind]
    CREDIT_KIND_OTHER: _ClassVar[CreditKind]

class StatementStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_STATUS_UNSPECIFIED: _ClassVar[StatementStatus]
    STATEMENT_STATUS_NO_USE: _ClassVar[StatementStatus]
    STATEMENT_STATUS_PAID_IN_FULL: _ClassVar[StatementStatus]
    STATEMENT_STATUS_REVOLVING: _ClassVar[StatementStatus]
    STATEMENT_STATUS_LATE: _ClassVar[StatementStatus]

class Industry(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INDUSTRY_UNSPECIFIED: _ClassVar[Industry]
    INDUSTRY_MANUFACTURING: _ClassVar[Industry]
    INDUSTRY_TECHNOLOGY: _ClassVar[Industry]
    INDUSTRY_RETAIL: _ClassVar[Industry]
    INDUSTRY_CATERING: _ClassVar[Industry]
    INDUSTRY_FARMING: _ClassVar[Industry]
    INDUSTRY_WHOLESALE: _ClassVar[Industry]
    INDUSTRY_TRANSPORT: _ClassVar[Industry]
    INDUSTRY_CONSTRUCTION: _ClassVar[Industry]
    INDUSTRY_SERVICES: _ClassVar[Industry]
    INDUSTRY_OTHER: _ClassVar[Industry]
OCCUPATION_UNSPECIFIED: Occupation
OCCUPATION_EMPLOYED: Occupation
OCCUPATION_SELF_EMPLOYED: Occupation
OCCUPATION_FARMER: Occupation
OCCUPATION_STUDENT: Occupation
OCCUPATION_RETIRED: Occupation
OCCUPATION_UNEMPLOYED: Occupation
OCCUPATION_OTHER: Occupation
PURPOSE_UNSPECIFIED: Purpose
PURPOSE_CONSUMPTION: Purpose
PURPOSE_PURCHASE: Purpose
PURPOSE_EDUCATION: Purpose
PURPOSE_MEDICAL: Purpose
PURPOSE_HOME_IMPROVEMENT: Purpose
PURPOSE_TRAVEL: Purpose
PURPOSE_WORKING_CAPITAL: Purpose
PURPOSE_EQUIPMENT: Purpose
PURPOSE_INVENTORY: Purpose
PURPOSE_FARM_INPUTS: Purpose
PURPOSE_RESEARCH_AND_DEVELOPMENT: Purpose
PURPOSE_REFINANCING: Purpose
PURPOSE_PROPERTY: Purpose
PURPOSE_INVESTMENT: Purpose
PURPOSE_GAMBLING: Purpose
PURPOSE_OTHER: Purpose
REPAYMENT_METHOD_UNSPECIFIED: RepaymentMethod
REPAYMENT_METHOD_ANNUITY: RepaymentMethod
REPAYMENT_METHOD_EQUAL_PRINCIPAL: RepaymentMethod
REPAYMENT_METHOD_INTEREST_ONLY: RepaymentMethod
REPAYMENT_METHOD_SINGLE_REPAYMENT: RepaymentMethod
REPAYMENT_METHOD_FLAT_FEE: RepaymentMethod
CREDIT_KIND_UNSPECIFIED: CreditKind
CREDIT_KIND_MORTGAGE: CreditKind
CREDIT_KIND_VEHICLE: CreditKind
CREDIT_KIND_CARD: CreditKind
CREDIT_KIND_CONSUMER: CreditKind
CREDIT_KIND_PAY_LATER: CreditKind
CREDIT_KIND_BUSINESS: CreditKind
CREDIT_KIND_OTHER: CreditKind
STATEMENT_STATUS_UNSPECIFIED: StatementStatus
STATEMENT_STATUS_NO_USE: StatementStatus
STATEMENT_STATUS_PAID_IN_FULL: StatementStatus
STATEMENT_STATUS_REVOLVING: StatementStatus
STATEMENT_STATUS_LATE: StatementStatus
INDUSTRY_UNSPECIFIED: Industry
INDUSTRY_MANUFACTURING: Industry
INDUSTRY_TECHNOLOGY: Industry
INDUSTRY_RETAIL: Industry
INDUSTRY_CATERING: Industry
INDUSTRY_FARMING: Industry
INDUSTRY_WHOLESALE: Industry
INDUSTRY_TRANSPORT: Industry
INDUSTRY_CONSTRUCTION: Industry
INDUSTRY_SERVICES: Industry
INDUSTRY_OTHER: Industry

class Application(_message.Message):
    __slots__ = ("applicant", "request", "bureau", "behaviour", "business", "device", "consent", "receivables", "farm_season", "research_project", "guarantors", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: AttributeValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[AttributeValue, _Mapping]] = ...) -> None: ...
    APPLICANT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    BUREAU_FIELD_NUMBER: _ClassVar[int]
    BEHAVIOUR_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    RECEIVABLES_FIELD_NUMBER: _ClassVar[int]
    FARM_SEASON_FIELD_NUMBER: _ClassVar[int]
    RESEARCH_PROJECT_FIELD_NUMBER: _ClassVar[int]
    GUARANTORS_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    applicant: Applicant
    request: LoanRequest
    bureau: BureauReport
    behaviour: PlatformBehaviour
    business: Business
    device: Device
    consent: Consent
    receivables: _containers.RepeatedCompositeFieldContainer[Receivable]
    farm_season: FarmSeason
    research_project: ResearchProject
    guarantors: _containers.RepeatedCompositeFieldContainer[Guarantor]
    attributes: _containers.MessageMap[str, AttributeValue]
    def __init__(self, applicant: _Optional[_Union[Applicant, _Mapping]] = ..., request: _Optional[_Union[LoanRequest, _Mapping]] = ..., bureau: _Optional[_Union[BureauReport, _Mapping]] = ..., behaviour: _Optional[_Union[PlatformBehaviour, _Mapping]] = ..., business: _Optional[_Union[Business, _Mapping]] = ..., device: _Optional[_Union[Device, _Mapping]] = ..., consent: _Optional[_Union[Consent, _Mapping]] = ..., receivables: _Optional[_Iterable[_Union[Receivable, _Mapping]]] = ..., farm_season: _Optional[_Union[FarmSeason, _Mapping]] = ..., research_project: _Optional[_Union[ResearchProject, _Mapping]] = ..., guarantors: _Optional[_Iterable[_Union[Guarantor, _Mapping]]] = ..., attributes: _Optional[_Mapping[str, AttributeValue]] = ...) -> None: ...

class Applicant(_message.Message):
    __slots__ = ("subject_id", "age", "identity_verified", "sanctioned", "under_court_enforcement", "occupation", "monthly_income", "income_verified", "monthly_housing_cost", "monthly_expenses", "dependants", "employment_months", "residence_country", "phone_months")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_VERIFIED_FIELD_NUMBER: _ClassVar[int]
    SANCTIONED_FIELD_NUMBER: _ClassVar[int]
    UNDER_COURT_ENFORCEMENT_FIELD_NUMBER: _ClassVar[int]
    OCCUPATION_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    INCOME_VERIFIED_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_HOUSING_COST_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_EXPENSES_FIELD_NUMBER: _ClassVar[int]
    DEPENDANTS_FIELD_NUMBER: _ClassVar[int]
    EMPLOYMENT_MONTHS_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_COUNTRY_FIELD_NUMBER: _ClassVar[int]
    PHONE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    age: int
    identity_verified: bool
    sanctioned: bool
    under_court_enforcement: bool
    occupation: Occupation
    monthly_income: _money_pb2.Money
    income_verified: bool
    monthly_housing_cost: _money_pb2.Money
    monthly_expenses: _money_pb2.Money
    dependants: int
    employment_months: int
    residence_country: str
    phone_months: int
    def __init__(self, subject_id: _Optional[str] = ..., age: _Optional[int] = ..., identity_verified: _Optional[bool] = ..., sanctioned: _Optional[bool] = ..., under_court_enforcement: _Optional[bool] = ..., occupation: _Optional[_Union[Occupation, str]] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., income_verified: _Optional[bool] = ..., monthly_housing_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_expenses: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., dependants: _Optional[int] = ..., employment_months: _Optional[int] = ..., residence_country: _Optional[str] = ..., phone_months: _Optional[int] = ...) -> None: ...

class LoanRequest(_message.Message):
    __slots__ = ("amount", "term_months", "purpose", "repayment_method", "merchant_id", "merchant_category_code", "down_payment", "channel")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TERM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REPAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_CATEGORY_CODE_FIELD_NUMBER: _ClassVar[int]
    DOWN_PAYMENT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    amount: _money_pb2.Money
    term_months: int
    purpose: Purpose
    repayment_method: RepaymentMethod
    merchant_id: str
    merchant_category_code: str
    down_payment: _money_pb2.Money
    channel: str
    def __init__(self, amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., term_months: _Optional[int] = ..., purpose: _Optional[_Union[Purpose, str]] = ..., repayment_method: _Optional[_Union[RepaymentMethod, str]] = ..., merchant_id: _Optional[str] = ..., merchant_category_code: _Optional[str] = ..., down_payment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., channel: _Optional[str] = ...) -> None: ...

class BureauReport(_message.Message):
    __slots__ = ("found", "report_date", "inquiries_7d", "inquiries_3m", "inquiries_12m", "loans", "worst_days_past_due_24m", "oldest_account_months", "written_off", "guaranteed_balance")
    FOUND_FIELD_NUMBER: _ClassVar[int]
    REPORT_DATE_FIELD_NUMBER: _ClassVar[int]
    INQUIRIES_7D_FIELD_NUMBER: _ClassVar[int]
    INQUIRIES_3M_FIELD_NUMBER: _ClassVar[int]
    INQUIRIES_12M_FIELD_NUMBER: _ClassVar[int]
    LOANS_FIELD_NUMBER: _ClassVar[int]
    WORST_DAYS_PAST_DUE_24M_FIELD_NUMBER: _ClassVar[int]
    OLDEST_ACCOUNT_MONTHS_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_OFF_FIELD_NUMBER: _ClassVar[int]
    GUARANTEED_BALANCE_FIELD_NUMBER: _ClassVar[int]
    found: bool
    report_date: _date_pb2.Date
    inquiries_7d: int
    inquiries_3m: int
    inquiries_12m: int
    loans: _containers.RepeatedCompositeFieldContainer[BureauLoan]
    worst_days_past_due_24m: int
    oldest_account_months: int
    written_off: bool
    guaranteed_balance: _money_pb2.Money
    def __init__(self, found: _Optional[bool] = ..., report_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., inquiries_7d: _Optional[int] = ..., inquiries_3m: _Optional[int] = ..., inquiries_12m: _Optional[int] = ..., loans: _Optional[_Iterable[_Union[BureauLoan, _Mapping]]] = ..., worst_days_past_due_24m: _Optional[int] = ..., oldest_account_months: _Optional[int] = ..., written_off: _Optional[bool] = ..., guaranteed_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class BureauLoan(_message.Message):
    __slots__ = ("lender", "kind", "balance", "credit_limit", "monthly_payment", "days_past_due", "opened")
    LENDER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_PAYMENT_FIELD_NUMBER: _ClassVar[int]
    DAYS_PAST_DUE_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    lender: str
    kind: CreditKind
    balance: _money_pb2.Money
    credit_limit: _money_pb2.Money
    monthly_payment: _money_pb2.Money
    days_past_due: int
    opened: _date_pb2.Date
    def __init__(self, lender: _Optional[str] = ..., kind: _Optional[_Union[CreditKind, str]] = ..., balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_payment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_past_due: _Optional[int] = ..., opened: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class PlatformBehaviour(_message.Message):
    __slots__ = ("member_months", "credit_limit", "statements", "monthly_spending", "savings_balance", "bills_on_time_share", "on_time_months", "disputes_3m", "returns_share")
    MEMBER_MONTHS_FIELD_NUMBER: _ClassVar[int]
    CREDIT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_SPENDING_FIELD_NUMBER: _ClassVar[int]
    SAVINGS_BALANCE_FIELD_NUMBER: _ClassVar[int]
    BILLS_ON_TIME_SHARE_FIELD_NUMBER: _ClassVar[int]
    ON_TIME_MONTHS_FIELD_NUMBER: _ClassVar[int]
    DISPUTES_3M_FIELD_NUMBER: _ClassVar[int]
    RETURNS_SHARE_FIELD_NUMBER: _ClassVar[int]
    member_months: int
    credit_limit: _money_pb2.Money
    statements: _containers.RepeatedCompositeFieldContainer[Statement]
    monthly_spending: _money_pb2.Money
    savings_balance: _money_pb2.Money
    bills_on_time_share: float
    on_time_months: int
    disputes_3m: int
    returns_share: float
    def __init__(self, member_months: _Optional[int] = ..., credit_limit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., statements: _Optional[_Iterable[_Union[Statement, _Mapping]]] = ..., monthly_spending: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., savings_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., bills_on_time_share: _Optional[float] = ..., on_time_months: _Optional[int] = ..., disputes_3m: _Optional[int] = ..., returns_share: _Optional[float] = ...) -> None: ...

class Statement(_message.Message):
    __slots__ = ("statement_date", "billed", "paid", "days_late", "status")
    STATEMENT_DATE_FIELD_NUMBER: _ClassVar[int]
    BILLED_FIELD_NUMBER: _ClassVar[int]
    PAID_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    statement_date: _date_pb2.Date
    billed: _money_pb2.Money
    paid: _money_pb2.Money
    days_late: int
    status: StatementStatus
    def __init__(self, statement_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., billed: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_late: _Optional[int] = ..., status: _Optional[_Union[StatementStatus, str]] = ...) -> None: ...

class Business(_message.Message):
    __slots__ = ("industry", "registered_months", "platform_months", "employees", "annual_revenue", "revenue_growth", "receivables_turnover", "inventory_turnover", "research_share", "leverage", "operating_cash_flow", "financial_statements", "trading", "adverse_public_record", "tax_grade", "patents")
    INDUSTRY_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_MONTHS_FIELD_NUMBER: _ClassVar[int]
    EMPLOYEES_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_REVENUE_FIELD_NUMBER: _ClassVar[int]
    REVENUE_GROWTH_FIELD_NUMBER: _ClassVar[int]
    RECEIVABLES_TURNOVER_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_TURNOVER_FIELD_NUMBER: _ClassVar[int]
    RESEARCH_SHARE_FIELD_NUMBER: _ClassVar[int]
    LEVERAGE_FIELD_NUMBER: _ClassVar[int]
    OPERATING_CASH_FLOW_FIELD_NUMBER: _ClassVar[int]
    FINANCIAL_STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    TRADING_FIELD_NUMBER: _ClassVar[int]
    ADVERSE_PUBLIC_RECORD_FIELD_NUMBER: _ClassVar[int]
    TAX_GRADE_FIELD_NUMBER: _ClassVar[int]
    PATENTS_FIELD_NUMBER: _ClassVar[int]
    industry: Industry
    registered_months: int
    platform_months: int
    employees: int
    annual_revenue: _money_pb2.Money
    revenue_growth: float
    receivables_turnover: float
    inventory_turnover: float
    research_share: float
    leverage: float
    operating_cash_flow: _money_pb2.Money
    financial_statements: _containers.RepeatedCompositeFieldContainer[FinancialStatement]
    trading: _containers.RepeatedCompositeFieldContainer[TradingMonth]
    adverse_public_record: bool
    tax_grade: str
    patents: int
    def __init__(self, industry: _Optional[_Union[Industry, str]] = ..., registered_months: _Optional[int] = ..., platform_months: _Optional[int] = ..., employees: _Optional[int] = ..., annual_revenue: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., revenue_growth: _Optional[float] = ..., receivables_turnover: _Optional[float] = ..., inventory_turnover: _Optional[float] = ..., research_share: _Optional[float] = ..., leverage: _Optional[float] = ..., operating_cash_flow: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., financial_statements: _Optional[_Iterable[_Union[FinancialStatement, _Mapping]]] = ..., trading: _Optional[_Iterable[_Union[TradingMonth, _Mapping]]] = ..., adverse_public_record: _Optional[bool] = ..., tax_grade: _Optional[str] = ..., patents: _Optional[int] = ...) -> None: ...

class FinancialStatement(_message.Message):
    __slots__ = ("period_end", "sales", "cost_of_sales", "operating_profit", "net_profit", "depreciation", "interest_expense", "total_assets", "current_assets", "inventory", "receivables", "cash", "total_liabilities", "current_liabilities", "equity", "retained_earnings", "research_expense")
    PERIOD_END_FIELD_NUMBER: _ClassVar[int]
    SALES_FIELD_NUMBER: _ClassVar[int]
    COST_OF_SALES_FIELD_NUMBER: _ClassVar[int]
    OPERATING_PROFIT_FIELD_NUMBER: _ClassVar[int]
    NET_PROFIT_FIELD_NUMBER: _ClassVar[int]
    DEPRECIATION_FIELD_NUMBER: _ClassVar[int]
    INTEREST_EXPENSE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_ASSETS_FIELD_NUMBER: _ClassVar[int]
    CURRENT_ASSETS_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_FIELD_NUMBER: _ClassVar[int]
    RECEIVABLES_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    TOTAL_LIABILITIES_FIELD_NUMBER: _ClassVar[int]
    CURRENT_LIABILITIES_FIELD_NUMBER: _ClassVar[int]
    EQUITY_FIELD_NUMBER: _ClassVar[int]
    RETAINED_EARNINGS_FIELD_NUMBER: _ClassVar[int]
    RESEARCH_EXPENSE_FIELD_NUMBER: _ClassVar[int]
    period_end: _date_pb2.Date
    sales: _money_pb2.Money
    cost_of_sales: _money_pb2.Money
    operating_profit: _money_pb2.Money
    net_profit: _money_pb2.Money
    depreciation: _money_pb2.Money
    interest_expense: _money_pb2.Money
    total_assets: _money_pb2.Money
    current_assets: _money_pb2.Money
    inventory: _money_pb2.Money
    receivables: _money_pb2.Money
    cash: _money_pb2.Money
    total_liabilities: _money_pb2.Money
    current_liabilities: _money_pb2.Money
    equity: _money_pb2.Money
    retained_earnings: _money_pb2.Money
    research_expense: _money_pb2.Money
    def __init__(self, period_end: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., sales: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., cost_of_sales: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., operating_profit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., net_profit: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., depreciation: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest_expense: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_assets: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., current_assets: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., inventory: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., receivables: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., cash: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_liabilities: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., current_liabilities: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., equity: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., retained_earnings: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., research_expense: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class TradingMonth(_message.Message):
    __slots__ = ("month", "inflow", "outflow", "refunds", "orders", "buyers")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    INFLOW_FIELD_NUMBER: _ClassVar[int]
    OUTFLOW_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    BUYERS_FIELD_NUMBER: _ClassVar[int]
    month: _date_pb2.Date
    inflow: _money_pb2.Money
    outflow: _money_pb2.Money
    refunds: _money_pb2.Money
    orders: int
    buyers: int
    def __init__(self, month: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., inflow: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., outflow: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refunds: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., orders: _Optional[int] = ..., buyers: _Optional[int] = ...) -> None: ...

class Device(_message.Message):
    __slots__ = ("device_id", "known_days", "tampered", "anonymised", "applicants_30d", "usual_location")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    KNOWN_DAYS_FIELD_NUMBER: _ClassVar[int]
    TAMPERED_FIELD_NUMBER: _ClassVar[int]
    ANONYMISED_FIELD_NUMBER: _ClassVar[int]
    APPLICANTS_30D_FIELD_NUMBER: _ClassVar[int]
    USUAL_LOCATION_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    known_days: int
    tampered: bool
    anonymised: bool
    applicants_30d: int
    usual_location: bool
    def __init__(self, device_id: _Optional[str] = ..., known_days: _Optional[int] = ..., tampered: _Optional[bool] = ..., anonymised: _Optional[bool] = ..., applicants_30d: _Optional[int] = ..., usual_location: _Optional[bool] = ...) -> None: ...

class Consent(_message.Message):
    __slots__ = ("bureau_inquiry", "data_use", "automated_decision", "consent_time")
    BUREAU_INQUIRY_FIELD_NUMBER: _ClassVar[int]
    DATA_USE_FIELD_NUMBER: _ClassVar[int]
    AUTOMATED_DECISION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TIME_FIELD_NUMBER: _ClassVar[int]
    bureau_inquiry: bool
    data_use: bool
    automated_decision: bool
    consent_time: _timestamp_pb2.Timestamp
    def __init__(self, bureau_inquiry: _Optional[bool] = ..., data_use: _Optional[bool] = ..., automated_decision: _Optional[bool] = ..., consent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Receivable(_message.Message):
    __slots__ = ("anchor_id", "anchor_grade", "amount", "due_date", "confirmed")
    ANCHOR_ID_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_GRADE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    anchor_id: str
    anchor_grade: str
    amount: _money_pb2.Money
    due_date: _date_pb2.Date
    confirmed: bool
    def __init__(self, anchor_id: _Optional[str] = ..., anchor_grade: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., due_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed: _Optional[bool] = ...) -> None: ...

class FarmSeason(_message.Message):
    __slots__ = ("crop", "area", "planting_date", "harvest_date", "expected_revenue", "insured")
    CROP_FIELD_NUMBER: _ClassVar[int]
    AREA_FIELD_NUMBER: _ClassVar[int]
    PLANTING_DATE_FIELD_NUMBER: _ClassVar[int]
    HARVEST_DATE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVENUE_FIELD_NUMBER: _ClassVar[int]
    INSURED_FIELD_NUMBER: _ClassVar[int]
    crop: str
    area: float
    planting_date: _date_pb2.Date
    harvest_date: _date_pb2.Date
    expected_revenue: _money_pb2.Money
    insured: bool
    def __init__(self, crop: _Optional[str] = ..., area: _Optional[float] = ..., planting_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., harvest_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., expected_revenue: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., insured: _Optional[bool] = ...) -> None: ...

class ResearchProject(_message.Message):
    __slots__ = ("budget", "grants", "milestones_planned", "milestones_reached", "months_to_market")
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    MILESTONES_PLANNED_FIELD_NUMBER: _ClassVar[int]
    MILESTONES_REACHED_FIELD_NUMBER: _ClassVar[int]
    MONTHS_TO_MARKET_FIELD_NUMBER: _ClassVar[int]
    budget: _money_pb2.Money
    grants: _money_pb2.Money
    milestones_planned: int
    milestones_reached: int
    months_to_market: int
    def __init__(self, budget: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., grants: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., milestones_planned: _Optional[int] = ..., milestones_reached: _Optional[int] = ..., months_to_market: _Optional[int] = ...) -> None: ...

class Guarantor(_message.Message):
    __slots__ = ("subject_id", "kind", "share", "monthly_income")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    kind: str
    share: float
    monthly_income: _money_pb2.Money
    def __init__(self, subject_id: _Optional[str] = ..., kind: _Optional[str] = ..., share: _Optional[float] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class AttributeValue(_message.Message):
    __slots__ = ("text", "number", "flag", "date", "money", "texts", "numbers")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    FLAG_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    MONEY_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    text: str
    number: _decimal_pb2.Decimal
    flag: bool
    date: _date_pb2.Date
    money: _money_pb2.Money
    texts: TextList
    numbers: NumberList
    def __init__(self, text: _Optional[str] = ..., number: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., flag: _Optional[bool] = ..., date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., money: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., texts: _Optional[_Union[TextList, _Mapping]] = ..., numbers: _Optional[_Union[NumberList, _Mapping]] = ...) -> None: ...

class TextList(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...

class NumberList(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[_decimal_pb2.Decimal]
    def __init__(self, values: _Optional[_Iterable[_Union[_decimal_pb2.Decimal, _Mapping]]] = ...) -> None: ...

import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.type import decimal_pb2 as _decimal_pb2
from underwriter.v1 import constraints_pb2 as _constraints_pb2
from underwriter.v1 import decision_pb2 as _decision_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DiagnosticSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIAGNOSTIC_SEVERITY_UNSPECIFIED: _ClassVar[DiagnosticSeverity]
    DIAGNOSTIC_SEVERITY_ERROR: _ClassVar[DiagnosticSeverity]
    DIAGNOSTIC_SEVERITY_WARNING: _ClassVar[DiagnosticSeverity]

class PolicyChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POLICY_CHANGE_KIND_UNSPECIFIED: _ClassVar[PolicyChangeKind]
    POLICY_CHANGE_KIND_FOLLOWED: _ClassVar[PolicyChangeKind]
    POLICY_CHANGE_KIND_HELD: _ClassVar[PolicyChangeKind]
    POLICY_CHANGE_KIND_PARAMETERS_SET: _ClassVar[PolicyChangeKind]
    POLICY_CHANGE_KIND_ROLLOUT_SET: _ClassVar[PolicyChangeKind]
DIAGNOSTIC_SEVERITY_UNSPECIFIED: DiagnosticSeverity
DIAGNOSTIC_SEVERITY_ERROR: DiagnosticSeverity
DIAGNOSTIC_SEVERITY_WARNING: DiagnosticSeverity
POLICY_CHANGE_KIND_UNSPECIFIED: PolicyChangeKind
POLICY_CHANGE_KIND_FOLLOWED: PolicyChangeKind
POLICY_CHANGE_KIND_HELD: PolicyChangeKind
POLICY_CHANGE_KIND_PARAMETERS_SET: PolicyChangeKind
POLICY_CHANGE_KIND_ROLLOUT_SET: PolicyChangeKind

class Policy(_message.Message):
    __slots__ = ("name", "title", "product", "version", "currency", "parameters", "models", "decisions", "inputs", "files", "load_time", "held", "rollout", "graph_svg", "diagnostics")
    class TitleEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    LOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    GRAPH_SVG_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: _containers.ScalarMap[str, str]
    product: str
    version: str
    currency: str
    parameters: _containers.RepeatedCompositeFieldContainer[Parameter]
    models: _containers.RepeatedCompositeFieldContainer[_decision_pb2.VersionedName]
    decisions: _containers.RepeatedCompositeFieldContainer[DecisionNode]
    inputs: _containers.RepeatedScalarFieldContainer[str]
    files: _containers.RepeatedCompositeFieldContainer[SourceFile]
    load_time: _timestamp_pb2.Timestamp
    held: bool
    rollout: Rollout
    graph_svg: str
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    def __init__(self, name: _Optional[str] = ..., title: _Optional[_Mapping[str, str]] = ..., product: _Optional[str] = ..., version: _Optional[str] = ..., currency: _Optional[str] = ..., parameters: _Optional[_Iterable[_Union[Parameter, _Mapping]]] = ..., models: _Optional[_Iterable[_Union[_decision_pb2.VersionedName, _Mapping]]] = ..., decisions: _Optional[_Iterable[_Union[DecisionNode, _Mapping]]] = ..., inputs: _Optional[_Iterable[str]] = ..., files: _Optional[_Iterable[_Union[SourceFile, _Mapping]]] = ..., load_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., held: _Optional[bool] = ..., rollout: _Optional[_Union[Rollout, _Mapping]] = ..., graph_svg: _Optional[str] = ..., diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ...) -> None: ...

class Rollout(_message.Message):
    __slots__ = ("rollout_id", "challengers", "shadows", "start_time", "end_time")
    ROLLOUT_ID_FIELD_NUMBER: _ClassVar[int]
    CHALLENGERS_FIELD_NUMBER: _ClassVar[int]
    SHADOWS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    rollout_id: str
    challengers: _containers.RepeatedCompositeFieldContainer[Challenger]
    shadows: _containers.RepeatedCompositeFieldContainer[Shadow]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, rollout_id: _Optional[str] = ..., challengers: _Optional[_Iterable[_Union[Challenger, _Mapping]]] = ..., shadows: _Optional[_Iterable[_Union[Shadow, _Mapping]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Challenger(_message.Message):
    __slots__ = ("policy_version", "share")
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    policy_version: str
    share: _decimal_pb2.Decimal
    def __init__(self, policy_version: _Optional[str] = ..., share: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class Shadow(_message.Message):
    __slots__ = ("policy_version",)
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    policy_version: str
    def __init__(self, policy_version: _Optional[str] = ...) -> None: ...

class Parameter(_message.Message):
    __slots__ = ("name", "value", "unit", "history", "title", "override")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    unit: str
    history: _containers.RepeatedCompositeFieldContainer[DatedValue]
    title: str
    override: ParameterOverride
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ..., unit: _Optional[str] = ..., history: _Optional[_Iterable[_Union[DatedValue, _Mapping]]] = ..., title: _Optional[str] = ..., override: _Optional[_Union[ParameterOverride, _Mapping]] = ...) -> None: ...

class ParameterOverride(_message.Message):
    __slots__ = ("file_value", "actor", "reason", "set_time")
    FILE_VALUE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SET_TIME_FIELD_NUMBER: _ClassVar[int]
    file_value: str
    actor: str
    reason: str
    set_time: _timestamp_pb2.Timestamp
    def __init__(self, file_value: _Optional[str] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., set_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DatedValue(_message.Message):
    __slots__ = ("date", "value")
    DATE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    date: _date_pb2.Date
    value: str
    def __init__(self, date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., value: _Optional[str] = ...) -> None: ...

class DecisionNode(_message.Message):
    __slots__ = ("name", "kind", "requires", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    requires: _containers.RepeatedScalarFieldContainer[str]
    source: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., requires: _Optional[_Iterable[str]] = ..., source: _Optional[str] = ...) -> None: ...

class SourceFile(_message.Message):
    __slots__ = ("path", "content")
    PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    path: str
    content: str
    def __init__(self, path: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class ListPoliciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPoliciesResponse(_message.Message):
    __slots__ = ("policies", "next_page_token")
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    policies: _containers.RepeatedCompositeFieldContainer[Policy]
    next_page_token: str
    def __init__(self, policies: _Optional[_Iterable[_Union[Policy, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ValidatePolicyRequest(_message.Message):
    __slots__ = ("files", "keep")
    FILES_FIELD_NUMBER: _ClassVar[int]
    KEEP_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[SourceFile]
    keep: bool
    def __init__(self, files: _Optional[_Iterable[_Union[SourceFile, _Mapping]]] = ..., keep: _Optional[bool] = ...) -> None: ...

class ValidatePolicyResponse(_message.Message):
    __slots__ = ("valid", "diagnostics", "policies")
    VALID_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    policies: _containers.RepeatedCompositeFieldContainer[_decision_pb2.VersionedName]
    def __init__(self, valid: _Optional[bool] = ..., diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ..., policies: _Optional[_Iterable[_Union[_decision_pb2.VersionedName, _Mapping]]] = ...) -> None: ...

class Diagnostic(_message.Message):
    __slots__ = ("code", "severity", "message", "help", "path", "line", "column", "rendered")
    CODE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HELP_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    RENDERED_FIELD_NUMBER: _ClassVar[int]
    code: str
    severity: DiagnosticSeverity
    message: str
    help: str
    path: str
    line: int
    column: int
    rendered: str
    def __init__(self, code: _Optional[str] = ..., severity: _Optional[_Union[DiagnosticSeverity, str]] = ..., message: _Optional[str] = ..., help: _Optional[str] = ..., path: _Optional[str] = ..., line: _Optional[int] = ..., column: _Optional[int] = ..., rendered: _Optional[str] = ...) -> None: ...

class ActivatePolicyRequest(_message.Message):
    __slots__ = ("name", "policy_version", "actor", "reason", "expected_version", "validate_only")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    name: str
    policy_version: str
    actor: str
    reason: str
    expected_version: str
    validate_only: bool
    def __init__(self, name: _Optional[str] = ..., policy_version: _Optional[str] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ActivatePolicyResponse(_message.Message):
    __slots__ = ("activated", "policies", "diagnostics", "failed_tests")
    ACTIVATED_FIELD_NUMBER: _ClassVar[int]
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    FAILED_TESTS_FIELD_NUMBER: _ClassVar[int]
    activated: bool
    policies: _containers.RepeatedCompositeFieldContainer[Policy]
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    failed_tests: _containers.RepeatedCompositeFieldContainer[FailedTest]
    def __init__(self, activated: _Optional[bool] = ..., policies: _Optional[_Iterable[_Union[Policy, _Mapping]]] = ..., diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ..., failed_tests: _Optional[_Iterable[_Union[FailedTest, _Mapping]]] = ...) -> None: ...

class FailedTest(_message.Message):
    __slots__ = ("policy", "name", "source", "failures")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    policy: str
    name: str
    source: str
    failures: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, policy: _Optional[str] = ..., name: _Optional[str] = ..., source: _Optional[str] = ..., failures: _Optional[_Iterable[str]] = ...) -> None: ...

class SetParametersRequest(_message.Message):
    __slots__ = ("name", "parameters", "actor", "reason", "expected_version", "validate_only")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    name: str
    parameters: _containers.RepeatedCompositeFieldContainer[ParameterSetting]
    actor: str
    reason: str
    expected_version: str
    validate_only: bool
    def __init__(self, name: _Optional[str] = ..., parameters: _Optional[_Iterable[_Union[ParameterSetting, _Mapping]]] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ParameterSetting(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class SetRolloutRequest(_message.Message):
    __slots__ = ("name", "rollout", "actor", "reason", "expected_version", "validate_only")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    name: str
    rollout: Rollout
    actor: str
    reason: str
    expected_version: str
    validate_only: bool
    def __init__(self, name: _Optional[str] = ..., rollout: _Optional[_Union[Rollout, _Mapping]] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., expected_version: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class ListPolicyChangesRequest(_message.Message):
    __slots__ = ("name", "page_size", "page_token")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    page_size: int
    page_token: str
    def __init__(self, name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPolicyChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[PolicyChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[PolicyChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class PolicyChange(_message.Message):
    __slots__ = ("sequence", "policy", "kind", "actor", "reason", "change_time", "version_before", "version_after", "parameters", "rollout")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_BEFORE_FIELD_NUMBER: _ClassVar[int]
    VERSION_AFTER_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ROLLOUT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    policy: str
    kind: PolicyChangeKind
    actor: str
    reason: str
    change_time: _timestamp_pb2.Timestamp
    version_before: str
    version_after: str
    parameters: _containers.RepeatedCompositeFieldContainer[ParameterSetting]
    rollout: Rollout
    def __init__(self, sequence: _Optional[int] = ..., policy: _Optional[str] = ..., kind: _Optional[_Union[PolicyChangeKind, str]] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version_before: _Optional[str] = ..., version_after: _Optional[str] = ..., parameters: _Optional[_Iterable[_Union[ParameterSetting, _Mapping]]] = ..., rollout: _Optional[_Union[Rollout, _Mapping]] = ...) -> None: ...

class GetRulesStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RulesStatus(_message.Message):
    __slots__ = ("workers", "last_reload")
    WORKERS_FIELD_NUMBER: _ClassVar[int]
    LAST_RELOAD_FIELD_NUMBER: _ClassVar[int]
    workers: _containers.RepeatedCompositeFieldContainer[WorkerRules]
    last_reload: Reload
    def __init__(self, workers: _Optional[_Iterable[_Union[WorkerRules, _Mapping]]] = ..., last_reload: _Optional[_Union[Reload, _Mapping]] = ...) -> None: ...

class WorkerRules(_message.Message):
    __slots__ = ("worker", "generation", "load_time", "policies", "change_sequence", "unmet_orders")
    WORKER_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    LOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    CHANGE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    UNMET_ORDERS_FIELD_NUMBER: _ClassVar[int]
    worker: int
    generation: int
    load_time: _timestamp_pb2.Timestamp
    policies: _containers.RepeatedCompositeFieldContainer[_decision_pb2.VersionedName]
    change_sequence: int
    unmet_orders: _containers.RepeatedCompositeFieldContainer[UnmetOrder]
    def __init__(self, worker: _Optional[int] = ..., generation: _Optional[int] = ..., load_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., policies: _Optional[_Iterable[_Union[_decision_pb2.VersionedName, _Mapping]]] = ..., change_sequence: _Optional[int] = ..., unmet_orders: _Optional[_Iterable[_Union[UnmetOrder, _Mapping]]] = ...) -> None: ...

class UnmetOrder(_message.Message):
    __slots__ = ("policy", "kind", "subject", "why", "since_time")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    policy: str
    kind: PolicyChangeKind
    subject: str
    why: str
    since_time: _timestamp_pb2.Timestamp
    def __init__(self, policy: _Optional[str] = ..., kind: _Optional[_Union[PolicyChangeKind, str]] = ..., subject: _Optional[str] = ..., why: _Optional[str] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Reload(_message.Message):
    __slots__ = ("cause", "start_time", "end_time", "succeeded", "diagnostics", "failed_tests", "problem")
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    FAILED_TESTS_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    cause: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    succeeded: bool
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    failed_tests: _containers.RepeatedCompositeFieldContainer[FailedTest]
    problem: str
    def __init__(self, cause: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., succeeded: _Optional[bool] = ..., diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ..., failed_tests: _Optional[_Iterable[_Union[FailedTest, _Mapping]]] = ..., problem: _Optional[str] = ...) -> None: ...

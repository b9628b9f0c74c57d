from google.rpc import status_pb2 as _status_pb2
from underwriter.v1 import account_pb2 as _account_pb2
from underwriter.v1 import account_event_pb2 as _account_event_pb2
from underwriter.v1 import application_pb2 as _application_pb2
from underwriter.v1 import constraints_pb2 as _constraints_pb2
from underwriter.v1 import decision_pb2 as _decision_pb2
from underwriter.v1 import decision_service_pb2 as _decision_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordEventRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _account_event_pb2.AccountEvent
    def __init__(self, event: _Optional[_Union[_account_event_pb2.AccountEvent, _Mapping]] = ...) -> None: ...

class RecordEventResponse(_message.Message):
    __slots__ = ("already_recorded",)
    ALREADY_RECORDED_FIELD_NUMBER: _ClassVar[int]
    already_recorded: bool
    def __init__(self, already_recorded: _Optional[bool] = ...) -> None: ...

class RecordEventsRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _account_event_pb2.AccountEvent
    def __init__(self, event: _Optional[_Union[_account_event_pb2.AccountEvent, _Mapping]] = ...) -> None: ...

class RecordEventsResponse(_message.Message):
    __slots__ = ("recorded_count", "repeated_count", "refused_count", "refused")
    RECORDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    recorded_count: int
    repeated_count: int
    refused_count: int
    refused: _containers.RepeatedCompositeFieldContainer[RefusedEvent]
    def __init__(self, recorded_count: _Optional[int] = ..., repeated_count: _Optional[int] = ..., refused_count: _Optional[int] = ..., refused: _Optional[_Iterable[_Union[RefusedEvent, _Mapping]]] = ...) -> None: ...

class RefusedEvent(_message.Message):
    __slots__ = ("position", "event_id", "error")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    position: int
    event_id: str
    error: _status_pb2.Status
    def __init__(self, position: _Optional[int] = ..., event_id: _Optional[str] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class WatchAlertsRequest(_message.Message):
    __slots__ = ("cursor", "from_start", "account", "least_severity")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FROM_START_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LEAST_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    cursor: str
    from_start: bool
    account: str
    least_severity: _account_pb2.AlertSeverity
    def __init__(self, cursor: _Optional[str] = ..., from_start: _Optional[bool] = ..., account: _Optional[str] = ..., least_severity: _Optional[_Union[_account_pb2.AlertSeverity, str]] = ...) -> None: ...

class WatchAlertsResponse(_message.Message):
    __slots__ = ("alert", "cursor")
    ALERT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    alert: _account_pb2.Alert
    cursor: str
    def __init__(self, alert: _Optional[_Union[_account_pb2.Alert, _Mapping]] = ..., cursor: _Optional[str] = ...) -> None: ...

class AcknowledgeAlertRequest(_message.Message):
    __slots__ = ("request_id", "name", "actor", "note", "release")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    name: str
    actor: str
    note: str
    release: bool
    def __init__(self, request_id: _Optional[str] = ..., name: _Optional[str] = ..., actor: _Optional[str] = ..., note: _Optional[str] = ..., release: _Optional[bool] = ...) -> None: ...

class ReviewLineRequest(_message.Message):
    __slots__ = ("request_id", "facility", "application", "explain")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    facility: str
    application: _application_pb2.Application
    explain: _decision_service_pb2.Explain
    def __init__(self, request_id: _Optional[str] = ..., facility: _Optional[str] = ..., application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ..., explain: _Optional[_Union[_decision_service_pb2.Explain, str]] = ...) -> None: ...

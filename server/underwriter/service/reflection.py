"""Server reflection under both of its names: v1alpha, which grpcio-reflection serves, and v1.

The two differ only in their package, so v1 is the v1alpha descriptor under another name
(https://github.com/grpc/grpc/blob/master/doc/server-reflection.md).
"""

from collections.abc import Sequence

import grpc
from google.protobuf import descriptor_pool, text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection import aio

V1ALPHA = "grpc.reflection.v1alpha.ServerReflection"
V1 = "grpc.reflection.v1.ServerReflection"


def reflection_handlers(service_names: Sequence[str]) -> list[grpc.GenericRpcHandler]:
    """Return the handlers that describe these services, and reflection itself, to clients."""
    _describe_v1()
    servicer = aio.ReflectionServicer([*service_names, V1ALPHA, V1])
    method = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    return [grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": method}) for name in (V1ALPHA, V1)]


def _describe_v1() -> None:
    """Add the v1 descriptors to the pool, so that reflection can describe the service that it lists."""
    alpha = FileDescriptorProto.FromString(reflection_pb2.DESCRIPTOR.serialized_pb)
    renamed = text_format.MessageToString(alpha).replace("grpc.reflection.v1alpha", "grpc.reflection.v1")
    description = text_format.Parse(renamed, FileDescriptorProto())
    description.name = "grpc/reflection/v1/reflection.proto"
    descriptor_pool.Default().Add(description)

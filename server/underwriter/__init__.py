"""A credit-decision server: rules as files, models as ONNX, decisions over gRPC."""

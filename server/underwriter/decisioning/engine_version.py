"""The version of the engine that decides: that of this package."""

from importlib.metadata import version

ENGINE_VERSION = version("underwriter")

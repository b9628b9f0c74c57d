"""Bounds that both clients keep."""

DEFAULT_TIMEOUT_SECONDS = 1.0
STREAM_TIMEOUT_SECONDS = 3600.0
# For calls that may read much, or have the database tidied up.
LONG_TIMEOUT_SECONDS = 30.0
# For calls that have rules checked and taken up: the server gives each of both two minutes.
RULES_TIMEOUT_SECONDS = 240.0
# How often in a row a stream may end early without a single answer before the client gives up.
FRUITLESS_STREAMS_ALLOWED = 3
# How long it waits after the first such stream, and by how many times as long after each further one.
PAUSE_SECONDS, PAUSE_GROWTH = 0.2, 3.0

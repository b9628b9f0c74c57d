"""What totals are kept of."""

from enum import IntEnum

from underwriter.v1 import record_pb2 as record


class TotalKind(IntEnum):
    """What a total is of: the numbers of the record's enum."""

    FUNDER = record.TOTAL_KIND_FUNDER
    GUARANTOR = record.TOTAL_KIND_GUARANTOR
    CONCENTRATION = record.TOTAL_KIND_CONCENTRATION

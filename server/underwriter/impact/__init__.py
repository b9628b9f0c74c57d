"""Tells what new rules would have made of the decisions on record: who, how much, at what price and at what loss."""

from underwriter.impact.fields import impact_fields
from underwriter.impact.tables import Table, impact_tables
from underwriter.impact.tally import ImpactTally

__all__ = ["ImpactTally", "Table", "impact_fields", "impact_tables"]

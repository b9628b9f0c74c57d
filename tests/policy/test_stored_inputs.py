"""What is stored has names of its own."""

from underwriter.policy.inputs import application_type, choices
from underwriter.policy.stored_inputs import EFFECTS, FIGURES, SEVERITIES, STORED_INPUTS
from underwriter.v1.account_pb2 import AccountFigures, AlertEffect, AlertSeverity


def test_no_stored_input_hides_a_field_of_the_application() -> None:
    assert STORED_INPUTS.keys().isdisjoint(application_type().fields)


def test_what_is_known_of_accounts_has_the_names_of_the_api() -> None:
    assert {*FIGURES, "currency"} == set(AccountFigures.DESCRIPTOR.fields_by_name)
    assert tuple(choices(AlertSeverity.DESCRIPTOR).values()) == SEVERITIES
    assert tuple(choices(AlertEffect.DESCRIPTOR).values()) == EFFECTS

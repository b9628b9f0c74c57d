"""What is stored has names of its own."""

from underwriter.policy.inputs import application_type
from underwriter.policy.stored_inputs import STORED_INPUTS


def test_no_stored_input_hides_a_field_of_the_application() -> None:
    assert STORED_INPUTS.keys().isdisjoint(application_type().fields)

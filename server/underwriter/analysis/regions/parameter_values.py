"""The values of a policy's parameters, by which names in its formulas are known beforehand."""

from underwriter.feel.values import Value
from underwriter.policy.definitions import PolicyDefinition


def parameter_values(definition: PolicyDefinition) -> dict[str, Value]:
    """Return the parameters' values by name, but for those that change with the days."""
    return {
        parameter.name.text: list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value
        for parameter in definition.parameters
    }

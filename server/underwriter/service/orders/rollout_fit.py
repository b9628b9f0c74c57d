"""Whether a version can decide in the place of another: it must take every request that the other takes."""

from collections.abc import Iterator

from underwriter.decisioning import ActivePolicy


def misfits(version: ActivePolicy, champion: ActivePolicy) -> Iterator[str]:
    """Yield why a version can't decide beside a policy; nothing if it can."""
    if version.product != champion.product:
        yield f"a version of {version.name}, which decides on {version.product}, not on {champion.product}"
        return
    if version.currency != champion.currency:
        yield f"a version for {version.currency}, not for {champion.currency}"
    for name, type_ in champion.attributes.items():
        if version.attributes.get(name) != type_:
            yield f"a version that does not take the attribute '{name}' as a {type_}, as the policy in force does"

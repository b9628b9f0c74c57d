"""A policy that is about to be ordered is made once: to see whether it is in order, and to decide by."""

import asyncio
from pathlib import Path

from underwriter.decisioning import load_desk
from underwriter.decisioning.desk import with_parameters
from underwriter.ledger import ArtifactStore
from underwriter.service.orders.standing_orders import StandingOrders
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.storage import open_database
from underwriter.v1 import policy_service_pb2 as v1

RULES = Path(__file__).parent / "small_rules"
PRODUCT = "PERSONAL_CREDIT_LINE"


def test_a_policy_that_was_just_made_is_the_one_that_decides(tmp_path: Path, sqlite_url: str) -> None:
    database, desk = open_database(sqlite_url), load_desk(RULES, tmp_path)
    policies = PoliciesInForce(desk, ArtifactStore(database))
    made = with_parameters(desk.policies[PRODUCT], {"min_age": "30"})
    change = v1.PolicyChange(
        policy=made.name,
        kind=v1.POLICY_CHANGE_KIND_PARAMETERS_SET,
        parameters=[v1.ParameterSetting(name="min_age", value="30")],
    )
    held = v1.PolicyChange(policy=made.name, kind=v1.POLICY_CHANGE_KIND_HELD, version_after=made.version)
    asyncio.run(policies.keep_made(made, 0))
    for ordered in (change, held):
        ready = asyncio.run(policies.prepare(desk, StandingOrders().after([ordered]), 0))
        assert ready.desk.policies[PRODUCT] is made
    assert ArtifactStore(database).load(made.version) == made.bundle()
    database.close()

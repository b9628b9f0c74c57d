"""The garbage collector rests while much is made, and what a process has frozen stays so."""

import gc
from collections.abc import Iterator

import pytest

from underwriter.decisioning.collection_pause import without_collection


@pytest.fixture
def collector() -> Iterator[None]:
    """Leave the collector as it was found, but for what it has frozen."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_rests_and_goes_on_as_before(is_enabled: bool) -> None:
    (gc.enable if is_enabled else gc.disable)()
    with without_collection():
        assert not gc.isenabled()
    assert gc.isenabled() is is_enabled


@pytest.mark.usefixtures("collector")
def test_what_was_made_counts_as_old() -> None:
    gc.unfreeze()
    gc.enable()
    with without_collection():
        made = [[number] for number in range(5_000)]
    young = {id(each) for generation in (0, 1) for each in gc.get_objects(generation)}
    assert young.isdisjoint(map(id, made))
    assert any(each is made[0] for each in gc.get_objects(2))


@pytest.mark.usefixtures("collector")
def test_what_is_frozen_stays_frozen() -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    with without_collection():
        made = [[number] for number in range(10)]
    assert (gc.get_freeze_count() > before // 2, len(made)) == (True, 10)

"""Signs a checkpoint every few seconds while the server runs, so that every record is soon covered by one."""

import asyncio
import time

from underwriter.ledger.checkpoints import CheckpointError, CheckpointStore
from underwriter.ledger.merkle import TreeDamaged
from underwriter.service.trouble_log import TroubleLog
from underwriter.storage import StorageError


class CheckpointSigning:
    """The signing of checkpoints in one worker. All workers do it; whoever comes first signs for all.

    Faults of the database are survived: the first is logged, and the end of them. So are faults of the log itself, such
    as an altered one: nothing is signed then, and the others go on to tell it to whoever asks for a checkpoint.
    """

    def __init__(self, checkpoints: CheckpointStore, seconds: float) -> None:
        self._checkpoints = checkpoints
        self._seconds = seconds
        self._troubles = TroubleLog("checkpoints are signed again")

    async def run(self, stop: asyncio.Event) -> None:
        """Sign, if there is something new, every so many seconds, and a last time once `stop` is set; then return.

        Set `stop` when the last record was made: it is covered too, unless the database fails just then.
        """
        while not stop.is_set():
            await self.sign()
            try:
                await asyncio.wait_for(stop.wait(), self._seconds)
            except TimeoutError:
                continue
        await self.sign()

    async def sign(self) -> None:
        """Sign a checkpoint over all records, if none covers them; log it if that can't be done."""
        try:
            await asyncio.to_thread(self._checkpoints.covering_all, time.time_ns() // 1000)
        except (CheckpointError, TreeDamaged, StorageError) as error:
            level = "warning" if isinstance(error, StorageError) else "error"
            fault = type(error).__name__
            self._troubles.met("no checkpoint can be signed", level=level, fault=fault, cause=str(error))
        else:
            self._troubles.none_met()

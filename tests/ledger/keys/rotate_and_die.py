"""Wraps keys anew in batches of 100 and dies without warning while it wraps the 250th."""

import os
import signal
import sys
from pathlib import Path

from underwriter.ledger.keys import MasterKeys, WrappedKey, read_master_keys
from underwriter.ledger.keys.rotation import Rotation
from underwriter.storage import open_database


class DiesAtWork(MasterKeys):
    """Master keys that are used 250 times."""

    __slots__ = ()
    wraps = 0

    def wrap(self, key: bytes, purpose: bytes) -> WrappedKey:
        DiesAtWork.wraps += 1
        if DiesAtWork.wraps == 250:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().wrap(key, purpose)


url, file = sys.argv[1:]
keys = read_master_keys(Path(file))
rotation = Rotation(open_database(url), DiesAtWork(keys.current, keys.older))
while rotation.rewrap_batch(100):
    pass

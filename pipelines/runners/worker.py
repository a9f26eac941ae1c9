"""One worker process of a pool: it works for the runner that asked for it, and ends with the pool."""

import logging
import os
import sys
import threading
import time

from apache_beam.runners.worker.sdk_worker import SdkHarness

LOOK_EVERY_SECONDS = 1.0


def main(control: str, worker_id: str, pool: str) -> None:
    """Serve a runner whose control endpoint is ``host:port`` until it hangs up, or the process ``pool`` is gone."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format=f"worker {worker_id}: %(message)s")
    threading.Thread(target=_end_with, args=(int(pool),), daemon=True).start()
    SdkHarness(control, worker_id=worker_id).run()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: what a killed pool leaves behind would go on writing."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])

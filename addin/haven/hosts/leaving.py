"""How a process of Haven ends."""

import logging
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End with an exit code at once, whatever a source that was given up is still doing in its thread.

    The interpreter's own way out would pull the ground from under such a thread, and crash or wait for ever.
    """
    if threading.active_count() > 1:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # whoever read it may have gone
                stream.flush()
        os._exit(code)
    sys.exit(code)

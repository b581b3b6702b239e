"""The function server of Excel: ``python -I -m haven.hosts.excel.server CLSID``.

It runs xlwings' COM server until Excel ends it, or, started at logon, until logoff; idle, it waits for Windows'
messages and uses no processor time.
"""

import atexit
import logging
import sys
from types import ModuleType
from typing import Final, cast

from haven.market.log import log_to_file

log = logging.getLogger("haven")
NOT_NEEDED: Final = ("pandas", "matplotlib", "PIL", "polars")


def load_xlwings() -> None:
    """Import xlwings without what it loads if it is there, no function needs, and takes longest to load.

    Nor may xlwings end Excels without a window when we exit: they may be another program's.
    """
    kept_out = [name for name in NOT_NEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_out, cast("ModuleType", None)))  # an import of them then fails
    try:
        import xlwings._xlwindows
    finally:
        for name in kept_out:
            del sys.modules[name]
    atexit.unregister(xlwings._xlwindows.cleanup)


def main(clsid: str) -> None:
    """Serve calls under a COM class id."""
    log_to_file()
    try:
        load_xlwings()
        import xlwings.com_server

        import haven.hosts.excel.udfs  # noqa: F401 - ready before the first call

        log.info("serving Excel as %s", clsid)
        xlwings.com_server.serve(clsid)
    except Exception:
        log.exception("the server stopped")
        raise


if __name__ == "__main__":
    main(sys.argv[1])

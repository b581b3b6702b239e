"""The function server of Excel: ``python -I -m haven.hosts.excel.server CLSID``.

It runs xlwings' COM server until Excel ends it, or, started at logon, until logoff; idle, it waits for Windows'
messages and uses no processor time.
"""

import atexit
import logging
import sys
from types import ModuleType
from typing import cast

from haven.market.log import log_to_file

log = logging.getLogger("haven")


def load_xlwings() -> None:
    """Import xlwings without pandas, which it loads if it is there, no function needs, and takes longest to load.

    Nor may xlwings end Excels without a window when we exit: they may be another program's.
    """
    absent = "pandas" not in sys.modules
    if absent:
        sys.modules["pandas"] = cast("ModuleType", None)  # an import of it then fails
    try:
        import xlwings._xlwindows
    finally:
        if absent:
            del sys.modules["pandas"]
    atexit.unregister(xlwings._xlwindows.cleanup)


def main(clsid: str) -> None:
    """Serve calls under a COM class id."""
    log_to_file()
    try:
        load_xlwings()
        import xlwings.com_server

        import haven.hosts.excel.actions
        import haven.hosts.excel.udfs  # noqa: F401 - ready before the first call

        log.info("serving Excel as %s", clsid)
        xlwings.com_server.serve(clsid)
    except Exception:
        log.exception("the server stopped")
        raise


if __name__ == "__main__":
    main(sys.argv[1])
